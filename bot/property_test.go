package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// talkative is what citizens type, send and tap, as the product's own ear is to
// read it.
var talkative = []string{
	"> %", "> %", "> %", "> %", "> %", "> %",
	"> Rác đầy hẻm 12 Đồng Khởi, hôi lắm", "> den duong tat ca tuan", "> đường hư quá ad ơi", "> bãi đất trống cạnh chùa",
	"> hẻm 45 Phan Trung", "> khu phố 3", "> gần chợ", "> Nguyễn Văn Hùng", "> 0900 000 078", "> tôi tên Lan, 0900.000.045", "> sai số rồi 0900 000 046",
	"> (1 image)", "> (3 image) coi nè", "> (1 video)", "> (1 placed)", "> (location)", "> (contact)", "> (sticker)", ">", "> ?",
	"> ẩn danh", "> bỏ qua", "> xong", "> gửi", "> có", "> không", "> thôi", "> vậy thôi", "> đúng rồi", "> 1", "> 2", "> 3", "> 9",
	"> sửa", "> quay lại", "> hủy", "> menu", "> gặp cán bộ", "> chào em", "> cảm ơn", "> chưa xong", "> danh mục",
	"> làm khai sinh cần giấy tờ gì", "> số điện thoại công an phường", "> mai thứ bảy có làm không", "> tết này nghỉ mấy hôm", "> ai phụ trách đất đai", "> ủy ban ở đâu", "> vụ của tôi tới đâu rồi", "> PA2026-BBBB22", "> đánh giá", "> xóa dữ liệu của tôi",
	"> tôi muốn phản ánh", "> tôi khiếu nại quyết định số 45/QĐ-UBND", "> tôi tố cáo cán bộ địa chính ăn tiền", "> cháy nhà rồi", "> tôi bị chồng đánh",
	"> rác hôi quá | chưa ai dọn | (1 image)", "> chuyện là vầy | hồi sáng tôi đi chợ | thấy cống bể",
	"@ wait 31m", "@ wait 13h", "@ wait 200h", "@ open", "@ person", "@ handback", "@ media", "@ province", "@ unsend m1", "@ edit m2 sửa lời",
	"@ notice PA2026-BBBB22 accept", "@ notice PA2026-BBBB22 ask person : ở đâu ạ?", "@ notice PA2026-BBBB22 resolve rate person : Đã dọn",
	"> H19.12-261126-0001", "> hồ sơ H19.12-261126-0001 trễ hẹn cả tháng", "> báo khi có kết quả", "@ source",
	"@ dossier H19.12-261126-0001 dang-xu-ly late", "@ result H19.12-261126-0001", "@ answer H19.12-261126-0001 unreachable",
	"@ similar PA2026-DDDD44 accepted", "@ similar PA2026-BBBB22 accepted mine",
}

// listening is a guarded world with the product's own ear.
func listening(t testing.TB) *world {
	w := guarded(t)
	w.listen("")
	return w
}

// TestEvidenceIsNeverLost plays random talks in citizens' own words: every word
// and file that went into a report stays in it until it is filed, or until the
// citizen confirmed that it be thrown away.
func TestEvidenceIsNeverLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := listening(t)
		for i := range rapid.IntRange(1, 30).Draw(rt, "length") {
			line := rapid.OneOf(rapid.SampledFrom(talkative), anyWords()).Draw(rt, "line")
			if err := w.entrust(line, i); err != nil {
				rt.Fatalf("%s: %v", line, err)
			}
		}
	})
}

// anyWords types anything that a phone can.
func anyWords() *rapid.Generator[string] {
	return rapid.Map(rapid.StringN(1, 60, 200), func(s string) string {
		return "> " + strings.Map(func(r rune) rune {
			if strings.ContainsRune("{}[]()|%", r) || unicode.IsControl(r) {
				return ' '
			}
			return r
		}, s)
	})
}

// entrust plays a line and holds the turn against all rules, and what was in
// the report before against what became of it.
func (w *world) entrust(line string, n int) error {
	if line == "> %" {
		if len(w.state.Offered) == 0 {
			return nil
		}
		line = "> [" + w.state.Offered[n%len(w.state.Offered)].Payload + "]"
	}
	before := w.state
	turn := w.play(line)
	for _, rule := range []func(bot.State, bot.Turn, string) error{grammarHolds, questionsHaveChoices, isAnswered, handlesHuman, personsCanBeChosen} {
		if err := rule(before, turn, line); err != nil {
			return err
		}
	}
	if given(w, before, turn, line) {
		return nil
	}
	after := holdings(turn.State)
	for _, e := range turn.Do {
		carried(after, e)
	}
	for id, what := range holdings(before) {
		if _, kept := after[id]; !kept {
			return fmt.Errorf("%s %q is gone from %s, now at %s", id, what, before.Step, turn.State.Step)
		}
	}
	return w.saidIsKept(before, turn, after)
}

// saidIsKept holds that what was just said and sent at an open step of a report
// is in it, in an answer to the step, or in the hands of whoever it is for.
func (w *world) saidIsKept(before bot.State, turn bot.Turn, after trust) error {
	if before.Report == nil || !strings.HasPrefix(before.Step, "report.") || !bot.Open(before.Step) || w.last.Kind != models.EventMessage {
		return nil
	}
	sealed := trust{}
	if turn.State.Sealed != nil {
		hold(sealed, turn.State.Sealed.Words, turn.State.Sealed.Files)
	}
	for _, f := range w.last.Files {
		if after[f.ID] == "" && sealed[f.ID] == "" {
			return fmt.Errorf("a %s was dropped at %s", f.Kind, before.Step)
		}
	}
	return w.newWordsAreKept(before, turn)
}

// trust is what a citizen entrusted: words by their message, files by their id,
// and whether there was a place.
type trust map[string]string

// at notes a place that was sent.
func (held trust) at(l *models.Location) {
	if l != nil {
		held["location"] = "a place"
	}
}

// holdings is all that a citizen entrusted to a report.
func holdings(s bot.State) trust {
	held := trust{}
	for _, r := range []*bot.Report{s.Report, s.Pending} {
		if r != nil {
			hold(held, r.Words, r.Files)
			held.at(r.Location)
		}
	}
	return held
}

func hold(held trust, words []bot.Word, files []models.File) {
	for _, word := range words {
		held[word.Mid] = word.Text
	}
	for _, f := range files {
		held[f.ID] = f.Kind
	}
}

// carried adds what an effect takes to a case.
func carried(held trust, e bot.Effect) {
	switch e := e.(type) {
	case bot.FileCase:
		hold(held, e.Report.Words, e.Report.Files)
		held.at(e.Report.Location)
	case bot.AddEvidence:
		hold(held, e.Words, e.Files)
		held.at(e.Location)
	case bot.NotDone:
		hold(held, e.Words, e.Files)
	}
}

// given reports whether the citizen gave the words up by an act that cannot be
// mistaken, or a week passed.
func given(w *world, before bot.State, turn bot.Turn, line string) bool {
	said := func(key string) bool {
		return slices.ContainsFunc(turn.Say, func(l bot.Line) bool { return l.Key == key })
	}
	switch {
	case strings.HasPrefix(line, "@ edit"), strings.HasPrefix(line, "@ unsend"), strings.HasPrefix(line, "@ erase"):
		return true
	case w.now.Sub(before.LastAt) >= 7*24*time.Hour, said("privacy.erased"):
		return true
	case said("report.cancelled"):
		return before.Step == "report.cancel" || len(holdings(before)) == 0
	case before.Step == "report.resume" && w.last.Choice == "report.resume:new":
		return true
	}
	return slices.Contains([]string{"report.describe:clear", "report.files:clear"}, w.last.Choice)
}

// usual is what citizens do anywhere.
var usual = []string{"> hủy", "> menu", "> trời ơi là trời", "> asdf qwer 🙏", "> (location)", "> Rác đầy hẻm", "> (1 image)", "> (2 image) coi nè", ">", "> %", "@ open"}

// TestUsualFromEveryStateOfTheChats stops in every state of every recorded chat
// and does there what citizens do anywhere; nothing breaks, nothing is lost.
func TestUsualFromEveryStateOfTheChats(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range chats(t) {
		c.walk(t, func(w *world, _ string, _ bot.Turn) {
			key := fingerprint(w.state)
			if seen[key] {
				return
			}
			seen[key] = true
			for i, line := range usual {
				side := w.aside()
				if err := side.entrust(line, i); err != nil {
					t.Fatalf("%s at %s, %s: %v", c.name, w.state.Step, line, err)
				}
			}
		})
	}
	if len(seen) < 100 {
		t.Errorf("only %d states", len(seen))
	}
}

// TestAnEventThatComesTwice plays every event of every chat a second time:
// nothing is filed twice, and nothing is lost.
func TestAnEventThatComesTwice(t *testing.T) {
	t.Parallel()
	for _, c := range chats(t) {
		c.walk(t, func(w *world, line string, first bot.Turn) {
			if !strings.HasPrefix(line, ">") || w.last.Kind != models.EventMessage {
				return
			}
			e := w.last
			e.NewCode = "PA2026-TWICE2"
			again := bot.Reply(w.state, e)
			if filed(first) && filed(again) {
				t.Errorf("%s: %s files twice", c.name, line)
			}
			after := holdings(again.State)
			for _, d := range again.Do {
				carried(after, d)
			}
			for id := range holdings(w.state) {
				if _, kept := after[id]; !kept && !given(w, w.state, again, line) {
					t.Errorf("%s: %s a second time loses %s", c.name, line, id)
				}
			}
		})
	}
}

func filed(turn bot.Turn) bool {
	return slices.ContainsFunc(turn.Do, func(e bot.Effect) bool { _, ok := e.(bot.FileCase); return ok })
}

// fingerprint is what makes a state another one: where it stands and what it
// holds, not the words themselves.
func fingerprint(s bot.State) string {
	r, p := s.Report, s.Pending
	key := fmt.Sprint(s.Step, s.Mode, s.Tries, len(s.Offered), s.Filed != "", s.Case != "", s.Rating != nil, s.Sealed != nil, p != nil, r != nil)
	if r != nil {
		key += fmt.Sprint(len(r.Words) > 0, len(r.Files) > 0, r.Kind, r.Unit != nil, r.Place != "", r.Location != nil, r.Contact.Phone != "", r.Anonymous, r.Skipped, r.Editing, r.Joins != "")
	}
	return key
}
