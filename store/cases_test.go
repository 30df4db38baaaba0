package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/stretchr/testify/require"
)

func update(t *testing.T, s *store.Store, f func(tx *store.Tx) error) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), f))
}

func fullCase(code string) *models.Case {
	return &models.Case{
		Code: code, Unit: "tran-bien", Kind: models.PhanAnh, Category: "giao-thong", Status: models.StatusNew, Priority: "normal",
		Sensitive: true, Description: "Đường hỏng\x00 nặng", Place: "hẻm 12", Location: &models.Location{Lat: 1.5, Lng: 2}, Anonymous: true,
		Contact: models.Contact{Name: "Lan", Phone: "0912345678"}, Decision: "số 1", Platform: models.Messenger, Conversation: channel + ":1",
		Assignee: "a@x.vn", CreatedAt: at(1), DueAt: at(2), ResolvedAt: at(3), PausedAt: at(4), UpdatedAt: at(5),
	}
}

func TestCaseRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		c := fullCase("pa2026-abc")
		c.Attachments = []models.Attachment{{ID: "f1"}}
		c.Events = []models.CaseEvent{{At: at(1), Actor: "citizen", Action: models.ActFile, To: models.StatusNew, Text: "a\x00", Detail: "d"}}
		update(t, s, func(tx *store.Tx) error {
			if err := tx.InsertAttachments([]models.Attachment{{ID: "f1", Conversation: channel + ":1", Kind: "image", CreatedAt: at(1)}}); err != nil {
				return err
			}
			return tx.InsertCase(c)
		})
		require.NotZero(t, c.Events[0].ID)
		want := fullCase("PA2026-ABC")
		want.Description = "Đường hỏng\uFFFD nặng"
		want.Events = []models.CaseEvent{{ID: c.Events[0].ID, Case: "PA2026-ABC", At: at(1), Actor: "citizen", Action: models.ActFile, To: models.StatusNew, Text: "a\uFFFD", Detail: "d"}}
		want.Attachments = []models.Attachment{{ID: "f1", Conversation: channel + ":1", Case: "PA2026-ABC", Kind: "image", Status: models.AttachmentFetching, CreatedAt: at(1)}}
		got, err := s.Case(t.Context(), "Pa2026-aBc")
		require.NoError(t, err)
		require.Equal(t, want, got)

		update(t, s, func(tx *store.Tx) error {
			c, err := tx.Case("pa2026-abc")
			if err != nil {
				return err
			}
			c.Status, c.Assignee, c.Location, c.Sensitive = models.StatusAccepted, "", nil, false
			c.Events = append(c.Events, models.CaseEvent{Action: models.ActAccept})
			return tx.SaveCase(c)
		})
		got, err = s.Case(t.Context(), "PA2026-ABC")
		require.NoError(t, err)
		require.Equal(t, models.StatusAccepted, got.Status)
		require.Empty(t, got.Assignee)
		require.Nil(t, got.Location)
		require.Len(t, got.Attachments, 1)
		require.Len(t, got.Events, 2)
		require.WithinDuration(t, time.Now(), got.Events[1].At, time.Minute)
	})
}

func TestCaseErrors(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		_, err := s.Case(t.Context(), "none\x00\xff")
		require.ErrorIs(t, err, store.ErrNotFound)
		require.ErrorIs(t, s.Update(t.Context(), func(tx *store.Tx) error { _, err := tx.Case("none"); return err }), store.ErrNotFound)
		require.ErrorIs(t, s.Update(t.Context(), func(tx *store.Tx) error { return tx.SaveCase(fullCase("none")) }), store.ErrNotFound)
		update(t, s, func(tx *store.Tx) error { return tx.InsertCase(fullCase("A")) })
		require.ErrorIs(t, s.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertCase(fullCase("a")) }), store.ErrConflict)
	})
}

func TestLatestCasesOfConversations(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error {
			for i := range 7 {
				c := fullCase(fmt.Sprint("A", i))
				c.UpdatedAt = at(i)
				c.Events = []models.CaseEvent{{Action: models.ActFile}, {Action: models.ActReply, Text: "told"}}
				if err := tx.InsertCase(c); err != nil {
					return err
				}
			}
			b := fullCase("B")
			b.Conversation = channel + ":2"
			return tx.InsertCase(b)
		})
		update(t, s, func(tx *store.Tx) error {
			got, err := tx.Cases([]string{channel + ":1", channel + ":2", channel + ":3"})
			require.NoError(t, err)
			require.Len(t, got, 2)
			require.Equal(t, []string{"A6", "A5", "A4", "A3", "A2"}, codesOf(got[channel+":1"]))
			require.Len(t, got[channel+":1"][0].Events, 1)
			require.Equal(t, "told", got[channel+":1"][0].Events[0].Text)
			require.Equal(t, []string{"B"}, codesOf(got[channel+":2"]))
			return nil
		})
	})
}

func TestCasesAreFiltered(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		seed := func(code, unit, description, phone string, second int, change func(*models.Case)) {
			c := &models.Case{
				Code: code, Unit: unit, Kind: models.PhanAnh, Category: "rac", Status: models.StatusNew, Description: description,
				Contact: models.Contact{Phone: phone}, CreatedAt: at(second),
			}
			if change != nil {
				change(c)
			}
			update(t, s, func(tx *store.Tx) error { return tx.InsertCase(c) })
		}
		seed("PA-1", "tran-bien", "Đường ĐỎ ngập nước", "0912345678", 1, nil)
		seed("PA-2", "tran-bien", "Rác 100% thải_bừa", "", 2, func(c *models.Case) { c.Category, c.Kind = "moi-truong", models.GopY })
		seed("PA-3", "long-binh", "Đèn đường hỏng", "", 3, func(c *models.Case) { c.Status = models.StatusResolved })
		leader := models.Principal{Role: models.RoleLeader}
		for name, tt := range map[string]struct {
			f    store.CaseFilter
			want []string
		}{
			"all, newest first":   {store.CaseFilter{}, []string{"PA-3", "PA-2", "PA-1"}},
			"unit":                {store.CaseFilter{Unit: "tran-bien"}, []string{"PA-2", "PA-1"}},
			"status":              {store.CaseFilter{Status: "resolved"}, []string{"PA-3"}},
			"open":                {store.CaseFilter{Open: true, Category: "rac"}, []string{"PA-1"}},
			"kind":                {store.CaseFilter{Kind: "gop_y"}, []string{"PA-2"}},
			"category":            {store.CaseFilter{Category: "rac"}, []string{"PA-3", "PA-1"}},
			"since":               {store.CaseFilter{Since: at(2)}, []string{"PA-3", "PA-2"}},
			"words with accents":  {store.CaseFilter{Query: "nước đường"}, []string{"PA-1"}},
			"words without":       {store.CaseFilter{Query: "DUONG"}, []string{"PA-3", "PA-1"}},
			"code":                {store.CaseFilter{Query: "pa-2"}, []string{"PA-2"}},
			"percent is a letter": {store.CaseFilter{Query: "100%"}, []string{"PA-2"}},
			"underscore too":      {store.CaseFilter{Query: "thai_bua"}, []string{"PA-2"}},
			"a phone":             {store.CaseFilter{Query: "0912345678", Seen: leader}, []string{"PA-1"}},
			"a phone as written":  {store.CaseFilter{Query: "+84 912.345.678", Seen: leader}, []string{"PA-1"}},
			"part of a phone":     {store.CaseFilter{Query: "5678", Seen: leader}, []string{"PA-1"}},
			"a masked phone":      {store.CaseFilter{Query: "0912345678", Seen: models.Principal{Role: models.RoleViewer}}, nil},
			"not one's unit":      {store.CaseFilter{Unit: "long-binh", Seen: models.Principal{Role: models.RoleLeader, Unit: "tran-bien"}}, nil},
			"hostile":             {store.CaseFilter{Query: "\x00\xff '; --", Unit: "\x00"}, nil},
		} {
			got, next, err := s.Cases(t.Context(), tt.f)
			require.NoError(t, err, name)
			require.Empty(t, next, name)
			require.Equal(t, tt.want, codesOf(got), name)
		}
	})
}

// Whatever the rule of models says of a principal and a case, SQL says too.
func TestCasesAreSeenByTheRule(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		var all []models.Case
		for i, unit := range []string{"tran-bien", "long-binh", ""} {
			for j, assignee := range []string{"", "an@x.vn", "An", "binh@x.vn"} {
				for k, sensitive := range []bool{false, true} {
					all = append(all, models.Case{Code: fmt.Sprintf("C%d%d%d", i, j, k), Unit: unit, Assignee: assignee, Sensitive: sensitive})
				}
			}
		}
		update(t, s, func(tx *store.Tx) error {
			for i := range all {
				if err := tx.InsertCase(&all[i]); err != nil {
					return err
				}
			}
			return nil
		})
		for _, role := range append(slices.Clone(models.Roles), "") {
			for _, p := range []models.Principal{{Role: role}, {Role: role, Unit: "tran-bien", Name: "An"}, {Role: role, Email: "an@x.vn", Name: "X"}, {Role: role, Name: "AN@X.vn"}} {
				var want []string
				for _, c := range all {
					if p.Sees(c) {
						want = append(want, c.Code)
					}
				}
				cases, _, err := s.Cases(t.Context(), store.CaseFilter{Seen: p, Page: store.Page{Limit: 100}})
				require.NoError(t, err)
				got := codesOf(cases)
				slices.Sort(got)
				require.Equal(t, want, got, "%+v", p)
			}
		}
	})
}

func TestPagesAreWholeAndCursorsChecked(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		var want []string
		update(t, s, func(tx *store.Tx) error {
			for i := range 11 {
				c := models.Case{Code: fmt.Sprintf("C%02d", i), CreatedAt: at(i / 4)} // several at one moment
				want = append([]string{c.Code}, want...)
				if err := tx.InsertCase(&c); err != nil {
					return err
				}
			}
			return nil
		})
		var got []string
		p := store.Page{Limit: 3}
		for pages := 0; ; pages++ {
			require.Less(t, pages, 5)
			cases, next, err := s.Cases(t.Context(), store.CaseFilter{Page: p})
			require.NoError(t, err)
			got = append(got, codesOf(cases)...)
			if next == "" {
				break
			}
			p.Cursor = next
		}
		require.Equal(t, want, got)
		for _, bad := range []string{"x", "%%%", p.Cursor + "A", p.Cursor[1:], "MTIz"} {
			_, _, err := s.Cases(t.Context(), store.CaseFilter{Page: store.Page{Cursor: bad}})
			require.ErrorIs(t, err, store.ErrCursor, bad)
		}
		_, _, err := s.Outbox(t.Context(), "", "", p)
		require.ErrorIs(t, err, store.ErrCursor, "the cursor of another list")
		_, _, err = s.Conversations(t.Context(), "human", "", p)
		require.ErrorIs(t, err, store.ErrCursor)
	})
}

func TestConversationsLongestWaitingFirst(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		var cs []models.Conversation
		for i, mode := range []models.Mode{models.ModeWaiting, models.ModeHuman, models.ModeWaiting, models.ModeBot, models.ModeWaiting} {
			cs = append(cs, models.Conversation{ID: fmt.Sprint(i), Mode: mode, Since: at(9 - i), Unit: []string{"a", "b"}[i/4]})
		}
		update(t, s, func(tx *store.Tx) error { return tx.SaveConversations(cs) })
		list := func(mode, unit string, p store.Page) (ids []string, next string) {
			got, next, err := s.Conversations(t.Context(), mode, unit, p)
			require.NoError(t, err)
			for _, c := range got {
				ids = append(ids, c.ID)
			}
			return ids, next
		}
		ids, next := list("waiting", "", store.Page{Limit: 2})
		require.Equal(t, []string{"4", "2"}, ids)
		ids, next = list("waiting", "", store.Page{Limit: 2, Cursor: next})
		require.Equal(t, []string{"0"}, ids)
		require.Empty(t, next)
		ids, _ = list("waiting", "a", store.Page{})
		require.Equal(t, []string{"2", "0"}, ids)
		ids, _ = list("bot", "", store.Page{})
		require.Equal(t, []string{"3"}, ids)
	})
}

func TestStats(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error {
			for i, status := range []models.Status{models.StatusNew, models.StatusNew, models.StatusResolved, models.StatusNew} {
				c := models.Case{Code: fmt.Sprint(i), Unit: []string{"a", "b"}[i/3], Status: status, CreatedAt: at(i), Sensitive: i == 2, Assignee: "an@x.vn"}
				if err := tx.InsertCase(&c); err != nil {
					return err
				}
			}
			return nil
		})
		got, err := s.Stats(t.Context(), models.Principal{Role: models.RoleInspector}, "", at(1))
		require.NoError(t, err)
		require.Equal(t, []store.Stats{{Unit: "a", Status: "new", Count: 1}, {Unit: "a", Status: "resolved", Count: 1}, {Unit: "b", Status: "new", Count: 1}}, got)
		got, err = s.Stats(t.Context(), models.Principal{Role: models.RoleLeader, Unit: "a"}, "", time.Time{})
		require.NoError(t, err)
		require.Equal(t, []store.Stats{{Unit: "a", Status: "new", Count: 2}, {Unit: "a", Status: "resolved", Count: 1}}, got)
		for _, by := range []models.Principal{{Role: models.RoleViewer}, {Role: models.RoleAdmin}, {Role: models.RoleAuditor}, {Role: models.RoleOfficer, Email: "other@x.vn"}} {
			got, err = s.Stats(t.Context(), by, "a", time.Time{})
			require.NoError(t, err)
			require.Equal(t, []store.Stats{{Unit: "a", Status: "new", Count: 2}}, got, "who may not know of a sensitive case does not count it: %s", by.Role)
		}
		got, err = s.Stats(t.Context(), models.Principal{Role: models.RoleOfficer, Email: "an@x.vn"}, "a", time.Time{})
		require.NoError(t, err)
		require.Len(t, got, 2, "the officer in charge does")
	})
}

func TestRatings(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		since := time.Now().Add(-time.Hour)
		rated := func(tx *store.Tx, talk, unit string, since time.Time) bool {
			got, err := tx.RatedSince(talk, unit, since)
			require.NoError(t, err)
			return got
		}
		update(t, s, func(tx *store.Tx) error {
			require.False(t, rated(tx, "1", "a", since))
			require.NoError(t, tx.InsertRating("pa-1", "a", "1", 5, "tốt\x00"))
			require.NoError(t, tx.AskedRating("1", "b"))
			require.NoError(t, tx.AskedRating("1", "b"))
			require.True(t, rated(tx, "1", "a", since))
			require.True(t, rated(tx, "1", "b", since))
			require.False(t, rated(tx, "2", "a", since))
			require.False(t, rated(tx, "1", "a", time.Now().Add(time.Hour)))
			require.NoError(t, tx.Ask(models.Question{Conversation: "1", Text: "hỏi\x00 gì", Procedure: "1.000"}))
			require.NoError(t, tx.Alarm("danger", "a", "113"))
			return tx.Audit(models.Principal{Name: "an"}, "login", "x", "y")
		})
	})
}
