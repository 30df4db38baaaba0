package zalo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/channel"
)

const (
	maxPages  = 20              // of the conversation list that are searched
	clockSlip = 2 * time.Second // by which the platform's clock may be behind ours
)

// historyQuery is the "data" parameter of the conversation list.
type historyQuery struct {
	User   string `json:"user_id"`
	Offset int    `json:"offset"`
	Count  int    `json:"count"`
}

// historyItem is one message of the conversation list, newest first:
//
//	{"src":0,"time":1790000000770,"type":"text","message":"...","message_id":"...","from_id":"..."}
type historyItem struct {
	Source word `json:"src"` // 1 from the citizen, 0 from the OA (by inference)
	Time   word `json:"time"`
	Text   word `json:"message"`
	Type   word `json:"type"` // text, photo, file, …
	ID     word `json:"message_id"`
	From   word `json:"from_id"`
}

// Settle implements channel.Sender. It looks in the conversation list for a
// message of the OA with the same words, not older than since, that no other
// message is known as; of several the earliest. A file has no words there: it is
// known by not being a text. Zalo keeps no such list of
// visitors who are not logged in: theirs counts as not arrived.
func (s *Sender) Settle(ctx context.Context, m channel.Message, since time.Time, known []string) (channel.Settled, error) {
	if m.Template != nil { // it is in no list, and charged each time: never sent again unasked
		return channel.Settled{}, &channel.SendError{Kind: channel.KindMisconfigured, Code: "template", Message: "no list tells of template messages"}
	}
	if _, _, anonymous := splitAnonymous(m.Peer); anonymous {
		return channel.Settled{}, nil
	}
	search := search{oa: s.account.OAID, text: evened(m.Text), file: m.File != nil, since: since.Add(-clockSlip), known: known}
	for page := range maxPages {
		items, err := s.history(ctx, m.Peer, page*historyPage)
		if err != nil {
			return channel.Settled{}, fmt.Errorf("settle: %w", err)
		}
		if search.take(items) || len(items) < historyPage {
			break
		}
	}
	return search.found, nil
}

// history fetches one page of a citizen's conversation.
func (s *Sender) history(ctx context.Context, peer string, offset int) ([]historyItem, error) {
	query, err := json.Marshal(historyQuery{User: peer, Offset: offset, Count: historyPage})
	if err != nil {
		return nil, fmt.Errorf("encode query: %w", err)
	}
	path := "/v2.0/oa/conversation?" + url.Values{"data": {string(query)}}.Encode()
	data, err := s.authorized(ctx, request{method: http.MethodGet, path: path})
	if err != nil {
		return nil, err
	}
	var items []historyItem
	if err := json.Unmarshal(data, &items); err != nil {
		return nil, fmt.Errorf("read conversation list: %w", err)
	}
	return items, nil
}

// search looks for one message in a conversation.
type search struct {
	oa, text string
	file     bool // it is no text
	since    time.Time
	known    []string
	found    channel.Settled
}

// take looks through a page. It returns true when later pages are too old.
func (s *search) take(items []historyItem) bool {
	for _, item := range items {
		at, ok := item.Time.milliseconds()
		if ok && at.Before(s.since) {
			return true
		}
		if ok && s.matches(item) {
			s.found = channel.Settled{Arrived: true, PlatformID: string(item.ID)}
		}
	}
	return false
}

// matches reports whether the item may be our message.
func (s *search) matches(item historyItem) bool {
	ours := item.From == "" && item.Source == "0" || string(item.From) == s.oa
	same := evened(string(item.Text)) == s.text
	if s.file {
		same = item.Type != "" && item.Type != "text"
	}
	return ours && same && !slices.Contains(s.known, string(item.ID))
}

// evened evens out what a platform may do to white space and accents.
func evened(text string) string {
	return norm.NFC.String(strings.Join(strings.Fields(text), " "))
}

// Profile is what Zalo tells of an OA.
type Profile struct {
	OAID         string
	Name         string
	Verified     bool
	Type         int    // 2 a business, 4 an authority
	Package      string // only the larger ones include the API
	PackageUntil string // as Zalo writes it
}

// Profile asks for the OA's own profile, to show that address and token are
// right. It never renews a token.
func (s *Sender) Profile(ctx context.Context) (Profile, error) {
	token, err := s.tokens.Access(ctx)
	if err != nil {
		return Profile{}, fmt.Errorf("profile: %w", err)
	}
	data, err := s.call(ctx, token, request{method: http.MethodGet, path: "/v2.0/oa/getoa"})
	if err != nil {
		return Profile{}, fmt.Errorf("profile: %w", err)
	}
	var p struct {
		OAID     word `json:"oaid"`
		Name     word `json:"name"`
		Verified bool `json:"is_verified"`
		Type     int  `json:"oa_type"`
		Package  word `json:"package_name"`
		Until    word `json:"package_valid_through_date"`
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return Profile{}, fmt.Errorf("read profile: %w", err)
	}
	return Profile{string(p.OAID), string(p.Name), p.Verified, p.Type, string(p.Package), string(p.Until)}, nil
}
