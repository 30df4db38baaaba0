package store_test

import (
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/stretchr/testify/require"
)

func TestQuestionsAreSettledOnce(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{})
		inTx(t, s, func(tx *store.Tx) {
			for _, q := range []models.Question{
				{Conversation: "c1", Unit: "tran-bien", Text: "giấy gì đó", Outcome: models.Unknown},
				{Conversation: "c2", Unit: "phu-ly", Text: "khai sinh", Procedure: "khai-sinh", Outcome: models.Answered},
			} {
				require.NoError(t, tx.Ask(q))
			}
			require.NoError(t, tx.CallWrong("c2", "khai-sinh"))
			require.NoError(t, tx.CallWrong("c2", "khai-tu"), "nothing of the kind was answered")
		})
		open, err := s.OpenQuestions(t.Context(), "", 10)
		require.NoError(t, err)
		require.Len(t, open, 2)
		require.Equal(t, models.Wrong, open[0].Outcome)
		own, err := s.OpenQuestions(t.Context(), "tran-bien", 10)
		require.NoError(t, err)
		require.Len(t, own, 1)

		ids := []int64{open[0].ID, open[1].ID}
		for _, want := range []int{2, 0} {
			inTx(t, s, func(tx *store.Tx) {
				settled, err := tx.Settle(ids, "khai-tu", "lan@example.vn")
				require.NoError(t, err)
				require.Len(t, settled, want)
			})
		}
		settled, err := s.SettledQuestions(t.Context(), 10)
		require.NoError(t, err)
		require.Len(t, settled, 2)
		require.Equal(t, "khai-tu", settled[0].Procedure)
		require.Equal(t, "lan@example.vn", settled[0].SettledBy)
	})
}

func TestQuestionsAreForgotten(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := at(1)
		s := open(t, url, store.Options{Now: func() time.Time { return now }})
		ask := func(o models.Outcome) {
			inTx(t, s, func(tx *store.Tx) {
				require.NoError(t, tx.Ask(models.Question{Conversation: "c", Text: string(o), Outcome: o}))
			})
		}
		ask(models.Unknown)
		ask(models.Settled)
		now = at(10)
		ask(models.Answered)
		require.NoError(t, s.ForgetQuestions(t.Context(), at(5)))
		left, err := s.QuestionsSince(t.Context(), at(0), 10)
		require.NoError(t, err)
		require.Len(t, left, 2)
		require.Equal(t, "c", left[0].Conversation)
		require.Equal(t, models.Settled, left[1].Outcome, "what is known stays, by whom it was asked does not")
		require.Empty(t, left[1].Conversation)
		newest, err := s.QuestionsSince(t.Context(), at(0), 1)
		require.NoError(t, err)
		require.Len(t, newest, 1)
		require.Equal(t, models.Answered, newest[0].Outcome)
	})
}
