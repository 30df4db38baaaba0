package sandbox

import (
	"maps"
	"regexp"
	"slices"
	"time"
)

// Author says whose message it is.
type Author string

// The authors of messages.
const (
	FromCitizen Author = "citizen"
	FromBot     Author = "bot"   // sent through the API
	FromStaff   Author = "staff" // typed in the Page's inbox or the OA's chat tool
)

// Message is one message on a citizen's phone.
type Message struct {
	ID          string       `json:"id"` // the platform's: mid or msg_id
	From        Author       `json:"from"`
	Text        string       `json:"text,omitempty"`
	Payload     string       `json:"payload,omitempty"` // of a tap
	Choices     []Choice     `json:"choices,omitempty"`
	Attachments []Attachment `json:"attachments,omitempty"`
	Type        string       `json:"type,omitempty"` // Messenger's messaging_type
	Tag         string       `json:"tag,omitempty"`
	Metadata    string       `json:"metadata,omitempty"`
	Quota       string       `json:"quota,omitempty"` // Zalo's quota_type; "" is a charged message
	At          time.Time    `json:"at"`
	Unsent      bool         `json:"unsent,omitempty"`
	Acked       bool         `json:"acked,omitempty"`    // of a citizen's: the product answered its webhook 200
	Attempts    int          `json:"attempts,omitempty"` // of a citizen's: webhooks posted for it

	postback bool // of a citizen's: a button was tapped, not a quick reply
}

// ChoiceKind says how a choice is offered.
type ChoiceKind string

// The ways a choice is offered.
const (
	QuickReply ChoiceKind = "quick_reply" // Messenger, a chip
	Postback   ChoiceKind = "postback"    // Messenger, a button
	Query      ChoiceKind = "query"       // Zalo, a button whose payload is sent as text
	Numbered   ChoiceKind = "number"      // Zalo, a line "N. label" in the text
	Link       ChoiceKind = "link"        // opens a page or a phone call; tells the bot nothing
)

// Choice is something the citizen can tap.
type Choice struct {
	Kind    ChoiceKind `json:"kind"`
	Title   string     `json:"title"`
	Payload string     `json:"payload,omitempty"` // of a numbered line, the number
}

// Attachment is a file, link or place in a message.
type Attachment struct {
	Kind string  `json:"kind"` // image, audio, video, file, sticker, location, link
	URL  string  `json:"url,omitempty"`
	Name string  `json:"name,omitempty"`
	Size int     `json:"size,omitempty"` // bytes; 0 when not held here
	MD5  string  `json:"-"`
	Lat  float64 `json:"lat,omitempty"`
	Lng  float64 `json:"lng,omitempty"`
}

// Stats count what the platforms saw. Lessons 1, 4 and 13 are asserted on them.
type Stats struct {
	Sends      map[Platform]int `json:"sends"`       // messages accepted from the product
	Metadata   map[string]int   `json:"metadata"`    // accepted messages by their metadata: more than 1 is a duplicate
	Repeats    int              `json:"repeats"`     // a message equal to the one before it, with nothing between
	HumanAgent int              `json:"human_agent"` // accepted under HUMAN_AGENT
	Refused    map[string]int   `json:"refused"`     // errors answered, by "platform code/subcode"
	Webhooks   int              `json:"webhooks"`    // posts made
	Answered   int              `json:"answered"`    // of these answered 200
	Dropped    int              `json:"dropped"`     // webhooks given up
	Refreshes  int              `json:"refreshes"`   // Zalo token pairs given out
}

// Stats returns a copy of the counters.
func (s *Sandbox) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.stats
	c.Sends, c.Metadata, c.Refused = maps.Clone(c.Sends), maps.Clone(c.Metadata), maps.Clone(c.Refused)
	return c
}

// account is one Page or OA: exactly one of page and oa is set.
type account struct {
	platform Platform
	id, name string
	people   map[string]*person
	order    []*person
	page     *pageState
	oa       *oaState
	calls    window // for the rate
}

// person is one citizen as one account knows them.
type person struct {
	account  *account
	id, name string
	messages []Message
	lastAct  time.Time // zero: never interacted
	talked   bool      // wrote or tapped; a follow alone is not talking
	blocked  bool
	hidden   bool   // profile not available
	owner    string // app id that holds the thread; "" nobody
	typing   bool
	last     time.Time     // latest stamp given out
	changed  chan struct{} // closed at the next change of this talk
}

func (s *Sandbox) findAccount(p Platform, id string) *account {
	i := slices.IndexFunc(s.accounts, func(a *account) bool { return a.platform == p && a.id == id })
	if i < 0 {
		return nil
	}
	return s.accounts[i]
}

// open returns the person, made on first use. The caller holds mu.
func (a *account) open(id string) *person {
	if p := a.people[id]; p != nil {
		return p
	}
	p := &person{account: a, id: id, changed: make(chan struct{})}
	a.people[id] = p
	a.order = append(a.order, p)
	return p
}

// add puts a message on the phone. The caller holds mu.
func (s *Sandbox) add(p *person, m Message) Message {
	p.typing = false
	p.messages = append(p.messages, m)
	s.touch(p)
	return m
}

// touch wakes who waits for this talk, and everyone in Wait. The caller holds mu.
func (s *Sandbox) touch(p *person) {
	close(p.changed)
	p.changed = make(chan struct{})
	s.notify()
}

// accept counts and adds a message that the product sent. The caller holds mu.
func (s *Sandbox) accept(p *person, m Message) Message {
	s.stats.Sends[p.account.platform]++
	if m.Metadata != "" {
		s.stats.Metadata[m.Metadata]++
	}
	if m.Tag == "HUMAN_AGENT" {
		s.stats.HumanAgent++
	}
	if n := len(p.messages); n > 0 && p.messages[n-1].From == FromBot && p.messages[n-1].Text == m.Text && m.Text != "" {
		s.stats.Repeats++
	}
	m.From = FromBot
	return s.add(p, m)
}

// act records that the citizen did something that opens the window. The caller holds mu.
func (p *person) act(at time.Time, talked bool) {
	p.lastAct = at
	p.talked = p.talked || talked
}

// numberedLine is how a choice stands in a Zalo text.
var numberedLine = regexp.MustCompile(`(?m)^(\d{1,2})\. (\S.*)$`)

// numbered reads the choices that stand as lines in a text.
func numbered(text string) []Choice {
	var list []Choice
	for _, m := range numberedLine.FindAllStringSubmatch(text, -1) {
		list = append(list, Choice{Kind: Numbered, Title: m[2], Payload: m[1]})
	}
	return list
}

// window counts events in a stretch of the platform's time.
type window struct {
	since time.Time
	n     int
}

// take counts one more event and reports whether it is within limit; it
// returns what remains. A limit below 0 is none.
func (w *window) take(now time.Time, length time.Duration, limit int) (remain int, ok bool) {
	if now.Sub(w.since) >= length || now.Before(w.since) {
		w.since, w.n = now, 0
	}
	w.n++
	return max(limit-w.n, 0), limit < 0 || w.n <= limit
}
