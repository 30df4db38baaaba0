package messenger

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

// desk is a Graph API that answers by path, and keeps what was asked of it.
type desk struct {
	mu      sync.Mutex
	answers map[string]string
	asked   []string // method, path and body
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, r.Method+" "+r.URL.RequestURI()+" "+string(body))
	answer, known := d.answers[strings.TrimPrefix(r.URL.Path, "/v25.0")]
	if !known {
		w.WriteHeader(http.StatusBadRequest)
		answer = `{"error":{"message":"(#10) not allowed","code":10}}`
	}
	_, _ = io.WriteString(w, answer)
}

func TestCheckTellsHowAPageDoes(t *testing.T) {
	t.Parallel()
	d := &desk{answers: map[string]string{
		"/me":          `{"id":"104500000000001","name":"UBND phường A"}`,
		"/debug_token": `{"data":{"is_valid":true,"expires_at":1795488000}}`,
		"/104500000000001/subscribed_apps": `{"data":[{"id":"700000000000001","subscribed_fields":["messages","message_echoes"]},
{"id":"9","subscribed_fields":["messaging_postbacks"]}]}`,
		"/104500000000001/conversations": `{"data":[{"id":"t_1","participants":{"data":[{"id":"104500000000001"},{"id":"24900000000000011"}]}},
{"id":"t_2","participants":{"data":[{"id":"24900000000000012"},{"id":"104500000000001"}]}},{"id":"t_3"}]}`,
		"/104500000000001/thread_owner": `{"data":[{"thread_owner":{"app_id":263902037430900,"expiration":1795488000}}]}`,
	}}
	got := graph(t, d.ServeHTTP).Check(t.Context())
	require.Equal(t, models.ChannelCheck{
		Name: "UBND phường A", Expires: time.Unix(1795488000, 0).UTC(), Fields: true,
		Missing: []string{"messaging_postbacks", "message_edits", "message_deliveries", "message_reads", "messaging_handovers"},
		Threads: 2, Owners: []string{"263902037430900"},
	}, got)
	for _, asked := range d.asked {
		address := strings.Fields(asked)[1]
		assert.NotContains(t, address, "PAGE_TOKEN", "the token stands in the address")
		assert.NotContains(t, address, testPage.AppSecret)
	}
}

func TestCheckLeavesOutWhatItIsNotTold(t *testing.T) {
	t.Parallel()
	d := &desk{answers: map[string]string{"/me": `{"id":"104500000000001","name":"A"}`}}
	require.Equal(t, models.ChannelCheck{Name: "A"}, graph(t, d.ServeHTTP).Check(t.Context()))
}

func TestCheckOfAnotherAccountsToken(t *testing.T) {
	t.Parallel()
	got := answering(t, 200, `{"id":"7","name":"Nguyễn Văn A"}`).Check(t.Context())
	require.Equal(t, channel.OtherAccount, got.Code)
	require.False(t, got.Fine())
}

func TestCheckOfADeadToken(t *testing.T) {
	t.Parallel()
	got := answering(t, 400, `{"error":{"message":"expired PAGE_TOKEN","code":190,"error_subcode":463}}`).Check(t.Context())
	require.Equal(t, models.ChannelCheck{Kind: "token", Code: "190/463", Words: "expired …"}, got)
}

func TestWhoHoldsAThread(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		`{"data":[{"thread_owner":{"app_id":7}}]}`: "7", `{"data":[{"thread_owner":{"app_id":"8"}}]}`: "8",
		`{"data":[{"thread_owner":{"app_id":null}}]}`: "", `{"data":[{"thread_owner":{}}]}`: "", `{"data":[{}]}`: "", `{"data":[]}`: "",
	} {
		got, err := answering(t, 200, answer).threadOwner(t.Context(), "1")
		require.NoError(t, err, answer)
		require.Equal(t, want, got, answer)
	}
}

func TestSubscribeKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	d := &desk{answers: map[string]string{
		"/104500000000001/subscribed_apps": `{"success":"true","data":[{"id":"700000000000001","subscribed_fields":["messages","feed"]}]}`,
	}}
	require.NoError(t, graph(t, d.ServeHTTP).Subscribe(t.Context()))
	last := d.asked[len(d.asked)-1]
	require.True(t, strings.HasPrefix(last, "POST "), last)
	for _, field := range append(neededFields(), "feed") {
		require.Contains(t, last, field)
	}
	require.Error(t, answering(t, 200, `{"success":false,"data":[]}`).Subscribe(t.Context()))
	require.Error(t, answering(t, 400, `{"error":{"message":"no","code":200}}`).Subscribe(t.Context()))
}
