package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/langnghe/langnghe/coach"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// draftMost bounds an answer; it is the API's bound.
const draftMost = 8000

// draftData is what is said about a draft while it is written.
type draftData struct {
	Saved   bool
	Hints   []coach.Hint
	Preview []shownView // messages as the citizen will see them
	Refused string      // why it could not be sent as it stands: changed, status, …; "" for nothing
}

// keepDraft keeps what is being written, and shows what the coach says of it and
// how the citizen will see it. Nothing is sent.
func (s *server) keepDraft(v *visit) error {
	ctx, form := v.Request.Context(), readForm(v)
	c, err := s.seenCase(ctx, v.who, v.Param("code"))
	if err != nil {
		return err
	}
	if !fits(form.Text) {
		v.Status(http.StatusUnprocessableEntity)
		return nil
	}
	err = s.Staff.Update(ctx, func(tx *store.Tx) error {
		return tx.SaveDraft(v.who.Email, c.Code, strings.TrimSpace(form.Text))
	})
	if err != nil {
		return err
	}
	data := draftData{Saved: true, Hints: s.coached(*c, form)}
	if strings.TrimSpace(form.Text) != "" {
		if data.Preview, err = s.preview(ctx, v, c.Code, form); err != nil {
			_, data.Refused = caseFault(err)
		}
	}
	if err != nil && data.Refused == "" {
		return err
	}
	return v.fragment("case", "draft", data)
}

// coached is what the coach says of the form's draft.
func (s *server) coached(c models.Case, form answerForm) []coach.Hint {
	if s.Answering.Book == nil {
		return nil
	}
	facts := coach.Facts{Action: string(form.Action), Late: s.dueOf(c, s.Now()).Late, First: true}
	for _, e := range models.Standing(c.Events) {
		if e.Action == models.ActReply || e.Action == models.ActAsk || e.Action == models.ActResolve {
			facts.First = false
		}
	}
	return s.Answering.Book().Read(form.Text, facts)
}

// errPreview ends a transaction that only looked.
var errPreview = errors.New("this was only a preview")

// preview does the action in a transaction that comes to nothing, and shows the
// messages that the citizen would get.
func (s *server) preview(ctx context.Context, v *visit, code string, form answerForm) ([]shownView, error) {
	if s.Answering.Preview == nil {
		return nil, nil
	}
	ch, err := s.newChange(ctx, v.who, code, form.body())
	if err != nil {
		return nil, err
	}
	if err := s.chooseWay(ctx, v.who, ch, form.Way); err != nil && !errors.Is(err, errNoWay) {
		return nil, err
	}
	ch.unless = func(c *models.Case) error { return s.unlessChanged(v.who, ch, c, form.Seen) }
	err = s.Staff.Update(ctx, func(tx *store.Tx) error {
		if err := ch.enclose(tx, form.Files); err != nil {
			return err
		}
		if _, err := ch.apply(tx); err != nil {
			return err
		}
		return errPreview
	})
	if !errors.Is(err, errPreview) || len(ch.events) == 0 {
		return nil, ignoring(err, errPreview)
	}
	return s.shown(ctx, v.who, ch.events[0])
}

// shownView is a message as the citizen will see it, on a page of staff.
type shownView struct {
	Shown
	Enclosed *fileView
}

// shown are the messages by which the event will be told.
func (s *server) shown(ctx context.Context, p models.Principal, e models.Event) ([]shownView, error) {
	messages, err := s.Answering.Preview(ctx, e)
	views := make([]shownView, len(messages))
	for i, m := range messages {
		views[i].Shown = m
		if m.File != nil {
			file := sentFileView(p, *m.File)
			views[i].Enclosed = &file
		}
	}
	return views, err
}

// filledTemplate is a text to begin with, filled in.
type filledTemplate struct {
	Code, Name, Text string
}

// templatesFor are the texts for the form's kind of answer to the case.
func (s *server) templatesFor(c models.Case, d caseData) (list []filledTemplate) {
	if s.Answering.Book == nil {
		return nil
	}
	values := map[string]string{
		"code": c.Code, "unit": d.Unit, "category": strings.ToLower(d.Category), "place": c.Place, "due": dateOrNone(c.DueAt), "today": date(d.Now),
	}
	for _, t := range s.Answering.Book().For(string(d.Form.Action), c.Unit, c.Category) {
		list = append(list, filledTemplate{t.Code, t.Name, t.Fill(values)})
	}
	return list
}

func dateOrNone(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return date(at)
}
