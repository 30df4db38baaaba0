package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/stretchr/testify/require"
)

// deskLan is an officer of the ward, deskBoss sees the whole province.
var (
	deskLan  = models.Principal{Name: "Lan", Email: "lan@x.vn", Role: models.RoleOfficer, Unit: "tran-bien"}
	deskBoss = models.Principal{Name: "Sếp", Email: "sep@x.vn", Role: models.RoleInspector}
)

// deskNow is when the lists are asked for.
func deskNow() time.Time { return at(1000) }

// deskCase is an open case nobody has, filed at that second.
func deskCase(code string, second int, change ...func(*models.Case)) *models.Case {
	c := &models.Case{
		Code: code, Unit: "tran-bien", Kind: models.PhanAnh, Category: "giao-thong", Status: models.StatusNew, Priority: "normal",
		Description: "Đường ngập", Place: "hẻm 12", Platform: models.Zalo, Conversation: "zalo:3:" + code,
		Contact: models.Contact{Name: "Trần Thị Đào", Phone: "0912345678"}, CreatedAt: at(second), UpdatedAt: at(second), DueAt: at(5000),
	}
	for _, f := range change {
		f(c)
	}
	return c
}

func insertCases(t *testing.T, s *store.Store, cases ...*models.Case) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error {
		for _, c := range cases {
			if err := tx.InsertCase(c); err != nil {
				return err
			}
		}
		return nil
	})
}

func saveTalk(t *testing.T, s *store.Store, c models.Conversation) {
	t.Helper()
	c.Channel, c.Peer = "zalo:3", c.ID
	update(t, s, func(tx *store.Tx) error { return tx.SaveConversations([]models.Conversation{c}) })
}

// listed reads a list to its end, two lines at a time.
func listed(t *testing.T, s *store.Store, f store.DeskFilter) (ids []string) {
	t.Helper()
	f.Now, f.Soon, f.Limit = deskNow(), at(2000), 2
	for {
		items, next, err := s.Desk(t.Context(), f)
		require.NoError(t, err)
		for _, i := range items {
			ids = append(ids, i.ID())
		}
		if next == "" {
			return ids
		}
		require.Len(t, items, 2)
		f.Cursor = next
	}
}

func status(status models.Status) func(*models.Case) {
	return func(c *models.Case) { c.Status = status }
}

func unit(slug string) func(*models.Case) { return func(c *models.Case) { c.Unit = slug } }

func due(second int) func(*models.Case) { return func(c *models.Case) { c.DueAt = at(second) } }

func whose(email string) func(*models.Case) { return func(c *models.Case) { c.Assignee = email } }

func sensitive(c *models.Case) { c.Sensitive = true }

// fillDesk makes one of everything.
func fillDesk(t *testing.T, s *store.Store) {
	t.Helper()
	insertCases(t, s,
		deskCase("NEW", 10), deskCase("MINE", 20, whose("lan@x.vn"), status(models.StatusAccepted)),
		deskCase("LATE", 30, due(500)), deskCase("LATER", 35, due(700)), deskCase("SOON", 40, due(1500)),
		deskCase("ASKED", 50, status(models.StatusWaiting), due(500), whose("an@x.vn")),
		deskCase("DONE", 60, status(models.StatusResolved), due(500)),
		deskCase("AWAY", 70, unit("long-khanh")), deskCase("SECRET", 80, sensitive), deskCase("OWN", 90, sensitive, whose("Lan@x.vn")),
	)
	saveTalk(t, s, models.Conversation{ID: "zalo:3:w", Unit: "tran-bien", Mode: models.ModeWaiting, Since: at(45)})
	saveTalk(t, s, models.Conversation{ID: "zalo:3:h", Unit: "tran-bien", Mode: models.ModeHuman, Since: at(15), Case: "SECRET"})
	saveTalk(t, s, models.Conversation{ID: "zalo:3:p", Unit: "tran-bien", Mode: models.ModeParked, Since: at(25)})
	saveTalk(t, s, models.Conversation{ID: "zalo:3:b", Unit: "tran-bien", Mode: models.ModeBot})
	saveTalk(t, s, models.Conversation{ID: "zalo:3:far", Unit: "long-khanh", Mode: models.ModeWaiting, Since: at(46)})
}

// mentionLan names Lan in notes of cases, of which one is not hers to know of, one
// is another unit's, and one was looked at since.
func mentionLan(t *testing.T, s *store.Store) {
	t.Helper()
	for _, code := range []string{"DONE", "NEW", "SECRET", "AWAY", "LATE", "SOON"} {
		update(t, s, func(tx *store.Tx) error {
			c, err := tx.Case(code)
			if err != nil {
				return err
			}
			return tx.Mention(c, []string{"LAN@x.vn"})
		})
	}
	require.NoError(t, s.MarkSeen(t.Context(), deskLan.Email, "LATE"))
}

func TestDeskViews(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		fillDesk(t, s)
		mentionLan(t, s)
		for view, want := range map[store.DeskView][]string{
			store.DeskOpen:       {"OWN", "ASKED", "zalo:3:w", "SOON", "LATER", "LATE", "MINE", "zalo:3:h", "NEW"},
			store.DeskMine:       {"MINE"},
			store.DeskMentioned:  {"SOON", "NEW", "DONE"},
			store.DeskUnassigned: {"SOON", "LATER", "LATE", "NEW"},
			store.DeskSoon:       {"SOON"},
			store.DeskOverdue:    {"LATE", "LATER"},
			store.DeskWaiting:    {"ASKED"},
			store.DeskPerson:     {"zalo:3:h", "zalo:3:w"},
			store.DeskParked:     {"zalo:3:p"},
			store.DeskAll:        {"OWN", "DONE", "ASKED", "SOON", "LATER", "LATE", "MINE", "NEW"},
		} {
			require.Equal(t, want, listed(t, s, store.DeskFilter{View: view, Seen: deskLan}), view)
		}
		require.Contains(t, listed(t, s, store.DeskFilter{View: store.DeskOpen, Seen: deskBoss}), "SECRET")
		require.Contains(t, listed(t, s, store.DeskFilter{View: store.DeskOpen, Seen: deskBoss}), "zalo:3:far")
		require.Empty(t, listed(t, s, store.DeskFilter{View: store.DeskAll, Unit: "long-khanh", Seen: deskLan}))
		require.Equal(t, []string{"AWAY"}, listed(t, s, store.DeskFilter{View: store.DeskAll, Unit: "long-khanh", Seen: deskBoss}))

		counts, err := s.DeskCounts(t.Context(), store.DeskFilter{Seen: deskLan, Now: deskNow(), Soon: at(2000)})
		require.NoError(t, err)
		require.Equal(t, map[store.DeskView]int{
			store.DeskOpen: 9, store.DeskMine: 1, store.DeskMentioned: 3, store.DeskUnassigned: 4, store.DeskSoon: 1, store.DeskOverdue: 2,
			store.DeskWaiting: 1, store.DeskPerson: 2, store.DeskUndelivered: 0, store.DeskParked: 1,
		}, counts)
	})
}

// TestDeskHidesSecretCases: by role, as models.Principal.Sees has it, also where
// a conversation names one.
func TestDeskHidesSecretCases(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		fillDesk(t, s)
		for _, role := range models.Roles {
			p := models.Principal{Name: "P", Email: "p@x.vn", Role: role}
			for _, f := range []store.DeskFilter{{View: store.DeskAll}, {View: store.DeskOpen}, {View: store.DeskAll, Query: "ngap"}} {
				f.Seen, f.Now = p, deskNow()
				items, _, err := s.Desk(t.Context(), f)
				require.NoError(t, err)
				require.NotEmpty(t, items)
				secret := false
				for _, i := range items {
					secret = secret || i.ID() == "SECRET" || i.Talk != nil && i.Talk.Case == "SECRET"
				}
				require.Equal(t, p.Sees(*deskCase("SECRET", 1, sensitive)), secret, "%s %v", role, f)
			}
		}
	})
}

func TestDeskFilters(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		fillDesk(t, s)
		insertCases(t, s, deskCase("ODD", 100, func(c *models.Case) {
			c.Kind, c.Category, c.Platform, c.Unit = models.KhieuNai, "dat-dai", models.Counter, "long-khanh"
		}))
		for _, seen := range []models.Principal{deskBoss, {Role: models.RoleLeader, Unit: "long-khanh"}} {
			for _, view := range []store.DeskView{store.DeskOpen, store.DeskAll} {
				for name, f := range map[string]store.DeskFilter{
					"kind": {Kind: "khieu_nai"}, "category": {Category: "dat-dai"}, "channel": {Channel: models.Counter},
					"status": {Status: "new", Kind: "khieu_nai"}, "since": {Since: at(95)}, "both": {Since: at(100), Until: at(101), Category: "dat-dai"},
				} {
					f.View, f.Seen = view, seen
					require.Equal(t, []string{"ODD"}, listed(t, s, f), name)
				}
			}
		}
		require.Equal(t, []string{"zalo:3:w"}, listed(t, s, store.DeskFilter{View: store.DeskPerson, Since: at(40), Seen: deskLan, Channel: models.Zalo}))
		require.Empty(t, listed(t, s, store.DeskFilter{View: store.DeskPerson, Seen: deskLan, Channel: models.Messenger}))
		_, _, err := s.Desk(t.Context(), store.DeskFilter{View: store.DeskMine, Page: store.Page{Cursor: "x"}})
		require.ErrorIs(t, err, store.ErrCursor)
	})
}

func TestDeskSearch(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		insertCases(t, s,
			deskCase("PA2026-AAA111", 10, func(c *models.Case) { c.Contact = models.Contact{Name: "Đặng Văn Ổn", Phone: "0987654321"} }),
			deskCase("PA2026-BBB222", 20, func(c *models.Case) { c.Description = "Rác trước chợ Biên Hoà" }),
			deskCase("PA2026-CCC333", 30, unit("long-khanh")), deskCase("PA2026-DDD444", 40, status(models.StatusResolved)),
		)
		search := func(p models.Principal, query string) []string {
			return listed(t, s, store.DeskFilter{View: store.DeskAll, Query: query, Seen: p})
		}
		for query, want := range map[string][]string{
			"đường NGẬP": {"PA2026-DDD444", "PA2026-AAA111"}, "duong ngap": {"PA2026-DDD444", "PA2026-AAA111"}, "cho bien hoa": {"PA2026-BBB222"},
			"pa2026-bbb222": {"PA2026-BBB222"}, "PA2026-BBB22": {"PA2026-BBB222"}, "bbb222": {"PA2026-BBB222"},
			"+84 987 654 321": {"PA2026-AAA111"}, "0987654": {"PA2026-AAA111"}, "dang van on": {"PA2026-AAA111"}, "Đào": {"PA2026-DDD444", "PA2026-BBB222"},
			"ngap cho": nil, "%": nil, `" OR *`: nil, "'": nil, "tranbien": nil, "  ": nil, "AND": nil, "\x00\xff": nil,
		} {
			require.Equal(t, want, search(deskLan, query), "%q", query)
		}
		require.Equal(t, []string{"PA2026-DDD444", "PA2026-CCC333", "PA2026-AAA111"}, search(deskBoss, "ngap"))
		viewer := models.Principal{Role: models.RoleViewer}
		require.Empty(t, search(viewer, "0987654321"), "who does not see a phone does not find by it")
		require.Empty(t, search(viewer, "dang van on"))
		require.Len(t, search(viewer, "ngap"), 3)
		require.Equal(t, []string{"PA2026-AAA111"}, listed(t, s, store.DeskFilter{View: store.DeskUnassigned, Query: "ngap", Seen: deskLan}))

		update(t, s, func(tx *store.Tx) error {
			c, err := tx.Case("PA2026-BBB222")
			if err != nil {
				return err
			}
			c.Description, c.Unit, c.Contact.Name = "đã dọn", "long-khanh", ""
			return tx.SaveCase(c)
		})
		require.Empty(t, search(deskLan, "rac"))
		require.Equal(t, []string{"PA2026-BBB222"}, search(deskBoss, "da don"))
		require.NotContains(t, search(deskBoss, "dao"), "PA2026-BBB222")
	})
}

func TestUndelivered(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		fillDesk(t, s)
		queue := func(talk, code string) int64 {
			m := &models.OutboxItem{Conversation: talk, Channel: "zalo:3", Peer: talk, Case: code, Text: "x", Status: models.OutSending}
			update(t, s, func(tx *store.Tx) error { return tx.Queue([]*models.OutboxItem{m}, me) })
			return m.ID
		}
		finish := func(id int64, status models.OutboxStatus) {
			require.NoError(t, s.FinishOutbox(t.Context(), []store.Outcome{{ID: id, Status: status, Owner: me}}))
		}
		lostTalk, lostCase, secret := queue("zalo:3:w", ""), queue("zalo:3:NEW", "NEW"), queue("zalo:3:s", "SECRET")
		require.Empty(t, listed(t, s, store.DeskFilter{View: store.DeskUndelivered, Seen: deskLan}))
		finish(lostTalk, models.OutFailed)
		finish(lostCase, models.OutToCall)
		finish(secret, models.OutFailed)
		require.ElementsMatch(t, []string{"zalo:3:w", "NEW"}, listed(t, s, store.DeskFilter{View: store.DeskUndelivered, Seen: deskLan}))
		require.Len(t, listed(t, s, store.DeskFilter{View: store.DeskUndelivered, Seen: deskBoss}), 3)
		require.Equal(t, []string{"NEW"}, listed(t, s, store.DeskFilter{View: store.DeskUndelivered, Seen: deskLan, Kind: "phan_anh"}))
		counts, err := s.DeskCounts(t.Context(), store.DeskFilter{Seen: deskLan, Now: deskNow()})
		require.NoError(t, err)
		require.Equal(t, 2, counts[store.DeskUndelivered])

		update(t, s, func(tx *store.Tx) error { // the new unit has it now
			c, err := tx.Case("NEW")
			if err != nil {
				return err
			}
			c.Unit = "long-khanh"
			return tx.SaveCase(c)
		})
		require.Equal(t, []string{"zalo:3:w"}, listed(t, s, store.DeskFilter{View: store.DeskUndelivered, Seen: deskLan}))
	})
}

// TestNobodyForgottenIsUndelivered: a message that was blanked is owed to nobody.
func TestNobodyForgottenIsUndelivered(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		saveTalk(t, s, models.Conversation{ID: "zalo:3:w", Unit: "tran-bien"})
		lost := &models.OutboxItem{Conversation: "zalo:3:w", Channel: "zalo:3", Peer: "w", Text: "x", Status: models.OutSending}
		under := &models.OutboxItem{Conversation: "zalo:3:w", Channel: "zalo:3", Peer: "w", Text: "y"}
		update(t, s, func(tx *store.Tx) error { return tx.Queue([]*models.OutboxItem{lost}, me) })
		require.NoError(t, s.FinishOutbox(t.Context(), []store.Outcome{{ID: lost.ID, Status: models.OutFailed, Owner: me}}))
		update(t, s, func(tx *store.Tx) error { return tx.Queue([]*models.OutboxItem{under}, "") })
		require.Len(t, listed(t, s, store.DeskFilter{View: store.DeskUndelivered, Seen: deskBoss}), 1)
		update(t, s, func(tx *store.Tx) error {
			return tx.Forget(store.Erasure{Conversation: "zalo:3:w", AskedAt: time.Now().Add(time.Minute)}, nil)
		})
		require.Empty(t, listed(t, s, store.DeskFilter{View: store.DeskUndelivered, Seen: deskBoss}))
	})
}

func TestUnreadMarks(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		now := time.Now()
		fresh := func(c *models.Case) { c.CreatedAt, c.UpdatedAt = now.Add(-time.Hour), now.Add(-time.Hour) }
		old := func(c *models.Case) { c.UpdatedAt = now.Add(-40 * 24 * time.Hour) }
		insertCases(t, s, deskCase("FRESH", 1, fresh), deskCase("OLD", 2, old))
		unread := func(p models.Principal) (ids []string) {
			items, _, err := s.Desk(t.Context(), store.DeskFilter{View: store.DeskAll, Seen: p, Now: now})
			require.NoError(t, err)
			for _, i := range items {
				if i.Unread {
					ids = append(ids, i.ID())
				}
			}
			return ids
		}
		require.Equal(t, []string{"FRESH"}, unread(deskLan))
		require.NoError(t, s.MarkSeen(t.Context(), "LAN@x.vn", "FRESH"))
		require.NoError(t, s.MarkSeen(t.Context(), "", "FRESH"))
		require.Empty(t, unread(deskLan))
		require.Equal(t, []string{"FRESH"}, unread(deskBoss), "each has marks of their own")
		update(t, s, func(tx *store.Tx) error {
			c, err := tx.Case("FRESH")
			if err != nil {
				return err
			}
			c.UpdatedAt = time.Now().Add(time.Second)
			return tx.SaveCase(c)
		})
		require.Equal(t, []string{"FRESH"}, unread(deskLan))
	})
}

func TestTakeCase(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		fillDesk(t, s)
		take := func(p models.Principal, code string) (taken bool) {
			update(t, s, func(tx *store.Tx) (err error) { taken, err = tx.TakeCase(p, code); return err })
			return taken
		}
		other := deskLan
		other.Email = "hoa@x.vn"
		wins := make(chan bool, 8)
		for i := range 8 {
			go func() {
				p := []models.Principal{deskLan, other}[i%2]
				var taken bool
				err := s.Update(context.Background(), func(tx *store.Tx) (err error) { taken, err = tx.TakeCase(p, "NEW"); return err })
				wins <- taken && err == nil
			}()
		}
		won := 0
		for range 8 {
			if <-wins {
				won++
			}
		}
		require.Equal(t, 1, won, "of eight at once one has it")
		c, err := s.Case(t.Context(), "NEW")
		require.NoError(t, err)
		require.Contains(t, []string{"lan@x.vn", "hoa@x.vn"}, c.Assignee)
		for _, code := range []string{"NEW", "DONE", "AWAY", "SECRET", "none"} {
			require.False(t, take(deskLan, code), code)
		}
		require.True(t, take(deskLan, "LATE"))
	})
}

func TestSavedViews(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		save := func(of string, v store.SavedView) error {
			return s.Update(t.Context(), func(tx *store.Tx) error { return tx.SaveView(of, v) })
		}
		require.NoError(t, save("Lan@x.vn", store.SavedView{Name: "Ngập", Query: "q=ngap"}))
		require.NoError(t, save("lan@x.vn", store.SavedView{Name: "Ngập", Query: "q=ngap&unit=a"}))
		for i := range store.SavedViewsMost - 1 {
			require.NoError(t, save("lan@x.vn", store.SavedView{Name: fmt.Sprint(i)}))
		}
		require.ErrorIs(t, save("lan@x.vn", store.SavedView{Name: "one too many"}), store.ErrFull)
		require.NoError(t, save("lan@x.vn", store.SavedView{Name: "Ngập", Query: "q=x"}))
		views, err := s.SavedViews(t.Context(), "lan@x.vn")
		require.NoError(t, err)
		require.Len(t, views, store.SavedViewsMost)
		require.Contains(t, views, store.SavedView{Name: "Ngập", Query: "q=x"})
		none, err := s.SavedViews(t.Context(), "an@x.vn")
		require.NoError(t, err)
		require.Empty(t, none)
		drop := func(name string) error {
			return s.Update(t.Context(), func(tx *store.Tx) error { return tx.DropView("lan@x.vn", name) })
		}
		require.NoError(t, drop("Ngập"))
		require.ErrorIs(t, drop("Ngập"), store.ErrNotFound)
	})
}
