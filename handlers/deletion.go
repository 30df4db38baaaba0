package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	maxDeletion = 64 << 10 // bytes of Meta's data deletion form
	erasurePath = "/xoa-du-lieu/"
)

// Deletion is a verified request of Meta to forget a user.
type Deletion struct {
	Subject  string   // the id of the user, which Meta scopes to the app
	Channels []string // channel keys of the app's pages
}

// erasureStore keeps requests to be forgotten.
type erasureStore interface {
	StartErasure(ctx context.Context, platform, subject, conversation string) (code string, err error)
	Erasure(ctx context.Context, code string) (*store.Erasure, error)
	Conversation(ctx context.Context, id string) (*models.Conversation, error)
}

// deleteData is Meta's data deletion callback: it starts the erasure and
// answers where its state can be read.
func (s *server) deleteData(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxDeletion)
	if err := c.Request.ParseForm(); err != nil {
		problem(c, http.StatusBadRequest, "signed_request: the form cannot be read")
		return
	}
	if s.DataDeletion == nil {
		problem(c, http.StatusForbidden, "no Messenger channel is configured")
		return
	}
	d, err := s.DataDeletion(c.Request.PostForm.Get("signed_request"))
	if err != nil {
		problem(c, http.StatusForbidden, "signed_request: wrong signature")
		return
	}
	code, err := s.erase(c.Request.Context(), d)
	if err != nil {
		s.Log.WithError(err).Error("start an erasure")
		c.Header("Retry-After", retryAfter)
		problem(c, http.StatusServiceUnavailable, "")
		return
	}
	c.JSON(http.StatusOK, gin.H{"url": s.PublicURL + erasurePath + code, "confirmation_code": code})
}

// erase records the request. Where the id is a page's own, the erasure itself is
// an event of that conversation, so that it comes after everything the citizen
// said. Whose id it is else, the clock asks the platform.
func (s *server) erase(ctx context.Context, d Deletion) (string, error) {
	talk, err := s.talkOf(ctx, d)
	if err != nil {
		return "", err
	}
	if talk == nil {
		return s.Store.StartErasure(ctx, string(models.Messenger), d.Subject, "")
	}
	code, err := s.Store.StartErasure(ctx, string(models.Messenger), d.Subject, talk.ID)
	if err != nil {
		return "", err
	}
	return code, s.Store.Append(ctx, []models.Event{{
		Channel: talk.Channel, Peer: talk.Peer, ID: "erase:" + code, Kind: models.EventErase, At: s.Now(),
	}})
}

// talkOf returns the conversation of the app's pages whose citizen has that very
// id, or nil.
func (s *server) talkOf(ctx context.Context, d Deletion) (*models.Conversation, error) {
	for _, channel := range d.Channels {
		talk, err := s.Store.Conversation(ctx, models.ConversationID(channel, d.Subject))
		if !errors.Is(err, store.ErrNotFound) {
			return talk, err
		}
	}
	return nil, nil
}
