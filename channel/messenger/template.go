package messenger

import (
	"cmp"
	"context"
	"errors"

	facebook "github.com/huandu/facebook/v2"

	"github.com/langnghe/langnghe/channel"
)

// utility is an approved template, filled (D:utility-messages). It may be sent
// whenever the person last wrote, by a program too, when it tells of something of
// their own.
type utility struct {
	Name       string      `json:"name"`
	Language   language    `json:"language"`
	Components []component `json:"components,omitempty"`
}

type language struct {
	Code string `json:"code"`
}

type component struct {
	Type       string      `json:"type"` // body
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Type string `json:"type"` // text
	Text string `json:"text"`
}

// Meta's page prints message.template; integrations in the field report that an
// attachment is what is taken:
//
//	{"attachment":{"type":"template","payload":{"template_type":"utility_messages","name":…}}}
type utilityAttachment struct {
	Type    string         `json:"type"`
	Payload utilityPayload `json:"payload"`
}

type utilityPayload struct {
	TemplateType string `json:"template_type"`
	utility
}

// sendTemplate sends a message that is made of a template, in the form of Meta's
// page; where that is refused, and nothing was said, in the other, which then is
// taken for good.
func (s *Sender) sendTemplate(ctx context.Context, m channel.Message) (string, error) {
	field := s.fieldForm.Load()
	id, err := s.post(ctx, m, utilityParams(m, field))
	var failure *channel.SendError
	if field || !errors.As(err, &failure) || failure.Kind != channel.KindRejected {
		return id, err
	}
	id, err = s.post(ctx, m, utilityParams(m, true))
	if err == nil {
		s.fieldForm.Store(true)
	}
	return id, err
}

// utilityParams makes the call.
func utilityParams(m channel.Message, field bool) facebook.Params {
	u := utility{Name: m.Template.ID, Language: language{cmp.Or(m.Template.Language, "vi")}}
	body := component{Type: "body"}
	for _, p := range m.Template.Params {
		body.Parameters = append(body.Parameters, parameter{Type: "text", Text: p.Value})
	}
	if len(body.Parameters) > 0 {
		u.Components = []component{body}
	}
	say := outgoing{Metadata: channel.OutboxMetadata(m.ID), Template: &u}
	if field {
		say.Template, say.Attachment = nil, utilityAttachment{Type: "template", Payload: utilityPayload{"utility_messages", u}}
	}
	return facebook.Params{"recipient": recipient{ID: m.Peer}, "messaging_type": "UTILITY", "message": say}
}
