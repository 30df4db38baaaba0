package relay

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/picture"
)

// mediaMax is in bytes; Messenger takes no larger file, Zalo none of more than 5 MB.
const mediaMax = 25 << 20

// fetch gets one file, keeps it, and fills in what is known of it then.
func (m *Media) fetch(ctx context.Context, a *models.Attachment) error {
	file, err := os.CreateTemp("", "langnghe-media-*")
	if err != nil {
		return fmt.Errorf("fetch file: %w", err)
	}
	defer func() { _ = file.Close() }()
	if err := os.Remove(file.Name()); err != nil { // it lives on unnamed: a kill leaves no citizen's photo behind
		return fmt.Errorf("fetch file: %w", err)
	}
	sum, err := m.download(ctx, a.URL, file)
	if err != nil {
		return err
	}
	if err := m.keep(ctx, a, file, sum); err != nil {
		return fmt.Errorf("keep file: %w", err)
	}
	return m.show(ctx, a, file)
}

// download streams a link into w and returns the SHA-256 of it in hex.
func (m *Media) download(ctx context.Context, link string, w io.Writer) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, m.client.total)
	defer cancel()
	res, err := m.client.get(ctx, link)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	if res.ContentLength > mediaMax {
		return "", &fetchError{reason: "too_large", tries: 1}
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(hash, w), io.LimitReader(res.Body, mediaMax+1))
	if err == nil {
		err = ctx.Err() // a server that sees us hang up may end the body as if it were whole
	}
	var disk *fs.PathError
	switch {
	case errors.As(err, &disk):
		return "", fmt.Errorf("fetch file: %w", err)
	case err != nil:
		return "", unreached(err)
	case n > mediaMax:
		return "", &fetchError{reason: "too_large", tries: 1}
	case n == 0:
		return "", &fetchError{reason: "empty"}
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// keep stores the original as it came. Its type is what it holds, not what
// a header or a name says.
func (m *Media) keep(ctx context.Context, a *models.Attachment, file *os.File, sum string) error {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if err := rewind(file); err != nil {
		return err
	}
	kind, err := mimetype.DetectReader(file)
	if err != nil {
		return err
	}
	if err := rewind(file); err != nil {
		return err
	}
	key := blobKey("original", a.ID)
	if err := m.Blob.Put(ctx, key, file, size, kind.String()); err != nil {
		return err
	}
	a.Blob, a.SHA256, a.Size, a.ContentType = key, sum, size, kind.String()
	return nil
}

// show makes the copy of an image that may be shown, and reads the place that
// its camera wrote. What does not decode is kept as a file, without a copy: the
// original is never a substitute, since nobody knows what it tells.
func (m *Media) show(ctx context.Context, a *models.Attachment, file *os.File) error {
	if !strings.HasPrefix(a.ContentType, "image/") {
		return asFile(a)
	}
	meta, err := picture.ReadMeta(file)
	if err != nil {
		return fmt.Errorf("show file: %w", err)
	}
	a.Place = meta.Place
	shown, err := m.drawer.Draw(ctx, file, meta.Orientation)
	if errors.Is(err, picture.ErrNone) {
		return asFile(a)
	}
	if err != nil {
		return fmt.Errorf("show file: %w", err)
	}
	key := blobKey("shown", a.ID)
	if err := m.Blob.Put(ctx, key, bytes.NewReader(shown.Data), int64(len(shown.Data)), shown.ContentType); err != nil {
		return fmt.Errorf("show file: %w", err)
	}
	a.Shown = key
	return nil
}

// asFile keeps what was sent as an image and is none that we can show.
func asFile(a *models.Attachment) error {
	if a.Kind == "image" {
		a.Kind = "file"
	}
	return nil
}

func rewind(file *os.File) error {
	_, err := file.Seek(0, io.SeekStart)
	return err
}

// blobKey names a file by its attachment's id, so that a second fetch replaces
// the first, and deleting one attachment's files never takes another's. The end
// of an id is its random part.
func blobKey(folder, id string) string { return folder + "/" + id[max(0, len(id)-2):] + "/" + id }
