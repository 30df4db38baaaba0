package handlers

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/gin-gonic/gin"
	"github.com/sirupsen/logrus"
)

const requestIDHeader = "X-Request-ID"

// sandboxPath is where the simulated phones live. The sandbox sets its own
// content policy: its page runs scripts, ours do not.
const sandboxPath = "/sandbox"

// idSource makes request ids that are unique over restarts: a random prefix
// and a count.
type idSource struct {
	prefix string
	count  atomic.Uint64
}

func newIDSource() *idSource {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return &idSource{prefix: hex.EncodeToString(b[:]) + "-"}
}

func (s *idSource) next() string {
	return s.prefix + strconv.FormatUint(s.count.Add(1), 36)
}

// identify gives every request an id, which the answer and the log carry.
func (s *server) identify(c *gin.Context) {
	c.Header(requestIDHeader, s.ids.next())
	c.Next()
}

// recover turns a panic into a logged 500, so that one request never takes the
// process down. The query is not logged: it may hold a case code or a phone.
func (s *server) recover(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if cause == http.ErrAbortHandler { //nolint:errorlint // the value itself is the signal
			panic(cause)
		}
		s.Log.WithFields(logrus.Fields{
			"request": c.Writer.Header().Get(requestIDHeader), "method": c.Request.Method,
			"path": c.Request.URL.Path, "cause": cause, "stack": string(debug.Stack()),
		}).Error("a request panicked")
		if c.Writer.Written() {
			panic(http.ErrAbortHandler) // cut the half-written answer off
		}
		problem(c, http.StatusInternalServerError, "")
	}()
	c.Next()
}

// secure sets the headers that keep a browser from doing more with an answer
// than it is meant for.
func (s *server) secure(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	if strings.HasPrefix(c.Request.URL.Path, apiPath) {
		h.Set("Cache-Control", "no-store") // answers tell of citizens
	}
	if !strings.HasPrefix(c.Request.URL.Path, sandboxPath) {
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "same-origin")
	}
	if strings.HasPrefix(s.PublicURL, "https://") {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	c.Next()
}
