package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

func TestUnmergeLeadsBack(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	c := models.Case{Code: "A", Status: models.StatusAccepted}
	require.ErrorIs(t, c.Unmerge("Lan", at, "nhầm"), models.ErrStatus)
	require.Empty(t, c.Events)
	require.NoError(t, c.Move(models.ActMerge, "Lan", at, "", "B"))
	require.NoError(t, c.Unmerge("Lan", at.Add(time.Hour), "nhầm"))
	require.Equal(t, models.StatusAccepted, c.Status)
	require.Empty(t, c.MergedInto)
	require.Equal(t, models.CaseEvent{Case: "A", At: at.Add(time.Hour), Actor: "Lan", Action: models.ActUnmerge,
		From: models.StatusMerged, To: models.StatusAccepted, Text: "nhầm", Detail: "B"}, c.Events[1])
}

func TestTakeBackRestores(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	for _, action := range []models.Action{models.ActAsk, models.ActReply, models.ActResolve, models.ActReject} {
		c := models.Case{Code: "A", Status: models.StatusInProgress, DueAt: at.Add(time.Hour)}
		before := c.Footing()
		require.ErrorIs(t, c.TakeBack(before, "Lan", at), models.ErrStatus, "nothing was answered")
		require.NoError(t, c.Move(action, "Lan", at, "lời", ""))
		answered := c
		require.NoError(t, c.TakeBack(before, "Lan", at))
		require.Equal(t, before, c.Footing(), action)
		require.Len(t, c.Events, 2, "both stay in the history")
		require.Empty(t, models.Standing(c.Events))
		require.ErrorIs(t, c.TakeBack(before, "Lan", at), models.ErrStatus, "once")

		other := models.Case{Code: "A", Status: models.StatusInProgress, DueAt: at.Add(time.Hour)}
		require.NoError(t, other.Move(action, "An", at, "lời đã gửi", ""))
		require.ErrorIs(t, other.TakeBack(before, "Lan", at), models.ErrStatus, "it is somebody else's, who was told")

		require.NoError(t, answered.Move(models.ActNote, "An", at, "việc khác", ""))
		require.ErrorIs(t, answered.TakeBack(before, "Lan", at), models.ErrStatus, "something happened since")
		require.Len(t, models.Standing(answered.Events), 2)
	}
}

func TestTransfers(t *testing.T) {
	t.Parallel()
	c := models.Case{Unit: "a", Status: models.StatusNew}
	require.Empty(t, c.Transfers())
	for _, unit := range []string{"b", "c"} {
		require.NoError(t, c.Move(models.ActTransfer, "Lan", time.Time{}, "không phải việc của "+c.Unit, unit))
	}
	require.Len(t, c.Transfers(), 2)
	require.Equal(t, "c", c.Transfers()[1].Detail)
}
