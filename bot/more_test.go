package bot_test

import (
	"testing"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// TestMore says what was cut off the last message, once.
func TestMore(t *testing.T) {
	t.Parallel()
	s := bot.State{Step: "ask.answer", Procedure: "khai-sinh", Greeted: monday, Rest: "Bước 9: nhận kết quả"}
	e := bot.Event{Kind: models.EventMessage, At: monday.Add(time.Minute), Choice: "ask.answer:more"}
	turn := bot.Reply(s, e)
	if len(turn.Say) != 1 || turn.Say[0].Words != s.Rest || turn.State.Rest != "" || len(turn.Choices) == 0 {
		t.Fatalf("%+v", turn)
	}
	again := bot.Reply(turn.State, e)
	if len(again.Say) != 1 || again.Say[0].Key != "choice.outdated" {
		t.Errorf("%+v", again)
	}
}

// TestSilentEvents holds that receipts and notes change nothing and say nothing.
func TestSilentEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.play("> Rác đầy hẻm {complains}")
	for _, kind := range []models.EventKind{models.EventEcho, models.EventDelivered, models.EventRead, models.EventNote, models.EventEdit, models.EventUnsend} {
		turn := bot.Reply(w.state, bot.Event{Kind: kind, At: w.now, Now: w.now, Office: w.off})
		if len(turn.Say) > 0 || len(turn.Do) > 0 || mustEncode(turn.State) != mustEncode(w.state) {
			t.Errorf("%s: %+v", kind, turn)
		}
	}
}

// TestKnownSteps holds that every step of the contract exists with its choices.
func TestKnownSteps(t *testing.T) {
	t.Parallel()
	for step, choices := range map[string][]string{
		"menu.root": {"report", "ask", "status", "human", "contacts", "rate"}, "report.describe": {"done", "cancel"},
		"report.kind": {"phan_anh", "kien_nghi", "khieu_nai", "gop_y", "khen_ngoi", "cancel"}, "report.decision": {"skip", "cancel"},
		"report.unit": {"other", "cancel"}, "report.photo_place": {"yes", "no"}, "report.place": {"skip", "cancel"},
		"report.contact": {"anonymous", "cancel"}, "report.confirm": {"yes", "edit", "cancel", "hide"},
		"report.edit":  {"describe", "kind", "files", "place", "contact", "unit", "back"},
		"report.filed": {"status", "menu"}, "report.resume": {"continue", "new"}, "report.cancel": {"yes", "no"},
		"denounce.told": {"tip", "human", "menu"}, "ask.query": {"cancel"}, "ask.choose": {"none"},
		"ask.answer":  {"documents", "fee", "time", "where", "steps", "helpful", "unhelpful", "menu"},
		"status.code": {"cancel"}, "status.show": {"menu", "add", "withdraw", "reopen"}, "status.reply": {"done", "other"},
		"status.withdraw": {"yes", "no"}, "privacy.erase": {"yes", "no"}, "rate.score": {"1", "2", "3", "4", "5", "cancel", "reopen"},
		"rate.comment": {"skip", "reopen"}, "contacts.unit": {"back", "menu"}, "contacts.show": {"back", "menu"}, "human.wait": {"back", "menu"},
	} {
		has := bot.Choices(step)
		for _, c := range choices {
			found := false
			for _, h := range has {
				found = found || h == c
			}
			if !found {
				t.Errorf("%s lacks %s", step, c)
			}
		}
	}
	for _, end := range []string{"menu.root", "report.filed", "denounce.told", "ask.answer", "status.show", "contacts.show"} {
		if bot.Open(end) {
			t.Errorf("%s is an end", end)
		}
	}
	if !bot.Open("report.place") || bot.Open("no.step") {
		t.Error("what is open?")
	}
}
