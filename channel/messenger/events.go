package messenger

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

// source is where an item stood in a body.
type source struct {
	page    Page
	sent    time.Time // the entry's time, zero when it gave none
	now     time.Time
	standby bool // another app owns the thread (D:standby)
}

// item is one event of a talk:
//
//	{"sender":{"id":"<PSID>"},"recipient":{"id":"<page>"},"timestamp":ms,"<key>":{…}}
type item struct {
	source
	head
	raw   json.RawMessage // the whole of it
	key   string
	value json.RawMessage // under the key; of a message nil, which stands in the head
}

type head struct {
	Sender struct {
		ID      text `json:"id"`
		UserRef text `json:"user_ref"`
	} `json:"sender"`
	Recipient struct {
		ID text `json:"id"`
	} `json:"recipient"`
	Timestamp number   `json:"timestamp"`
	Message   *message `json:"message"` // nearly all have one
}

// event reads an item. It returns the name under which it is left out instead,
// if it is.
func (s source) event(raw json.RawMessage) (models.Event, string) {
	it := item{source: s, raw: raw}
	decode(raw, &it.head)
	if it.Message != nil {
		it.key = "message"
	} else {
		it.key, it.value = content(raw)
	}
	event, ignored := it.read()
	switch {
	case ignored != "":
		return models.Event{}, ignored
	case event.Peer == "" && it.Sender.UserRef != "":
		return models.Event{}, ignoredUserRef
	case !addressable(event.Peer):
		return models.Event{}, ignoredMalformed
	}
	if s.standby {
		return observed(event), ""
	}
	return event, ""
}

// content returns what an item holds, and under which key. Others may stand
// beside it ("hop_context"); of those that we do not know, the first in the
// alphabet.
func content(raw json.RawMessage) (string, json.RawMessage) {
	var fields map[string]json.RawMessage
	decode(raw, &fields)
	known := [...]string{
		"delivery", "read", "postback", "message_edit", "reaction",
		"messaging_feedback", "response_feedback",
		"pass_thread_control", "take_thread_control", "request_thread_control",
		"optin", "referral", "policy_enforcement", "app_roles", "account_linking",
	}
	for _, key := range known {
		if value, found := fields[key]; found {
			return key, value
		}
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if key != "sender" && key != "recipient" && key != "timestamp" {
			return key, fields[key]
		}
	}
	return "", nil
}

// addressable reports whether a message can be sent to this id.
func addressable(peer string) bool {
	unfit := func(r rune) bool { return r <= ' ' || r == 0x7f }
	return peer != "" && len(peer) <= maxID && strings.IndexFunc(peer, unfit) < 0
}

// observed is what a citizen does while another app owns the thread: kept for
// the record and not answered. Receipts, edits and what staff write in the
// Page's inbox mean the same as ever.
func observed(e models.Event) models.Event {
	e.Name = "standby." + e.Name
	if e.Kind == models.EventMessage || e.Kind == models.EventOpen {
		e.Kind = models.EventNote
		e.ID = "standby:" + e.ID
	}
	return e
}

// read reads the item by its key.
func (it item) read() (models.Event, string) {
	switch {
	case it.Message != nil:
		return it.message(*it.Message)
	case !isObject(it.value):
		return models.Event{}, ignoredMalformed
	}
	switch it.key {
	case "message_edit":
		return it.edit()
	case "postback":
		return it.postback(), ""
	case "optin", "referral":
		return it.opening(), ""
	case "delivery":
		return it.receipt(models.EventDelivered), ""
	case "read":
		return it.receipt(models.EventRead), ""
	case "messaging_feedback":
		return it.feedback()
	case "pass_thread_control", "take_thread_control":
		return it.control(), ""
	case "reaction", "response_feedback", "request_thread_control":
		return it.note(), ""
	case "policy_enforcement":
		return models.Event{}, it.policy()
	}
	return models.Event{}, plain(it.key)
}

// new returns an event of the citizen who sent the item. what and mid identify it.
func (it item) new(kind models.EventKind, what string, mid text) models.Event {
	return models.Event{
		Channel: it.page.Key(),
		ID:      it.id(what, mid),
		Peer:    string(it.Sender.ID),
		Kind:    kind,
		At:      it.at(),
		Name:    it.key,
		Mid:     short(mid),
	}
}

func (it item) at() time.Time {
	if at := instant(it.Timestamp, it.now); !at.IsZero() {
		return at
	}
	if !it.sent.IsZero() {
		return it.sent
	}
	return it.now.UTC()
}

// id returns the key of deduplication: what happened and to which message, for
// an unsend, an edit and an echo have the message's mid too; without a mid a
// digest of the item. The entry's time is not part of it: the same event may
// come again in another entry.
func (it item) id(what string, mid text) string {
	if mid != "" {
		return what + ":" + short(mid)
	}
	return what + ":" + digest(canonical(it.raw))
}

// message is what a citizen wrote, or what our side wrote to them (is_echo):
//
//	{"mid":"m_…","text":"…","quick_reply":{"payload":"report.place:skip"},"reply_to":{"mid":"m_…"}}
//	{"mid":"m_…","is_echo":true,"text":"…","app_id":263902037430900,"metadata":"ln:7"}
type message struct {
	Mid         text         `json:"mid"`
	Text        text         `json:"text"`
	Attachments []attachment `json:"attachments"`
	QuickReply  struct {
		Payload text `json:"payload"`
	} `json:"quick_reply"`
	ReplyTo struct {
		Mid text `json:"mid"`
	} `json:"reply_to"`
	IsEcho    truth `json:"is_echo"`
	IsDeleted truth `json:"is_deleted"`
	AppID     text  `json:"app_id"`
	Metadata  text  `json:"metadata"`
}

func (it item) message(m message) (models.Event, string) {
	switch {
	case m.Mid == "" && m.Text == "" && len(m.Attachments) == 0:
		return models.Event{}, ignoredMalformed // "message":"x" and the like
	case bool(m.IsEcho), string(it.Sender.ID) == it.page.PageID:
		return it.echo(m), ""
	case bool(m.IsDeleted):
		return it.new(models.EventUnsend, "unsend", m.Mid), ""
	}
	e := it.new(models.EventMessage, it.key, m.Mid)
	e.Text, e.Payload = string(m.Text), string(m.QuickReply.Payload)
	e.ReplyTo = short(m.ReplyTo.Mid)
	attach(&e, m.Attachments)
	if e.Payload != "" && e.Payload == e.Text {
		e.Payload = "" // the platform's own form for a phone or an e-mail address: no choice of ours
		e.Contact = contact(e.Text)
	}
	return e, ""
}

// echo is a message that the page sent. It is ours if its app or its metadata
// is ours; every other was written by a person, in the Page's inbox or in
// another app (D:message_echoes).
func (it item) echo(m message) models.Event {
	_, ours := channel.OutboxID(string(m.Metadata))
	e := it.new(models.EventEcho, "echo", m.Mid)
	e.Peer = string(it.Recipient.ID)
	e.Text, e.Metadata = string(m.Text), string(m.Metadata)
	e.Person = !ours && (m.AppID == "" || string(m.AppID) != it.page.AppID)
	return e
}

// contact reads a phone number of the citizen's Facebook profile as the
// national form, or nil when it is none of Viet Nam.
func contact(given string) *models.Contact {
	digits, international := strings.CutPrefix(given, "+84")
	if international {
		digits = "0" + digits
	}
	if len(digits) != len("0912345678") || digits[0] != '0' || strings.Trim(digits, "0123456789") != "" {
		return nil
	}
	return &models.Contact{Phone: digits}
}

// edit: {"mid":"m_…","text":"…","num_edit":1}, up to five for a message.
func (it item) edit() (models.Event, string) {
	var edit struct {
		Mid   text   `json:"mid"`
		Text  text   `json:"text"`
		Count number `json:"num_edit"`
	}
	decode(it.value, &edit)
	if edit.Mid == "" {
		return models.Event{}, ignoredMalformed
	}
	e := it.new(models.EventEdit, "edit", edit.Mid)
	if edit.Count == 0 { // not given: the words tell one edit from the next
		e.ID += ":" + digest([]byte(edit.Text))
	} else {
		e.ID += ":" + strconv.FormatInt(int64(edit.Count), 10)
	}
	e.Text = string(edit.Text)
	return e, ""
}

// postback is a tap on a button: {"mid":"m_…","title":"…","payload":"…",
// "referral":{"ref":"…"}}. Get Started opens the talk.
func (it item) postback() models.Event {
	var tap struct {
		Mid      text `json:"mid"`
		Title    text `json:"title"`
		Payload  text `json:"payload"`
		Referral struct {
			Ref text `json:"ref"`
		} `json:"referral"`
	}
	decode(it.value, &tap)
	e := it.new(models.EventMessage, it.key, tap.Mid)
	e.Text, e.Payload = string(tap.Title), string(tap.Payload)
	if strings.EqualFold(e.Payload, getStarted) {
		e.Kind, e.Payload = models.EventOpen, reference(tap.Referral.Ref)
	}
	return e
}

// getStarted is the payload of the Get Started button (D:messaging_postbacks).
const getStarted = "GET_STARTED"

// opening is a link or a plugin that led the citizen here: {"ref":"…"}. An
// opt-in to notifications opens nothing and is recorded.
func (it item) opening() models.Event {
	var opening struct {
		Ref  text `json:"ref"`
		Type text `json:"type"`
	}
	decode(it.value, &opening)
	e := it.new(models.EventOpen, it.key, "")
	e.Payload = reference(opening.Ref)
	if opening.Type == "notification_messages" {
		e.Kind = models.EventNote
	}
	return e
}

// reference marks a link's ref, which anybody can make up, so that it is never
// taken for a choice ("report.confirm:yes").
func reference(ref text) string {
	if ref == "" {
		return ""
	}
	return "ref:" + string(ref)
}

// receipt: {"mids":["m_…"],"watermark":ms}; all up to the watermark has come.
func (it item) receipt(kind models.EventKind) models.Event {
	var receipt struct {
		Mids      []text `json:"mids"`
		Watermark number `json:"watermark"`
	}
	decode(it.value, &receipt)
	e := it.new(kind, it.key, "")
	e.Watermark = instant(receipt.Watermark, it.now)
	for _, mid := range receipt.Mids {
		e.Mids = append(e.Mids, short(mid))
	}
	return e
}

// control says who owns the thread now (D:messaging_handovers). Without a new
// owner the thread is idle, and so ours.
func (it item) control() models.Event {
	var control struct {
		NewOwner text `json:"new_owner_app_id"`
	}
	decode(it.value, &control)
	e := it.new(models.EventControl, it.key, "")
	e.Person = control.NewOwner != "" && string(control.NewOwner) != it.page.AppID
	return e
}

// note is recorded only: a reaction, a thumb under a message of ours, another
// app's wish for the thread.
func (it item) note() models.Event {
	var note struct {
		Mid      text `json:"mid"`
		Emoji    text `json:"emoji"`
		Action   text `json:"action"`   // react, unreact
		Feedback text `json:"feedback"` // Good response, Bad response
	}
	decode(it.value, &note)
	e := it.new(models.EventNote, it.key, "")
	e.Mid, e.Payload = short(note.Mid), string(note.Action)
	e.Text = string(note.Emoji + note.Feedback)
	return e
}

// feedback is the answer to a customer_feedback template of stars; the other
// scales (nps, ces) do not fit ours:
//
//	{"feedback_screens":[{"questions":{"<id>":{"type":"csat","payload":"5","follow_up":{"payload":"…"}}}}]}
func (it item) feedback() (models.Event, string) {
	type question struct {
		Type     text   `json:"type"`
		Score    number `json:"payload"`
		FollowUp struct {
			Text text `json:"payload"`
		} `json:"follow_up"`
	}
	var form struct {
		Screens []struct {
			Questions map[string]question `json:"questions"`
		} `json:"feedback_screens"`
	}
	decode(it.value, &form)
	for _, screen := range form.Screens {
		for _, id := range slices.Sorted(maps.Keys(screen.Questions)) {
			q := screen.Questions[id]
			if q.Type == "csat" && 1 <= q.Score && q.Score <= 5 {
				e := it.new(models.EventRated, it.key, "")
				e.Payload, e.Score, e.Text = strings.ReplaceAll(id, "\x00", ""), int(q.Score), string(q.FollowUp.Text)
				return e, ""
			}
		}
	}
	return models.Event{}, it.key
}

// policy names what the platform did to the page, so that a counter tells a
// block from its end: {"action":"block","reason":"…"}.
func (it item) policy() string {
	var policy struct {
		Action text `json:"action"`
	}
	decode(it.value, &policy)
	return plain(it.key + "_" + string(policy.Action))
}
