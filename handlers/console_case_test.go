package handlers

import (
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/coach"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	caseCode = "PA2026-AAAAAA"
	caseTalk = "messenger:1:7"
	casePage = casesPath + "/" + caseCode
)

// fakeWindow is open for a day, for a person for a week.
type fakeWindow struct{}

func fakeWindows(channel string) Windower {
	if channel != "messenger:1" {
		return nil
	}
	return fakeWindow{}
}

func (fakeWindow) Window(lastUser, now time.Time, staff bool) channel.Window {
	until := lastUser.Add(24 * time.Hour)
	if staff {
		until = lastUser.Add(7 * 24 * time.Hour)
	}
	if !now.Before(until) {
		return channel.Window{}
	}
	return channel.Window{Open: true, Until: until}
}

// photo is a small picture.
func photo() string {
	img := image.NewGray(image.Rect(0, 0, 320, 200))
	for i := range img.Pix {
		img.Pix[i] = uint8(i % 320 / 2)
	}
	var out strings.Builder
	if err := jpeg.Encode(&out, img, nil); err != nil {
		panic(err)
	}
	return out.String()
}

// voice is a second of AMR: fifty frames of the mode of 12.2 kbit/s (RFC 4867, 5.3).
func voice() string {
	frame := "\x3c" + strings.Repeat("\x55", 31)
	return "#!AMR\n" + strings.Repeat(frame, 50)
}

// answersWell gives a desk what answers are written with.
func answersWell(d *Deps) {
	templates, err := os.ReadFile("../data/templates.yaml")
	if err != nil {
		panic(err)
	}
	rules, err := os.ReadFile("../data/coach.yaml")
	if err != nil {
		panic(err)
	}
	book, err := coach.Load(templates, rules)
	if err != nil {
		panic(err)
	}
	d.Desk = d.Staff.(*store.Store)
	d.Blobs = fakeBlobs{"original": "ORIGINAL", "shown": photo(), "voice": voice()}
	d.UnitName = func(slug string) string { return "Phường " + slug }
	d.Choices = func() Choices {
		return Choices{Units: []Named{{"tran-bien", "Trấn Biên"}, {"long-khanh", "Long Khánh"}}, Categories: []Named{{"rac", "Rác thải"}, {"can_bo", "Thái độ cán bộ"}}}
	}
	d.Answering = Answering{
		Suggest: func(_, category, unit string) (s Suggestion) {
			if category != "can_bo" {
				s.Category, s.Words = "can_bo", []string{"<cửa quyền>"}
			}
			if unit != "long-khanh" {
				s.Unit, s.UnitWords = "long-khanh", []string{"xã <Long Khánh>"}
			}
			return s
		},
		Book: func() *coach.Book { return book }, Window: fakeWindows,
		Reasons: func() []lookup.Reason {
			return []lookup.Reason{{Code: "no_content", Name: "Không có nội dung", Text: "Chưa rõ.", Way: "Gửi lại.", Basis: []string{"Điều 26"}, Verify: true}}
		},
		Preview: func(_ context.Context, e models.Event) (shown []Shown, err error) {
			for _, f := range e.Notice.Files {
				shown = append(shown, Shown{Text: f.Name, File: &f})
			}
			return append(shown, Shown{Text: "XEM TRƯỚC " + string(e.Notice.Action) + ": " + e.Notice.Text}), nil
		},
	}
}

// onCaseDesks runs f on a console with one case and what was said about it.
func onCaseDesks(t *testing.T, f func(t *testing.T, d *desk)) {
	t.Helper()
	t.Parallel()
	databases.Each(t, func(t *testing.T, dbURL string) {
		t.Parallel()
		d := newDesk(t, dbURL, answersWell)
		d.fillCase(t)
		f(t, d)
	})
}

func (d *desk) fillCase(t *testing.T) {
	t.Helper()
	c := testCase(caseCode)
	c.Description += " <script>alert(1)</script>"
	c.Location = &models.Location{Lat: 10.95, Lng: 106.82}
	c.Attachments = []models.Attachment{
		{ID: "photo", Conversation: caseTalk, Kind: "image", Status: models.AttachmentStored, ContentType: "image/jpeg", Blob: "original", Shown: "shown", URL: "https://x/photo"},
		{ID: "voice", Conversation: caseTalk, Kind: "audio", Status: models.AttachmentStored, ContentType: "audio/amr", Blob: "voice"},
		{ID: "film", Conversation: caseTalk, Kind: "video", Status: models.AttachmentStored, ContentType: "video/mp4", Blob: "original"},
		{ID: "late", Conversation: caseTalk, Kind: "image", Status: models.AttachmentFetching},
	}
	require.NoError(t, d.store.Append(t.Context(), []models.Event{
		{Channel: "messenger:1", Peer: "7", ID: "m1", Mid: "m1", Kind: models.EventMessage, At: d.now().Add(-time.Hour), Text: "Rác <b>đầy</b> hẻm 5", Files: []models.File{{Kind: "image", URL: "https://x/photo"}}},
		{Channel: "messenger:1", Peer: "7", ID: "m2", Mid: "m2", Kind: models.EventMessage, At: d.now().Add(-time.Minute), Text: "thu hồi nhé"},
		{Channel: "messenger:1", Peer: "7", ID: "u2", Mid: "m2", Kind: models.EventUnsend, At: d.now().Add(-time.Second)},
	}))
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.InsertAttachments(c.Attachments); err != nil {
			return err
		}
		c.Events[0].ID = 0
		if err := tx.InsertCase(&c); err != nil {
			return err
		}
		return tx.SaveConversations([]models.Conversation{{ID: caseTalk, Channel: "messenger:1", Peer: "7", Unit: "tran-bien", Case: caseCode, LastUserAt: d.now().Add(-time.Minute)}})
	}))
	d.play(t)
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		return tx.Queue([]*models.OutboxItem{{Conversation: caseTalk, Channel: "messenger:1", Peer: "7", Case: caseCode, Text: "Đã nhận ✓", Status: models.OutSent, CreatedAt: d.now().Add(-30 * time.Minute)}}, "")
	}))
}

// play marks everything that is due as played and returns what citizens are told.
func (d *desk) play(t *testing.T) (told []models.Notice) {
	t.Helper()
	_, err := d.store.Claim(t.Context(), d.now(), 100, "", func(tx *store.Tx, talks []store.Talk) error {
		var seqs []int64
		for _, talk := range talks {
			for _, e := range talk.Events {
				if e.Due.After(d.now()) {
					continue
				}
				if seqs = append(seqs, e.Seq); e.Notice != nil {
					told = append(told, *e.Notice)
				}
			}
		}
		return tx.Done(seqs)
	})
	require.NoError(t, err)
	return told
}

var formField = regexp.MustCompile(`name="(key|seen)" value="([^"]*)"`)

// act sends a form of the case's page as it is now.
func (b *screen) act(t *testing.T, pairs ...string) answer {
	t.Helper()
	return b.post(casePage, append(b.fields(t), pairs...)...)
}

// fields are the hidden ones of the page's forms.
func (b *screen) fields(t *testing.T) (pairs []string) {
	t.Helper()
	page := b.get(casePage)
	require.Equal(t, http.StatusOK, page.Code, b.d.log.String())
	for _, m := range formField.FindAllStringSubmatch(page.Body, -1)[:2] {
		pairs = append(pairs, m[1], m[2])
	}
	return pairs
}

func (d *desk) caseNow(t *testing.T) *models.Case {
	t.Helper()
	c, err := d.store.Case(t.Context(), caseCode)
	require.NoError(t, err)
	return c
}

func TestCasePageShowsWhatIsNeeded(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		page := b.get(casePage)
		require.Equal(t, http.StatusOK, page.Code, d.log.String())
		require.NotContains(t, page.Body, "<script>alert")
		require.NotContains(t, page.Body, "<b>đầy")
		for _, want := range []string{
			"Nguyễn Văn An", `href="tel:0912345678"`, "&lt;script&gt;alert(1)", "Rác &lt;b&gt;đầy&lt;/b&gt; hẻm 5", "(Đã thu hồi)", "Đã nhận ✓", "✓ Đã gửi",
			`<img src="/console/files/photo"`, `<video src="/console/files/film"`, `href="/console/files/voice?original=1"`, "Lời nói, tải về để nghe", "Đang tải tệp về",
			"mlat=10.95&amp;mlon=106.82", "hẻm 5", "Phường tran-bien", "Còn 167 giờ để nhắn qua Messenger", "Tiếp nhận", "Đang kiểm tra", "Ngày gửi",
			"gợi ý lĩnh vực: <strong>Thái độ cán bộ</strong>, vì có chữ «&lt;cửa quyền&gt;»", "nhắc đơn vị khác: <strong>Long Khánh</strong>, vì có chữ «xã &lt;Long Khánh&gt;»",
		} {
			require.Contains(t, page.Body, want)
		}
		require.NotContains(t, page.Body, "<audio", "no browser plays AMR")
		require.NotContains(t, page.Body, "thu hồi nhé")
		require.Equal(t, http.StatusOK, b.get(strings.ToLower(casePage)).Code)
		require.Equal(t, http.StatusNotFound, b.get(casesPath+"/PA2026-NONE").Code)
	})
}

// TestCasePageByRole: each role sees what models.Principal says, and no more.
func TestCasePageByRole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		role               models.Role
		contacts, acts     bool
		sensitive, foreign int
	}{
		{models.RoleAdmin, true, true, 404, 404},
		{models.RoleInspector, true, false, 200, 404},
		{models.RoleLeader, true, true, 200, 404},
		{models.RoleOfficer, true, true, 404, 404},
		{models.RoleViewer, false, false, 404, 404},
		{models.RoleAuditor, false, false, 404, 404},
	} {
		t.Run(string(c.role), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, databases.SQLite(t), answersWell)
			d.fillCase(t)
			b := d.visitor(t, c.role).screen
			page := b.get(casePage)
			require.Equal(t, http.StatusOK, page.Code, d.log.String())
			require.Equal(t, c.contacts, strings.Contains(page.Body, "0912345678"), "phone")
			require.Equal(t, c.contacts, strings.Contains(page.Body, "Nguyễn Văn An"), "name")
			require.Equal(t, c.contacts, strings.Contains(page.Body, "hẻm 5</p>"), "the conversation")
			require.Equal(t, c.contacts, strings.Contains(page.Body, "original=1"), "originals")
			require.Equal(t, c.acts, strings.Contains(page.Body, "Trả lời người dân"))
			require.Equal(t, http.StatusOK, b.get(filesPath+"photo").Code)
			require.Equal(t, map[bool]int{true: 200, false: 403}[c.contacts], b.get(filesPath+"photo?original=1").Code)
			for _, change := range []struct {
				do   func(*models.Case)
				want int
			}{
				{func(c *models.Case) { c.Sensitive = true }, c.sensitive},
				{func(c *models.Case) { c.Unit = "long-khanh" }, c.foreign},
			} {
				require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
					found, err := tx.Case(caseCode)
					if err != nil {
						return err
					}
					change.do(found)
					return tx.SaveCase(found)
				}))
				require.Equal(t, change.want, b.get(casePage).Code)
				require.Equal(t, change.want, b.get(filesPath+"photo").Code)
			}
		})
	}
}

func TestLooksAreAudited(t *testing.T) {
	t.Parallel()
	url := databases.SQLite(t)
	d := newDesk(t, url, answersWell)
	d.fillCase(t)
	officer, viewer := d.visitor(t, models.RoleOfficer).screen, d.visitor(t, models.RoleViewer).screen
	officer.get(casePage)
	viewer.get(casePage)
	file := officer.get(filesPath + "photo")
	require.Equal(t, "image/jpeg", file.Header.Get("Content-Type"))
	require.Equal(t, "private, no-store", file.Header.Get("Cache-Control"))
	require.Equal(t, "ORIGINAL", officer.get(filesPath+"photo?original=1").Body)
	looks := 0
	for _, line := range audited(t, url) {
		if strings.HasPrefix(line, "case.looked "+caseCode) || line == "file.looked "+caseCode+" photo" {
			looks++
		}
	}
	require.Equal(t, 2, looks, "the officer's look and the original; the viewer saw nobody's data")
}

func TestASensitiveTalkIsNotShown(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		secret := testCase("PA2026-SSSSSS")
		secret.Sensitive, secret.Attachments, secret.Events[0].ID = true, nil, 0
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertCase(&secret) }))
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		page := b.get(casePage)
		require.Contains(t, page.Body, "có hồ sơ nhạy cảm")
		require.NotContains(t, page.Body, "đầy&lt;/b&gt; hẻm 5")
	})
}

func TestLookalikes(t *testing.T) {
	t.Parallel()
	at := func(lat float64) *models.Location { return &models.Location{Lat: lat, Lng: 106.8} }
	c := models.Case{Code: "A", Description: "Rác chất đống trước cổng trường Nguyễn Du", Place: "hẻm 45", Location: at(10.9500)}
	others := []models.Case{
		c,
		{Code: "FAR", Description: "ngập nước", Location: at(10.99)},
		{Code: "NEAR", Description: "ngập nước", Location: at(10.9505)},
		{Code: "WORDS", Description: "đống rác ở cổng trường nguyen du", Place: "hẻm 45"},
	}
	for i := range 9 {
		others = append(others, models.Case{Code: fmt.Sprint(i), Description: "rác chất đống"})
	}
	found := alikeTo(c, others)
	require.Len(t, found, 2)
	require.Equal(t, "NEAR", found[0].Code)
	require.Equal(t, 56, found[0].Metres)
	require.Equal(t, "WORDS", found[1].Code)
	require.Equal(t, -1, found[1].Metres)
	require.Contains(t, found[1].Words, "trường")
	require.NotContains(t, found[1].Words, "rác", "nearly all have it")
}

// TestLookalikesTellNobody: neither a phone nor a name that two cases share is told
// to who does not see contacts, and a phone to nobody.
func TestLookalikesTellNobody(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		twin := testCase("PA2026-CCCCCC")
		twin.Attachments, twin.Events[0].ID = nil, 0
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertCase(&twin) }))
		for role, name := range map[models.Role]bool{models.RoleOfficer: true, models.RoleViewer: false} {
			page := d.member(t, string(role)+"@example.vn", role, "tran-bien").get(casePage).Body
			_, alike, found := strings.Cut(page, "Hồ sơ giống")
			require.True(t, found, role)
			alike, _, _ = strings.Cut(alike, "</section>")
			require.Contains(t, alike, "PA2026-CCCCCC")
			require.NotContains(t, alike, "«678»")
			require.NotContains(t, alike, "«0912»")
			require.Equal(t, name, strings.Contains(alike, "«văn»"), role)
		}
	})
}

func TestTheStatusMachineOnThePage(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "")
		for _, step := range []struct {
			form []string
			want models.Status
			told models.Action
		}{
			{[]string{"action", "accept"}, models.StatusAccepted, models.ActAccept},
			{[]string{"action", "start"}, models.StatusInProgress, ""},
			{[]string{"action", "assign", "to", lan}, models.StatusInProgress, ""},
			{[]string{"action", "note", "text", "gọi tổ thu gom"}, models.StatusInProgress, ""},
			{[]string{"action", "classify", "category", "can_bo", "priority", "high"}, models.StatusInProgress, ""},
			{[]string{"action", "transfer", "unit", "long-khanh", "reason", "thuộc Long Khánh"}, models.StatusTransferred, models.ActTransfer},
			{[]string{"action", "reject", "reason", "no_content", "text", "Xin lỗi ông/bà."}, models.StatusRejected, models.ActReject},
			{[]string{"action", "reopen"}, models.StatusInProgress, models.ActReopen},
		} {
			if d.caseNow(t).Sensitive { // the officer may not know of it any more
				require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
					c, err := tx.Case(caseCode)
					if err == nil {
						c.Sensitive = false
						err = tx.SaveCase(c)
					}
					return err
				}))
			}
			b.leads(b.act(t, step.form...), casePage)
			require.Equal(t, step.want, d.caseNow(t).Status, step.form)
			d.advance(undoFor)
			told := d.play(t)
			if step.told == "" {
				require.Empty(t, told, step.form)
				continue
			}
			require.Len(t, told, 1, step.form)
			require.Equal(t, step.told, told[0].Action)
		}
		c := d.caseNow(t)
		last := map[models.Action]models.CaseEvent{}
		for _, e := range c.Events {
			last[e.Action] = e
		}
		require.Equal(t, "category=rac priority=normal", last[models.ActClassify].Was)
		require.Equal(t, "tran-bien", last[models.ActTransfer].Was)
		page := b.get(casePage)
		require.Contains(t, page.Body, "Rác thải, Thường → Thái độ cán bộ, Cao")
		require.Contains(t, page.Body, "Phường tran-bien → <strong>Phường long-khanh</strong>")
	})
}

func TestWhatIsNotAllowedIsToldOnThePage(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		for _, c := range []struct {
			form []string
			want int
			says string
		}{
			{[]string{"action", "start"}, http.StatusConflict, "trạng thái hiện nay không cho phép"},
			{[]string{"action", "reply", "text", " "}, http.StatusUnprocessableEntity, "Xin viết nội dung"},
			{[]string{"action", "assign", "to", "nobody@example.vn"}, http.StatusUnprocessableEntity, "thông tin chưa đủ"},
			{[]string{"action", "steal"}, http.StatusUnprocessableEntity, "thông tin chưa đủ"},
			{[]string{"action", "reject", "reason", "whim", "text", "giữ lời này"}, http.StatusUnprocessableEntity, "giữ lời này"},
			{[]string{"action", "merge", "into", "PA2026-NONE"}, http.StatusUnprocessableEntity, "thông tin chưa đủ"},
		} {
			a := b.act(t, c.form...)
			require.Equal(t, c.want, a.Code, c.form)
			require.Contains(t, a.Body, c.says, c.form)
		}
		require.Len(t, d.caseNow(t).Events, 1, "nothing was done")
		viewer := d.member(t, "xem@example.vn", models.RoleViewer, "tran-bien")
		require.Equal(t, http.StatusForbidden, viewer.post(casePage, "action", "accept").Code)
		foreign := d.member(t, "ban@example.vn", models.RoleOfficer, "long-khanh")
		for _, path := range []string{"", "/undo", "/draft", "/unmerge"} {
			require.Equal(t, http.StatusNotFound, foreign.post(casePage+path, "action", "accept", "reason", "x", "text", "x").Code, path)
		}
	})
}
