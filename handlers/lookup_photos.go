package handlers

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	photoPath = "/tra-cuu/anh/"
	// photoFor is how long the addresses of photos serve, which a reporter was given
	// who proved to be it.
	photoFor = 15 * time.Minute
)

// afterPhotos are the addresses of what was done, for the reporter of a resolved
// case. Of a sensitive one there are none: three digits of a phone are too weak.
func (s *server) afterPhotos(ctx context.Context, c models.Case) ([]string, error) {
	if s.Staff == nil || s.Blobs == nil || len(s.LinkKey) == 0 || !showsPhotos(c) {
		return nil, nil
	}
	files, err := s.Staff.CaseFiles(ctx, c.Code)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, f := range files {
		if f.Purpose == models.PurposeAfter && f.Blob != "" {
			found = append(found, s.address(photoPath, f.ID))
		}
	}
	return found, nil
}

func showsPhotos(c models.Case) bool { return c.Status == models.StatusResolved && !c.Sensitive }

// address is where a file is served for a while to whom it was given.
func (s *server) address(path, id string) string {
	until := strconv.FormatInt(s.Now().Add(photoFor).Unix(), 10)
	return path + id + "?" + url.Values{"den": {until}, "ky": {s.signed(id, until)}}.Encode()
}

// vouched reports whether the address is one that was given, not long ago.
func (s *server) vouched(c *gin.Context) bool {
	id, until := c.Param("id"), c.Query("den")
	end, err := strconv.ParseInt(until, 10, 64)
	return err == nil && len(s.LinkKey) > 0 && s.Now().Before(time.Unix(end, 0)) && hmac.Equal([]byte(s.signed(id, until)), []byte(c.Query("ky")))
}

// signed vouches for the address of a photo until then.
func (s *server) signed(id, until string) string {
	mac := hmac.New(sha256.New, s.LinkKey)
	mac.Write([]byte("photo " + id + " " + until))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// showAfter serves a photo to whom its address was given.
func (s *server) showAfter(c *gin.Context) {
	if !s.vouched(c) {
		s.missing(c)
		return
	}
	f, err := s.Staff.CaseFile(c.Request.Context(), c.Param("id"))
	if err == nil {
		var of *models.Case
		if of, err = s.Store.Case(c.Request.Context(), f.Case); err == nil && !showsPhotos(*of) {
			err = store.ErrNotFound // it was reopened meanwhile
		}
	}
	if err == nil {
		err = s.sendFile(c, f.Blob, models.Attachment{ID: f.ID, Shown: f.Blob})
	}
	s.shownOr(c, err, "show a photo to its reporter")
}
