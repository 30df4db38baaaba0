package handlers

import (
	"cmp"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// historyLine is one event of a case's history, in staff's terms.
type historyLine struct {
	models.CaseEvent
	Before, After string         // of what the action changed besides the status, "" for nothing
	Noted         string         // what a note without words, or a date, is about: masked, unmasked, "merged CODE", "unmerged CODE"
	Other         string         // code of the case that a split is about
	Person        bool           // a member of staff did it: Actor is a name
	FollowUp      time.Time      // of a result, when it is looked at again
	Photo         models.Purpose // of the evidence that came or went
	PhotoAddress  string         // "" when it is there no more
}

// Moved reports whether the status changed.
func (l historyLine) Moved() bool { return l.From != l.To && l.Action != models.ActFile }

// historyWriter puts names to what the history holds as codes.
type historyWriter struct {
	s        *server
	choices  Choices
	accounts []store.Account
	photos   map[string]string // where those of staff are shown, by id
}

func (w historyWriter) lines(events []models.CaseEvent) []historyLine {
	lines := make([]historyLine, len(events))
	for i, e := range events {
		lines[i] = historyLine{CaseEvent: e, Person: e.Actor != "citizen" && e.Actor != "system"}
		switch e.Action {
		case models.ActAssign:
			lines[i].Before, lines[i].After = accountName(w.accounts, e.Was), accountName(w.accounts, e.Detail)
		case models.ActTransfer:
			lines[i].Before, lines[i].After = w.s.unitName(e.Was), w.s.unitName(e.Detail)
		case models.ActClassify:
			lines[i].Before, lines[i].After = w.classification(e.Was), w.classification(e.Detail)
		case models.ActAttach, models.ActDetach:
			purpose, id, _ := strings.Cut(e.Detail, " ")
			lines[i].Photo, lines[i].PhotoAddress = models.Purpose(purpose), w.photos[id]
		case models.ActResolve:
			lines[i].FollowUp, _ = time.Parse(time.DateOnly, e.Detail) // "" has none
		case models.ActCamera:
			lines[i].Before, lines[i].After = cameraWords(e.Was), cameraWords(e.Detail)
		case models.ActNote:
			lines[i].Noted, lines[i].Text = e.Detail, withNames(e.Text, w.accounts)
		case models.ActPromise, models.ActLate:
			lines[i].Noted = e.Detail
		case models.ActSplit:
			lines[i].Other = e.Detail
		case models.ActMerge, models.ActUnmerge, models.ActEdit, models.ActDeadline:
			lines[i].After = e.Detail
		}
	}
	return lines
}

// cameraWords writes a counter and a minute for staff.
func cameraWords(detail string) string {
	spot, ok := models.ReadCameraSpot(detail)
	if !ok {
		return detail
	}
	return spot.Counter + ", " + when(spot.At)
}

// classification writes "category=rac priority=high" as staff say it.
func (w historyWriter) classification(detail string) string {
	parts := strings.Fields(detail)
	for i, part := range parts {
		name, code, _ := strings.Cut(part, "=")
		if name == "category" {
			parts[i] = nameIn(w.choices.Categories, code)
			continue
		}
		said, err := w.s.word("case", name, code)
		if err != nil {
			w.s.Log.WithError(err).Error("word a classification")
		}
		parts[i] = cmp.Or(said, code)
	}
	return strings.Join(parts, ", ")
}

// changedSince is what happened to a case after so many decided events.
func (s *server) changedSince(c models.Case, seen int) []historyLine {
	w := historyWriter{s: s}
	if s.Choices != nil {
		w.choices = s.Choices()
	}
	decided := models.Decided(c.Events)
	return w.lines(decided[min(max(seen, 0), len(decided)):])
}

// termView is a due date that explains itself.
type termView struct {
	models.Derivation
	Running bool // an answer is owed and the clock runs
	Late    bool
	Why     string // in one sentence, as a citizen who asks is told
	// Promised is the date that an officer promised last, zero without one.
	Promised time.Time
	Ask      bool // the case is late and no date that was promised is still to come
}

// dueOf explains the due date of a case; of one without terms it is only the date.
func (s *server) dueOf(c models.Case, now time.Time) termView {
	owed := !c.Status.Ended() && (c.Status != models.StatusWaiting || c.Kind == models.KhieuNai)
	d := termView{Running: owed, Late: owed && !c.DueAt.IsZero() && !c.DueAt.After(now)}
	d.Ask = d.Late
	if d.Due = c.DueAt; s.Deadlines == nil || c.DueAt.IsZero() {
		return d
	}
	terms := s.Deadlines()
	d.Derivation = terms.Explain(c)
	if clock, runs := terms.Running(c); runs && clock.Limit == models.LimitPromise {
		d.Promised, d.Ask = clock.Due, d.Late && !clock.Due.After(now)
	}
	if s.Deadline == nil || s.Deadline.Why == nil {
		return d
	}
	why, err := s.Deadline.Why(d.Derivation)
	if err != nil {
		s.Log.WithError(err).Error("explain a due date")
	}
	d.Why = why
	return d
}
