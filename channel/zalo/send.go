package zalo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync/atomic"

	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

// The endpoints of messages. Visitors who are not logged in have stayed on v2.
const (
	pathConsult   = "/v3.0/oa/message/cs"
	pathAnonymous = "/v2.0/oa/message"
)

// TokenSource gives access tokens. *Tokens is the one that renews them.
type TokenSource interface {
	// Access returns a token that should work.
	Access(ctx context.Context) (string, error)
	// Renew returns another token than stale, which the platform has refused.
	// Its error is ErrGrant when only a person can help.
	Renew(ctx context.Context, stale string) (string, error)
}

// Sender sends to the citizens of one OA. It implements channel.Sender.
type Sender struct {
	account Account
	tokens  TokenSource
	options Options
	plain   atomic.Bool // Zalo refused our buttons and took the text alone
}

// NewSender returns the account's sender.
func NewSender(a Account, tokens TokenSource, o Options) *Sender {
	return &Sender{account: a, tokens: tokens, options: o.withDefaults()}
}

// outgoing is the body of a send:
//
//	{"recipient":{"user_id":"3333444455556666777"},"message":{"text":"..."}}
type outgoing struct {
	Recipient recipient `json:"recipient"`
	Message   content   `json:"message"`
}

type recipient struct {
	User         string `json:"user_id,omitempty"`
	Anonymous    string `json:"anonymous_id,omitempty"`
	Conversation string `json:"conversation_id,omitempty"`
}

type content struct {
	Text       string    `json:"text,omitempty"`
	Attachment *attached `json:"attachment,omitempty"`
}

// attached is what a message holds besides or instead of a text: buttons, media
// or enclosed.
type attached struct {
	Type    string `json:"type"`
	Payload any    `json:"payload"`
}

// buttons are in the one of three shapes seen that keeps the text beside them.
// None is documented for v3.
type buttons struct {
	Buttons []button `json:"buttons"`
}

// button is a tap that comes back as user_send_text with Payload as its text,
// which the chat does not show.
type button struct {
	Title   string `json:"title"`
	Type    string `json:"type"`
	Payload string `json:"payload"`
}

// Send implements channel.Sender. A refused token is renewed and the message
// tried once more, since it was not delivered; so is a message whose buttons
// were refused, then for good without them. The id is "" where Zalo tells none.
func (s *Sender) Send(ctx context.Context, m channel.Message) (string, error) {
	if m.Peer == "" {
		return "", &channel.SendError{Kind: channel.KindRejected, Code: "peer", Message: "nobody to send to"}
	}
	switch {
	case m.File != nil:
		return s.sendFile(ctx, m)
	case m.Template != nil:
		return s.sendTemplate(ctx, m)
	}
	_, _, anonymous := splitAnonymous(m.Peer)
	withButtons := s.account.Buttons && !anonymous && len(m.Choices) > 0 && !s.plain.Load()
	id, err := s.post(ctx, m, withButtons)
	if !withButtons || !refusesButtons(err) {
		return id, err
	}
	id, err = s.post(ctx, m, false)
	if err == nil {
		s.plain.Store(true)
	}
	return id, err
}

// sendFile uploads the message's file, then sends it.
func (s *Sender) sendFile(ctx context.Context, m channel.Message) (string, error) {
	shown, err := s.upload(ctx, *m.File)
	if err != nil {
		return "", err
	}
	return s.deliver(ctx, compose(m.Peer, content{Attachment: shown}))
}

// refusesButtons reports whether the buttons may be why a message was refused.
func refusesButtons(err error) bool {
	code := codeOf(err)
	return code == "-201" || code == "-233"
}

// post sends the message in one form.
func (s *Sender) post(ctx context.Context, m channel.Message, withButtons bool) (string, error) {
	said := content{Text: norm.NFC.String(m.Text)}
	if withButtons {
		said.Attachment = &attached{Type: "template", Payload: buttons{buttonsFor(m.Choices)}}
	}
	return s.deliver(ctx, compose(m.Peer, said))
}

// deliver makes the call that brings a message to the citizen.
func (s *Sender) deliver(ctx context.Context, r request) (string, error) {
	data, err := s.authorized(ctx, r)
	if err != nil {
		return "", err
	}
	var sent struct {
		ID word `json:"message_id"`
	}
	// The message is out whatever the rest of the answer looks like.
	_ = json.Unmarshal(data, &sent)
	return string(sent.ID), nil
}

// compose makes the request for what is said to a peer.
func compose(peer string, said content) request {
	out := outgoing{Recipient: recipient{User: peer}, Message: said}
	path := pathConsult
	if id, conversation, ok := splitAnonymous(peer); ok {
		out.Recipient = recipient{Anonymous: id, Conversation: conversation}
		path = pathAnonymous
	}
	return request{method: http.MethodPost, path: path, body: out}
}

// buttonsFor offers the first choices; the text numbers them all.
func buttonsFor(choices []models.Choice) []button {
	var list []button
	for _, c := range choices[:min(len(choices), maxButtons)] {
		title := []rune(c.Label)
		list = append(list, button{
			Title:   string(title[:min(len(title), maxTitle)]),
			Type:    "oa.query.hide",
			Payload: "#" + c.Payload,
		})
	}
	return list
}

// authorized makes a call with a token, and once more with another when that
// one is dead.
func (s *Sender) authorized(ctx context.Context, r request) (json.RawMessage, error) {
	token, err := s.tokens.Access(ctx)
	if err != nil {
		return nil, withoutToken(err)
	}
	data, err := s.call(ctx, token, r)
	if kindOfError(err) != channel.KindToken {
		return data, err
	}
	fresh, renewErr := s.tokens.Renew(ctx, token)
	switch {
	case renewErr != nil:
		return nil, withoutToken(renewErr)
	case fresh == token:
		return nil, err
	}
	return s.call(ctx, fresh, r)
}

// withoutToken classifies a failure to get a token. Nothing was sent.
func withoutToken(err error) error {
	fail := &channel.SendError{Kind: channel.KindTemporary, Code: "token", Message: "no access token now", Err: err}
	if errors.Is(err, ErrGrant) {
		fail.Kind, fail.Message = channel.KindToken, "the grant is gone: an administrator of the OA must consent again"
	}
	return fail
}
