package sandbox

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of the Send API, by Meta's pages of 2026.
const (
	graphTextRunes     = 2000 // a text is shorter than this
	graphMetadataRunes = 1000 // metadata is shorter than this
	graphQuickReplies  = 13
	graphTitleRunes    = 20
	graphPayloadRunes  = 1000
	graphTemplateRunes = 640 // text of a button template
	graphButtons       = 3
	graphImages        = 30 // in one message
	graphElements      = 10
	graphFileBytes     = 25 << 20

	responseWindow   = 24 * time.Hour
	humanAgentWindow = 7 * 24 * time.Hour
)

// graphMessage is the message parameter of a send.
type graphMessage struct {
	Text         string            `json:"text"`
	Metadata     string            `json:"metadata"`
	Attachment   *graphAttachment  `json:"attachment"`
	Attachments  []graphAttachment `json:"attachments"`
	StickerID    json.RawMessage   `json:"sticker_id"`
	Template     *graphTemplate    `json:"template"`
	QuickReplies []struct {
		ContentType string `json:"content_type"`
		Title       string `json:"title"`
		Payload     string `json:"payload"`
	} `json:"quick_replies"`
}

type graphAttachment struct {
	Type    string `json:"type"`
	Payload struct {
		URL          string `json:"url"`
		AttachmentID string `json:"attachment_id"`
		IsReusable   bool   `json:"is_reusable"`
		TemplateType string `json:"template_type"`
		graphTemplate
		Text     string        `json:"text"`
		Buttons  []graphButton `json:"buttons"`
		Elements []struct {
			Title   string        `json:"title"`
			Buttons []graphButton `json:"buttons"`
		} `json:"elements"`
	} `json:"payload"`
}

type graphButton struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Payload string `json:"payload"`
	URL     string `json:"url"`
}

// graphSend answers POST /{page}/messages.
func (s *Sandbox) graphSend(c call, a *account) reply {
	to := recipientID(c.params["recipient"])
	if to == "" {
		return s.graphFail(errInvalidParam.saying("(#100) The parameter recipient is required"))
	}
	if action := c.params["sender_action"]; action != "" {
		return s.senderAction(c, a, to, action)
	}
	var m graphMessage
	if json.Unmarshal([]byte(c.params["message"]), &m) != nil {
		return s.graphFail(errInvalidParam)
	}
	if c.params["messaging_type"] == "UTILITY" {
		text, fail := m.utility(a.page)
		if fail != nil {
			return s.graphFail(*fail)
		}
		m = graphMessage{Text: text, Metadata: m.Metadata}
	}
	s.mu.Lock()
	p, fail := s.mayGraphSend(c, a, to, m)
	s.mu.Unlock()
	if fail != nil {
		return s.graphFail(*fail)
	}
	return s.graphDeliver(c, p, m)
}

// mayGraphSend checks everything that can refuse a message. The caller holds mu.
func (s *Sandbox) mayGraphSend(c call, a *account, to string, m graphMessage) (*person, *graphError) {
	f := s.faults[Messenger]
	p := a.people[to]
	if _, within := a.calls.take(s.opt.Clock(), time.Second, a.page.RatePerSecond); !within || f.Throttle.take() {
		return nil, &errPageThrottled
	}
	if f.Refuse.Times.take() {
		e := graphErr(f.Refuse.Code, f.Refuse.Subcode)
		return nil, &e
	}
	switch {
	case p == nil:
		return nil, &errNoUser
	case p.blocked:
		return nil, &errPersonGone
	case p.owner != "" && p.owner != a.page.AppID:
		return nil, &errOwned
	}
	if fail := m.check(a.page, s.opt.Clock()); fail != nil {
		return nil, fail
	}
	return p, windowOpen(c.params["messaging_type"], c.params["tag"], p.lastAct, s.opt.Clock())
}

// windowOpen applies the rules of the type of message. Since 2026-04-27 only
// the tag HUMAN_AGENT is left.
func windowOpen(kind, tag string, lastAct, now time.Time) *graphError {
	limit := responseWindow
	switch kind {
	case "RESPONSE", "UPDATE":
	case "MESSAGE_TAG":
		if tag != "HUMAN_AGENT" {
			return &errInvalidParam
		}
		limit = humanAgentWindow
	case "UTILITY":
		return nil // whenever the person last wrote
	default:
		return &errInvalidParam
	}
	if lastAct.IsZero() || now.Sub(lastAct) > limit {
		return &errOutsideWindow
	}
	return nil
}

// check holds a message against the documented limits.
func (m graphMessage) check(page *pageState, now time.Time) *graphError {
	bodies := 0
	for _, given := range []bool{m.Text != "", m.Attachment != nil, len(m.Attachments) > 0, len(m.StickerID) > 0} {
		if given {
			bodies++
		}
	}
	sane := bodies == 1 && len(m.Attachments) <= graphImages &&
		utf8.RuneCountInString(m.Text) < graphTextRunes &&
		utf8.RuneCountInString(m.Metadata) < graphMetadataRunes &&
		len(m.QuickReplies) <= graphQuickReplies
	for _, q := range m.QuickReplies {
		free := q.ContentType == "user_phone_number" || q.ContentType == "user_email"
		sane = sane && (free || q.ContentType == "text" && fits(q.Title, 1, graphTitleRunes) && fits(q.Payload, 0, graphPayloadRunes))
	}
	if !sane {
		return &errInvalidParam
	}
	if m.Attachment != nil {
		return m.Attachment.check(page, now)
	}
	return nil
}

func (at graphAttachment) check(page *pageState, now time.Time) *graphError {
	pay := at.Payload
	switch at.Type {
	case "image", "audio", "video", "file":
		if pay.AttachmentID != "" && now.After(page.uploads[pay.AttachmentID].until) {
			return &errNoAttachment
		}
		if pay.AttachmentID == "" && pay.URL == "" {
			return &errInvalidParam
		}
		return nil
	case "template":
	default:
		return &errInvalidParam
	}
	sane := false
	switch pay.TemplateType {
	case "button":
		sane = fits(pay.Text, 1, graphTemplateRunes) && len(pay.Buttons) >= 1 && buttonsFit(pay.Buttons)
	case "generic":
		sane = len(pay.Elements) >= 1 && len(pay.Elements) <= graphElements
		for _, e := range pay.Elements {
			sane = sane && fits(e.Title, 1, 80) && buttonsFit(e.Buttons)
		}
	}
	if !sane {
		return &errInvalidParam
	}
	return nil
}

func buttonsFit(list []graphButton) bool {
	for _, b := range list {
		if !fits(b.Title, 1, graphTitleRunes) || !fits(b.Payload, 0, graphPayloadRunes) {
			return false
		}
	}
	return len(list) <= graphButtons
}

// fits reports whether s has least to most runes.
func fits(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most
}

// graphDeliver puts the message on the phone and answers, in the order and
// with the accidents that the faults ask for.
func (s *Sandbox) graphDeliver(c call, p *person, m graphMessage) reply {
	s.mu.Lock()
	f := s.faults[Messenger]
	if f.CutBefore.take() {
		s.mu.Unlock()
		return reply{cut: true, note: "cut before delivery"}
	}
	sent := s.accept(p, m.message("m_"+s.opt.NewID(), s.stamp(p), c, p.account.page.uploads))
	cut, ambiguous, echo := f.DeliverThenCut.take(), f.Ambiguous.take(), f.Echo
	s.mu.Unlock()
	if echo == EchoBefore {
		s.echoNow(p, sent)
	}
	after := func() {
		s.graphAfter(p, sent, echo)
		s.passAfter(c, p)
	}
	if ambiguous {
		rep := s.graphFail(errAmbiguous)
		rep.after, rep.note = after, "delivered, answered with an error"
		return rep
	}
	body := map[string]any{"recipient_id": p.id, "message_id": sent.ID}
	if m.Attachment != nil && m.Attachment.Payload.IsReusable {
		body["attachment_id"] = s.keepUpload(p.account, Attachment{Kind: m.Attachment.Type, URL: m.Attachment.Payload.URL})
	}
	rep := reply{status: 200, body: body, cut: cut, after: after}
	if cut {
		rep.note = "delivered, then cut"
	}
	return rep
}

// passAfter passes the thread on where the send asked for it.
func (s *Sandbox) passAfter(c call, p *person) {
	var control struct {
		Type string `json:"control_type"`
		App  string `json:"app_id"`
	}
	if json.Unmarshal([]byte(c.params["thread_control"]), &control) != nil {
		return
	}
	switch control.Type {
	case "pass":
		s.moveThread(p, control.App, "")
	case "release":
		s.moveThread(p, "", "")
	}
}

// message is the message as the phone shows it, with what was uploaded for it.
func (m graphMessage) message(id string, at time.Time, c call, uploads map[string]kept) Message {
	out := Message{ID: id, At: at, Text: m.Text, Metadata: m.Metadata, Type: c.params["messaging_type"], Tag: c.params["tag"]}
	for _, q := range m.QuickReplies {
		if q.ContentType == "text" {
			out.Choices = append(out.Choices, Choice{QuickReply, q.Title, q.Payload})
		}
	}
	if len(m.StickerID) > 0 {
		out.Attachments = append(out.Attachments, Attachment{Kind: "sticker", Name: strings.Trim(string(m.StickerID), `"`)})
	}
	list := m.Attachments
	if m.Attachment != nil {
		list = append(list, *m.Attachment)
	}
	for _, at := range list {
		at.addTo(&out, uploads)
	}
	return out
}

func (at graphAttachment) addTo(out *Message, uploads map[string]kept) {
	buttons, texts := at.Payload.Buttons, []string{out.Text, at.Payload.Text}
	for _, e := range at.Payload.Elements {
		buttons, texts = append(buttons, e.Buttons...), append(texts, e.Title)
	}
	out.Text = strings.TrimSpace(strings.Join(texts, "\n"))
	for _, b := range buttons {
		if b.Type == "postback" {
			out.Choices = append(out.Choices, Choice{Postback, b.Title, b.Payload})
			continue
		}
		out.Choices = append(out.Choices, Choice{Link, b.Title, b.URL + b.Payload})
	}
	if at.Type != "template" {
		file := Attachment{URL: at.Payload.URL}
		if up, found := uploads[at.Payload.AttachmentID]; found {
			file = up.file
		}
		file.Kind = at.Type
		out.Attachments = append(out.Attachments, file)
	}
}

// senderAction answers typing, seen and reactions; with a message it is an error.
func (s *Sandbox) senderAction(c call, a *account, to, action string) reply {
	if c.params["message"] != "" {
		return s.graphFail(graphErr(100, 2018014).saying("(#100) Cannot send both a message and a sender action"))
	}
	s.mu.Lock()
	p := a.people[to]
	if p != nil {
		p.typing = action == "typing_on"
		s.touch(p)
	}
	s.mu.Unlock()
	if p == nil {
		return s.graphFail(errNoUser)
	}
	return ok(map[string]any{"recipient_id": to})
}

// graphUpload answers POST /{page}/message_attachments, by file or by address.
func (s *Sandbox) graphUpload(c call, a *account) reply {
	var m graphMessage
	if json.Unmarshal([]byte(c.params["message"]), &m) != nil || m.Attachment == nil {
		return s.graphFail(errInvalidParam)
	}
	file, given := c.files["filedata"]
	switch {
	case !given && m.Attachment.Payload.URL == "":
		return s.graphFail(graphErr(100, 2018047))
	case len(file.data) > graphFileBytes:
		return s.graphFail(errTooBig)
	}
	s.mu.Lock()
	cut := s.faults[Messenger].CutUpload.take()
	shown := Attachment{URL: m.Attachment.Payload.URL}
	if given && !cut {
		shown = s.takeUpload(m.Attachment.Type, file, attachmentLife).file
	}
	s.mu.Unlock()
	if cut {
		return reply{cut: true, note: "cut before the upload was taken"}
	}
	shown.Kind = m.Attachment.Type
	return ok(map[string]any{"attachment_id": s.keepUpload(a, shown)})
}

func (s *Sandbox) keepUpload(a *account, shown Attachment) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := digits(s.opt.NewID())
	a.page.uploads[id] = kept{shown, s.opt.Clock().Add(attachmentLife)}
	return id
}
