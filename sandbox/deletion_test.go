package sandbox

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIDsForPagesAreForTheApp(t *testing.T) {
	t.Parallel()
	s := New(Options{Pages: []Page{{ID: "1", AppID: "2", AppSecret: "secret", Token: "t"}}})
	t.Cleanup(s.Close)
	c, err := s.Citizen(Messenger, "1", "77")
	require.NoError(t, err)
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	ask := func(user, token string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
			server.URL+"/graph/v25.0/"+user+"/ids_for_pages?"+url.Values{"appsecret_proof": {appProof("secret", token)}}.Encode(), nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res.StatusCode, string(body)
	}
	status, body := ask(c.AppScopedID(), "2|secret")
	require.Equal(t, http.StatusOK, status)
	require.JSONEq(t, `{"data":[{"id":"77","page":{"id":"1","name":""}}]}`, body)
	for user, token := range map[string]string{"9123": "2|secret", c.AppScopedID(): "t"} {
		status, _ = ask(user, token)
		require.Equal(t, http.StatusBadRequest, status, user)
	}
}
