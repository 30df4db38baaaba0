package sandbox

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Template is a text that a platform has approved for an account, with {{name}} for
// each parameter; on Messenger these are numbered.
type Template struct {
	ID   string // number on Zalo, name on Messenger
	Text string
}

var hole = regexp.MustCompile(`\{\{([a-z0-9_]+)\}\}`)

// fill fills the text; ok is false unless each parameter has a value and no other is given.
func (t Template) fill(values map[string]string) (text string, ok bool) {
	named := map[string]bool{}
	ok = true
	text = hole.ReplaceAllStringFunc(t.Text, func(h string) string {
		name := strings.Trim(h, "{}")
		named[name] = true
		ok = ok && values[name] != ""
		return values[name]
	})
	return text, ok && len(named) == len(values)
}

func findTemplate(list []Template, id string) (Template, bool) {
	i := slices.IndexFunc(list, func(t Template) bool { return t.ID == id })
	if i < 0 {
		return Template{}, false
	}
	return list[i], true
}

// graphTemplate is a utility template as a message names it: in Meta's form, or in
// that of an attachment.
type graphTemplate struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []struct {
		Type       string `json:"type"`
		Parameters []struct {
			Type string `json:"type"`
			Text string `json:"text"`
		} `json:"parameters"`
	} `json:"components"`
}

// utility fills the template of a UTILITY message; its text is what the phone shows.
func (m graphMessage) utility(page *pageState) (text string, fail *graphError) {
	named := m.Template
	if named == nil && m.Attachment != nil && m.Attachment.Type == "template" && m.Attachment.Payload.TemplateType == "utility_messages" {
		named = &m.Attachment.Payload.graphTemplate
	}
	if named == nil || named.Language.Code == "" || page.FieldTemplates == (m.Template != nil) {
		return "", &errInvalidParam
	}
	values := map[string]string{}
	for _, c := range named.Components {
		for i, p := range c.Parameters {
			if c.Type == "body" && p.Type == "text" {
				values[strconv.Itoa(i+1)] = p.Text
			}
		}
	}
	t, found := findTemplate(page.Templates, named.Name)
	if !found {
		return "", &errInvalidParam
	}
	if text, found = t.fill(values); !found {
		return "", &errInvalidParam
	}
	return text, nil
}

// zaloTemplateHost answers business.openapi.zalo.me: a template to a phone. The
// sandbox knows the phone of who typed it in a talk with the OA.
func (s *Sandbox) zaloTemplateHost(c call) reply {
	a, fail := s.zaloAuth(c)
	if fail != nil {
		return s.zaloFail(zaloError{code: -124})
	}
	var in struct {
		Phone    string            `json:"phone"`
		Template string            `json:"template_id"`
		Data     map[string]string `json:"template_data"`
		Tracking string            `json:"tracking_id"`
	}
	if c.method+" /"+c.path != "POST /message/template" || json.Unmarshal(c.body, &in) != nil {
		return s.zaloFail(zaloError{-201, "body"})
	}
	rest, vietnam := strings.CutPrefix(strings.TrimPrefix(in.Phone, "+"), "84")
	if !vietnam || len(rest) != 9 {
		return s.zaloFail(zaloError{code: -108})
	}
	if len(in.Tracking) > 48 {
		return s.zaloFail(zaloError{-201, "tracking_id"})
	}
	s.mu.Lock()
	p := a.typed("0" + rest)
	s.mu.Unlock()
	return s.sendZaloTemplate(a, p, in.Template, in.Data, in.Tracking)
}

// typed finds who wrote a phone number to the account. The caller holds mu.
func (a *account) typed(phone string) *person {
	digit := func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}
	for _, p := range a.order {
		for _, m := range p.messages {
			if m.From == FromCitizen && strings.Contains(strings.Map(digit, m.Text), phone) {
				return p
			}
		}
	}
	return nil
}

// zaloTemplate answers POST /v3.0/oa/message/template, to a user of the OA.
func (s *Sandbox) zaloTemplate(c call, a *account) reply {
	var in struct {
		User     string            `json:"user_id"`
		Template string            `json:"template_id"`
		Data     map[string]string `json:"template_data"`
	}
	if json.Unmarshal(c.body, &in) != nil {
		return s.zaloFail(zaloError{-201, "body"})
	}
	s.mu.Lock()
	p := a.people[in.User]
	s.mu.Unlock()
	return s.sendZaloTemplate(a, p, in.Template, in.Data, "")
}

// sendZaloTemplate puts a template on the phone; the receipt of one to a phone names
// that alone.
func (s *Sandbox) sendZaloTemplate(a *account, p *person, id string, data map[string]string, tracking string) reply {
	t, found := findTemplate(a.oa.Templates, id)
	text, filled := t.fill(data)
	switch {
	case !found:
		return s.zaloFail(zaloError{code: -109})
	case !filled:
		return s.zaloFail(zaloError{code: -1122})
	case p == nil:
		return s.zaloFail(zaloError{code: -118})
	case p.blocked:
		return s.zaloFail(zaloError{code: -139})
	}
	s.mu.Lock()
	sent := s.accept(p, Message{ID: s.opt.NewID()[:20], At: s.stamp(p), Text: text, Type: "template", Quota: "template"})
	s.mu.Unlock()
	at := strconv.FormatInt(sent.At.UnixMilli(), 10)
	if tracking == "" {
		rep := zaloOK(map[string]any{"message_id": sent.ID, "user_id": p.id, "sent_time": at, "quota": map[string]any{"quota_type": "purchase_quota", "owner_type": "OA", "owner_id": a.id}})
		rep.after = func() { s.zaloAfter(p, sent, s.Faults(Zalo).Echo) }
		return rep
	}
	rep := zaloOK(map[string]any{"msg_id": sent.ID, "sent_time": at, "sending_mode": "1", "quota": map[string]any{"dailyQuota": "500", "remainingQuota": "499"}})
	rep.after = func() { s.templateReceipt(p, sent, tracking) }
	return rep
}

// templateReceipt tells that a template to a phone has arrived.
func (s *Sandbox) templateReceipt(p *person, m Message, tracking string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults[Zalo].DropReceipts {
		return
	}
	at := s.stamp(p)
	body := s.zaloBody(p, "user_received_message", at, map[string]any{
		"sender": map[string]any{"id": p.account.id}, "recipient": map[string]any{"id": "84900000000"},
		"message": map[string]any{"delivery_time": strconv.FormatInt(at.Add(-time.Millisecond).UnixMilli(), 10), "msg_id": m.ID, "tracking_id": tracking},
	})
	s.enqueue(hook{p, body, ""})
}
