package relay

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// citizen is the actor of what citizens do, in a case's history.
const citizen = "citizen"

// attach mints ids for an event's files and has them fetched. A link is not a
// file: it stays with the words.
func (k *talk) attach(e *models.Event) error {
	if e.Kind != models.EventMessage {
		return nil
	}
	var files []models.File
	var attachments []models.Attachment
	for _, f := range e.Files {
		if f.Kind == "link" {
			e.Text = strings.TrimSpace(e.Text + "\n" + strings.TrimSpace(f.Name+" "+f.URL))
			continue
		}
		f.ID = k.NewID()
		files = append(files, f)
		attachments = append(attachments, models.Attachment{
			ID: f.ID, Conversation: k.conv.ID, Kind: f.Kind, URL: f.URL, Name: f.Name,
			Status: models.AttachmentFetching, CreatedAt: k.now,
		})
	}
	e.Files = files
	k.files = k.files || len(files) > 0
	return k.tx.InsertAttachments(attachments)
}

// apply carries out what a turn wants changed.
func (k *talk) apply(effects []bot.Effect, group []models.Event) error {
	for _, f := range effects {
		if err := k.effect(f, group); err != nil {
			return fmt.Errorf("%T: %w", f, err)
		}
	}
	if len(effects) == 0 || k.conv.Case == "" {
		return nil
	}
	cases, err := k.tx.Cases([]string{k.conv.ID})
	k.own = cases[k.conv.ID]
	return err
}

func (k *talk) effect(f bot.Effect, group []models.Event) error {
	switch f := f.(type) {
	case bot.FileCase:
		return k.fileCase(f)
	case bot.AddEvidence:
		return k.addEvidence(f)
	case bot.EditEvidence:
		return k.edit(f, group[0].Seq)
	case bot.Withdraw:
		return k.change(f.Code, models.ActWithdraw, f.Reason, "", nil)
	case bot.AskDossier:
		return k.ask(f)
	case bot.FollowDossier:
		return k.follow(f)
	case bot.NotDone:
		return k.change(f.Code, models.ActNotDone, joined(f.Words), "", f.Files)
	case bot.Rate:
		return k.rate(f)
	case bot.AskHuman:
		return k.tx.Alarm(store.AlarmHuman, k.unit(f.Unit), f.Why)
	case bot.Alarm:
		return k.tx.Raise(k.alarm(f))
	case bot.Learn:
		return k.learn(f)
	case bot.Mistaken:
		return k.tx.CallWrong(k.conv.ID, f.Procedure)
	case bot.Drop:
		return k.tx.DropAttachments(ids(f.Files))
	case bot.Redact:
		return k.redact(f, group)
	case bot.Erase:
		code, err := k.tx.StartErasure(string(models.PlatformOf(k.conv.Channel)), k.conv.Peer, k.conv.ID)
		k.receipt = code
		return err
	}
	return fmt.Errorf("unknown effect")
}

// alarm is what the duty contact is told: which danger, where, in which talk.
func (k *talk) alarm(f bot.Alarm) store.Alarm {
	a := store.Alarm{Kind: store.AlarmDanger, Unit: k.unit(f.Unit), Channel: k.conv.Channel, Case: f.Code}
	if k.danger != nil {
		a.About, a.Category = k.danger.Code, k.danger.Category
	}
	return a
}

func (k *talk) fileCase(f bot.FileCase) error {
	r := f.Report
	c := models.Case{
		Code: f.Code, Unit: k.unit(f.Unit), Kind: r.Kind, Category: r.Category, Status: models.StatusNew,
		Priority: "normal", Sensitive: k.sensitive(r), Description: joined(r.Words), Place: r.Place,
		Location: r.Location, Anonymous: r.Anonymous, Contact: r.Contact, Decision: r.Decision,
		Platform: models.PlatformOf(k.conv.Channel), Conversation: k.conv.ID,
		CreatedAt: k.now, UpdatedAt: k.now, SecretHash: store.HashSecret(f.Code, f.Secret),
	}
	if c.Kind == "" {
		c.Kind = models.PhanAnh
	}
	c.DueAt = k.Deadlines().DueAt(c.Kind, c.Category, k.now)
	c.Events = []models.CaseEvent{{Case: c.Code, At: k.now, Actor: citizen, Action: models.ActFile, From: models.StatusNew, To: models.StatusNew}}
	for _, id := range ids(r.Files) {
		c.Attachments = append(c.Attachments, models.Attachment{ID: id})
	}
	k.conv.Case, k.filed = c.Code, &c
	if err := k.join(&c, r.Joins); err != nil {
		return err
	}
	return k.tx.InsertCase(&c)
}

// sensitive reports whether few may see the case: by the taxonomy, or because it
// is about somebody in office. Praise harms nobody.
func (k *talk) sensitive(r bot.Report) bool {
	return r.Sensitive || r.Kind != models.KhenNgoi && k.Offices.Sensitive(r.Category)
}

// join merges a new case into a neighbour's, so that whoever filed either hears
// every answer. When that one has ended meanwhile, the new one stands alone.
func (k *talk) join(c *models.Case, target string) error {
	if target == "" {
		return nil
	}
	t, err := k.tx.Case(target)
	if err != nil {
		return err
	}
	if t.Status.Ended() {
		return nil
	}
	if err := c.Move(models.ActMerge, citizen, k.now, "", t.Code); err != nil {
		return err
	}
	if err := t.Move(models.ActNote, citizen, k.now, "", "joined by "+c.Code); err != nil {
		return err
	}
	return k.tx.SaveCase(t)
}

func (k *talk) addEvidence(f bot.AddEvidence) error {
	action := models.ActAdd
	if f.Answer {
		action = models.ActAnswer
	}
	if err := k.correct(f); err != nil {
		return err
	}
	if f.Location == nil {
		return k.change(f.Code, action, joined(f.Words), "", f.Files)
	}
	detail := fmt.Sprintf("location %.6f,%.6f", f.Location.Lat, f.Location.Lng)
	return k.change(f.Code, action, joined(f.Words), detail, f.Files, func(c *models.Case) {
		if c.Location == nil {
			c.Location = f.Location
		}
	})
}

// correct notes whom to call from now on, in the citizen's own case.
func (k *talk) correct(f bot.AddEvidence) error {
	if f.Contact == (models.Contact{}) {
		return nil
	}
	c, err := k.tx.Case(f.Code)
	if err != nil {
		return err
	}
	c.Contact.Name = cmp.Or(f.Contact.Name, c.Contact.Name)
	c.Contact.Phone = cmp.Or(f.Contact.Phone, c.Contact.Phone)
	c.Anonymous, c.UpdatedAt = false, k.now
	return k.tx.SaveCase(c)
}

// change lets the citizen do something to a case of theirs. Of a merged case it
// is done to the one it was merged into; only its own withdrawal and rating stay
// with it.
func (k *talk) change(code string, a models.Action, words, detail string, files []models.File, edits ...func(*models.Case)) error {
	c, err := k.tx.Case(code)
	if err != nil {
		return err
	}
	switch {
	case c.MergedInto == "" || a == models.ActRate:
	case a == models.ActWithdraw:
		a, detail = models.ActNote, "withdrawn by the citizen"
	default:
		if c, err = k.lead(c); err != nil {
			return err
		}
	}
	if a == models.ActNotDone {
		detail = raised(c)
	}
	if err := c.Move(a, citizen, k.now, words, detail); err != nil {
		return err
	}
	for _, edit := range edits {
		edit(c)
	}
	c.Resume(k.Deadlines(), k.now)
	if a == models.ActNotDone {
		c.DueAt = k.Deadlines().DueAt(c.Kind, c.Category, k.now)
		if err := k.tx.Raise(store.Alarm{Kind: store.AlarmReopened, Unit: c.Unit, About: c.Code, Case: c.Code}); err != nil {
			return err
		}
	}
	if len(files) > 0 {
		if err := k.tx.LinkAttachments(c.Code, ids(files)); err != nil {
			return err
		}
	}
	return k.tx.SaveCase(c)
}

// raised gives a case that was answered in vain a high priority, by which leaders
// find it, and returns what the history says of that.
func raised(c *models.Case) string {
	const high = "high"
	if slices.Index(models.Priorities, c.Priority) >= slices.Index(models.Priorities, high) {
		return ""
	}
	c.Priority = high
	return "priority=" + high
}

// learn stores a question and what became of it.
func (k *talk) learn(f bot.Learn) error {
	return k.tx.Ask(models.Question{
		Conversation: k.conv.ID, Unit: k.unit(""), Text: f.Question, Procedure: f.Procedure, Outcome: f.Outcome,
		Why: k.Ear.Why(f.Question, f.Procedure),
	})
}

func (k *talk) rate(f bot.Rate) error {
	unit := k.unit(f.Unit)
	if f.Adds {
		return k.tx.CommentRating(f.Code, unit, k.conv.ID, f.Comment)
	}
	if err := k.tx.InsertRating(f.Code, unit, k.conv.ID, f.Score, f.Comment); err != nil {
		return err
	}
	if f.Code == "" {
		return nil
	}
	return k.change(f.Code, models.ActRate, f.Comment, fmt.Sprintf("score %d", f.Score), nil)
}

// redact blanks the words of messages with these ids, or of the group itself.
func (k *talk) redact(f bot.Redact, group []models.Event) error {
	if len(f.Mids) > 0 {
		return k.tx.Redact(k.conv.ID, f.Mids, nil)
	}
	seqs := make([]int64, len(group))
	for i, e := range group {
		seqs[i] = e.Seq
	}
	return k.tx.Redact(k.conv.ID, nil, seqs)
}

// unit is the slug that answers: the one named, the conversation's, or the province's.
func (k *talk) unit(named string) string {
	for _, slug := range []string{named, k.conv.Unit} {
		if slug != "" {
			return slug
		}
	}
	return k.Offices.Province
}

func joined(words []bot.Word) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.Text
	}
	return strings.Join(texts, "\n")
}

func ids(files []models.File) []string {
	out := make([]string, len(files))
	for i, f := range files {
		out[i] = f.ID
	}
	return out
}
