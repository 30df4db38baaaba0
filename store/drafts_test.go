package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func TestDrafts(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		draft := func(want string) {
			got, err := s.Draft(t.Context(), "lan@x.vn", "A")
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		draft("")
		for _, text := range []string{"một", "hai\x00", ""} {
			update(t, s, func(tx *store.Tx) error { return tx.SaveDraft("LAN@x.vn", "A", text) })
			draft(map[string]string{"một": "một", "hai\x00": "hai\uFFFD", "": ""}[text])
		}
	})
}

func TestAFormIsTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		firsts := make(chan bool, 8)
		for range 8 {
			go func() {
				var first bool
				err := s.Update(t.Context(), func(tx *store.Tx) (err error) { first, err = tx.UseForm("key"); return err })
				firsts <- first && err == nil
			}()
		}
		n := 0
		for range 8 {
			if <-firsts {
				n++
			}
		}
		require.Equal(t, 1, n)
	})
}

func TestHeldAnswer(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		e := models.Event{Channel: channel, Peer: "1", ID: "case:A:2:A", Kind: models.EventStatus, At: time.Now(), Due: time.Now().Add(time.Hour)}
		footing := models.Footing{Status: models.StatusAccepted, DueAt: at(7)}
		hold := func(id string) {
			e.ID = id
			update(t, s, func(tx *store.Tx) error {
				if err := tx.Append([]models.Event{e}); err != nil {
					return err
				}
				return tx.HoldAnswer(store.HeldAnswer{Case: "A", Email: "lan@x.vn", Until: e.Due, Footing: footing,
					Events: []store.HeldEvent{{Conversation: e.Conversation(), Channel: channel, ID: id}}})
			})
		}
		takeBack := func(of string) (f models.Footing, err error) {
			err = s.Update(t.Context(), func(tx *store.Tx) error {
				h, err := tx.TakeBack("A", of)
				f = h.Footing
				return err
			})
			return f, err
		}
		hold("one")
		held, err := s.HeldAnswer(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, "lan@x.vn", held.Email)
		_, err = takeBack("hoa@x.vn")
		require.ErrorIs(t, err, store.ErrNotFound, "another's")
		f, err := takeBack("LAN@x.vn")
		require.NoError(t, err)
		require.Equal(t, models.StatusAccepted, f.Status)
		require.True(t, at(7).Equal(f.DueAt))
		require.Empty(t, playAll(t, s, time.Now().Add(2*time.Hour)), "the citizen is not told")
		_, err = s.HeldAnswer(t.Context(), "A")
		require.ErrorIs(t, err, store.ErrNotFound)

		hold("two")
		require.Len(t, playAll(t, s, time.Now().Add(2*time.Hour)), 1)
		_, err = takeBack("lan@x.vn")
		require.ErrorIs(t, err, store.ErrConflict, "the citizen was told")
	})
}

func TestTranscript(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Append(t.Context(), []models.Event{
			message("1", "a", "một", at(1)), message("1", "b", "hai", at(3)),
			{Channel: channel, Peer: "1", ID: "r", Kind: models.EventRead, At: at(4)}, message("2", "c", "của người khác", at(2)),
		}))
		playAll(t, s, time.Now())
		require.NoError(t, s.Append(t.Context(), []models.Event{message("1", "d", "chưa xử lý", at(5))}))
		update(t, s, func(tx *store.Tx) error {
			return tx.Queue([]*models.OutboxItem{{Conversation: channel + ":1", Channel: channel, Peer: "1", Text: "trả lời", Status: models.OutSent, CreatedAt: at(2)}}, me)
		})
		read := func(limit int) (texts []string, earlier bool) {
			said, earlier, err := s.Transcript(t.Context(), channel+":1", at(9), limit)
			require.NoError(t, err)
			for _, one := range said {
				if one.Sent != nil {
					texts = append(texts, one.Sent.Text)
				} else {
					texts = append(texts, one.Event.Text)
				}
			}
			return texts, earlier
		}
		texts, earlier := read(10)
		require.Equal(t, []string{"một", "trả lời", "hai", "chưa xử lý"}, texts)
		require.False(t, earlier)
		texts, earlier = read(2)
		require.Equal(t, []string{"hai", "chưa xử lý"}, texts)
		require.True(t, earlier)
	})
}

func TestHeld(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		h, err := s.Held(t.Context(), channel)
		require.NoError(t, err)
		require.Zero(t, h)
		require.NoError(t, s.HoldChannel(t.Context(), channel, "token", time.Now().Add(time.Hour)))
		h, err = s.Held(t.Context(), channel)
		require.NoError(t, err)
		require.Equal(t, "token", h.Reason)
		require.NoError(t, s.HoldChannel(t.Context(), channel, "", time.Time{}))
		h, err = s.Held(t.Context(), channel)
		require.NoError(t, err)
		require.Zero(t, h)
	})
}

func TestOpenAlike(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		insertCases(t, s, deskCase("A", 1), deskCase("B", 2), deskCase("C", 3, func(c *models.Case) { c.Unit = "long-khanh" }),
			deskCase("D", 4, func(c *models.Case) { c.Sensitive = true }), deskCase("E", 5, func(c *models.Case) { c.Status = models.StatusMerged; c.MergedInto = "A" }))
		alike, err := s.OpenAlike(t.Context(), deskLan, "tran-bien", "giao-thong", at(0))
		require.NoError(t, err)
		require.Len(t, alike, 2)
		require.Equal(t, "B", alike[0].Code)
		codes, err := s.MergedFrom(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, []string{"E"}, codes)
	})
}

func TestStretches(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		const talk = channel + ":1"
		update(t, s, func(tx *store.Tx) error { return tx.EndStretch(store.Stretch{Conversation: talk}) })
		for range 2 {
			update(t, s, func(tx *store.Tx) error { return tx.BeginStretch(talk, "Lan") })
		}
		update(t, s, func(tx *store.Tx) error {
			return tx.EndStretch(store.Stretch{Conversation: talk, EndedBy: "Lan", How: "spam", Reason: "quảng cáo"})
		})
		list, err := s.Stretches(t.Context(), talk)
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, "spam", list[0].How)
		require.NotZero(t, list[0].Ended)
		require.NotZero(t, list[1].Ended)
		require.Empty(t, list[1].How, "it was taken over anew")
	})
}

func TestForgottenCitizensLeaveNoDraft(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		const talk = channel + ":1"
		insertCases(t, s, deskCase("A", 1, func(c *models.Case) { c.Conversation = talk }), deskCase("B", 2))
		update(t, s, func(tx *store.Tx) error {
			for _, item := range []string{talk, "A", "B"} {
				if err := tx.SaveDraft("lan@x.vn", item, "0912345678"); err != nil {
					return err
				}
			}
			return tx.HoldAnswer(store.HeldAnswer{Case: "A", Email: "lan@x.vn", Text: "0912345678", Until: time.Now()})
		})
		update(t, s, func(tx *store.Tx) error {
			return tx.Forget(store.Erasure{Conversation: talk, AskedAt: time.Now().Add(time.Minute)}, nil)
		})
		for item, want := range map[string]string{talk: "", "A": "", "B": "0912345678"} {
			draft, err := s.Draft(t.Context(), "lan@x.vn", item)
			require.NoError(t, err)
			require.Equal(t, want, draft, item)
		}
		update(t, s, func(tx *store.Tx) error {
			_, err := tx.TakeBack("A", "lan@x.vn")
			require.ErrorIs(t, err, store.ErrNotFound)
			return nil
		})
	})
}
