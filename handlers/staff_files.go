package handlers

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/picture"
)

const (
	staffFileMost = 10 << 20        // bytes of one file of staff
	uploadMost    = 64 << 20        // bytes of a form with files
	uploadTime    = 5 * time.Minute // for such a form on a weak line
	fieldMost     = 32 << 10        // bytes of another field of it: an answer's words are the longest
)

// photoTypes are the images that can be drawn anew.
var photoTypes = []string{"image/jpeg", "image/png", "image/gif"}

// fileRule says which files of staff are taken.
type fileRule struct {
	types []string // content types, by what the files hold
	image int      // bytes of the copy of an image that is kept; 0 is any
	other int64    // bytes of any other file; 0 is staffFileMost
}

// fileFault is why a file of staff is not taken: empty, too_large, or its kind.
type fileFault string

const (
	faultEmpty fileFault = "empty"
	faultLarge fileFault = "too_large"
	faultKind  fileFault = "kind"
)

// Error implements error.
func (f fileFault) Error() string { return "the file is not taken: " + string(f) }

// keptFile is a file of staff as the blob store keeps it.
type keptFile struct {
	ID          string
	Source      string // hex SHA-256 of the bytes as they came
	ContentType string // by what is kept
	Size        int64  // of what is kept
	SHA256      string // hex, of what is kept
	Blob        string
}

// Image reports whether it is shown as one.
func (f keptFile) Image() bool { return strings.HasPrefix(f.ContentType, "image/") }

// keepFile takes a file of staff in, by what it holds, whatever its name says. Of an
// image only a copy is kept that was drawn anew,
// so that no copy tells where it was taken. known, which may be nil, reports that the
// source is here already, and then nothing is kept. A file that is not taken is a
// fileFault. Whoever does not write down what was kept deletes its blob.
func (s *server) keepFile(ctx context.Context, in io.Reader, rule fileRule, known func(source string) bool) (keptFile, error) {
	file, err := os.CreateTemp("", "langnghe-staff-*")
	if err != nil {
		return keptFile{}, fmt.Errorf("keep a file of staff: %w", err)
	}
	defer func() { _ = file.Close() }()
	if err := os.Remove(file.Name()); err != nil { // it lives on unnamed: a kill leaves nobody's photo behind
		return keptFile{}, fmt.Errorf("keep a file of staff: %w", err)
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(file, hash), io.LimitReader(in, staffFileMost+1))
	switch {
	case err != nil:
		return keptFile{}, fmt.Errorf("read a file of staff: %w", err)
	case n == 0:
		return keptFile{}, faultEmpty
	case n > staffFileMost:
		return keptFile{}, faultLarge
	}
	f := keptFile{ID: rand.Text(), Source: hex.EncodeToString(hash.Sum(nil)), Size: n}
	if known != nil && known(f.Source) {
		return f, nil
	}
	if f.ContentType, err = typeOf(file); err != nil {
		return keptFile{}, fmt.Errorf("read a file of staff: %w", err)
	}
	switch {
	case !slices.Contains(rule.types, f.ContentType):
		return keptFile{}, faultKind
	case !f.Image() && rule.other > 0 && n > rule.other:
		return keptFile{}, faultLarge
	}
	return s.store(ctx, f, file, rule.image)
}

// typeOf tells a file's type by what it holds.
func typeOf(file io.ReadSeeker) (string, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	found, err := mimetype.DetectReader(file)
	if err != nil {
		return "", err
	}
	kind, _, err := mime.ParseMediaType(found.String())
	return kind, err
}

// store puts a file into the blob store, of an image the copy, within so many bytes.
func (s *server) store(ctx context.Context, f keptFile, file io.ReadSeeker, most int) (keptFile, error) {
	f.Blob = "staff/" + f.ID[len(f.ID)-2:] + "/" + f.ID
	if !f.Image() {
		f.SHA256 = f.Source
		_, err := file.Seek(0, io.SeekStart)
		if err == nil {
			err = s.Blobs.Put(ctx, f.Blob, file, f.Size, f.ContentType)
		}
		return f, wrapped("keep a file of staff", err)
	}
	meta, err := picture.ReadMeta(file)
	if err != nil {
		return f, fmt.Errorf("read a photo of staff: %w", err)
	}
	drawn, err := s.drawer.DrawWithin(ctx, file, meta.Orientation, most)
	if errors.Is(err, picture.ErrNone) {
		return f, faultKind
	}
	if err != nil {
		return f, fmt.Errorf("draw a photo of staff anew: %w", err)
	}
	sum := sha256.Sum256(drawn.Data)
	f.ContentType, f.Size, f.SHA256 = drawn.ContentType, int64(len(drawn.Data)), hex.EncodeToString(sum[:])
	return f, wrapped("keep a photo of staff", s.Blobs.Put(ctx, f.Blob, bytes.NewReader(drawn.Data), f.Size, f.ContentType))
}

func wrapped(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// dropBlob deletes the blob of a file that was not written down after all.
func (s *server) dropBlob(ctx context.Context, f keptFile) {
	if f.Blob == "" {
		return
	}
	if err := s.Blobs.Delete(context.WithoutCancel(ctx), f.Blob); err != nil {
		s.Log.WithError(err).WithField("blob", f.Blob).Error("a blob that nothing holds stays behind")
	}
}

// upload registers a page whose form holds files: it may be larger, and take longer,
// than others.
func (s *server) upload(route string, need models.Permission, do action) {
	method, path, _ := strings.Cut(route, " ")
	s.console.uploads[method+" "+consolePath+path] = true
	s.page(route, need, func(v *visit) error {
		err := http.NewResponseController(v.Writer).SetReadDeadline(time.Now().Add(uploadTime))
		if err != nil && !errors.Is(err, http.ErrNotSupported) {
			return fmt.Errorf("wait for an upload: %w", err)
		}
		return do(v)
	})
}

// readUpload reads a form of files part by part: its other fields into fields, each
// file by take. Fields that take needs stand before the files.
func (v *visit) readUpload(fields map[string]string, take func(name string, in io.Reader) error) error {
	form, err := v.Request.MultipartReader()
	if err != nil {
		return invalid("body", "is no form of files")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = v.readPart(part, fields, take)
		}
		if err != nil {
			return cutOff(err)
		}
	}
}

func (v *visit) readPart(part *multipart.Part, fields map[string]string, take func(name string, in io.Reader) error) error {
	defer func() { _ = part.Close() }()
	if part.FileName() != "" {
		return take(part.FileName(), part)
	}
	value, err := io.ReadAll(io.LimitReader(part, fieldMost))
	fields[part.FormName()] = string(value)
	return err
}

// cutOff tells a form that did not come whole from a fault of ours.
func cutOff(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return faultLarge
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, os.ErrDeadlineExceeded):
		return invalid("body", "did not come whole")
	}
	return err
}
