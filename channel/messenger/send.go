package messenger

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	facebook "github.com/huandu/facebook/v2"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

// Options are what all pages share. The zero value is right for production.
type Options struct {
	GraphURL string           // "" is https://graph.facebook.com
	Version  string           // "" is v25.0, which ends 2028-07-29
	HTTP     *http.Client     // nil is a plain one; redirects are never followed
	Now      func() time.Time // nil is time.Now
}

// Sender sends as one page. It is safe for concurrent use.
type Sender struct {
	page    Page
	session *facebook.Session
	asApp   *facebook.Session // bears the app's own token
	proof   string            // appsecret_proof of every call of the page's
	now     func() time.Time

	fieldForm atomic.Bool // Meta refused a template in its pages' form and took it in the other
}

// NewSender returns a sender of this page.
func NewSender(page Page, opts Options) *Sender {
	app := facebook.New(page.AppID, page.AppSecret)
	app.EnableAppsecretProof = true
	s := &Sender{page: page, session: opts.session(app, page.PageToken), asApp: opts.session(app, app.AppAccessToken()), now: opts.Now}
	s.proof = s.session.AppsecretProof()
	if s.now == nil {
		s.now = time.Now
	}
	return s
}

// session is of calls with this token.
func (o Options) session(app *facebook.App, token string) *facebook.Session {
	s := app.Session(token)
	s.HttpClient = newGuard(o.HTTP)
	s.BaseURL = strings.TrimRight(or(o.GraphURL, "https://graph.facebook.com"), "/") + "/"
	s.Version = or(o.Version, "v25.0")
	s.AppsecretProof() // the library works it out at the first call, which races with the second
	return s
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

type recipient struct {
	ID string `json:"id"`
}

// outgoing is the message of POST /{page}/messages (D:reference/send-api).
type outgoing struct {
	Text         string       `json:"text,omitempty"`
	Attachment   any          `json:"attachment,omitempty"` // instead of Text: an *enclosure or a utilityAttachment
	Template     *utility     `json:"template,omitempty"`   // instead of Text
	Metadata     string       `json:"metadata"`             // comes back in the echo
	QuickReplies []quickReply `json:"quick_replies,omitempty"`
}

type quickReply struct {
	ContentType string `json:"content_type"`
	Title       string `json:"title"`
	Payload     string `json:"payload"`
}

// Send implements channel.Sender.
func (s *Sender) Send(ctx context.Context, m channel.Message) (string, error) {
	now := s.now()
	if m.Template != nil {
		return s.sendTemplate(ctx, m)
	}
	if !s.Window(m.LastUser, now, m.Staff).Open {
		return "", &channel.SendError{Kind: channel.KindWindow, Code: "window", Message: "the window has closed by our own clock"}
	}
	say := outgoing{Text: m.Text, Metadata: channel.OutboxMetadata(m.ID), QuickReplies: quickReplies(m.Choices)}
	if m.File != nil {
		shown, err := s.upload(ctx, *m.File)
		if err != nil {
			return "", err
		}
		say.Text, say.Attachment = "", shown
	}
	return s.post(ctx, m, s.params(m, say, now))
}

// post makes the call that brings a message to the citizen. The library writes the
// token into the parameters: a new map for each call.
func (s *Sender) post(ctx context.Context, m channel.Message, p facebook.Params) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	res, err := s.session.WithContext(ctx).Post("/"+s.page.PageID+"/messages", p)
	if err != nil {
		return "", s.failure(err, said(m)...)
	}
	id, _ := res["message_id"].(string)
	if id == "" {
		return "", &channel.SendError{Kind: channel.KindUnknown, Code: "http/200", Message: "the answer holds no message_id"}
	}
	return id, nil
}

// params makes the call. HUMAN_AGENT stands only on words that a person wrote,
// and only when nothing else would be accepted any more (D:send-messages).
func (s *Sender) params(m channel.Message, say outgoing, now time.Time) facebook.Params {
	p := facebook.Params{
		"recipient":      recipient{ID: m.Peer},
		"messaging_type": "RESPONSE",
		"message":        say,
	}
	if m.Staff && !s.Window(m.LastUser, now, false).Open {
		p["messaging_type"], p["tag"] = "MESSAGE_TAG", "HUMAN_AGENT"
	}
	return p
}

func quickReplies(choices []models.Choice) []quickReply {
	var replies []quickReply
	for _, c := range choices {
		replies = append(replies, quickReply{ContentType: "text", Title: title(c.Label), Payload: c.Payload})
	}
	return replies
}

// title cuts a label that is too long: the platform would refuse the whole
// message, and the citizen would get nothing.
func title(label string) string {
	r := []rune(label)
	if len(r) <= maxTitle {
		return label
	}
	return string(r[:maxTitle-1]) + "…"
}

// said lists what a message says, so that no error repeats it.
func said(m channel.Message) []string {
	list := []string{m.Text}
	for _, c := range m.Choices {
		list = append(list, c.Label)
	}
	if m.Template != nil {
		for _, p := range m.Template.Params {
			list = append(list, p.Value)
		}
	}
	return list
}
