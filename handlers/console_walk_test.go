package handlers

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// walkedPage is a page, and as whom it is looked at.
type walkedPage struct {
	name string // of the picture
	path string
	role models.Role // "" is nobody
	sees string      // in the heading
}

// walk is every page of the console: a new page is one line here. The pages in the
// middle of a login are looked at by TestLoginInABrowser.
var walk = []walkedPage{
	{"login", loginPath, "", "Đăng nhập"},
	{"start", startPath, models.RoleAuditor, "Chào"},
	{"account", accountPath, models.RoleOfficer, "Tài khoản"},
	{"alerts", alertsPath, models.RoleOfficer, "Thông báo"},
	{"cases", casesPath, models.RoleOfficer, "Hộp việc"},
	{"case", casesPath + "/PA2026-DUONG1", models.RoleOfficer, "PA2026-DUONG1"},
	{"case-resolve", casesPath + "/PA2026-DUONG1?answer=resolve", models.RoleOfficer, "PA2026-DUONG1"},
	{"case-reject", casesPath + "/PA2026-RAC222?answer=reject", models.RoleLeader, "PA2026-RAC222"},
	{"case-masked", casesPath + "/PA2026-RAC222", models.RoleViewer, "PA2026-RAC222"},
	{"case-deadline", casesPath + "/PA2026-DUONG1/deadline", models.RoleOfficer, "PA2026-DUONG1"},
	{"talks", talksPath, models.RoleOfficer, "Trò chuyện"},
	{"talk", talkPage, models.RoleOfficer, "Trò chuyện"},
	{"calls", callsPath, models.RoleOfficer, "Gọi điện"},
	{"call", callsPath + "/1", models.RoleOfficer, "Cuộc gọi"},
	{"field", fieldPath, models.RoleOfficer, "Đi thực địa"},
	{"field-unit", fieldPath + "?who=unit", models.RoleViewer, "Đi thực địa"},
	{"content", contentPath, models.RoleOfficer, "Nội dung"},
	{"content-piece", khaiSinh + "&unit=tran-bien", models.RoleOfficer, "Đăng ký khai sinh"},
	{"content-new", contentPath + "/new?kind=contact", models.RoleOfficer, "Thêm mục mới"},
	{"content-history", contentPath + "/history?key=khai-sinh&kind=procedure&unit=tran-bien", models.RoleOfficer, "Lịch sử"},
	{"figures", figuresPath, models.RoleLeader, "Số liệu"},
	{"deadlines", deadlinesPath, models.RoleOfficer, "Hạn"},
	{"questions", consolePath + "/questions", models.RoleOfficer, "Câu hỏi"},
	{"understand", consolePath + "/understand?text=l%C3%A0m+khai+sinh", models.RoleOfficer, "Thử hiểu"},
	{"accounts", accountsPath, models.RoleAdmin, "Cán bộ"},
	{"member", accountsPath + "/officer@example.vn", models.RoleAdmin, "Lan"},
	{"channels", channelsPath, models.RoleAdmin, "Kênh"},
	{"channel-new", channelsPath + "/new?platform=zalo", models.RoleAdmin, "Nối"},
	{"channel", channelsPath + "/zalo:3000001", models.RoleAdmin, "Zalo"},
	{"channel-edit", channelsPath + "/zalo:3000002/edit", models.RoleAdmin, "Zalo"},
	{"audit", auditPath, models.RoleAuditor, "Nhật ký"},
	{"missing", consolePath + "/cases/PA2026-NONE", models.RoleOfficer, "Không"},
}

// noPages are what the console answers with something else than a page, or only in
// the middle of a login, by "GET /console/…".
var noPages = []string{
	"", "/assets/:name", "/sw.js", "/cases/live", "/files/:id", "/cases/:code/evidence/:id", "/figures.xlsx", "/figures.pdf", "/cases/:code/camera", "/audit.csv", "/audit.xlsx",
	"/login/code", "/login/provider", "/login/provider/callback", "/invite/:token", "/password", "/second-factor",
}

// TestThePagesAreWhole walks all pages on a phone and on an old PC: nothing scrolls
// sideways, nothing is on top of what can be used, targets are large enough, and the
// checker finds nothing serious. With LANGNGHE_SCREENS=1 it draws docs/screens anew.
func TestThePagesAreWhole(t *testing.T) {
	d := newDesk(t, databases.SQLite(t), connecting, alerting, figuring, answersWell, namedWell, func(deps *Deps) { tellDue(t, deps) })
	d.fillDay(t)
	taken := map[models.Role]*screen{"": d.screen(t)}
	next := ""
	d.door(taken, &next)
	for _, p := range walk {
		if taken[p.role] == nil {
			taken[p.role] = d.visitor(t, p.role).screen
			taken[p.role].get(accountPath) // what the login has done is told once
		}
	}
	b := chromium(t, d)
	for _, p := range walk {
		t.Run(p.name, func(t *testing.T) {
			b := b
			b.t, next = t, p.path
			b.do(chromedp.Navigate(b.base + "/as?" + string(p.role)))
			b.see(p.sees)
			b.sound(p.name)
			b.draws(p.name)
		})
	}
	var forgotten []string
	for _, r := range d.engine.Routes() {
		path, ours := strings.CutPrefix(r.Path, consolePath)
		if r.Method != http.MethodGet || !ours || slices.Contains(noPages, path) {
			continue
		}
		pattern := regexp.MustCompile("^" + parameter.ReplaceAllString(regexp.QuoteMeta(r.Path), "[^/?]+") + `(\?|$)`)
		if !slices.ContainsFunc(walk, func(p walkedPage) bool { return pattern.MatchString(p.path) }) {
			forgotten = append(forgotten, r.Path)
		}
	}
	require.Empty(t, forgotten, "these are on no line of walk")
}

// door adds a page /as?role that gives the browser the session of the role and leads on.
func (d *desk) door(taken map[models.Role]*screen, next *string) {
	plain := d.router
	d.router = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/as" {
			plain.ServeHTTP(w, r)
			return
		}
		for _, c := range taken[models.Role(r.URL.RawQuery)].cookies {
			if c.Name != flashCookie {
				http.SetCookie(w, c)
			}
		}
		http.Redirect(w, r, *next, http.StatusSeeOther)
	})
}

// draws keeps a picture of the page at both sizes in docs/screens.
func (b browser) draws(name string) {
	b.t.Helper()
	if os.Getenv("LANGNGHE_SCREENS") == "" {
		return
	}
	for _, size := range [][2]int64{{1366, 768}, {390, 844}} {
		b.do(chromedp.EmulateViewport(size[0], size[1]))
		shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		require.NoError(b.t, err)
		file := filepath.Join("..", "docs", "screens", fmt.Sprintf("console-%s-%d.png", name, size[0]))
		require.NoError(b.t, os.WriteFile(file, small(b.t, shot), 0o600))
	}
}

// small draws a picture with the 256 colours that it has most of.
func small(t *testing.T, shot []byte) []byte {
	t.Helper()
	src, err := png.Decode(bytes.NewReader(shot))
	require.NoError(t, err)
	const coarse = 0xF8 // colours this near are one
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA {
		r, g, b, _ := src.At(x, y).RGBA()
		return color.RGBA{uint8(r>>8) & coarse, uint8(g>>8) & coarse, uint8(b>>8) & coarse, 0xFF}
	}
	box := src.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	var most []color.RGBA
	for c := range count {
		most = append(most, c)
	}
	slices.SortFunc(most, func(a, b color.RGBA) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
	var palette color.Palette
	for _, c := range most[:min(len(most), 255)] {
		c.R, c.G, c.B = c.R|c.R>>5, c.G|c.G>>5, c.B|c.B>>5 // white stays white
		palette = append(palette, c)
	}
	dst := image.NewPaletted(box, palette)
	draw.Draw(dst, box, src, box.Min, draw.Src)
	var out bytes.Buffer
	require.NoError(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, dst))
	return out.Bytes()
}

// namedWell calls things as a ward does, and has a photo of a street.
func namedWell(d *Deps) {
	d.Choices = func() Choices {
		return Choices{
			Units:      []Named{{"tran-bien", "Phường Trấn Biên"}, {"long-khanh", "Phường Long Khánh"}},
			Categories: []Named{{"giao-thong", "Giao thông, hạ tầng"}, {"rac-thai", "Rác thải"}, {"dien-chieu-sang", "Điện chiếu sáng"}, {"tieng-on", "Tiếng ồn"}},
		}
	}
	d.UnitName = func(slug string) string { return nameIn(d.Choices().Units, slug) }
	d.Answering.Suggest = func(_, _, _ string) Suggestion { return Suggestion{} }
	img := image.NewRGBA(image.Rect(0, 0, 640, 400))
	for y := range 400 {
		for x := range 640 {
			c := color.RGBA{0x9c, 0xc4, 0xe4, 0xff} // the sky
			across, down := x-360, 3*(y-300)
			switch {
			case y > 180 && across*across+down*down < 110*110:
				c = color.RGBA{0x3a, 0x33, 0x2e, 0xff} // the hole
			case y > 180:
				c = color.RGBA{0x8a, 0x8a, 0x86, 0xff} // the street
			case x%160 < 110 && y > 60+x/160*20:
				c = color.RGBA{0xd9, 0xb3, 0x8c, 0xff} // houses
			}
			img.SetRGBA(x, y, c)
		}
	}
	var out strings.Builder
	if err := png.Encode(&out, img); err != nil {
		panic(err)
	}
	d.Blobs = fakeBlobs{"original": "ORIGINAL", "shown": out.String()}
}

// fillDay files what stands on the desks of a ward on an ordinary day.
func (d *desk) fillDay(t *testing.T) {
	t.Helper()
	for i, c := range []models.Case{
		{Code: "PA2026-DUONG1", Category: "giao-thong", Status: models.StatusInProgress, Priority: "high", Place: "trước số nhà 12, đường Nguyễn Ái Quốc", Location: &models.Location{Lat: 10.9524, Lng: 106.8187}, Description: "Có ổ gà sâu trước số nhà 12 đường Nguyễn Ái Quốc, tối qua một cháu đi xe đạp bị ngã. Xin phường cho vá sớm trước mùa mưa."},
		{Code: "PA2026-RAC222", Category: "rac-thai", Status: models.StatusAccepted, Place: "hẻm 45, đường Cách Mạng Tháng Tám", Description: "Rác chất đống ba ngày ở đầu hẻm 45, bốc mùi rất khó chịu."},
		{Code: "PA2026-DEN333", Category: "dien-chieu-sang", Status: models.StatusNew, Place: "đường Hà Huy Giáp, gần cầu Rạch Cát", Location: &models.Location{Lat: 10.9441, Lng: 106.8122}, Description: "Đèn đường tắt năm trụ liền nhau, tối om, người già đi bộ sợ té."},
		{Code: "PA2026-ONAO44", Category: "tieng-on", Status: models.StatusWaiting, Place: "chung cư Thanh Bình", Description: "Quán hát mở loa tới một giờ sáng."},
	} {
		c.Unit, c.Kind, c.Platform = "tran-bien", models.PhanAnh, models.Zalo
		c.Contact = models.Contact{Name: "Nguyễn Văn An", Phone: "0912345678"}
		c.Conversation, c.CreatedAt, c.UpdatedAt = fmt.Sprint("zalo:3:", i), d.now(), d.now()
		c.DueAt, c.Assignee = d.now().AddDate(0, 0, i+1), "officer@example.vn"
		c.Events = []models.CaseEvent{{At: d.now(), Actor: "citizen", Action: models.ActFile, From: models.StatusNew, To: models.StatusNew}}
		photo := models.Attachment{ID: fmt.Sprint("photo", i), Conversation: c.Conversation, Kind: "image", Status: models.AttachmentStored, ContentType: "image/jpeg", Blob: "original", Shown: "shown"}
		c.Attachments = []models.Attachment{photo}
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			if err := tx.InsertAttachments(c.Attachments); err != nil {
				return err
			}
			if err := tx.InsertCase(&c); err != nil {
				return err
			}
			for _, f := range []models.CaseFile{{ID: c.Code + "B", Purpose: models.PurposeBefore, Attachment: photo.ID, Source: photo.ID}, {ID: c.Code + "A", Purpose: models.PurposeAfter, Blob: "shown", Source: "x"}} {
				f.Case, f.By = c.Code, "Lê Thị Lan"
				if _, _, err := tx.AddCaseFile(f); err != nil {
					return err
				}
			}
			if err := tx.Ask(models.Question{Conversation: c.Conversation, Unit: "tran-bien", Text: "làm giấy xác nhận độc thân ở đâu", Outcome: models.Unknown}); err != nil {
				return err
			}
			return tx.Remind(models.Reminder{Case: c.Code, Since: d.now(), Stage: 80, Due: c.DueAt})
		}))
	}
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		return tx.SaveChannel(models.StoredChannel{ChannelSettings: models.ChannelSettings{Platform: models.Zalo, Account: "3000002", Unit: "tran-bien", AppID: "4000002"}, Stage: models.ChannelDraft, At: d.now(), By: lan})
	}))
	d.fillTalk(t, models.ModeHuman)
	d.unreached(t, "PA2026-NGAP55")
	d.note(t, models.Principal{Name: "Lan", Email: lan, Unit: "tran-bien"}, "case.looked", "PA2026-DUONG1", "contact, words", 2)
	d.advance(2 * time.Hour)
}
