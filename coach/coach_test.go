package coach_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/coach"
)

func shipped(t *testing.T) *coach.Book {
	t.Helper()
	templates, err := os.ReadFile("../data/templates.yaml")
	require.NoError(t, err)
	rules, err := os.ReadFile("../data/coach.yaml")
	require.NoError(t, err)
	b, err := coach.Load(templates, rules)
	require.NoError(t, err)
	return b
}

func TestCoach(t *testing.T) {
	t.Parallel()
	b := shipped(t)
	const good = "Xin chào ông/bà. Cảm ơn ông/bà đã báo. Tổ thu gom đã dọn rác sáng 11/3. Ông/bà thấy còn thì bấm Chưa xong."
	for _, c := range []struct {
		name, draft string
		facts       coach.Facts
		want        []string // code, or code=found
	}{
		{"nothing", " \n ", coach.Facts{Action: "resolve", First: true}, nil},
		{"good", good, coach.Facts{Action: "resolve", First: true}, nil},
		{"good, decomposed", "Xin cha\u0300o o\u0302ng/ba\u0300, đã xem rồi ạ.", coach.Facts{Action: "reply", First: true}, nil},
		{"late", good, coach.Facts{Action: "resolve", Late: true}, []string{"apology"}},
		{"late reply without a date", "Xin lỗi ông/bà, đang làm.", coach.Facts{Action: "reply", Late: true}, []string{"when_next"}},
		{"no greeting", "Đang làm ạ.", coach.Facts{Action: "reply", First: true}, []string{"greeting"}},
		{"later none is needed", "Đang làm ạ.", coach.Facts{Action: "reply"}, nil},
		{"bare result", "Xong", coach.Facts{Action: "resolve"}, []string{"thanks", "what_done", "when_done", "way_on"}},
		{"rejection", "Không thuộc thẩm quyền. Nhắn lại sau.", coach.Facts{Action: "reject"}, []string{"apology_reject", "not_ours=không thuộc thẩm quyền"}},
		{"question", "Bổ sung ngay.", coach.Facts{Action: "ask"}, []string{"may_i", "one_question"}},
		{"blame", "Do ông/bà khai thiếu.", coach.Facts{Action: "reply"}, []string{"blame=do ông/bà", "blame=khai thiếu"}},
		{"officialese", "Kính gửi Quý công dân, vụ việc được giải quyết theo quy định.", coach.Facts{Action: "reply"}, []string{"officialese=quý công dân", "officialese=kính gửi", "officialese=theo quy định"}},
		{"an office's name", "Ủy ban nhân dân phường đang xem.", coach.Facts{Action: "reply"}, nil},
		{"harmless", "Thiết bị đã chuẩn bị xong.", coach.Facts{Action: "reply"}, nil},
		{"passive", "Ông/bà bị trả hồ sơ.", coach.Facts{Action: "reply"}, []string{"passive=bị"}},
		{"blank", "Sẽ làm trước [ngày].", coach.Facts{Action: "reply"}, []string{"blank=[ngày]"}},
		{"shouting", "ĐANG LÀM RỒI NHÉ!!", coach.Facts{Action: "reply"}, []string{"capitals=ĐANG LÀM RỒI NHÉ", "exclamation=!!"}},
		{"long sentence", strings.Repeat("một ", 26), coach.Facts{Action: "reply"}, []string{"long_sentence=một một một một một một…"}},
		{"long", strings.Repeat("Vâng ạ. ", 120), coach.Facts{Action: "reply"}, []string{"long"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, h := range b.Read(c.draft, c.facts) {
				require.NotEmpty(t, h.Hint)
				require.NotEmpty(t, h.Why)
				if h.Found != "" {
					h.Code += "=" + h.Found
				}
				got = append(got, h.Code)
			}
			require.Equal(t, c.want, got)
		})
	}
}

// TestTemplatesPleaseTheCoach: filled in, a starting text has nothing to remark.
func TestTemplatesPleaseTheCoach(t *testing.T) {
	t.Parallel()
	b := shipped(t)
	values := map[string]string{"code": "PA2026-AAAAAA", "unit": "Phường Trấn Biên", "category": "Rác thải", "place": "hẻm 45", "due": "thứ Tư 11/3", "today": "9/3"}
	require.Greater(t, len(b.Templates), 8)
	for _, template := range b.Templates {
		text := template.Fill(values)
		require.NotContains(t, text, "{", template.Code)
		text = strings.NewReplacer("[ngày, giờ]", "sáng 11/3", "[ngày]", "11/3", "[thứ, ngày]", "thứ Sáu 13/3").Replace(text)
		for _, hint := range b.Read(text, coach.Facts{Action: template.Actions[0], First: false}) {
			require.Equal(t, "blank", hint.Code, "%s: %s", template.Code, hint.Found)
		}
	}
}

func TestTemplatesFor(t *testing.T) {
	t.Parallel()
	b := &coach.Book{Templates: []coach.Template{
		{Code: "any", Actions: []string{"reply", "ask"}},
		{Code: "unit", Actions: []string{"reply"}, Units: []string{"tran-bien"}},
		{Code: "category", Actions: []string{"reply"}, Categories: []string{"rac"}},
		{Code: "elsewhere", Actions: []string{"reply"}, Units: []string{"long-khanh"}},
	}}
	codes := func(list []coach.Template) (codes []string) {
		for _, template := range list {
			codes = append(codes, template.Code)
		}
		return codes
	}
	require.Equal(t, []string{"category", "unit", "any"}, codes(b.For("reply", "tran-bien", "rac")))
	require.Equal(t, []string{"any"}, codes(b.For("ask", "tran-bien", "rac")))
	require.Empty(t, b.For("resolve", "tran-bien", "rac"))
	require.Equal(t, "ở […] A", coach.Template{Text: "ở {place} {code}\n"}.Fill(map[string]string{"code": "A"}))
}

func TestAnOfficeChangesATemplate(t *testing.T) {
	t.Parallel()
	b := shipped(t)
	change := func(b *coach.Book, code, unit, body string) *coach.Book {
		t.Helper()
		out, _, err := b.With(coach.Change{Code: code, Unit: unit, Body: []byte(body)})
		require.NoError(t, err)
		return out
	}
	texts := func(b *coach.Book, unit, category string) map[string]string {
		m := map[string]string{}
		for _, template := range b.For("reply", unit, category) {
			_, twice := m[template.Code]
			require.False(t, twice, template.Code)
			m[template.Code] = template.Text
		}
		return m
	}
	now := change(b, "checking", "", `{"text":"Mới {code}"}`)
	now = change(now, "checking", "tran-bien", `{"text":"Riêng {code}"}`)
	now = change(now, "late", "tran-bien", `{"hidden":true}`)
	now = change(now, "night", "tran-bien", `{"name":"Đêm","actions":["reply"],"categories":["rac-thai"],"text":"Đêm {today}"}`)

	require.Equal(t, "Mới {code}", texts(now, "bien-hoa", "")["checking"])
	require.Equal(t, "Riêng {code}", texts(now, "tran-bien", "")["checking"])
	require.Contains(t, texts(now, "bien-hoa", ""), "late")
	require.NotContains(t, texts(now, "tran-bien", ""), "late")
	require.Contains(t, texts(now, "tran-bien", "rac-thai"), "night")
	require.NotContains(t, texts(now, "tran-bien", "cay-xanh"), "night")
	require.NotContains(t, texts(now, "bien-hoa", "rac-thai"), "night")
	require.NotContains(t, texts(b, "tran-bien", "")["checking"], "Mới", "the book that was changed stays as it was")
	require.Equal(t, "night", now.For("reply", "tran-bien", "rac-thai")[0].Code, "a unit's own stands first")

	for body, want := range map[string]string{
		`{"text":"chào {phone}"}`: "{phone} is no placeholder", `{"actions":["shout"]}`: "shout", `{"text":" "}`: "is missing",
		`{"colour":"red"}`: "colour", `x`: "invalid", `{"text":"` + strings.Repeat("a", 1501) + `"}`: "of 1500",
	} {
		_, _, err := b.With(coach.Change{Code: "checking", Body: []byte(body)})
		require.ErrorContains(t, err, want, body)
	}
	_, _, err := b.With(coach.Change{Code: `a" b`, Body: []byte(`{"name":"A","actions":["reply"],"text":"a"}`)})
	require.ErrorContains(t, err, "code")
	_, _, err = b.With(coach.Change{Code: "new", Body: []byte(`{"text":"a"}`)})
	require.ErrorContains(t, err, "is missing")
}

func TestFaultsAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ templates, coach, want string }{
		{"templates: [{code: a, name: A, actions: [reply], text: 'chào {phone}'}]", "rules: []", "{phone} is no placeholder"},
		{"templates: [{code: a}]", "rules: []", "is missing"},
		{"templates: [{colour: red}]", "rules: []", "read templates"},
		{"templates: []", "rules: [{code: a, hint: x, why: y}]", "asks for nothing"},
		{"templates: []", "rules: [{code: a, hint: x, why: y, when: never, avoid: [z]}]", "never"},
		{"templates: []", "rules: [{code: a, hint: x, why: y, avoid_pattern: '('}]", "pattern"},
		{"templates: []", "rules: [{code: a, avoid: [z]}]", "hint and why"},
		{"templates: []", "rules: x", "read the coach"},
	} {
		_, err := coach.Load([]byte(c.templates), []byte(c.coach))
		require.ErrorContains(t, err, c.want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("Xin chào ông/bà [x] !!")
	f.Add("\xff\u0300 …… {")
	templates, err := os.ReadFile("../data/templates.yaml")
	require.NoError(f, err)
	rules, err := os.ReadFile("../data/coach.yaml")
	require.NoError(f, err)
	b, err := coach.Load(templates, rules)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, draft string) {
		facts := coach.Facts{Action: "resolve", Late: true, First: true}
		require.Equal(t, b.Read(draft, facts), b.Read(draft, facts), "the same draft, the same remarks")
	})
}
