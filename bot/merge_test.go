package bot_test

import (
	"reflect"
	"testing"

	"github.com/langnghe/langnghe/bot"
)

// TestMerge makes one message of several turns.
func TestMerge(t *testing.T) {
	t.Parallel()
	line := func(key string) bot.Line { return bot.Line{Key: key} }
	ask := func(key string) bot.Line { return bot.Line{Key: key, Prompt: true} }
	place, contact := []bot.Choice{{Payload: "report.place:skip"}}, []bot.Choice{{Payload: "report.contact:cancel"}}
	asked := bot.Turn{State: bot.State{Step: "report.place", Offered: place}, Say: []bot.Line{line("report.heard"), ask("report.place")}, Choices: place, Do: []bot.Effect{bot.Alarm{}}, Case: "A"}
	for name, c := range map[string]struct {
		second bot.Turn
		keys   []string
		offer  []bot.Choice
		of     string
	}{
		"a later question replaces the earlier": {bot.Turn{State: bot.State{Step: "report.contact", Offered: contact}, Say: []bot.Line{line("report.added"), ask("report.contact")}, Choices: contact}, []string{"report.heard", "report.added", "report.contact"}, contact, "A"},
		"a later end replaces the question":     {bot.Turn{State: bot.State{Step: "status.show", Offered: contact}, Say: []bot.Line{line("status.mine")}, Choices: contact, Case: "B"}, []string{"report.heard", "status.mine"}, contact, "B"},
		"a silent turn changes nothing":         {bot.Turn{State: bot.State{Step: "report.place", Offered: place}}, []string{"report.heard", "report.place"}, place, "A"},
		"a bare statement keeps the question":   {bot.Turn{State: bot.State{Step: "report.place"}, Say: []bot.Line{line("human.away")}}, []string{"report.heard", "report.place", "human.away"}, place, "A"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := bot.Merge(asked, c.second)
			var keys []string
			for _, l := range m.Say {
				keys = append(keys, l.Key)
			}
			if !reflect.DeepEqual(keys, c.keys) || !reflect.DeepEqual(m.Choices, c.offer) || !reflect.DeepEqual(m.State.Offered, c.offer) {
				t.Errorf("said %v, offered %v, remembered %v", keys, m.Choices, m.State.Offered)
			}
			if m.Case != c.of || m.State.Step != c.second.State.Step || len(m.Do) != 1 || len(asked.Say) != 2 {
				t.Errorf("%+v", m)
			}
		})
	}
}

// TestMergeKeepsThePerson keeps the choice of a person whom the first turn offered.
func TestMergeKeepsThePerson(t *testing.T) {
	t.Parallel()
	person := bot.Choice{Payload: "ask.query:human"}
	first := bot.Turn{State: bot.State{Step: "ask.query"}, Say: []bot.Line{{Key: "ask.unknown"}}, Choices: []bot.Choice{{Payload: "ask.query:cancel"}, person}}
	for step, want := range map[string][]bot.Choice{
		"report.place": {{Payload: "report.place:skip"}, person},
		"human.wait":   {{Payload: "human.wait:back"}},
		"menu.root":    {{Payload: "menu.root:human"}},
	} {
		second := bot.Turn{State: bot.State{Step: step}, Say: []bot.Line{{Key: step, Prompt: true}}, Choices: want[:1]}
		if m := bot.Merge(first, second); !reflect.DeepEqual(m.Choices, want) || !reflect.DeepEqual(m.State.Offered, want) {
			t.Errorf("%s: %v", step, m.Choices)
		}
	}
}

// TestDecode reads what older releases stored, and refuses what is no state.
func TestDecode(t *testing.T) {
	t.Parallel()
	for stored, step := range map[string]string{"": "", "{}": "", `{"step":"report.place","gone":1}`: "report.place"} {
		s, err := bot.Decode(stored)
		if err != nil || s.Step != step {
			t.Errorf("%q: %+v, %v", stored, s, err)
		}
	}
	if _, err := bot.Decode(`{"step":`); err == nil {
		t.Error("a broken state was read")
	}
}
