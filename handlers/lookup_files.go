package handlers

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// sentPath is where the files of an answer are, for the reporter.
const sentPath = "/tra-cuu/tep/"

// lookupFile is one of them.
type lookupFile struct {
	Name, Address string
	Image         bool
}

// answerLinks are the addresses of the files of an answer, as those of photos: for
// who proved to be the reporter, for a while, and none of a sensitive case.
func (s *server) answerLinks(c models.Case, files []models.File) (links []lookupFile) {
	if s.Blobs == nil || len(s.LinkKey) == 0 || c.Sensitive {
		return nil
	}
	for _, f := range files {
		links = append(links, lookupFile{f.Name, s.address(sentPath, f.ID), f.Kind == channel.FileImage})
	}
	return links
}

// showSent serves a file of an answer to whom its address was given.
func (s *server) showSent(c *gin.Context) {
	if !s.vouched(c) {
		s.missing(c)
		return
	}
	ctx := c.Request.Context()
	a, err := s.Store.Attachment(ctx, c.Param("id"))
	if err == nil {
		err = s.stillSent(ctx, *a)
	}
	if err == nil {
		err = s.sendFile(c, a.Blob, *a)
	}
	s.shownOr(c, err, "show a file of an answer to its reporter")
}

// stillSent reports with an error that a file is no reporter's to see any more: its
// answer was taken back, or the case became sensitive.
func (s *server) stillSent(ctx context.Context, a models.Attachment) error {
	if a.Author == "" || a.Draft != "" || a.Case == "" {
		return store.ErrNotFound
	}
	of, err := s.Store.Case(ctx, a.Case)
	if err == nil && of.Sensitive {
		err = store.ErrNotFound
	}
	return err
}

// shownOr answers what could not be shown.
func (s *server) shownOr(c *gin.Context, err error, what string) {
	switch status, _ := pageFault(err); status {
	case http.StatusOK:
	case http.StatusNotFound:
		s.missing(c)
	default:
		s.Log.WithError(err).Error(what)
		problem(c, status, "")
	}
}
