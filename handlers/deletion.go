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
	Subject string // Meta's id of the user, scoped to the app
	Channel string // channel key of the page they wrote to, or ""
	Peer    string // their id on that page, or "" when it is not known
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

// erase records the request. When the conversation is known the erasure itself
// is an event of it, so that it comes after everything the citizen said.
func (s *server) erase(ctx context.Context, d Deletion) (string, error) {
	conversation, err := s.talkOf(ctx, d)
	if err != nil {
		return "", err
	}
	code, err := s.Store.StartErasure(ctx, string(models.Messenger), d.Subject, conversation)
	if err != nil || conversation == "" {
		return code, err
	}
	return code, s.Store.Append(ctx, []models.Event{{
		Channel: d.Channel, Peer: d.Peer, ID: "erase:" + code, Kind: models.EventErase, At: s.Now(),
	}})
}

// talkOf returns the id of the conversation that a deletion is about, or "".
func (s *server) talkOf(ctx context.Context, d Deletion) (string, error) {
	if d.Peer == "" {
		return "", nil
	}
	talk, err := s.Store.Conversation(ctx, models.ConversationID(d.Channel, d.Peer))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	}
	return talk.ID, nil
}
