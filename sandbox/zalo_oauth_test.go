package sandbox

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refresh asks for a new pair.
func (r *rig) refreshPair(token string) (answer, error) {
	form := url.Values{"refresh_token": {token}, "app_id": {zaloAppID}, "grant_type": {"refresh_token"}}
	req := r.request("POST", OAuthPath+"/v4/oa/access_token", "application/x-www-form-urlencoded", []byte(form.Encode()))
	req.Header.Set("secret_key", "zalo-app-secret")
	return r.do(req)
}

func TestZaloRefreshTokenIsForOneUse(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.citizen(Zalo).Say("x")
	pair, err := r.refreshPair("RT-old")
	require.NoError(t, err)
	assert.Equal(t, "90000", pair.body["expires_in"], "a string, as Zalo writes it")

	again, err := r.refreshPair("RT-old")
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, again.status)
	assert.InDelta(t, -14014, again.body["error"], 0)
	assert.NotContains(t, again.body, "access_token")

	got, err := r.sendZalo("x")
	require.NoError(t, err)
	code, _ := got.code()
	assert.Equal(t, -216, code, "the old access token dies at once")
	got, err = r.zaloCall(pair.body["access_token"].(string), "POST", "/v3.0/oa/message/cs", zaloText(zaloUser, "x"))
	require.NoError(t, err)
	assert.InDelta(t, 0, got.body["error"], 0)
	assert.Equal(t, 1, r.Stats().Refreshes)
}

func TestZaloTokenTroubles(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.ExpireToken(oaID)
	got, err := r.sendZalo("x")
	require.NoError(t, err)
	code, _ := got.code()
	assert.Equal(t, -220, code)

	r.SetFaults(Zalo, Faults{BareOAuthErrors: true})
	got, err = r.refreshPair("RT-none")
	require.NoError(t, err)
	assert.NotContains(t, got.body, "error", "the shape without a number")
	assert.Equal(t, "Invalid refresh token.", got.body["error_name"])

	r.SetFaults(Zalo, Faults{OmitRefresh: 1, RefreshLives: true})
	got, err = r.refreshPair("RT-old")
	require.NoError(t, err)
	assert.NotContains(t, got.body, "refresh_token")
	assert.NotEmpty(t, got.body["access_token"])

	r.SetFaults(Zalo, Faults{RefreshCut: 1})
	_, err = r.refreshPair("RT-old")
	require.Error(t, err, "the old one stayed good, and is spent now without an answer")
	got, err = r.refreshPair("RT-old")
	require.NoError(t, err)
	assert.InDelta(t, -14014, got.body["error"], 0)
}

func TestZaloOAuthRefusals(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	code := r.GrantCode(oaID)
	tests := []struct {
		name, secret string
		form         url.Values
		status, code int
	}{
		{"no secret", "", url.Values{}, 404, 404},
		{"another app", "zalo-app-secret", url.Values{"app_id": {"1"}}, 200, -14002},
		{"wrong secret", "x", url.Values{"app_id": {zaloAppID}}, 200, -14004},
		{"no grant", "zalo-app-secret", url.Values{"app_id": {zaloAppID}}, 200, -14018},
		{"code", "zalo-app-secret", url.Values{"app_id": {zaloAppID}, "grant_type": {"authorization_code"}, "code": {code}}, 200, 0},
		{"code again", "zalo-app-secret", url.Values{"app_id": {zaloAppID}, "grant_type": {"authorization_code"}, "code": {code}}, 200, -14005},
	}
	for _, tt := range tests {
		req := r.request("POST", OAuthPath+"/v4/oa/access_token", "application/x-www-form-urlencoded", []byte(tt.form.Encode()))
		if tt.secret != "" {
			req.Header.Set("secret_key", tt.secret)
		}
		got, err := r.do(req)
		require.NoError(t, err)
		assert.Equal(t, tt.status, got.status, tt.name)
		c, _ := got.code()
		assert.Equal(t, tt.code, c, tt.name)
	}
}
