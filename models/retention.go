package models

import "time"

// Retention is how long what is known of citizens is kept. Zero of any is for ever.
type Retention struct {
	Audit  time.Duration
	Talks  time.Duration          // what was said that belongs to no case which is kept
	Drafts time.Duration          // what was begun in a chat and not filed, files too
	Cases  map[Kind]time.Duration // who filed a case, after it has ended
}

// Ends returns before when each kind of case must have ended for its citizen to be
// forgotten now; kinds that are kept for ever have none.
func (r Retention) Ends(now time.Time) map[Kind]time.Time {
	ends := map[Kind]time.Time{}
	for kind, kept := range r.Cases {
		if kept > 0 {
			ends[kind] = now.Add(-kept)
		}
	}
	return ends
}
