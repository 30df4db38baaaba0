package blob

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// fakeS3 is our own, small idea of S3: objects of one bucket by GET, PUT
// and DELETE. It proves that we and minio-go speak the protocol as we understand
// it, not that a given vendor does.
type fakeS3 struct {
	mu      sync.Mutex
	objects map[string]string
	types   map[string]string
	sick    bool // answers 403 to everything
}

func (s *fakeS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	signed := strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=test-key/")
	key, inBucket := strings.CutPrefix(r.URL.Path, "/files/")
	switch {
	case s.sick || !signed || !inBucket:
		s.fail(w, http.StatusForbidden, "AccessDenied")
	case r.Method == http.MethodGet:
		s.get(w, key)
	case r.Method == http.MethodPut:
		s.put(w, r, key)
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		s.fail(w, http.StatusMethodNotAllowed, "MethodNotAllowed")
	}
}

func (s *fakeS3) fail(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, code)
}

func (s *fakeS3) get(w http.ResponseWriter, key string) {
	body, ok := s.objects[key]
	if !ok {
		s.fail(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	w.Header().Set("Last-Modified", "Mon, 01 Jun 2026 00:00:00 GMT")
	w.Header().Set("ETag", `"x"`)
	_, _ = io.WriteString(w, body)
}

func (s *fakeS3) put(w http.ResponseWriter, r *http.Request, key string) {
	body, err := objectBody(r)
	if err != nil {
		s.fail(w, http.StatusBadRequest, "IncompleteBody")
		return
	}
	s.objects[key], s.types[key] = body, r.Header.Get("Content-Type")
	w.Header().Set("ETag", `"x"`)
}

// objectBody takes the chunks of a streaming signature apart.
func objectBody(r *http.Request) (string, error) {
	if r.Header.Get("X-Amz-Decoded-Content-Length") == "" {
		b, err := io.ReadAll(r.Body)
		return string(b), err
	}
	var all strings.Builder
	in := bufio.NewReader(r.Body)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		hex, _, _ := strings.Cut(line, ";")
		n, err := strconv.ParseInt(strings.TrimSpace(hex), 16, 64)
		if err != nil {
			return "", err
		}
		if n == 0 {
			return all.String(), nil
		}
		if _, err := io.CopyN(&all, in, n); err != nil {
			return "", err
		}
		if _, err := in.Discard(len("\r\n")); err != nil {
			return "", err
		}
	}
}

// keys returns what is kept.
func (s *fakeS3) keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.objects))
}
