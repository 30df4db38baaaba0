package handlers

import (
	"bufio"
	"context"
	"io"
	"mime"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// Blobs is where the bytes of files are kept.
type Blobs interface {
	Open(ctx context.Context, key string) (io.ReadCloser, error)
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error
	Delete(ctx context.Context, key string) error
}

// inlineTypes may be shown by a browser in place: they run nothing.
var inlineTypes = []string{"image/jpeg", "image/png", "image/gif", "image/webp"}

// knownTypes keep their own type when downloaded; anything else is bytes.
var knownTypes = []string{
	"application/pdf", "audio/aac", "audio/amr", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav",
	"video/mp4", "video/quicktime", "video/webm",
}

const (
	plainBytes = "application/octet-stream"
	// sniffed is how many bytes tell the type of a copy: it was drawn anew and
	// may be of another type than the original, of which the type is kept.
	sniffed = 512
)

func (s *server) attachmentRoutes(api huma.API) {
	register(s, api, huma.Operation{
		OperationID: "get-attachment", Method: http.MethodGet, Path: "/attachments/{id}", Tags: []string{"cases"}, Metadata: needs(models.ReadCases),
		Summary: "A citizen's file", Errors: []int{http.StatusForbidden, http.StatusNotFound},
		Responses: map[string]*huma.Response{"200": {
			Description: "The file. Of a photo the copy without metadata, unless the original is asked for.",
			Content:     map[string]*huma.MediaType{plainBytes: {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}},
	}, s.getAttachment)
}

type attachmentQuery struct {
	ID       string `path:"id"`
	Original bool   `query:"original" doc:"As it was received, with its metadata; for roles that see contacts."`
}

func (s *server) getAttachment(ctx context.Context, p models.Principal, in *attachmentQuery) (*huma.StreamResponse, error) {
	a, err := s.seenAttachment(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	key, err := blobKey(p, *a, in.Original)
	if err != nil {
		return nil, err
	}
	if key != a.Shown {
		if err := s.saw(ctx, p, "file.looked", a.Case, a.ID); err != nil {
			return nil, err
		}
	}
	body, err := s.Blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(out huma.Context) {
		defer body.Close()
		in := bufio.NewReader(body)
		if key == a.Shown {
			head, _ := in.Peek(sniffed) // shorter files give what they have
			a.ContentType = http.DetectContentType(head)
		}
		fileHeaders(out, *a)
		if _, err := io.Copy(out.BodyWriter(), in); err != nil {
			s.Log.WithError(err).WithField("attachment", a.ID).Debug("send a file")
		}
	}}, nil
}

// seenAttachment returns a stored file of a case that the principal may see, or one
// that staff sent in such a conversation. A citizen's file that belongs to no case
// yet is nobody's to see.
func (s *server) seenAttachment(ctx context.Context, p models.Principal, id string) (*models.Attachment, error) {
	if !plainID(id) || s.Blobs == nil {
		return nil, store.ErrNotFound
	}
	a, err := s.Store.Attachment(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.Author != "" && a.Case == "" {
		err = s.seenInTalk(ctx, p, a.Conversation)
	} else {
		_, err = s.seenCase(ctx, p, a.Case)
	}
	if err != nil {
		return nil, err
	}
	if a.Status != models.AttachmentStored {
		return nil, huma.Error404NotFound("the file is not stored: " + string(a.Status))
	}
	return a, nil
}

// seenInTalk reports with an error that what was sent in a conversation is not the
// principal's to see.
func (s *server) seenInTalk(ctx context.Context, p models.Principal, id string) error {
	if _, err := s.seenTalk(ctx, p, id); err != nil {
		return err
	}
	hidden, err := s.hidesTalk(ctx, p, id)
	if err == nil && hidden != "" {
		err = store.ErrNotFound
	}
	return err
}

// blobKey chooses between the copy without metadata and the original. Metadata
// can tell where somebody lives, so the original is for those who see contacts,
// also when making the copy failed.
func blobKey(p models.Principal, a models.Attachment, original bool) (string, error) {
	switch {
	case !original && a.Shown != "":
		return a.Shown, nil
	case !p.SeesContacts():
		return "", huma.Error403Forbidden("the original is for roles that see contacts")
	}
	return a.Blob, nil
}

// headerSetter is an answer before its first byte.
type headerSetter interface{ SetHeader(name, value string) }

// fileHeaders keep a browser from running what a citizen sent.
func fileHeaders(out headerSetter, a models.Attachment) {
	kind, _, _ := mime.ParseMediaType(a.ContentType)
	disposition := "attachment"
	switch {
	case slices.Contains(inlineTypes, kind) && a.Shown != "":
		disposition = "inline"
	case slices.Contains(inlineTypes, kind): // it did not decode here, and need not in a browser
	case !slices.Contains(knownTypes, kind):
		kind = plainBytes
	}
	params := map[string]string{}
	if a.Name != "" {
		params["filename"] = a.Name
	}
	out.SetHeader("Content-Type", kind)
	out.SetHeader("Content-Disposition", mime.FormatMediaType(disposition, params))
	out.SetHeader("Content-Security-Policy", "default-src 'none'; sandbox")
	out.SetHeader("Cache-Control", "private, no-store")
}
