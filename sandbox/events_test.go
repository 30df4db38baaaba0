package sandbox

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// act makes a webhook whose shape a recorded payload has too.
type act struct {
	sample string
	do     func(*rig, *Citizen)
}

func TestMessengerWebhooksLookLikeTheSamples(t *testing.T) {
	t.Parallel()
	offer := func(r *rig, message map[string]any) {
		_, err := r.graphCall("POST", "/me/messages", map[string]any{"recipient": map[string]any{"id": psid}, "messaging_type": "RESPONSE", "message": message})
		require.NoError(r.t, err)
	}
	tests := []act{
		{"01_message_text", func(_ *rig, c *Citizen) { c.Say("Đèn đường hỏng") }},
		{"02_message_quick_reply", func(r *rig, c *Citizen) {
			offer(r, map[string]any{"text": "?", "quick_replies": []any{map[string]any{"content_type": "text", "title": "Bỏ qua", "payload": "report.place:skip"}}})
			_, err := c.Tap("skip")
			require.NoError(r.t, err)
		}},
		{"05_message_image", func(_ *rig, c *Citizen) { c.SendPhotos(1) }},
		{"06_message_images_with_text", func(_ *rig, c *Citizen) { c.SendPhotoFiles("Ảnh", SamplePhoto(1), SamplePhoto(2)) }},
		{"07_message_audio", func(_ *rig, c *Citizen) { c.SendVoice([]byte("x")) }},
		{"09_message_file", func(_ *rig, c *Citizen) { c.SendFile("file", "don.pdf", []byte("x")) }},
		{"10_message_location_legacy", func(_ *rig, c *Citizen) { c.SendLocation(10.9447, 106.8243) }},
		{"16_message_sticker", func(_ *rig, c *Citizen) { c.SendSticker() }},
		{"21_message_is_deleted", func(_ *rig, c *Citizen) { c.Unsend(c.Messages()[0].ID) }},
		{"26_message_edit", func(_ *rig, c *Citizen) { c.Edit(c.Messages()[0].ID, "Đèn hỏng 4 ngày") }},
		{"30_postback_button", func(r *rig, c *Citizen) {
			offer(r, map[string]any{"attachment": map[string]any{"type": "template", "payload": map[string]any{"template_type": "button", "text": "?", "buttons": []any{map[string]any{"type": "postback", "title": "Tra cứu", "payload": "menu.root:status"}}}}})
			_, err := c.Tap("Tra cứu")
			require.NoError(r.t, err)
		}},
		{"22_echo_own_app", func(r *rig, _ *Citizen) { offer(r, map[string]any{"text": "Mã", "metadata": "out:8f2c"}) }},
		{"23_echo_page_inbox", func(_ *rig, c *Citizen) { c.StaffSays("Cán bộ xin trả lời") }},
		{"40_delivery", func(r *rig, _ *Citizen) { offer(r, map[string]any{"text": "x"}) }},
		{"42_read", func(_ *rig, c *Citizen) { c.Read() }},
		{"43_reaction", func(_ *rig, c *Citizen) { c.React("m_out01") }},
		{"60_standby_message", func(_ *rig, c *Citizen) { c.StaffTakes(); c.Say("Chờ cán bộ") }},
		{"62_standby_echo", func(_ *rig, c *Citizen) { c.StaffTakes(); c.StaffSays("Em nghe") }},
		{"61_standby_postback_no_payload", func(_ *rig, c *Citizen) { c.StaffTakes(); c.Follow() }},
		{"63_pass_thread_control", func(_ *rig, c *Citizen) { c.StaffTakes(); c.StaffReturns() }},
	}
	for _, tt := range tests {
		t.Run(tt.sample, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			c := r.citizen(Messenger)
			c.Say("Chào")
			r.product.next(t)
			tt.do(r, c)
			require.NoError(t, r.Idle(r.ctx()))
			assertSeen(t, r, shape(decode(t, readSample(t, "messenger", "payloads", tt.sample+".json"))))
		})
	}
}

func TestZaloWebhooksLookLikeTheSamples(t *testing.T) {
	t.Parallel()
	tests := []act{
		{"user_send_text", func(_ *rig, c *Citizen) { c.Say("Cho tôi hỏi") }},
		{"user_send_image", func(_ *rig, c *Citizen) { c.SendPhotoFiles("Rác", SamplePhoto(1)) }},
		{"user_send_location", func(_ *rig, c *Citizen) { c.SendLocation(10.9447, 106.8243) }},
		{"user_send_audio", func(_ *rig, c *Citizen) { c.SendVoice([]byte("x")) }},
		{"user_send_file", func(_ *rig, c *Citizen) { c.SendFile("file", "don.docx", []byte("x")) }},
		{"user_send_sticker", func(_ *rig, c *Citizen) { c.SendSticker() }},
		{"oa_send_text__by_api", func(r *rig, _ *Citizen) { _, _ = r.sendZalo("Xin chào") }},
		{"oa_send_text__by_staff", func(_ *rig, c *Citizen) { c.StaffSays("Em là cán bộ") }},
		{"user_received_message", func(r *rig, _ *Citizen) { _, _ = r.sendZalo("Xin chào") }},
		{"user_seen_message", func(r *rig, c *Citizen) { _, _ = r.sendZalo("Xin chào"); c.Read() }},
		{"user_reacted_message", func(_ *rig, c *Citizen) { c.React("a1b2c3d4e5f607180020") }},
		{"follow", func(_ *rig, c *Citizen) { c.Follow() }},
		{"unfollow", func(_ *rig, c *Citizen) { c.Unfollow() }},
	}
	for _, tt := range tests {
		t.Run(tt.sample, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			c := r.citizen(Zalo)
			c.Say("Chào")
			r.product.next(t)
			tt.do(r, c)
			require.NoError(t, r.Idle(r.ctx()))
			assertSeen(t, r, shape(decode(t, readSample(t, "zalo", "payloads", tt.sample+".json"))))
		})
	}
}

// assertSeen checks that one of the webhooks that came has the shape want,
// and that every one is signed rightly.
func assertSeen(t *testing.T, r *rig, want any) {
	t.Helper()
	var shapes []any
	for range len(r.product.got) {
		h := r.product.next(t)
		for _, a := range r.accounts {
			for k, v := range a.signature(h.body) {
				if got := h.header.Get(k); got != "" {
					assert.Equal(t, v[0], got)
				}
			}
		}
		shapes = append(shapes, shape(decode(t, h.body)))
	}
	assert.Contains(t, shapes, want)
}
