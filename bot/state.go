package bot

import (
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
	Filed      string      `json:"filed,omitempty"`  // code of the case filed last
	FiledAt    time.Time   `json:"filed_at,omitzero"`
	Case       string      `json:"case,omitempty"` // the case that the open step is about
	Unit       string      `json:"unit,omitempty"` // remembered choice of unit on a province-wide channel
	Procedure  string      `json:"procedure,omitempty"`
	DangerAt   time.Time   `json:"danger_at,omitzero"`
	AwayAt     time.Time   `json:"away_at,omitzero"` // when a muted citizen was last told that staff are away
}

// Report is a report being taken down.
type Report struct {
	Words     []Word           `json:"words,omitempty"` // the description, word for word, one per message
	Files     []models.File    `json:"files,omitempty"`
	Kind      models.Kind      `json:"kind,omitempty"`
	Category  string           `json:"category,omitempty"`
	Sensitive bool             `json:"sensitive,omitempty"`
	Decision  string           `json:"decision,omitempty"`
	Unit      *UnitView        `json:"unit,omitempty"`
	Place     string           `json:"place,omitempty"`
	Location  *models.Location `json:"location,omitempty"`
	Contact   models.Contact   `json:"contact,omitzero"`
	Anonymous bool             `json:"anonymous,omitempty"`
	Skipped   []string         `json:"skipped,omitempty"` // steps the citizen skipped, or settled
	Editing   bool             `json:"editing,omitempty"` // after the step, back to the summary
}
