package sandbox

import (
	"crypto/hmac"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// oauthErrors are the codes seen at Zalo's OAuth; no official table exists.
func oauthErrors() map[int]string {
	return map[int]string{
		-14002: "Invalid appId",
		-14003: "Invalid redirect uri",
		-14004: "Invalid secret key",
		-14005: "Invalid code",
		-14014: "Invalid refresh token.",
		-14018: "Invalid grant type",
	}
}

// oauthFail answers an error under HTTP 200, with the numeric error or, as
// was seen too, without it. The caller holds mu.
func (s *Sandbox) oauthFail(code int) reply {
	body := map[string]any{
		"error": code, "error_name": oauthErrors()[code], "error_reason": "", "error_description": "",
		"ref_doc": "https://developers.zalo.me/docs/...",
	}
	if s.faults[Zalo].BareOAuthErrors {
		delete(body, "error")
	}
	s.stats.Refused["zalo-oauth "+strconv.Itoa(code)]++
	return ok(body)
}

// zaloOAuth answers POST /v4/oa/access_token.
func (s *Sandbox) zaloOAuth(c call) reply {
	secret := c.header.Get("secret_key")
	if c.method != http.MethodPost || c.path != "v4/oa/access_token" || secret == "" {
		return reply{status: http.StatusNotFound, body: map[string]any{"error": 404, "message": "empty api"}}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var owned []*account
	for _, a := range s.accounts {
		if a.oa != nil && a.oa.AppID == c.params["app_id"] {
			owned = append(owned, a)
		}
	}
	switch {
	case len(owned) == 0:
		return s.oauthFail(-14002)
	case !hmac.Equal([]byte(owned[0].oa.AppSecret), []byte(secret)):
		return s.oauthFail(-14004)
	}
	switch c.params["grant_type"] {
	case "refresh_token":
		return s.refresh(owned, c.params["refresh_token"])
	case "authorization_code":
		return s.exchange(owned, c.params["code"])
	}
	return s.oauthFail(-14018)
}

// refresh rotates a pair: the old refresh token is spent, and the old access
// token dies at once. The caller holds mu.
func (s *Sandbox) refresh(owned []*account, token string) reply {
	now := s.opt.Clock()
	i := slices.IndexFunc(owned, func(a *account) bool {
		return token != "" && hmac.Equal([]byte(a.oa.RefreshToken), []byte(token)) && now.Before(a.oa.refreshExpires)
	})
	if i < 0 {
		return s.oauthFail(-14014)
	}
	return s.grant(owned[i].oa, now)
}

// exchange turns a code into a pair, once. The caller holds mu.
func (s *Sandbox) exchange(owned []*account, code string) reply {
	now := s.opt.Clock()
	i := slices.IndexFunc(owned, func(a *account) bool { return now.Before(a.oa.codes[code]) })
	if i < 0 {
		return s.oauthFail(-14005)
	}
	delete(owned[i].oa.codes, code)
	return s.grant(owned[i].oa, now)
}

// grant makes and answers a fresh pair. The caller holds mu.
func (s *Sandbox) grant(oa *oaState, now time.Time) reply {
	f := s.faults[Zalo]
	omit := f.OmitRefresh.take()
	oa.AccessToken, oa.expires = "AT-"+s.opt.NewID(), now.Add(zaloTokenLife)
	oa.refreshExpires = now.Add(zaloRefreshLife)
	if !omit {
		oa.RefreshToken = "RT-" + s.opt.NewID()
	}
	s.wire.hide(oa.AccessToken, oa.RefreshToken)
	s.stats.Refreshes++
	s.notify()
	body := map[string]any{"access_token": oa.AccessToken, "refresh_token": oa.RefreshToken, "expires_in": strconv.Itoa(int(zaloTokenLife.Seconds()))}
	if omit {
		delete(body, "refresh_token")
	}
	if f.RefreshLives {
		body["refresh_token_expires_in"] = strconv.Itoa(int(zaloRefreshLife.Seconds()))
	}
	rep := ok(body)
	if f.RefreshCut.take() {
		rep.cut, rep.note = true, "pair rotated, then cut"
	}
	return rep
}

// GrantCode makes a code as if an administrator of the OA had consented; it
// can be exchanged once, for ten minutes.
func (s *Sandbox) GrantCode(oaID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := s.opt.NewID()
	if a := s.findAccount(Zalo, oaID); a != nil {
		a.oa.codes[code] = s.opt.Clock().Add(zaloCodeLife)
	}
	return code
}
