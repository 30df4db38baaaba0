package handlers

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// talkStore reads conversations and what was sent in them.
type talkStore interface {
	Conversation(ctx context.Context, id string) (*models.Conversation, error)
	Conversations(ctx context.Context, mode, unit string, p store.Page) ([]models.Conversation, string, error)
	Release(ctx context.Context, conversation string) error
	Outbox(ctx context.Context, status, unit string, p store.Page) ([]models.OutboxItem, string, error)
	// SensitiveIn returns the sensitive cases that came from the conversations.
	SensitiveIn(ctx context.Context, conversations []string) ([]models.Case, error)
}

func (s *server) talkRoutes(api huma.API) {
	tags := []string{"conversations"}
	register(s, api, huma.Operation{
		OperationID: "list-outbox", Method: http.MethodGet, Path: "/outbox", Tags: tags, Metadata: needs(models.ReadTalks),
		Summary: "Messages to citizens, newest first",
	}, s.listOutbox)
	register(s, api, huma.Operation{
		OperationID: "list-conversations", Method: http.MethodGet, Path: "/conversations", Tags: tags, Metadata: needs(models.ReadTalks),
		Summary: "Conversations that need a person, longest waiting first",
	}, s.listConversations)
	may := needs(models.ActOnCases)
	errs := []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict}
	register(s, api, huma.Operation{
		OperationID: "hand-back", Method: http.MethodPost, Path: "/conversations/{id}/handback", Tags: tags,
		Summary: "Give a conversation back to the bot", Errors: errs, Metadata: may, DefaultStatus: http.StatusOK,
	}, s.handBack)
	register(s, api, huma.Operation{
		OperationID: "release", Method: http.MethodPost, Path: "/conversations/{id}/release", Tags: tags,
		Summary: "Try a parked conversation again", Errors: errs, Metadata: may, DefaultStatus: http.StatusOK,
	}, s.release)
}

type outboxQuery struct {
	Status string `query:"status" enum:"queued,sending,sent,delivered,read,failed,unknown,to_call"`
	PageQuery
}

// outboxView is one message to one citizen. The text is empty for roles that
// do not see contacts: the bot repeats names and numbers.
type outboxView struct {
	ID           int64               `json:"id"`
	Channel      models.Platform     `json:"channel"`
	Conversation string              `json:"conversation"`
	Case         *string             `json:"case"`
	Text         string              `json:"text"`
	Status       models.OutboxStatus `json:"status"`
	Attempts     int                 `json:"attempts"`
	Error        *models.OutboxError `json:"error"`
	CreatedAt    time.Time           `json:"created_at"`
	SentAt       *time.Time          `json:"sent_at"`
}

type outboxOut struct{ Body list[outboxView] }

func (s *server) listOutbox(ctx context.Context, p models.Principal, in *outboxQuery) (*outboxOut, error) {
	items, next, err := s.Store.Outbox(ctx, in.Status, p.Unit, in.page())
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(items))
	for i, m := range items {
		ids[i] = m.Conversation
	}
	secret, err := s.secrets(ctx, p, ids)
	if err != nil {
		return nil, err
	}
	views := make([]outboxView, 0, len(items))
	var read []string
	for _, m := range items {
		if secret.cases[m.Case] {
			continue
		}
		views = append(views, newOutboxView(m, p.SeesContacts() && !secret.talks[m.Conversation]))
		if views[len(views)-1].Text != "" {
			read = append(read, strconv.FormatInt(m.ID, 10))
		}
	}
	return &outboxOut{newList(views, next)}, s.saw(ctx, p, "outbox.listed", "", read...)
}

func newOutboxView(m models.OutboxItem, words bool) outboxView {
	v := outboxView{
		ID: m.ID, Channel: models.PlatformOf(m.Channel), Conversation: m.Conversation, Case: orNull(m.Case),
		Status: m.Status, Attempts: m.Attempts, Error: m.Error, CreatedAt: m.CreatedAt.UTC(), SentAt: timeOrNull(m.SentAt),
	}
	if words {
		v.Text = m.Text
	}
	return v
}

// secrets are the sensitive cases that the principal may not know of, and the
// conversations they came from, in which any message may repeat their words.
type secrets struct{ cases, talks map[string]bool }

func (s *server) secrets(ctx context.Context, p models.Principal, conversations []string) (secrets, error) {
	found := secrets{cases: map[string]bool{}, talks: map[string]bool{}}
	if len(conversations) == 0 {
		return found, nil
	}
	cases, err := s.Store.SensitiveIn(ctx, conversations)
	for _, c := range cases {
		if !p.Sees(c) {
			found.cases[c.Code], found.talks[c.Conversation] = true, true
		}
	}
	return found, err
}

type conversationQuery struct {
	State string `query:"state" enum:"waiting,human,parked"`
	PageQuery
}

// conversationView is a conversation that needs, or has, a person.
type conversationView struct {
	ID      string          `json:"id"`
	Channel models.Platform `json:"channel"`
	Unit    string          `json:"unit"`
	State   models.Mode     `json:"state"`
	Since   *time.Time      `json:"since"`
	Case    *string         `json:"case"`
	Error   *string         `json:"error"`
}

type conversationsOut struct{ Body list[conversationView] }

func (s *server) listConversations(ctx context.Context, p models.Principal, in *conversationQuery) (*conversationsOut, error) {
	talks, next, err := s.Store.Conversations(ctx, in.State, p.Unit, in.page())
	if err != nil {
		return nil, err
	}
	views, err := s.conversationViews(ctx, p, talks)
	if err != nil {
		return nil, err
	}
	return &conversationsOut{newList(views, next)}, nil
}

func (s *server) conversationViews(ctx context.Context, p models.Principal, talks []models.Conversation) ([]conversationView, error) {
	ids := make([]string, len(talks))
	for i, t := range talks {
		ids[i] = t.ID
	}
	secret, err := s.secrets(ctx, p, ids)
	if err != nil {
		return nil, err
	}
	views := make([]conversationView, 0, len(talks))
	for _, t := range talks {
		v := conversationView{
			ID: t.ID, Channel: models.PlatformOf(t.Channel), Unit: t.Unit, State: t.Mode,
			Since: timeOrNull(t.Since), Error: orNull(t.Error),
		}
		if !secret.cases[t.Case] {
			v.Case = orNull(t.Case)
		}
		views = append(views, v)
	}
	return views, nil
}

type conversationPath struct {
	ID string `path:"id" example:"messenger:1000001:2490"`
}

type conversationOut struct{ Body conversationView }

// handBack puts the hand-back into the inbox: the bot takes over after
// everything that was said before. Two clicks on one stretch are one event.
func (s *server) handBack(ctx context.Context, p models.Principal, in *conversationPath) (*conversationOut, error) {
	t, err := s.seenTalk(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	if t.Mode != models.ModeHuman && t.Mode != models.ModeWaiting {
		return nil, huma.Error409Conflict("no person holds the conversation, and none is asked for")
	}
	err = s.update(ctx, func(tx caseTx) error {
		if err := tx.Append([]models.Event{handback(t, s.Now().UTC())}); err != nil {
			return err
		}
		return tx.Audit(p, "talk."+endedBack, t.ID, "")
	})
	if err != nil {
		return nil, err
	}
	return s.showTalk(ctx, p, *t)
}

// handback is the event by which the bot gets a conversation back.
func handback(t *models.Conversation, at time.Time) models.Event {
	return models.Event{
		Channel: t.Channel, Peer: t.Peer, Kind: models.EventHandback, At: at, Person: true,
		ID: "handback:" + string(t.Mode) + ":" + strconv.FormatInt(t.Since.UnixMicro(), 36),
	}
}

// release lets a parked conversation be tried again.
func (s *server) release(ctx context.Context, p models.Principal, in *conversationPath) (*conversationOut, error) {
	t, err := s.seenTalk(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.unpark(ctx, p, t.ID); err != nil {
		return nil, err
	}
	if t, err = s.Store.Conversation(ctx, t.ID); err != nil {
		return nil, err
	}
	return s.showTalk(ctx, p, *t)
}

// unpark gives a parked conversation back to the bot.
func (s *server) unpark(ctx context.Context, p models.Principal, id string) error {
	if err := s.Store.Release(ctx, id); err != nil {
		return err
	}
	return s.update(ctx, func(tx caseTx) error { return tx.Audit(p, "talk.release", id, "") })
}

// seenTalk returns a conversation of a unit that the principal may know of.
func (s *server) seenTalk(ctx context.Context, p models.Principal, id string) (*models.Conversation, error) {
	if !plainID(id) {
		return nil, store.ErrNotFound
	}
	t, err := s.Store.Conversation(ctx, id)
	if err != nil {
		return nil, err
	}
	if !p.SeesUnit(t.Unit) {
		return nil, store.ErrNotFound
	}
	return t, nil
}

func (s *server) showTalk(ctx context.Context, p models.Principal, t models.Conversation) (*conversationOut, error) {
	views, err := s.conversationViews(ctx, p, []models.Conversation{t})
	if err != nil {
		return nil, err
	}
	return &conversationOut{views[0]}, nil
}
