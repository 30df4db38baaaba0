package handlers

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func TestCaseShape(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	w := b.raw("officer", http.MethodGet, "/cases/pa2026-AAAAAA", "")
	require.JSONEq(t, `{
		"code":"PA2026-AAAAAA","unit":"tran-bien","kind":"phan_anh","category":"rac","status":"new","priority":"normal",
		"sensitive":false,"description":"Gọi Nguyễn Văn An 0912.345.678 nhé","place":"hẻm 5","location":null,"anonymous":false,
		"contact":{"name":"Nguyễn Văn An","phone":"0912345678"},"assignee":null,"merged_into":null,"decision":null,"cause":null,
		"attachments":[{"id":"photo","kind":"image","status":"fetching","content_type":null,"size":null,"sha256":null,"reason":null}],
		"channel":"messenger","created_at":"2026-03-04T02:00:00Z","due_at":"2026-03-11T02:00:00Z","resolved_at":null,
		"events":[{"at":"2026-03-04T02:00:00Z","actor":"citizen","action":"file","from":"new","to":"new","text":"số +84 912 345 678","detail":""}]
	}`, w.Body.String())
}

func TestCaseShapeFull(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	c := testCase("PA2026-FFFFFF")
	c.Location, c.Anonymous, c.ResolvedAt = &models.Location{Lat: 10.9, Lng: 106.8}, true, testNow
	c.Attachments = []models.Attachment{
		{ID: "a", Kind: "image", Status: models.AttachmentStored, ContentType: "image/png", Size: 12, SHA256: "ab"},
		{ID: "b", Kind: "file", Status: models.AttachmentFailed, Reason: "too large"},
	}
	b.cases[c.Code] = c
	_, got := b.call(t, "officer", http.MethodGet, "/cases/PA2026-FFFFFF", "")
	require.Equal(t, map[string]any{"lat": 10.9, "lng": 106.8}, got["location"])
	require.Nil(t, got["contact"], "anonymous")
	require.Equal(t, "2026-03-04T02:00:00Z", got["resolved_at"])
	require.Equal(t, []any{
		map[string]any{"id": "a", "kind": "image", "status": "stored", "content_type": "image/png", "size": 12.0, "sha256": "ab", "reason": nil},
		map[string]any{"id": "b", "kind": "file", "status": "failed", "content_type": nil, "size": nil, "sha256": nil, "reason": "too large"},
	}, got["attachments"])
}

// TestContactsAreMasked: roles without the right see neither the fields nor
// what the words repeat of them.
func TestContactsAreMasked(t *testing.T) {
	t.Parallel()
	for _, role := range models.Roles {
		sees := models.Principal{Role: role}.SeesContacts()
		b := newAPI(t)
		for _, path := range []string{"/cases/PA2026-AAAAAA", "/cases"} {
			body := b.raw(string(role), http.MethodGet, path, "").Body.String()
			for _, secret := range []string{"0912345678", "0912.345.678", "912 345 678", "Nguyễn Văn An"} {
				if sees {
					require.Contains(t, body, secret, role)
				} else {
					require.NotContains(t, body, secret, role)
				}
			}
			if !sees {
				require.Contains(t, body, `"name":"Nguyễn V***","phone":"091*****78"`)
				require.Contains(t, body, "Gọi Nguyễn V*** 091*****78 nhé")
			}
		}
	}
}

func TestMasks(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"": "", "  ": "", "An": "A***", "Đào": "Đ***", "Nguyễn Văn An": "Nguyễn V***", "a\xff b": "a\xff b***", "0912345678 An": "091*****78 A***"} {
		require.Equal(t, want, maskName(name))
	}
	for phone, want := range map[string]string{"": "", "113": "***", "0912345678": "091*****78", "02513822501": "025******01"} {
		require.Equal(t, want, maskPhone(phone))
	}
	for text, want := range map[string]string{
		"số 0912345678, 0987 654 321": "số 091*****78, 098*****21",
		"+84912345678":                "091*****78",
		"(0251) 3822501":              "(025******01",
		"gọi 113, nhà 25, năm 2026":   "gọi 113, nhà 25, năm 2026",
		"mã PA2026-7K3QXM":            "mã PA2026-7K3QXM",
		"ngày 04/03/2026 lúc 09:00":   "ngày 04/03/2026 lúc 09:00",
		"thư lan.p@x.com.vn, nhé":     "thư l***, nhé",
		"a@b không là thư":            "a@b không là thư",
		"":                            "",
	} {
		require.Equal(t, want, newMasker("An").text(text))
	}
}

func TestWhatIsMaskedIsNotFound(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for query, found := range map[string]bool{"": true, "hem+5": true, "goi": true, "0912": false, "678": false, "van+an": false, "5678+goi": false} {
		for _, role := range []string{"viewer", "leader"} {
			status, got := b.call(t, role, http.MethodGet, "/cases?q="+query, "")
			require.Equal(t, http.StatusOK, status)
			require.Equal(t, found || role == "leader", len(got["items"].([]any)) > 0, "%s %s", role, query)
		}
	}
}

func TestNamesAreMasked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Tôi là nguyễn VĂN  an, ở Long Khánh": "Tôi là Nguyễn V***, ở Long Khánh",
		"Anh hàng xóm": "Anh hàng xóm",
	} {
		require.Equal(t, want, newMasker("Nguyễn Văn An").text(text))
	}
	require.Equal(t, "(a** b", newMasker("(a*[ \\b").text("(a** b"), "a name is not a pattern")
}

func FuzzMask(f *testing.F) {
	f.Add("Nguyễn Văn An", "gọi 0912 345 678 hoặc +84-912-345-678")
	f.Add("( [", "00000000000000")
	f.Fuzz(func(t *testing.T, name, text string) {
		masked := newMasker(name).text(text)
		require.NotContains(t, masked, "0912345678")
		if newMasker(name).name == nil {
			require.Equal(t, masked, newMasker(name).text(masked), "nothing is left to hide")
		}
	})
}

func TestCaseFilter(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	status, got := b.call(t, "leader", http.MethodGet, "/cases?unit=tran-bien&status=new&kind=phan_anh&category=rac&q=r%C3%A1c&since=2026-03-04&limit=7", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, store.CaseFilter{
		Unit: "tran-bien", Status: "new", Kind: "phan_anh", Category: "rac", Query: "rác",
		Since: time.Date(2026, 3, 4, 0, 0, 0, 0, time.FixedZone("", localOffset)),
		Seen:  b.tokens["leader"], Page: store.Page{Limit: 7},
	}, b.filter)
	require.Equal(t, "next", got["next_cursor"])
	require.Len(t, got["items"], 2)
	b.raw("leader", http.MethodGet, "/cases?since=2026-03-04T01:02:03%2B07:00", "")
	require.Equal(t, "2026-03-03T18:02:03Z", b.filter.Since.UTC().Format(time.RFC3339))
}

func TestEmptyListIsAList(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.outbox = nil
	require.JSONEq(t, `{"items":[],"next_cursor":null}`, b.raw("leader", http.MethodGet, "/outbox", "").Body.String())
}

func TestAttachment(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	get := func(token, query string) (int, string) {
		w := b.raw(token, http.MethodGet, "/attachments/photo"+query, "")
		return w.Code, w.Body.String()
	}
	for _, role := range models.Roles {
		status, body := get(string(role), "")
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "SHOWN", body, "the copy without metadata")
		status, body = get(string(role), "?original=true")
		if b.tokens[string(role)].SeesContacts() {
			require.Equal(t, http.StatusOK, status)
			require.Equal(t, "ORIGINAL", body)
		} else {
			require.Equal(t, http.StatusForbidden, status)
		}
	}
	require.Equal(t, plainBytes, typeOfShown(t, "SHOWN"), "a copy that is no image is never shown in place")
	require.Equal(t, "image/png", typeOfShown(t, "\x89PNG\r\n\x1a\n"), "the copy of a photo in another format")
	a := b.attachments["photo"]
	a.Shown = ""
	b.attachments["photo"] = a
	status, body := get("officer", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "ORIGINAL", body)
	status, _ = get("viewer", "")
	require.Equal(t, http.StatusForbidden, status, "no copy, no look")

	a.Status = models.AttachmentFetching
	b.attachments["photo"] = a
	status, _ = get("officer", "")
	require.Equal(t, http.StatusNotFound, status)
	a.Status, a.Case = models.AttachmentStored, ""
	b.attachments["photo"] = a
	status, _ = get("leader", "")
	require.Equal(t, http.StatusNotFound, status, "a file of no case is nobody's")
}

// typeOfShown is the type under which a copy with these bytes is served.
func typeOfShown(t *testing.T, content string) string {
	t.Helper()
	b := newAPI(t, func(d *Deps) { d.Blobs = fakeBlobs{"shown": content} })
	return b.raw("viewer", http.MethodGet, "/attachments/photo", "").Header().Get("Content-Type")
}

func TestAttachmentHeaders(t *testing.T) {
	t.Parallel()
	shown := newAPI(t, func(d *Deps) { d.Blobs = fakeBlobs{"shown": "\x89PNG\r\n\x1a\n"} })
	require.Contains(t, shown.raw("viewer", http.MethodGet, "/attachments/photo", "").Header().Get("Content-Disposition"), "inline")
	for sent, want := range map[string][2]string{
		"image/jpeg":               {"image/jpeg", "attachment"}, // one that did not decode, so has no copy
		"audio/mpeg":               {"audio/mpeg", "attachment"},
		"image/svg+xml":            {plainBytes, "attachment"},
		"text/html; charset=utf-8": {plainBytes, "attachment"},
		"application/pdf":          {"application/pdf", "attachment"},
		"":                         {plainBytes, "attachment"},
	} {
		b := newAPI(t)
		a := b.attachments["photo"]
		a.Shown, a.ContentType, a.Name = "", sent, "ảnh \"1\"\r\nX: y.jpg"
		b.attachments["photo"] = a
		h := b.raw("officer", http.MethodGet, "/attachments/photo", "").Header()
		require.Equal(t, want[0], h.Get("Content-Type"), sent)
		require.Contains(t, h.Get("Content-Disposition"), want[1])
		require.NotContains(t, h.Get("Content-Disposition"), "\n")
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		require.Equal(t, "default-src 'none'; sandbox", h.Get("Content-Security-Policy"))
		require.Empty(t, h.Get("X"))
	}
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	item := models.OutboxItem{
		ID: 7, Conversation: "zalo:9:a", Channel: "zalo:9", Case: "PA2026-AAAAAA", Text: "Chào Nguyễn Văn An", Status: models.OutFailed,
		Attempts: 2, CreatedAt: testNow, Error: &models.OutboxError{Kind: "blocked", Code: "-213", Message: "no"},
	}
	secretTalk := item
	secretTalk.ID, secretTalk.Conversation, secretTalk.Case = 8, "messenger:1:secret", ""
	secret := secretTalk
	secret.ID, secret.Case = 9, "PA2026-SSSSSS"
	b.outbox = []models.OutboxItem{item, secretTalk, secret}

	w := b.raw("officer", http.MethodGet, "/outbox", "")
	var got list[map[string]any]
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
	require.Len(t, got.Items, 2, "a sensitive case's message is not shown")
	require.Equal(t, map[string]any{
		"id": 7.0, "channel": "zalo", "conversation": "zalo:9:a", "case": "PA2026-AAAAAA", "text": "Chào Nguyễn Văn An", "status": "failed",
		"attempts": 2.0, "error": map[string]any{"kind": "blocked", "code": "-213", "message": "no"},
		"created_at": "2026-03-04T02:00:00Z", "sent_at": nil,
	}, got.Items[0])
	require.Empty(t, got.Items[1]["text"], "what was said before a sensitive case was filed is not shown")
	require.Nil(t, got.Items[1]["case"])

	require.NotContains(t, b.raw("viewer", http.MethodGet, "/outbox", "").Body.String(), "Nguyễn")
	require.Contains(t, b.raw("leader", http.MethodGet, "/outbox", "").Body.String(), "PA2026-SSSSSS")
}

func TestConversations(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	require.JSONEq(t, `{"items":[{"id":"messenger:1:8","channel":"messenger","unit":"tran-bien","state":"parked",
		"since":"2026-03-04T02:00:00Z","case":null,"error":"odd"}],"next_cursor":null}`,
		b.raw("viewer", http.MethodGet, "/conversations?state=parked", "").Body.String())

	talk := b.conversations["messenger:1:7"]
	secret := b.cases["PA2026-SSSSSS"]
	secret.Conversation, talk.Case = talk.ID, secret.Code
	b.conversations[talk.ID], b.cases[secret.Code] = talk, secret
	require.NotContains(t, b.raw("admin", http.MethodGet, "/conversations?state=human", "").Body.String(), secret.Code)
	require.Contains(t, b.raw("leader", http.MethodGet, "/conversations?state=human", "").Body.String(), secret.Code)
}

func TestHandBack(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for range 2 {
		status, got := b.call(t, "officer", http.MethodPost, "/conversations/messenger:1:7/handback", "")
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "messenger:1:7", got["id"])
	}
	require.Len(t, b.events, 2)
	require.Equal(t, b.events[0], b.events[1], "two clicks are one event to the store")
	require.Equal(t, models.EventHandback, b.events[0].Kind)
	require.Equal(t, "messenger:1:7", b.events[0].Conversation())
	status, _ := b.call(t, "officer", http.MethodPost, "/conversations/messenger%3A1%3A8/handback", "")
	require.Equal(t, http.StatusConflict, status)
}

func TestRelease(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	status, got := b.call(t, "officer", http.MethodPost, "/conversations/messenger:1:8/release", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "bot", got["state"])
	status, _ = b.call(t, "officer", http.MethodPost, "/conversations/messenger:1:8/release", "")
	require.Equal(t, http.StatusConflict, status)
}
