package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/coach"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func (s *server) talkPages() {
	s.page("GET /conversations", models.ReadTalks, s.talksPage)
	s.page("GET /conversations/:id", models.ReadTalks, s.talkPage)
	s.page("POST /conversations/:id/take", models.ActOnCases, s.takeTalk)
	s.page("POST /conversations/:id/reply", models.ActOnCases, s.replyInTalk)
	s.page("POST /conversations/:id/undo", models.ActOnCases, s.takeBackInTalk)
	s.page("POST /conversations/:id/draft", models.ActOnCases, s.keepTalkDraft)
	s.page("POST /conversations/:id/handback", models.ActOnCases, s.returnTalk)
	s.page("POST /conversations/:id/release", models.ActOnCases, s.releaseTalk)
	s.page("POST /conversations/:id/spam", models.ActOnCases, s.markSpam)
	if s.Desk != nil {
		s.page("POST /conversations/:id/presence", models.ReadTalks, s.attendTalk)
	}
	s.page("POST /conversations/:id/case", models.ActOnCases, s.caseOfTalk)
}

// attendTalk is attendCase for a conversation.
func (s *server) attendTalk(v *visit) error {
	t, err := s.seenTalk(v.Request.Context(), v.who, v.Param("id"))
	if err != nil {
		return err
	}
	return s.attend(v, t.ID)
}

// talkPath is the page of a conversation.
func talkPath(id string) string { return talksPath + "/" + url.PathEscape(id) }

// talksData lists the conversations that need, or have, a person.
type talksData struct {
	Mode string // that the list is bounded to, "" for every one
	Rows []talkRow
	Next string // address of the next page
}

type talkRow struct {
	conversationView
	Address, UnitName string
}

func (s *server) talksPage(v *visit) error {
	ctx, mode := v.Request.Context(), v.Query("state")
	if !strings.Contains(" waiting human parked ", " "+mode+" ") {
		mode = ""
	}
	talks, next, err := s.Store.Conversations(ctx, mode, v.who.Unit, store.Page{Limit: deskPage, Cursor: v.Query("cursor")})
	if err != nil {
		return err
	}
	views, err := s.conversationViews(ctx, v.who, talks)
	if err != nil {
		return err
	}
	data := talksData{Mode: mode}
	for _, one := range views {
		data.Rows = append(data.Rows, talkRow{one, talkPath(one.ID), s.unitName(one.Unit)})
	}
	if next != "" {
		data.Next = talksPath + "?" + url.Values{"state": {mode}, "cursor": {next}}.Encode()
	}
	return v.show("talks", data)
}

// talkData is what the page of a conversation shows.
type talkData struct {
	talkView
	Address   string
	Unit      string
	Case      string // code of the latest case that may be known of, or ""
	Error     string // why it is parked
	May       bool   // act
	Send      sendView
	Stretches []store.Stretch
	People    []store.Presence
	Held      *store.HeldAnswer // of who looks
	Form      talkForm
	Chosen    filesData // files that wait in the form
	Hints     []coach.Hint
	Choices   Choices
	Now       time.Time
}

// talkForm is what was typed on the page.
type talkForm struct {
	Key, Text, Reason string
	Files             []string // ids of those that go with the words
	Left              error    // a file was chosen and not attached
	Seen              int64    // the latest act of the citizen when the page was made, in microseconds
	Kept              bool     // the words are a draft from before
	Filing            filing
}

// filing is what a case is made of.
type filing struct {
	Kind, Category, Place, Words, Name, Phone string
}

// Holder is who has the conversation, as far as it is known.
func (d talkData) Holder() string {
	if d.Mode != models.ModeHuman || len(d.Stretches) == 0 || !d.Stretches[0].Ended.IsZero() {
		return ""
	}
	return d.Stretches[0].BegunBy
}

// Kinds are those that a case may be of.
func (d talkData) Kinds() []models.Kind { return models.Kinds }

// readTalk marks the conversation as seen, and writes into the audit that its words
// were read.
func (s *server) readTalk(v *visit, id string) error {
	return s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		if err := tx.MarkSeen(v.who.Email, id); err != nil || !v.who.SeesContacts() {
			return err
		}
		return tx.Audit(v.who, "talk.looked", id, "words")
	})
}

// talkPage shows a conversation. Whoever reads it is written down.
func (s *server) talkPage(v *visit) error {
	ctx := v.Request.Context()
	talk, err := s.seenTalk(ctx, v.who, v.Param("id"))
	if err != nil {
		return err
	}
	if err := s.readTalk(v, talk.ID); err != nil {
		return err
	}
	form := talkForm{Key: newFormKey(), Seen: seenOf(talk)}
	if form.Text, err = s.Staff.Draft(ctx, v.who.Email, talk.ID); err != nil {
		return err
	}
	form.Kept = form.Text != ""
	data, err := s.talkData(v, *talk, form)
	if err != nil {
		return err
	}
	return v.show("talk", data)
}

func seenOf(t *models.Conversation) int64 {
	if t.LastUserAt.IsZero() {
		return 0
	}
	return t.LastUserAt.UnixMicro()
}

func (s *server) talkData(v *visit, t models.Conversation, form talkForm) (talkData, error) {
	ctx := v.Request.Context()
	d := talkData{Address: talkPath(t.ID), Unit: s.unitName(t.Unit), Error: t.Error, May: v.who.MayAct(), Form: form, Now: s.Now(), Send: s.sending(ctx, t.ID)}
	if s.Choices != nil {
		d.Choices = s.Choices()
	}
	var err error
	if d.talkView, err = s.transcript(ctx, v.who, t.ID, nil); err != nil {
		return d, err
	}
	views, err := s.conversationViews(ctx, v.who, []models.Conversation{t})
	if err != nil {
		return d, err
	}
	if views[0].Case != nil {
		d.Case = *views[0].Case
	}
	if d.Stretches, err = s.Staff.Stretches(ctx, t.ID); err != nil {
		return d, err
	}
	if d.Form.Filing.Words == "" && d.Hidden == "" {
		d.Form.Filing.Words = lastWords(d.Lines)
	}
	d.Hints = s.coachedTalk(form.Text)
	if d.Chosen, err = s.draftFiles(ctx, v.who, answeredTalk(t)); err != nil {
		return d, err
	}
	if s.Desk != nil {
		if d.People, err = s.present(v, t.ID); err != nil {
			return d, err
		}
	}
	held, err := s.Staff.HeldAnswer(ctx, t.ID)
	if err == nil && strings.EqualFold(held.Email, v.who.Email) {
		d.Held = &held
	}
	return d, ignoring(err, store.ErrNotFound)
}

// wordsMost is how many of a citizen's latest messages a new case begins with.
const wordsMost = 5

// lastWords are the citizen's latest messages.
func lastWords(lines []talkLine) string {
	var words []string
	for _, l := range lines {
		if l.By == byCitizen && l.Note == "" && l.Text != "" {
			words = append(words, l.Text)
		}
	}
	return strings.Join(words[max(len(words)-wordsMost, 0):], "\n")
}

func (s *server) coachedTalk(draft string) []coach.Hint {
	if s.Answering.Book == nil {
		return nil
	}
	return s.Answering.Book().Read(draft, coach.Facts{Action: string(models.ActReply)})
}

// reshowTalk renders the page again with what was typed, and says why it was not
// taken.
func (s *server) reshowTalk(v *visit, status int, problem string, form talkForm) error {
	talk, err := s.seenTalk(v.Request.Context(), v.who, v.Param("id"))
	if err != nil {
		return err
	}
	if err := s.readTalk(v, talk.ID); err != nil {
		return err
	}
	form.Key, form.Seen = newFormKey(), seenOf(talk)
	data, err := s.talkData(v, *talk, form)
	if err != nil {
		return err
	}
	return v.refuse(status, "talk", problem, data)
}

// inTalk runs f in a transaction that has the conversation, once for each form.
func (s *server) inTalk(v *visit, key string, f func(tx *store.Tx, t *models.Conversation) error) error {
	ctx := v.Request.Context()
	if _, err := s.seenTalk(ctx, v.who, v.Param("id")); err != nil {
		return err
	}
	err := s.Staff.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.LockConversation(v.Param("id"))
		if err != nil {
			return err
		}
		if first, err := tx.UseForm(v.who.Email + " " + key); err != nil || !first {
			return cmpErr(err, errTakenBefore)
		}
		return f(tx, t)
	})
	return ignoring(err, errTakenBefore)
}

// previewTalk shows how words in a conversation, with those of the draft's files
// that the form names, will be read.
func (s *server) previewTalk(ctx context.Context, t *models.Conversation, words string, ids []string, by models.Principal) ([]shownView, error) {
	if s.Answering.Preview == nil || strings.TrimSpace(words) == "" {
		return nil, nil
	}
	chosen, err := s.Staff.DraftFiles(ctx, by.Email, t.ID)
	if err != nil {
		return nil, err
	}
	chosen = slices.DeleteFunc(chosen, func(a models.Attachment) bool { return !slices.Contains(ids, a.ID) })
	shown, err := s.shown(ctx, by, saying(t, "preview", words, sentFiles(chosen), by, s.Now().UTC()))
	return shown, ignoring(err, store.ErrNotFound)
}

// keepTalkDraft is keepDraft for a conversation.
func (s *server) keepTalkDraft(v *visit) error {
	ctx, words := v.Request.Context(), v.PostForm("text")
	t, err := s.seenTalk(ctx, v.who, v.Param("id"))
	if err != nil {
		return err
	}
	if !fits(words) {
		v.Status(http.StatusUnprocessableEntity)
		return nil
	}
	err = s.Staff.Update(ctx, func(tx *store.Tx) error { return tx.SaveDraft(v.who.Email, t.ID, strings.TrimSpace(words)) })
	if err != nil {
		return err
	}
	shown, err := s.previewTalk(ctx, t, words, v.PostFormArray("file"), v.who)
	if err != nil {
		return err
	}
	return v.fragment("case", "draft", draftData{Saved: true, Hints: s.coachedTalk(words), Preview: shown})
}

// takeBackInTalk takes back what was just written in a conversation; its words
// become the draft again.
func (s *server) takeBackInTalk(v *visit) error {
	ctx := v.Request.Context()
	t, err := s.seenTalk(ctx, v.who, v.Param("id"))
	if err != nil {
		return err
	}
	err = s.Staff.Update(ctx, func(tx *store.Tx) error {
		said, err := tx.TakeBack(t.ID, v.who.Email)
		if err != nil {
			return err
		}
		if err := tx.SaveDraft(v.who.Email, t.ID, said.Text); err != nil {
			return err
		}
		if err := tx.ReturnFiles(v.who.Email, t.ID, said.Files()); err != nil {
			return err
		}
		return tx.Audit(v.who, "talk.take_back", t.ID, "")
	})
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) {
		return v.done(talkPath(t.ID), "too-late")
	}
	if err != nil {
		return err
	}
	return v.done(talkPath(t.ID), "taken-back")
}
