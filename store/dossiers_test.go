package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const dossierCode = "H19.12-261126-0001"

// ended are the stages that the tests call done.
func ended(stage string) bool { return stage == "da-xong" }

func dossier(stage string, day int) models.Dossier {
	return models.Dossier{
		Code: dossierCode, Procedure: "khai-sinh", Unit: "tran-bien", Stage: stage, Result: "x",
		Received: at(0), Due: at(0).AddDate(0, 0, 3), Updated: at(0).AddDate(0, 0, day),
	}
}

func saveDossiers(t *testing.T, s *store.Store, list ...models.Dossier) (o store.DossierOutcome) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(tx *store.Tx) (err error) {
		o, err = tx.SaveDossiers(list, ended)
		return err
	}))
	return o
}

func findDossier(t *testing.T, s *store.Store, code, unit string) (d *models.Dossier, err error) {
	t.Helper()
	_ = s.Update(t.Context(), func(tx *store.Tx) error {
		d, err = tx.Dossier(code, unit)
		return nil
	})
	return d, err
}

func follow(t *testing.T, s *store.Store, peer string) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(tx *store.Tx) error {
		return tx.FollowDossier(dossierCode, models.ConversationID(channel, peer), ended)
	}))
}

// told counts the events of the kind in each conversation since the last time.
func told(t *testing.T, s *store.Store, kind models.EventKind) map[string]int {
	t.Helper()
	n := map[string]int{}
	for id, events := range playAll(t, s, time.Now().Add(time.Hour)) {
		for _, e := range events {
			if e.Kind == kind {
				require.NotEmpty(t, e.Notice.Dossier)
				n[id]++
			}
		}
	}
	return n
}

func TestDossiersAreTakenOverOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		require.Equal(t, store.DossierOutcome{Added: 1}, saveDossiers(t, s, dossier("dang-xu-ly", 1)))
		require.Equal(t, store.DossierOutcome{Unchanged: 1}, saveDossiers(t, s, dossier("dang-xu-ly", 1)), "the same again")
		require.Equal(t, store.DossierOutcome{Changed: 1}, saveDossiers(t, s, dossier("bo-sung", 2)))
		require.Equal(t, store.DossierOutcome{Unchanged: 1}, saveDossiers(t, s, dossier("dang-xu-ly", 1)), "older than what is known")
		undated := models.Dossier{Code: dossierCode, Stage: "bo-sung"}
		require.Equal(t, store.DossierOutcome{Unchanged: 1}, saveDossiers(t, s, undated))

		got, err := findDossier(t, s, dossierCode, "")
		require.NoError(t, err)
		require.Equal(t, dossier("bo-sung", 2), *got)
		_, err = findDossier(t, s, "H19.12-261126-0002", "")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestADossierIsFoundWithoutTheOfficesPart(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		saveDossiers(t, s, dossier("dang-xu-ly", 1))
		got, err := findDossier(t, s, "261126-0001", "tran-bien")
		require.NoError(t, err)
		require.Equal(t, dossierCode, got.Code)
		_, err = findDossier(t, s, "261126-0001", "an-vien")
		require.ErrorIs(t, err, store.ErrNotFound, "another office's has the same number")
		_, err = findDossier(t, s, "G22.1-261126-0001", "tran-bien")
		require.ErrorIs(t, err, store.ErrNotFound, "a whole code is not cut")
		twin := dossier("dang-xu-ly", 1)
		twin.Code = "000.00.12.H19-261126-0001"
		saveDossiers(t, s, twin)
		_, err = findDossier(t, s, "261126-0001", "tran-bien")
		require.ErrorIs(t, err, store.ErrNotFound, "two have it")
	})
}

func TestWhoWaitsIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		saveDossiers(t, s, dossier("dang-xu-ly", 1))
		follow(t, s, "1")
		follow(t, s, "1")
		follow(t, s, "2")
		require.NoError(t, s.Update(t.Context(), func(tx *store.Tx) error {
			return tx.UnfollowDossier(dossierCode, models.ConversationID(channel, "2"))
		}))
		saveDossiers(t, s, dossier("bo-sung", 2))
		require.Empty(t, told(t, s, models.EventStatus))

		saveDossiers(t, s, dossier("da-xong", 3))
		saveDossiers(t, s, dossier("da-xong", 4))
		require.Equal(t, map[string]int{channel + ":1": 1}, told(t, s, models.EventStatus))

		follow(t, s, "3")
		require.Equal(t, map[string]int{channel + ":3": 1}, told(t, s, models.EventStatus), "it was ready meanwhile")
	})
}

func TestAListThatIsGivenUpTellsNobody(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		saveDossiers(t, s, dossier("dang-xu-ly", 1))
		follow(t, s, "1")
		stop := errors.New("only a check")
		require.ErrorIs(t, s.Update(t.Context(), func(tx *store.Tx) error {
			o, err := tx.SaveDossiers([]models.Dossier{dossier("da-xong", 2)}, ended)
			require.Equal(t, store.DossierOutcome{Changed: 1}, o)
			return errors.Join(err, stop)
		}), stop)
		require.Empty(t, told(t, s, models.EventStatus))
	})
}

// TestNobodyFallsBetween holds that who follows while the result comes is told,
// whichever of the two is first.
func TestNobodyFallsBetween(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		saveDossiers(t, s, dossier("dang-xu-ly", 1))
		want := map[string]int{}
		var both sync.WaitGroup
		for i := range 8 {
			peer := fmt.Sprint(i)
			want[channel+":"+peer] = 1
			both.Go(func() { follow(t, s, peer) })
			if i == 4 {
				both.Go(func() { saveDossiers(t, s, dossier("da-xong", 2)) })
			}
		}
		both.Wait()
		require.Equal(t, want, told(t, s, models.EventStatus))
	})
}

func TestAQuestionForADossierIsAnswered(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := at(1)
		s := open(t, url, store.Options{Now: func() time.Time { return now }})
		ask := func(peer string) {
			require.NoError(t, s.Update(t.Context(), func(tx *store.Tx) error {
				return tx.AskDossier(dossierCode, models.ConversationID(channel, peer))
			}))
		}
		ask("1")
		ask("1")
		ask("2")
		claimed, err := s.ClaimDossierAsks(t.Context(), 10, time.Minute)
		require.NoError(t, err)
		require.Equal(t, []store.DossierAsk{{Code: dossierCode, Attempts: 1}}, claimed)
		claimed, err = s.ClaimDossierAsks(t.Context(), 10, time.Minute)
		require.NoError(t, err)
		require.Empty(t, claimed, "in other hands")
		require.NoError(t, s.PostponeDossierAsks(t.Context(), dossierCode, now))
		claimed, err = s.ClaimDossierAsks(t.Context(), 10, time.Minute)
		require.NoError(t, err)
		require.Equal(t, 2, claimed[0].Attempts)

		d := dossier("dang-xu-ly", 1)
		d.Asked = now
		require.NoError(t, s.AnswerDossier(t.Context(), dossierCode, &d, "", ended))
		require.Equal(t, map[string]int{channel + ":1": 1, channel + ":2": 1}, told(t, s, models.EventDossier))
		now = now.Add(time.Hour)
		claimed, err = s.ClaimDossierAsks(t.Context(), 10, time.Minute)
		require.NoError(t, err)
		require.Empty(t, claimed)
		got, err := findDossier(t, s, dossierCode, "")
		require.NoError(t, err)
		require.Equal(t, d, *got)

		require.Equal(t, store.DossierOutcome{Changed: 1}, saveDossiers(t, s, dossier("bo-sung", 1)), "a list replaces what a source told")
		d.Stage, d.Asked = "da-xong", now
		require.Equal(t, store.DossierOutcome{Unchanged: 1}, saveDossiers(t, s, d), "and is not replaced by it")
	})
}

func TestASourceIsAskedAgainWhileSomebodyWaits(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := at(1)
		s := open(t, url, store.Options{Now: func() time.Time { return now }})
		due := func() []string {
			codes, err := s.ClaimWatchedDossiers(t.Context(), 10)
			require.NoError(t, err)
			return slices.Sorted(slices.Values(codes))
		}
		d := dossier("dang-xu-ly", 1)
		d.Asked = now
		saveDossiers(t, s, d)
		now = now.Add(24 * time.Hour)
		require.Empty(t, due(), "nobody waits")
		follow(t, s, "1")
		require.Empty(t, due(), "asked just now")
		now = now.Add(4 * time.Hour)
		require.Equal(t, []string{dossierCode}, due())
		require.Empty(t, due())
		now = now.Add(4 * time.Hour)
		require.Equal(t, []string{dossierCode}, due())
		require.NoError(t, s.Update(t.Context(), func(tx *store.Tx) error {
			return tx.UnfollowDossier(dossierCode, models.ConversationID(channel, "1"))
		}))
		now = now.Add(4 * time.Hour)
		require.Empty(t, due())
	})
}

func TestErasureForgetsWhoAskedForADossier(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		saveDossiers(t, s, dossier("dang-xu-ly", 1))
		follow(t, s, "1")
		id := models.ConversationID(channel, "1")
		require.NoError(t, s.Update(t.Context(), func(tx *store.Tx) error {
			if err := tx.AskDossier("H19-261126-0099", id); err != nil {
				return err
			}
			return tx.Forget(store.Erasure{Conversation: id, AskedAt: time.Now().Add(time.Hour)}, nil)
		}))
		saveDossiers(t, s, dossier("da-xong", 2))
		require.Empty(t, told(t, s, models.EventStatus))
		claimed, err := s.ClaimDossierAsks(t.Context(), 10, time.Minute)
		require.NoError(t, err)
		require.Empty(t, claimed)
	})
}
