package messenger

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	facebook "github.com/huandu/facebook/v2"

	"github.com/langnghe/langnghe/channel"
)

// expansion asks for what Settle needs of a thread's messages. The platform
// gives details of the 20 newest only (D:conversations).
const expansion = "id,messages.limit(20){id,created_time,from,message}"

// get asks the Graph API and decodes the answer. The token goes into a header:
// in a URL it would stand in every proxy's log.
func (s *Sender) get(ctx context.Context, path string, params facebook.Params, answer any) error {
	return s.ask(ctx, s.session, path, params, answer)
}

func (s *Sender) ask(ctx context.Context, as *facebook.Session, path string, params facebook.Params, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	session := as.WithContext(ctx)
	session.UseAuthorizationHeader()
	res, err := session.Get(path, params)
	if err != nil {
		failure := s.failure(err)
		if failure.Kind == channel.KindUnknown {
			failure.Kind = channel.KindTemporary // a question changes nothing and may be asked again
		}
		return failure
	}
	return res.Decode(answer)
}

// {"id":"t_10224","messages":{"data":[…]}}
type thread struct {
	ID       string `facebook:"id"`
	Messages *struct {
		Data []sentMessage `facebook:"data"`
	} `facebook:"messages"`
}

// {"id":"m_…","created_time":"2026-11-20T09:11:07+0000","from":{"id":"…"},"message":"…"}
type sentMessage struct {
	ID          string    `facebook:"id"`
	CreatedTime string    `facebook:"created_time"`
	From        recipient `facebook:"from"`
	Message     string    `facebook:"message"`
}

// Settle implements channel.Sender by the page's own list of the thread.
func (s *Sender) Settle(ctx context.Context, m channel.Message, since time.Time, known []string) (channel.Settled, error) {
	var threads struct {
		Data []thread `facebook:"data,required"`
	}
	err := s.get(ctx, "/"+s.page.PageID+"/conversations", facebook.Params{
		"platform": "messenger",
		"user_id":  m.Peer,
		"fields":   expansion,
	}, &threads)
	if err != nil {
		return channel.Settled{}, fmt.Errorf("list the conversation: %w", err)
	}
	for _, t := range threads.Data {
		messages, err := s.messages(ctx, t)
		if err != nil {
			return channel.Settled{}, fmt.Errorf("list the messages: %w", err)
		}
		if i := slices.IndexFunc(messages, func(sent sentMessage) bool { return s.isOurs(sent, m, since, known) }); i >= 0 {
			return channel.Settled{Arrived: true, PlatformID: messages[i].ID}, nil
		}
	}
	return channel.Settled{}, nil
}

// messages returns those of a thread, asking once more where the list of
// threads came without them.
func (s *Sender) messages(ctx context.Context, t thread) ([]sentMessage, error) {
	if t.Messages == nil {
		if err := s.get(ctx, "/"+t.ID, facebook.Params{"fields": expansion}, &t); err != nil {
			return nil, err
		}
	}
	if t.Messages == nil {
		return nil, errors.New("a thread without a list of messages")
	}
	return t.Messages.Data, nil
}

// isOurs reports whether sent is m: the page's own, with the same words (a file
// has none), not earlier, and no other message that we know of.
func (s *Sender) isOurs(sent sentMessage, m channel.Message, since time.Time, known []string) bool {
	const skew = 30 * time.Second // between the platform's clock and ours, and its whole seconds
	words := m.Text
	if m.File != nil {
		words = ""
	}
	at, err := time.Parse("2006-01-02T15:04:05-0700", sent.CreatedTime)
	if err != nil {
		at, err = time.Parse(time.RFC3339, sent.CreatedTime)
	}
	return err == nil &&
		!at.Before(since.Add(-skew)) &&
		sent.ID != "" && !slices.Contains(known, sent.ID) &&
		sent.From.ID == s.page.PageID &&
		sameWords(sent.Message, words)
}

// sameWords compares texts apart from white space, which the platform trims.
func sameWords(a, b string) bool {
	return slices.Equal(strings.Fields(a), strings.Fields(b))
}

// Profile returns the page's name; it proves that the token lives.
func (s *Sender) Profile(ctx context.Context) (string, error) {
	var page struct {
		Name string `facebook:"name"`
	}
	if err := s.get(ctx, "/"+s.page.PageID, facebook.Params{"fields": "id,name"}, &page); err != nil {
		return "", fmt.Errorf("read the page: %w", err)
	}
	return page.Name, nil
}

// MissingFields returns the webhook fields that the page is not subscribed to
// and the product lives on, all of them when the app is not subscribed at all.
// The app has a list of its own beside the page's, which this does not see.
func (s *Sender) MissingFields(ctx context.Context) ([]string, error) {
	has, err := s.subscribed(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(neededFields(), func(field string) bool { return slices.Contains(has, field) }), nil
}

// neededFields are the webhook fields that the product lives on.
func neededFields() []string {
	return []string{"messages", "messaging_postbacks", "message_echoes", "message_edits", "message_deliveries", "message_reads", "messaging_handovers"}
}

// subscribed returns the webhook fields that our app is subscribed to on the page.
func (s *Sender) subscribed(ctx context.Context) ([]string, error) {
	var apps struct {
		Data []struct {
			ID     string   `facebook:"id"`
			Fields []string `facebook:"subscribed_fields"`
		} `facebook:"data,required"`
	}
	if err := s.get(ctx, "/"+s.page.PageID+"/subscribed_apps", nil, &apps); err != nil {
		return nil, fmt.Errorf("read the subscriptions: %w", err)
	}
	for _, app := range apps.Data {
		if app.ID == s.page.AppID {
			return app.Fields, nil
		}
	}
	return nil, nil
}

// peersMost is how many pages of an app are asked for: more than the province
// has units.
const peersMost = 500

// Peers returns under which ids (PSIDs) a user of the app writes to the app's
// pages, by the page's id. user is the id scoped to the app, as the data deletion
// callback has it (platform notes 1.9; GET /{user}/ids_for_pages with the app's
// own token). It is empty for whom the platform knows no page of.
func (s *Sender) Peers(ctx context.Context, user string) (map[string]string, error) {
	var answer struct {
		Data []struct {
			ID   string    `facebook:"id"`
			Page recipient `facebook:"page"`
		} `facebook:"data"`
	}
	err := s.ask(ctx, s.asApp, "/"+url.PathEscape(user)+"/ids_for_pages", facebook.Params{"limit": peersMost}, &answer)
	if err != nil {
		return nil, fmt.Errorf("find the pages that a user writes to: %w", err)
	}
	peers := map[string]string{}
	for _, p := range answer.Data {
		if p.Page.ID != "" && addressable(p.ID) {
			peers[p.Page.ID] = p.ID
		}
	}
	return peers, nil
}
