package relay

import (
	"cmp"
	"context"
	_ "embed" // the wording of the mails
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// alertMailPause is between two rounds of mails: what comes in it is told in one.
	alertMailPause = 5 * time.Minute
	// alertMailFor is how old a line may be that is mailed still.
	alertMailFor = 24 * time.Hour
	// alertMailBatch is how many lines one round takes.
	alertMailBatch = 200
	// alertMailKept is how long it is remembered what was mailed.
	alertMailKept = 90 * 24 * time.Hour
)

//go:embed alert_mails.tmpl
var alertMailWords string

// AlertMailDeps are what AlertMails needs.
type AlertMailDeps struct {
	Store *store.Store
	// Send mails one member of staff. The same id is the same mail.
	Send     func(ctx context.Context, to, id, subject, body string) error
	Unit     func(slug string) string // name of a unit, or ""
	Category func(code string) string // name of a category, or ""
	Site     string                   // absolute address of the product, without a final slash
	Now      func() time.Time
}

// AlertMails mails accounts what they chose to be mailed, all that waits for one in
// one mail: at least once, also when the mail server is away for a while.
type AlertMails struct {
	AlertMailDeps
	words *template.Template
	rounds
}

// NewAlertMails returns who mails staff. It fails when the wording cannot be parsed.
func NewAlertMails(d AlertMailDeps) (*AlertMails, error) {
	words, err := template.New("").Parse(alertMailWords)
	if err != nil {
		return nil, fmt.Errorf("parse the wording of alerts by mail: %w", err)
	}
	return &AlertMails{AlertMailDeps: d, words: words}, nil
}

// Tell mails what waits. A danger is not held up by the pause.
func (m *AlertMails) Tell(ctx context.Context) error {
	now := m.Now()
	waiting, err := m.Store.UnmailedAlerts(ctx, now.Add(-alertMailFor), alertMailBatch)
	if err != nil || len(waiting) == 0 || m.early(now) && (m.wait > 0 || !dangerous(waiting)) {
		return err
	}
	err = locked(ctx, m.Store, "alert mails", dutyLock, func() error { return m.mail(ctx, now) })
	return m.end(now, alertMailPause, err)
}

func dangerous(list []models.AlertMail) bool {
	for _, m := range list {
		if m.Kind == models.AlertDanger {
			return true
		}
	}
	return false
}

// mail sends each account one mail. Whom it fails to reach keeps nobody else
// waiting.
func (m *AlertMails) mail(ctx context.Context, now time.Time) error {
	list, err := m.Store.UnmailedAlerts(ctx, now.Add(-alertMailFor), alertMailBatch)
	if err != nil {
		return err
	}
	accounts, err := m.Store.Accounts(ctx)
	if err != nil {
		return fmt.Errorf("find who is mailed alerts: %w", err)
	}
	var faults []error
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].Email == list[0].Email {
			n++
		}
		err := m.tell(ctx, accounts, list[:n])
		if err == nil {
			err = m.Store.MarkAlertsMailed(context.WithoutCancel(ctx), list[:n], now.Add(-alertMailKept))
		}
		faults = append(faults, err)
		list = list[n:]
	}
	return errors.Join(faults...)
}

// tell mails an account those of its lines that it may know of still.
func (m *AlertMails) tell(ctx context.Context, accounts []store.Account, list []models.AlertMail) error {
	var told []models.AlertMail
	for _, l := range list {
		may, err := MayKnow(ctx, m.Store, accounts, l.Email, l.Case)
		if err != nil {
			return err
		}
		if may {
			told = append(told, l)
		}
	}
	if len(told) == 0 {
		return nil
	}
	return m.send(ctx, told)
}

// alertLine is what a mail says of one thing: nothing that a citizen wrote.
type alertLine struct {
	Kind                     models.AlertKind
	Case, What, Unit, At, To string
}

func (m *AlertMails) send(ctx context.Context, list []models.AlertMail) error {
	data := struct {
		Lines  []alertLine
		Choose string
	}{Choose: m.Site + pushLink(models.AlertTrial, "")}
	for _, l := range list {
		data.Lines = append(data.Lines, alertLine{
			Kind: l.Kind, Case: l.Case, What: m.Category(l.Category), Unit: cmp.Or(m.Unit(l.Unit), l.Unit),
			At: l.At.In(vietnam()).Format("15:04 02/01/2006"), To: m.Site + pushLink(l.Kind, l.Case),
		})
	}
	var subject, body strings.Builder
	err := m.words.ExecuteTemplate(&subject, "subject", data)
	if err == nil {
		err = m.words.ExecuteTemplate(&body, "body", data)
	}
	if err != nil {
		return fmt.Errorf("word alerts by mail: %w", err)
	}
	id := "alerts-" + strconv.FormatInt(list[0].At.UnixMicro(), 36) + "-" + strconv.FormatInt(list[len(list)-1].At.UnixMicro(), 36)
	return m.Send(ctx, list[0].Email, id, subject.String(), body.String())
}
