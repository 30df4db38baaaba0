package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/backgroundservice"
	cdpbrowser "github.com/chromedp/cdproto/browser"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
	"github.com/langnghe/langnghe/relay/pushtest"
	"github.com/langnghe/langnghe/store"
)

// alerting lets staff choose; the database has the keys.
func alerting(deps *Deps) {
	st := deps.Staff.(*store.Store)
	deps.Alerts = &Alerting{Store: st, Mails: true, Key: func(ctx context.Context) (string, error) {
		keys, err := st.PushKeys(ctx)
		return keys.Public, err
	}}
}

// alerted is a console with a push service on this machine.
func alerted(t *testing.T, url string) (*desk, *pushtest.Service, *pushtest.Device) {
	t.Helper()
	service := pushtest.New(t)
	d := newDesk(t, url, alerting, func(deps *Deps) { deps.Alerts.Loopback = []string{service.Host()} })
	keys, err := d.store.PushKeys(t.Context())
	require.NoError(t, err)
	return d, service, service.Device(keys.Public)
}

// pusher sends what waits for devices, as the relay does.
func (d *desk) pusher(service *pushtest.Service) *relay.Alerts {
	return relay.NewAlerts(relay.AlertDeps{
		Store: d.store, Calendar: func() models.Calendar { return models.Calendar{} }, Log: testLog(&bench{log: &d.log}), Now: d.now,
		Pusher: relay.NewPusher(d.store.PushKeys, "https://gopy.example.vn", []string{service.Host()}),
	})
}

func TestStaffChooseTheirAlerts(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, dbURL string) {
		d, service, phone := alerted(t, dbURL)
		d.account(t, lan, models.RoleOfficer)
		b := d.screen(t)
		b.settle(lan)
		first := b.get(alertsPath)
		require.Equal(t, http.StatusOK, first.Code)
		require.Contains(t, first.Body, `name="mail" value="assigned" checked`)
		require.Contains(t, first.Body, `name="mail" value="new">`)
		require.Contains(t, first.Body, `name="push" value="new" checked`)
		b.leads(b.post(alertsPath, "push", "danger", "mail", "new", "quiet", ""), alertsPath)
		choice, chosen, err := d.store.AlertChoice(t.Context(), lan)
		require.NoError(t, err)
		require.True(t, chosen)
		require.Equal(t, models.AlertChoice{Push: []models.AlertKind{models.AlertDanger}, Mail: []models.AlertKind{models.AlertNew}}, choice)

		add := func(endpoint, key, auth string) answer {
			return b.post(devicesPath, "endpoint", endpoint, "key", key, "auth", auth)
		}
		for _, endpoint := range []string{
			"", "https://", "http://push.example.vn/x", "https://push.example.vn:8443/x", "https://u:p@push.example.vn/x", "javascript:alert(1)",
			"http://127.0.0.1:1/x", "https://push.example.vn/" + strings.Repeat("x", endpointMost),
		} {
			require.Equal(t, http.StatusUnprocessableEntity, add(endpoint, phone.Key, phone.Auth).Code, endpoint)
		}
		require.Equal(t, http.StatusUnprocessableEntity, add(phone.Endpoint, phone.Auth, phone.Auth).Code)
		require.Equal(t, http.StatusUnprocessableEntity, add(phone.Endpoint, phone.Key, phone.Key).Code)
		b.leads(add(phone.Endpoint, phone.Key, phone.Auth), alertsPath)
		require.Contains(t, b.get(alertsPath).Body, "Đã bật thông báo trên máy này")
		id := store.DeviceID(phone.Endpoint)
		b.leads(b.post(devicesPath+"/try", "id", id), alertsPath)
		require.NoError(t, d.pusher(service).Push(t.Context()))
		require.Len(t, phone.Got(), 1)
		require.JSONEq(t, `{"kind":"trial","link":"/console/account/alerts"}`, phone.Got()[0].Text)

		require.Contains(t, first.Body, `<link rel="manifest" href="/static/console.json">`, "by which phones put the console on their screen")
		for _, name := range []string{"console.json", "icon-192.png", "icon-512.png"} {
			require.Equal(t, http.StatusOK, b.get("/static/"+name).Code, name)
		}
		w := httptest.NewRecorder()
		d.router.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://console.example.vn"+consolePath+"/sw.js", nil))
		if w.Code == http.StatusNotFound {
			t.Log("not checked: the service worker (run make assets)")
		} else {
			require.Equal(t, http.StatusOK, w.Code, "also for who is not logged in")
			require.Contains(t, w.Header().Get("Content-Type"), "text/javascript")
			require.Equal(t, "no-cache", w.Header().Get("Cache-Control"))
			require.Contains(t, w.Header().Get("Content-Security-Policy"), "worker-src 'self'")
		}

		d.account(t, "hoa@example.vn", models.RoleOfficer)
		other := d.screen(t)
		other.settle("hoa@example.vn")
		require.Equal(t, http.StatusNotFound, other.post(devicesPath+"/try", "id", id).Code, "somebody else's")
		require.Equal(t, http.StatusNotFound, other.post(devicesPath+"/end", "id", id).Code)
		b.leads(b.post(devicesPath+"/end", "id", id), alertsPath)
		require.Contains(t, b.get(alertsPath).Body, "Chưa bật trên máy nào")
		require.Equal(t, http.StatusNotFound, b.post(devicesPath+"/try", "id", id).Code)
	})
}

// TestDevicesAreBounded: an account has the latest ten; a browser tells one account.
func TestDevicesAreBounded(t *testing.T) {
	t.Parallel()
	d, service, phone := alerted(t, databases.SQLite(t))
	for i := range 12 {
		dev := service.Device("x")
		if i == 11 {
			dev = phone
		}
		d.advance(time.Second)
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.AddDevice(models.Device{Email: lan, Endpoint: dev.Endpoint, Key: dev.Key, Auth: dev.Auth})
		}))
	}
	devices, err := d.store.Devices(t.Context(), lan)
	require.NoError(t, err)
	require.Len(t, devices, 10)
	require.Equal(t, phone.Endpoint, devices[0].Endpoint)
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		for range 60 {
			if err := tx.Push(devices[0].ID, models.AlertNew, "PA2026-A", d.now()); err != nil {
				return err
			}
		}
		return nil
	}))
	waiting, err := d.store.ClaimPushes(t.Context(), time.Time{}, time.Minute, 100)
	require.NoError(t, err)
	require.Len(t, waiting, 50)
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		return tx.AddDevice(models.Device{Email: "hoa@example.vn", Endpoint: phone.Endpoint, Key: phone.Key, Auth: phone.Auth})
	}))
	devices, err = d.store.Devices(t.Context(), lan)
	require.NoError(t, err)
	require.Len(t, devices, 9)
	d.advance(time.Hour)
	waiting, err = d.store.ClaimPushes(t.Context(), time.Time{}, time.Minute, 100)
	require.NoError(t, err)
	require.Empty(t, waiting, "what waited was for somebody else")
}

// TestAnotherSecretKey: what it did not seal counts as turned off, and keeps nobody
// from choosing.
func TestAnotherSecretKey(t *testing.T) {
	t.Parallel()
	url := databases.SQLite(t)
	d, service, phone := alerted(t, url)
	d.account(t, lan, models.RoleOfficer)
	d.screen(t).settle(lan)
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		err := tx.AddDevice(models.Device{Email: lan, Endpoint: phone.Endpoint, Key: phone.Key, Auth: phone.Auth})
		if err == nil {
			err = tx.Push(store.DeviceID(phone.Endpoint), models.AlertNew, "PA2026-A", d.now())
		}
		return err
	}))
	other, err := store.Open(t.Context(), url, store.Options{Now: d.now, SecretKey: []byte(strings.Repeat("o", 32))})
	require.NoError(t, err)
	defer other.Close()
	d.server.Alerts.Store = other
	d.server.Alerts.Key = func(ctx context.Context) (string, error) { keys, err := other.PushKeys(ctx); return keys.Public, err }
	b := d.screen(t)
	b.logIn(lan, sentence)
	page := b.get(alertsPath)
	require.Equal(t, http.StatusOK, page.Code)
	require.Contains(t, page.Body, "khoá của máy chủ không dùng được")
	require.Contains(t, page.Body, "Chưa bật trên máy nào")
	stranger := &desk{store: other}
	stranger.us.Store(d.us.Load())
	require.NoError(t, stranger.pusher(service).Push(t.Context()))
	require.Zero(t, phone.Tries())
}

// fakePush stands in for the browser's push service: this machine reaches none.
const fakePush = `(() => {
  const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
  const given = { endpoint: %q, p256dh: %q, auth: %q };
  const own = {
    endpoint: given.endpoint,
    getKey: (name) => bytes(given[name]),
    unsubscribe: async () => { localStorage.removeItem("on"); return true; },
  };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem("on") ? own : null);
  PushManager.prototype.subscribe = async (o) => {
    const key = btoa(String.fromCharCode(...new Uint8Array(o.applicationServerKey))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
    localStorage.setItem("on", key);
    if (!o.userVisibleOnly) throw new Error("not visible");
    return own;
  };
})()`

// TestAlertsAreTurnedOnInABrowser: turning them on, what the push service is given
// arrives in the service worker, which shows it; and turning them off.
func TestAlertsAreTurnedOnInABrowser(t *testing.T) {
	d, service, phone := alerted(t, databases.SQLite(t))
	d.fillCase(t)
	d.account(t, lan, models.RoleOfficer)
	d.screen(t).settle(lan)
	b := chromium(t, d)
	console := chromedp.Console(b.ctx)
	workers := chromedp.Events(b.ctx, serviceworker.WorkerRegistrationUpdated)
	_, err := chromedp.CallBrowser(b.ctx, cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{
		Permission: &cdpbrowser.PermissionDescriptor{Name: "notifications"}, Setting: cdpbrowser.PermissionSettingGranted, Origin: b.base,
	})
	require.NoError(t, err)
	_, err = chromedp.Call(b.ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
		Source: fmt.Sprintf(fakePush, phone.Endpoint, phone.Key, phone.Auth),
	})
	require.NoError(t, err)
	_, err = chromedp.Call(b.ctx, serviceworker.Enable, struct{}{})
	require.NoError(t, err)
	shown := chromedp.Events(b.ctx, backgroundservice.BackgroundServiceEventReceived)
	_, err = chromedp.Call(b.ctx, backgroundservice.StartObserving, backgroundservice.StartObservingParams{Service: backgroundservice.ServiceNameNotifications})
	require.NoError(t, err)
	_, err = chromedp.Call(b.ctx, backgroundservice.SetRecording, backgroundservice.SetRecordingParams{Service: backgroundservice.ServiceNameNotifications, ShouldRecord: true})
	require.NoError(t, err)
	b.do(chromedp.Navigate(b.base + alertsPath))
	b.submit("Thông báo của tôi", "#email", lan, "#password", sentence)
	b.sound("alerts-off")
	app, err := chromedp.Call(b.ctx, cdppage.GetAppManifest, cdppage.GetAppManifestParams{})
	require.NoError(t, err)
	require.Empty(t, app.Errors)
	require.Equal(t, b.base+"/static/console.json", app.URL)
	require.Contains(t, app.Data, "standalone")
	b.do(chromedp.Click(`[data-push="off"] button`))
	require.Eventually(t, func() bool {
		v, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && !!document.querySelector("[data-this]:not([hidden])")`))
		return err == nil && v
	}, 20*time.Second, 50*time.Millisecond)
	b.sound("alerts-on")
	keys, err := d.store.PushKeys(t.Context())
	require.NoError(t, err)
	require.Equal(t, keys.Public, b.eval(`localStorage.getItem("on")`))
	require.Equal(t, "none", b.eval(`getComputedStyle(document.querySelector("[data-push=off]")).display`), "it is on")

	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		return tx.Push(store.DeviceID(phone.Endpoint), models.AlertDanger, caseCode, d.now())
	}))
	require.NoError(t, d.pusher(service).Push(t.Context()))
	require.Len(t, phone.Got(), 1)
	var worker serviceworker.RegistrationID
	for e, err := range workers {
		require.NoError(t, err)
		for _, r := range e.Registrations {
			if u, err := url.Parse(r.ScopeURL); err == nil && u.Path == "/console/" {
				worker = r.RegistrationID
			}
		}
		if worker != "" {
			break
		}
	}
	_, err = chromedp.Call(b.ctx, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{
		Origin: b.base, RegistrationID: worker, Data: phone.Got()[0].Text,
	})
	require.NoError(t, err)
	for e, err := range shown {
		require.NoError(t, err)
		if strings.Contains(e.BackgroundServiceEvent.EventName, "displayed") {
			break
		}
	}
	notice := b.eval(`navigator.serviceWorker.getRegistration("/console/").then(r => r.getNotifications()).then(l => l.map(n => [n.title, n.body, n.data.link].join("|")).join())`)
	require.Equal(t, "Báo nguy hiểm|Hồ sơ "+caseCode+"|/console/cases/"+caseCode, notice)

	b.do(chromedp.Click(`[data-end] button`))
	require.Eventually(t, func() bool {
		devices, err := d.store.Devices(t.Context(), lan)
		return err == nil && len(devices) == 0
	}, 10*time.Second, 50*time.Millisecond)
	b.see("Thông báo của tôi")
	require.Equal(t, "", b.eval(`localStorage.getItem("on") || ""`))
	b.do(chromedp.Evaluate[chromedp.Void](`console.info("the end")`))
	for m, err := range console {
		require.NoError(t, err)
		if m.Text == "the end" {
			break
		}
		require.False(t, m.IsException() || strings.Contains(m.Text, "Content Security Policy"), m.Text)
	}
}
