package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// moved is a due date that a change of the calendar moved.
type moved struct {
	Case string
	Was  time.Time
	Due  time.Time `json:"due_at"`
	Why  []struct{ What, Key string }
}

// TestDeadlines publishes a holiday on the day a report is due: the date moves,
// who asks why it takes so long is told of the holiday, and who is answered late
// gets an apology with a new date.
func TestDeadlines(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		officer := w.token("officer")
		c := w.phone(sandbox.Messenger, 1)
		code := c.file("Rác chất đống đầu hẻm chưa ai dọn")
		before := w.caseOf(officer, code).DueAt
		day := before.In(time.FixedZone("", 7*60*60))
		file := filepath.Join(t.TempDir(), "nghi.csv")
		require.NoError(t, os.WriteFile(file, []byte("date;kind;name\n"+day.Format("02/01/2006")+";holiday;Ngày hội làng\n"), 0o600))
		w.must("import", "holidays", file)
		require.Eventually(t, func() bool { return w.caseOf(officer, code).DueAt.After(before) }, time.Minute, 200*time.Millisecond)

		moves := all[moved](w.product, officer, "/api/v1/deadlines/moves")
		require.Len(t, moves, 1)
		require.Equal(t, code, moves[0].Case)
		require.True(t, moves[0].Was.Equal(before))
		require.Equal(t, "day_off", moves[0].Why[0].What)
		require.Equal(t, day.Format(time.DateOnly), moves[0].Why[0].Key)
		require.Contains(t, c.say("sao lâu vậy").Text, "Ngày hội làng")
		told := call[struct{ Sentence string }](w.product, officer, http.MethodGet, "/api/v1/cases/"+code+"/deadline", nil)
		require.Contains(t, told.Sentence, "Ngày hội làng")

		late := moves[0].Due.AddDate(0, 0, 7).Format(time.DateOnly)
		w.act(officer, code, map[string]string{"action": "promise", "date": late, "text": "Xe đang sửa."})
		m := c.next()
		require.Contains(t, m.Text, "Xin lỗi")
		require.Contains(t, m.Text, "Xe đang sửa.")
	})
}
