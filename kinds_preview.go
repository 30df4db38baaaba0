package main

import (
	"strings"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/channel/messenger"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
)

// shower plays a dialogue in memory, to show staff what citizens would read: by
// the very code that tells them, as Messenger lays it out.
type shower struct {
	*mind
	knows   *knowledge
	office  bot.Office
	now     time.Time
	state   bot.State
	answers []handlers.ContentAnswer
}

// shower begins a talk with a unit's office, "" being the province's, by what would
// be known once these changes are stored; nil is what is known now.
func (k kinds) shower(unit string, then []models.Content) (*shower, error) {
	s := &shower{mind: k.mind, knows: k.now.Load(), now: time.Now()}
	if then != nil {
		var err error
		if s.knows, err = k.tried(then); err != nil {
			return nil, err
		}
	}
	if unit == "" {
		unit = provinceSlug
	}
	known := s.knows.catalogue
	s.office.Unit, _ = s.knows.ear.Unit(unit, s.now)
	s.office.Platform, s.office.Name, s.office.Open = models.Messenger, s.office.Unit.Name, true
	s.office.Hours = known.OfficeHours(unit)
	if found := known.Contacts(unit); len(found) > 0 {
		s.office.Phone = found[0].Phone
	}
	s.state = bot.State{Greeted: s.now, LastAt: s.now}
	return s, nil
}

// play adds what is read after an act of the citizen. complete adds to the event
// what no words say.
func (s *shower) play(part string, act models.Event, complete func(*bot.Event)) error {
	act.Kind, act.At = models.EventMessage, s.now
	e := s.knows.ear.Understand(s.state, []models.Event{act})
	e.Now, e.Office = s.now, s.office
	for i, p := range e.Heard.Procedures {
		if own, differs := s.knows.ear.Procedure(s.office.Unit.Slug, p.Code); differs {
			e.Heard.Procedures[i] = own
		}
	}
	if complete != nil {
		complete(&e)
	}
	turn := bot.Reply(s.state, e)
	composed, choices, err := relay.Worded(s.knows.wording, turn, (&messenger.Sender{}).Limits())
	if err != nil {
		return err
	}
	text := strings.Join(composed.Messages, "\n\n")
	if composed.Rest != "" {
		text += "\n\n" + composed.Rest
	}
	if len(s.answers) > 0 && turn.State.Step == s.state.Step && act.Payload != "" {
		choices = nil // they are those that were just shown
	}
	s.state = turn.State
	s.answers = append(s.answers, handlers.ContentAnswer{Part: part, Text: shownWith(models.OutboxItem{Text: text, Choices: choices})})
	return nil
}

// tap is an act.
func tap(payload string) models.Event { return models.Event{Payload: payload} }

func (k kinds) previewProcedure(p models.Content, whole handlers.Body, then []models.Content) ([]handlers.ContentAnswer, error) {
	s, err := k.shower(p.Unit, then)
	if err != nil {
		return nil, err
	}
	if err := s.play("answer", tap("ask.choose:"+p.Key), nil); err != nil {
		return nil, err
	}
	parts := []string{"documents", "fee", "time", "where", "steps", "online"}
	if !strings.Contains(s.state.Step, "ask.") {
		return s.answers, nil // not known yet
	}
	if asked, _ := whole["faq"].([]any); len(asked) > 0 {
		parts = append(parts, "faq")
	}
	for _, part := range parts {
		if err := s.play(part, tap("ask.answer:"+part), nil); err != nil {
			return nil, err
		}
		if s.state.Step == "ask.when" {
			if err := s.play("when", tap("ask.when:1"), nil); err != nil {
				return nil, err
			}
		}
	}
	return s.answers, nil
}

// directory shows what is read after asking an office; inquire adds what is asked
// besides numbers.
func (s *shower) directory(part, question string, inquire func(*bot.Heard)) error {
	return s.play(part, tap("menu.root:contacts"), func(e *bot.Event) {
		e.Heard.Intent = bot.IntentContacts
		if inquire != nil {
			inquire(&e.Heard)
		}
		s.knows.ear.Directory(&e.Heard, s.office.Unit.Slug, question, s.now)
	})
}

func (k kinds) previewContact(p models.Content, whole handlers.Body, then []models.Content) ([]handlers.ContentAnswer, error) {
	s, err := k.shower(p.Unit, then)
	if err != nil {
		return nil, err
	}
	if public, _ := whole["public"].(bool); !public {
		s.answers = append(s.answers, handlers.ContentAnswer{Part: "contact"})
	} else if c, known := s.knows.catalogue.Contact(p.Unit, p.Key); known {
		if err := s.directory("contact", c.Title, nil); err != nil {
			return nil, err
		}
	}
	if err := s.directory("contacts", "", nil); err != nil {
		return nil, err
	}
	if whole["role"] == lookup.RoleServiceCentre {
		err = s.hours("hours", "")
	}
	return s.answers, err
}

// hours shows what is read after asking when the office is open, on a day as it is
// typed or in general.
func (s *shower) hours(part, day string) error {
	ask := s.knows.catalogue.WordLists().Hours.Asks[0]
	return s.play(part, models.Event{Text: strings.TrimSpace(ask + " " + day)}, func(e *bot.Event) {
		s.knows.ear.Directory(&e.Heard, s.office.Unit.Slug, "", s.now)
	})
}

func (k kinds) previewUnit(p models.Content, _ handlers.Body, then []models.Content) ([]handlers.ContentAnswer, error) {
	s, err := k.shower(p.Key, then)
	if err != nil {
		return nil, err
	}
	err = s.directory("address", "", func(h *bot.Heard) { h.Inquiry.Where = true })
	return s.answers, err
}

// holiday shows what is read after asking about the day and, for a change, how many
// due dates it moves.
func (k kinds) holiday(open func(string) ([]models.Case, error)) func(models.Content, handlers.Body, []models.Content) ([]handlers.ContentAnswer, error) {
	return func(p models.Content, _ handlers.Body, then []models.Content) ([]handlers.ContentAnswer, error) {
		s, err := k.shower("", then)
		if err != nil {
			return nil, err
		}
		if day, err := time.Parse(time.DateOnly, p.Key); err == nil {
			if err := s.hours("day", day.Format("02/01/2006")); err != nil {
				return nil, err
			}
		}
		if then == nil {
			return s.answers, nil
		}
		moved, err := moved("", s.deadlines(), s.knows.catalogue.Deadlines(), open)
		return append(s.answers, moved...), err
	}
}

func (k kinds) previewAlias(_ models.Content, whole handlers.Body, then []models.Content) ([]handlers.ContentAnswer, error) {
	s, err := k.shower("", then)
	if err != nil {
		return nil, err
	}
	text, _ := whole["text"].(string)
	err = s.play("answer", models.Event{Text: text}, nil)
	return s.answers, err
}
