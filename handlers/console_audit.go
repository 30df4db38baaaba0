package handlers

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	auditPath = consolePath + "/audit"
	auditPage = 100 // lines
	namesMost = 20  // people who are offered when several are meant
)

func (s *server) auditRoutes() {
	s.page("GET /audit", models.ReadAudit, s.auditPage)
	s.page("GET /audit.csv", models.ReadAudit, s.auditCSV)
	s.page("GET /audit.xlsx", models.ReadAudit, s.auditSheet)
}

// auditActions are what the audit knows, by groups; their names stand in the page.
// The actions on cases and calls are those of the status machine and of the calls.
func auditActions() []auditGroup {
	groups := []auditGroup{
		{"looks", []string{"case.looked", "cases.searched", "cases.listed", "talk.looked", "outbox.listed", "call.looked", "calls.listed", "call.phone", "file.looked", "camera.looked", "field.listed", "audit.exported"}},
		{"cases", []string{"case.masked", "case.unmasked", "case.unmerge", "case.take_back", "case.split", "case.camera", "case.attach", "case.detach", "deadline.moved"}},
		{"talks", []string{"talk.take", "talk.reply", "talk.handed_back", "talk.spam", "talk.case", "talk.release", "talk.take_back"}},
		{"calls", nil},
		{"content", []string{"content", "questions.settled", "dossiers"}},
		{"channels", []string{"channel.added", "channel.changed", "channel.started", "channel.removed", "channel.checked", "channel.subscribed"}},
		{"logins", []string{
			"login", "login.provider", "login.failed", "logout", "locked", "code.wrong", "password.wrong", "password.changed",
			"invite.accepted", "factor.set", "factor.ended", "recovery.used", "recovery.renewed", "session.ended",
			"alerts.chosen", "device.added", "device.ended",
		}},
		{"accounts", []string{"account.added", "account.changed", "account.disabled", "account.enabled", "account.reset", "token.created"}},
		{"retention", []string{
			"erase", "retention.case", "retention.inbox", "retention.outbox", "retention.drafts", "retention.files", "retention.rest", "retention.audit",
		}},
	}
	for action := range actionFields {
		groups[1].Actions = append(groups[1].Actions, "case."+string(action))
	}
	for _, outcome := range models.CallOutcomes {
		groups[3].Actions = append(groups[3].Actions, "call."+string(outcome))
	}
	slices.Sort(groups[1].Actions)
	return groups
}

// auditGroup is a group of actions.
type auditGroup struct {
	Name    string
	Actions []string
}

// auditForm is what the address of the page asks for.
type auditForm struct {
	Who, Action, About, From, Until, Cursor string
}

func readAudit(q url.Values) auditForm {
	return auditForm{
		Who: text(q, "who"), Action: text(q, "action"), About: text(q, "about"),
		From: text(q, "from"), Until: text(q, "until"), Cursor: text(q, "cursor"),
	}
}

// Query is the address again, behind the question mark, without the place in the
// list.
func (f auditForm) Query() string {
	q := url.Values{}
	for name, value := range map[string]string{"who": f.Who, "action": f.Action, "about": f.About, "from": f.From, "until": f.Until} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

// By is the address of the same lines, of one person.
func (f auditForm) By(who string) string {
	f.Who = who
	return auditPath + "?" + f.Query()
}

// For is the address of all lines about something.
func (f auditForm) For(about string) string {
	return auditPath + "?" + auditForm{About: about}.Query()
}

// auditData is what the page shows.
type auditData struct {
	Form    auditForm
	Groups  []auditGroup
	Rows    []auditLine
	Several []store.Account // of whom each may be meant
	Next    string          // address of the next page, "" on the last
	Most    int             // lines of an export
}

// auditLine is one line of the page.
type auditLine struct {
	store.AuditEntry
	Name    string // of who did it, "" when it is not known
	Address string // of the page of what it is about, "" without one
}

// auditPage lists who saw and changed what.
func (s *server) auditPage(v *visit) error {
	form := readAudit(v.Request.URL.Query())
	data := auditData{Form: form, Groups: auditActions(), Most: auditMost}
	f, accounts, err := s.auditFilter(v, &data)
	if err != nil || len(data.Several) > 0 {
		return showOr(err, func() error { return v.show("audit", data) })
	}
	f.Page = store.Page{Limit: auditPage, Cursor: form.Cursor}
	entries, next, err := s.Staff.AuditEntries(v.Request.Context(), f)
	if errors.Is(err, store.ErrCursor) {
		return v.done(form.By(form.Who), "") // the first page is there in any case
	}
	if err != nil {
		return err
	}
	if next != "" {
		data.Next = auditPath + "?" + form.Query() + "&cursor=" + next
	}
	for _, e := range entries {
		line := auditLine{AuditEntry: e, Name: accountName(accounts, e.Actor)}
		if line.Name == e.Actor {
			line.Name = ""
		}
		if isCode(e.About) {
			line.Address = v.address(casesPath+"/:code", casePath(e.About))
		}
		data.Rows = append(data.Rows, line)
	}
	return v.show("audit", data)
}

func showOr(err error, show func() error) error {
	if err != nil {
		return err
	}
	return show()
}

// auditFilter is the form for the store. Who is bound to a unit reads what its
// people did. When several people may be meant, they stand in the data.
func (s *server) auditFilter(v *visit, data *auditData) (store.AuditFilter, []store.Account, error) {
	form := data.Form
	f := store.AuditFilter{
		Actor: form.Who, Action: form.Action, About: aboutWhat(form.About), Unit: v.who.Unit,
		Since: dayOf(form.From, 0), Until: dayOf(form.Until, 1),
	}
	accounts, err := s.Store.Accounts(v.Request.Context())
	if err != nil || form.Who == "" {
		return f, accounts, err
	}
	var meant []store.Account
	for _, a := range accounts {
		switch {
		case strings.EqualFold(a.Email, form.Who):
			f.Actor = a.Email
			return f, accounts, nil
		case v.who.SeesUnit(a.Unit) && store.Holds(a.Name+" "+a.Email, form.Who):
			meant = append(meant, a)
		}
	}
	if len(meant) == 1 {
		f.Actor = meant[0].Email
		return f, accounts, nil
	}
	data.Several = meant[:min(len(meant), namesMost)]
	return f, accounts, nil
}

// isCode reports whether something looks like a case's code.
func isCode(about string) bool { return strings.HasPrefix(about, "PA2") }

// aboutWhat writes what is looked for as the audit does.
func aboutWhat(typed string) string {
	switch upper := strings.ToUpper(typed); {
	case isCode(upper):
		return upper
	case strings.Contains(typed, "@"):
		return strings.ToLower(typed)
	}
	return typed
}
