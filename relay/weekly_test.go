package relay

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// weekly is who mails leaders to a box.
type weekly struct {
	mu      sync.Mutex
	now     time.Time
	refuses string
	got     []string // address, id, subject and body
}

func (b *weekly) at() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *weekly) set(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = now
}

func (b *weekly) teller(t *testing.T, st *store.Store) *Weekly {
	t.Helper()
	catalogue, _ := mind()
	w, err := NewWeekly(WeeklyDeps{
		Store: st, Day: time.Monday, Calendar: catalogue.Calendar, Office: "tỉnh Đồng Nai", Console: "https://gopy.example.vn/console", Now: b.at,
		Unit:     func(slug string) string { return map[string]string{"tran-bien": "Phường Trấn Biên"}[slug] },
		Category: func(string) string { return "Rác thải" },
		Send: func(_ context.Context, to, id, subject, body string) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			if to == b.refuses {
				return errors.New("away")
			}
			b.got = append(b.got, strings.Join([]string{to, id, subject, body}, "\n"))
			return nil
		},
	})
	require.NoError(t, err)
	return w
}

// addresses are who was mailed, in alphabetical order.
func (b *weekly) addresses() (to []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.got {
		address, _, _ := strings.Cut(m, "\n")
		to = append(to, address)
	}
	slices.Sort(to)
	return to
}

func TestLeadersAreMailedFiguresOnceAWeek(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		b := &weekly{now: local(t, "2026-11-09 06:59")} // a Monday
		world := newWorldAt(t, url, b.at)
		for _, a := range []store.Account{
			{Email: "chu-tich@x.vn", Name: "Minh", Role: models.RoleLeader, Unit: "tran-bien"}, {Email: "tinh@x.vn", Name: "Hoa", Role: models.RoleLeader},
			{Email: "nghi@x.vn", Name: "Nghỉ", Role: models.RoleLeader, Disabled: true}, {Email: "lan@x.vn", Name: "Lan", Role: models.RoleOfficer},
		} {
			require.NoError(t, world.store.SaveAccount(t.Context(), a, "x"))
		}
		o := &office{now: local(t, "2026-11-03 09:00")}
		o.file(t, world.store, "PA2026-AAA", models.PhanAnh, local(t, "2026-11-03 09:00"), models.StatusAccepted)
		o.file(t, world.store, "PA2026-OLD", models.PhanAnh, local(t, "2026-11-01 23:59"), models.StatusAccepted)
		o.file(t, world.store, "PA2026-NEW", models.PhanAnh, local(t, "2026-11-09 00:00"), models.StatusAccepted)
		tellers := []*Weekly{b.teller(t, world.store), b.teller(t, world.store)}
		tell := func() {
			var group sync.WaitGroup
			for _, w := range tellers {
				group.Go(func() { assert.NoError(t, w.Tell(context.Background())) })
			}
			group.Wait()
		}
		tell()
		require.Empty(t, b.addresses(), "not before seven")
		for _, at := range []string{"2026-11-09 07:00", "2026-11-09 07:05", "2026-11-10 08:00", "2026-11-15 08:00"} {
			b.set(local(t, at))
			tell()
			require.Equal(t, []string{"chu-tich@x.vn", "tinh@x.vn"}, b.addresses(), at)
		}
		for _, m := range b.got {
			require.Contains(t, m, "Đã nhận: 1,", "the seven days before the mail")
			require.Contains(t, m, "/console/figures?from=2026-11-02&until=2026-11-08")
			require.Contains(t, m, "Rác thải (1)")
			require.NotContains(t, m, "<no value>")
		}
		b.set(local(t, "2026-11-16 07:00"))
		tell()
		require.Len(t, b.addresses(), 4, "and the next week")
	})
}

func TestWeeklyMailIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := &weekly{now: local(t, "2026-11-09 08:00"), refuses: "a@x.vn"}
	world := newWorldAt(t, databases.SQLite(t), b.at)
	for _, email := range []string{"a@x.vn", "b@x.vn"} {
		require.NoError(t, world.store.SaveAccount(t.Context(), store.Account{Email: email, Name: "X", Role: models.RoleLeader, Unit: "tran-bien"}, "x"))
	}
	w := b.teller(t, world.store)
	require.Error(t, w.Tell(t.Context()))
	require.Equal(t, []string{"b@x.vn"}, b.addresses(), "one who cannot be told keeps nobody else waiting")
	b.refuses = ""
	require.NoError(t, w.Tell(t.Context()), "not at once")
	require.Len(t, b.addresses(), 1)
	b.set(local(t, "2026-11-09 08:10"))
	require.NoError(t, w.Tell(t.Context()))
	require.Equal(t, []string{"a@x.vn", "b@x.vn"}, b.addresses())
	require.Contains(t, b.got[0], "Phường Trấn Biên")
}
