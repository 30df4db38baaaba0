package relay

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const askedDossier = "H19.12-261126-0001"

// desk is a source that tells what the test tells it.
type desk struct {
	asked atomic.Int64
	told  models.Dossier
	err   error
}

// Dossier implements DossierSource.
func (d *desk) Dossier(context.Context, string) (models.Dossier, error) {
	d.asked.Add(1)
	return d.told, d.err
}

// withDesk makes a source that the world's inbox and a worker know.
func (w *world) withDesk(d *desk, now func() time.Time) *Dossiers {
	catalogue, _ := mind()
	stages := catalogue.DossierStages()
	w.inbox.Dossiers = DossierBook{Stages: stages, Cache: time.Hour, Ask: func() {}}
	return NewDossiers(DossiersDeps{Store: w.store, Source: d, Timeout: time.Second, Stages: stages, Log: silent(), Now: now})
}

// lastSaid is the text of the newest message.
func (w *world) lastSaid() string {
	items := w.items()
	require.NotEmpty(w.t, items)
	return items[len(items)-1].Text
}

func (w *world) saveDossier(stage string) {
	w.t.Helper()
	require.NoError(w.t, w.store.Update(w.t.Context(), func(tx *store.Tx) error {
		_, err := tx.SaveDossiers([]models.Dossier{{Code: askedDossier, Procedure: "ly hôn", Result: "Nguyễn Văn A", Unit: "tran-bien", Stage: stage}}, w.inbox.Dossiers.Stages.Done)
		return err
	}))
}

func TestADossierOfTheListIsToldAndItsResultOnce(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.withDesk(&desk{}, time.Now)
		w.inbox.Dossiers.Ask = nil
		w.saveDossier("dang-xu-ly")
		w.says("1", askedDossier)
		w.play()
		require.Contains(t, w.lastSaid(), "Đang xử lý")
		require.NotContains(t, w.lastSaid(), "ly hôn", "the code alone tells stage and dates")
		require.NotContains(t, w.lastSaid(), "Nguyễn")
		w.says("1", "#dossier.show:subscribe")
		w.play()
		w.says("1", "#menu.root:report") // a step is open now
		w.play()

		w.saveDossier("da-xu-ly-xong")
		w.saveDossier("da-tra-ket-qua")
		w.play()
		items := w.items()
		last := items[len(items)-1]
		require.Len(t, items, 4, "one notice")
		require.Contains(t, last.Text, "mà ông/bà đang chờ")
		require.Equal(t, models.PriorityNotice, last.Priority)
		require.Equal(t, "report.describe:done", last.Choices[0].Payload, "the open step stays")
	})
}

func TestTheSourceIsAskedAndItsAnswerKept(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		d := &desk{told: models.Dossier{Stage: "dang-xu-ly"}}
		worker := w.withDesk(d, time.Now)
		w.says("1", askedDossier)
		w.play()
		require.Contains(t, w.lastSaid(), "đang tra cứu")
		require.Equal(t, 1, worker.Round(t.Context()))
		require.Zero(t, worker.Round(t.Context()))
		w.play()
		require.Contains(t, w.lastSaid(), "Đang xử lý")
		require.Equal(t, models.PriorityReply, w.items()[1].Priority)

		w.says("2", askedDossier)
		w.play()
		require.Contains(t, w.lastSaid(), "Đang xử lý", "kept from before")
		require.EqualValues(t, 1, d.asked.Load())

		w.inbox.Dossiers.Cache = 0
		w.says("2", askedDossier)
		w.play()
		require.Contains(t, w.lastSaid(), "đang tra cứu", "what was kept is too old")
	})
}

func TestASourceThatDoesNotAnswerIsToldOf(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err    error
		tries  int
		expect string
	}{
		"unreachable": {errors.New("no route"), len(dossierWaits) + 1, "chưa hỏi được"},
		"unknown":     {ErrNoDossier, 1, "không tìm thấy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Now()
			st, err := store.Open(t.Context(), databases.SQLite(t), store.Options{Migrate: true, Now: func() time.Time { return now }})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, st.Close()) })
			w := newWorld(t, databases.SQLite(t))
			w.store, w.inbox.Store, w.inbox.Now = st, st, func() time.Time { return now }
			d := &desk{err: tt.err}
			worker := w.withDesk(d, func() time.Time { return now })
			w.says("1", askedDossier)
			now = now.Add(time.Second)
			w.play()
			for range tt.tries {
				require.Equal(t, 1, worker.Round(t.Context()))
				now = now.Add(10 * time.Second)
			}
			require.Zero(t, worker.Round(t.Context()))
			require.EqualValues(t, tt.tries, d.asked.Load())
			w.play()
			require.Contains(t, w.lastSaid(), tt.expect)
		})
	}
}

func TestTheWorkerStopsAndAnotherTakesOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	worker := w.withDesk(&desk{told: models.Dossier{Stage: "dang-xu-ly"}}, time.Now)
	w.says("1", askedDossier)
	w.play()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); worker.Run(ctx) }()
	worker.Wake()
	require.Eventually(t, func() bool { w.play(); return strings.Contains(w.lastSaid(), "Đang xử lý") }, 10*time.Second, 5*time.Millisecond)
	stop()
	<-done
}

func TestHTTPSource(t *testing.T) {
	t.Parallel()
	catalogue, _ := mind()
	stages := catalogue.DossierStages()
	serve := func(status int, body string) (models.Dossier, error) {
		var asked *http.Request
		srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			asked = r
			rw.Header().Set("Location", "/elsewhere")
			rw.WriteHeader(status)
			_, _ = rw.Write([]byte(body))
		}))
		defer srv.Close()
		got, err := NewHTTPDossiers(srv.URL+"/d/{code}?v=1", "secret", time.Second, stages).Dossier(t.Context(), askedDossier)
		require.Equal(t, "/d/"+askedDossier, asked.URL.Path)
		require.Equal(t, "Bearer secret", asked.Header.Get("Authorization"))
		return got, err
	}
	got, err := serve(200, `{"code":"h19.12-261126-0001","stage":"ĐANG xử lý","due":"27/11/2026","updated":"2026-11-26T08:00:00+07:00","name":"A"}`)
	require.NoError(t, err)
	require.Equal(t, models.Dossier{
		Code: askedDossier, Stage: "dang-xu-ly", Due: time.Date(2026, 11, 26, 17, 0, 0, 0, time.UTC), Updated: time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC),
	}, got)
	_, err = serve(404, "")
	require.ErrorIs(t, err, ErrNoDossier)
	for status, body := range map[int]string{200: strings.Repeat(" ", maxDossierAnswer) + "{}", 302: "", 401: "", 500: "{}"} {
		_, err = serve(status, body)
		require.Error(t, err)
		require.NotContains(t, err.Error(), askedDossier, "what citizens ask for is not logged")
	}
	_, err = NewHTTPDossiers("http://127.0.0.1:1/{code}", "", time.Second, stages).Dossier(t.Context(), askedDossier)
	require.Error(t, err)
	require.NotContains(t, err.Error(), askedDossier)
}

func TestHTTPSourceTimesOut(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer srv.Close()
	defer close(release)
	_, err := NewHTTPDossiers(srv.URL+"/{code}", "", 20*time.Millisecond, nil).Dossier(t.Context(), askedDossier)
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrNoDossier)
}

func FuzzParseDossier(f *testing.F) {
	for _, s := range []string{`{"stage":"1"}`, `{"stage":4,"due":"1/2/2026"}`, `{"stage":null}`, `[]`, `{"code":"x"}`, "\xff", `{"stage":"9","updated":"0000-01-01"}`} {
		f.Add([]byte(s))
	}
	stages := models.DossierStages{{Code: "moi", Aliases: []string{"1"}}, {Code: "dang-xu-ly", Aliases: []string{"4"}}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := parseDossier(raw, askedDossier, stages)
		if err != nil {
			require.Zero(t, d)
			return
		}
		require.Equal(t, askedDossier, d.Code)
		_, known := stages.Find(d.Stage)
		require.True(t, known)
	})
}
