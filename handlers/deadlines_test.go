package handlers

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// testTerms are the terms of a calendar with one day off, of a Wednesday.
func testTerms(t *testing.T) models.Deadlines {
	t.Helper()
	calendar, err := models.NewCalendar(models.Hours{
		Offset: 7 * time.Hour, Weekdays: []time.Weekday{1, 2, 3, 4, 5}, Spans: []models.Span{{From: 8 * time.Hour, To: 17 * time.Hour}},
		DaysOff: []string{"2026-03-06"}, Names: map[string]string{"2026-03-06": "Ngày hội"},
	})
	require.NoError(t, err)
	return models.Deadlines{Calendar: calendar, Kinds: map[models.Kind]models.Term{
		models.PhanAnh: {Working: 5},
		models.KhieuNai: {Working: 7, Calendar: 14, Source: models.Source{Text: "Luật", Verify: true}, Limits: []models.StatutoryLimit{
			{Name: models.LimitAccept, From: models.FromReceipt, Working: 7, Calendar: 10, Source: models.Source{Text: "Điều 27"}},
		}},
	}}
}

// dueDesk is the API with due dates, on a store.
func dueDesk(t *testing.T, url string) (*desk, models.Deadlines) {
	t.Helper()
	return newDesk(t, url, func(deps *Deps) { tellDue(t, deps) }), testTerms(t)
}

// tellDue lets the handlers tell of due dates.
func tellDue(t *testing.T, deps *Deps) {
	t.Helper()
	terms := testTerms(t)
	st, known := deps.Store.(*store.Store)
	require.True(t, known)
	deps.Deadlines = func() models.Deadlines { return terms }
	deps.Deadline = &Deadline{Store: st, Why: func(v models.Derivation) (string, error) { return "vì " + v.Counted.Format(time.DateOnly), nil }}
}

// get asks the API as somebody with the role.
func (d *desk) get(t *testing.T, p models.Principal, method, path, body string) (int, map[string]any) {
	t.Helper()
	p.Name = string(p.Role)
	token, err := d.store.CreateToken(t.Context(), p)
	require.NoError(t, err)
	r := httptest.NewRequest(method, apiPath+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	d.engine.ServeHTTP(w, r)
	var got map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got), w.Body.String())
	return w.Code, got
}

func (d *desk) filed(t *testing.T, terms models.Deadlines, c models.Case) {
	t.Helper()
	c.CreatedAt, c.UpdatedAt = testNow, testNow
	c.Reckon(terms)
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertCase(&c) }))
}

func TestADueDateIsExplained(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		d, terms := dueDesk(t, url)
		d.filed(t, terms, models.Case{Code: "PA2026-AAAAAA", Unit: "tran-bien", Kind: models.PhanAnh, Status: models.StatusNew})
		d.filed(t, terms, models.Case{Code: "PA2026-SSSSSS", Unit: "tran-bien", Kind: models.KhieuNai, Status: models.StatusNew, Sensitive: true})
		officer := models.Principal{Role: models.RoleOfficer, Unit: "tran-bien"}
		code, got := d.get(t, officer, http.MethodGet, "/cases/pa2026-aaaaaa/deadline", "")
		require.Equal(t, http.StatusOK, code, "%v", got)
		require.Equal(t, "2026-03-12T10:00:00Z", got["due_at"])
		require.Equal(t, "vì 2026-03-12", got["sentence"])
		var days []string
		for _, day := range got["days"].([]any) {
			m, _ := day.(map[string]any)
			days = append(days, m["date"].(string)[5:]+" "+m["why"].(string))
		}
		require.Equal(t, []string{
			"03-04 received", "03-05 counted", "03-06 holiday", "03-07 weekend", "03-08 weekend", "03-09 counted", "03-10 counted", "03-11 counted", "03-12 counted",
		}, days)
		clock, _ := got["clock"].(map[string]any)
		require.EqualValues(t, 0, clock["stage"])

		code, _ = d.get(t, officer, http.MethodGet, "/cases/PA2026-SSSSSS/deadline", "")
		require.Equal(t, http.StatusNotFound, code, "a sensitive case")
		code, got = d.get(t, models.Principal{Role: models.RoleLeader, Unit: "tran-bien"}, http.MethodGet, "/cases/PA2026-SSSSSS/deadline", "")
		require.Equal(t, http.StatusOK, code)
		limits, _ := got["limits"].([]any)
		require.Len(t, limits, 1)
		rule, _ := got["rule"].(map[string]any)
		require.Equal(t, []any{"calendar", "Luật", true}, []any{rule["reading"], rule["basis"], rule["verify"]})
	})
}

func TestMovesAndRemindersAreListed(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		d, terms := dueDesk(t, url)
		d.filed(t, terms, models.Case{Code: "PA2026-AAAAAA", Unit: "tran-bien", Kind: models.PhanAnh, Status: models.StatusNew})
		why := []models.Rule{{What: "day_off", Key: "2026-03-06", Is: "off"}}
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			require.NoError(t, tx.Moved(models.DeadlineMove{Case: "PA2026-AAAAAA", Was: testNow, Counted: testNow, Due: testNow, Why: why}))
			up := models.Escalation{Case: "PA2026-AAAAAA", Unit: "tran-bien", Since: testNow, Due: testNow, Level: models.EscalateUnit, Told: []string{"a@x.vn", "b@x.vn"}}
			require.NoError(t, tx.Escalate(up))
			return tx.Remind(models.Reminder{Case: "PA2026-AAAAAA", Since: testNow, Stage: 80, Due: testNow})
		}))
		leader := models.Principal{Role: models.RoleLeader, Unit: "tran-bien"}
		for path, want := range map[string]int{
			"/deadlines/moves": 1, "/deadlines/moves?case=pa2026-aaaaaa&unit=": 1, "/deadlines/moves?unit=long-khanh": 0,
			"/deadlines/reminders?open=true": 1, "/deadlines/reminders?stage=80": 1, "/deadlines/reminders?stage=100": 0,
			"/deadlines/escalations?open=true": 1, "/deadlines/escalations?unit=long-khanh": 0,
		} {
			code, got := d.get(t, leader, http.MethodGet, path, "")
			require.Equal(t, http.StatusOK, code, "%s: %v", path, got)
			require.Len(t, got["items"], want, path)
		}
		_, up := d.get(t, leader, http.MethodGet, "/deadlines/escalations", "")
		first, _ := up["items"].([]any)[0].(map[string]any)
		require.Equal(t, []any{"a@x.vn", "b@x.vn"}, first["told"])
		require.Nil(t, first["ended_at"])
		code, got := d.get(t, models.Principal{Role: models.RoleViewer, Unit: "long-khanh"}, http.MethodGet, "/deadlines/reminders", "")
		require.Equal(t, http.StatusOK, code)
		require.Empty(t, got["items"], "of another unit")
		for _, path := range []string{"/deadlines/reminders?stage=7", "/deadlines/moves?unit=nowhere", "/deadlines/moves?cursor=x"} {
			code, _ := d.get(t, leader, http.MethodGet, path, "")
			require.Equal(t, http.StatusUnprocessableEntity, code, path)
		}
	})
}

func TestANewDateIsPromised(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		d, terms := dueDesk(t, url)
		d.filed(t, terms, models.Case{Code: "PA2026-AAAAAA", Unit: "tran-bien", Kind: models.PhanAnh, Status: models.StatusAccepted, Conversation: "messenger:1:7"})
		officer := models.Principal{Role: models.RoleOfficer, Unit: "tran-bien"}
		for _, body := range []string{
			`{"action":"promise","date":"2026-03-12","text":"x"}`, `{"action":"promise","date":"2026-13-01","text":"x"}`,
			`{"action":"promise","text":"x"}`, `{"action":"promise","date":"2026-03-20"}`, `{"action":"note","text":"x","date":"2026-03-20"}`,
		} {
			code, got := d.get(t, officer, http.MethodPost, actPath, body)
			require.Equal(t, http.StatusUnprocessableEntity, code, "%s: %v", body, got)
		}
		code, got := d.get(t, officer, http.MethodPost, actPath, `{"action":"promise","date":"2026-03-21","text":"thiếu xe"}`)
		require.Equal(t, http.StatusOK, code, "%v", got)
		require.Equal(t, "2026-03-12T10:00:00Z", got["due_at"], "late is late")
		code, got = d.get(t, officer, http.MethodGet, "/cases/PA2026-AAAAAA/deadline", "")
		require.Equal(t, http.StatusOK, code)
		require.Equal(t, "2026-03-23T10:00:00Z", got["promised_at"], "a Saturday ends on Monday")
		var told []models.Event
		_, err := d.store.Claim(t.Context(), testNow.Add(time.Hour), 10, "", func(tx *store.Tx, talks []store.Talk) error {
			for _, talk := range talks {
				told = append(told, talk.Events...)
			}
			return nil
		})
		require.NoError(t, err)
		require.Len(t, told, 1)
		require.Equal(t, models.ActPromise, told[0].Notice.Action)
		require.True(t, told[0].Notice.Date.Equal(terms.Until("2026-03-21")))
		require.Equal(t, "thiếu xe", told[0].Notice.Text)
	})
}

// withDue has every kind of day, wait, limit and change.
func withDue(t *testing.T) *desk {
	t.Helper()
	d, terms := dueDesk(t, databases.SQLite(t))
	c := models.Case{Code: "PA2026-KKKKKK", Unit: "tran-bien", Kind: models.KhieuNai, Status: models.StatusNew, CreatedAt: testNow}
	require.NoError(t, c.Move(models.ActAccept, "x", testNow, "", ""))
	require.NoError(t, c.Move(models.ActAsk, "x", testNow.Add(time.Hour), "", ""))
	d.filed(t, terms, c)
	changes := []models.Rule{
		{What: "day_off", Key: "2026-03-06", Is: "off"}, {What: "make_up", Key: "2026-03-07", Was: "worked"}, {What: "half_day", Key: "2026-03-09", Is: "x"},
		{What: "hours", Is: "x"}, {What: "kind", Key: "phan_anh", Is: "5 0"}, {What: "category", Key: "rac-thai", Was: "3", Is: "4"},
	}
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		require.NoError(t, tx.Moved(models.DeadlineMove{Case: c.Code, Was: testNow, Counted: testNow, Due: testNow.Add(time.Hour), Why: changes}))
		require.NoError(t, tx.Moved(models.DeadlineMove{Case: c.Code, Was: testNow, Counted: testNow, Due: testNow}))
		for level, told := range map[int][]string{models.EscalateUnit: nil, models.EscalateProvince: {"tinh@x.vn", "thanh-tra@x.vn"}} {
			require.NoError(t, tx.Escalate(models.Escalation{Case: c.Code, Unit: c.Unit, Since: testNow, Due: testNow, Level: level, Told: told}))
		}
		for _, stage := range models.Stages {
			require.NoError(t, tx.Remind(models.Reminder{Case: c.Code, Since: testNow, Stage: stage, Due: testNow, Term: "promise"}))
		}
		return nil
	}))
	return d
}

// TestPagesOfDueDates shows them.
func TestPagesOfDueDates(t *testing.T) {
	t.Parallel()
	d := withDue(t)
	leader := d.visitor(t, models.RoleLeader).screen
	page := leader.get(deadlinesPath)
	require.Equal(t, http.StatusOK, page.Code)
	for _, want := range []string{
		"quá hạn", "80%", "50%", "(đã hẹn lại)", "giữ như đã hẹn", "thêm ngày nghỉ 2026-03-06", "bỏ ngày làm bù 2026-03-07", "giờ làm việc riêng", "đổi giờ làm việc",
		"cấp tỉnh</span> tinh@x.vn, thanh-tra@x.vn", "chưa có tài khoản nào để báo", "đổi thời hạn của loại phan_anh", "rac-thai: 3 → 4 ngày", "Hạn trả lời",
	} {
		require.Contains(t, page.Body, want)
	}
	page = leader.get(consolePath + "/cases/pa2026-kkkkkk/deadline")
	require.Equal(t, http.StatusOK, page.Code)
	for _, want := range []string{
		"Khiếu nại", "14 ngày theo lịch", "Ngày nhận, không tính", "Ngày hội", "vẫn tính vì đếm theo lịch", "chưa trả lời: không đổi hạn", "Thông báo thụ lý", "cần đối chiếu văn bản", "vì 2026-03-18",
	} {
		require.Contains(t, page.Body, want)
	}
	require.Equal(t, http.StatusNotFound, leader.get(consolePath+"/cases/PA2026-NONE/deadline").Code)
}

func TestPagesOfDueDatesInABrowser(t *testing.T) {
	d := withDue(t)
	d.visitor(t, models.RoleOfficer)
	b := chromium(t, d)
	b.do(chromedp.Navigate(b.base + deadlinesPath))
	b.submit("Hạn trả lời", "#email", "officer@example.vn", "#password", sentence)
	b.sound("deadlines")
	b.do(chromedp.Navigate(b.base + consolePath + "/cases/PA2026-KKKKKK/deadline"))
	b.see("Hạn của")
	b.sound("deadline")
}

// TestWhoIsInChargeIsAskedForADate from the end of the term on, and again when the
// date that was promised has passed.
func TestWhoIsInChargeIsAskedForADate(t *testing.T) {
	t.Parallel()
	d, terms := dueDesk(t, databases.SQLite(t))
	c := models.Case{Code: "PA2026-AAAAAA", Unit: "tran-bien", Kind: models.PhanAnh, Status: models.StatusAccepted, CreatedAt: testNow}
	c.Reckon(terms)
	asked := func(at time.Time) bool { return d.server.dueOf(c, at).Ask }
	require.False(t, asked(c.DueAt.Add(-time.Minute)))
	require.True(t, asked(c.DueAt))
	given := c.DueAt.Add(time.Hour)
	require.NoError(t, c.Move(models.ActPromise, "Lan", given, "thiếu xe", given.AddDate(0, 0, 7).Format(time.DateOnly)))
	until := d.server.dueOf(c, given).Promised
	require.True(t, until.After(given))
	require.False(t, asked(until.Add(-time.Minute)))
	require.True(t, asked(until))
	require.NoError(t, c.Move(models.ActResolve, "Lan", until, "xong", ""))
	require.False(t, asked(until.Add(time.Hour)))
}
