package sandbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"),
		goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

// newServer serves h on loopback for the test.
func newServer(t *testing.T, h http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestAlbumIsOneMessageOnMessengerAndManyOnZalo(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	assert.Len(t, r.citizen(Messenger).SendPhotos(3), 1)
	require.NoError(t, r.Idle(r.ctx()))
	assert.Len(t, r.product.got, 1)
	assert.Equal(t, 3, strings.Count(string(r.product.next(t).body), `"image"`))

	assert.Len(t, r.citizen(Zalo).SendPhotos(3), 3)
	require.NoError(t, r.Idle(r.ctx()))
	assert.Len(t, r.product.got, 3)
}

func TestPhotosCanBeFetched(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	sent := r.citizen(Messenger).SendPhotos(2)[0]
	assert.NotEqual(t, SamplePhoto(0), SamplePhoto(1))
	for i, at := range sent.Attachments {
		res, err := http.Get(at.URL)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		assert.Equal(t, http.StatusOK, res.StatusCode)
		assert.Equal(t, "image/jpeg", res.Header.Get("Content-Type"))
		assert.EqualValues(t, len(SamplePhoto(i)), res.ContentLength)
	}
}

func TestMediaStoreIsBounded(t *testing.T) {
	t.Parallel()
	m := newMediaStore()
	m.put("old", "image/jpeg", make([]byte, maxMediaBytes))
	m.put("new", "image/jpeg", make([]byte, 1))
	assert.NotContains(t, m.files, "old")
	assert.Contains(t, m.files, "new")
	assert.Equal(t, 1, m.size)
}

func TestTapOnZalo(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.OAs[0].Buttons = true })
	c := r.citizen(Zalo)
	c.Say("Chào")
	_, err := c.Tap("1")
	require.ErrorIs(t, err, ErrNoChoice)

	_, err = r.sendZalo("Ông/bà cần gì ạ?\n1. Gửi phản ánh\n2. Hỏi thủ tục\nBước 1: không phải lựa chọn")
	require.NoError(t, err)
	tests := []struct{ tap, text string }{
		{"2", "2"},
		{"Gửi phản ánh", "1"},
		{"menu.root:ask", "#menu.root:ask"},
	}
	for _, tt := range tests {
		m, err := c.Tap(tt.tap)
		require.NoError(t, err)
		assert.Equal(t, tt.text, m.Text)
	}
	_, err = c.Tap("3")
	require.ErrorIs(t, err, ErrNoChoice)

	_, err = r.zaloCall("AT-old", "POST", "/v3.0/oa/message/cs", map[string]any{
		"recipient": map[string]any{"user_id": zaloUser},
		"message": map[string]any{"text": "?\n1. Bỏ qua", "attachment": map[string]any{"type": "template", "payload": map[string]any{
			"buttons": []any{map[string]any{"title": "Bỏ qua", "type": "oa.query.hide", "payload": "#report.place:skip"}},
		}}},
	})
	require.NoError(t, err)
	m, err := c.Tap("report.place:skip")
	require.NoError(t, err)
	assert.Equal(t, "#report.place:skip", m.Text)
}

func TestQuickRepliesVanishAfterTheNextMessage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.citizen(Messenger)
	c.Say("Chào")
	_, err := r.graphCall("POST", "/me/messages", map[string]any{
		"recipient": map[string]any{"id": psid}, "messaging_type": "RESPONSE",
		"message": map[string]any{"text": "?", "quick_replies": []any{map[string]any{"content_type": "text", "title": "Bỏ qua", "payload": "report.place:skip"}}},
	})
	require.NoError(t, err)
	m, err := c.Tap("skip")
	require.NoError(t, err)
	assert.Equal(t, "report.place:skip", m.Payload)
	_, err = c.Tap("skip")
	require.ErrorIs(t, err, ErrNoChoice)
}

func TestWaitWakesOnChange(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.citizen(Messenger)
	c.Say("Chào")
	got := make(chan Message, 1)
	go func() {
		m, err := c.WaitReply(r.ctx(), 1)
		if err == nil {
			got <- m
		}
	}()
	_, err := r.sendGraph("Xin chào")
	require.NoError(t, err)
	select {
	case m := <-got:
		assert.Equal(t, "Xin chào", m.Text)
	case <-time.After(5 * time.Second):
		require.FailNow(t, "nobody was woken")
	}
	short, cancel := context.WithCancel(r.ctx())
	cancel()
	_, err = c.WaitReply(short, 2)
	require.ErrorIs(t, err, context.Canceled)
}

func TestWaitEndsWithTheSandbox(t *testing.T) {
	t.Parallel()
	s := New(testOptions(time.Now))
	s.Close()
	require.ErrorIs(t, s.Wait(t.Context(), func() bool { return false }), ErrClosed)
}

func TestStatsCountDoubles(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.citizen(Messenger).Say("Chào")
	r.citizen(Zalo).Say("Chào")
	for range 2 {
		_, err := r.sendGraph("x")
		require.NoError(t, err)
		_, err = r.sendZalo("x")
		require.NoError(t, err)
	}
	st := r.Stats()
	assert.Equal(t, 2, st.Metadata["out:x"])
	assert.Equal(t, 2, st.Repeats)
	assert.Equal(t, map[Platform]int{Messenger: 2, Zalo: 2}, st.Sends)
}

func TestRewindClosesTheWindow(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.citizen(Messenger)
	c.Say("Chào")
	c.Rewind(25 * time.Hour)
	got, err := r.sendGraph("x")
	require.NoError(t, err)
	_, sub := got.code()
	assert.Equal(t, 2018278, sub)
}

func TestTimestampsNeverRepeat(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.citizen(Zalo)
	var last time.Time
	for range 20 {
		m := c.Say("x")
		assert.True(t, m.At.After(last))
		last = m.At
	}
}

func TestConnectRefusesOtherMachines(t *testing.T) {
	t.Parallel()
	s := New(testOptions(time.Now))
	defer s.Close()
	for _, u := range []string{"http://192.0.2.1:8080", "https://127.0.0.1", "http://langnghe.example", "://"} {
		require.Error(t, s.Connect("http://127.0.0.1:1", u), u)
	}
	require.NoError(t, s.Connect("http://localhost:1", "http://[::1]:2"))
	_, err := s.Citizen(Messenger, "nobody", "1")
	require.ErrorIs(t, err, ErrNoAccount)
}

func TestWireLogHidesSecrets(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.citizen(Zalo).Say("Chào")
	r.citizen(Messenger).Say("Chào")
	_, err := r.sendGraph("x")
	require.NoError(t, err)
	_, err = r.refreshPair("RT-old")
	require.NoError(t, err)
	_, err = r.refreshPair("RT-of-another")
	require.NoError(t, err)
	require.NoError(t, r.Idle(r.ctx()))
	list := r.Wire(0)
	require.NotEmpty(t, list)
	oa := r.findAccount(Zalo, oaID).oa
	for _, x := range list {
		all := x.Path + x.Request + x.Response
		for _, secret := range []string{pageToken, appProof(appSecret, pageToken), "RT-old", "RT-of-another", oa.AccessToken, oa.RefreshToken} {
			assert.NotContains(t, all, secret)
		}
	}
}

func TestWireLogIsBounded(t *testing.T) {
	t.Parallel()
	l := newWireLog(3, nil)
	for range 5 {
		l.add(Exchange{Request: strings.Repeat("ệ", maxWireBody)})
	}
	list := l.after(0)
	require.Len(t, list, 3)
	assert.EqualValues(t, 3, list[0].Seq)
	assert.Len(t, l.after(4), 1)
	assert.LessOrEqual(t, len(list[0].Request), maxWireBody+len("…"))
}
