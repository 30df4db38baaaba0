package relay

import (
	"context"
	"sync"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	staffFor     = time.Minute // how long a list of accounts counts
	staffTimeout = 2 * time.Second
)

// Staff knows which units have somebody who can act on a case.
type Staff struct {
	accounts func(context.Context) ([]store.Account, error)
	now      func() time.Time

	mu     sync.Mutex
	read   time.Time
	served map[string]bool
}

// NewStaff returns who asks the accounts at most once a minute.
func NewStaff(accounts func(context.Context) ([]store.Account, error), now func() time.Time) *Staff {
	return &Staff{accounts: accounts, now: now}
}

// Active reports whether the unit has an account that is not disabled and may
// act. While the accounts cannot be read, what was known last counts; before
// anything was known, every unit has.
func (s *Staff) Active(unit string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); now.Sub(s.read) >= staffFor {
		s.read = now
		s.refresh()
	}
	return s.served == nil || s.served[unit]
}

// Leaders are the e-mail addresses of a unit's active leaders, or, when it has
// none, of the province's.
func Leaders(accounts []store.Account, unit, province string) []string {
	var own, above []string
	for _, a := range accounts {
		switch {
		case a.Disabled || a.Role != models.RoleLeader:
		case a.Unit == unit:
			own = append(own, a.Email)
		case a.Unit == "" || a.Unit == province:
			above = append(above, a.Email)
		}
	}
	if len(own) > 0 {
		return own
	}
	return above
}

func (s *Staff) refresh() {
	ctx, cancel := context.WithTimeout(context.Background(), staffTimeout)
	defer cancel()
	accounts, err := s.accounts(ctx)
	if err != nil {
		return
	}
	s.served = map[string]bool{}
	for _, a := range accounts {
		if !a.Disabled && (models.Principal{Role: a.Role}).MayAct() {
			s.served[a.Unit] = true
		}
	}
}
