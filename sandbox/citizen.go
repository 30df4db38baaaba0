package sandbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Citizen is one citizen's phone in front of one account. It is safe for
// concurrent use.
type Citizen struct {
	s *Sandbox
	p *person
}

// Errors of a citizen's acts.
var (
	ErrNoAccount = errors.New("sandbox: no such account")
	ErrNoChoice  = errors.New("sandbox: no message offers that choice")
)

// Citizen returns the phone of a citizen, who is made on first use and has not
// yet interacted then.
func (s *Sandbox) Citizen(p Platform, accountID, id string) (*Citizen, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.findAccount(p, accountID)
	if a == nil {
		return nil, fmt.Errorf("%w: %s %q", ErrNoAccount, p, accountID)
	}
	return &Citizen{s, a.open(id)}, nil
}

// ID returns the citizen's id on the platform: PSID or user_id.
func (c *Citizen) ID() string { return c.p.id }

// SetName gives the citizen a profile; without a name Messenger answers an
// empty one. hidden makes the profile unavailable.
func (c *Citizen) SetName(name string, hidden bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.p.name, c.p.hidden = name, hidden
}

// SetBlocked makes the citizen unreachable, or reachable again.
func (c *Citizen) SetBlocked(blocked bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.p.blocked = blocked
}

// Messages returns a copy of the talk, oldest first.
func (c *Citizen) Messages() []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return slices.Clone(c.p.messages)
}

// Received returns what came from the bot and from staff, oldest first.
func (c *Citizen) Received() []Message {
	return slices.DeleteFunc(c.Messages(), func(m Message) bool { return m.From == FromCitizen })
}

// Wait blocks until cond holds of the talk and returns it as it then was.
func (c *Citizen) Wait(ctx context.Context, cond func([]Message) bool) ([]Message, error) {
	for {
		c.s.mu.Lock()
		talk, changed := slices.Clone(c.p.messages), c.p.changed
		c.s.mu.Unlock()
		if cond(talk) {
			return talk, nil
		}
		if err := c.s.await(ctx, changed); err != nil {
			return talk, err
		}
	}
}

// WaitReply blocks until the n-th message, from 1, came from the bot or from
// staff, and returns it.
func (c *Citizen) WaitReply(ctx context.Context, n int) (Message, error) {
	var got Message
	_, err := c.Wait(ctx, func(talk []Message) bool {
		seen := 0
		i := slices.IndexFunc(talk, func(m Message) bool {
			if m.From != FromCitizen {
				seen++
			}
			return seen == n
		})
		if i >= 0 {
			got = talk[i]
		}
		return i >= 0
	})
	return got, err
}

// say puts one message of the citizen on the phone and queues its webhook.
func (c *Citizen) say(m Message) Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.sayLocked(m)
}

// sayLocked is say for who holds mu.
func (c *Citizen) sayLocked(m Message) Message {
	s, p := c.s, c.p
	m.From, m.At = FromCitizen, s.stamp(p)
	p.act(m.At, true)
	if p.account.page != nil {
		m.ID = "m_" + s.opt.NewID()
		s.add(p, m)
		key, value := graphInput(m)
		field := map[string]string{"message": "messages", "postback": "messaging_postbacks"}[key]
		s.messengerEvent(p, field, p.id, m.At, key, value, m.ID)
		return m
	}
	m.ID = s.opt.NewID()[:20]
	s.add(p, m)
	event, value := zaloInput(m)
	s.userEvent(p, event, m.At, value, m.ID)
	return m
}

// graphInput is a citizen's message as Messenger's webhook tells it.
func graphInput(m Message) (key string, value map[string]any) {
	value = map[string]any{"mid": m.ID}
	if m.postback {
		value["title"], value["payload"] = m.Text, m.Payload
		return "postback", value
	}
	if m.Text != "" {
		value["text"] = m.Text
	}
	if m.Payload != "" {
		value["quick_reply"] = map[string]any{"payload": m.Payload}
	}
	if list := attachmentsOf(m); len(list) > 0 {
		value["attachments"] = list
	}
	return "message", value
}

// zaloInput is a citizen's message as Zalo's webhook tells it.
func zaloInput(m Message) (event string, value map[string]any) {
	value = map[string]any{"msg_id": m.ID}
	if len(m.Attachments) == 0 {
		value["text"] = m.Text
		return "user_send_text", value
	}
	if m.Text != "" || m.Attachments[0].Kind == "location" {
		value["text"] = m.Text
	}
	value["attachments"] = zaloAttachments(m)
	return "user_send_" + m.Attachments[0].Kind, value
}

// Say writes a text.
func (c *Citizen) Say(text string) Message { return c.say(Message{Text: text}) }

// Tap takes a choice that the newest message with choices offers, given by
// payload, title, number, or by what stands behind the payload's colon. On
// Zalo a numbered line sends its number; a payload that no button carries is
// typed after "#", as a client of the product may.
func (c *Citizen) Tap(choice string) (Message, error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	offered, numbers := c.offered()
	i := slices.IndexFunc(offered, func(o Choice) bool { return o.is(choice) })
	switch {
	case i >= 0:
		return c.sayLocked(offered[i].taken()), nil
	case c.p.account.platform == Zalo && numbers && strings.Contains(choice, ":"):
		return c.sayLocked(Message{Text: "#" + strings.TrimPrefix(choice, "#")}), nil
	}
	return Message{}, fmt.Errorf("%w: %q", ErrNoChoice, choice)
}

// offered are the choices of the newest message that has any; of Messenger's
// quick replies only those of the very last message are still on the screen.
func (c *Citizen) offered() (list []Choice, numbers bool) {
	for i := len(c.p.messages) - 1; i >= 0; i-- {
		m := c.p.messages[i]
		for _, o := range m.Choices {
			if o.Kind != Link && (o.Kind != QuickReply || i == len(c.p.messages)-1) {
				list = append(list, o)
			}
		}
		if len(list) > 0 {
			return list, list[0].Kind == Numbered
		}
	}
	return nil, false
}

// is reports whether the citizen means o.
func (o Choice) is(choice string) bool {
	_, after, _ := strings.Cut(o.Payload, ":")
	return choice != "" && (choice == o.Payload || choice == strings.TrimPrefix(o.Payload, "#") || choice == o.Title || choice == after)
}

// taken is the message that taking o sends.
func (o Choice) taken() Message {
	switch o.Kind {
	case Numbered, Query:
		return Message{Text: o.Payload}
	case Postback:
		return Message{Text: o.Title, Payload: o.Payload, postback: true}
	}
	return Message{Text: o.Title, Payload: o.Payload}
}

// SendPhotos sends n sample photos: one message with an album on Messenger, a
// message for each on Zalo.
func (c *Citizen) SendPhotos(n int) []Message {
	photos := make([][]byte, n)
	for i := range photos {
		photos[i] = SamplePhoto(i)
	}
	return c.SendPhotoFiles("", photos...)
}

// SendPhotoFiles sends photos with a caption, as SendPhotos does; on Zalo the
// caption goes with the first.
func (c *Citizen) SendPhotoFiles(caption string, photos ...[]byte) []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var all []Attachment
	for i, data := range photos {
		all = append(all, c.s.keep("image", "anh-"+strconv.Itoa(i+1)+".jpg", data))
	}
	if c.p.account.platform == Messenger {
		return []Message{c.sayLocked(Message{Text: caption, Attachments: all})}
	}
	var sent []Message
	for _, at := range all {
		sent = append(sent, c.sayLocked(Message{Text: caption, Attachments: []Attachment{at}}))
		caption = ""
	}
	return sent
}

// SendFile sends a file of any kind: "image", "audio", "video", "file".
func (c *Citizen) SendFile(kind, name string, data []byte) Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.sayLocked(Message{Attachments: []Attachment{c.s.keep(kind, name, data)}})
}

// SendVoice sends a voice message.
func (c *Citizen) SendVoice(data []byte) Message {
	name := "voice.mp4"
	if c.p.account.platform == Zalo {
		name = "voice.amr"
	}
	return c.SendFile("audio", name, data)
}

// SendURL sends an attachment that lies elsewhere, such as where a hostile
// sender would have the product fetch.
func (c *Citizen) SendURL(kind, name, url string) Message {
	return c.say(Message{Attachments: []Attachment{{Kind: kind, Name: name, URL: url}}})
}

// SendLocation sends a point in degrees.
func (c *Citizen) SendLocation(lat, lng float64) Message {
	return c.say(Message{Attachments: []Attachment{{Kind: "location", Lat: lat, Lng: lng}}})
}

// SendSticker sends the thumb.
func (c *Citizen) SendSticker() Message {
	return c.SendURL("sticker", "369239263222822", c.s.mediaURL("sticker.png"))
}

// Follow follows the OA, or taps Get Started on the Page: what comes before
// the first word.
func (c *Citizen) Follow() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	at := c.s.stamp(c.p)
	c.p.act(at, false)
	if c.p.account.oa != nil {
		c.s.manageEvent(c.p, "follow", at, map[string]any{"follower": map[string]any{"id": c.p.id}, "source": "oa_profile"})
		return
	}
	value := map[string]any{"mid": "m_" + c.s.opt.NewID(), "title": "Bắt đầu", "payload": "GET_STARTED"}
	c.s.messengerEvent(c.p, "messaging_postbacks", c.p.id, at, "postback", value, "")
}

// Unfollow leaves the OA; a Page is not told.
func (c *Citizen) Unfollow() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.p.account.oa != nil {
		c.s.manageEvent(c.p, "unfollow", c.s.stamp(c.p), map[string]any{"follower": map[string]any{"id": c.p.id}, "source": "oa_profile"})
	}
}

// Read reads everything received so far.
func (c *Citizen) Read() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.s.faults[c.p.account.platform].DropReceipts {
		return
	}
	at := c.s.stamp(c.p)
	if c.p.account.page != nil {
		c.s.messengerEvent(c.p, "message_reads", c.p.id, at, "read", map[string]any{"watermark": at.UnixMilli()}, "")
		return
	}
	var ids []string
	for _, m := range c.p.messages {
		if m.From == FromBot {
			ids = append(ids, m.ID)
		}
	}
	if len(ids) > 0 {
		c.s.enqueue(hook{c.p, c.s.oaEvent(c.p, "user_seen_message", at, "", map[string]any{"msg_ids": ids}), ""})
	}
}

// React puts a heart on a message.
func (c *Citizen) React(mid string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	at := c.s.stamp(c.p)
	if c.p.account.page != nil {
		c.p.act(at, false)
		value := map[string]any{"mid": mid, "action": "react", "reaction": "love", "emoji": "❤"}
		c.s.messengerEvent(c.p, "message_reactions", c.p.id, at, "reaction", value, "")
		return
	}
	c.s.userEvent(c.p, "user_reacted_message", at, map[string]any{"msg_id": mid, "react_icon": "/-heart"}, "")
}

// Edit changes a text the citizen sent. Zalo has no such event.
func (c *Citizen) Edit(mid, text string) {
	c.change(mid, func(m *Message) { m.Text = text }, "message_edits", "message_edit", map[string]any{"mid": mid, "text": text, "num_edit": 1})
}

// Unsend takes a message back. Zalo has no such event.
func (c *Citizen) Unsend(mid string) {
	c.change(mid, func(m *Message) { m.Unsent = true }, "messages", "message", map[string]any{"mid": mid, "is_deleted": true})
}

func (c *Citizen) change(mid string, edit func(*Message), field, key string, value map[string]any) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	i := slices.IndexFunc(c.p.messages, func(m Message) bool { return m.ID == mid })
	if i < 0 || c.p.account.page == nil {
		return
	}
	edit(&c.p.messages[i])
	c.s.messengerEvent(c.p, field, c.p.id, c.s.stamp(c.p), key, value, "")
	c.s.touch(c.p)
}

// StaffSays is a member of staff typing in the Page's inbox or in the OA's
// chat tool: the platform tells it by an echo that is not the product's.
func (c *Citizen) StaffSays(text string) Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := Message{ID: c.s.opt.NewID()[:20], From: FromStaff, Text: text, At: c.s.stamp(c.p)}
	if c.p.account.page != nil {
		m.ID = "m_" + m.ID
		c.s.messengerEvent(c.p, "message_echoes", c.p.account.id, m.At, "message", echoOf(m, pageInboxApp), "")
	} else {
		c.s.enqueue(hook{c.p, c.s.zaloEcho(c.p, m, "5555666677778888999"), ""})
	}
	return c.s.add(c.p, m)
}

// StaffTakes makes the Page's inbox the owner of the thread: the product's
// sends get 2018300. StaffReturns passes it back. Zalo has no owners.
func (c *Citizen) StaffTakes() { c.pass(pageInboxApp) }

// StaffReturns passes the thread back to the product.
func (c *Citizen) StaffReturns() { c.pass("") }

func (c *Citizen) pass(app string) {
	if c.p.account.page != nil {
		c.s.moveThread(c.p, app, "")
	}
}

// Rewind makes the citizen's last interaction look older by d, to try windows
// without moving the clock.
func (c *Citizen) Rewind(d time.Duration) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.p.lastAct = c.p.lastAct.Add(-d)
}
