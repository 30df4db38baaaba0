package zalo

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/langnghe/langnghe/channel"
)

// A template message (ZBS, formerly ZNS) is paid for and may be sent whenever the
// citizen last wrote, by the phone that they gave us or by their id in the OA.
const (
	DefaultTemplateURL = "https://business.openapi.zalo.me"

	pathTemplateByUser  = "/v3.0/oa/message/template"
	pathTemplateByPhone = "/message/template" // of the template host
	maxTracking         = 48                  // characters of tracking_id
	trackingEnd         = "."                 // between our id and the peer's
)

// byUser and byPhone are the bodies of the two calls:
//
//	{"user_id":"3333444455556666777","template_id":"300001","template_data":{"ma_hs":"PA-2026-000123"}}
//	{"phone":"84900000000","template_id":"300001","template_data":{…},"tracking_id":"PA-2026-000123-DONE"}
type byUser struct {
	User     string            `json:"user_id"`
	Template string            `json:"template_id"`
	Data     map[string]string `json:"template_data"`
}

type byPhone struct {
	Phone    string            `json:"phone"`
	Template string            `json:"template_id"`
	Data     map[string]string `json:"template_data"`
	Tracking string            `json:"tracking_id"`
}

// sendTemplate sends a message that is made of a template.
func (s *Sender) sendTemplate(ctx context.Context, m channel.Message) (string, error) {
	data := map[string]string{}
	for _, p := range m.Template.Params {
		data[p.Name] = p.Value
	}
	r := request{method: http.MethodPost, path: pathTemplateByUser, body: byUser{m.Peer, m.Template.ID, data}}
	if m.Template.Phone != "" {
		phone, ok := internationalPhone(m.Template.Phone)
		if !ok {
			return "", &channel.SendError{Kind: channel.KindBlocked, Code: "phone", Message: "no phone of Vietnam"}
		}
		r.base, r.path, r.body = s.options.TemplateURL, pathTemplateByPhone, byPhone{phone, m.Template.ID, data, tracking(m)}
	}
	r.codes = templateKind
	answer, err := s.authorized(ctx, r)
	if err != nil {
		return "", err
	}
	var sent struct {
		ByPhone word `json:"msg_id"`
		ByUser  word `json:"message_id"`
	}
	_ = json.Unmarshal(answer, &sent) // it is out whatever else the answer holds
	return string(sent.ByPhone + sent.ByUser), nil
}

// tracking comes back with the receipt, which names the phone alone: the peer says
// whose it is.
func tracking(m channel.Message) string {
	id := channel.OutboxMetadata(m.ID)
	if whole := id + trackingEnd + m.Peer; len(whole) <= maxTracking {
		return whole
	}
	return id
}

// trackedPeer reads the peer of a receipt, "" where it is not of ours.
func trackedPeer(tracking string) string {
	id, peer, ok := strings.Cut(tracking, trackingEnd)
	if _, ours := channel.OutboxID(id); !ok || !ours || !validPeer(peer) {
		return ""
	}
	return peer
}

// internationalPhone turns 0900000000 into 84900000000.
func internationalPhone(national string) (string, bool) {
	rest, ok := strings.CutPrefix(nationalPhone(national), "0")
	return "84" + rest, ok && len(rest) == 9
}

// templateKind is the error table of template messages, which is another than that
// of the OA. Any of them means that nothing was delivered.
func templateKind(code int) channel.Kind {
	switch code {
	case -108, // Phone number is invalid
		-114, // User cannot receive
		-118, // Zalo account not exist
		-119, // User cannot receive
		-139, // the user refuses this kind of message
		-140, // the user refuses this OA's
		-141: // the same
		return channel.KindBlocked
	case -109, // Template invalid
		-1121, // a parameter is too long
		-1122, // a parameter is missing
		-117,  // no permission for template
		-131,  // Template not approved
		-146:  // off for its quality
		return channel.KindRejected
	case -115, // out of money
		-126,  // development mode
		-127,  // the same
		-135,  // OA has no permission
		-136,  // needs a Zalo Cloud Account
		-137,  // ZCA charge failure
		-138,  // no permission of the app
		-1381: // the same
		return channel.KindMisconfigured
	case -133, // Not sent at night
		-144, // OA daily limit
		-147: // the template's daily limit
		return channel.KindTemporary
	}
	return kindOfCode(code)
}
