package relay

import (
	"strings"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

// say renders a turn once and queues it: one message, or several when a
// person's words need them. A platform's event that names no citizen, such as
// Zalo's user_feedback, is never answered.
func (k *talk) say(turn bot.Turn, priority models.Priority) error {
	if len(turn.Say) == 0 || k.conv.Peer == "" {
		return nil
	}
	wording := k.Wording().In(k.state.Language)
	composed, choices, err := Worded(wording, turn, k.Outbox.limits(k.conv.Channel))
	if err != nil {
		return err
	}
	k.state.Rest = composed.Rest
	if composed.Rest != "" {
		more := bot.Choice{Payload: k.state.Step + ":more", Label: wording.Label("", "more")}
		choices = append(choices, models.Choice{Payload: more.Payload, Label: more.Label})
		k.state.Offered = append(k.state.Offered[:len(k.state.Offered):len(k.state.Offered)], more)
	}
	blank := models.OutboxItem{
		Conversation: k.conv.ID, Channel: k.conv.Channel, Peer: k.conv.Peer, Case: turn.Case,
		Key: turn.Say[0].Key, Origin: origin(turn.Say), Priority: priority,
		Status: models.OutQueued, NextAt: k.now, CreatedAt: k.now, LastUserAt: k.conv.LastUserAt,
	}
	k.enclose(blank, turn.Files)
	for i, message := range composed.Messages {
		item := new(models.OutboxItem)
		*item = blank
		item.Text = message
		if i == len(composed.Messages)-1 {
			item.Choices = choices
		}
		k.queue(item)
	}
	return nil
}

// enclose queues the files that go with a turn, each a message of its own, before
// the words: choices vanish from the phone with the next message.
func (k *talk) enclose(blank models.OutboxItem, files []models.File) {
	for _, f := range files {
		item := blank
		item.Text, item.File = f.Name, &f
		k.queue(&item)
	}
}

// Worded puts a turn into the words of a catalogue and lays it out for a channel.
func Worded(wording *text.Catalogue, turn bot.Turn, limits channel.Limits) (text.Composed, []models.Choice, error) {
	parts, err := rendered(wording, turn.Say)
	if err != nil {
		return text.Composed{}, nil, err
	}
	choices := labelled(wording, turn.Choices, limits)
	return text.Compose(parts, labels(choices), text.Layout{
		Max: limits.MaxRunes, Numbered: limits.Numbered, More: wording.Label("", "more"),
	}), choices, nil
}

// queue keeps the message for the end of the transaction, and reserves the
// right to send it at once when nothing earlier of the talk is still open.
func (k *talk) queue(item *models.OutboxItem) {
	o := outgoing{item: item}
	if !k.busy {
		o.ticket = k.Outbox.take(item.Channel)
	}
	if o.ticket != nil {
		item.Status = models.OutSending
	}
	k.busy = true
	k.out = append(k.out, o)
}

// rendered puts a language's words to the lines.
func rendered(wording *text.Catalogue, lines []bot.Line) ([]text.Part, error) {
	parts := make([]text.Part, 0, len(lines))
	for _, l := range lines {
		if l.Key == "" {
			parts = append(parts, text.Part{Text: l.Words, Whole: l.Staff})
			continue
		}
		words, err := wording.Render(l.Key, l.Data)
		if err != nil {
			return nil, err
		}
		parts = append(parts, text.Part{Text: words})
	}
	return parts, nil
}

// labelled puts the wording on the choices that have no label of their own.
func labelled(wording *text.Catalogue, choices []bot.Choice, limits channel.Limits) []models.Choice {
	out := make([]models.Choice, 0, len(choices))
	for _, c := range choices[:min(len(choices), limits.MaxChoices)] {
		label := c.Label
		if label == "" {
			step, choice, _ := strings.Cut(c.Payload, ":")
			label = wording.Label(step, choice)
		}
		out = append(out, models.Choice{Payload: c.Payload, Label: label})
	}
	return out
}

func labels(choices []models.Choice) []string {
	out := make([]string, len(choices))
	for i, c := range choices {
		out[i] = c.Label
	}
	return out
}

// origin is staff's when the message holds words that a person wrote.
func origin(lines []bot.Line) models.Origin {
	for _, l := range lines {
		if l.Staff {
			return models.OriginStaff
		}
	}
	return models.OriginBot
}
