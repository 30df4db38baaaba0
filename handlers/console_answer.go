package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/coach"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// undoFor is how long an answer written in the console can be taken back: only
// then is the citizen told.
const undoFor = 10 * time.Second

// Answering is what staff's answers are written with.
type Answering struct {
	Reasons func() []lookup.Reason        // the closed list of lawful reasons to reject a case; nil has none
	Window  func(channel string) Windower // nil for a channel that cannot be used; a nil function knows none
	Book    func() *coach.Book            // templates and the coach, as they are now; nil has none
	NewCode func(now time.Time) string    // mints a case's code; nil makes no case of a conversation
	// Suggest says where words seem to belong, as far as that is not the category or
	// the unit that they have; nil suggests nothing.
	Suggest func(text, category, unit string) Suggestion
	// Preview returns the messages by which the citizen would be told; nil shows none.
	Preview func(ctx context.Context, e models.Event) ([]Shown, error)
}

// Shown is one message as the citizen will see it: words, or a file.
type Shown struct {
	Text     string
	File     *models.File
	Template bool // it is made of a text that the platform approved
}

// Suggestion is where a case seems to belong, by its words.
type Suggestion struct {
	Category  string   // code, or ""
	Words     []string // that led there
	Unit      string   // slug of the unit that is named, or ""
	UnitWords []string // that name it
}

// Windower tells when a citizen can be written to, by the rule that the outbox
// uses; a channel.Sender is one.
type Windower interface {
	Window(lastUser, now time.Time, staff bool) channel.Window
}

// answerForm is what the page of a case asks for and what was typed into it.
type answerForm struct {
	actionBody
	Key     string        // of one form: a form posted twice is taken once
	Seen    int           // decided events of the case when the page was made
	Changed []historyLine // what happened since
	Kept    bool          // the words are a draft from before
	Files   []string      // ids of those that go with the words
	Left    error         // a file was chosen and not attached
	Way     string        // template or call, where words of our own are not allowed
}

// answers are the actions that carry words to the citizen, as the page offers them.
func answers() []models.Action {
	return []models.Action{models.ActReply, models.ActAsk, models.ActResolve, models.ActReject}
}

// Answers are those that the status allows.
func (d caseData) Answers() []models.Action {
	return slices.DeleteFunc(answers(), func(a models.Action) bool { return !d.Moves[a] })
}

// Is reports whether the form is for the action.
func (f answerForm) Is(a models.Action) bool { return f.Action == a }

func newFormKey() string { return rand.Text() }

// openForm is the form of a page that is opened: the draft, or nothing.
func (s *server) openForm(v *visit, c models.Case) (answerForm, error) {
	f := answerForm{Key: newFormKey(), Seen: len(models.Decided(c.Events))}
	f.Action = models.Action(v.Query("answer"))
	moves := allowedMoves(c.Status)
	if !slices.Contains(answers(), f.Action) || !moves[f.Action] {
		f.Action = models.ActReply
	}
	draft, err := s.Staff.Draft(v.Request.Context(), v.who.Email, c.Code)
	f.Text, f.Kept = draft, draft != ""
	return f, err
}

// readForm reads what was posted.
func readForm(v *visit) answerForm {
	seen, err := strconv.Atoi(v.PostForm("seen"))
	if err != nil {
		seen = -1
	}
	f := answerForm{Key: v.PostForm("key"), Seen: seen, actionBody: actionBody{
		Action: models.Action(v.PostForm("action")), To: v.PostForm("to"), Text: v.PostForm("text"), Reason: v.PostForm("reason"),
		Unit: v.PostForm("unit"), Into: v.PostForm("into"), Kind: v.PostForm("kind"), Category: v.PostForm("category"),
		Priority: v.PostForm("priority"), Cause: v.PostForm("cause"), Date: v.PostForm("date"),
	}}
	f.Files, f.Left = fileIDs(v.Context)
	f.Way = v.PostForm("way")
	return f
}

// sendView says whether and until when a citizen can be written to.
type sendView struct {
	Channel models.Platform
	State   string // open, staff (a person only), closed, never, dead, held, none
	Until   time.Time
	Hours   int    // left, rounded down
	Why     string // of a held channel, as the outbox noted it
}

// Dead reports whether nothing that is written now would arrive soon.
func (v sendView) Dead() bool {
	return slices.Contains([]string{"closed", "never", "dead", "held", "none"}, v.State)
}

// sending tells by the outbox's own rule what may be sent in a conversation.
func (s *server) sending(ctx context.Context, conversation string) sendView {
	view := sendView{Channel: models.PlatformOf(conversation), State: "none"}
	key, _ := models.SplitConversation(conversation)
	if key == "" {
		return view
	}
	var w Windower
	if s.Answering.Window != nil {
		w = s.Answering.Window(key)
	}
	if view.State = "dead"; w == nil {
		return view
	}
	hold, err := s.Staff.Held(ctx, key)
	if err != nil {
		s.Log.WithError(err).Error("look whether a channel is held")
	}
	if !hold.Until.IsZero() {
		view.State, view.Until, view.Why = "held", hold.Until, hold.Reason
		return view
	}
	talk, err := s.Store.Conversation(ctx, conversation)
	if err != nil || talk.LastUserAt.IsZero() {
		view.State = "never"
		return view
	}
	return view.window(w, talk.LastUserAt, s.Now())
}

func (v sendView) window(w Windower, lastUser, now time.Time) sendView {
	anyone, person := w.Window(lastUser, now, false), w.Window(lastUser, now, true)
	switch {
	case anyone.Open:
		v.State, v.Until = "open", anyone.Until
		if person.Until.After(v.Until) {
			v.Until = person.Until
		}
	case person.Open:
		v.State, v.Until = "staff", person.Until
	default:
		v.State = "closed"
	}
	v.Hours = int(v.Until.Sub(now).Hours())
	return v
}

// ignoring is the error, unless it is that one.
func ignoring(err, but error) error {
	if errors.Is(err, but) {
		return nil
	}
	return err
}

// held is what can be taken back of a change that was just applied.
func held(ch *change, by string, before models.Footing) store.HeldAnswer {
	h := store.HeldAnswer{Case: ch.caseCode(), Email: by, Text: ch.Text, Until: ch.due, Footing: before}
	for _, e := range ch.events {
		h.Events = append(h.Events, store.HeldEvent{Conversation: e.Conversation(), Channel: e.Channel, ID: e.ID, Files: fileIDsOf(ch.files)})
	}
	return h
}
