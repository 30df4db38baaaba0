// Package blob keeps files under keys: in a folder, or in a bucket of an
// S3-compatible store. It knows nothing of what the files are.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strings"
)

// ErrNotExist is returned, wrapped, for a key under which nothing is kept.
var ErrNotExist = fs.ErrNotExist

var (
	errKey  = errors.New("blob: not a key")
	errMore = errors.New("blob: more bytes than were told")
)

// Store keeps files. It is safe for concurrent use, and for several processes at once.
type Store interface {
	// Put keeps size bytes of r under key, whole or not at all, and replaces
	// what was there. When it returns nil the file is durable. A reader that
	// gives more or fewer bytes is an error.
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error
	// Open returns the file under key, or ErrNotExist. The caller closes it.
	Open(ctx context.Context, key string) (io.ReadCloser, error)
	// Delete removes the file under key; one that is not there is no error.
	Delete(ctx context.Context, key string) error
}

// Open opens the store at rawURL: "file:./data/files", or
// "s3://bucket/prefix?endpoint=https://host&region=eu-1" with the credentials
// in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or of the machine's own role.
// Nothing is asked of a bucket before it is used.
func Open(_ context.Context, rawURL string) (Store, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("blob: parse the store's URL: %w", err)
	}
	switch {
	case u.Scheme == "file" && u.Host == "" && u.Opaque+u.Path != "":
		return openFolder(u.Opaque + u.Path)
	case u.Scheme == "s3" && u.Host != "":
		return openBucket(u)
	}
	return nil, errors.New("blob: the store's URL is neither file:folder nor s3://bucket")
}

// checkKey refuses keys that could lead out of the store, or meet the names of
// files that are being written.
func checkKey(key string) error {
	if !fs.ValidPath(key) || strings.HasPrefix(key, ".") || strings.Contains(key, "/.") || strings.ContainsAny(key, "\\\x00") {
		return fmt.Errorf("%w: %q", errKey, key)
	}
	return nil
}

// exactly reads r and fails, instead of ending, when it does not hold n bytes.
// It gives the last byte only when it knows that none follows, so that a store
// which has got n bytes has got all of them.
type exactly struct {
	r    io.Reader
	n    int64 // still to come
	done bool  // the end was looked for
}

// newExactly looks at the end of an empty file at once, since nobody may ever read it.
func newExactly(r io.Reader, n int64) (*exactly, error) {
	e := &exactly{r: r, n: n}
	if n == 0 && !e.ended() {
		return nil, errMore
	}
	return e, nil
}

// Read implements io.Reader.
func (e *exactly) Read(p []byte) (int, error) {
	if e.done {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.n)])
	e.n -= int64(n)
	switch {
	case e.n > 0 && err == io.EOF:
		return n, io.ErrUnexpectedEOF
	case e.n == 0 && !e.ended():
		return 0, errMore
	case e.n == 0:
		e.done = true
	}
	return n, err
}

func (e *exactly) ended() bool {
	_, err := io.ReadFull(e.r, make([]byte, 1))
	return err == io.EOF
}
