package sandbox

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
)

// pageWebhook is the envelope of Messenger's webhooks.
type pageWebhook struct {
	Object string      `json:"object"`
	Entry  []pageEntry `json:"entry"`
}

type pageEntry struct {
	ID        string           `json:"id"`
	Time      int64            `json:"time"`
	Messaging []map[string]any `json:"messaging,omitempty"`
	Standby   []map[string]any `json:"standby,omitempty"` // of threads that another app holds
}

// messengerEvent queues one event of a Page. sender is the citizen's id or the
// Page's; mid names the citizen's message it tells of, if any. The caller holds mu.
func (s *Sandbox) messengerEvent(p *person, field, sender string, at time.Time, key string, value any, mid string) {
	if body, wanted := s.messengerBody(p, field, sender, at, key, value); wanted {
		s.enqueue(hook{p, body, mid})
	}
}

// messengerBody makes one event's webhook; none for a field that is not subscribed.
func (s *Sandbox) messengerBody(p *person, field, sender string, at time.Time, key string, value any) (body []byte, wanted bool) {
	page := p.account
	standby := p.owner != "" && p.owner != page.page.AppID && standsBy(key)
	if !page.page.subscribed(field) || standby && !page.page.subscribed("standby") {
		return nil, false
	}
	recipient := page.id
	if sender == page.id {
		recipient = p.id
	}
	item := map[string]any{
		"sender": map[string]any{"id": sender}, "recipient": map[string]any{"id": recipient},
		"timestamp": at.UnixMilli(), key: value,
	}
	entry := pageEntry{ID: page.id, Time: s.opt.Clock().UnixMilli(), Messaging: []map[string]any{item}}
	if standby {
		entry.Messaging, entry.Standby = nil, entry.Messaging
		if postback, tapped := value.(map[string]any); tapped && key == "postback" {
			delete(postback, "payload") // only the app that sent the button gets it
		}
	}
	return escapeUnicode(marshal(pageWebhook{"page", []pageEntry{entry}})), true
}

// standsBy reports whether an app that does not hold the thread gets the event
// on standby.
func standsBy(key string) bool {
	return key == "message" || key == "postback" || key == "delivery" || key == "read"
}

// escapeUnicode writes JSON as Meta's webhooks do: pure ASCII, slashes escaped.
func escapeUnicode(in []byte) []byte {
	var b strings.Builder
	for _, r := range string(in) {
		switch {
		case r == '/':
			b.WriteString(`\/`)
		case r < 0x80:
			b.WriteRune(r)
		default:
			for _, u := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, u)
			}
		}
	}
	return []byte(b.String())
}

// echoOf is the echo of a message of our side.
func echoOf(m Message, app string) map[string]any {
	e := map[string]any{"mid": m.ID, "is_echo": true, "app_id": jsonNumber(app)}
	if m.Text != "" {
		e["text"] = m.Text
	}
	if m.Metadata != "" {
		e["metadata"] = m.Metadata
	}
	if list := attachmentsOf(m); len(list) > 0 {
		e["attachments"] = list
	}
	return e
}

func attachmentsOf(m Message) []any {
	var list []any
	for _, at := range m.Attachments {
		payload := map[string]any{"url": at.URL}
		switch at.Kind {
		case "location":
			payload = map[string]any{"coordinates": map[string]any{"lat": at.Lat, "long": at.Lng}}
		case "sticker":
			payload["sticker_id"] = jsonNumber(at.Name)
		case "link":
			list = append(list, map[string]any{"type": "fallback", "payload": map[string]any{"url": at.URL, "title": at.Name}})
			continue
		}
		list = append(list, map[string]any{"type": at.Kind, "payload": payload})
	}
	return list
}

// echoNow delivers the echo of an accepted message before its answer goes
// out, once, outside the lane.
func (s *Sandbox) echoNow(p *person, m Message) {
	s.mu.Lock()
	var body []byte
	wanted := true
	if p.account.page != nil {
		body, wanted = s.messengerBody(p, "message_echoes", p.account.id, m.At, "message", echoOf(m, p.account.page.AppID))
	} else {
		body = s.zaloEcho(p, m, "")
	}
	if wanted {
		s.pending++
	}
	s.mu.Unlock()
	if wanted {
		h := hook{person: p, body: body}
		s.settle(h, s.post(h, 0))
	}
}

// graphAfter tells of an accepted message when its answer has left: the echo,
// then the receipt.
func (s *Sandbox) graphAfter(p *person, m Message, echo Echo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if echo != EchoBefore && echo != EchoNever {
		s.messengerEvent(p, "message_echoes", p.account.id, m.At, "message", echoOf(m, p.account.page.AppID), "")
	}
	if s.faults[Messenger].DropReceipts {
		return
	}
	at := s.stamp(p)
	s.messengerEvent(p, "message_deliveries", p.id, at, "delivery", map[string]any{"mids": []string{m.ID}, "watermark": m.At.UnixMilli()}, "")
}
