package sandbox

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestZaloTemplates: by the phone that a citizen typed, and by the user's id, long
// after the window has closed; refused as the table of template messages says.
func TestZaloTemplates(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) {
		o.OAs[0].Templates = []Template{{ID: "300001", Text: "Hồ sơ {{ma}} đã xong."}}
	})
	c := r.citizen(Zalo)
	c.Say("Số tôi là 0900 000 078")
	c.Rewind(30 * 24 * time.Hour)
	send := func(token, phone, id string, data map[string]any) int {
		req := r.request("POST", TemplatePath+"/message/template", "application/json", marshal(map[string]any{
			"phone": phone, "template_id": id, "template_data": data, "tracking_id": "ln:7",
		}))
		req.Header.Set("access_token", token)
		got, err := r.do(req)
		require.NoError(t, err)
		code, _ := got.code()
		return code
	}
	ma := map[string]any{"ma": "HS-1"}
	assert.Equal(t, -124, send("wrong", "84900000078", "300001", ma))
	assert.Equal(t, -108, send("AT-old", "0900000078", "300001", ma))
	assert.Equal(t, -109, send("AT-old", "84900000078", "1", ma))
	assert.Equal(t, -1122, send("AT-old", "84900000078", "300001", map[string]any{}))
	assert.Equal(t, -1122, send("AT-old", "84900000078", "300001", map[string]any{"ma": "x", "more": "y"}))
	assert.Equal(t, -118, send("AT-old", "84900000079", "300001", ma))
	assert.Equal(t, 0, send("AT-old", "84900000078", "300001", ma))
	got, err := r.zaloCall("AT-old", "POST", "/v3.0/oa/message/template", map[string]any{"user_id": zaloUser, "template_id": "300001", "template_data": ma})
	require.NoError(t, err)
	assert.NotEmpty(t, got.body["data"].(map[string]any)["message_id"])
	talk := c.Messages()
	assert.Equal(t, []string{"Hồ sơ HS-1 đã xong.", "Hồ sơ HS-1 đã xong."}, []string{talk[1].Text, talk[2].Text})
}

// TestUtilityTemplates: in the form that the Page takes, whenever the person wrote.
func TestUtilityTemplates(t *testing.T) {
	t.Parallel()
	for _, field := range []bool{false, true} {
		r := newRig(t, func(o *Options) {
			o.Pages[0].Templates, o.Pages[0].FieldTemplates = []Template{{ID: "xong", Text: "Hồ sơ {{1}} đã xong."}}, field
		})
		c := r.citizen(Messenger)
		c.Say("Chào")
		c.Rewind(30 * 24 * time.Hour)
		template := func(name string, values ...any) map[string]any {
			var list []any
			for _, v := range values {
				list = append(list, map[string]any{"type": "text", "text": v})
			}
			return map[string]any{"name": name, "language": map[string]any{"code": "vi"}, "components": []any{map[string]any{"type": "body", "parameters": list}}}
		}
		send := func(message map[string]any) int {
			got, err := r.graphCall("POST", "/me/messages", map[string]any{"recipient": map[string]any{"id": psid}, "messaging_type": "UTILITY", "message": message})
			require.NoError(t, err)
			code, _ := got.code()
			return code
		}
		attached := template("xong", "HS-1")
		attached["template_type"] = "utility_messages"
		codes := []int{
			send(map[string]any{"template": template("xong", "HS-1")}),
			send(map[string]any{"attachment": map[string]any{"type": "template", "payload": attached}}),
		}
		assert.Equal(t, map[bool][]int{false: {0, 100}, true: {100, 0}}[field], codes)
		assert.Equal(t, 100, send(map[string]any{"text": "free words"}), "no free words go as UTILITY")
		assert.Equal(t, 100, send(map[string]any{"template": template("other", "HS-1")}))
		talk := c.Messages()
		require.Len(t, talk, 2)
		assert.Equal(t, []string{"Hồ sơ HS-1 đã xong.", "UTILITY"}, []string{talk[1].Text, talk[1].Type})
	}
}

// TestPhonesShowWhatWasUploaded, on both platforms; an upload that is cut keeps nothing.
func TestPhonesShowWhatWasUploaded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	z, m := r.citizen(Zalo), r.citizen(Messenger)
	z.Say("Chào")
	m.Say("Chào")
	photo := string(SamplePhoto(1))
	upload := func() (answer, error) {
		kind, body := multipartFile(t, "file", "a.jpg", []byte(photo))
		req := r.request("POST", ZaloPath+"/v2.0/oa/upload/image", kind, body)
		req.Header.Set("access_token", "AT-old")
		return r.do(req)
	}
	r.SetFaults(Zalo, Faults{CutUpload: 1})
	_, err := upload()
	require.Error(t, err)
	got, err := upload()
	require.NoError(t, err)
	id := got.body["data"].(map[string]any)["attachment_id"]
	_, err = r.zaloCall("AT-old", "POST", "/v3.0/oa/message/cs", map[string]any{"recipient": map[string]any{"user_id": zaloUser}, "message": map[string]any{
		"attachment": map[string]any{"type": "template", "payload": map[string]any{"template_type": "media", "elements": []any{map[string]any{"media_type": "image", "attachment_id": id}}}},
	}})
	require.NoError(t, err)
	talk := z.Messages()
	require.Len(t, talk, 2)
	at := talk[1].Attachments[0]
	assert.Equal(t, []any{"image", "a.jpg", len(photo)}, []any{at.Kind, at.Name, at.Size})
	assert.Contains(t, at.URL, MediaPath+"/")
}
