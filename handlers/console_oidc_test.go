package handlers

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// fakeIssuer is an identity provider of a few lines. It vouches for what claims say.
type fakeIssuer struct {
	*httptest.Server
	t         *testing.T
	key       *rsa.PrivateKey
	claims    map[string]any
	challenge string // of the login under way
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func newIssuer(t *testing.T) *fakeIssuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	i := &fakeIssuer{t: t, key: key, claims: map[string]any{}}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, body any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(body)
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		e := big.NewInt(int64(key.E)).Bytes()
		answer(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": b64(key.N.Bytes()), "e": b64(e)}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if id != "console" || secret != "secret" || r.FormValue("code") != "good" || b64(sum[:]) != i.challenge {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		answer(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": i.token()})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

// token signs the claims (RFC 7515, RS256).
func (i *fakeIssuer) token() string {
	body, err := json.Marshal(i.claims)
	require.NoError(i.t, err)
	signed := b64([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + b64(body)
	sum := sha256.Sum256([]byte(signed))
	sign, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, sum[:])
	require.NoError(i.t, err)
	return signed + "." + b64(sign)
}

// logIn goes to the provider and comes back with what it vouches for.
func (i *fakeIssuer) logIn(b *screen, claims map[string]any) answer {
	b.t.Helper()
	there := b.get(providerPath + "?next=" + accountPath)
	require.Equal(b.t, http.StatusSeeOther, there.Code, there.Body)
	u, err := url.Parse(there.Location)
	require.NoError(b.t, err)
	q := u.Query()
	require.Equal(b.t, "S256", q.Get("code_challenge_method"))
	require.Equal(b.t, "http://console.example.vn"+providerCallback, q.Get("redirect_uri"))
	i.challenge = q.Get("code_challenge")
	now := b.d.now()
	i.claims = map[string]any{
		"iss": i.URL, "aud": "console", "sub": "7", "nonce": q.Get("nonce"), "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		"email": lan, "email_verified": true,
	}
	for name, value := range claims {
		i.claims[name] = value
	}
	return b.get(providerCallback + "?code=good&state=" + q.Get("state"))
}

func newProviderDesk(t *testing.T) (*desk, *fakeIssuer) {
	t.Helper()
	i := newIssuer(t)
	d := newDesk(t, databases.SQLite(t), func(deps *Deps) {
		deps.Provider = Provider{Issuer: i.URL, ClientID: "console", ClientSecret: "secret", Name: "SSO"}
	})
	return d, i
}

func TestLoginByProvider(t *testing.T) {
	t.Parallel()
	d, i := newProviderDesk(t)
	d.account(t, lan, models.RoleOfficer)
	b := d.screen(t)
	require.Contains(t, b.get(loginPath).Body, "Đăng nhập qua SSO")
	b.leads(i.logIn(b, map[string]any{"email": "Lan@Tran-Bien.example.vn"}), accountPath)
	require.Equal(t, http.StatusOK, b.get(accountPath).Code, "a password is not asked for")
	require.NotContains(t, b.cookies, providerCookie)
}

// TestProviderAndSecondFactor: a leader gives a second factor, here or there.
func TestProviderAndSecondFactor(t *testing.T) {
	t.Parallel()
	d, i := newProviderDesk(t)
	d.account(t, lan, models.RoleLeader)
	b := d.screen(t)
	i.logIn(b, map[string]any{"amr": []string{"pwd", "mfa"}})
	require.Equal(t, http.StatusOK, b.get(accountPath).Code)
	weak := d.screen(t)
	i.logIn(weak, map[string]any{"amr": []string{"pwd"}})
	weak.leads(weak.get(startPath), factorPath)
	secret, _ := weak.enrol()
	require.Equal(t, http.StatusOK, weak.get(accountPath).Code)
	d.advance(time.Minute)
	again := d.screen(t)
	i.logIn(again, nil)
	again.leads(again.get(startPath), codePath)
	again.leads(again.post(codePath, "code", again.code(secret)), startPath)
}

func TestWhatAProviderSaysIsChecked(t *testing.T) {
	t.Parallel()
	d, i := newProviderDesk(t)
	d.account(t, lan, models.RoleOfficer)
	for name, change := range map[string]map[string]any{
		"not verified": {"email_verified": false}, "no address": {"email": ""}, "another request": {"nonce": "old"},
		"another client": {"aud": "other"}, "another issuer": {"iss": "https://evil.example"}, "expired": {"exp": d.now().Add(-time.Hour).Unix()},
	} {
		b := d.screen(t)
		a := i.logIn(b, change)
		require.Equal(t, http.StatusBadGateway, a.Code, name)
		require.Contains(t, a.Body, "chưa thành công", name)
		b.leads(b.get(startPath), loginPath)
	}
	stranger := i.logIn(d.screen(t), map[string]any{"email": "khach@example.vn"})
	require.Equal(t, http.StatusForbidden, stranger.Code)
	require.Contains(t, stranger.Body, "chưa có tài khoản")

	b := d.screen(t)
	i.logIn(b, map[string]any{"nonce": "old"})
	for _, query := range []string{"", "?code=good&state=", "?error=access_denied", "?code=good&state=x"} {
		require.Equal(t, http.StatusBadGateway, b.get(providerCallback+query).Code, query)
	}
	b.get(providerPath)
	require.Equal(t, http.StatusBadGateway, b.get(providerCallback+"?code=good&state=x").Code, "a state that is not this browser's")
}

func TestProviderThatIsAway(t *testing.T) {
	t.Parallel()
	d, i := newProviderDesk(t)
	i.Close()
	a := d.screen(t).get(providerPath)
	require.Equal(t, http.StatusBadGateway, a.Code)
	require.Contains(t, a.Body, "dùng mật khẩu")
}

func FuzzReadHandshake(f *testing.F) {
	f.Add("")
	f.Add(b64([]byte(`{"State":"a","Nonce":"b","Verifier":"c","Next":"//evil"}`)))
	f.Fuzz(func(t *testing.T, cookie string) {
		h, err := readHandshake(cookie)
		if err == nil {
			require.NotEmpty(t, h.State, "an empty one would match a request without")
			require.NotEmpty(t, h.Verifier)
		}
	})
}
