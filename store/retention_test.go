package store_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/stretchr/testify/require"
)

// aging is a store whose time the test sets.
func aging(t *testing.T, url string) (*store.Store, *atomic.Int64) {
	t.Helper()
	us := &atomic.Int64{}
	us.Store(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
	return open(t, url, store.Options{Now: func() time.Time { return time.UnixMicro(us.Load()) }}), us
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// swept goes through a list to its end in small steps, and returns how many rows went.
func swept(t *testing.T, step func(store.Sweep) (store.Sweep, error)) (gone int64) {
	t.Helper()
	var s store.Sweep
	for range 100 {
		var err error
		s, err = step(s)
		require.NoError(t, err)
		if gone += s.Gone; s.Done {
			return gone
		}
	}
	t.Fatal("it has no end")
	return 0
}

// TestOldTalksAreForgotten: what was played and sent goes when it is old, unless it
// belongs to a case that knows its conversation, waits, is parked or is to be called
// about; what is young stays known when it comes again.
func TestOldTalksAreForgotten(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		s, us := aging(t, url)
		ctx := t.Context()
		now := func() time.Time { return time.UnixMicro(us.Load()) }
		say := func(peer, id string) models.Event {
			return models.Event{Channel: channel, Peer: peer, ID: id, Kind: models.EventMessage, At: now(), Text: "nói " + id}
		}
		play := func(peer string, do func(*store.Tx, []int64) error) {
			_, err := s.Claim(ctx, now().Add(time.Hour), 10, channel+":"+peer, func(tx *store.Tx, talks []store.Talk) error {
				var seqs []int64
				for _, e := range talks[0].Events {
					seqs = append(seqs, e.Seq)
				}
				return do(tx, seqs)
			})
			require.NoError(t, err)
		}
		done := func(tx *store.Tx, seqs []int64) error { return tx.Done(seqs) }
		for _, peer := range []string{"chat", "case", "before", "parked", "waits"} {
			require.NoError(t, s.Append(ctx, []models.Event{say(peer, peer+"-old")}))
		}
		for _, peer := range []string{"chat", "case", "before"} {
			play(peer, done)
		}
		play("parked", func(tx *store.Tx, seqs []int64) error { return tx.Hold(seqs) })
		update(t, s, func(tx *store.Tx) error {
			var items []*models.OutboxItem
			for _, peer := range []string{"chat", "case", "to-call"} {
				status, about := models.OutSent, ""
				if peer == "to-call" {
					status, about = models.OutSending, "PA2026-CALL"
				}
				items = append(items, &models.OutboxItem{Conversation: channel + ":" + peer, Channel: channel, Peer: peer, Case: about, Text: "đáp " + peer, Status: status})
			}
			if err := tx.Queue(items, "me"); err != nil {
				return err
			}
			c := models.Case{Code: "PA2026-CASE", Unit: "u", Kind: models.PhanAnh, Status: models.StatusNew, Conversation: channel + ":case", CreatedAt: now().Add(days(10)), UpdatedAt: now()}
			return tx.InsertCase(&c)
		})
		list, _, err := s.Outbox(ctx, "sending", "", store.Page{})
		require.NoError(t, err)
		require.NoError(t, s.FinishOutbox(ctx, []store.Outcome{{ID: list[0].ID, Status: models.OutToCall, Owner: "me", Error: &models.OutboxError{Kind: "blocked"}}}))
		us.Add(days(100).Microseconds())
		c := models.Case{Code: "PA2026-LATE", Unit: "u", Kind: models.PhanAnh, Status: models.StatusNew, Conversation: channel + ":before", CreatedAt: now(), UpdatedAt: now()}
		update(t, s, func(tx *store.Tx) error { return tx.InsertCase(&c) })
		require.NoError(t, s.Append(ctx, []models.Event{say("chat", "chat-new"), say("before", "before-new")}))
		play("chat", done)
		play("before", done)

		us.Add(days(300).Microseconds())
		before := now().Add(-days(310))
		due, err := s.RetentionDue(ctx, models.Retention{Talks: days(310)}, now())
		require.NoError(t, err)
		require.Equal(t, 3, due.Said)
		require.EqualValues(t, 2, swept(t, func(from store.Sweep) (store.Sweep, error) { return s.SweepInbox(ctx, from, before, 2) }))
		require.EqualValues(t, 1, swept(t, func(from store.Sweep) (store.Sweep, error) { return s.SweepOutbox(ctx, from, before, 2) }))
		rest := dump(t, url, "inbox") + dump(t, url, "outbox")
		for text, stays := range map[string]bool{
			"nói chat-old": false, "nói before-old": false, "đáp chat": false,
			"nói case-old": true, "nói parked-old": true, "nói waits-old": true, "nói chat-new": true, "nói before-new": true, "đáp case": true, "đáp to-call": true,
		} {
			require.Equal(t, stays, strings.Contains(rest, text), text)
		}
		require.Zero(t, swept(t, func(from store.Sweep) (store.Sweep, error) { return s.SweepInbox(ctx, from, before, 50) }))
		require.NoError(t, s.Append(ctx, []models.Event{say("chat", "chat-new")}))
		require.Equal(t, 1, strings.Count(dump(t, url, "inbox"), "chat-new\""), "what a platform may send again is known")
	})
}

// TestDraftsAreForgotten: an idle dialogue and the files that belong to no case go; what
// somebody still works with stays.
func TestDraftsAreForgotten(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		s, us := aging(t, url)
		ctx := t.Context()
		start := time.UnixMicro(us.Load())
		talk := func(peer string, mode models.Mode, last time.Time, state string) models.Conversation {
			return models.Conversation{ID: channel + ":" + peer, Channel: channel, Peer: peer, Mode: mode, LastUserAt: last, State: state}
		}
		late := start.Add(days(50))
		update(t, s, func(tx *store.Tx) error {
			err := tx.SaveConversations([]models.Conversation{
				talk("idle", models.ModeBot, start, `{"report":"kể dở"}`), talk("busy", models.ModeBot, late, `{"files":["f-busy"]}`),
				talk("human", models.ModeHuman, start, `{"report":"đang nói"}`), talk("open", models.ModeBot, start, `{"step":"status.reply"}`),
			})
			if err != nil {
				return err
			}
			var files []models.Attachment
			for id, peer := range map[string]string{"f-idle": "idle", "f-busy": "busy", "f-over": "busy", "f-open": "open"} {
				files = append(files, models.Attachment{ID: id, Conversation: channel + ":" + peer, Kind: "image", Status: models.AttachmentStored, Blob: "b-" + id, CreatedAt: start})
			}
			if err := tx.InsertAttachments(files); err != nil {
				return err
			}
			c := models.Case{Code: "PA2026-OPEN", Unit: "u", Kind: models.PhanAnh, Status: models.StatusWaiting, Conversation: channel + ":open", CreatedAt: start, UpdatedAt: start, Attachments: []models.Attachment{{ID: "f-open"}}}
			return tx.InsertCase(&c)
		})
		us.Add(days(60).Microseconds())
		before := time.UnixMicro(us.Load()).Add(-days(30))
		due, err := s.RetentionDue(ctx, models.Retention{Drafts: days(30)}, time.UnixMicro(us.Load()))
		require.NoError(t, err)
		require.Equal(t, store.RetentionDue{Files: 2}, due)
		require.EqualValues(t, 1, swept(t, func(from store.Sweep) (store.Sweep, error) { return s.SweepDrafts(ctx, from, before, 2) }))
		states := dump(t, url, "conversations")
		require.NotContains(t, states, "kể dở")
		for _, kept := range []string{"f-busy", "đang nói", "status.reply"} {
			require.Contains(t, states, kept)
		}
		update(t, s, func(tx *store.Tx) error {
			n, err := tx.ForgetLooseFiles(before, before, 10)
			require.Equal(t, 2, n)
			return err
		})
		dropped, err := s.DroppedBlobs(ctx, 10)
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"b-f-idle", "b-f-over"}, dropped)
	})
}

// TestExpiredCasesAreFound by kind, and only while they tell who filed them.
func TestExpiredCasesAreFound(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		s, us := aging(t, url)
		now := time.UnixMicro(us.Load())
		update(t, s, func(tx *store.Tx) error {
			for i, c := range []models.Case{
				{Kind: models.PhanAnh, Status: models.StatusResolved, Contact: models.Contact{Phone: "0912345678"}, UpdatedAt: now.Add(-days(20))},
				{Kind: models.PhanAnh, Status: models.StatusRejected, Conversation: "zalo:1:1", UpdatedAt: now.Add(-days(30))},
				{Kind: models.PhanAnh, Status: models.StatusResolved, UpdatedAt: now.Add(-days(30))},
				{Kind: models.PhanAnh, Status: models.StatusAccepted, Conversation: "zalo:1:1", UpdatedAt: now.Add(-days(30))},
				{Kind: models.KhieuNai, Status: models.StatusResolved, Conversation: "zalo:1:1", UpdatedAt: now.Add(-days(30))},
				{Kind: models.GopY, Status: models.StatusResolved, SecretHash: "x", UpdatedAt: now.Add(-days(30))},
			} {
				c.Code, c.Unit, c.CreatedAt = fmt.Sprint("PA2026-", i), "u", now.Add(-days(40))
				if err := tx.InsertCase(&c); err != nil {
					return err
				}
			}
			return nil
		})
		r := models.Retention{Cases: map[models.Kind]time.Duration{models.PhanAnh: days(15), models.KhieuNai: days(100), models.GopY: days(15), models.KhenNgoi: 0}}
		got, err := s.ExpiredCases(t.Context(), r.Ends(now), 10)
		require.NoError(t, err)
		require.Equal(t, []string{"PA2026-1", "PA2026-0", "PA2026-5"}, got)
		got, err = s.ExpiredCases(t.Context(), r.Ends(now), 1)
		require.NoError(t, err)
		require.Len(t, got, 1)
		due, err := s.RetentionDue(t.Context(), r, now)
		require.NoError(t, err)
		require.Equal(t, 3, due.Cases)
	})
}
