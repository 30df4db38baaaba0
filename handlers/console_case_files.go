package handlers

import (
	"bufio"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/models"
)

const filesPath = consolePath + "/files/"

// shownAs is how a page shows a file.
type shownAs string

const (
	asPhoto    shownAs = "photo"
	asVideo    shownAs = "video"
	asVoice    shownAs = "voice"
	asAMR      shownAs = "amr" // a voice that a script of ours decodes
	asDownload shownAs = "file"
	asLink     shownAs = "link"   // somebody else's address
	asFetching shownAs = "wait"   // not here yet
	asFailed   shownAs = "failed" // never came
	asHidden   shownAs = "hidden" // for who sees contacts
)

// fileView is a citizen's file on a page.
type fileView struct {
	models.Attachment
	As       shownAs
	Address  string // of what is shown, "" for nothing
	Original string // of the file as it was received, "" for who may not have it
}

func fileViews(p models.Principal, files []models.Attachment) []fileView {
	views := make([]fileView, len(files))
	for i, a := range files {
		views[i] = newFileView(p, a)
	}
	return views
}

func newFileView(p models.Principal, a models.Attachment) fileView {
	v := fileView{Attachment: a, As: asDownload}
	switch {
	case a.Kind == "link":
		v.As = asLink
		return v
	case a.Status == models.AttachmentFailed:
		v.As = asFailed
		return v
	case a.Status != models.AttachmentStored:
		v.As = asFetching
		return v
	}
	if p.SeesContacts() {
		v.Original = filesPath + a.ID + "?original=1"
	}
	kind, _, _ := mime.ParseMediaType(a.ContentType)
	switch v.Address = filesPath + a.ID; {
	case a.Shown != "":
		v.As = asPhoto
	case !p.SeesContacts():
		v.As, v.Address = asHidden, ""
	case !slices.Contains(knownTypes, kind):
	case kind == "audio/amr": // no browser plays it
		v.As = asAMR
	case strings.HasPrefix(kind, "video/"):
		v.As = asVideo
	case strings.HasPrefix(kind, "audio/"):
		v.As = asVoice
	}
	return v
}

// showFile serves a citizen's file to a page. An original may tell where somebody
// lives: who takes one is written down.
func (s *server) showFile(v *visit) error {
	ctx, original := v.Request.Context(), v.Query("original") != ""
	a, err := s.seenAttachment(ctx, v.who, v.Param("id"))
	if err != nil {
		return err
	}
	blob, err := blobKey(v.who, *a, original)
	if err != nil {
		return err
	}
	if blob != a.Shown {
		if err := s.saw(ctx, v.who, "file.looked", a.Case, a.ID); err != nil {
			return err
		}
	}
	return s.sendFile(v.Context, blob, *a)
}

// sendFile answers with what is kept under the key, which is file or its copy.
func (s *server) sendFile(c *gin.Context, key string, file models.Attachment) error {
	body, err := s.Blobs.Open(c.Request.Context(), key)
	if err != nil {
		return err
	}
	defer body.Close()
	in := bufio.NewReader(body)
	if key == file.Shown {
		head, _ := in.Peek(sniffed) // shorter files give what they have
		file.ContentType = http.DetectContentType(head)
	}
	fileHeaders(headers(c.Header), file)
	c.Status(http.StatusOK)
	if _, err := io.Copy(c.Writer, in); err != nil {
		s.Log.WithError(err).WithField("attachment", file.ID).Debug("send a file")
	}
	return nil
}

// headers sets headers of a page.
type headers func(name, value string)

// SetHeader implements headerSetter.
func (h headers) SetHeader(name, value string) { h(name, value) }
