package handlers

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	maxProof    = 4 << 10 // bytes of the form
	proofDigits = 3       // last ones of the phone
	maxMerges   = 10      // bounds a chain of merges
)

// lookup tells anyone who has a code where the case stands.
func (s *server) lookup(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	code := strings.ToUpper(strings.TrimSpace(c.Query("ma")))
	if code == "" {
		s.show(c, http.StatusOK, "lookup", page{})
		return
	}
	if found := s.lookedUp(c, code); found != nil {
		s.show(c, http.StatusOK, "lookup", page{Code: code, Case: statusOf(found)})
	}
}

// readAnswer shows the office's words to who proves to be the reporter: by the
// last digits of the phone, or by the receipt's secret word.
func (s *server) readAnswer(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxProof)
	code := strings.ToUpper(strings.TrimSpace(c.PostForm("ma")))
	found := s.lookedUp(c, code)
	if found == nil {
		return
	}
	shown := page{Code: code, Case: statusOf(found)}
	giveBack, ok := s.proofs.take(found.Code)
	if !ok {
		shown.Problem = "tired"
		s.show(c, http.StatusTooManyRequests, "lookup", shown)
		return
	}
	if !proven(found, c.PostForm("xac_nhan")) {
		shown.Problem = "wrong"
		s.show(c, http.StatusForbidden, "lookup", shown)
		return
	}
	giveBack() // only wrong proofs count
	answer, err := s.answerOf(c.Request.Context(), found)
	if err != nil {
		s.lookupFailed(c, code, err)
		return
	}
	shown.Answer = answer
	s.show(c, http.StatusOK, "lookup", shown)
}

// lookedUp returns the case of a code, or shows why there is none.
func (s *server) lookedUp(c *gin.Context, code string) *models.Case {
	if !s.lookups.allow(subscriber(c.ClientIP())) {
		c.Header("Retry-After", "60")
		s.show(c, http.StatusTooManyRequests, "lookup", page{Code: code, Problem: "slow"})
		return nil
	}
	err := store.ErrNotFound
	var found *models.Case
	if plainID(code) {
		found, err = s.Store.Case(c.Request.Context(), code)
	}
	if err != nil {
		s.lookupFailed(c, code, err)
		return nil
	}
	return found
}

func (s *server) lookupFailed(c *gin.Context, code string, err error) {
	status, why := pageFault(err)
	if status == http.StatusServiceUnavailable {
		s.Log.WithError(err).Error("look a case up")
	}
	s.show(c, status, "lookup", page{Code: code, Problem: why})
}

// caseStatus is all that a code alone tells: status and dates. Words, names and
// numbers have no field here, so no template can show them.
type caseStatus struct {
	Code                   string
	Status                 models.Status
	Created, Due, Resolved time.Time
	Running                bool // an answer is still owed and the clock runs
}

func statusOf(found *models.Case) *caseStatus {
	return &caseStatus{
		Code: found.Code, Status: found.Status, Created: found.CreatedAt, Due: found.DueAt, Resolved: found.ResolvedAt,
		Running: !found.Status.Ended() && found.Status != models.StatusWaiting,
	}
}

// proven reports whether who asks knows what only the reporter was told or told us.
func proven(c *models.Case, proof string) bool {
	proof = strings.TrimSpace(proof)
	if store.IsSecret(c.SecretHash, c.Code, proof) {
		return true
	}
	phone := c.Contact.Phone
	if len(phone) < proofDigits || len(proof) != proofDigits {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(phone[len(phone)-proofDigits:]), []byte(proof)) == 1
}

// caseAnswer is what the office wrote to the reporter last.
type caseAnswer struct {
	Asked   string // what it still wants to know, or ""
	Said    string
	AskedAt time.Time
	SaidAt  time.Time
	Again   time.Time    // when the office looks at it again, or zero
	Photos  []string     // addresses of what was done
	Files   []lookupFile // that came with Said, or with Asked
}

// answerOf reads the answer of the case, or of the one that it was merged into.
func (s *server) answerOf(ctx context.Context, c *models.Case) (*caseAnswer, error) {
	for range maxMerges {
		if c.MergedInto == "" {
			break
		}
		lead, err := s.Store.Case(ctx, c.MergedInto)
		if errors.Is(err, store.ErrNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		c = lead
	}
	var a caseAnswer
	for _, e := range models.Standing(c.Events) {
		switch e.Action {
		case models.ActAsk:
			a.Asked, a.AskedAt = e.Text, e.At
			a.Files = s.answerLinks(*c, e.Files)
		case models.ActReply, models.ActResolve, models.ActReject:
			a.Said, a.SaidAt = e.Text, e.At
			a.Files = s.answerLinks(*c, e.Files)
			if a.Again = (time.Time{}); e.Action == models.ActResolve {
				a.Again, _ = time.Parse(time.DateOnly, e.Detail) // "" has none
			}
		}
	}
	if c.Status != models.StatusWaiting {
		a.Asked = ""
	}
	photos, err := s.afterPhotos(ctx, *c)
	a.Photos = photos
	return &a, err
}
