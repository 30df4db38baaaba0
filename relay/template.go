package relay

import (
	"strings"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// The purposes of approved templates.
const (
	CaseAnswered = "case_answered" // staff answered, and the citizen's window has closed
	ResultReady  = "result_ready"  // the dossier that the citizen waits for
)

// The values that a template's parameters take.
const (
	valueCode = "code" // of the case or dossier
	valueName = "name" // of the citizen, as given for this case
	valueUnit = "unit"
	valueDate = "date" // today
	valueLink = "link" // where the answer is read
)

// maxValue is the longest value of a parameter, in runes: Zalo takes names of 30 and
// links of 200 characters.
var maxValue = map[string]int{valueCode: 30, valueName: 30, valueUnit: 100, valueDate: 20, valueLink: 200}

// Templates are the approved texts, by channel key and purpose.
type Templates map[string]map[string]TemplateSpec

// TemplateSpec is a text that a platform approved.
type TemplateSpec struct {
	ID, Language string
	Phone        bool                   // it goes to the phone of the case
	Params       []models.TemplateParam // Value is which value it takes
	Text         string                 // as approved, {{name}} standing for each parameter
}

// Fill fills the text. ok is false when a value is missing: the platform would
// refuse it.
func (s TemplateSpec) Fill(values map[string]string) (t models.Template, text string, ok bool) {
	t, text = models.Template{ID: s.ID, Language: s.Language, Phone: s.Phone}, s.Text
	for _, p := range s.Params {
		value := strings.Join(strings.Fields(values[p.Value]), " ")
		if r := []rune(value); len(r) > maxValue[p.Value] {
			value = string(r[:maxValue[p.Value]])
		}
		if value == "" {
			return t, "", false
		}
		t.Params = append(t.Params, models.TemplateParam{Name: p.Name, Value: value})
		text = strings.ReplaceAll(text, "{{"+p.Name+"}}", value)
	}
	return t, text, true
}

// tell says what an event of staff or of the clock leads to: in our own words while
// they may be sent, else, where that was chosen and the platform approved one, by a
// template.
func (k *talk) tell(e bot.Event, turn bot.Turn) error {
	t, text, ok, err := k.template(e)
	if err != nil || !ok || len(turn.Say) == 0 || k.conv.Peer == "" {
		if err == nil {
			err = k.say(turn, models.PriorityNotice)
		}
		return err
	}
	// Choices that are not shown are not offered: a number would be taken for one.
	k.state.Offered, k.state.Rest = nil, ""
	k.queue(&models.OutboxItem{
		Conversation: k.conv.ID, Channel: k.conv.Channel, Peer: k.conv.Peer, Case: turn.Case,
		Key: turn.Say[0].Key, Text: text, Template: &t, Origin: origin(turn.Say), Priority: models.PriorityNotice,
		Status: models.OutQueued, NextAt: k.now, CreatedAt: k.now, LastUserAt: k.conv.LastUserAt,
	})
	return nil
}

// template is the lawful way that is left, if there is one.
func (k *talk) template(e bot.Event) (t models.Template, text string, ok bool, err error) {
	n := e.Notice
	if n == nil {
		return t, "", false, nil
	}
	values := map[string]string{valueUnit: e.Office.Name, valueDate: k.now.In(vietnam()).Format("02/01/2006")}
	purpose := ""
	switch {
	case n.Way == models.WayTemplate && n.Case != "":
		c, err := k.tx.Case(n.Case)
		if err != nil {
			return t, "", false, err
		}
		if k.Templates[k.conv.Channel][CaseAnswered].Phone && c.Contact.Phone == "" {
			return t, "", false, nil
		}
		purpose, values[valueCode], values[valueName] = CaseAnswered, c.Code, c.Contact.Name
		values[valueLink] = e.Office.Lookup + "?ma=" + c.Code
	case n.Dossier != "" && n.Action == models.ActResolve && e.Dossier != nil && e.Dossier.Ready:
		purpose, values[valueCode], values[valueLink] = ResultReady, n.Dossier, e.Office.Lookup
	}
	spec, known := k.Templates[k.conv.Channel][purpose]
	if !known || !k.Outbox.closed(k.conv, n.Person) {
		return t, "", false, nil
	}
	t, text, ok = spec.Fill(values)
	return t, text, ok, nil
}

// closed reports whether words of our own may no longer be sent in a conversation.
func (o *Outbox) closed(c models.Conversation, person bool) bool {
	l := o.lane(c.Channel)
	return l != nil && !l.ch.Sender.Window(c.LastUserAt, o.Now(), person).Open
}
