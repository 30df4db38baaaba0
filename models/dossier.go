package models

import (
	"cmp"
	"strings"
	"time"
)

// Dossier is where a file of papers stands that a citizen handed in at a
// one-stop counter or online.
type Dossier struct {
	Code      string // as DossierCode writes it
	Procedure string // its name or code as the list has it; for staff alone, it may tell what is private
	Unit      string // slug of the unit that works on it, "" when the list does not say
	Stage     string // code of a DossierStage
	Received  time.Time
	Due       time.Time // when the result is promised
	Result    string    // what came of it, as the list says; for staff alone
	Updated   time.Time // when it was so; zero is unknown
	Asked     time.Time // when the source told it; zero when it is of a list
}

// SameAs reports whether both say the same of the same dossier. An unknown time
// of Updated agrees with any.
func (d Dossier) SameAs(e Dossier) bool {
	return d.Code == e.Code && d.Procedure == e.Procedure && d.Unit == e.Unit && d.Stage == e.Stage && d.Result == e.Result &&
		d.Received.Equal(e.Received) && d.Due.Equal(e.Due) &&
		(d.Updated.IsZero() || e.Updated.IsZero() || d.Updated.Equal(e.Updated))
}

// Over fills what d does not say with what was known before.
func (d Dossier) Over(before Dossier) Dossier {
	d.Procedure, d.Unit, d.Result = cmp.Or(d.Procedure, before.Procedure), cmp.Or(d.Unit, before.Unit), cmp.Or(d.Result, before.Result)
	if d.Received.IsZero() {
		d.Received = before.Received
	}
	if d.Due.IsZero() {
		d.Due = before.Due
	}
	return d
}

// DossierStage is one of the states of a dossier (data/dossiers.yaml).
type DossierStage struct {
	Code    string
	Name    string // official, in Vietnamese
	Means   string // what that is for the citizen, and what to do
	English string
	Aliases []string // other names of it in lists and sources, such as the national portal's number
	Ready   bool     // the result can be had
	Final   bool     // nothing more follows
	Verify  bool     // not confirmed by an officer
}

// Done reports whether whoever waits for the result is to be told.
func (s DossierStage) Done() bool { return s.Ready || s.Final }

// DossierStages are all states, in their order.
type DossierStages []DossierStage

// Find returns the state of that code, name or alias, however it is spaced and
// capitalised.
func (all DossierStages) Find(said string) (DossierStage, bool) {
	said = strings.Join(strings.Fields(said), " ")
	for _, s := range all {
		for _, name := range append([]string{s.Code, s.Name}, s.Aliases...) {
			if said != "" && strings.EqualFold(said, name) {
				return s, true
			}
		}
	}
	return DossierStage{}, false
}

// Done reports whether a dossier in the state of that code waits for nothing
// more.
func (all DossierStages) Done(code string) bool {
	s, _ := all.Find(code)
	return s.Done()
}

// The bounds of a dossier's code.
const (
	shortestDossier, longestDossier = 6, 40 // bytes
	fewestDossierDigits             = 4
)

// DossierCode brings a dossier's code to the form in which it is kept: upper
// case, hyphens for any dash, no blanks. ok is false when it is none: "12", a
// word.
func DossierCode(written string) (code string, ok bool) {
	var b strings.Builder
	digits := 0
	for _, r := range strings.ToUpper(written) {
		switch {
		case r == ' ' || r == '\u00a0':
		case r == '‐' || r == '‑' || r == '–' || r == '—':
			b.WriteByte('-')
		case '0' <= r && r <= '9':
			digits++
			b.WriteRune(r)
		case 'A' <= r && r <= 'Z' || strings.ContainsRune(".-_", r):
			b.WriteRune(r)
		default:
			return "", false
		}
	}
	code = strings.Trim(b.String(), ".-_")
	return code, len(code) >= shortestDossier && len(code) <= longestDossier && digits >= fewestDossierDigits
}

// DossierTail returns the part of a code that stays when the office's own is
// left out: the day and the number, "261126-0001". It is "" of another form.
func DossierTail(code string) string {
	head, number, _ := cutLast(code)
	if _, day, cut := cutLast(head); cut {
		head = day
	}
	if !DossierDay(head) || number == "" || len(number) > 6 || strings.Trim(number, "0123456789") != "" {
		return ""
	}
	return head + "-" + number
}

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, '-')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// DossierDay reports whether six digits are a day of this century, year first:
// "261126".
func DossierDay(digits string) bool {
	_, err := time.Parse("060102", digits)
	return err == nil
}

// EventDossier is the kind of event by which a source answers for the dossier
// that Notice.Dossier names; Notice.Reason is NoticeUnreachable when it does not.
const EventDossier EventKind = "dossier"

// NoticeUnreachable is the Reason of a Notice whose dossier could not be asked for.
const NoticeUnreachable = "unreachable"

// DossierReady is the event by which who waits for a dossier's result is told.
// The same since tells once. ok is false when there is nobody to tell by chat.
func DossierReady(conversation, code string, since, at time.Time) (e Event, ok bool) {
	return StatusEvent(conversation, eventOf("dossier-ready", conversation, code, since), Notice{Dossier: code, Action: ActResolve}, at)
}

// DossierAnswer is the event that brings a source's answer to who asked at
// that time.
func DossierAnswer(conversation, code, reason string, asked, at time.Time) (e Event, ok bool) {
	e, ok = StatusEvent(conversation, eventOf("dossier-answer", conversation, code, asked), Notice{Dossier: code, Reason: reason}, at)
	e.Kind = EventDossier
	return e, ok
}

func eventOf(what, conversation, code string, since time.Time) string {
	return strings.Join([]string{what, conversation, code, since.UTC().Format(time.RFC3339Nano)}, " ")
}

// dayForms are how days and times are written in lists and answers.
var dayForms = [...]string{
	time.RFC3339Nano, time.DateOnly, "2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04",
	"2/1/2006", "2/1/2006 15:04", "2/1/2006 15:04:05",
}

// ParseDay reads a day or a time, of Vietnam unless it says otherwise; "" is
// none. ok is false when it is neither.
func ParseDay(written string) (at time.Time, ok bool) {
	written = strings.TrimSpace(written)
	if written == "" {
		return time.Time{}, true
	}
	for _, form := range dayForms {
		at, err := time.ParseInLocation(form, written, time.FixedZone("+07", 7*60*60))
		if err == nil && at.Year() >= 1900 && at.Year() < 2200 {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}
