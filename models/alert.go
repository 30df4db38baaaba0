package models

import (
	"slices"
	"time"
)

// AlertKind is what a member of staff is told of beside the console.
type AlertKind string

// The kinds of alert that staff choose from.
const (
	AlertNew       AlertKind = "new"       // a case came to one's unit
	AlertAssigned  AlertKind = "assigned"  // to oneself
	AlertMentioned AlertKind = "mentioned" // in an internal note
	AlertAnswered  AlertKind = "answered"  // the citizen added or answered something
	AlertDanger    AlertKind = "danger"    // to life or limb
	AlertPerson    AlertKind = "person"    // a conversation waits for a person
	AlertDeadline  AlertKind = "deadline"  // 80 or 100 per cent of a term have passed
	AlertReopened  AlertKind = "reopened"  // an answered case goes on
)

// The kinds that nobody chooses: an escalation is a duty, a trial is asked for.
const (
	AlertEscalated AlertKind = "escalated"
	AlertTrial     AlertKind = "trial"
)

// AlertKinds lists what staff choose from.
var AlertKinds = []AlertKind{
	AlertNew, AlertAssigned, AlertMentioned, AlertAnswered, AlertDanger, AlertPerson, AlertDeadline, AlertReopened,
}

// AlertChoice is of what an account is told, and how.
type AlertChoice struct {
	Push  []AlertKind // on its devices
	Mail  []AlertKind
	Quiet bool // devices are silent outside office hours, but for dangers
}

// DefaultAlerts is the choice of who has made none. Who cannot act on cases is
// mailed only what names them.
func DefaultAlerts(r Role) AlertChoice {
	c := AlertChoice{Push: AlertKinds, Mail: []AlertKind{AlertMentioned}, Quiet: true}
	if r.May(ActOnCases) {
		c.Mail = append(c.Mail, AlertAssigned, AlertDanger, AlertDeadline)
	}
	if r == RoleLeader {
		c.Mail = append(c.Mail, AlertReopened)
	}
	return c
}

// Pushes reports whether devices are told of the kind.
func (c AlertChoice) Pushes(k AlertKind) bool {
	return !slices.Contains(AlertKinds, k) || slices.Contains(c.Push, k)
}

// Mails reports whether the account is mailed the kind.
func (c AlertChoice) Mails(k AlertKind) bool {
	return !slices.Contains(AlertKinds, k) || slices.Contains(c.Mail, k)
}

// AlertOf is what an event of a case's history is told as, "" for nothing. A case
// that was merged when it was filed is the target's business.
func AlertOf(c Case, e CaseEvent) AlertKind {
	switch e.Action {
	case ActFile:
		if c.Status == StatusMerged {
			return ""
		}
		return AlertNew
	case ActTransfer:
		return AlertNew
	case ActAssign:
		return AlertAssigned
	case ActAnswer, ActAdd:
		return AlertAnswered
	case ActNotDone, ActReopen:
		return AlertReopened
	}
	return ""
}

// Device is a browser in which staff have turned alerts on (RFC 8030, RFC 8291).
type Device struct {
	ID        string // SHA-256 of the endpoint, hexadecimal
	Email     string // of the account
	Endpoint  string // of the browser's push service; who knows it and the keys can write to it
	Key, Auth string // the browser's, base64url
	Agent     string // what the browser calls itself
	CreatedAt time.Time
	ToldAt    time.Time // when the push service last took a message; zero before
}

// Push is one message that waits for a device.
type Push struct {
	ID       int64
	Device   Device
	Kind     AlertKind
	Case     string // code, or ""
	At       time.Time
	Attempts int // begun, this one included
}

// AlertMail is one line of a mail that waits for an account.
type AlertMail struct {
	Email    string
	Kind     AlertKind
	About    string // code of a case, else what tells it from others
	Case     string // code, or ""
	Unit     string // slug
	Category string // code of the taxonomy, or ""
	At       time.Time
}
