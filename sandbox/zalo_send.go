package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Limits of consult messages.
const (
	zaloTextRunes    = 2000
	zaloButtons      = 5
	zaloTitleRunes   = 100
	zaloPayloadRunes = 1000

	freeWindow = 48 * time.Hour
	paidWindow = 7 * 24 * time.Hour
)

// zaloMessage is the message of a send.
type zaloMessage struct {
	Text       string `json:"text"`
	Quote      string `json:"quote_message_id"`
	Attachment *struct {
		Type    string `json:"type"`
		Payload struct {
			TemplateType string        `json:"template_type"`
			Token        string        `json:"token"`
			AttachmentID string        `json:"attachment_id"`
			Elements     []zaloElement `json:"elements"`
			Buttons      []zaloButton  `json:"buttons"`
		} `json:"payload"`
	} `json:"attachment"`
}

type zaloElement struct {
	MediaType    string `json:"media_type"`
	URL          string `json:"url"`
	AttachmentID string `json:"attachment_id"`
	Title        string `json:"title"`
	Subtitle     string `json:"subtitle"`
}

type zaloButton struct {
	Title   string          `json:"title"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// text returns the payload of a query button.
func (b zaloButton) text() string {
	var t string
	_ = json.Unmarshal(b.Payload, &t) // an object is no text
	return t
}

// zaloSend answers POST /v3.0/oa/message/cs.
func (s *Sandbox) zaloSend(c call, a *account) reply {
	var in struct {
		Recipient struct {
			UserID string `json:"user_id"`
		} `json:"recipient"`
		Message *zaloMessage `json:"message"`
	}
	if !strings.HasPrefix(c.header.Get("Content-Type"), "application/json") || json.Unmarshal(c.body, &in) != nil {
		return s.zaloFail(zaloError{-201, "body"})
	}
	if in.Message == nil {
		return s.zaloFail(zaloError{-201, "message"})
	}
	s.mu.Lock()
	p := a.people[in.Recipient.UserID]
	quota, fail := s.mayZaloSend(a, p, *in.Message)
	s.mu.Unlock()
	if fail != nil {
		return s.zaloFail(*fail)
	}
	return s.zaloDeliver(p, *in.Message, quota)
}

// mayZaloSend checks everything that can refuse a message, and tells which
// quota it uses; "" is none: the message is charged. The caller holds mu.
func (s *Sandbox) mayZaloSend(a *account, p *person, m zaloMessage) (quota string, fail *zaloError) {
	f := s.faults[Zalo]
	if f.Throttle.take() {
		return "", &zaloError{code: -32}
	}
	if f.Refuse.Times.take() {
		return "", &zaloError{code: f.Refuse.Code}
	}
	if p == nil {
		return "", &zaloError{-201, "user_id"}
	}
	if p.blocked {
		return "", &zaloError{code: -213}
	}
	if fail := m.check(a.oa, s.opt.Clock()); fail != nil {
		return "", fail
	}
	return a.oa.quota(p, s.opt.Clock())
}

// quota applies the windows: free for 48 hours, charged for 7 days, then shut.
func (oa *oaState) quota(p *person, now time.Time) (string, *zaloError) {
	since := now.Sub(p.lastAct)
	switch {
	case p.lastAct.IsZero():
		return "", &zaloError{code: -232}
	case since > paidWindow:
		return "", &zaloError{code: -230}
	case !p.talked:
		return "welcome_msg", nil
	case since <= freeWindow:
		return "reply", nil
	case !oa.CloudAccount:
		return "", &zaloError{code: -320}
	}
	return "", nil
}

// check holds a message against the documented forms and limits.
func (m zaloMessage) check(oa *oaState, now time.Time) *zaloError {
	if !fits(norm.NFC.String(m.Text), 0, zaloTextRunes) {
		return &zaloError{code: -210}
	}
	at := m.Attachment
	switch {
	case at == nil && m.Text == "":
		return &zaloError{-201, "message"}
	case at == nil:
		return nil
	case at.Type == "file":
		return oa.uploaded(at.Payload.Token+at.Payload.AttachmentID, now)
	case at.Type != "template":
		return &zaloError{-201, "attachment"}
	case len(at.Payload.Buttons) > 0:
		return m.checkButtons(oa)
	case len(at.Payload.Elements) != 1:
		return &zaloError{-201, "elements"}
	}
	return at.Payload.Elements[0].check(at.Payload.TemplateType, oa, now)
}

// checkButtons takes buttons only where the OA does: no document says that
// consult messages may have them.
func (m zaloMessage) checkButtons(oa *oaState) *zaloError {
	list := m.Attachment.Payload.Buttons
	if !oa.Buttons {
		return &zaloError{-201, "attachment"}
	}
	sane := len(list) <= zaloButtons && m.Text != ""
	for _, b := range list {
		sane = sane && fits(b.Title, 1, zaloTitleRunes) && fits(b.text(), 0, zaloPayloadRunes)
	}
	if !sane {
		return &zaloError{code: -210}
	}
	return nil
}

func (e zaloElement) check(template string, oa *oaState, now time.Time) *zaloError {
	switch {
	case template == "request_user_info" && fits(e.Title, 1, 100) && fits(e.Subtitle, 0, 500):
		return nil
	case template != "media":
		return &zaloError{code: -233}
	case e.MediaType == "sticker" && e.AttachmentID != "":
		return nil
	case (e.URL == "") == (e.AttachmentID == ""): // one of them, never both
		return &zaloError{-201, "elements"}
	case e.AttachmentID != "":
		return oa.uploaded(e.AttachmentID, now)
	}
	return nil
}

// uploaded checks that a file was uploaded within seven days.
func (oa *oaState) uploaded(id string, now time.Time) *zaloError {
	if now.After(oa.uploads[id].until) {
		return &zaloError{code: -100}
	}
	return nil
}

// zaloDeliver puts the message on the phone and answers, in the order and
// with the accidents that the faults ask for.
func (s *Sandbox) zaloDeliver(p *person, m zaloMessage, quota string) reply {
	s.mu.Lock()
	f := s.faults[Zalo]
	if f.CutBefore.take() {
		s.mu.Unlock()
		return reply{cut: true, note: "cut before delivery"}
	}
	sent := s.accept(p, m.message(s.opt.NewID()[:20], s.stamp(p), quota, p.account.oa.uploads))
	cut, ambiguous, echo := f.DeliverThenCut.take(), f.Ambiguous.take(), f.Echo
	told := sent
	if f.EchoOtherID {
		told.ID = s.opt.NewID()[:20]
	}
	s.mu.Unlock()
	if echo == EchoBefore {
		s.echoNow(p, told)
	}
	after := func() { s.zaloAfter(p, told, echo) }
	if ambiguous {
		return reply{status: http.StatusInternalServerError, after: after, note: "delivered, answered with an error"}
	}
	data := map[string]any{"message_id": sent.ID, "user_id": p.id, "sent_time": strconv.FormatInt(sent.At.UnixMilli(), 10)}
	if quota != "" {
		data["quota"] = map[string]any{"quota_type": quota}
	}
	rep := zaloOK(data)
	rep.cut, rep.after = cut, after
	if cut {
		rep.note = "delivered, then cut"
	}
	return rep
}

// message is the message as the phone shows it, with what was uploaded for it.
func (m zaloMessage) message(id string, at time.Time, quota string, uploads map[string]kept) Message {
	out := Message{ID: id, At: at, Text: m.Text, Quota: quota, Choices: numbered(m.Text)}
	if m.Attachment == nil {
		return out
	}
	pay := m.Attachment.Payload
	for _, b := range pay.Buttons {
		kind := Link
		if strings.HasPrefix(b.Type, "oa.query.") {
			kind = Query
		}
		out.Choices = append(out.Choices, Choice{kind, b.Title, b.text()})
	}
	for _, e := range pay.Elements {
		kind := e.MediaType
		if kind == "" {
			kind = "form"
		}
		file := Attachment{URL: e.URL, Name: e.Title}
		if up, found := uploads[e.AttachmentID]; found {
			file = up.file
		}
		file.Kind = kind
		out.Attachments = append(out.Attachments, file)
	}
	if m.Attachment.Type == "file" {
		out.Attachments = append(out.Attachments, uploads[pay.Token+pay.AttachmentID].file)
	}
	return out
}

// zaloReact answers POST /v2.0/oa/message, of which only reactions are left.
func (s *Sandbox) zaloReact(c call, a *account) reply {
	var in struct {
		Recipient struct {
			UserID string `json:"user_id"`
		} `json:"recipient"`
		Action struct {
			Icon    string `json:"react_icon"`
			Message string `json:"react_message_id"`
		} `json:"sender_action"`
	}
	if json.Unmarshal(c.body, &in) != nil || in.Action.Icon == "" {
		return s.zaloFail(zaloError{code: -240})
	}
	s.mu.Lock()
	known := a.people[in.Recipient.UserID] != nil
	s.mu.Unlock()
	if !known {
		return s.zaloFail(zaloError{-201, "user_id"})
	}
	return zaloOK(map[string]any{"message_id": in.Action.Message, "user_id": in.Recipient.UserID})
}
