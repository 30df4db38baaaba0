package handlers

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

var testNow = time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)

// fakeStore keeps everything in memory. fail is returned by every method while
// it is set.
type fakeStore struct {
	mu            sync.Mutex
	fail          error
	events        []models.Event
	cases         map[string]models.Case
	conversations map[string]models.Conversation
	attachments   map[string]models.Attachment
	outbox        []models.OutboxItem
	accounts      []store.Account
	tokens        map[string]models.Principal
	erasures      map[string]string // code to conversation
	asked         map[string]bool   // conversation and unit
	audit         []string
	counts        store.Counts
	filter        store.CaseFilter // the latest
	locked        []string         // codes, in the order of locking
}

func newFakeStore() *fakeStore {
	return &fakeStore{
		cases: map[string]models.Case{}, conversations: map[string]models.Conversation{},
		attachments: map[string]models.Attachment{}, tokens: map[string]models.Principal{},
		erasures: map[string]string{}, asked: map[string]bool{},
	}
}

func (f *fakeStore) Append(_ context.Context, events []models.Event) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		return f.fail
	}
	f.events = append(f.events, events...)
	return nil
}

func (f *fakeStore) Ping(context.Context) error { return f.fail }

func (f *fakeStore) Counts(context.Context) (store.Counts, error) { return f.counts, f.fail }

func (f *fakeStore) Principal(_ context.Context, token string) (models.Principal, error) {
	return find(f, f.tokens, token)
}

func (f *fakeStore) Case(_ context.Context, code string) (*models.Case, error) {
	c, err := find(f, f.cases, strings.ToUpper(code))
	return &c, err
}

func (f *fakeStore) Attachment(_ context.Context, id string) (*models.Attachment, error) {
	a, err := find(f, f.attachments, id)
	return &a, err
}

func (f *fakeStore) Conversation(_ context.Context, id string) (*models.Conversation, error) {
	c, err := find(f, f.conversations, id)
	return &c, err
}

func find[V any](f *fakeStore, from map[string]V, key string) (v V, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		return v, f.fail
	}
	v, ok := from[key]
	if !ok {
		return v, store.ErrNotFound
	}
	return v, nil
}

func (f *fakeStore) Cases(_ context.Context, q store.CaseFilter) ([]models.Case, string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.filter = q
	var out []models.Case
	for _, c := range f.cases {
		if q.Seen.Sees(c) && (q.Unit == "" || q.Unit == c.Unit) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b models.Case) int { return strings.Compare(a.Code, b.Code) })
	if q.Page.Cursor != "" {
		return nil, "", store.ErrCursor
	}
	return out, "next", f.fail
}

func (f *fakeStore) Accounts(context.Context) ([]store.Account, error) { return f.accounts, f.fail }

func (f *fakeStore) Stats(_ context.Context, by models.Principal, unit string, _ time.Time) ([]store.Stats, error) {
	unit = cmp.Or(unit, by.Unit)
	return []store.Stats{{Unit: unit, Status: models.StatusNew, Count: 1}}, f.fail
}

func (f *fakeStore) Conversations(_ context.Context, mode, unit string, _ store.Page) ([]models.Conversation, string, error) {
	var out []models.Conversation
	for _, c := range f.conversations {
		if (mode == "" || string(c.Mode) == mode) && (unit == "" || c.Unit == unit) {
			out = append(out, c)
		}
	}
	return out, "", f.fail
}

func (f *fakeStore) Release(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.conversations[id]
	if c.Mode != models.ModeParked {
		return store.ErrConflict
	}
	c.Mode = models.ModeBot
	f.conversations[id] = c
	return nil
}

func (f *fakeStore) Outbox(context.Context, string, string, store.Page) ([]models.OutboxItem, string, error) {
	return f.outbox, "", f.fail
}

func (f *fakeStore) SensitiveIn(_ context.Context, ids []string) ([]models.Case, error) {
	var out []models.Case
	for _, c := range f.cases {
		if c.Sensitive && slices.Contains(ids, c.Conversation) {
			out = append(out, c)
		}
	}
	return out, f.fail
}

func (f *fakeStore) StartErasure(_ context.Context, platform, subject, conversation string) (string, error) {
	code := "x" + platform + subject
	f.erasures[code] = conversation
	return code, f.fail
}

func (f *fakeStore) Erasure(_ context.Context, code string) (*store.Erasure, error) {
	_, err := find(f, f.erasures, code)
	return &store.Erasure{Code: code, AskedAt: testNow}, err
}

func (f *fakeStore) Update(context.Context, func(*store.Tx) error) error {
	panic("tests run changes on fakeTx")
}

// fakeTx is a transaction on the fake store: what it did is undone on an error.
type fakeTx struct{ *fakeStore }

func (f *fakeStore) update(_ context.Context, do func(caseTx) error) error {
	cases, events, audit := cloneMap(f.cases), slices.Clone(f.events), slices.Clone(f.audit)
	err := do(fakeTx{f})
	if err != nil {
		f.cases, f.events, f.audit = cases, events, audit
	}
	return err
}

func cloneMap(m map[string]models.Case) map[string]models.Case {
	out := map[string]models.Case{}
	for k, c := range m {
		c.Events = slices.Clone(c.Events)
		out[k] = c
	}
	return out
}

func (t fakeTx) Case(code string) (*models.Case, error) {
	t.locked = append(t.locked, code)
	return t.fakeStore.Case(context.Background(), code)
}

func (t fakeTx) MergedInto(codes []string) ([]models.Case, error) {
	var out []models.Case
	for _, c := range t.cases {
		if slices.Contains(codes, c.MergedInto) {
			out = append(out, c)
		}
	}
	return out, nil
}

func (t fakeTx) SaveCase(c *models.Case) error {
	t.cases[c.Code] = *c
	return nil
}

func (t fakeTx) Append(events []models.Event) error {
	return t.fakeStore.Append(context.Background(), events)
}

func (t fakeTx) RatedSince(conversation, unit string, since time.Time) (bool, error) {
	return t.asked[conversation+unit] && since.Equal(testNow.Add(-ratingPause)), nil
}

func (t fakeTx) AskedRating(conversation, unit string) error {
	t.asked[conversation+unit] = true
	return nil
}

func (t fakeTx) Mention(*models.Case, []string) error { return nil }

func (t fakeTx) Audit(by models.Principal, action, about, detail string) error {
	t.audit = append(t.audit, strings.Join([]string{by.Actor(), action, about, detail}, " "))
	return nil
}

// fakeReceiver answers what it was told to.
type fakeReceiver struct {
	got  channel.Received
	err  error
	body []byte
}

func (r *fakeReceiver) Receive(_ http.Header, body []byte, _ time.Time) (channel.Received, error) {
	r.body = body
	return r.got, r.err
}

func (r *fakeReceiver) Handshake(token string) bool { return token == "right" }

type fakeCatalogue struct{}

func (fakeCatalogue) HasUnit(slug string) bool {
	return slices.Contains([]string{"tran-bien", "long-khanh"}, slug)
}

func (fakeCatalogue) HasCategory(code string) bool {
	return slices.Contains([]string{"rac", "can_bo"}, code)
}

func (fakeCatalogue) Sensitive(code string) bool { return code == "can_bo" }

type fakeBlobs map[string]string

func (b fakeBlobs) Open(_ context.Context, key string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(b[key])), nil
}

func (b fakeBlobs) Put(_ context.Context, key string, r io.Reader, _ int64, _ string) error {
	data, err := io.ReadAll(r)
	b[key] = string(data)
	return err
}

func (b fakeBlobs) Delete(_ context.Context, key string) error {
	delete(b, key)
	return nil
}

// bench is a running set of handlers on fakes.
type bench struct {
	*fakeStore
	messenger, zalo *fakeReceiver
	registry        *prometheus.Registry
	handler         http.Handler
	log             *strings.Builder
}

func newBench(t *testing.T, change ...func(*Deps)) *bench {
	t.Helper()
	b := &bench{
		fakeStore: newFakeStore(), messenger: &fakeReceiver{}, zalo: &fakeReceiver{},
		registry: prometheus.NewRegistry(), log: &strings.Builder{},
	}
	d := Deps{
		Store: b.fakeStore, Messenger: b.messenger, Zalo: b.zalo, Log: testLog(b), Registry: b.registry,
		Now: func() time.Time { return testNow }, Catalogue: fakeCatalogue{}, PublicURL: "https://gopy.example.vn",
		Blobs: fakeBlobs{"original": "ORIGINAL", "shown": "SHOWN"},
	}
	for _, f := range change {
		f(&d)
	}
	s := newServer(d)
	s.update = b.update
	var err error
	b.handler, err = s.routes()
	require.NoError(t, err)
	return b
}

// do sends a request; headers come in pairs.
func (b *bench) do(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w
}

// count is the value of a counter, written as in the text format:
// name{label="value"}.
func (b *bench) count(t *testing.T, series string) string {
	t.Helper()
	w := b.do(http.MethodGet, "/metrics", "")
	require.Equal(t, http.StatusOK, w.Code)
	for line := range strings.Lines(w.Body.String()) {
		if value, found := strings.CutPrefix(line, series+" "); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// failingStore knows its tokens and fails at everything else.
type failingStore struct{ *fakeStore }

func (failingStore) Cases(context.Context, store.CaseFilter) ([]models.Case, string, error) {
	return nil, "", errors.New("pq: secret")
}

func testLog(b *bench) logrus.FieldLogger {
	log := logrus.New()
	log.SetOutput(b.log)
	return log
}
