package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// trap is a server on loopback that nobody may ask.
type trap struct {
	*httptest.Server
	hits atomic.Int32
}

func newTrap(t *testing.T) *trap {
	tr := &trap{}
	tr.Server = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { tr.hits.Add(1) }))
	t.Cleanup(tr.Close)
	return tr
}

// links lead to the trap or to inner addresses in all the ways a hostile sender
// may try; base is that of the allowed host.
func (tr *trap) links(base string) []string {
	_, port, _ := net.SplitHostPort(tr.Listener.Addr().String())
	allowed := strings.TrimPrefix(base, "http://")
	return []string{
		tr.URL + "/photo.jpg",
		"http://localhost:" + port + "/photo.jpg",
		"http://" + allowed + "@127.0.0.1:" + port + "/photo.jpg",
		"http://[::1]:" + port + "/photo.jpg",
		"http://0x7f000001:" + port + "/photo.jpg",
		"https://fbcdn.net.example.com/photo.jpg",
		"http://169.254.169.254/latest/meta-data/",
		base + redirectPath + "?to=" + url.QueryEscape(tr.URL+"/photo.jpg"),
	}
}
