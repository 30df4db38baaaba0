package relay

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/picture/picturetest"
	"github.com/langnghe/langnghe/store"
)

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// savedFile is one call of SaveAttachment.
type savedFile struct {
	models.Attachment
	next   time.Time
	events []models.Event
}

// memoryMedia is a MediaStore and MediaBlobs in memory.
type memoryMedia struct {
	mu     sync.Mutex
	queue  []models.Attachment
	saved  []savedFile
	blobs  map[string][]byte
	types  map[string]string
	putErr error
	onSave func()
	drops  []string

	saveErr error
}

func (s *memoryMedia) ClaimAttachments(_ context.Context, limit int, _ time.Duration) ([]models.Attachment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(limit, len(s.queue))
	claimed := s.queue[:n]
	s.queue = s.queue[n:]
	return claimed, nil
}

func (s *memoryMedia) SaveAttachment(_ context.Context, a models.Attachment, next time.Time, events []models.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saved = append(s.saved, savedFile{a, next, events})
	if s.onSave != nil {
		s.onSave()
	}
	return s.saveErr
}

func (s *memoryMedia) Put(_ context.Context, key string, r io.Reader, _ int64, contentType string) error {
	if s.putErr != nil {
		return s.putErr
	}
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blobs[key], s.types[key] = b, contentType
	return err
}

func (s *memoryMedia) Delete(_ context.Context, key string) error {
	if s.putErr != nil {
		return s.putErr
	}
	delete(s.blobs, key)
	return nil
}

func (s *memoryMedia) DroppedBlobs(_ context.Context, limit int) ([]string, error) {
	return s.drops[:min(limit, len(s.drops))], nil
}

func (s *memoryMedia) ForgetBlobs(_ context.Context, keys []string) error {
	s.drops = s.drops[len(keys):]
	return nil
}

// mediaRig is a Media on a memory store that finds a TLS server at every
// address of a listed domain.
type mediaRig struct {
	*Media
	store *memoryMedia
	hits  atomic.Int32
	url   string
}

func newMediaRig(t *testing.T, serve http.HandlerFunc, hosts ...string) *mediaRig {
	t.Helper()
	rig := &mediaRig{store: &memoryMedia{blobs: map[string][]byte{}, types: map[string]string{}}}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rig.hits.Add(1)
		serve(w, r)
	}))
	t.Cleanup(server.Close)
	rig.url = server.URL
	log := logrus.New()
	log.SetOutput(io.Discard)
	rig.Media = NewMedia(MediaDeps{
		Store: rig.store, Blob: rig.store, Hosts: append([]string{"fbcdn.net"}, hosts...), Log: log, Now: func() time.Time { return noon },
	})
	t.Cleanup(rig.client.CloseIdleConnections)
	rig.transport().TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // the server's name is not a platform's
	rig.client.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	return rig
}

func (r *mediaRig) transport() *http.Transport { return r.client.Transport.(*http.Transport) }

// attempt handles one file and returns how it ended.
func (r *mediaRig) attempt(t *testing.T, a models.Attachment) savedFile {
	t.Helper()
	r.handle(t.Context(), a)
	require.NotEmpty(t, r.store.saved)
	return r.store.saved[len(r.store.saved)-1]
}

func photo(link string) models.Attachment {
	return models.Attachment{ID: "a1", Conversation: "messenger:1000001:77", Kind: "image", URL: link, Name: "photo.jpg", Status: models.AttachmentFetching}
}

func body(b []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(b) }
}

func TestMediaStoresTheOriginal(t *testing.T) {
	t.Parallel()
	pdf := []byte("%PDF-1.7\nhello")
	rig := newMediaRig(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		if r.Host != "scontent.xx.fbcdn.net" || r.URL.RawQuery != "oh=1" || r.Header.Get("Referer") != "" {
			w.WriteHeader(http.StatusTeapot)
		}
		_, _ = w.Write(pdf)
	})
	got := rig.attempt(t, photo("http://scontent.xx.fbcdn.net/p?oh=1")) // upgraded to https
	sum := sha256.Sum256(pdf)
	require.Equal(t, models.AttachmentStored, got.Status, got.Reason)
	require.Equal(t, hex.EncodeToString(sum[:]), got.SHA256)
	require.EqualValues(t, len(pdf), got.Size)
	require.Equal(t, "application/pdf", got.ContentType, "typed by what it holds")
	require.Equal(t, "file", got.Kind, "what is no image is kept as a file")
	require.Empty(t, got.Shown)
	require.Equal(t, pdf, rig.store.blobs[got.Blob])
	require.Equal(t, "application/pdf", rig.store.types[got.Blob])
	require.Equal(t, 1, got.Attempts)
	require.Empty(t, got.events)
}

func TestMediaAsksListedHostsOnly(t *testing.T) {
	t.Parallel()
	rig := newMediaRig(t, body([]byte("secret")), "127.0.0.1:9")
	for _, link := range []string{
		"", "not a link", "ftp://fbcdn.net/x", "file:///etc/passwd", "gopher://fbcdn.net/",
		"https://example.com/x", "https://evilfbcdn.net/x", "https://fbcdn.net.evil.com/x", "https://fbcdn.net@evil.com/",
		"https://user@fbcdn.net/x", "https://user:pw@cdn.fbcdn.net/x", "https://cdn.fbcdn.net:8443/x", "https://cdn.fbcdn.net:22/x", "http://cdn.fbcdn.net:443/x",
		"http://127.0.0.1/x", "https://127.0.0.1/x", "http://127.0.0.1:10/x", "http://localhost:9/x", "http://2130706433/x", "http://0x7f000001/x", "http://017700000001/",
		"http://[::1]/x", "http://[::ffff:127.0.0.1]:9/x", "http://169.254.169.254/latest/meta-data", "https://fbcdn.net./x", "https:opaque", "http://user@127.0.0.1:9/x",
	} {
		got := rig.attempt(t, photo(link))
		require.Equal(t, models.AttachmentFailed, got.Status, link)
		require.Equal(t, "host_not_allowed", got.Reason, link)
	}
	require.Zero(t, rig.hits.Load())
}

func TestMediaFollowsRedirectsToListedHostsOnly(t *testing.T) {
	t.Parallel()
	target := ""
	rig := newMediaRig(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/file":
			_, _ = io.WriteString(w, "the file")
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		default:
			http.Redirect(w, r, target, http.StatusFound)
		}
	})
	for to, reason := range map[string]string{
		"https://other.fbcdn.net/file":            "",
		"http://other.fbcdn.net/file":             "",
		"/loop":                                   "too_many_redirects",
		"http://127.0.0.1:80/":                    "host_not_allowed",
		"http://169.254.169.254/latest/meta-data": "host_not_allowed",
		"https://evil.example.com/":               "host_not_allowed",
		"https://u:p@fbcdn.net/file":              "host_not_allowed",
		"file:///etc/passwd":                      "host_not_allowed",
	} {
		target = to
		got := rig.attempt(t, photo("https://cdn.fbcdn.net/start"))
		require.Equal(t, reason, got.Reason, to)
		require.Equal(t, reason == "", got.Status == models.AttachmentStored, to)
	}
}

func TestMediaLooksAtTheAddressItDials(t *testing.T) {
	t.Parallel()
	rig := newMediaRig(t, body([]byte("secret")), "localhost")
	rig.client = newMediaClient(rig.Hosts)
	got := rig.attempt(t, photo("https://localhost/")) // a listed name that leads home
	require.Equal(t, "address_not_allowed", got.Reason)
	require.Equal(t, models.AttachmentFailed, got.Status)

	for _, address := range []string{
		"127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "0.0.0.0", "0.1.2.3",
		"224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.0.192", "198.18.0.1", "203.0.113.5", "168.63.129.16", "::", "::1", "::ffff:127.0.0.1",
		"::ffff:10.0.0.1", "::127.0.0.1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "fec0::1",
	} {
		require.False(t, isPublic(netip.MustParseAddr(address)), address)
		require.Error(t, controlPublic("tcp", netip.AddrPortFrom(netip.MustParseAddr(address), 443).String(), nil), address)
	}
	for _, address := range []string{"157.240.1.1", "2a03:2880:f10c::1", "::ffff:157.240.1.1"} {
		require.True(t, isPublic(netip.MustParseAddr(address)), address)
		require.NoError(t, controlPublic("tcp", netip.AddrPortFrom(netip.MustParseAddr(address), 443).String(), nil))
	}
	require.Error(t, controlPublic("tcp", "157.240.1.1:80", nil))
	require.Error(t, controlPublic("tcp", "nonsense", nil))
	require.Error(t, controlLoopback("tcp", "157.240.1.1:443", nil))
}

func TestMediaAsksAListedLoopbackPort(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(body([]byte("the file")))
	t.Cleanup(server.Close)
	rig := newMediaRig(t, body(nil), server.Listener.Addr().String())
	got := rig.attempt(t, photo(server.URL+"/x"))
	require.Equal(t, models.AttachmentStored, got.Status, got.Reason)
}

func TestMediaBoundsSize(t *testing.T) {
	t.Parallel()
	rig := newMediaRig(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/told" {
			w.Header().Set("Content-Length", fmt.Sprint(mediaMax+1))
			return
		}
		size := mediaMax
		if r.URL.Path == "/more" {
			size++
		}
		_, _ = io.CopyN(w, zeros{}, int64(size))
	})
	for path, reason := range map[string]string{"/told": "too_large", "/more": "too_large", "/most": ""} {
		got := rig.attempt(t, photo("https://fbcdn.net"+path))
		require.Equal(t, reason, got.Reason, path)
		require.Equal(t, reason == "", got.Status == models.AttachmentStored, path)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestMediaBoundsTime(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	rig := newMediaRig(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			_, _ = io.WriteString(w, "begins")
			w.(http.Flusher).Flush()
		}
		select {
		case <-done:
		case <-r.Context().Done():
		}
	})
	rig.transport().ResponseHeaderTimeout = 50 * time.Millisecond
	rig.client.total = 300 * time.Millisecond
	for _, path := range []string{"/headers", "/body"} {
		got := rig.attempt(t, photo("https://fbcdn.net"+path))
		require.Equal(t, "timeout", got.Reason, path)
		require.Equal(t, models.AttachmentFetching, got.Status, "a slow platform is tried again")
	}
}

func TestMediaRetriesThenTellsTheCitizen(t *testing.T) {
	t.Parallel()
	for status, tries := range map[int]int{http.StatusInternalServerError: 9, http.StatusTooManyRequests: 9, http.StatusNotFound: 5} {
		rig := newMediaRig(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		a, before := photo("https://fbcdn.net/x"), time.Duration(0)
		for i := range tries - 1 {
			got := rig.attempt(t, a)
			require.Equal(t, models.AttachmentFetching, got.Status)
			require.Equal(t, fmt.Sprintf("http_%d", status), got.Reason)
			require.Equal(t, i+1, got.Attempts)
			require.Greater(t, got.next.Sub(noon), before, "waits grow")
			require.Empty(t, got.events)
			a, before = got.Attachment, got.next.Sub(noon)
		}
		got := rig.attempt(t, a)
		require.Equal(t, models.AttachmentFailed, got.Status)
		require.Equal(t, []models.Event{{
			Channel: "messenger:1000001", Peer: "77", ID: "media:a1", Kind: models.EventMedia, At: noon,
			Files: []models.File{{ID: "a1", Kind: "image", Name: "photo.jpg"}},
		}}, got.events)
	}
}

func TestMediaFailureOfACaseFromElsewhereTellsNobody(t *testing.T) {
	t.Parallel()
	rig := newMediaRig(t, body(nil))
	a := photo("https://example.com/x")
	a.Conversation = "web"
	got := rig.attempt(t, a)
	require.Equal(t, models.AttachmentFailed, got.Status)
	require.Empty(t, got.events)
}

func TestMediaNeverGivesUpForOurOwnTrouble(t *testing.T) {
	t.Parallel()
	rig := newMediaRig(t, body([]byte("the file")))
	rig.store.putErr = errors.New("disk full")
	a := photo("https://fbcdn.net/x")
	a.Attempts = 100
	got := rig.attempt(t, a)
	require.Equal(t, models.AttachmentFetching, got.Status)
	require.Equal(t, "internal", got.Reason)
	require.WithinRange(t, got.next, noon.Add(8*time.Minute), noon.Add(10*time.Minute))
}

func TestMediaShowsPhotosWithoutTheirMetadata(t *testing.T) {
	t.Parallel()
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		original := picturetest.Tagged(order, 6)
		rig := newMediaRig(t, body(original))
		got := rig.attempt(t, photo("https://fbcdn.net/x"))
		require.Equal(t, models.AttachmentStored, got.Status, got.Reason)
		require.Equal(t, "image/jpeg", got.ContentType)
		require.Equal(t, "image", got.Kind)
		require.NotNil(t, got.Place)
		require.InDelta(t, 10.9447, got.Place.Lat, 0.001)
		require.InDelta(t, 106.8243, got.Place.Lng, 0.001)
		require.Equal(t, original, rig.store.blobs[got.Blob], "the original is kept as it came")

		shown := rig.store.blobs[got.Shown]
		require.NotContains(t, string(shown), "Exif")
		require.NotContains(t, string(shown), "PhoneModel")
		img, format, err := image.Decode(bytes.NewReader(shown))
		require.NoError(t, err)
		require.Equal(t, "jpeg", format)
		require.Equal(t, image.Pt(40, 60), img.Bounds().Size(), "turned upright")
		r, _, b, _ := img.At(35, 5).RGBA() // its left upper corner is now at the right
		require.Greater(t, r, b)
	}
}

func TestMediaKeepsWhatDoesNotDecodeAsAFile(t *testing.T) {
	t.Parallel()
	whole := picturetest.Tagged(binary.LittleEndian, 1)
	for name, b := range map[string][]byte{
		"a page named photo": []byte("<!DOCTYPE html><script>alert(1)</script>"),
		"a cut photo":        whole[:len(whole)/2],
		"a bomb":             pngOf(t, 100_000, 100_000),
		"a wide bomb":        pngOf(t, 1<<31-1, 1),
		"a format we lack":   []byte("RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00"),
	} {
		rig := newMediaRig(t, body(b))
		got := rig.attempt(t, photo("https://fbcdn.net/x"))
		require.Equal(t, models.AttachmentStored, got.Status, name)
		require.Equal(t, "file", got.Kind, name)
		require.Empty(t, got.Shown, name)
		require.Equal(t, b, rig.store.blobs[got.Blob], name)
		require.Len(t, rig.store.blobs, 1, name)
	}
}

// pngOf is a PNG of a few bytes that claims to be as large as told.
func pngOf(t *testing.T, w, h uint32) []byte {
	t.Helper()
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h)
	head = append(head, 8, 2, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}

func TestMediaRunFetchesFourAtOnceAndGivesBackOnStop(t *testing.T) {
	t.Parallel()
	started := make(chan struct{}, 10)
	rig := newMediaRig(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/quick" {
			_, _ = io.WriteString(w, "the file")
			return
		}
		started <- struct{}{}
		<-r.Context().Done()
	})
	all := make(chan struct{}, 10)
	rig.store.onSave = func() { all <- struct{}{} }
	rig.store.queue = []models.Attachment{photo("https://fbcdn.net/quick")}
	for range mediaSlots + 2 {
		rig.store.queue = append(rig.store.queue, photo("https://fbcdn.net/slow"))
	}
	ctx, stop := context.WithCancel(t.Context())
	var run sync.WaitGroup
	run.Go(func() { rig.Run(ctx) })
	<-all // the quick one, while others are under way
	for range mediaSlots {
		<-started
	}
	stop()
	run.Wait()
	require.EqualValues(t, mediaSlots+1, rig.hits.Load(), "no more than four at once")
	given := 0
	for _, s := range rig.store.saved {
		if strings.HasSuffix(s.URL, "/slow") && s.Status == models.AttachmentFetching && s.Attempts == 0 && s.next.Equal(noon) {
			given++
		}
	}
	require.Equal(t, mediaSlots, given, "each is given back, its attempt not counted")
}

// TestMediaLeavesNoFileBehind looks into the folder of temporary files in the
// middle of a fetch, where a kill would leave it.
func TestMediaLeavesNoFileBehind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	rig := newMediaRig(t, func(w http.ResponseWriter, _ *http.Request) {
		left, err := os.ReadDir(dir)
		assert.NoError(t, err)
		assert.Empty(t, left)
		_, _ = io.WriteString(w, "a citizen's file")
	})
	require.Equal(t, models.AttachmentStored, rig.attempt(t, photo("https://fbcdn.net/a")).Status)
}

func TestMediaKeepsItsLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rig := &memoryMedia{}
		m := NewMedia(MediaDeps{Store: rig, Log: logrus.New(), Now: time.Now})
		release := m.keepLease(t.Context(), photo("https://fbcdn.net/x"))
		<-time.After(mediaLease * 5)
		release()
		require.GreaterOrEqual(t, len(rig.saved), 14)
		for i, s := range rig.saved[1:] {
			require.Less(t, s.next.Sub(rig.saved[i].next), mediaLease, "renewed before it runs out")
			require.Equal(t, models.AttachmentFetching, s.Status)
		}
		before := len(rig.saved)
		<-time.After(mediaLease)
		require.Len(t, rig.saved, before, "and not after the release")
	})
}

func TestMediaCleansUpWhatWasDropped(t *testing.T) {
	t.Parallel()
	rig := newMediaRig(t, body([]byte("the file")))
	kept := rig.attempt(t, photo("https://fbcdn.net/x"))
	for i := range sweepBatch + 1 {
		key := fmt.Sprintf("original/%d", i)
		rig.store.blobs[key], rig.store.drops = nil, append(rig.store.drops, key)
	}
	rig.store.putErr = errors.New("store is away")
	require.Error(t, rig.sweepOnce(t.Context()))
	require.Len(t, rig.store.drops, sweepBatch+1, "not forgotten before it is deleted")
	rig.store.putErr = nil
	require.NoError(t, rig.sweepOnce(t.Context()))
	require.Empty(t, rig.store.drops)
	require.Len(t, rig.store.blobs, 1)
	require.Contains(t, rig.store.blobs, kept.Blob)
}

func TestMediaFileDroppedMeanwhileIsNoFault(t *testing.T) {
	t.Parallel()
	rig := newMediaRig(t, body([]byte("the file")))
	var logged bytes.Buffer
	log := logrus.New()
	log.SetOutput(&logged)
	rig.Log = log
	rig.store.saveErr = fmt.Errorf("save attachment: %w", store.ErrNotFound)
	rig.attempt(t, photo("https://fbcdn.net/x"))
	require.Empty(t, logged.String())
	rig.store.saveErr = errors.New("database is away")
	rig.attempt(t, photo("https://fbcdn.net/x"))
	require.Contains(t, logged.String(), "database is away")
}

func FuzzMediaAllow(f *testing.F) {
	f.Add("https://cdn.fbcdn.net/x?y=z")
	f.Add("http://127.0.0.1:9/x")
	f.Add("http://user@fbcdn.net:80\\@evil.com/")
	c := newMediaClient([]string{"fbcdn.net", "127.0.0.1:9"})
	f.Fuzz(func(t *testing.T, link string) {
		req, err := http.NewRequest(http.MethodGet, link, nil)
		if err != nil {
			return
		}
		u, err := c.allow(req.URL)
		if err != nil {
			return
		}
		again, err := http.NewRequest(http.MethodGet, u.String(), nil)
		if err != nil {
			return
		}
		host := again.URL.Hostname()
		listed := again.URL.Scheme == "https" && again.URL.Port() == "" && (host == "fbcdn.net" || strings.HasSuffix(host, ".fbcdn.net"))
		if !listed && again.URL.Host != "127.0.0.1:9" {
			t.Fatalf("%q leads to %q", link, u)
		}
	})
}
