package relay

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// TestRetention: when its time is over a case forgets who filed it and what hangs on
// it, then what was said goes, and the audit says so; what is not due, or was opened
// again, stays as it is.
func TestRetention(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.says("7001", complaint)
		w.says("7003", complaint)
		w.play()
		w.send(w.outbox)
		w.until(status(models.OutSent))
		w.files("7001", "PA2026-ENDED", models.PhanAnh, models.StatusResolved)
		w.files("7002", "PA2026-OPEN", models.PhanAnh, models.StatusAccepted)
		w.files("7003", "PA2026-LAW", models.KhieuNai, models.StatusResolved)
		w.staffKeeps("PA2026-ENDED")

		now := time.Now()
		r := NewRetention(RetentionDeps{Store: w.store, Now: func() time.Time { return now }, Kept: models.Retention{
			Talks: 100 * 24 * time.Hour, Drafts: 30 * 24 * time.Hour,
			Cases: map[models.Kind]time.Duration{models.PhanAnh: 365 * 24 * time.Hour, models.KhieuNai: 3650 * 24 * time.Hour},
		}})
		turn := func() {
			now = now.Add(sweepEvery)
			require.NoError(t, r.Keep(t.Context()))
		}
		words := func(peer string) string {
			said, _, err := w.store.Transcript(t.Context(), models.ConversationID(testChannel, peer), now, 100)
			require.NoError(t, err)
			var all strings.Builder
			for _, one := range said {
				if one.Event != nil {
					all.WriteString(one.Event.Text)
				}
			}
			return all.String()
		}
		turn()
		require.Equal(t, "0900000078", w.theCase("PA2026-ENDED").Contact.Phone, "nothing is due")
		require.NotEmpty(t, words("7001"))

		now = now.AddDate(1, 1, 0)
		turn()
		turn() // the talk is let go when the case has forgotten it
		gone := w.theCase("PA2026-ENDED")
		require.Equal(t, models.Contact{}, gone.Contact)
		require.Empty(t, gone.Conversation)
		require.Empty(t, gone.SecretHash)
		require.NotContains(t, gone.Description, "0900 000 078")
		require.Contains(t, gone.Description, "Đường hỏng", "what it is about stays")
		require.NotContains(t, gone.Events[0].Text, "0900000078")
		require.Equal(t, models.StatusResolved, gone.Status)
		require.Empty(t, words("7001"))
		files, err := w.store.CaseFiles(t.Context(), "PA2026-ENDED")
		require.NoError(t, err)
		require.Empty(t, files)
		for _, code := range []string{"PA2026-OPEN", "PA2026-LAW"} {
			require.Equal(t, "0900000078", w.theCase(code).Contact.Phone, code)
		}
		require.NotEmpty(t, words("7003"), "what belongs to a case that is kept stays")

		entries, _, err := w.store.AuditEntries(t.Context(), store.AuditFilter{Actor: system})
		require.NoError(t, err)
		var done []string
		for _, e := range entries {
			done = append(done, strings.TrimSpace(e.Action+" "+e.About))
		}
		for _, want := range []string{"retention.case PA2026-ENDED", "retention.inbox", "retention.outbox"} {
			require.Contains(t, done, want)
		}
		turn()
		again, _, err := w.store.AuditEntries(t.Context(), store.AuditFilter{Actor: system})
		require.NoError(t, err)
		require.Len(t, again, len(entries), "done again it finds nothing")

		now = now.AddDate(10, 0, 0)
		turn()
		turn()
		require.Equal(t, models.Contact{}, w.theCase("PA2026-LAW").Contact)
		require.Empty(t, words("7003"))
		w.says("7003", "xin chào")
		w.play()
		require.NotEmpty(t, w.items(), "who writes again is answered")
	})
}

// TestRetentionKeepsWhoIsOwed: who is to be phoned, and whose case was merged into one
// that is open, is not forgotten before they were told.
func TestRetentionKeepsWhoIsOwed(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.files("7001", "PA2026-CALL", models.PhanAnh, models.StatusResolved)
		w.files("7002", "PA2026-OPEN", models.PhanAnh, models.StatusAccepted)
		w.files("7003", "PA2026-DUP", models.PhanAnh, models.StatusMerged)
		w.files("7004", "PA2026-DUP2", models.PhanAnh, models.StatusMerged)
		into := func(code, target string) {
			require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
				c, err := tx.Case(code)
				require.NoError(t, err)
				c.MergedInto = target
				return tx.SaveCase(c)
			}))
		}
		into("PA2026-DUP", "PA2026-OPEN")
		into("PA2026-DUP2", "PA2026-DUP")
		lost := func(conversation, code string) {
			m := &models.OutboxItem{Conversation: conversation, Channel: testChannel, Peer: "7001", Case: code, Text: "Đã xong", Status: models.OutSending}
			require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Queue([]*models.OutboxItem{m}, "me") }))
			require.NoError(t, w.store.FinishOutbox(t.Context(), []store.Outcome{{
				ID: m.ID, Status: models.OutToCall, Owner: "me", Error: &models.OutboxError{Kind: "window_closed", Code: "10"},
			}}))
		}
		lost(models.ConversationID(testChannel, "7001"), "PA2026-CALL")
		lost(models.ConversationID(testChannel, "7009"), "")
		now := time.Now().AddDate(1, 1, 0)
		r := NewRetention(RetentionDeps{Store: w.store, Now: func() time.Time { return now }, Kept: models.Retention{
			Talks: 100 * 24 * time.Hour, Cases: map[models.Kind]time.Duration{models.PhanAnh: 365 * 24 * time.Hour},
		}})
		calls := func() []models.Call {
			list, _, err := w.store.Calls(t.Context(), store.CallFilter{Seen: models.Principal{Role: models.RoleLeader}, Due: now.AddDate(9, 0, 0), Page: store.Page{Limit: 9}})
			require.NoError(t, err)
			return list
		}
		require.Len(t, calls(), 2)
		require.NoError(t, r.Keep(t.Context()))
		require.Len(t, calls(), 2)
		for _, code := range []string{"PA2026-CALL", "PA2026-DUP", "PA2026-DUP2"} {
			require.Equal(t, "0900000078", w.theCase(code).Contact.Phone, code)
		}
		require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case("PA2026-OPEN")
			require.NoError(t, err)
			c.Status = models.StatusResolved
			return tx.SaveCase(c)
		}))
		now = now.Add(time.Hour)
		require.NoError(t, r.Keep(t.Context()))
		for _, code := range []string{"PA2026-OPEN", "PA2026-DUP", "PA2026-DUP2"} {
			require.Equal(t, models.Contact{}, w.theCase(code).Contact, code)
		}
		require.Equal(t, "0900000078", w.theCase("PA2026-CALL").Contact.Phone)
	})
}

// TestRetentionOfTheAudit deletes what is older, never of the last year.
func TestRetentionOfTheAudit(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		s, err := store.Open(t.Context(), url, store.Options{Migrate: true, Now: func() time.Time { return now }})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		write := func(n int) {
			require.NoError(t, s.Update(t.Context(), func(tx *store.Tx) error {
				for range n {
					if err := tx.Audit(models.Principal{Name: "an"}, "login", "an", ""); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		write(auditRows + 20)
		now = now.AddDate(2, 0, 0)
		write(3)
		r := NewRetention(RetentionDeps{Store: s, Kept: models.Retention{Audit: 500 * 24 * time.Hour}, Now: func() time.Time { return now }})
		require.NoError(t, r.Keep(t.Context()))
		got, _, err := s.AuditEntries(t.Context(), store.AuditFilter{Page: store.Page{Limit: 100}})
		require.NoError(t, err)
		require.Len(t, got, 5, "three, and two that tell of the rest")
		require.Equal(t, "retention.audit", got[0].Action)
	})
}
