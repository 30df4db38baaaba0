// Package bot holds the dialogues with citizens as data, and Reply, the one
// pure function that plays them. It knows no clock, no dice, no database and no
// platform: what it needs comes in with the event, what it wants goes out as
// effects.
package bot

import (
	"time"

	"github.com/langnghe/langnghe/models"
)

// Event is one thing that happened, understood: what the citizen did, what was
// read from it, and what of the world the dialogue may need. A burst of words
// and files is one event.
type Event struct {
	Kind models.EventKind
	At   time.Time // the platform's time of it
	Now  time.Time // the time of playing

	// What the citizen did.
	Words    []Word // one per message, as written; of an edit or unsend, the message meant, with its new text or none
	Files    []models.File
	Location *models.Location
	Contact  *models.Contact // shared by the platform's own form
	Sticker  bool
	Score    int
	Choice   string // "report.place:skip": tapped, or typed by number, label or meaning

	// What was read from the words.
	Heard Heard

	// The world.
	Office  Office // who answers for this conversation, at Now
	NewCode string // a fresh case code, used only if a case is filed
	// NewSecret is a fresh word by which who files anonymously can read the
	// answer on the web, used only if a case is filed.
	NewSecret string
	Own       []CaseView     // the citizen's own cases, latest activity first, at most 5
	Found     *CaseView      // the case whose code was typed or tapped, if it exists
	Dossier   *DossierView   // the one whose code was typed, that is shown, or that Notice is about, if it is known
	Askable   bool           // there is a source that can be asked for a dossier that is not known
	Notice    *models.Notice // of EventStatus, with its case in Found, and of EventDossier
	Similar   []CaseView     // open cases that look like the report of State.Comparable, nearest first
	Person    bool           // of an echo or control: a member of staff did it
	Until     time.Time      // of a person's echo: until when the bot is silent

	PhotoPlace *models.Location // where a photo of the open report says it was taken, if one does
	PhotoNear  string           // a name for that place: a street or the unit it lies in, "" when none is known
	About      string           // code of the case that the message answered to (by the platform's reply) was about
}

// Word is one message's text.
type Word struct {
	Mid  string `json:"mid,omitempty"`
	Text string `json:"text"`
}

// Heard is what package hear read from the words.
type Heard struct {
	Intent     Intent
	Sure       bool        // of Intent
	Complains  bool        // the words tell a matter to report, whatever else they do
	Kind       models.Kind // guessed kind of a report, or "" when unclear
	Denounces  bool        // the words are a tố cáo (denunciation)
	Category   string      // code of the taxonomy, "khac" when unclear
	Sensitive  bool        // of the category, or the words are about an officer
	Phone      string      // first phone found: national form, digits only
	Name       string
	Place      string          // street, hamlet, landmark as written
	Ward       bool            // Place is nothing but the name of a commune or ward
	Units      []UnitView      // places named, best first, at most 5
	Procedures []ProcedureView // asked for, best first, at most 3; of a tap in ask.*: the one that it, or State.Procedure, names
	Contacts   []ContactView   // found for a question about numbers and hours; of a tap in contacts.unit: the unit's
	Inquiry    Inquiry         // of IntentContacts, and of a tap in contacts.unit
	Code       string          // a case code that was typed, upper case
	Dossier    string          // the code of a dossier that was typed, as models.DossierCode writes it
	Dossiers   bool            // the words are about a dossier of a one-stop counter, not about a report
	Decision   string          // number and date of an administrative decision
	Danger     *Danger
	Bare       bool // nothing but a question, command, greeting or thanks, and surely so
	English    bool
	Angry      bool     // the words are angry at the office, or rude
	Rude       []string // profanity among the words, as written
	Anonymous  bool     // the wish to give no name
	Part       string   // what a short question is about: of a procedure documents, fee, time, where, steps or online; of a case time
	Both       bool     // the first two Procedures are both asked for
	Corrects   bool     // the words put right what was said before: "sai số rồi", "nhầm", "lộn"
	NotDone    bool     // "chưa xong": what was answered is not done
	Happens    bool     // a sentence about what goes on ("gọi rồi", "nhanh lên"): no name of a place
	Guarded    bool     // Sensitive whatever the category: the words accuse somebody, or tell a danger few may read of
	DaysAgo    int      // "cái hôm qua" is 1: the day on which the case meant was filed; 0 when none is named
	Confidence float64  // of Intent or of the first procedure, 0-1
}

// Intent is what a citizen wants.
type Intent string

// The intents.
const (
	IntentReport   Intent = "report"
	IntentAsk      Intent = "ask"
	IntentContacts Intent = "contacts"
	IntentStatus   Intent = "status"
	IntentRate     Intent = "rate"
	IntentHuman    Intent = "human"
	IntentGreet    Intent = "greet"
	IntentThanks   Intent = "thanks"
	IntentBye      Intent = "bye"
	IntentYes      Intent = "yes"
	IntentNo       Intent = "no"
	IntentCancel   Intent = "cancel"
	IntentMenu     Intent = "menu"
	IntentBack     Intent = "back"
	IntentDanger   Intent = "danger"
	IntentPrivacy  Intent = "privacy"
	IntentWithdraw Intent = "withdraw" // a filed case is to be taken back
	IntentWait     Intent = "wait"     // asks for patience: more comes, or later
	IntentWho      Intent = "who"      // asks who answers here, a person or a machine
	IntentNotice   Intent = "notice"   // asks how the data are kept and who reads them
	IntentOther    Intent = "other"
)

// Danger is a danger to life or limb that was read from the words.
type Danger struct {
	Code     string   // of data/safety.yaml
	Call     []string // numbers, most urgent first
	Answer   string   // the first sentence to say
	Then     string   // report, human or none
	Category string
}

// UnitView is what a dialogue may know of a commune, a ward or the province.
type UnitView struct {
	Slug  string `json:"slug"`
	Name  string `json:"name"`  // today's full name: "Phường Trấn Biên"
	Short string `json:"short"` // "Trấn Biên"
}

// ProcedureView is what a dialogue may tell of a procedure.
type ProcedureView struct {
	Code, Name, Short       string
	Documents               []Paper
	Who, Result, Forms      string  // who may apply, what is given, which forms
	Online, Basis           string  // where it can be done online, legal basis
	Asked                   []Asked // what people ask of it, with the answers
	Fee, Time, Where, Steps string
	AsOf                    string    // "02/11/2026", or the month of it
	Contact                 string    // whom to call about it, of the unit's own
	Hours                   string    // when it is taken in, where that is not the office's hours
	ReviewBy                time.Time // from then on it must be confirmed again; zero is never
	Verify                  bool      // not confirmed: the answer says so
}

// Paper is one paper that a procedure asks for.
type Paper struct {
	Name, Note string
	When       string // the condition under which it is needed, "" always
}

// Asked is a question that people ask, with its answer.
type Asked struct{ Q, A string }

// ContactView is a public phone number and whose it is.
type ContactView struct {
	Unit, Role, Name, Phone, Hours, Note string
	AsOf                                 string // the day of its confirmation: "02/11/2026"
	Old                                  bool   // that was too long ago: the answer says so
}

// Office is who answers for a conversation.
type Office struct {
	Unit     UnitView // of the channel, the case or the citizen's choice; zero when it must be asked
	Province bool     // the channel serves the whole province
	Platform models.Platform
	Name     string    // who answers: the unit's name, or the office of the configuration
	Privacy  string    // absolute link to the privacy notice
	Lookup   string    // absolute link to the status page
	Open     bool      // in office hours now
	OpensAt  time.Time // when it opens next, if closed
	Phone    string    // public phone of the unit, "" when none is known
	Hours    string    // office hours in words, "" when not known
	Duty     bool      // a duty contact is configured, who is alarmed of a danger and calls back
	ServedBy string    // who answers instead of a unit without active staff, "" when its own do
	Erasure  string    // absolute link to the state of an erasure, to which its code is added

	// ReopenDays is for how many days a resolved case may be called not done; 0
	// means 15.
	ReopenDays int
	Pick       []UnitView // units to offer when the unit must be asked, at most 5: remembered, then named
}

// CaseView is what a dialogue may know of a case.
type CaseView struct {
	Code     string
	Unit     UnitView
	Kind     models.Kind
	Category string // its name in Vietnamese
	Status   models.Status
	Place    string
	Created  time.Time
	Due      time.Time
	DueDays  int // working days of the deadline, counted from filing
	Resolved time.Time
	Term     *TermView // how Due came about, while an answer is owed; nil when that is not told
	Mine     bool      // the citizen of this conversation filed it
	Asked    string    // what staff asked last, when Mine
	Answer   string    // what staff answered last, when Mine
}

// Turn is the whole outcome of one event.
type Turn struct {
	State   State
	Say     []Line   // empty: nothing is said
	Choices []Choice // offered under the message, in their order
	Do      []Effect
	Case    string        // code of the case the message is about, or ""
	Files   []models.File // that go before what is said
}

// Line is one part of a message: which wording, filled with what.
type Line struct {
	Key    string
	Data   any    // what the wording may name
	Brief  bool   // a Prompt in short, for who has just read it whole
	Prompt bool   // it asks for the open step, and is left out when a later turn of the same burst asks again
	Words  string // an officer's own words, passed as they are instead of a wording
	Staff  bool   // Words were written by a person
}

// Choice is something to tap or type. Its label is Label, or the wording
// "choice.<step>.<choice>", or "choice.<choice>".
type Choice struct {
	Payload string `json:"p"`
	Label   string `json:"l,omitempty"` // names of units, procedures, cases
}

// Effect is a change in the world that only package relay carries out, in the
// transaction that stores the state.
type Effect interface{ effect() }

type (
	// FileCase files what was reported under Code.
	FileCase struct {
		Code   string
		Report Report
		Unit   string
		Secret string `json:",omitempty"` // opens the answer on the web to who has it; "" unless the report is anonymous
	}
	// AddEvidence adds words and files to a case of the citizen.
	AddEvidence struct {
		Code     string
		Words    []Word
		Files    []models.File
		Location *models.Location
		Answer   bool           // it answers what staff asked: the case goes on
		Contact  models.Contact `json:",omitzero"` // what the words correct of whom to call; the other part is empty
	}
	// EditEvidence changes words that were added to a case, or takes them
	// away when Text is "". The history keeps both.
	EditEvidence struct{ Code, Mid, Text string }
	// Withdraw withdraws a case of the citizen.
	Withdraw struct{ Code, Reason string }
	// NotDone says that a resolved case is not done.
	NotDone struct {
		Code  string
		Words []Word
		Files []models.File
	}
	// Rate rates the service of a unit, after a case or on its own (Code "").
	Rate struct {
		Code, Unit, Comment string // Comment: words, or which of the four "luôn" was missed: smile, gentle, listen, help
		Score               int
		Adds                bool // Comment is of the score given just before, which is repeated
	}
	// AskHuman puts the conversation in the unit's queue.
	AskHuman struct{ Unit, Why string }
	// Alarm tells staff at once: a danger, or a turn that needs eyes.
	Alarm struct{ Code, Unit string }
	// Learn records a question about procedures, without numbers and names of
	// people, and what became of it: Procedure was answered, is the nearest, or "".
	Learn struct {
		Question, Procedure string
		Outcome             models.Outcome
	}
	// Mistaken says that what was told of a procedure was wrong or no help.
	Mistaken struct{ Procedure string }
	// Drop forgets files that were sent and are not to be kept.
	Drop struct{ Files []models.File }
	// Redact blanks the words of the messages with these Mids in inbox and
	// record; none means all of this event.
	Redact struct{ Mids []string }
	// Erase starts the erasure of the citizen's data.
	Erase struct{}
)

func (FileCase) effect()     {}
func (AddEvidence) effect()  {}
func (EditEvidence) effect() {}
func (Withdraw) effect()     {}
func (NotDone) effect()      {}
func (Rate) effect()         {}
func (AskHuman) effect()     {}
func (Alarm) effect()        {}
func (Learn) effect()        {}
func (Mistaken) effect()     {}
func (Drop) effect()         {}
func (Redact) effect()       {}
func (Erase) effect()        {}
