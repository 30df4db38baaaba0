package zalo

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/langnghe/langnghe/models"
)

// Bounds of what may become a key in a database or a metric's label.
const (
	maxPeer = 128 // bytes; Zalo's own are 20 digits
	maxName = 64
	maxID   = 200
)

// kindOf tells what an event is by its name, or "" for what is left out: talk
// in groups, notices and consents by phone number, templates, quotas, sales,
// and whatever Zalo may invent.
func kindOf(name string) models.EventKind {
	switch name {
	case "user_submit_info":
		return models.EventMessage
	case "follow", "user_click_chatnow":
		return models.EventOpen
	case "user_received_message":
		return models.EventDelivered
	case "user_seen_message":
		return models.EventRead
	case "user_feedback":
		return models.EventRated
	case "user_withdraw":
		return models.EventErase
	case "unfollow", "user_reacted_message", "oa_reacted_message", "update_user_info",
		"add_user_to_tag", "remove_user_from_tag", "user_call_oa", "oa_call_user",
		"widget_interaction_accepted", "widget_failed_to_sync_user_external_id":
		return models.EventNote
	case "oa_send_consent":
		return ""
	}
	return kindOfSend(name)
}

// kindOfSend tells what a message is. A type of message that we have never
// heard of is a message still: its sender waits for an answer.
func kindOfSend(name string) models.EventKind {
	switch {
	case strings.Contains(name, "_send_group_"):
		return ""
	case strings.HasPrefix(name, "user_send_"), strings.HasPrefix(name, "anonymous_send_"):
		return models.EventMessage
	case strings.HasPrefix(name, "oa_send_"):
		return models.EventEcho
	}
	return ""
}

// name returns the event's name, fit for a metric.
func (e envelope) name() string {
	odd := func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }
	if e.Name == "" || len(e.Name) > maxName || strings.ContainsFunc(string(e.Name), odd) {
		return "unnamed"
	}
	return string(e.Name)
}

// events turns the body into events of the account's channel, one for each
// citizen it is about, or none when it is left out.
func (e envelope) events(a Account, body []byte, now time.Time) []models.Event {
	kind := kindOf(e.name())
	if kind == models.EventMessage && string(e.Sender.ID) == a.OAID {
		kind = models.EventEcho // whatever its name: our own words are never input
	}
	if kind == "" {
		return nil
	}
	var events []models.Event
	for _, peer := range e.peers(kind, a.OAID) {
		ev := models.Event{Channel: a.Channel(), Peer: peer, Kind: kind, Name: e.name(), At: e.at(now)}
		if e.fill(&ev) {
			ev.ID = e.id(ev, body)
			events = append(events, ev)
		}
	}
	return events
}

// at returns the platform's time of the event, or now.
func (e envelope) at(now time.Time) time.Time {
	if t, ok := e.Timestamp.milliseconds(); ok {
		return t
	}
	return now
}

// peers returns the citizens that the event is about. A rating names none: its
// peer is "", and Mid is the message by which the citizen is to be found.
func (e envelope) peers(kind models.EventKind, oa string) []string {
	if kind == models.EventRated {
		return []string{""}
	}
	ids := e.Tag.Users
	if len(ids) == 0 {
		ids = []word{e.peer(oa)}
	}
	var peers []string
	for _, id := range ids {
		if validPeer(string(id)) {
			peers = append(peers, string(id))
		}
	}
	return peers
}

// peer returns the citizen's side of the talk: in echoes and receipts that is
// the recipient, in managed events it stands alone.
func (e envelope) peer(oa string) word {
	id := e.Sender.ID
	if string(id) == oa {
		id = e.Recipient.ID
	}
	if strings.Contains(e.name(), "anonymous_") {
		id = cmp.Or(e.Message.Anonymous, id)
		return word(anonymousPeer(string(id), string(e.Message.Conversation)))
	}
	return cmp.Or(id, e.Follower.ID, e.User, e.Data.User)
}

// validPeer reports whether something could be sent to the peer at all.
func validPeer(id string) bool {
	odd := func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || r == unicode.ReplacementChar }
	return id != "" && len(id) <= maxPeer && !strings.ContainsFunc(id, odd)
}

// fill sets what the event's kind has besides. It returns false when nothing is
// left of the event.
func (e envelope) fill(ev *models.Event) bool {
	m := e.Message
	ev.Mid = string(m.ID)
	switch ev.Kind {
	case models.EventMessage, models.EventEcho:
		e.fillMessage(ev)
	case models.EventDelivered, models.EventRead:
		ev.Mid, ev.Mids = "", m.mids()
		if m.Delivered != "" || m.Tracking != "" {
			// A template's receipt names a phone, not one of our citizens.
			ev.Peer = trackedPeer(string(m.Tracking))
		}
		return len(ev.Mids) > 0 && ev.Peer != ""
	case models.EventRated:
		return m.fillRating(ev)
	case models.EventNote:
		ev.Text = string(cmp.Or(m.Icon, e.Tag.Name))
	}
	return true
}

// fillMessage takes in words, files, place and contact.
func (e envelope) fillMessage(ev *models.Event) {
	m := e.Message
	ev.Text, ev.ReplyTo = string(m.Text), string(m.Quote)
	ev.Person = ev.Kind == models.EventEcho && e.Sender.Admin != ""
	ev.Location = m.Location.location()
	if phone := nationalPhone(string(e.Info.Phone)); phone != "" || e.Info.Name != "" {
		ev.Contact = &models.Contact{Name: string(e.Info.Name), Phone: phone}
	}
	_, named, _ := strings.Cut(ev.Name, "_send_")
	for _, a := range m.Attachments {
		a.fill(ev, strings.TrimPrefix(named, "anonymous_"))
	}
	if named == "sticker" || named == "gif" {
		ev.Sticker = true
	}
}

// fill takes in one attachment of a message whose name says that it is named.
func (a attachment) fill(ev *models.Event, named string) {
	p := a.Payload
	if named == "business_card" {
		if phone := p.card(); phone != "" {
			// As if it had been typed: the card may be the citizen's own or
			// what the matter is about, and only the dialogue can tell.
			ev.Text = cmp.Or(ev.Text, phone)
			return
		}
	}
	switch kind := fileKind(string(a.Type), named); kind {
	case "sticker":
		ev.Sticker = true
	case "location":
		ev.Location = cmp.Or(p.Coordinates.location(), p.point.location(), ev.Location)
	default:
		if url := cmp.Or(p.URL, p.Thumbnail); url != "" {
			name := cmp.Or(p.Name, p.Title, p.Description)
			ev.Files = append(ev.Files, models.File{Kind: kind, URL: string(url), Name: string(name)})
		}
	}
}

// fileKind returns a File's kind, or "sticker" or "location". The attachment's
// own word counts, then the event's name.
func fileKind(words ...string) string {
	for _, w := range words {
		switch w {
		case "image", "photo":
			return "image"
		case "audio", "voice":
			return "audio"
		case "video", "file", "link", "location", "sticker":
			return w
		case "gif":
			return "sticker"
		}
	}
	return "file"
}

// card returns the phone number on a business card, or "".
func (p payload) card() string {
	var card struct {
		Phone word `json:"phone"`
	}
	// What is no card has no phone: the attachment is then kept as a link.
	_ = json.Unmarshal([]byte(p.Description), &card)
	return nationalPhone(string(card.Phone))
}

// mids returns the messages that a receipt is for.
func (m message) mids() []string {
	var mids []string
	for _, id := range append(m.IDs, m.ID) {
		if id != "" {
			mids = append(mids, string(id))
		}
	}
	return mids
}

// fillRating takes in an answer to the platform's rating template. It returns
// false when it holds no score.
func (m message) fillRating(ev *models.Event) bool {
	score, err := strconv.Atoi(string(m.Rate))
	var lines []string
	for _, line := range append([]word{m.Note}, m.Feedbacks...) {
		if line != "" {
			lines = append(lines, string(line))
		}
	}
	ev.Score, ev.Text, ev.Metadata = score, strings.Join(lines, "\n"), string(m.Tracking)
	return err == nil && score >= 1 && score <= 5
}

// id returns the key by which the event is known again. A message, its receipt
// and the reactions to it share one msg_id, so the name goes before it. Events
// without one are told apart by citizen and time. Where that could lose a
// citizen's words, the whole body tells: Zalo sends again with identical bytes.
func (e envelope) id(ev models.Event, body []byte) string {
	stamp := cmp.Or(string(e.Timestamp), digest(body))
	switch {
	case ev.Kind == models.EventNote:
		return bounded(ev.Name, ev.Peer+":"+stamp+":"+ev.Mid)
	case len(ev.Mids) > 0:
		return bounded(ev.Name, strings.Join(ev.Mids, ","))
	case ev.Mid != "":
		return bounded(ev.Name, ev.Mid)
	case ev.Text != "", len(ev.Files) > 0, ev.Peer == "":
		return bounded(ev.Name, digest(body))
	}
	return bounded(ev.Name, ev.Peer+":"+stamp)
}

// bounded joins name and key, or the key's digest where it is too long to index.
func bounded(name, key string) string {
	if len(name)+1+len(key) > maxID {
		key = digest([]byte(key))
	}
	return name + ":" + key
}

// digest returns a SHA-256 as text.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
