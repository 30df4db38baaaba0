package zalo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

// resultReady is the template of the samples.
func resultReady(phone string) channel.Message {
	return channel.Message{ID: 7, Peer: peer, Text: "…", Template: &channel.Template{ID: "300001", Phone: phone, Params: []models.TemplateParam{
		{Name: "ho_ten", Value: "Nguyễn Văn A"}, {Name: "ma_hs", Value: "PA-2026-000123"},
	}}}
}

func TestSendTemplatesAsTheSamples(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ phone, host string }{
		"20_zbs_template_by_uid":   {"", DefaultAPIURL},
		"21_zns_template_by_phone": {"0900000000", DefaultTemplateURL},
	} {
		want := readAPISample(t, name)
		p := newPlatform(t, reply{body: string(want.Response.Body)})
		s := NewSender(sampleAccount(), &source{access: "AT"}, Options{APIURL: p.URL, TemplateURL: p.URL, Now: clock})
		id, err := s.Send(t.Context(), resultReady(c.phone))
		require.NoError(t, err)
		assert.Equal(t, "a4d0243feee163bd3af2", id, "the answer names it in two ways")
		got := p.seen()[0]
		assert.Equal(t, want.Request.Method+" "+want.Request.URL, got.method+" "+c.host+got.url)
		assert.Equal(t, "AT", got.token)
		var compact bytes.Buffer
		require.NoError(t, json.Compact(&compact, want.Request.Body))
		sample := strings.Replace(compact.String(), "PA-2026-000123-DONE", "ln:7."+peer, 1) // the tracking id is ours
		assert.Equal(t, sample, strings.TrimSpace(string(got.body)), "byte for byte")
	}
}

func TestTemplateErrorTable(t *testing.T) {
	t.Parallel()
	for kind, codes := range map[channel.Kind][]int{
		channel.KindBlocked:       {-108, -114, -118, -119, -139, -140, -141, -213},
		channel.KindRejected:      {-109, -117, -131, -146, -1121, -1122, -249},
		channel.KindMisconfigured: {-115, -126, -127, -135, -136, -137, -138, -1381},
		channel.KindTemporary:     {-133, -144, -147},
		channel.KindToken:         {-124},
	} {
		for _, code := range codes {
			p := newPlatform(t, reply{body: fmt.Sprintf(`{"error":%d,"message":"m"}`, code)})
			s := NewSender(sampleAccount(), &source{access: "AT", renewed: "AT"}, Options{APIURL: p.URL, TemplateURL: p.URL, Now: clock})
			_, err := s.Send(t.Context(), resultReady("0900000000"))
			var fail *channel.SendError
			require.ErrorAs(t, err, &fail)
			assert.Equal(t, kind, fail.Kind, "%d", code)
			if kind == channel.KindTemporary {
				assert.Equal(t, 6*time.Hour+15*time.Second, fail.Wait, "until the morning")
			}
		}
	}
}

// TestATemplateIsNeverSentToNobody, nor again unasked: it is paid for.
func TestATemplateIsNeverSentToNobody(t *testing.T) {
	t.Parallel()
	for _, phone := range []string{"0251 382", "+1 212 555 0100", "none"} {
		p := newPlatform(t, reply{body: sentOK})
		_, err := NewSender(sampleAccount(), &source{access: "AT"}, Options{TemplateURL: p.URL}).Send(t.Context(), resultReady(phone))
		assert.Equal(t, channel.KindBlocked, kindOfError(err), phone)
		assert.Empty(t, p.seen())
	}
	_, err := newPlatform(t).sender(&source{access: "AT"}).Settle(t.Context(), resultReady(""), clock(), nil)
	assert.Equal(t, channel.KindMisconfigured, kindOfError(err))
}

// TestReceiptOfATemplate: it names the phone alone; the tracking id says whose it is.
func TestReceiptOfATemplate(t *testing.T) {
	t.Parallel()
	a := sampleAccount()
	for tracking, want := range map[string]string{"ln:7." + peer: peer, "ln:7": "", "ln:x." + peer: "", "PA-2026-000123-DONE": "", "ln:7.": "", "ln:7.a b": ""} {
		body := fmt.Sprintf(`{"sender":{"id":%q},"recipient":{"id":"84900000000"},"event_name":"user_received_message","message":{"delivery_time":"1790000001432","msg_id":"m1","tracking_id":%q},"app_id":%q,"timestamp":"1790000001477"}`, a.OAID, tracking, a.AppID)
		e, ok := decode([]byte(body))
		require.True(t, ok)
		events := e.events(a, []byte(body), clock())
		if want == "" {
			assert.Empty(t, events, tracking)
			continue
		}
		require.Len(t, events, 1, tracking)
		assert.Equal(t, []any{models.EventDelivered, want, []string{"m1"}}, []any{events[0].Kind, events[0].Peer, events[0].Mids})
	}
}
