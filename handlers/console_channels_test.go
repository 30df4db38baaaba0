package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// fakeChannelDesk is a platform that says of each channel what the test wants.
type fakeChannelDesk struct {
	*store.Store
	mu        sync.Mutex
	says      models.ChannelCheck
	tried     models.ChannelSettings
	refreshed int
}

func (f *fakeChannelDesk) List(ctx context.Context) ([]Channel, error) {
	list := []Channel{
		{Stage: models.ChannelActive, Fixed: true, ChannelSettings: models.ChannelSettings{Platform: models.Zalo, Account: "3000001", Unit: "tran-bien", AppID: "4000001"}},
		{Stage: models.ChannelActive, Fixed: true, ChannelSettings: models.ChannelSettings{Platform: models.Messenger, Account: "1000002", AppID: "2000001"}},
	}
	stored, _, err := f.StoredChannels(ctx)
	for _, s := range stored {
		if s.Stage != models.ChannelRemoved {
			list = append(list, Channel{ChannelSettings: s.ChannelSettings, Stage: s.Stage, By: s.By, At: s.At})
		}
	}
	return list, err
}

func (f *fakeChannelDesk) Stored(ctx context.Context, key string) (models.StoredChannel, error) {
	stored, _, err := f.StoredChannels(ctx)
	i := slices.IndexFunc(stored, func(s models.StoredChannel) bool { return s.Key() == key && s.Stage != models.ChannelRemoved })
	if err != nil || i < 0 {
		return models.StoredChannel{}, store.ErrNotFound
	}
	return stored[i], nil
}

func (f *fakeChannelDesk) Check(context.Context, string) (models.ChannelCheck, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.says, nil
}

func (f *fakeChannelDesk) Try(_ context.Context, s models.ChannelSettings) models.ChannelCheck {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tried = s
	return f.says
}

func (f *fakeChannelDesk) Faults(ctx context.Context, s models.ChannelSettings, fresh bool) (keys []string, err error) {
	if _, err := f.Stored(ctx, s.Key()); err == nil && fresh {
		keys = append(keys, "")
	}
	for key, missing := range map[string]bool{"page_id": s.Platform == models.Messenger && s.Account == "", "app_secret": s.Secrets.App == ""} {
		if missing {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

func (f *fakeChannelDesk) Subscribe(context.Context, string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.says.Missing = nil
	return nil
}

func (f *fakeChannelDesk) Refresh(context.Context) error { f.refreshed++; return nil }

func (f *fakeChannelDesk) say(c models.ChannelCheck) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.says = c
}

// connecting adds what the pages of channels need.
func connecting(d *Deps) {
	st := d.Staff.(*store.Store)
	d.Channels = Channels{Desk: &fakeChannelDesk{Store: st, says: models.ChannelCheck{Name: "Phường <Trấn Biên>", Fields: true}}, Store: st}
	d.UnitName = func(slug string) string {
		return map[string]string{"tran-bien": "Phường Trấn Biên", "long-khanh": "Phường Long Khánh"}[slug]
	}
	d.Choices = func() Choices {
		return Choices{Units: []Named{{"tran-bien", "Phường Trấn Biên"}, {"long-khanh", "Phường Long Khánh"}}}
	}
	d.DomainProof = "abc123"
}

// onChannelDesks runs f on a console with channels over a store of each kind.
func onChannelDesks(t *testing.T, f func(t *testing.T, d *desk, platform *fakeChannelDesk)) {
	t.Helper()
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		d := newDesk(t, url, connecting)
		f(t, d, d.server.Channels.Desk.(*fakeChannelDesk))
	})
}

// admin is one who is logged in, of the unit or of the whole province.
func (d *desk) admin(t *testing.T, email, unit string) *screen {
	t.Helper()
	b := d.member(t, email, models.RoleAdmin, unit)
	b.enrol()
	return b
}

const pageKey = "messenger:1000001"

// secretsOfPage are what no page, log or audit may hold.
var secretsOfPage = []string{"APP-SECRET", "PAGE-TOKEN", "OTHER-TOKEN", "NEW-TOKEN"}

// add sends the form of a new Page; others are pairs of what differs.
func (b *screen) add(others ...string) answer {
	b.t.Helper()
	form := map[string]string{
		"platform": "messenger", "page_id": "1000001", "app_id": "2000001", "unit": "tran-bien", "app_secret": "APP-SECRET", "page_token": "PAGE-TOKEN",
	}
	for i := 0; i < len(others); i += 2 {
		form[others[i]] = others[i+1]
	}
	var pairs []string
	for name, value := range form {
		pairs = append(pairs, name, value)
	}
	return b.post(channelsPath+"/new", pairs...)
}

func TestAChannelIsConnectedInTheConsole(t *testing.T) {
	onChannelDesks(t, func(t *testing.T, d *desk, platform *fakeChannelDesk) {
		b := d.admin(t, "an@example.vn", "")
		pages := ""
		get := func(path string) string {
			a := b.get(path)
			require.Equal(t, http.StatusOK, a.Code, d.log.String())
			pages += a.Body
			return a.Body
		}
		stage := func() models.ChannelStage {
			stored, _, err := d.store.StoredChannels(t.Context())
			require.NoError(t, err)
			return stored[0].Stage
		}
		require.Contains(t, get(channelsPath), "Nối Trang Facebook")
		require.Contains(t, get(channelsPath), "http://console.example.vn/zalo_verifierabc123.html")
		require.Contains(t, get(channelsPath+"/new?platform=zalo"), `name="refresh_token"`)

		bad := b.add("page_id", "", "rate", "nhiều")
		require.Equal(t, http.StatusUnprocessableEntity, bad.Code)
		require.Equal(t, 2, strings.Count(bad.Body, "aria-invalid"))
		pages += bad.Body

		address := channelsPath + "/" + pageKey
		b.leads(b.add("rate", "90"), address)
		require.Equal(t, models.ChannelDraft, stage())
		stored, err := platform.Stored(t.Context(), pageKey)
		require.NoError(t, err)
		require.Equal(t, 90, stored.Rate)
		require.NotEmpty(t, stored.Secrets.VerifyToken)
		page := get(address)
		for _, want := range []string{"Chưa bật", stored.Secrets.VerifyToken, "http://console.example.vn/webhooks/messenger", "Phường &lt;Trấn Biên&gt;", "Phường Trấn Biên"} {
			require.Contains(t, page, want)
		}
		again := b.add()
		require.Equal(t, http.StatusUnprocessableEntity, again.Code)
		require.Contains(t, again.Body, "đã có rồi")

		platform.say(models.ChannelCheck{Kind: "token", Code: "190/460", Words: "<b>changed</b>"})
		b.leads(b.post(address+"/start"), address)
		require.Equal(t, models.ChannelDraft, stage(), "a channel that does not work is not started")
		page = get(address)
		require.Contains(t, page, "đã đổi mật khẩu Facebook")
		require.Contains(t, page, "&lt;b&gt;changed&lt;/b&gt;")

		platform.say(models.ChannelCheck{Name: "Phường", Fields: true, Missing: []string{"message_echoes"}, Threads: 3, Owners: []string{"263902037430900", "7"}})
		b.leads(b.post(address+"/start"), address)
		require.Equal(t, models.ChannelActive, stage())
		page = get(address)
		for _, want := range []string{"Thiếu đăng ký", "<code>message_echoes</code>", "Hộp thư của Trang", "<code>7</code>"} {
			require.Contains(t, page, want)
		}
		b.leads(b.post(address+"/subscribe"), address)
		require.NotContains(t, get(address), "message_echoes")

		require.Contains(t, get(address+"/edit"), "Để trống thì giữ mã đang có")
		b.leads(b.post(address+"/edit", "app_id", "2000001", "unit", "long-khanh"), address)
		require.Zero(t, platform.tried, "the unit is no matter of the platform")
		platform.say(models.ChannelCheck{Kind: "token", Code: "190"})
		refused := b.post(address+"/edit", "app_id", "2000001", "unit", "long-khanh", "page_token", "OTHER-TOKEN")
		require.Equal(t, http.StatusUnprocessableEntity, refused.Code)
		require.Equal(t, "OTHER-TOKEN", platform.tried.Secrets.PageToken)
		pages += refused.Body
		stored, err = platform.Stored(t.Context(), pageKey)
		require.NoError(t, err)
		require.Equal(t, "PAGE-TOKEN", stored.Secrets.PageToken, "what the platform does not take is not saved")
		require.Equal(t, "long-khanh", stored.Unit)
		platform.say(models.ChannelCheck{Name: "Phường"})
		b.leads(b.post(address+"/edit", "app_id", "2000001", "unit", "long-khanh", "page_token", "NEW-TOKEN"), address)
		stored, err = platform.Stored(t.Context(), pageKey)
		require.NoError(t, err)
		require.Equal(t, "NEW-TOKEN", stored.Secrets.PageToken)
		require.Equal(t, "APP-SECRET", stored.Secrets.App)

		b.leads(b.post(address+"/remove"), address)
		require.Equal(t, models.ChannelActive, stage(), "not by a slip")
		before := platform.refreshed
		b.leads(b.post(address+"/remove", "sure", "1"), channelsPath)
		require.Equal(t, models.ChannelRemoved, stage())
		require.Greater(t, platform.refreshed, before)
		require.Equal(t, http.StatusNotFound, b.get(address).Code)

		lines, _, err := d.store.AuditEntries(t.Context(), store.AuditFilter{About: pageKey, Page: store.Page{Limit: 100}})
		require.NoError(t, err)
		var actions []string
		audit := ""
		for _, l := range lines {
			actions = append(actions, l.Action)
			audit += l.Detail + l.About + "\n"
		}
		for _, action := range []string{"channel.added", "channel.checked", "channel.started", "channel.subscribed", "channel.changed", "channel.removed"} {
			require.Contains(t, actions, action)
		}
		require.Contains(t, audit, "page_token", "which secret was changed")
		for _, secret := range secretsOfPage {
			for where, text := range map[string]string{"pages": pages, "log": d.log.String(), "audit": audit} {
				require.NotContains(t, text, secret, where)
			}
		}
	})
}

func TestAChannelOfTheConfigurationIsReadOnly(t *testing.T) {
	onChannelDesks(t, func(t *testing.T, d *desk, _ *fakeChannelDesk) {
		b := d.admin(t, "an@example.vn", "")
		address := channelsPath + "/zalo:3000001"
		page := b.get(address)
		require.Equal(t, http.StatusOK, page.Code, page.Body)
		require.Contains(t, page.Body, "Tệp cấu hình: chỉ sửa được ở đó")
		require.NotContains(t, page.Body, "/remove")
		for _, path := range []string{"/edit", "/start", "/remove"} {
			require.Equal(t, http.StatusConflict, b.post(address+path, "sure", "1").Code, path)
		}
		require.Equal(t, http.StatusConflict, b.get(address+"/edit").Code)
		b.leads(b.post(address+"/check"), address)
		require.Contains(t, b.get(address).Body, "Phường &lt;Trấn Biên&gt;")
	})
}

func TestChannelsAreSeenByUnitAndRole(t *testing.T) {
	onChannelDesks(t, func(t *testing.T, d *desk, _ *fakeChannelDesk) {
		d.admin(t, "an@example.vn", "").add()
		leader := d.member(t, "lanh-dao@example.vn", models.RoleLeader, "tran-bien")
		leader.enrol()
		list := leader.get(channelsPath).Body
		require.Contains(t, list, "3000001")
		require.Contains(t, list, "1000001")
		require.NotContains(t, list, "1000002", "that of the whole province")
		require.Equal(t, http.StatusNotFound, leader.get(channelsPath+"/messenger:1000002").Code)
		page := leader.get(channelsPath + "/" + pageKey)
		require.Equal(t, http.StatusOK, page.Code)
		require.NotContains(t, page.Body, "verify token")
		require.NotContains(t, page.Body, "/edit")
		require.Equal(t, http.StatusForbidden, leader.post(channelsPath+"/"+pageKey+"/check").Code)
		require.Equal(t, http.StatusForbidden, d.member(t, "can-bo@example.vn", models.RoleOfficer, "tran-bien").get(channelsPath).Code)

		other := d.admin(t, "binh@example.vn", "long-khanh")
		require.NotContains(t, other.get(channelsPath).Body, "1000001")
		require.Equal(t, http.StatusUnprocessableEntity, other.add("page_id", "1000009").Code, "a channel of another unit")
		require.Equal(t, http.StatusUnprocessableEntity, other.add("page_id", "1000009", "unit", "").Code, "nor of the province")
	})
}

func TestAlarmsOfChannelsStandWhereWorkBegins(t *testing.T) {
	onChannelDesks(t, func(t *testing.T, d *desk, _ *fakeChannelDesk) {
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			if err := tx.Stand(store.Alarm{Kind: store.AlarmSilent, Unit: "tran-bien", Channel: "zalo:3000001", About: "08:15 04/03/2026"}); err != nil {
				return err
			}
			return tx.Stand(store.Alarm{Kind: store.AlarmToken, Unit: "", Channel: "messenger:1000002", About: "190/463"})
		}))
		require.NoError(t, d.store.HoldChannel(t.Context(), "messenger:1000002", "send: token 190/463", d.now().Add(time.Minute)))
		require.NoError(t, d.store.SaveTokens(t.Context(), "zalo:3000001", store.TokenPair{Access: "ACCESS", Refresh: "REFRESH", ObtainedAt: d.now().Add(-2 * time.Hour), ExpiresAt: d.now().Add(23 * time.Hour)}))
		officer := d.member(t, "can-bo@example.vn", models.RoleOfficer, "tran-bien")
		inbox := officer.get(casesPath).Body
		require.Contains(t, inbox, "im lặng trong giờ làm việc: tin cuối cùng đến lúc 08:15 04/03/2026")
		require.NotContains(t, inbox, "cần mã truy cập mới", "that of the province is not theirs")
		require.NotContains(t, inbox, channelsPath+"/zalo")
		require.NotContains(t, d.member(t, "khac@example.vn", models.RoleOfficer, "long-khanh").get(casesPath).Body, "im lặng")
		require.NotContains(t, d.member(t, "xem@example.vn", models.RoleViewer, "tran-bien").get(startPath).Body, "im lặng", "it is nobody's who cannot act")

		b := d.admin(t, "an@example.vn", "")
		start := b.get(casesPath).Body
		require.Contains(t, start, "cần mã truy cập mới")
		require.Contains(t, start, `href="/console/channels/messenger:1000002"`)
		list := b.get(channelsPath).Body
		require.Contains(t, list, "Im lặng")
		require.Contains(t, list, "Mã truy cập</span>")
		page := b.get(channelsPath + "/messenger:1000002").Body
		require.Contains(t, page, "Phải cấp lại")
		require.Contains(t, page, "send: token 190/463")
		zalo := b.get(channelsPath + "/zalo:3000001").Body
		require.Contains(t, zalo, "từ 19:30 04/03/2026", "half of the pair's life")
		require.NotContains(t, zalo, "ACCESS")
		require.NotContains(t, zalo, "REFRESH")
	})
}

// TestChannelsInABrowser walks the pages of channels as an administrator does.
func TestChannelsInABrowser(t *testing.T) {
	d := newDesk(t, databases.SQLite(t), connecting)
	platform := d.server.Channels.Desk.(*fakeChannelDesk)
	now := d.now()
	require.NoError(t, d.store.NoteTraffic(t.Context(), []store.Heard{{Channel: "zalo:3000001", Hour: models.HourOf(now), Events: 3, Last: now.Add(-time.Hour)}}))
	_, err := d.store.LeaseChannels(t.Context(), "me", []string{"messenger:1000002", "zalo:3000001"}, time.Minute)
	require.NoError(t, err)
	require.NoError(t, d.store.NoteSends(t.Context(), []store.Sends{
		{Channel: "messenger:1000002", Sent: now.Add(-3 * time.Hour), Failed: now, Failure: models.OutboxError{Kind: "token", Code: "190/463"}},
		{Channel: "zalo:3000001", Sent: now.Add(-time.Minute)},
	}))
	require.NoError(t, d.store.HoldChannel(t.Context(), "messenger:1000002", "send: token 190/463", now.Add(time.Minute)))
	require.NoError(t, d.store.SaveTokens(t.Context(), "zalo:3000001", store.TokenPair{Access: "a", Refresh: "r", ObtainedAt: now.Add(-2 * time.Hour), ExpiresAt: now.Add(23 * time.Hour)}))
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Stand(store.Alarm{Kind: store.AlarmSilent, Unit: "tran-bien", Channel: "zalo:3000001", About: "08:15 04/03/2026"}); err != nil {
			return err
		}
		if err := tx.Stand(store.Alarm{Kind: store.AlarmToken, Channel: "messenger:1000002", About: "190/463"}); err != nil {
			return err
		}
		return tx.SaveCheck("zalo:3000001", models.ChannelCheck{Name: "Phường Trấn Biên"})
	}))
	require.NoError(t, d.store.SaveAccount(t.Context(), store.Account{Email: "an@example.vn", Name: "An", Role: models.RoleAdmin}, mustHash(t, oneTime)))
	b := chromium(t, d)
	b.do(chromedp.Navigate(b.base + channelsPath))
	b.see("Đăng nhập")
	b.submit("Đặt mật khẩu", "#email", "an@example.vn", "#password", oneTime)
	b.submit("Bật xác thực", "#new", sentence, "#again", sentence)
	secret := strings.ReplaceAll(b.eval(`document.querySelector("#khoa").textContent`), " ", "")
	b.submit("Mã dự phòng", "#code", d.screen(t).code(secret))
	b.do(chromedp.Navigate(b.base + channelsPath))
	b.see("Kênh")
	b.sound("channels")
	b.do(chromedp.Navigate(b.base + casesPath))
	b.see("Hộp việc")
	b.sound("channels-inbox")
	b.do(chromedp.Navigate(b.base + channelsPath + "/zalo:3000001"))
	b.see("Zalo")
	b.sound("channel-zalo")
	b.do(chromedp.Navigate(b.base + channelsPath + "/new?platform=messenger"))
	b.see("Nối Trang Facebook")
	b.sound("channel-new")
	platform.say(models.ChannelCheck{Kind: "token", Code: "190/463", Words: "Error validating access token: Session has expired"})
	b.submit("Chưa bật", "#account", "1000001", "#app", "2000001", "#app_secret", "APP-SECRET", "#page_token", "PAGE-TOKEN")
	b.sound("channel-draft")
	platform.say(models.ChannelCheck{Name: "Phường Trấn Biên", Fields: true, Missing: []string{"message_echoes", "messaging_handovers"}, Threads: 5, Owners: []string{"263902037430900"}})
	b.do(chromedp.Click(`form[action$="/start"] button`))
	b.see("Thiếu đăng ký")
	b.do(chromedp.Click(`form[action$="/subscribe"] button`))
	b.see("Ứng dụng khác giữ")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("main details").forEach(d => { d.open = true })`))
	b.sound("channel-active")
	b.do(chromedp.Navigate(b.base + channelsPath + "/" + pageKey + "/edit"))
	b.see("Sửa kênh")
	b.sound("channel-edit")
	require.NotContains(t, b.eval(`document.documentElement.outerHTML`), "PAGE-TOKEN")
}
