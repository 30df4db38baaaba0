package zalo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/langnghe/langnghe/channel"
)

// Errors of renewing a token.
var (
	// ErrGrant says that no token can be had before a person acts: the refresh
	// token is dead or missing, or the app's id or secret is wrong.
	ErrGrant = errors.New("zalo: the grant is gone")
	// errLost says that the platform may have used up the refresh token
	// without telling us the new pair.
	errLost = errors.New("zalo: the outcome of a token renewal is unknown")
	// errDead is the ErrGrant of a refresh token that Zalo does not know.
	errDead = fmt.Errorf("%w: invalid refresh token", ErrGrant)
)

// oauthTimeout bounds one call to the OAuth endpoint. The lock around it lasts
// several times longer, or two replicas spend one refresh token.
const oauthTimeout = 10 * time.Second

// grant is what the OAuth endpoint answers, good or bad. Both come under HTTP
// 200, a refusal sometimes without a number:
//
//	{"access_token":"...","refresh_token":"...","expires_in":"90000"}
//	{"error":-14014,"error_name":"Invalid refresh token.","error_description":""}
type grant struct {
	Access  word `json:"access_token"`
	Refresh word `json:"refresh_token"` // may be missing: then the old one stays good
	Seconds word `json:"expires_in"`    // a string, or a number
	Error   word `json:"error"`
	Name    word `json:"error_name"`
	Message word `json:"message"`
}

// life returns how long the access token lives.
func (g grant) life() time.Duration {
	seconds, err := strconv.ParseFloat(string(g.Seconds), 64)
	if err != nil || !(seconds > 0 && seconds < 1e9) {
		return accessLife
	}
	return time.Duration(seconds) * time.Second
}

// exchange spends a refresh token. The answer is good only if it holds an
// access token.
func (t *Tokens) exchange(ctx context.Context, refresh string) (grant, error) {
	ctx, cancel := context.WithTimeout(ctx, oauthTimeout)
	defer cancel()
	form := url.Values{
		"refresh_token": {refresh},
		"app_id":        {t.account.AppID},
		"grant_type":    {"refresh_token"},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.options.OAuthURL+"/v4/oa/access_token", strings.NewReader(form.Encode()))
	if err != nil {
		return grant{}, fmt.Errorf("make renewal: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header["secret_key"] = []string{t.account.AppSecret}
	got, err := exchange(t.options.HTTP, req)
	if err != nil {
		return grant{}, lostGrant(err)
	}
	return readGrant(got)
}

// lostGrant tells a renewal that never reached the platform from one that may have.
func lostGrant(err error) error {
	var lost *lostError
	if errors.As(err, &lost) && lost.written {
		return fmt.Errorf("%w: %w", errLost, err)
	}
	return fmt.Errorf("reach the OAuth endpoint: %w", err)
}

// readGrant reads an answer of the OAuth endpoint.
func readGrant(got answer) (grant, error) {
	var g grant
	err := json.Unmarshal(got.body, &g)
	switch {
	case err == nil && g.Access != "":
		return g, nil
	case err == nil && (g.Error != "" || g.Name != ""):
		return grant{}, g.refusal()
	case kindOfStatus(got.status) == channel.KindUnknown:
		return grant{}, fmt.Errorf("%w: HTTP %d without a token", errLost, got.status)
	}
	return grant{}, fmt.Errorf("zalo: OAuth endpoint answered HTTP %d", got.status)
}

// refusal classifies a refused renewal. There is no official table of these
// codes; those not listed here may pass.
func (g grant) refusal() error {
	switch code := string(g.Error); {
	case code == "-14014", code == "-118", strings.Contains(strings.ToLower(string(g.Name)), "invalid refresh token"):
		return fmt.Errorf("%w (%s)", errDead, code)
	case code == "-14002", code == "-14004": // app id, secret key
		return fmt.Errorf("%w: wrong app id or app secret (%s)", ErrGrant, code)
	default:
		return fmt.Errorf("zalo: renewal refused: %s %s", code, clean(string(g.Name+g.Message), ""))
	}
}
