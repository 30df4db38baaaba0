package models

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var moveAt = time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)

// TestMoveTable holds the whole status machine of the API's contract: every
// action in every status.
func TestMoveTable(t *testing.T) {
	t.Parallel()
	anywhere := Statuses
	open := []Status{StatusNew, StatusAccepted, StatusInProgress, StatusWaiting, StatusTransferred}
	table := map[Action]struct {
		from []Status
		to   Status // "" stays
	}{
		ActAccept:   {[]Status{StatusNew, StatusTransferred}, StatusAccepted},
		ActAssign:   {anywhere, ""},
		ActStart:    {[]Status{StatusAccepted}, StatusInProgress},
		ActAsk:      {[]Status{StatusAccepted, StatusInProgress}, StatusWaiting},
		ActAnswer:   {[]Status{StatusWaiting}, StatusInProgress},
		ActReply:    {anywhere, ""},
		ActResolve:  {open, StatusResolved},
		ActReject:   {open, StatusRejected},
		ActTransfer: {open, StatusTransferred},
		ActMerge:    {open, StatusMerged},
		ActReopen:   {[]Status{StatusResolved, StatusRejected}, StatusInProgress},
		ActWithdraw: {[]Status{StatusNew, StatusAccepted, StatusTransferred}, StatusWithdrawn},
		ActNotDone:  {[]Status{StatusResolved}, StatusInProgress},
		ActClassify: {anywhere, ""},
		ActNote:     {anywhere, ""},
		ActAdd:      {anywhere, ""},
		ActRate:     {anywhere, ""},
		"explode":   {nil, ""},
	}
	for action, row := range table {
		for _, from := range Statuses {
			c := Case{Code: "PA2026-AAAAAA", Status: from}
			err := c.Move(action, "An", moveAt, "words", "detail")
			if !contains(row.from, from) {
				require.ErrorIs(t, err, ErrStatus, "%s in %s", action, from)
				require.Equal(t, Case{Code: "PA2026-AAAAAA", Status: from}, c, "%s in %s changed something", action, from)
				continue
			}
			require.NoError(t, err, "%s in %s", action, from)
			want := row.to
			if want == "" {
				want = from
			}
			require.Equal(t, want, c.Status, "%s in %s", action, from)
			require.Equal(t, []CaseEvent{{
				Case: c.Code, At: moveAt, Actor: "An", Action: action, From: from, To: want, Text: "words", Detail: "detail",
			}}, c.Events)
			require.Equal(t, moveAt, c.UpdatedAt)
		}
	}
}

func contains(all []Status, s Status) bool {
	for _, one := range all {
		if one == s {
			return true
		}
	}
	return false
}

func TestMoveKeepsWhatTheActionMeans(t *testing.T) {
	t.Parallel()
	c := Case{Status: StatusNew, Unit: "tran-bien"}
	move := func(a Action, detail string) { require.NoError(t, c.Move(a, "An", moveAt, "", detail)) }

	move(ActAssign, "an@example.vn")
	require.Equal(t, "an@example.vn", c.Assignee)
	move(ActTransfer, "long-khanh")
	require.Equal(t, "long-khanh", c.Unit)
	require.Empty(t, c.Assignee, "the old unit's officer must lose the case")
	move(ActResolve, "")
	require.Equal(t, moveAt, c.ResolvedAt)
	move(ActNote, "")
	require.Equal(t, moveAt, c.ResolvedAt, "a note keeps the time")
	move(ActReopen, "")
	require.Zero(t, c.ResolvedAt)
	move(ActMerge, "PA2026-BBBBBB")
	require.Equal(t, "PA2026-BBBBBB", c.MergedInto)
}

func weekdays(t *testing.T) Deadlines {
	t.Helper()
	calendar, err := NewCalendar(Hours{
		Offset:   7 * time.Hour,
		Weekdays: []time.Weekday{1, 2, 3, 4, 5},
		Spans:    []Span{{From: 7 * time.Hour, To: 17 * time.Hour}},
	})
	require.NoError(t, err)
	return Deadlines{
		Calendar:   calendar,
		Kinds:      map[Kind]Term{PhanAnh: {Working: 5}, KienNghi: {Working: 10}, KhieuNai: {Working: 10}},
		Categories: map[string]int{"dien": 2},
	}
}

func TestWaitMovesTheDeadline(t *testing.T) {
	t.Parallel()
	d := weekdays(t)
	filed := moveAt // a Wednesday
	day := func(n int) time.Time { return filed.AddDate(0, 0, n) }
	c := Case{Kind: PhanAnh, Status: StatusAccepted, CreatedAt: filed, DueAt: d.DueAt(PhanAnh, "", filed)}

	require.NoError(t, c.Move(ActAsk, "An", day(1), "where?", ""))
	require.Equal(t, day(1), c.PausedAt)
	c.Resume(d, day(1))
	require.Equal(t, day(1), c.PausedAt, "it still waits")

	require.NoError(t, c.Move(ActAnswer, "citizen", day(8), "here", ""))
	c.Resume(d, day(8))
	require.Zero(t, c.PausedAt)
	// Four working days were left on Thursday; they run from next Thursday.
	require.Equal(t, d.Calendar.Deadline(day(8), 4), c.DueAt)

	due := c.DueAt
	c.Resume(d, day(9))
	require.Equal(t, due, c.DueAt, "a wait counts once")
	c.Reckon(d)
	require.Equal(t, due, c.DueAt, "the history tells the same")

	c.Category = "dien"
	c.Reckon(d)
	require.Equal(t, d.Calendar.Deadline(day(8), 1), c.DueAt)
}

func TestWaitDoesNotMoveAComplaint(t *testing.T) {
	t.Parallel()
	d := weekdays(t)
	c := Case{Kind: KhieuNai, Status: StatusAccepted, CreatedAt: moveAt, DueAt: d.DueAt(KhieuNai, "", moveAt)}
	due := c.DueAt
	require.NoError(t, c.Move(ActAsk, "An", moveAt, "which decision?", ""))
	require.NoError(t, c.Move(ActResolve, "An", moveAt.AddDate(0, 0, 7), "done", ""))
	c.Resume(d, moveAt.AddDate(0, 0, 7))
	require.Equal(t, due, c.DueAt)
	require.Zero(t, c.PausedAt)
}
