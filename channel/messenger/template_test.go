package messenger

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

func resultReady() channel.Message {
	m := outgoingMessage()
	m.LastUser = sampleNow.Add(-30 * 24 * time.Hour)
	m.Template = &channel.Template{ID: "ket_qua_ho_so", Params: []models.TemplateParam{{Name: "1", Value: "HS-2026-0001"}}}
	return m
}

// withoutButtons is a sample's message as we send it: with our metadata, without
// the buttons, which no template of ours has.
func withoutButtons(t *testing.T, name string) string {
	t.Helper()
	var message map[string]any
	require.NoError(t, json.Unmarshal(sampleBody(t, name)["message"], &message))
	message["metadata"] = "ln:7"
	holder := message
	if at, ok := message["attachment"].(map[string]any); ok {
		holder = map[string]any{"template": at["payload"]}
	}
	template := holder["template"].(map[string]any)
	template["components"] = template["components"].([]any)[:1]
	out, err := json.Marshal(message)
	require.NoError(t, err)
	return string(out)
}

// TestSendATemplateAsTheSamples: Meta's form first; where it is refused, the one
// that others report, and that one from then on.
func TestSendATemplateAsTheSamples(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]bool{"taken": false, "refused": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var forms []url.Values
			s := graph(t, func(w http.ResponseWriter, r *http.Request) {
				assert.NoError(t, r.ParseForm())
				forms = append(forms, r.PostForm)
				if refuse && len(forms) == 1 {
					w.WriteHeader(http.StatusBadRequest)
					_, _ = io.WriteString(w, `{"error":{"message":"(#100) Invalid parameter","code":100}}`)
					return
				}
				_, _ = io.WriteString(w, accepted)
			})
			for range 2 {
				id, err := s.Send(t.Context(), resultReady())
				require.NoError(t, err)
				assert.Equal(t, "m_out01", id)
			}
			want := []string{"send_utility_template_doc_form", "send_utility_template_doc_form"}
			if refuse {
				want = []string{"send_utility_template_doc_form", "send_utility_template_field_report_form", "send_utility_template_field_report_form"}
			}
			require.Len(t, forms, len(want))
			for i, sample := range want {
				assert.Equal(t, "UTILITY", forms[i].Get("messaging_type"))
				assert.False(t, forms[i].Has("tag"))
				assert.JSONEq(t, withoutButtons(t, sample), forms[i].Get("message"))
			}
		})
	}
}

// TestATemplateIsSentOnce: what is not surely refused is not tried in another form.
func TestATemplateIsSentOnce(t *testing.T) {
	t.Parallel()
	for body, kind := range map[string]channel.Kind{
		`{"error":{"message":"m","code":1,"error_subcode":1357046}}`: channel.KindUnknown,
		`{"error":{"message":"m","code":190}}`:                       channel.KindToken,
		`{"error":{"message":"m","code":551}}`:                       channel.KindBlocked,
	} {
		calls := 0
		s := graph(t, func(w http.ResponseWriter, _ *http.Request) {
			calls++
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, body)
		})
		_, err := s.Send(t.Context(), resultReady())
		var failure *channel.SendError
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, kind, failure.Kind)
		assert.Equal(t, 1, calls)
	}
}
