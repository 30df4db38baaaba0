package models_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

func TestPartsOfACase(t *testing.T) {
	t.Parallel()
	c := models.Case{
		Description: "Rác đầy hẻm 5. Đèn tối 3.5 ngày rồi!\n\nXin dọn giúp",
		Events: []models.CaseEvent{
			{Action: models.ActNote, Text: "của cán bộ"},
			{Action: models.ActAdd, Text: "Thêm: cống nghẹt; hôi lắm…  Cảm ơn"},
		},
	}
	require.Equal(t, []string{
		"Rác đầy hẻm 5.", "Đèn tối 3.5 ngày rồi!", "Xin dọn giúp", "Thêm: cống nghẹt;", "hôi lắm…", "Cảm ơn",
	}, c.Parts())
	require.Empty(t, models.Case{Description: " \n "}.Parts())
	long := models.Case{Description: strings.Repeat("Câu. ", 100)}
	require.Len(t, long.Parts(), 80)
	require.Equal(t, 100, strings.Count(strings.Join(long.Parts(), " "), "Câu."), "nothing is lost")
}

func TestSplittingACase(t *testing.T) {
	t.Parallel()
	filed, now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC), time.Date(2026, 3, 4, 1, 0, 0, 0, time.UTC)
	for _, status := range models.Statuses {
		c := models.Case{
			Code: "A", Unit: "u", Kind: models.PhanAnh, Status: status, Description: "Rác. Đèn.", Place: "hẻm 5", CreatedAt: filed, Sensitive: true,
			Contact: models.Contact{Phone: "09"}, Platform: models.Zalo, Conversation: "zalo:1:2", SecretHash: "h", Decision: "QĐ 1",
		}
		part, err := c.Split(models.Portion{Code: "B", Unit: "v", Kind: models.KienNghi, Category: "den-duong", Words: "Đèn."}, "Lan", now)
		if status.Ended() {
			require.ErrorIs(t, err, models.ErrStatus, status)
			require.Empty(t, c.Events)
			continue
		}
		require.NoError(t, err, status)
		require.Equal(t, status, c.Status)
		require.Equal(t, "Rác. Đèn.", c.Description, "the citizen's words stay whole")
		require.Equal(t, models.CaseEvent{Case: "A", At: now, Actor: "Lan", Action: models.ActSplit, From: status, To: status, Text: "Đèn.", Detail: "B"}, c.Events[0])
		require.Equal(t, models.StatusNew, part.Status)
		require.Equal(t, []any{"v", models.KienNghi, "den-duong", "Đèn.", "hẻm 5", "09", "zalo:1:2", "h", filed, true, ""},
			[]any{part.Unit, part.Kind, part.Category, part.Description, part.Place, part.Contact.Phone, part.Conversation, part.SecretHash, part.CreatedAt, part.Sensitive, part.Decision})
		require.Equal(t, []models.Action{models.ActFile, models.ActSplit}, []models.Action{part.Events[0].Action, part.Events[1].Action})
		require.Equal(t, "A", part.Events[1].Detail)
		require.True(t, part.Parted("A") && c.Parted("B"))
		require.False(t, c.Parted("C"))
	}
}
