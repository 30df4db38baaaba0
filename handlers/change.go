package handlers

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// ratingPause is how long a citizen is not asked again to rate the same unit.
// Source: contract of the API, section 4.
const ratingPause = 30 * 24 * time.Hour

// followUpMost is how far away the day may be on which a resolved case is looked at
// again.
const followUpMost = 366 * 24 * time.Hour

// caseTx is what a change of a case needs of a transaction.
type caseTx interface {
	Case(code string) (*models.Case, error)
	MergedInto(codes []string) ([]models.Case, error)
	SaveCase(c *models.Case) error
	Append(events []models.Event) error
	RatedSince(conversation, unit string, since time.Time) (bool, error)
	AskedRating(conversation, unit string) error
	Mention(c *models.Case, emails []string) error
	Audit(by models.Principal, action, about, detail string) error
}

// told are the actions that the citizen is told of.
var told = []models.Action{
	models.ActAccept, models.ActAsk, models.ActReply, models.ActResolve, models.ActReject,
	models.ActTransfer, models.ActMerge, models.ActReopen, models.ActPromise,
}

// change is one valid action of staff on one case.
type change struct {
	actionBody
	code      string
	by        models.Principal
	at        time.Time
	assignee  models.Principal        // of assign
	mentioned []string                // e-mails of those whom a note names
	deadlines func() models.Deadlines // nil moves none
	catalogue Catalogue

	// due is when the citizens may be told; zero is at once.
	due time.Time
	// unless refuses the change of a case that is not as it was seen; nil takes
	// it as it is.
	unless func(c *models.Case) error
	events []models.Event // by which citizens are told, once applied
	files  []models.File  // that go with the words
	way    string         // models.WayTemplate, or "" for the words
}

// apply does the change inside the transaction and returns the case.
func (ch *change) apply(tx caseTx) (*models.Case, error) {
	c, target, err := ch.load(tx)
	if err != nil {
		return nil, err
	}
	if ch.unless != nil {
		if err := ch.unless(c); err != nil {
			return nil, err
		}
	}
	if err := ch.allowed(c, target); err != nil {
		return nil, err
	}
	if err := ch.move(c); err != nil {
		return nil, err
	}
	if err := ch.save(tx, c, target); err != nil {
		return nil, err
	}
	if err := tx.Mention(c, ch.mentioned); err != nil {
		return nil, err
	}
	if err := ch.tell(tx, c); err != nil {
		return nil, err
	}
	return c, tx.Audit(ch.by, "case."+string(ch.Action), c.Code, ch.detail())
}

// load locks the case and, of a merge, the target: always in the order of
// their codes, so that two opposite merges do not wait for each other.
func (ch *change) load(tx caseTx) (c, target *models.Case, err error) {
	codes := []string{strings.ToUpper(ch.code)}
	if ch.Action == models.ActMerge {
		codes = append(codes, strings.ToUpper(ch.Into))
		if codes[0] == codes[1] {
			return nil, nil, invalid("body.into", "a case cannot be merged into itself")
		}
	}
	found := map[string]*models.Case{}
	for _, code := range slices.Sorted(slices.Values(codes)) {
		if found[code], err = ch.lock(tx, code, code != codes[0]); err != nil {
			return nil, nil, err
		}
	}
	return found[codes[0]], found[codes[len(codes)-1]], nil
}

// lock returns a case that the principal may see.
func (ch *change) lock(tx caseTx, code string, isTarget bool) (*models.Case, error) {
	c, err := seenIn(tx, ch.by, code)
	if isTarget && errors.Is(err, store.ErrNotFound) {
		return nil, invalid("body.into", "there is no such case")
	}
	return c, err
}

// allowed asks what the status machine does not know.
func (ch *change) allowed(c, target *models.Case) error {
	switch {
	case ch.Action == models.ActAssign && !ch.assignee.SeesUnit(c.Unit):
		return invalid("body.to", "the account is of another unit")
	case ch.Action == models.ActTransfer && ch.Unit == c.Unit:
		return invalid("body.unit", "the case is at this unit already")
	case ch.Action == models.ActPromise && !ch.until().After(c.DueAt):
		return invalid("body.date", "must be later than the due date")
	case ch.Action == models.ActPromise && !ch.until().After(ch.at):
		return invalid("body.date", "is over")
	case ch.Action == models.ActResolve && ch.Date != "" && !ch.until().After(ch.at):
		return invalid("body.date", "is over")
	case ch.Action == models.ActResolve && ch.Date != "" && ch.until().After(ch.at.Add(followUpMost)):
		return invalid("body.date", "is more than a year away")
	case ch.Action == models.ActMerge && target.Status.Ended():
		return huma.Error409Conflict("into: the case " + target.Code + " is " + string(target.Status) + " and answers nobody any more")
	}
	return nil
}

// move does the action to the case and its deadline.
func (ch *change) move(c *models.Case) error {
	was, detail, reclassified := ch.was(*c), ch.detail(), ch.classify(c)
	text := ch.Text
	if ch.Action == models.ActTransfer {
		text = ch.Reason
	}
	if err := c.Move(ch.Action, ch.by.Name, ch.at, text, detail); err != nil {
		return err
	}
	said := &c.Events[len(c.Events)-1]
	if was != "" {
		said.Was = was
	}
	said.Files = ch.files
	if ch.deadlines == nil {
		return nil
	}
	c.Resume(ch.deadlines(), ch.at)
	if reclassified {
		c.Reckon(ch.deadlines())
	}
	return nil
}

// classify changes kind, category, priority and cause, and reports whether the
// deadline hangs on what changed. A case once sensitive stays so.
func (ch *change) classify(c *models.Case) bool {
	kind, category := c.Kind, c.Category
	if ch.Kind != "" {
		c.Kind = models.Kind(ch.Kind)
	}
	if ch.Category != "" {
		c.Category = ch.Category
		c.Sensitive = c.Sensitive || ch.catalogue.Sensitive(ch.Category)
	}
	if ch.Priority != "" {
		c.Priority = ch.Priority
	}
	if ch.Cause != "" {
		c.Cause = ch.Cause
	}
	return c.Kind != kind || c.Category != category
}

// detail is what the history keeps beside the words.
func (ch *change) detail() string {
	switch ch.Action {
	case models.ActAssign:
		return ch.assignee.Email
	case models.ActReject:
		return ch.Reason
	case models.ActPromise, models.ActResolve:
		return ch.Date
	case models.ActTransfer:
		return ch.Unit
	case models.ActMerge:
		return strings.ToUpper(ch.Into)
	case models.ActClassify:
		var parts []string
		for _, name := range classification {
			if value := ch.fields()[name]; value != "" {
				parts = append(parts, name+"="+value)
			}
		}
		return strings.Join(parts, " ")
	}
	return ""
}

// was is what a classification replaces, "" of anything else.
func (ch *change) was(c models.Case) string {
	if ch.Action != models.ActClassify {
		return ""
	}
	before := *ch
	keep := func(given *string, stood string) {
		if *given != "" {
			*given = stood
		}
	}
	keep(&before.Kind, string(c.Kind))
	keep(&before.Category, c.Category)
	keep(&before.Priority, c.Priority)
	keep(&before.Cause, c.Cause)
	return before.detail()
}

// save writes the case, and of a merge a line into the target's history.
func (ch *change) save(tx caseTx, c, target *models.Case) error {
	if err := tx.SaveCase(c); err != nil {
		return err
	}
	if ch.Action != models.ActMerge {
		return nil
	}
	if err := target.Move(models.ActNote, ch.by.Name, ch.at, "", "merged "+c.Code); err != nil {
		return err
	}
	return tx.SaveCase(target)
}

// tell puts into the inbox what the citizens are told: the case's own, and
// those whose cases were merged into it; each conversation once.
func (ch *change) tell(tx caseTx, c *models.Case) error {
	if !slices.Contains(told, ch.Action) {
		return nil
	}
	all, err := store.WithMerged(tx, *c)
	if err != nil {
		return err
	}
	ch.events = nil // the transaction may be tried again
	spoken := map[string]bool{}
	for _, own := range all {
		if spoken[own.Conversation] {
			continue
		}
		spoken[own.Conversation] = true
		n, err := ch.notice(tx, c, own)
		if err != nil {
			return err
		}
		// The history only grows and the case is locked: its length is a
		// number that no other change of this case has.
		id := fmt.Sprintf("case:%s:%d:%s", c.Code, len(c.Events), own.Code)
		if e, ok := models.StatusEvent(own.Conversation, id, n, ch.at); ok {
			e.Due = ch.due
			ch.events = append(ch.events, e)
		}
	}
	if len(ch.events) == 0 {
		return nil
	}
	return tx.Append(ch.events)
}

// notice is what the citizen of the case own is told; it asks for a rating
// unless they rated, or were asked for, this unit not long ago.
func (ch *change) notice(tx caseTx, c *models.Case, own models.Case) (models.Notice, error) {
	n := models.Notice{Case: own.Code, Action: ch.Action, Text: ch.Text, Person: ch.Text != "" && ch.by.IsPerson(), Files: ch.files, Way: ch.way}
	switch ch.Action {
	case models.ActReject:
		n.Reason = ch.Reason
	case models.ActPromise:
		n.Date = ch.until()
	case models.ActTransfer:
		n.Unit = ch.Unit
	case models.ActMerge:
		n.Into = c.MergedInto
	case models.ActResolve:
		if ch.Date != "" {
			n.Date = ch.until()
		}
		asked, err := tx.RatedSince(own.Conversation, c.Unit, ch.at.Add(-ratingPause))
		if err != nil {
			return n, err
		}
		if n.Rate = !asked && own.Conversation != ""; n.Rate {
			return n, tx.AskedRating(own.Conversation, c.Unit)
		}
	}
	return n, nil
}
