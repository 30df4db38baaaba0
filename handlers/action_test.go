package handlers

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

const actPath = "/cases/PA2026-AAAAAA/events"

// bodies has a right body for every action of staff.
var bodies = map[models.Action]string{
	models.ActAccept:   `{"action":"accept"}`,
	models.ActAssign:   `{"action":"assign","to":"an@example.vn"}`,
	models.ActStart:    `{"action":"start"}`,
	models.ActAsk:      `{"action":"ask","text":"Ở đâu ạ?"}`,
	models.ActReply:    `{"action":"reply","text":"Xin chào"}`,
	models.ActResolve:  `{"action":"resolve","text":"Đã dọn"}`,
	models.ActReject:   `{"action":"reject","reason":"duplicate","text":"Xin lỗi"}`,
	models.ActTransfer: `{"action":"transfer","unit":"long-khanh","reason":"đúng địa bàn"}`,
	models.ActMerge:    `{"action":"merge","into":"pa2026-tttttt"}`,
	models.ActReopen:   `{"action":"reopen"}`,
	models.ActClassify: `{"action":"classify","kind":"kien_nghi","category":"rac","priority":"high"}`,
	models.ActNote:     `{"action":"note","text":"gọi sau"}`,
	models.ActPromise:  `{"action":"promise","date":"2026-03-20","text":"thiếu xe"}`,
}

// withStatus puts the case into a status, and a case to merge into beside it.
func withStatus(b *bench, status models.Status) {
	c := b.cases["PA2026-AAAAAA"]
	c.Status = status
	b.cases[c.Code] = c
	target := testCase("PA2026-TTTTTT")
	target.Conversation = "messenger:1:target"
	b.cases[target.Code] = target
}

// TestActions asks for every action in every status: the status machine of the
// contract, what the citizen is told, and that a forbidden action does nothing.
func TestActions(t *testing.T) {
	t.Parallel()
	silent := []models.Action{models.ActAssign, models.ActStart, models.ActClassify, models.ActNote}
	require.Len(t, bodies, len(actionFields))
	for action, body := range bodies {
		for _, from := range models.Statuses {
			b := newAPI(t)
			withStatus(b, from)
			before := b.cases["PA2026-AAAAAA"]
			to, allowed := from.Next(action)
			status, got := b.call(t, "officer", http.MethodPost, actPath, body)
			if !allowed {
				require.Equal(t, http.StatusConflict, status, "%s in %s", action, from)
				require.Equal(t, before, b.cases["PA2026-AAAAAA"])
				require.Empty(t, b.events)
				continue
			}
			require.Equal(t, http.StatusOK, status, "%s in %s: %v", action, from, got)
			require.EqualValues(t, to, got["status"])
			last := got["events"].([]any)[1].(map[string]any)
			require.Equal(t, []any{string(action), string(from), string(to), "T-officer"}, []any{last["action"], last["from"], last["to"], last["actor"]})
			require.Len(t, b.audit, 1)
			if slices.Contains(silent, action) {
				require.Empty(t, b.events, "%s is not told", action)
				continue
			}
			require.Len(t, b.events, 1, "%s is told", action)
			e := b.events[0]
			require.Equal(t, "case:PA2026-AAAAAA:2:PA2026-AAAAAA", e.ID)
			require.Equal(t, []string{"messenger:1", "7"}, []string{e.Channel, e.Peer})
			require.Equal(t, models.EventStatus, e.Kind)
			require.Equal(t, action, e.Notice.Action)
		}
	}
}

func TestNotices(t *testing.T) {
	t.Parallel()
	for action, want := range map[models.Action]models.Notice{
		models.ActAccept:   {},
		models.ActReply:    {Text: "Xin chào", Person: true},
		models.ActResolve:  {Text: "Đã dọn", Person: true, Rate: true},
		models.ActReject:   {Text: "Xin lỗi", Person: true, Reason: "duplicate"},
		models.ActTransfer: {Unit: "long-khanh"},
		models.ActMerge:    {Into: "PA2026-TTTTTT"},
	} {
		b := newAPI(t)
		withStatus(b, models.StatusNew)
		b.raw("officer", http.MethodPost, actPath, bodies[action])
		want.Case, want.Action = "PA2026-AAAAAA", action
		require.Len(t, b.events, 1, action)
		require.Equal(t, want, *b.events[0].Notice)
	}
}

// TestRatingIsAskedOncePerUnit: not again within 30 days.
func TestRatingIsAskedOncePerUnit(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for range 2 {
		b.raw("officer", http.MethodPost, actPath, bodies[models.ActResolve])
		b.raw("officer", http.MethodPost, actPath, bodies[models.ActReopen])
	}
	var rates []bool
	for _, e := range b.events {
		if e.Notice.Action == models.ActResolve {
			rates = append(rates, e.Notice.Rate)
		}
	}
	require.Equal(t, []bool{true, false}, rates)
}

func TestActionKeepsWhatItMeans(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	withStatus(b, models.StatusNew)
	b.raw("leader", http.MethodPost, actPath, bodies[models.ActAssign])
	require.Equal(t, "An@example.vn", b.cases["PA2026-AAAAAA"].Assignee, "as the account has it")
	b.raw("leader", http.MethodPost, actPath, bodies[models.ActClassify])
	c := b.cases["PA2026-AAAAAA"]
	require.Equal(t, []string{"kien_nghi", "rac", "high"}, []string{string(c.Kind), c.Category, c.Priority})
	require.False(t, c.Sensitive)
	require.Equal(t, "kind=kien_nghi category=rac priority=high", c.Events[2].Detail)
	b.raw("leader", http.MethodPost, actPath, `{"action":"classify","category":"can_bo"}`)
	require.True(t, b.cases["PA2026-AAAAAA"].Sensitive)
	b.raw("leader", http.MethodPost, actPath, `{"action":"classify","category":"rac"}`)
	require.True(t, b.cases["PA2026-AAAAAA"].Sensitive, "once sensitive stays so")
	b.raw("leader", http.MethodPost, actPath, bodies[models.ActTransfer])
	c = b.cases["PA2026-AAAAAA"]
	require.Equal(t, "long-khanh", c.Unit)
	require.Empty(t, c.Assignee)
	require.Equal(t, "đúng địa bàn", c.Events[len(c.Events)-1].Text)
}

func TestBodiesAreNamed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 8001)
	for body, field := range map[string]string{
		`{"action":"explode"}`:                                         "action",
		`{"action":""}`:                                                "action",
		`{"action":7}`:                                                 "action",
		`{"action":"withdraw"}`:                                        "action",
		`{"action":"accept","colour":"red"}`:                           "colour",
		`{"action":"accept","text":"hello"}`:                           "text",
		`{"action":"reply"}`:                                           "text",
		`{"action":"reply","text":" \n "}`:                             "text",
		`{"action":"reply","text":7}`:                                  "text",
		`{"action":"reply","text":"a\u0000b"}`:                         "text",
		`{"action":"reply","text":"` + long + `"}`:                     "text",
		`{"action":"resolve","text":""}`:                               "text",
		`{"action":"note"}`:                                            "text",
		`{"action":"ask"}`:                                             "text",
		`{"action":"reject","text":"x"}`:                               "reason",
		`{"action":"reject","text":"x","reason":"tired"}`:              "reason",
		`{"action":"reject","reason":"duplicate"}`:                     "text",
		`{"action":"transfer","reason":"x"}`:                           "unit",
		`{"action":"transfer","reason":"x","unit":"atlantis"}`:         "unit",
		`{"action":"transfer","reason":"x","unit":"tran-bien"}`:        "unit",
		`{"action":"transfer","unit":"long-khanh"}`:                    "reason",
		`{"action":"merge"}`:                                           "into",
		`{"action":"merge","into":"PA2026-NONE"}`:                      "into",
		`{"action":"merge","into":"pa2026-aaaaaa"}`:                    "into",
		`{"action":"merge","into":"PA2026-SSSSSS"}`:                    "into", // not seen by this officer
		`{"action":"merge","into":"é"}`:                                "into",
		`{"action":"assign"}`:                                          "to",
		`{"action":"assign","to":"nobody@example.vn"}`:                 "to",
		`{"action":"assign","to":"gone@example.vn"}`:                   "to",
		`{"action":"assign","to":"viewer@example.vn"}`:                 "to",
		`{"action":"assign","to":"lk@example.vn"}`:                     "to",
		`{"action":"classify"}`:                                        "kind",
		`{"action":"classify","kind":"to_cao"}`:                        "kind",
		`{"action":"classify","category":"x"}`:                         "category",
		`{"action":"classify","priority":"now"}`:                       "priority",
		`{"action":"classify","priority":"high","to":"an@example.vn"}`: "to",
		`{}`:                               "",
		`[]`:                               "",
		`"accept"`:                         "",
		`null`:                             "",
		`{`:                                "",
		``:                                 "",
		strings.Repeat("[", 10_000):        "",
		strings.Repeat(`{"text":`, 10_000): "",
		"{\"action\":\"reply\",\"text\":\"\xff\xfe\",\"action2\":\"\"}": "action2",
	} {
		b := newAPI(t)
		status, got := b.call(t, "officer", http.MethodPost, actPath, body)
		require.Contains(t, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}, status, "%.80s", body)
		if field != "" {
			require.Equal(t, http.StatusUnprocessableEntity, status, "%.80s", body)
			require.Contains(t, locations(got), "body."+field, "%.80s", body)
		}
		require.Empty(t, b.events, "%.80s", body)
		require.Equal(t, testCase("PA2026-AAAAAA"), b.cases["PA2026-AAAAAA"], "%.80s", body)
	}
}

func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	status, _ := b.call(t, "officer", http.MethodPost, actPath, `{"action":"reply","text":"`+strings.Repeat("a", 2<<20)+`"}`)
	require.Equal(t, http.StatusRequestEntityTooLarge, status)
}

func TestMergeIntoEndedCase(t *testing.T) {
	t.Parallel()
	for _, status := range models.Statuses {
		b := newAPI(t)
		withStatus(b, models.StatusNew)
		target := b.cases["PA2026-TTTTTT"]
		target.Status = status
		b.cases[target.Code] = target
		want := http.StatusOK
		if status.Ended() {
			want = http.StatusConflict
		}
		require.Equal(t, want, b.raw("officer", http.MethodPost, actPath, bodies[models.ActMerge]).Code, status)
	}
}

// TestMergeLocksInOneOrder: two opposite merges must not wait for each other.
func TestMergeLocksInOneOrder(t *testing.T) {
	t.Parallel()
	for _, path := range []string{actPath, "/cases/pa2026-tttttt/events"} {
		b := newAPI(t)
		withStatus(b, models.StatusNew)
		into := map[bool]string{true: "pa2026-tttttt", false: "PA2026-aaaaaa"}[path == actPath]
		require.Equal(t, http.StatusOK, b.raw("officer", http.MethodPost, path, `{"action":"merge","into":"`+into+`"}`).Code)
		require.Equal(t, []string{"PA2026-AAAAAA", "PA2026-TTTTTT"}, b.locked)
	}
}

// TestMergedCitizensHearOfTheTarget: also by way of others, and a conversation
// only once.
func TestMergedCitizensHearOfTheTarget(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	add := func(code, into, conversation string) {
		c := testCase(code)
		c.MergedInto, c.Conversation, c.Status = into, conversation, models.StatusMerged
		b.cases[code] = c
	}
	add("PA2026-BBBBBB", "PA2026-AAAAAA", "zalo:9:b")
	add("PA2026-CCCCCC", "PA2026-BBBBBB", "zalo:9:c")
	add("PA2026-DDDDDD", "PA2026-AAAAAA", "messenger:1:7") // the target's own citizen
	add("PA2026-EEEEEE", "PA2026-AAAAAA", "")              // from the counter
	b.raw("officer", http.MethodPost, actPath, bodies[models.ActResolve])

	told := map[string]string{}
	for _, e := range b.events {
		told[e.Conversation()] = e.Notice.Case
		require.Equal(t, "Đã dọn", e.Notice.Text)
		require.True(t, e.Notice.Rate)
		require.Equal(t, "case:PA2026-AAAAAA:2:"+e.Notice.Case, e.ID)
	}
	require.Equal(t, map[string]string{"messenger:1:7": "PA2026-AAAAAA", "zalo:9:b": "PA2026-BBBBBB", "zalo:9:c": "PA2026-CCCCCC"}, told)
	require.Len(t, b.events, 3)
}

func TestMergeIsWrittenIntoBothHistories(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	withStatus(b, models.StatusNew)
	b.raw("officer", http.MethodPost, actPath, bodies[models.ActMerge])
	require.Equal(t, "PA2026-TTTTTT", b.cases["PA2026-AAAAAA"].MergedInto)
	target := b.cases["PA2026-TTTTTT"]
	require.Equal(t, models.StatusNew, target.Status)
	require.Equal(t, "merged PA2026-AAAAAA", target.Events[1].Detail)
}

// TestWaitMovesDeadline: asking stops the clock, going on lets it run again.
func TestWaitMovesDeadline(t *testing.T) {
	t.Parallel()
	calendar, err := models.NewCalendar(models.Hours{
		Offset: 7 * time.Hour, Weekdays: []time.Weekday{1, 2, 3, 4, 5}, Spans: []models.Span{{From: 7 * time.Hour, To: 17 * time.Hour}},
	})
	require.NoError(t, err)
	deadlines := models.Deadlines{Calendar: calendar, Kinds: map[models.Kind]models.Term{models.PhanAnh: {Working: 5}, models.KienNghi: {Working: 10}}}
	b := newAPI(t, func(d *Deps) { d.Deadlines = func() models.Deadlines { return deadlines } })
	c := b.cases["PA2026-AAAAAA"]
	c.Status, c.PausedAt = models.StatusWaiting, testNow.AddDate(0, 0, -7)
	c.CreatedAt = testNow.AddDate(0, 0, -9)
	c.DueAt = deadlines.DueAt(c.Kind, c.Category, c.CreatedAt)
	due := c.DueAt
	c.Events = append(c.Events, models.CaseEvent{Action: models.ActAsk, From: models.StatusAccepted, To: models.StatusWaiting, At: c.PausedAt})
	b.cases[c.Code] = c

	b.raw("officer", http.MethodPost, actPath, bodies[models.ActTransfer])
	moved := b.cases[c.Code]
	require.Zero(t, moved.PausedAt)
	require.Equal(t, deadlines.Resumed(c.Kind, due, c.PausedAt, testNow), moved.DueAt)
	require.True(t, moved.DueAt.After(due))

	b.raw("leader", http.MethodPost, actPath, `{"action":"classify","kind":"kien_nghi"}`)
	require.True(t, b.cases[c.Code].DueAt.After(moved.DueAt), "the new kind has a longer term, and the wait still counts")
	require.Equal(t, testNow.UTC(), b.cases[c.Code].UpdatedAt)
}

func FuzzActionBody(f *testing.F) {
	for _, body := range bodies {
		f.Add(body)
	}
	f.Add(`{"action":"classify"}`)
	f.Fuzz(func(t *testing.T, raw string) {
		var body actionBody
		if json.Unmarshal([]byte(raw), &body) != nil {
			return
		}
		if len(body.problems(fakeCatalogue{})) > 0 {
			return
		}
		if _, known := actionFields[body.Action]; !known && body.Action != "" {
			require.Empty(t, strings.Join(values(body), ""), "an unknown action takes no field")
		}
		for _, value := range values(body) {
			require.True(t, clean(value), "%q", value)
		}
	})
}

func values(b actionBody) []string {
	var all []string
	for _, v := range b.fields() {
		all = append(all, v)
	}
	return all
}
