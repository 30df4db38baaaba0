package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// FuzzAPI sends any query and any body to the API: it is never our fault, and
// a refusal is always a problem.
func FuzzAPI(f *testing.F) {
	f.Add("status=new&limit=200&since=2026-03-04", `{"action":"reply","text":"a"}`)
	f.Add("q=%00&cursor=%ff", `{"action":"merge","into":"PA2026-AAAAAA"}`)
	f.Add("limit=&&&=;", "[[[[")
	fake := newFakeStore()
	fake.tokens["leader"] = models.Principal{Name: "L", Role: models.RoleLeader}
	s := newServer(Deps{Store: fake, Log: logrus.New(), Registry: prometheus.NewRegistry(), Catalogue: fakeCatalogue{}})
	s.update = fake.update
	h, err := s.routes()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, query, body string) {
		fake.cases["PA2026-AAAAAA"], fake.events = testCase("PA2026-AAAAAA"), nil
		for _, r := range []*http.Request{
			{Method: http.MethodGet, URL: &url.URL{Path: apiPath + "/cases", RawQuery: query}, Body: http.NoBody},
			httptest.NewRequest(http.MethodPost, apiPath+actPath, strings.NewReader(body)),
		} {
			r.Header = http.Header{"Authorization": {"Bearer leader"}, "Content-Type": {"application/json"}}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			require.Less(t, w.Code, http.StatusInternalServerError, w.Body)
			if w.Code >= http.StatusBadRequest {
				require.Equal(t, problemType, w.Header().Get("Content-Type"))
			}
		}
	})
}
