package sandbox

import (
	"encoding/json"
	"strconv"
	"time"
)

// appID is the citizen's id as the app knows them, another than the OA's.
func (p *person) appID() string { return "9" + p.id }

// zaloBody finishes an event: app, time and the citizen's id by app. The caller holds mu.
func (s *Sandbox) zaloBody(p *person, event string, at time.Time, fields map[string]any) []byte {
	fields["app_id"] = p.account.oa.AppID
	fields["event_name"] = event
	fields["user_id_by_app"] = p.appID()
	ms := strconv.FormatInt(at.UnixMilli(), 10)
	fields["timestamp"] = ms
	if s.faults[Zalo].NumberTimestamp {
		fields["timestamp"] = json.Number(ms)
	}
	return marshal(fields)
}

// userEvent queues an event from the citizen to the OA. The caller holds mu.
func (s *Sandbox) userEvent(p *person, event string, at time.Time, message map[string]any, mid string) {
	s.enqueue(hook{p, s.zaloBody(p, event, at, map[string]any{
		"sender": map[string]any{"id": p.id}, "recipient": map[string]any{"id": p.account.id}, "message": message,
	}), mid})
}

// manageEvent queues an event about the citizen, such as follow. The caller holds mu.
func (s *Sandbox) manageEvent(p *person, event string, at time.Time, fields map[string]any) {
	fields["oa_id"] = p.account.id
	s.enqueue(hook{p, s.zaloBody(p, event, at, fields), ""})
}

// oaEvent makes an event whose sender is the OA: echoes and receipts. The caller holds mu.
func (s *Sandbox) oaEvent(p *person, event string, at time.Time, admin string, message map[string]any) []byte {
	sender := map[string]any{"id": p.account.id}
	if admin != "" {
		sender["admin_id"] = admin
	}
	return s.zaloBody(p, event, at, map[string]any{
		"sender": sender, "recipient": map[string]any{"id": p.id}, "message": message,
	})
}

// zaloEcho makes the echo of a message of our side; admin is set when a
// member of staff wrote it. The caller holds mu.
func (s *Sandbox) zaloEcho(p *person, m Message, admin string) []byte {
	kind := "text"
	message := map[string]any{"msg_id": m.ID}
	if m.Text != "" {
		message["text"] = m.Text
	}
	if len(m.Attachments) > 0 {
		kind = m.Attachments[0].Kind
		message["attachments"] = zaloAttachments(m)
	}
	return s.oaEvent(p, "oa_send_"+kind, m.At, admin, message)
}

func zaloAttachments(m Message) []any {
	var list []any
	for _, at := range m.Attachments {
		payload := map[string]any{"url": at.URL}
		switch at.Kind {
		case "image", "gif", "video":
			payload["thumbnail"] = at.URL
		case "file":
			payload["name"], payload["type"] = at.Name, fileType(at.Name)
			payload["size"], payload["checksum"] = strconv.Itoa(at.Size), at.MD5
		case "sticker":
			payload["id"] = at.Name
		case "link":
			payload["description"] = at.Name
		case "location":
			payload = map[string]any{"coordinates": map[string]any{"latitude": degrees(at.Lat), "longitude": degrees(at.Lng)}}
		}
		list = append(list, map[string]any{"type": at.Kind, "payload": payload})
	}
	return list
}

// degrees writes a coordinate as Zalo does, in a string.
func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }

// zaloAfter tells of an accepted message when its answer has left: the echo,
// then the receipt.
func (s *Sandbox) zaloAfter(p *person, m Message, echo Echo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if echo != EchoBefore && echo != EchoNever {
		s.enqueue(hook{p, s.zaloEcho(p, m, ""), ""})
	}
	if !s.faults[Zalo].DropReceipts {
		s.enqueue(hook{p, s.oaEvent(p, "user_received_message", s.stamp(p), "", map[string]any{"msg_id": m.ID}), ""})
	}
}
