package bot_test

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

var grammar = regexp.MustCompile(`^[a-z_]+\.[a-z_]+:[a-z0-9._-]+$`)

// moves are what may happen in a random talk. "%" taps one of the choices offered.
var moves = []string{
	"> %", "> %", "> %", "> %", "> %", "> %", "> %", "> %",
	"> Rác đầy hẻm {complains}", "> Đường hư quá {unclear}", "> Đèn tắt | ba hôm nay {complains; place=hẻm 12}",
	"> (1 image)", "> (2 video) coi nè {complains}", "> (1 placed)", "> (location)", "> (sticker)", "> (contact)", ">",
	"> ừm thì là vậy đó", "> Nguyễn Văn Hùng {name=Nguyễn Văn Hùng}", "> mùi hôi quá chừng {name=mùi hôi quá chừng}", "> 0900 000 078 {phone=0900000078}", "> tôi tên Hùng {name=Hùng}",
	"> 25 Nguyễn Ái Quốc {place=25 Nguyễn Ái Quốc}", "> ở Trấn Biên {units=tran-bien}", "> biên hòa {units=bien-hoa|tran-bien}",
	"> quyết định 12 ngày 3/3 {decision=12 ngày 3/3}", "> khiếu nại quyết định {complains; kind=khieu_nai}",
	"> chào {intent=greet; bare}", "> cảm ơn {intent=thanks; bare}", "> menu {intent=menu; bare}", "> hủy {intent=cancel; bare}",
	"> quay lại {intent=back; bare}", "> có {intent=yes; bare}", "> không {intent=no; bare}", "> gặp cán bộ {intent=human; bare}",
	"> làm khai sinh cần gì {bare; procedures=khai-sinh}", "> giấy gì {procedures=khai-sinh|ket-hon}", "> hỏi visa {intent=ask; bare}",
	"> đường hư mà làm khai sinh sao {complains; procedures=khai-sinh}", "> số nóng {contacts; bare}", "> số xã {intent=contacts; bare}",
	"> vụ của tôi {intent=status; bare}", "> PA2026-BBBB22 {code=PA2026-BBBB22; bare}", "> PA2026-CCCC33 {code=PA2026-CCCC33}", "> PA2026-ZZZZ99 {code=PA2026-ZZZZ99}",
	"> chấm điểm {intent=rate; bare}", "> xóa dữ liệu {intent=privacy; bare}", "> tôi muốn phản ánh {intent=report; bare}",
	"> ông A nhận tiền {denounces}", "> cháy rồi {danger=chay}", "> chồng đánh {danger=gia-dinh}", "> nguy {danger=chung}",
	"> [menu.root:report]", "> [report.confirm:yes]", "> [report.place:skip]", "> [status.show:reopen]", "> [rate.score:1]", "> [ask.answer:fee]", "> [status.code:pa2026-cccc33]", "> [x]", "> [no.step:yes]", "> [report.describe:more]",
	"@ wait 31m", "@ wait 13h", "@ wait 200h", "@ open", "@ erase", "@ rated 4 tốt", "@ person", "@ echo", "@ note", "@ handback", "@ media", "@ closed", "@ province",
	"@ edit m1 sửa lại", "@ unsend m2", "@ step report.weather", "@ step report.place",
	"@ notice PA2026-BBBB22 accept", "@ notice PA2026-BBBB22 ask person : ở đâu ạ?", "@ notice PA2026-BBBB22 resolve rate person : Đã dọn", "@ notice PA2026-BBBB22 reject not_competent : Thuộc điện lực", "@ notice PA2026-BBBB22 note",
	"> sai số rồi, 0900 000 087 {phone=0900000087}", "> sai số điện thoại rồi, 0900 000 088 {unclear; phone=0900000088}", "> lộn rồi {corrects}", "> rút vụ đó {intent=withdraw; bare}", "> nhầm, hẻm 21 {place=hẻm 21}", "> vl mấy người {rude=vl}", "> làm ăn vậy hả, đường hư {complains; angry}",
	"> chưa xong {notdone; bare}", "> chưa xong, rác còn đó {complains; notdone}", "> cái hôm kia {intent=status; ago=3}",
	"> there is garbage everywhere {complains; english}", "> good morning {intent=greet; bare; english}", "> xin chào ạ {intent=greet; bare}",
	"> [status.show:ok]", "> [rate.comment:help]", "@ answering PA2026-BBBB22", "@ notice PA2026-BBBB22 progress", "@ duty", "@ served Trung tâm", "@ secret xanh-7",
	"@ similar PA2026-DDDD44 accepted", "@ similar PA2026-BBBB22 accepted mine", "> [report.similar:join]",
}

// TestNothingBreaksATalk plays random talks: whatever happens, the rules of the
// dialogue hold.
func TestNothingBreaksATalk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := guarded(t)
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(moves)-1), 1, 40).Draw(rt, "moves") {
			if err := w.check(moves[i], i); err != nil {
				rt.Fatalf("%s: %v", moves[i], err)
			}
		}
	})
}

// TestEveryStepStandsTheUsual walks to every reachable step and tries what
// citizens do anywhere.
func TestEveryStepStandsTheUsual(t *testing.T) {
	t.Parallel()
	usual := []string{"> hủy {intent=cancel; bare}", "> menu {intent=menu; bare}", "> abc xyz", "> Rác đầy hẻm {complains}", "> (1 image)", "> %", ">"}
	reached := map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		w := guarded(t)
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(moves)-1), 1, 12).Draw(rt, "moves") {
			if err := w.check(moves[i], i); err != nil {
				rt.Fatalf("%s: %v", moves[i], err)
			}
			reached[w.state.Step] = true
			for _, line := range usual {
				side := *w
				if err := side.check(line, i); err != nil {
					rt.Fatalf("at %s, %s: %v", w.state.Step, line, err)
				}
			}
		}
	})
	for _, s := range bot.Steps() {
		if !reached[s] {
			t.Logf("not reached this time: %s", s)
		}
	}
	if len(reached) < len(bot.Steps())/2 {
		t.Errorf("only %d of %d steps reached", len(reached), len(bot.Steps()))
	}
}

// FuzzReply plays any bytes as a talk: each picks a move, or begins free words.
func FuzzReply(f *testing.F) {
	f.Add([]byte{8, 11, 0, 0, 22, 20, 0}, "Rác")
	f.Add([]byte{77, 9, 1, 2, 3, 4, 71, 28, 46, 0}, "1. a\x00\xff")
	f.Fuzz(func(t *testing.T, picks []byte, words string) {
		w := guarded(t)
		for i, p := range picks[:min(len(picks), 60)] {
			line := moves[int(p)%len(moves)]
			if i%7 == 6 {
				line = "> " + strings.NewReplacer("{", "", "[", "", "(", "").Replace(words)
			}
			if err := w.check(line, int(p)+i); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
	})
}

// FuzzState decodes any bytes as a stored state and goes on from it.
func FuzzState(f *testing.F) {
	f.Add(`{"step":"report.place"}`)
	f.Add(`{"step":"rate.comment","report":{"words":[{"text":"a"}]},"sealed":{}}`)
	f.Add(`{"step":"report.confirm","report":{"skipped":["hide"]},"mode":"human"}`)
	f.Fuzz(func(t *testing.T, stored string) {
		s, err := bot.Decode(stored)
		if err != nil {
			return
		}
		w := guarded(t)
		for i := range moves {
			w.state = s
			w.check(moves[i], i) // of a made-up state only: it must not panic
		}
	})
}

func guarded(t testing.TB) *world {
	w := newWorld(t)
	w.cases = []bot.CaseView{w.caseView([]string{"PA2026-BBBB22", "accepted", "mine"}), w.caseView([]string{"PA2026-CCCC33", "resolved", "mine"})}
	return w
}

// check plays a line and holds the turn against the rules.
func (w *world) check(line string, n int) error {
	if line == "> %" {
		if len(w.state.Offered) == 0 {
			return nil
		}
		line = "> [" + w.state.Offered[n%len(w.state.Offered)].Payload + "]"
	}
	before, frozen := w.state, mustEncode(w.state)
	turn := w.play(line)
	if mustEncode(before) != frozen {
		return fmt.Errorf("the state that was given was changed")
	}
	for _, rule := range []func(bot.State, bot.Turn, string) error{grammarHolds, questionsHaveChoices, isAnswered, nothingIsLost, handlesHuman, personsCanBeChosen} {
		if err := rule(before, turn, line); err != nil {
			return err
		}
	}
	if thrownAway(turn, line) {
		return nil
	}
	return w.newWordsAreKept(before, turn)
}

// newWordsAreKept holds that free words said at an open step of a report are
// kept: in it, in an answer of it, or in the hands of whoever they are for.
func (w *world) newWordsAreKept(before bot.State, turn bot.Turn) error {
	if before.Report == nil || !strings.HasPrefix(before.Step, "report.") || !bot.Open(before.Step) || w.last.Kind != models.EventMessage || w.last.Choice != "" || w.last.Heard.Bare || w.last.Heard.Corrects || surelyAside(w.last.Heard) || before.Mode == models.ModeHuman {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%+v %s", turn.Do, mustEncode(turn.State))
	for _, word := range w.last.Words {
		if empty(word.Text) || heardWhole(w.last.Heard, turn.State.Report) || strings.Contains(b.String(), word.Text) || strings.Contains(mustEncode(turn.State), word.Mid) {
			continue
		}
		return fmt.Errorf("%q was dropped at %s", word.Text, before.Step)
	}
	return nil
}

// empty reports whether the words are a stray number or signs alone.
func empty(text string) bool {
	_, err := strconv.Atoi(strings.TrimRight(strings.TrimSpace(text), ".) "))
	return err == nil && len(strings.TrimSpace(text)) < 6 || !regexp.MustCompile(`[\pL\d]`).MatchString(text)
}

// heardWhole reports whether the words were an answer that now fills a slot.
func heardWhole(h bot.Heard, r *bot.Report) bool {
	if r == nil {
		return false
	}
	return h.Phone != "" && r.Contact.Phone == h.Phone || h.Name != "" && r.Contact.Name == h.Name || h.Place != "" && strings.Contains(r.Place, h.Place) || len(h.Units) > 0 || h.Decision != "" && r.Decision == h.Decision
}

func mustEncode(s bot.State) string {
	b, err := bot.Encode(s)
	if err != nil {
		return err.Error()
	}
	return b
}

func grammarHolds(_ bot.State, turn bot.Turn, _ string) error {
	seen := map[string]bool{}
	for i, c := range turn.Choices {
		step, _, _ := strings.Cut(c.Payload, ":")
		switch {
		case !grammar.MatchString(c.Payload) || len(c.Payload) > 60:
			return fmt.Errorf("payload %q", c.Payload)
		case seen[c.Payload]:
			return fmt.Errorf("%s twice", c.Payload)
		case i == 0 && step != turn.State.Step:
			return fmt.Errorf("choices of %s at %s", step, turn.State.Step)
		}
		seen[c.Payload] = true
	}
	if len(turn.Choices) > 13 {
		return fmt.Errorf("%d choices", len(turn.Choices))
	}
	if len(turn.Say) > 0 && !slices.Equal(turn.Choices, turn.State.Offered) {
		return fmt.Errorf("offered %v, remembered %v", turn.Choices, turn.State.Offered)
	}
	if s := turn.State.Step; s != "" && !slices.Contains(bot.Steps(), s) && s != "report.weather" {
		return fmt.Errorf("lost at %q", s)
	}
	return nil
}

func questionsHaveChoices(_ bot.State, turn bot.Turn, _ string) error {
	prompt := slices.ContainsFunc(turn.Say, func(l bot.Line) bool { return l.Prompt })
	if prompt && len(turn.Choices) == 0 {
		return fmt.Errorf("a question without choices at %s", turn.State.Step)
	}
	if bot.Open(turn.State.Step) && len(turn.Say) > 0 && turn.State.Mode != models.ModeHuman && len(turn.Choices) == 0 {
		return fmt.Errorf("an open step %s without its choices", turn.State.Step)
	}
	return nil
}

func isAnswered(_ bot.State, turn bot.Turn, line string) error {
	if line[0] == '>' && turn.State.Mode != models.ModeHuman && len(turn.Say) == 0 {
		return fmt.Errorf("no answer at %s", turn.State.Step)
	}
	return nil
}

func handlesHuman(before bot.State, turn bot.Turn, line string) error {
	if before.Mode == models.ModeHuman && turn.State.Mode == models.ModeHuman && line[0] == '>' && len(turn.Choices) > 0 {
		return fmt.Errorf("the bot speaks over a person")
	}
	return nil
}

// personsCanBeChosen holds that words which offer a person have that choice.
func personsCanBeChosen(_ bot.State, turn bot.Turn, _ string) error {
	offers := []string{"ask.unknown", "ask.unhelpful", "contacts.none", "notice.reject.way", "lost.human", "angry.way"}
	for _, l := range turn.Say {
		if slices.Contains(offers, l.Key) && !slices.ContainsFunc(turn.Choices, func(c bot.Choice) bool { return strings.HasSuffix(c.Payload, ":human") }) {
			return fmt.Errorf("%s offers nobody", l.Key)
		}
	}
	return nil
}

// nothingIsLost holds that words of an open report stay until the citizen
// throws them away, and that they are filed whole.
func nothingIsLost(before bot.State, turn bot.Turn, line string) error {
	if before.Report == nil || thrownAway(turn, line) {
		return nil
	}
	for _, old := range before.Report.Words {
		if !slices.Contains(kept(turn), old) {
			return fmt.Errorf("%q is gone from %s", old.Text, before.Step)
		}
	}
	return nil
}

// thrownAway reports whether the citizen, or 7 days, gave the words up.
func thrownAway(turn bot.Turn, line string) bool {
	for _, cut := range []string{"report.cancel:yes", "report.resume:new", "report.describe:clear", "@ edit", "@ unsend", "@ erase", "privacy.erase:yes"} {
		if strings.Contains(line, cut) {
			return true
		}
	}
	said := func(key string) bool {
		return slices.ContainsFunc(turn.Say, func(l bot.Line) bool { return l.Key == key })
	}
	return said("report.expired") || said("report.cancelled") || said("privacy.erased") || hiddenOnPurpose(turn)
}

func hiddenOnPurpose(turn bot.Turn) bool {
	for _, e := range turn.Do {
		if f, ok := e.(bot.FileCase); ok && strings.Contains(f.Report.Description(), "•••") {
			return true
		}
	}
	return false
}

// surelyAside reports whether a sentence is a command, a greeting or thanks
// beyond doubt, though it holds words of its own: no evidence.
func surelyAside(h bot.Heard) bool {
	wants := []bot.Intent{bot.IntentCancel, bot.IntentPrivacy, bot.IntentGreet, bot.IntentThanks, bot.IntentBye}
	return !h.Complains && h.Anonymous || !h.Complains && h.Confidence >= 0.95 && slices.Contains(wants, h.Intent)
}

func kept(turn bot.Turn) []bot.Word {
	var ws []bot.Word
	if turn.State.Report != nil {
		ws = append(ws, turn.State.Report.Words...)
	}
	for _, e := range turn.Do {
		switch f := e.(type) {
		case bot.FileCase:
			ws = append(ws, f.Report.Words...)
		case bot.AddEvidence:
			ws = append(ws, f.Words...)
		}
	}
	return ws
}

// TestReplyIsPure plays the same event twice.
func TestReplyIsPure(t *testing.T) {
	t.Parallel()
	w := guarded(t)
	w.play("> Rác đầy hẻm {complains}")
	e := bot.Event{Kind: models.EventMessage, At: w.now, Now: w.now, Office: w.off, Words: []bot.Word{{Text: "hẻm 12"}}, Heard: bot.Heard{Place: "hẻm 12"}}
	a, b := bot.Reply(w.state, e), bot.Reply(w.state, e)
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%+v\n%+v", a, b)
	}
}
