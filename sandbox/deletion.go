package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// Deletion is the product's answer to Meta's data deletion callback.
type Deletion struct {
	URL  string `json:"url"`
	Code string `json:"confirmation_code"`
}

// errDeletion says that the product did not take the callback.
var errDeletion = errors.New("sandbox: the data deletion callback was refused")

// AppScopedID is the citizen's id in the Page's app, which is not the PSID.
func (c *Citizen) AppScopedID() string { return appScoped(c.p.id) }

func appScoped(id string) string { return "9" + id }

// Forget has Meta call the product's data deletion callback, as when the citizen
// removes the app in the settings of Facebook.
func (c *Citizen) Forget(ctx context.Context) (Deletion, error) {
	page := c.p.account.page
	if page == nil {
		return Deletion{}, fmt.Errorf("%w: no Page", errDeletion)
	}
	return c.s.ForgetUser(ctx, page.AppSecret, c.AppScopedID())
}

// ForgetUser calls the data deletion callback for whatever user, signed with that
// secret.
func (s *Sandbox) ForgetUser(ctx context.Context, secret, user string) (Deletion, error) {
	payload, err := json.Marshal(map[string]any{"algorithm": "HMAC-SHA256", "issued_at": s.opt.Clock().Unix(), "user_id": user})
	if err != nil {
		return Deletion{}, fmt.Errorf("make a data deletion request: %w", err)
	}
	body := base64.RawURLEncoding.EncodeToString(payload)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	form := url.Values{"signed_request": {base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) + "." + body}}
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	status, answer, err := s.roundTrip(ctx, http.MethodPost, "/webhooks/messenger/data-deletion", header, []byte(form.Encode()))
	if err != nil {
		return Deletion{}, err
	}
	var d Deletion
	if status != http.StatusOK || json.Unmarshal([]byte(answer), &d) != nil {
		return Deletion{}, fmt.Errorf("%w: HTTP %d %s", errDeletion, status, answer)
	}
	return d, nil
}

// idsForPages answers GET /{user}/ids_for_pages: under which ids a user of the
// app writes to its Pages. The caller bears the app's own token and its proof.
func (s *Sandbox) idsForPages(c call, user string) reply {
	list, known := s.pagesOf(graphToken(c), c.params["appsecret_proof"], user)
	switch {
	case !known:
		return s.graphFail(graphErr(190, 0).saying("Invalid OAuth access token signature."))
	case len(list) == 0:
		return s.graphFail(errNoObject)
	}
	return ok(map[string]any{"data": list})
}

// pagesOf lists the Pages that the user writes to; known says that the token is
// that of an app.
func (s *Sandbox) pagesOf(token, proof, user string) (list []any, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.accounts {
		if a.page == nil || token != a.page.AppID+"|"+a.page.AppSecret || proof != appProof(a.page.AppSecret, token) {
			continue
		}
		known = true
		for id := range a.people {
			if appScoped(id) == user {
				list = append(list, map[string]any{"id": id, "page": map[string]any{"id": a.id, "name": a.name}})
			}
		}
	}
	return list, known
}
