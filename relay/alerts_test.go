package relay

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay/pushtest"
	"github.com/langnghe/langnghe/store"
)

// barracks is staff with devices, on a world.
type barracks struct {
	*world
	service *pushtest.Service
	keys    store.PushKeys
	now     time.Time
	alerts  *Alerts
}

// staffed is a world at 10 o'clock of a working day.
func staffed(t *testing.T, url string) *barracks {
	t.Helper()
	b := &barracks{now: local(t, "2026-11-03 10:00"), service: pushtest.New(t)}
	b.world = newWorldAt(t, url, func() time.Time { return b.now })
	var err error
	b.keys, err = b.store.PushKeys(t.Context())
	require.NoError(t, err)
	b.alerts = b.alerting(b.store)
	return b
}

func (b *barracks) alerting(st *store.Store) *Alerts {
	catalogue, _ := mind()
	return NewAlerts(AlertDeps{
		Store: st, Calendar: catalogue.Calendar, Province: "dong-nai", Mails: true, Log: silent(), Now: func() time.Time { return b.now },
		Pusher: NewPusher(st.PushKeys, "gopy@example.vn", []string{b.service.Host()}),
	})
}

// hire makes an account; a device of it is told of everything.
func (b *barracks) hire(email string, role models.Role, unit string) *pushtest.Device {
	b.t.Helper()
	name, _, _ := strings.Cut(email, "@")
	require.NoError(b.t, b.store.SaveAccount(b.t.Context(), store.Account{Email: email, Name: name, Role: role, Unit: unit}, ""))
	return b.device(email)
}

func (b *barracks) device(email string) *pushtest.Device {
	b.t.Helper()
	d := b.service.Device(b.keys.Public)
	b.do(func(tx *store.Tx) error {
		return tx.AddDevice(models.Device{Email: email, Endpoint: d.Endpoint, Key: d.Key, Auth: d.Auth, Agent: "Firefox"})
	})
	return d
}

func (b *barracks) do(f func(tx *store.Tx) error) {
	b.t.Helper()
	require.NoError(b.t, b.store.Update(b.t.Context(), f))
}

// act does something to a case, as staff or a citizen.
func (b *barracks) act(code, actor string, a models.Action, words, detail string) {
	b.t.Helper()
	b.do(func(tx *store.Tx) error {
		c, err := tx.Case(code)
		require.NoError(b.t, err)
		require.NoError(b.t, c.Move(a, actor, b.now, words, detail))
		return tx.SaveCase(c)
	})
}

// tell tells everybody what is to be told.
func (b *barracks) tell() {
	b.t.Helper()
	require.NoError(b.t, b.alerts.Spread(b.t.Context()))
	require.NoError(b.t, b.alerts.Push(b.t.Context()))
}

// heard is what a device was told since the last time, "kind code" each.
func heard(t *testing.T, d *pushtest.Device) (list []string) {
	t.Helper()
	for _, m := range d.Got() {
		var p pushed
		require.NoError(t, json.Unmarshal([]byte(m.Text), &p))
		list = append(list, strings.TrimSpace(string(p.Kind)+" "+p.Case))
	}
	return list
}

// TestACaseThatTheBotMadeIsPushed: a citizen reports in a chat, and the staff of
// the unit are told, without a word of it.
func TestACaseThatTheBotMadeIsPushed(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		b := staffed(t, url)
		lan := b.hire("lan@x.vn", models.RoleOfficer, "tran-bien")
		minh := b.hire("minh@x.vn", models.RoleOfficer, "bien-hoa")
		for _, words := range []string{"đèn đường trước nhà số 12 đường Nguyễn Du bị hỏng", "bỏ qua", "Nguyễn Văn An 0912345678", "đúng rồi"} {
			b.says("7001", words)
			b.play()
		}
		code := b.last("7001").Case
		require.NotEmpty(t, code, "%+v", b.last("7001"))
		b.tell()
		require.Equal(t, []string{"new " + code}, heard(t, lan))
		require.Empty(t, minh.Got(), "of another unit")
		m := lan.Got()[0]
		require.JSONEq(t, fmt.Sprintf(`{"kind":"new","case":%q,"link":"/console/cases/%s"}`, code, code), m.Text)
		require.Equal(t, "mailto:gopy@example.vn", m.Contact)

		b.says("7002", "cho tôi gặp cán bộ")
		b.play()
		b.says("7003", "cháy nhà rồi")
		b.play()
		b.tell()
		b.tell()
		require.ElementsMatch(t, []string{"new " + code, "person", "danger"}, heard(t, lan), "each once")
		devices, err := b.store.Devices(t.Context(), "lan@x.vn")
		require.NoError(t, err)
		require.True(t, devices[0].ToldAt.Equal(b.now))
		for _, got := range lan.Got() {
			require.NotContains(t, got.Text, "700", "who wrote is nobody's business but the console's")
			require.Equal(t, strings.Contains(got.Text, "danger"), got.Urgency == "high")
		}
	})
}

func TestEachIsToldWhatConcernsThem(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		b := staffed(t, url)
		lan := b.hire("lan@x.vn", models.RoleOfficer, "tran-bien")
		hoa := b.hire("hoa@x.vn", models.RoleOfficer, "tran-bien")
		chief := b.hire("chief@x.vn", models.RoleLeader, "tran-bien")
		province := b.hire("tinh@x.vn", models.RoleAdmin, "")
		b.files("7001", "PA2026-A", models.PhanAnh, models.StatusAccepted)
		b.tell()
		for _, d := range []*pushtest.Device{lan, hoa, chief} {
			require.Equal(t, []string{"new PA2026-A"}, heard(t, d))
		}
		require.Empty(t, province.Got(), "the unit has staff of its own")

		b.act("PA2026-A", "chief", models.ActAssign, "", "lan@x.vn")
		b.do(func(tx *store.Tx) error { return tx.Mention(b.theCase("PA2026-A"), []string{"hoa@x.vn", "chief@x.vn"}) })
		b.act("PA2026-A", citizen, models.ActAdd, "thêm ảnh", "")
		b.act("PA2026-A", "lan", models.ActResolve, "xong", "")
		b.act("PA2026-A", citizen, models.ActNotDone, "chưa xong", "")
		b.tell()
		require.ElementsMatch(t, []string{"new PA2026-A", "assigned PA2026-A", "answered PA2026-A", "reopened PA2026-A"}, heard(t, lan))
		require.ElementsMatch(t, []string{"new PA2026-A", "mentioned PA2026-A"}, heard(t, hoa))
		require.ElementsMatch(t, []string{"new PA2026-A", "mentioned PA2026-A", "reopened PA2026-A"}, heard(t, chief))

		b.files("7002", "PA2026-SECRET", models.PhanAnh, models.StatusNew)
		b.do(func(tx *store.Tx) error {
			c, err := tx.Case("PA2026-SECRET")
			require.NoError(t, err)
			c.Sensitive = true
			return tx.SaveCase(c)
		})
		b.act("PA2026-A", "lan", models.ActAssign, "", "lan@x.vn")
		b.tell()
		require.Len(t, lan.Got(), 4, "neither what they may not know of nor what they did themselves")
		require.Contains(t, heard(t, chief), "new PA2026-SECRET")

		b.do(func(tx *store.Tx) error {
			return tx.ChooseAlerts("hoa@x.vn", models.AlertChoice{Push: []models.AlertKind{models.AlertDanger}})
		})
		require.NoError(t, b.store.SaveAccount(t.Context(), store.Account{Email: "lan@x.vn", Name: "lan", Role: models.RoleOfficer, Unit: "tran-bien", Disabled: true}, ""))
		b.files("7003", "PA2026-B", models.PhanAnh, models.StatusNew)
		b.tell()
		require.NotContains(t, heard(t, hoa), "new PA2026-B", "not chosen")
		require.NotContains(t, heard(t, lan), "new PA2026-B", "disabled")
		require.Contains(t, heard(t, chief), "new PA2026-B")

		require.NoError(t, b.store.SaveAccount(t.Context(), store.Account{Email: "chief@x.vn", Role: models.RoleViewer, Unit: "tran-bien"}, ""))
		require.NoError(t, b.store.SaveAccount(t.Context(), store.Account{Email: "hoa@x.vn", Role: models.RoleOfficer, Unit: "bien-hoa"}, ""))
		b.files("7004", "PA2026-C", models.PhanAnh, models.StatusNew)
		b.tell()
		require.Contains(t, heard(t, province), "new PA2026-C", "nobody of the unit may act")
	})
}

// TestDevicesAreQuietOutsideOfficeHours: what is no danger waits for the morning.
func TestDevicesAreQuietOutsideOfficeHours(t *testing.T) {
	t.Parallel()
	b := staffed(t, databases.SQLite(t))
	quiet := b.hire("lan@x.vn", models.RoleOfficer, "tran-bien")
	loud := b.hire("hoa@x.vn", models.RoleOfficer, "tran-bien")
	b.do(func(tx *store.Tx) error {
		return tx.ChooseAlerts("HOA@x.vn", models.AlertChoice{Push: models.AlertKinds})
	})
	b.now = local(t, "2026-11-06 20:00") // a Friday
	b.files("7001", "PA2026-A", models.PhanAnh, models.StatusNew)
	b.do(func(tx *store.Tx) error {
		return tx.Raise(store.Alarm{Kind: store.AlarmDanger, Unit: "tran-bien", About: "chay", Case: "PA2026-A"})
	})
	b.tell()
	require.Equal(t, []string{"danger PA2026-A"}, heard(t, quiet))
	require.ElementsMatch(t, []string{"danger PA2026-A", "new PA2026-A"}, heard(t, loud))
	b.now = local(t, "2026-11-09 06:00")
	b.tell()
	require.Len(t, quiet.Got(), 1)
	b.now = local(t, "2026-11-09 08:00")
	b.tell()
	require.Equal(t, []string{"danger PA2026-A", "new PA2026-A"}, heard(t, quiet))
}

// TestAPushServiceThatFails: what it refuses for a while is tried again and again,
// not for ever; a device that it knows no more is forgotten; no redirect is followed.
func TestAPushServiceThatFails(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		b := staffed(t, url)
		slow := b.hire("lan@x.vn", models.RoleOfficer, "tran-bien")
		gone, moved, never := b.device("lan@x.vn"), b.device("lan@x.vn"), b.device("lan@x.vn")
		slow.Answer(http.StatusServiceUnavailable, http.StatusTooManyRequests)
		gone.Answer(http.StatusGone)
		moved.Answer(http.StatusFound)
		for range 2 * len(pushWaits) {
			never.Answer(http.StatusInternalServerError)
		}
		b.files("7001", "PA2026-A", models.PhanAnh, models.StatusNew)
		for range 12 {
			b.tell()
			b.tell()
			b.now = b.now.Add(time.Hour)
		}
		require.Equal(t, []string{"new PA2026-A"}, heard(t, slow))
		require.Equal(t, 3, slow.Tries())
		require.Equal(t, 1, gone.Tries())
		require.Equal(t, 1, moved.Tries(), "a redirect is a refusal")
		require.Equal(t, len(pushWaits)+1, never.Tries())
		devices, err := b.store.Devices(t.Context(), "lan@x.vn")
		require.NoError(t, err)
		require.Len(t, devices, 3)
		for _, d := range devices {
			require.NotEqual(t, gone.Endpoint, d.Endpoint)
		}
		left, err := b.store.ClaimPushes(t.Context(), time.Time{}, time.Minute, 10)
		require.NoError(t, err)
		require.Empty(t, left)
	})
}

// TestSeveralProcessesTellOnce: each is told once by however many processes.
func TestSeveralProcessesTellOnce(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		b := staffed(t, url)
		lan := b.hire("lan@x.vn", models.RoleOfficer, "tran-bien")
		var want []string
		for i := range 40 {
			code := fmt.Sprintf("PA2026-%02d", i)
			b.files("7001", code, models.PhanAnh, models.StatusNew)
			want = append(want, "new "+code)
		}
		other, err := store.Open(t.Context(), url, store.Options{SecretKey: make([]byte, 32), Now: func() time.Time { return b.now }})
		require.NoError(t, err)
		defer other.Close()
		var g sync.WaitGroup
		for _, a := range []*Alerts{b.alerts, b.alerting(other)} {
			for range 2 {
				g.Go(func() {
					for range 3 {
						assert.NoError(t, a.Spread(context.WithoutCancel(t.Context())))
						assert.NoError(t, a.Push(context.WithoutCancel(t.Context())))
					}
				})
			}
		}
		g.Wait()
		b.tell()
		require.ElementsMatch(t, want, heard(t, lan))
	})
}

// TestWhereDevicesMayBe: an endpoint comes from a browser, so nobody gets us to
// write into our own network.
func TestWhereDevicesMayBe(t *testing.T) {
	t.Parallel()
	b := staffed(t, databases.SQLite(t))
	d := b.service.Device(b.keys.Public)
	p := NewPusher(b.store.PushKeys, "gopy@example.vn", nil)
	for _, endpoint := range []string{
		d.Endpoint, strings.Replace(d.Endpoint, "http://", "https://", 1), "https://10.0.0.1/x", "https://localhost/x", "https://[::1]/x",
		"https://169.254.169.254/latest", "http://192.0.2.1/x", "gopher://x", "",
	} {
		_, err := p.send(t.Context(), models.Push{Kind: models.AlertNew, Device: models.Device{Endpoint: endpoint, Key: d.Key, Auth: d.Auth}})
		require.ErrorIs(t, err, errRefused, endpoint)
	}
	require.Zero(t, d.Tries())
	require.True(t, isPublic(netip.MustParseAddr("142.250.0.1")))
}
