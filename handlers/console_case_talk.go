package handlers

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	talkMost = 200 // lines of a conversation that a page shows
	// sealedBefore is how long before a denunciation was sealed its words may have
	// been sent: until the citizen has chosen, nobody reads them.
	sealedBefore = 30 * time.Minute
)

// speaker says who said a line of a conversation.
type speaker string

const (
	byCitizen speaker = "citizen"
	byBot     speaker = "bot"
	byStaff   speaker = "staff"
)

// talkLine is one line of a conversation.
type talkLine struct {
	At       time.Time
	By       speaker
	Name     string // of the member of staff, "" when not known
	Text     string
	Sticker  bool
	Files    []fileView
	Lost     []models.File // files of no case, or of another's
	Location *models.Location
	Edited   bool
	Gone     bool   // the citizen took it back
	Sealed   bool   // nobody may read it yet
	Note     string // of a line without words: open, taken, returned, rated
	Score    int
	Sent     *models.OutboxItem // ours: how far it got

	mid string
}

// talkView is a conversation as a page shows it.
type talkView struct {
	ID      string
	Channel models.Platform
	Hidden  string // why nothing is shown: none, contacts, sensitive
	Lines   []talkLine
	Earlier bool // there is more than is shown
	Mode    models.Mode
	Since   time.Time
}

// transcript reads the conversation for the principal. c, which may be nil, is the
// case whose page it is on: its files and the names of its history are known.
func (s *server) transcript(ctx context.Context, p models.Principal, id string, c *models.Case) (talkView, error) {
	view := talkView{ID: id, Channel: models.PlatformOf(id)}
	channel, _ := models.SplitConversation(id)
	if channel == "" {
		view.Hidden = "none"
		return view, nil
	}
	talk, err := s.Store.Conversation(ctx, id)
	if err == nil {
		view.Mode, view.Since = talk.Mode, talk.Since
		view.Hidden, err = s.hidesTalk(ctx, p, id)
	}
	if err != nil || view.Hidden != "" {
		return view, ignoring(err, store.ErrNotFound)
	}
	said, earlier, err := s.Staff.Transcript(ctx, id, s.Now().Add(time.Minute), talkMost)
	if err != nil {
		return view, err
	}
	view.Earlier = earlier
	hidden, err := s.Staff.Hidden(ctx, id)
	if err != nil {
		return view, err
	}
	w := talkWriter{p: p, c: c, sealed: sealedSince(talk.State), label: s.choiceLabel}
	for _, one := range said {
		w.add(one)
	}
	view.Lines = withoutWords(w.lines, hidden)
	return view, nil
}

// withoutWords hides in a conversation what staff hid in its cases.
func withoutWords(lines []talkLine, hidden []string) []talkLine {
	for i := range lines {
		for _, words := range hidden {
			lines[i].Text = strings.ReplaceAll(lines[i].Text, words, store.HiddenMark)
		}
	}
	return lines
}

// hidesTalk is why the principal does not read a conversation: its words hold
// names and numbers, or those of a case that is not theirs to know of.
func (s *server) hidesTalk(ctx context.Context, p models.Principal, id string) (string, error) {
	if !p.SeesContacts() {
		return "contacts", nil
	}
	secret, err := s.secrets(ctx, p, []string{id})
	if err == nil && secret.talks[id] {
		return "sensitive", nil
	}
	return "", err
}

// sealedSince is from when on words wait for the citizen's choice, zero for none.
func sealedSince(state string) time.Time {
	s, err := bot.Decode(state)
	if err != nil || s.Sealed == nil {
		return time.Time{}
	}
	return s.SealedAt.Add(-sealedBefore)
}

// talkWriter makes lines of what was said.
type talkWriter struct {
	p      models.Principal
	c      *models.Case
	sealed time.Time
	label  func(payload string) string
	lines  []talkLine
}

// choiceLabel is what stands on the button of a choice, or "".
func (s *server) choiceLabel(payload string) string {
	step, choice, _ := strings.Cut(payload, ":")
	if s.Wording == nil {
		return ""
	}
	for _, key := range []string{"choice." + step + "." + choice, "choice." + choice} {
		if label, err := s.Wording(key, nil); err == nil {
			return label
		}
	}
	return ""
}

func (w *talkWriter) add(one store.Said) {
	if one.Sent != nil {
		w.lines = append(w.lines, w.sent(one))
		return
	}
	e := one.Event
	switch e.Kind {
	case models.EventMessage:
		w.lines = append(w.lines, w.heard(*e))
	case models.EventEdit, models.EventUnsend:
		w.amend(*e)
	case models.EventEcho:
		if e.Person {
			w.lines = append(w.lines, talkLine{At: e.At, By: byStaff, Text: e.Text, Lost: e.Files})
		}
	case models.EventOpen:
		w.note(*e, byCitizen, "open")
	case models.EventRated:
		w.note(*e, byCitizen, "rated")
	case models.EventControl, models.EventHandback:
		note := "returned"
		if e.Kind == models.EventControl && e.Person {
			note = "taken"
		}
		w.note(*e, byStaff, note)
	}
}

func (w *talkWriter) note(e models.Event, by speaker, note string) {
	w.lines = append(w.lines, talkLine{At: e.At, By: by, Text: e.Text, Note: note, Score: e.Score})
	if line := &w.lines[len(w.lines)-1]; e.Name == staffName {
		line.Name, line.Text = e.Text, ""
	}
}

func (w *talkWriter) heard(e models.Event) talkLine {
	if !w.sealed.IsZero() && !e.At.Before(w.sealed) {
		return talkLine{At: e.At, By: byCitizen, Sealed: true}
	}
	line := talkLine{At: e.At, By: byCitizen, Text: e.Text, Sticker: e.Sticker, Location: e.Location, mid: e.Mid}
	if payload, tapped := tappedPayload(e.Text); tapped { // Zalo sends what stands behind a button
		line.Note, line.Text = "tapped", w.label(payload)
	}
	if e.Contact != nil {
		line.Text = strings.TrimSpace(line.Text + " " + e.Contact.Name + " " + e.Contact.Phone)
	}
	for _, f := range e.Files {
		if a := w.attachment(f); a != nil {
			line.Files = append(line.Files, newFileView(w.p, *a))
		} else {
			line.Lost = append(line.Lost, f)
		}
	}
	return line
}

// tappedPayload is the payload of a text that is nothing but one, as "#flow.step:choice".
func tappedPayload(text string) (string, bool) {
	payload, marked := strings.CutPrefix(text, "#")
	step, choice, two := strings.Cut(payload, ":")
	return payload, marked && two && choice != "" && strings.Contains(step, ".") && !strings.ContainsAny(payload, " \n")
}

// attachment is the case's own copy of a file.
func (w *talkWriter) attachment(f models.File) *models.Attachment {
	if w.c == nil || f.URL == "" {
		return nil
	}
	i := slices.IndexFunc(w.c.Attachments, func(a models.Attachment) bool { return a.URL == f.URL })
	if i < 0 {
		return nil
	}
	return &w.c.Attachments[i]
}

// amend applies the citizen's change of an earlier message.
func (w *talkWriter) amend(e models.Event) {
	for i := range w.lines {
		if line := &w.lines[i]; e.Mid != "" && line.mid == e.Mid && !line.Sealed {
			line.Edited, line.Gone = e.Kind == models.EventEdit, e.Kind == models.EventUnsend
			if line.Text = e.Text; line.Gone {
				line.Text, line.Files, line.Lost, line.Location = "", nil, nil, nil
			}
		}
	}
}

func (w *talkWriter) sent(one store.Said) talkLine {
	line := talkLine{At: one.At, By: byBot, Text: one.Sent.Text, Sent: one.Sent}
	if f := one.Sent.File; f != nil {
		line.Text, line.Files = "", []fileView{sentFileView(w.p, *f)}
	}
	if one.Sent.Origin == models.OriginStaff {
		line.By, line.Name = byStaff, w.writer(*one.Sent)
	}
	return line
}

// writer is who wrote a message of ours, by the case's history.
func (w *talkWriter) writer(m models.OutboxItem) string {
	if w.c == nil {
		return ""
	}
	for _, e := range slices.Backward(w.c.Events) {
		if e.Text != "" && !e.At.After(m.CreatedAt) && strings.Contains(m.Text, e.Text) {
			return e.Actor
		}
	}
	return ""
}
