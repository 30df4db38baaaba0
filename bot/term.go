package bot

import (
	"time"

	"github.com/langnghe/langnghe/models"
)

// TermView is what a dialogue may tell of how a due date came about.
type TermView struct {
	Days     int  // of the term
	Calendar bool // they are calendar days, not working days
	From     time.Time
	Again    bool // From is when the citizen said that it is not done
	models.Skips
	Waiting  bool      // the clock stands still: the citizen was asked something
	Basis    string    // law and article, when they are confirmed; else ""
	Due      time.Time // the date that stands
	Kept     bool      // Due was promised, and is later than the rules say
	Promised time.Time // what an officer promised when it was late, or zero
}

// NewTermView is what may be told of a derivation.
func NewTermView(v models.Derivation) *TermView {
	out := &TermView{
		Days: v.Term.Working, From: v.From, Again: v.Again, Skips: v.Skips(),
		Due: v.Due, Kept: v.Due.After(v.Counted), Promised: v.Promised,
	}
	if v.Calendar {
		out.Days, out.Calendar = v.Term.Calendar, true
	}
	if !v.Term.Source.Verify && v.Category == "" {
		out.Basis = v.Term.Source.Text
	}
	for _, p := range v.Pauses {
		out.Waiting = out.Waiting || p.To.IsZero() && v.Kind != models.KhieuNai
	}
	return out
}
