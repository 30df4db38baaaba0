package bot

import (
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// State is all that is remembered of a conversation between two turns. It is
// stored as JSON; the step is a name, so a release may insert or reorder steps.
type State struct {
	Step       string      `json:"step,omitempty"`    // the last message's step: "report.place"; "" before the first
	Offered    []Choice    `json:"offered,omitempty"` // choices of the last message; number N is Offered[N-1]
	Tries      int         `json:"tries,omitempty"`   // failed tries on Step
	Senseless  int         `json:"senseless,omitempty"`
	Report     *Report     `json:"report,omitempty"` // the report being taken down
	Mode       models.Mode `json:"mode,omitempty"`   // "", waiting or human
	HumanUntil time.Time   `json:"human_until,omitzero"`
	Greeted    time.Time   `json:"greeted,omitzero"` // when the introduction was last said
	LastAt     time.Time   `json:"last,omitzero"`    // the citizen's latest message
	Language   string      `json:"lang,omitempty"`   // what the citizen is spoken to in: "en", else Vietnamese
	Soothed    time.Time   `json:"soothed,omitzero"` // when an angry citizen was last given an apology
	Filed      string      `json:"filed,omitempty"`  // code of the case filed last
	FiledAt    time.Time   `json:"filed_at,omitzero"`
	FiledMids  []string    `json:"filed_mids,omitempty"` // messages whose words are in it, the latest 100
	Added      []Added     `json:"added,omitempty"`      // messages whose words went to other cases, the latest 100
	Case       string      `json:"case,omitempty"`       // the case that the open step is about
	Dossier    string      `json:"dossier,omitempty"`    // code of the one that was told of last
	Unit       string      `json:"unit,omitempty"`       // remembered choice of unit on a province-wide channel
	Inquiry    string      `json:"inquiry,omitempty"`    // what was asked of an office, until it is known which
	Procedure  string      `json:"procedure,omitempty"`  // the one that was told last
	AskedAt    time.Time   `json:"asked_at,omitzero"`    // and when
	DangerAt   time.Time   `json:"danger_at,omitzero"`
	Dangers    []string    `json:"dangers,omitempty"`  // codes of those told since DangerAt
	AwayAt     time.Time   `json:"away_at,omitzero"`   // when a muted citizen was last told that staff are away
	Returned   bool        `json:"returned,omitempty"` // the bot took over from a person and has not said so yet
	Lost       int         `json:"lost,omitempty"`     // files that could not be stored and are still to be told of
	Pending    *Report     `json:"pending,omitempty"`  // said while report.resume is open: of the old report or a new one
	Sealed     *Report     `json:"sealed,omitempty"`   // a denunciation's words and files, until denounce.told is answered
	SealedAt   time.Time   `json:"sealed_at,omitzero"`
	Told       string      `json:"told,omitempty"`    // slug of the unit that the province-wide channel told of last
	Reason     string      `json:"reason,omitempty"`  // why a case is to be withdrawn, before the confirmation
	Rating     *Rating     `json:"rating,omitempty"`  // what rate.score and rate.comment are about
	RatedAt    time.Time   `json:"rated_at,omitzero"` // when the unit's service was last rated
	Rest       string      `json:"rest,omitempty"`    // set by relay: rendered words that wait behind the choice "more"
}

// Added is a message whose words went to a case.
type Added struct {
	Case string `json:"case"`
	Mid  string `json:"mid"`
}

// Rating is a rating being given.
type Rating struct {
	Code  string `json:"code,omitempty"` // of the case, or "" for the unit's service
	Unit  string `json:"unit,omitempty"`
	Score int    `json:"score,omitempty"`
}

// Subject returns the code of the procedure that a short question ("how much is
// it?") is about when it names none itself: the one that was told within half an
// hour, or the first of those to choose from. "" is none.
func (s State) Subject(at time.Time) string {
	switch {
	case s.Step == "ask.choose" && len(s.Offered) > 0:
		_, code, _ := strings.Cut(s.Offered[0].Payload, ":")
		return code
	case s.Step == "ask.answer" || !s.AskedAt.IsZero() && at.Sub(s.AskedAt) < silence:
		return s.Procedure
	}
	return ""
}

// Report is a report being taken down.
type Report struct {
	Words     []Word           `json:"words,omitempty"`   // the description, word for word, one per message
	Answers   []Word           `json:"answers,omitempty"` // what only answered a step, so that an edit of it is understood
	Files     []models.File    `json:"files,omitempty"`
	Lost      []string         `json:"lost,omitempty"` // ids of those that could not be stored
	Kind      models.Kind      `json:"kind,omitempty"`
	Category  string           `json:"category,omitempty"`
	Sensitive bool             `json:"sensitive,omitempty"`
	Decision  string           `json:"decision,omitempty"`
	Unit      *UnitView        `json:"unit,omitempty"`
	Place     string           `json:"place,omitempty"`
	Location  *models.Location `json:"location,omitempty"`
	Contact   models.Contact   `json:"contact,omitzero"`
	Anonymous bool             `json:"anonymous,omitempty"`
	Proposed  *models.Location `json:"proposed,omitempty"` // where a photo was taken, not yet confirmed
	Skipped   []string         `json:"skipped,omitempty"`  // steps the citizen skipped, or settled
	Editing   bool             `json:"editing,omitempty"`  // after the step, back to the summary
	Changed   bool             `json:"changed,omitempty"`  // words of it were edited since the summary was shown
	Near      string           `json:"near,omitempty"`     // a name for Proposed
	Rude      []string         `json:"rude,omitempty"`     // profanity in the description: shown masked, filed as written
	Named     string           `json:"named,omitempty"`    // a name read in the description, which may be hidden
	Alike     *Alike           `json:"alike,omitempty"`    // the open case that looks the same
	Joins     string           `json:"joins,omitempty"`    // code of a neighbour's case that this is the same matter as
}

// Alike is an open case that looks the same as the report being taken down.
type Alike struct {
	Code    string        `json:"code"`
	Mine    bool          `json:"mine,omitempty"`
	Status  models.Status `json:"status,omitempty"`
	Created time.Time     `json:"created,omitzero"`
}

// WantsPlace reports whether it is still open where the matter is: neither told
// nor sent, nor left open by the citizen. It is for who plays an event: only
// then is a photo's own place of use.
func (r *Report) WantsPlace() bool {
	return r != nil && r.Place == "" && r.Location == nil && !r.settled("place")
}

// Comparable returns the report whose like may be looked for among the open
// cases, or nil. It is for who plays an event: when the state that it led to has
// one and there are such cases, the same event is played again with them.
func (s State) Comparable() *Report {
	r := s.Report
	if r == nil || s.Step != "report.contact" && s.Step != "report.confirm" || !r.comparable() {
		return nil
	}
	return r
}
