package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// How a person's time in a conversation ended, as the store keeps it.
const (
	endedBack = "handed_back"
	endedSpam = "spam"
)

// staffName is the event's own name of what staff did in the console; its Text is
// who did it.
const staffName = "console"

func readTalkForm(v *visit) talkForm {
	seen, err := strconv.ParseInt(v.PostForm("seen"), 10, 64)
	if err != nil {
		seen = -1
	}
	files, left := fileIDs(v.Context)
	return talkForm{Files: files, Left: left, Key: v.PostForm("key"), Text: v.PostForm("text"), Reason: v.PostForm("reason"), Seen: seen, Filing: filing{
		Kind: v.PostForm("kind"), Category: v.PostForm("category"), Place: v.PostForm("place"), Words: v.PostForm("words"),
		Name: v.PostForm("name"), Phone: v.PostForm("phone"),
	}}
}

// fits reports whether words can be stored and sent.
func fits(words string) bool { return clean(words) && utf8.RuneCountInString(words) <= draftMost }

// takeTalk gives the conversation to a person: the bot is silent from then on.
func (s *server) takeTalk(v *visit) error {
	form := readTalkForm(v)
	err := s.inTalk(v, form.Key, func(tx *store.Tx, t *models.Conversation) error {
		if t.Mode == models.ModeParked {
			return store.ErrConflict
		}
		e := models.Event{
			Channel: t.Channel, Peer: t.Peer, ID: "take:" + form.Key, Kind: models.EventControl, At: s.Now().UTC(),
			Person: true, Name: staffName, Text: v.who.Name,
		}
		if err := tx.Append([]models.Event{e}); err != nil {
			return err
		}
		if err := tx.BeginStretch(t.ID, v.who.Name); err != nil {
			return err
		}
		return tx.Audit(v.who, "talk.take", t.ID, "")
	})
	return s.talkDone(v, err, "talk-taken")
}

func (s *server) talkDone(v *visit, err error, flash string) error {
	if err != nil {
		return err
	}
	return v.done(talkPath(v.Param("id")), flash)
}

// saying is the event by which a person's words in a conversation reach its citizen.
func saying(t *models.Conversation, key, words string, files []models.File, by models.Principal, at time.Time) models.Event {
	return models.Event{
		Channel: t.Channel, Peer: t.Peer, ID: "say:" + key, Kind: models.EventStatus, At: at, Person: true,
		Notice: &models.Notice{Action: models.ActReply, Text: words, Person: by.IsPerson(), Files: files},
	}
}

// replyInTalk says something in a conversation. It can be taken back for ten
// seconds, and is refused when the citizen wrote in between.
func (s *server) replyInTalk(v *visit) error {
	form := readTalkForm(v)
	if strings.TrimSpace(form.Text) == "" || !fits(form.Text) {
		return s.reshowTalk(v, http.StatusUnprocessableEntity, "empty", form)
	}
	err := s.inTalk(v, form.Key, func(tx *store.Tx, t *models.Conversation) error {
		if form.Left != nil {
			return form.Left
		}
		if seenOf(t) != form.Seen {
			return store.ErrConflict
		}
		files, err := takeFiles(tx, v.who, t.ID, form.Files)
		if err != nil {
			return err
		}
		e := saying(t, form.Key, form.Text, files, v.who, s.Now().UTC())
		e.Due = e.At.Add(undoFor)
		return said(tx, v.who, t, e)
	})
	if status, problem := caseFault(err); problem == "changed" || strings.HasPrefix(problem, "file-") {
		return s.reshowTalk(v, status, problem, form)
	}
	return s.talkDone(v, err, "")
}

// said appends a person's words and keeps that they may be taken back.
func said(tx *store.Tx, by models.Principal, t *models.Conversation, e models.Event) error {
	if err := tx.Append([]models.Event{e}); err != nil {
		return err
	}
	if t.Mode != models.ModeHuman {
		if err := tx.BeginStretch(t.ID, by.Name); err != nil {
			return err
		}
	}
	if err := tx.SaveDraft(by.Email, t.ID, ""); err != nil {
		return err
	}
	err := tx.HoldAnswer(store.HeldAnswer{
		Case: t.ID, Email: by.Email, Text: e.Notice.Text, Until: e.Due,
		Events: []store.HeldEvent{{Conversation: t.ID, Channel: e.Channel, ID: e.ID, Files: fileIDsOf(e.Notice.Files)}},
	})
	if err != nil {
		return err
	}
	return tx.Audit(by, "talk.reply", t.ID, "")
}

// returnTalk gives the conversation back to the bot.
func (s *server) returnTalk(v *visit) error {
	err := s.inTalk(v, readTalkForm(v).Key, func(tx *store.Tx, t *models.Conversation) error {
		return s.endTalk(tx, v.who, t, store.Stretch{How: endedBack})
	})
	return s.talkDone(v, err, "talk-returned")
}

// markSpam ends the person's time in a conversation that asks for nothing.
func (s *server) markSpam(v *visit) error {
	form := readTalkForm(v)
	if strings.TrimSpace(form.Reason) == "" || !clean(form.Reason) || len(form.Reason) > 2000 {
		return s.reshowTalk(v, http.StatusUnprocessableEntity, "reason", form)
	}
	err := s.inTalk(v, form.Key, func(tx *store.Tx, t *models.Conversation) error {
		if t.Mode != models.ModeHuman { // so that the reason has its place
			if err := tx.BeginStretch(t.ID, v.who.Name); err != nil {
				return err
			}
		}
		return s.endTalk(tx, v.who, t, store.Stretch{How: endedSpam, Reason: form.Reason})
	})
	return s.talkDone(v, err, "talk-spam")
}

// endTalk lets the bot take over after everything that was said before.
func (s *server) endTalk(tx *store.Tx, by models.Principal, t *models.Conversation, end store.Stretch) error {
	if t.Mode != models.ModeHuman && t.Mode != models.ModeWaiting {
		return store.ErrConflict
	}
	e := handback(t, s.Now().UTC())
	e.Name, e.Text = staffName, by.Name
	if err := tx.Append([]models.Event{e}); err != nil {
		return err
	}
	end.Conversation, end.EndedBy = t.ID, by.Name
	if err := tx.EndStretch(end); err != nil {
		return err
	}
	return tx.Audit(by, "talk."+end.How, t.ID, "") // the reason, in staff's own words, stands with the stretch
}

// releaseTalk lets a parked conversation be tried again.
func (s *server) releaseTalk(v *visit) error {
	ctx := v.Request.Context()
	t, err := s.seenTalk(ctx, v.who, v.Param("id"))
	if err != nil {
		return err
	}
	return s.talkDone(v, s.unpark(ctx, v.who, t.ID), "talk-released")
}

// caseOfTalk makes a case of a conversation: what the citizen said, as the member
// of staff sums it up. The citizen hears its code and due date.
func (s *server) caseOfTalk(v *visit) error {
	form := readTalkForm(v)
	f := form.Filing
	valid := s.Answering.NewCode != nil && s.hasCategory(f.Category) && strings.TrimSpace(f.Words) != "" && fits(f.Words+f.Place+f.Name+f.Phone)
	if body := (actionBody{Action: models.ActClassify, Kind: f.Kind}); !valid || len(body.problems(s.Catalogue)) > 0 {
		return s.reshowTalk(v, http.StatusUnprocessableEntity, "filing", form)
	}
	code := s.Answering.NewCode(s.Now())
	err := s.inTalk(v, form.Key, func(tx *store.Tx, t *models.Conversation) error { return s.fileTalk(tx, v.who, t, code, f) })
	if err != nil {
		return err
	}
	return v.done(casePath(code), "case-filed")
}

// fileTalk stores the case, gives it to who filed it, and accepts it, which tells
// the citizen.
func (s *server) fileTalk(tx *store.Tx, by models.Principal, t *models.Conversation, code string, f filing) error {
	now := s.Now().UTC()
	c := models.Case{
		Code: code, Unit: t.Unit, Kind: models.Kind(f.Kind), Category: f.Category, Status: models.StatusNew, Priority: "normal",
		Sensitive: s.Catalogue.Sensitive(f.Category) && models.Kind(f.Kind) != models.KhenNgoi, Description: f.Words, Place: f.Place,
		Contact:  models.Contact{Name: strings.TrimSpace(f.Name), Phone: digits(f.Phone)},
		Platform: models.PlatformOf(t.ID), Conversation: t.ID, CreatedAt: now, UpdatedAt: now,
		Events: []models.CaseEvent{{Case: code, At: now, Actor: by.Name, Action: models.ActFile, From: models.StatusNew, To: models.StatusNew}},
	}
	if s.Deadlines != nil {
		c.DueAt = s.Deadlines().DueAt(c.Kind, c.Category, now)
	}
	if err := c.Move(models.ActAssign, by.Name, now, "", by.Email); err != nil {
		return err
	}
	if err := tx.InsertCase(&c); err != nil {
		return err
	}
	t.Case = code
	if err := tx.SaveConversations([]models.Conversation{*t}); err != nil {
		return err
	}
	ch := &change{actionBody: actionBody{Action: models.ActAccept}, code: code, by: by, at: now, deadlines: s.Deadlines, catalogue: s.Catalogue}
	if _, err := ch.apply(tx); err != nil {
		return err
	}
	return tx.Audit(by, "talk.case", t.ID, code)
}
