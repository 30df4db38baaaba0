package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/coach"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// answerStore keeps what the case page shows and what is written there.
type answerStore interface {
	Transcript(ctx context.Context, conversation string, until time.Time, limit int) ([]store.Said, bool, error)
	Held(ctx context.Context, channel string) (store.Hold, error)
	OpenAlike(ctx context.Context, p models.Principal, unit, category string, since time.Time) ([]models.Case, error)
	MergedFrom(ctx context.Context, code string) ([]string, error)
	Draft(ctx context.Context, of, item string) (string, error)
	DraftFiles(ctx context.Context, of, item string) ([]models.Attachment, error)
	HeldAnswer(ctx context.Context, code string) (store.HeldAnswer, error)
	Stretches(ctx context.Context, conversation string) ([]store.Stretch, error)
	Hidden(ctx context.Context, conversation string) ([]string, error)
	CaseFiles(ctx context.Context, codes ...string) ([]models.CaseFile, error)
	CaseFile(ctx context.Context, id string) (*models.CaseFile, error)
}

func (s *server) casePages() {
	s.page("GET /cases/:code", models.ReadCases, s.casePage)
	s.page("POST /cases/:code", models.ActOnCases, s.actOnCase)
	s.page("POST /cases/:code/mask", models.ActOnCases, s.maskWords)
	s.page("POST /cases/:code/unmask", models.ReleaseHidden, s.unmaskWords)
	s.page("POST /cases/:code/unmerge", models.ActOnCases, s.unmergeCase)
	s.page("POST /cases/:code/draft", models.ActOnCases, s.keepDraft)
	s.page("POST /cases/:code/undo", models.ActOnCases, s.takeBack)
	s.page("POST /cases/:code/split", models.ActOnCases, s.splitCase)
	s.cameraRoutes()
	s.page("GET /files/:id", models.ReadCases, s.showFile)
	s.evidenceRoutes()
}

// casePath is the page of a case.
func casePath(code string) string { return casesPath + "/" + url.PathEscape(code) }

// caseData is what the page of a case shows.
type caseData struct {
	Case     models.Case // masked for who does not see contacts
	Contacts bool        // they are shown
	May      bool        // act
	Unit     string      // what it is called
	Category string
	Assignee string // name, "" for nobody
	Files    []fileView
	Evidence evidenceView
	Talk     talkView
	Due      termView
	Alike    []lookalike
	History  []historyLine
	Chain    []historyLine // transfers
	Merged   []string      // codes of cases that were merged into it
	Staff    []store.Account
	Nameable []store.Account // in a note
	Choices  Choices
	Reasons  []lookup.Reason
	Hint     Suggestion             // where it seems to belong; empty where it does
	Moves    map[models.Action]bool // actions that the status allows
	Form     answerForm
	Typed    answerForm       // into another form, which was refused
	Chosen   filesData        // files that wait in the form
	Offer    string           // text by which the citizen may still be told, "" for none
	Texts    []filledTemplate // to begin the answer with
	Hints    []coach.Hint     // about the draft
	Send     sendView
	Held     *store.HeldAnswer // of who looks; may still be taken back
	People   []store.Presence
	Now      time.Time
	Map      Map
	Camera   cameraView
	Split    splitView
}

// casePage shows a case. Whoever sees its personal data is written down.
func (s *server) casePage(v *visit) error {
	ctx := v.Request.Context()
	c, err := s.seenCase(ctx, v.who, v.Param("code"))
	if err != nil {
		return err
	}
	if err := s.looked(v, *c); err != nil {
		return err
	}
	form, err := s.openForm(v, *c)
	if err != nil {
		return err
	}
	data, err := s.caseData(v, *c, form)
	if err != nil {
		return err
	}
	if v.Query("begin") != "" && data.Form.Text == "" && len(data.Texts) > 0 { // from the list of a day
		data.Form.Text = data.Texts[0].Text
	}
	return v.show("case", data)
}

// looked marks the case as seen, and writes into the audit that its personal data
// were.
func (s *server) looked(v *visit, c models.Case) error {
	return s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		if err := tx.MarkSeen(v.who.Email, c.Code); err != nil || !v.who.SeesContacts() {
			return err
		}
		return tx.Audit(v.who, "case.looked", c.Code, seenOfCase)
	})
}

func (s *server) caseData(v *visit, c models.Case, form answerForm) (caseData, error) {
	ctx, now := v.Request.Context(), s.Now()
	d := caseData{
		Contacts: v.who.SeesContacts(), May: v.who.MayAct(), Now: now, Form: form, Moves: allowedMoves(c.Status),
		Unit: s.unitName(c.Unit), Files: fileViews(v.who, c.Attachments), Due: s.dueOf(c, now), Send: s.sending(ctx, c.Conversation),
		Map: s.Map, Camera: s.cameraOf(c), Split: s.splitOf(v, c),
	}
	if c.Location != nil {
		v.Header("Content-Security-Policy", s.Map.policy())
	}
	if d.Case = c; !d.Contacts {
		d.Case = maskCase(c)
	}
	if s.Choices != nil {
		d.Choices = s.Choices()
	}
	if s.Answering.Reasons != nil {
		d.Reasons = s.Answering.Reasons()
	}
	d.Category = nameIn(d.Choices.Categories, c.Category)
	d.Hint = s.hinted(d.Case)
	d.Texts, d.Hints = s.templatesFor(c, d), s.coached(c, form)
	chosen, err := s.draftFiles(ctx, v.who, answeredCase(c))
	if err != nil {
		return d, err
	}
	d.Chosen = chosen
	if d.Offer, err = s.offered(ctx, c, d.Send); err != nil {
		return d, err
	}
	accounts, err := s.Store.Accounts(ctx)
	if err != nil {
		return d, err
	}
	d.Staff, d.Assignee = assignable(accounts, c), accountName(accounts, c.Assignee)
	d.Nameable = mentionable(accounts, c)
	files, err := s.Staff.CaseFiles(ctx, c.Code)
	if err != nil {
		return d, err
	}
	d.Evidence = evidenceOf(c, files)
	w := historyWriter{s: s, choices: d.Choices, accounts: accounts, photos: d.Evidence.addresses()}
	d.History, d.Chain = w.lines(d.Case.Events), w.lines(d.Case.Transfers())
	return d, errors.Join(s.fillTalk(v, c, &d), s.fillNear(v, c, &d))
}

// hinted is where a case seems to belong, as far as it is not there.
func (s *server) hinted(c models.Case) (hint Suggestion) {
	if s.Answering.Suggest == nil || c.Status.Ended() {
		return hint
	}
	found := s.Answering.Suggest(c.Description+"\n"+c.Place, c.Category, c.Unit)
	if s.hasCategory(found.Category) {
		hint.Category, hint.Words = found.Category, found.Words
	}
	if s.hasUnit(found.Unit) {
		hint.Unit, hint.UnitWords = found.Unit, found.UnitWords
	}
	return hint
}

// CategoryName is what a category is called.
func (d caseData) CategoryName(code string) string { return nameIn(d.Choices.Categories, code) }

// UnitName is what a unit is called.
func (d caseData) UnitName(slug string) string { return nameIn(d.Choices.Units, slug) }

// fillTalk adds what was said, and by whom.
func (s *server) fillTalk(v *visit, c models.Case, d *caseData) (err error) {
	ctx := v.Request.Context()
	if d.Talk, err = s.transcript(ctx, v.who, c.Conversation, &c); err != nil {
		return err
	}
	held, err := s.Staff.HeldAnswer(ctx, c.Code)
	if err == nil && strings.EqualFold(held.Email, v.who.Email) {
		d.Held = &held
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if s.Desk != nil {
		d.People, err = s.present(v, c.Code)
		return err
	}
	return nil
}

// alikeFor is how old an open case may be that looks like another.
const alikeFor = 60 * 24 * time.Hour

// fillNear adds the cases that are like it or belong to it.
func (s *server) fillNear(v *visit, c models.Case, d *caseData) error {
	ctx := v.Request.Context()
	others, err := s.Staff.OpenAlike(ctx, v.who, c.Unit, c.Category, c.CreatedAt.Add(-alikeFor))
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(o models.Case) bool { return c.Parted(o.Code) })
	if !d.Contacts { // nor do the words that two cases share tell who somebody is
		for i := range others {
			others[i] = maskCase(others[i])
		}
	}
	d.Alike = alikeTo(d.Case, others)
	d.Merged, err = s.Staff.MergedFrom(ctx, c.Code)
	return err
}

// allowedMoves are the actions that a status allows.
func allowedMoves(status models.Status) map[models.Action]bool {
	allowed := map[models.Action]bool{}
	for action := range actionFields {
		_, allowed[action] = status.Next(action)
	}
	return allowed
}

// assignable are the accounts that a case may be given to.
func assignable(accounts []store.Account, c models.Case) (list []store.Account) {
	for _, a := range accounts {
		p := a.Principal()
		if !a.Disabled && p.MayAct() && p.SeesUnit(c.Unit) {
			list = append(list, a)
		}
	}
	return list
}

// accountName is what somebody with that e-mail is called.
func accountName(accounts []store.Account, email string) string {
	i := slices.IndexFunc(accounts, func(a store.Account) bool { return email != "" && strings.EqualFold(a.Email, email) })
	if i < 0 || accounts[i].Name == "" {
		return email
	}
	return accounts[i].Name
}

func nameIn(list []Named, code string) string {
	i := slices.IndexFunc(list, func(n Named) bool { return n.Code == code })
	if i < 0 {
		return code
	}
	return list[i].Name
}

// unitName is what staff call a unit.
func (s *server) unitName(slug string) string {
	if s.UnitName == nil || slug == "" {
		return slug
	}
	if name := s.UnitName(slug); name != "" {
		return name
	}
	return slug
}

// reshow renders the page of a case again with what was typed, and says why it
// was not taken. Only what was meant for the citizen comes into the answer's form.
func (s *server) reshow(v *visit, status int, problem string, form answerForm) error {
	c, err := s.seenCase(v.Request.Context(), v.who, v.Param("code"))
	if err != nil {
		return err
	}
	if status == http.StatusConflict {
		form.Changed = s.changedSince(*c, form.Seen)
	}
	if err := s.looked(v, *c); err != nil {
		return err
	}
	typed := form
	if !slices.Contains(answers(), form.Action) {
		if form, err = s.openForm(v, *c); err != nil {
			return err
		}
		form.Changed = typed.Changed
	}
	form.Seen, form.Key = len(models.Decided(c.Events)), newFormKey()
	data, err := s.caseData(v, *c, form)
	if err != nil {
		return err
	}
	data.Typed = typed
	return v.refuse(status, "case", problem, data)
}

// Kinds are those that a case may be of.
func (d caseData) Kinds() []models.Kind { return models.Kinds }

// Causes are why it may have come about.
func (d caseData) Causes() []string { return models.Causes }

// CauseOwed reports whether the case has ended and nobody has said why it came about.
func (d caseData) CauseOwed() bool {
	return d.May && d.Case.Cause == "" && (d.Case.Status == models.StatusResolved || d.Case.Status == models.StatusRejected)
}

// Priorities are those that a case may have.
func (d caseData) Priorities() []string { return models.Priorities }

// Can reports whether the status allows the action.
func (d caseData) Can(a models.Action) bool { return d.Moves[a] }
