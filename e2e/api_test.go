package e2e

import (
	"net/http"
	"net/url"
	"time"
)

// list is the form of every list of the API.
type list[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next_cursor"`
}

// caseItem is a case as other systems read it.
type caseItem struct {
	Code, Unit, Kind, Category, Status, Channel string
	Description, Place                          string
	Anonymous                                   bool
	Location                                    *struct{ Lat, Lng float64 }
	Contact                                     *struct{ Name, Phone string }
	Assignee                                    *string
	Attachments                                 []attachment
	CreatedAt                                   time.Time `json:"created_at"`
	DueAt                                       time.Time `json:"due_at"`
	Events                                      []struct {
		Action, From, To, Text, Detail string
	}
}

type attachment struct {
	ID, Kind, Status string
	SHA256           *string
	Size             *int64
	Reason           *string
	ContentType      *string `json:"content_type"`
}

// sent is a message of the outbox.
type sent struct {
	ID                          int64
	Channel, Conversation, Text string
	Status                      string
	Attempts                    int
	Error                       *struct{ Kind, Code, Message string }
}

// talkItem is a conversation that needs a person.
type talkItem struct {
	ID, Channel, Unit, State string
	Error                    *string
}

// caseOf reads one case.
func (p *product) caseOf(token, code string) caseItem {
	p.t.Helper()
	return call[caseItem](p, token, http.MethodGet, "/api/v1/cases/"+code, nil)
}

// act does something to a case.
func (p *product) act(token, code string, body map[string]string) caseItem {
	p.t.Helper()
	return call[caseItem](p, token, http.MethodPost, "/api/v1/cases/"+code+"/events", body)
}

// all reads a list to its end.
func all[T any](p *product, token, path string) []T {
	p.t.Helper()
	var items []T
	cursor := ""
	for {
		page := call[list[T]](p, token, http.MethodGet, path+"?limit=200&cursor="+url.QueryEscape(cursor), nil)
		items = append(items, page.Items...)
		if page.Next == nil {
			return items
		}
		cursor = *page.Next
	}
}

// outboxOf are the messages of one citizen, newest first.
func (p *product) outboxOf(token string, c *phone) []sent {
	p.t.Helper()
	var own []sent
	for _, m := range all[sent](p, token, "/api/v1/outbox") {
		if m.Conversation == c.conversation() {
			own = append(own, m)
		}
	}
	return own
}

// talks are the conversations in a state.
func (p *product) talks(token, state string) []talkItem {
	p.t.Helper()
	return call[list[talkItem]](p, token, http.MethodGet, "/api/v1/conversations?state="+state, nil).Items
}
