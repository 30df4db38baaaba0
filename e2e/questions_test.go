package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/langnghe/langnghe/sandbox"
	"github.com/stretchr/testify/require"
)

// question is a group of questions without a good answer.
type question struct {
	IDs   []int64
	Texts []string
}

// TestAQuestionTeaches: a question that has no answer reaches staff without the
// citizen's number; one who knows says what it is about; who asked is told,
// beside the report that is open meanwhile, and the next one gets the answer at
// once, from the very process that runs.
func TestAQuestionTeaches(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		admin := w.token("admin")
		for i, platform := range platforms {
			asks := []string{"xin tờ giấy xanh cho cu tí", "xin cái lệnh tím cho thằng cu tèo"}[i]
			procedure := []string{"khai-sinh", "chuyen-truong"}[i]
			first := w.phone(platform, 2*i)
			m := first.say("thủ tục " + asks + " thế nào, gọi 0900 000 078")
			if slices.ContainsFunc(m.Choices, func(c sandbox.Choice) bool { return strings.HasSuffix(c.Payload, "ask.choose:none") }) {
				first.tap("ask.choose:none")
			}
			w.quiet()
			group := w.unanswered(admin, asks)
			require.NotContains(t, group.Texts[0], "078")
			first.requireStep("report.place", first.say("Rác chất đống đầu hẻm chưa ai dọn"))

			settled := call[struct{ Settled int }](w.product, admin, http.MethodPost, "/api/v1/questions/settle",
				map[string]any{"ids": group.IDs, "procedure": procedure, "alias": asks})
			require.Equal(t, 1, settled.Settled)
			told := first.next()
			require.Contains(t, told.Text, asks)
			first.requireStep("report.place", told)

			second := w.phone(platform, 2*i+1)
			answer := second.say("cho hoi " + asks + " voi a")
			require.Contains(t, answer.Text, []string{"khai sinh", "Chuyển trường"}[i])
			second.say("#ask.answer:unhelpful")
			w.quiet()
			require.NotEmpty(t, w.unanswered(admin, asks).IDs, "an answer that is no help comes back to staff")
		}
	})
}

// unanswered finds the group of questions that holds the words.
func (w *world) unanswered(token, words string) question {
	w.t.Helper()
	var found question
	within(w.t, patience, "the question with staff", func() bool {
		for _, q := range call[struct{ Items []question }](w.product, token, http.MethodGet, "/api/v1/questions", nil).Items {
			for _, text := range q.Texts {
				if strings.Contains(text, words) {
					found = q
					return true
				}
			}
		}
		return false
	})
	return found
}

// TestImportedContentIsTold: what an office imports beside the running product
// is what citizens are told, a unit's own way only by that unit.
func TestImportedContentIsTold(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		file := filepath.Join(t.TempDir(), "thu-tuc.yaml")
		require.NoError(t, os.WriteFile(file, []byte("- {code: khai-sinh, unit: tran-bien, as_of: 2026-11, where: Quầy số 9, hours: sáng thứ Bảy, contact: 0900 000 009}\n"), 0o600))
		w.must("import", "procedures", file)
		c := w.phone(platforms[0], 1)
		within(t, patience, "the change to be told", func() bool {
			status, body := w.ask(w.token("admin"), http.MethodGet, "/api/v1/content?kind=procedure", nil)
			require.Equal(t, http.StatusOK, status, string(body))
			told := c.say("đăng ký khai sinh nộp ở đâu").Text
			return strings.Contains(told, "Quầy số 9") && strings.Contains(told, "sáng thứ Bảy") && strings.Contains(told, "0900 000 009")
		})
		status, body := w.ask(w.token("officer"), http.MethodGet, "/api/v1/understand?text="+url.QueryEscape("đăng ký khai sinh"), nil)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, string(body), `"khai-sinh"`)
	})
}

// TestPublishedWordingIsSaid: what the province words otherwise is said by the
// running product, its labels stand on the buttons and are understood, and what
// does not fit is refused and changes nothing. A term of a category that grows
// moves the open cases of it.
func TestPublishedWordingIsSaid(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		admin, officer := w.token("admin"), w.token("officer")
		publish := func(kind, key string, body any) (int, string) {
			t.Helper()
			status, answer := w.ask(admin, http.MethodPost, "/api/v1/content", map[string]any{"kind": kind, "key": key, "body": body, "why": "thử"})
			return status, string(answer)
		}
		reporter := w.phone(platforms[0], 2)
		code := reporter.file("Rác chất đống đầu hẻm chưa ai dọn")
		filed := w.caseOf(officer, code)

		status, answer := publish("wording", "report.describe", map[string]string{"text": "Ông/bà kể việc gì, ở đâu. Hết thì chọn Gửi hết rồi."})
		require.Equal(t, http.StatusOK, status, answer)
		status, answer = publish("wording", "choice.done", map[string]string{"text": "Gửi hết rồi"})
		require.Equal(t, http.StatusOK, status, answer)
		for key, text := range map[string]string{"choice.cancel": "Gửi hết rồi", "report.filed.text": "Xong.", "greet": "{{.Report.Contact.Phone}}"} {
			status, answer = publish("wording", key, map[string]string{"text": text})
			require.Equal(t, http.StatusUnprocessableEntity, status, answer)
		}
		status, answer = publish("category", filed.Category, map[string]any{"deadline_days": 5})
		require.Equal(t, http.StatusOK, status, answer)

		c := w.phone(platforms[0], 1)
		within(t, patience, "the wording to be said", func() bool {
			c.say("#menu.root:menu")
			return strings.Contains(c.say("#menu.root:report").Text, "Ông/bà kể việc gì, ở đâu")
		})
		require.Contains(t, c.say("gui het roi").Text, "chưa nhận được nội dung nào", "the label was taken for the choice")

		within(t, time.Minute, "the due date to move", func() bool { return w.caseOf(officer, code).DueAt.After(filed.DueAt) })
		moves := all[moved](w.product, officer, "/api/v1/deadlines/moves")
		require.Len(t, moves, 1)
		require.Equal(t, "category", moves[0].Why[0].What)
	})
}
