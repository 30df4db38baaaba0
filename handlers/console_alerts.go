package handlers

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	alertsPath  = accountPath + "/alerts"
	devicesPath = accountPath + "/devices"
	// endpointMost is how long an address of a push service may be.
	endpointMost = 2000
	// authSize is how many bytes a browser's secret has (RFC 8291, section 3.2).
	authSize = 16
)

// AlertStore keeps of what staff are told, and in which browsers.
type AlertStore interface {
	AlertChoice(ctx context.Context, of string) (models.AlertChoice, bool, error)
	Devices(ctx context.Context, of string) ([]models.Device, error)
}

// Alerting is what the handlers need to let staff choose of what they are told.
type Alerting struct {
	Store AlertStore
	// Key is the public key by which push services know this installation.
	Key      func(ctx context.Context) (string, error)
	Loopback []string // host:port of push services on this machine, in tests
	Mails    bool     // mails are sent
}

func (s *server) alertRoutes() {
	if s.Alerts == nil {
		return
	}
	s.console.group.GET("/sw.js", s.serviceWorker)
	s.page("GET /account/alerts", models.OwnAccount, s.alertsPage)
	s.page("POST /account/alerts", models.OwnAccount, s.chooseAlerts)
	s.page("POST /account/devices", models.OwnAccount, s.addDevice)
	s.page("POST /account/devices/end", models.OwnAccount, s.endDevice)
	s.page("POST /account/devices/try", models.OwnAccount, s.tryDevice)
}

// serviceWorker serves the script that shows alerts while no page is open. Its
// address is its reach: the console. A browser asks for it anew by itself, also
// when nobody is logged in.
func (s *server) serviceWorker(c *gin.Context) {
	f, ok := s.console.assets.files["sw.js"]
	if !ok {
		problem(c, http.StatusNotFound, "it was not built")
		return
	}
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, "text/javascript; charset=utf-8", f.body)
}

// alertsView is what the page of one's alerts tells.
type alertsView struct {
	Kinds   []alertLine
	Quiet   bool
	Mails   bool
	Key     string // "" while there is none to be had
	Devices []deviceView
}

type alertLine struct {
	Kind       models.AlertKind
	Push, Mail bool
}

type deviceView struct {
	models.Device
	Browser, System string // "" when not known
}

func (s *server) alertsPage(v *visit) error {
	data, err := v.alerts()
	if err != nil {
		return err
	}
	return v.show("alerts", data)
}

func (v *visit) alerts() (d alertsView, err error) {
	ctx, of := v.Request.Context(), v.s.Alerts
	choice, chosen, err := of.Store.AlertChoice(ctx, v.who.Email)
	if err != nil {
		return d, err
	}
	if !chosen {
		choice = models.DefaultAlerts(v.who.Role)
	}
	d.Quiet, d.Mails = choice.Quiet, of.Mails
	for _, k := range models.AlertKinds {
		d.Kinds = append(d.Kinds, alertLine{k, choice.Pushes(k), choice.Mails(k)})
	}
	devices, err := of.Store.Devices(ctx, v.who.Email)
	if err != nil {
		return d, err
	}
	for _, one := range devices {
		browser, system := device(one.Agent)
		d.Devices = append(d.Devices, deviceView{one, browser, system})
	}
	key, err := of.Key(ctx)
	if err != nil {
		v.s.Log.WithError(err).Error("the keys of web push cannot be used")
	}
	d.Key = key
	return d, nil
}

// chooseAlerts stores of what the account is told.
func (s *server) chooseAlerts(v *visit) error {
	known := func(name string) (list []models.AlertKind) {
		for _, k := range models.AlertKinds {
			if slices.Contains(v.PostFormArray(name), string(k)) {
				list = append(list, k)
			}
		}
		return list
	}
	choice := models.AlertChoice{Push: known("push"), Mail: known("mail"), Quiet: v.PostForm("quiet") != ""}
	err := s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		if err := tx.ChooseAlerts(v.who.Email, choice); err != nil {
			return err
		}
		return tx.Audit(v.who, "alerts.chosen", v.who.Email, "")
	})
	if err != nil {
		return err
	}
	return v.done(alertsPath, "saved")
}

// addDevice turns alerts on in the browser that asks.
func (s *server) addDevice(v *visit) error {
	d := models.Device{
		Email: v.who.Email, Endpoint: v.PostForm("endpoint"), Key: v.PostForm("key"), Auth: v.PostForm("auth"),
		Agent: shortened(v.Request.UserAgent(), 300),
	}
	if !s.Alerts.takes(d) {
		data, err := v.alerts()
		if err != nil {
			return err
		}
		return v.refuse(http.StatusUnprocessableEntity, "alerts", "device", data)
	}
	err := s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		if err := tx.AddDevice(d); err != nil {
			return err
		}
		return tx.Audit(v.who, "device.added", v.who.Email, shortened(store.DeviceID(d.Endpoint), 12))
	})
	if err != nil {
		return err
	}
	return v.done(alertsPath, "device-on")
}

// takes reports whether what a browser tells of itself can be written to: its push
// service by TLS, its keys as RFC 8291 has them. Where the address leads is looked
// at when it is dialled.
func (a *Alerting) takes(d models.Device) bool {
	u, err := url.Parse(d.Endpoint)
	if err != nil || len(d.Endpoint) > endpointMost || u.User != nil || u.Hostname() == "" {
		return false
	}
	if https := u.Scheme == "https" && (u.Port() == "" || u.Port() == "443"); !https && !(u.Scheme == "http" && slices.Contains(a.Loopback, u.Host)) {
		return false
	}
	key, keyFault := unpadded(d.Key)
	auth, authFault := unpadded(d.Auth)
	_, pointFault := ecdh.P256().NewPublicKey(key)
	return errors.Join(keyFault, authFault, pointFault) == nil && len(auth) == authSize
}

func unpadded(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
}

// endDevice turns alerts off in one of the visitor's browsers.
func (s *server) endDevice(v *visit) error {
	id := v.PostForm("id")
	err := s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		if err := tx.EndDevice(v.who.Email, id); err != nil {
			return err
		}
		return tx.Audit(v.who, "device.ended", v.who.Email, shortened(id, 12))
	})
	if err != nil {
		return err
	}
	return v.done(alertsPath, "device-off")
}

// tryDevice sends one of the visitor's browsers something to see that it works.
func (s *server) tryDevice(v *visit) error {
	devices, err := s.Alerts.Store.Devices(v.Request.Context(), v.who.Email)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(devices, func(d models.Device) bool { return d.ID == v.PostForm("id") }) {
		return store.ErrNotFound
	}
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		return tx.Push(v.PostForm("id"), models.AlertTrial, "", s.Now())
	})
	if err != nil {
		return err
	}
	return v.done(alertsPath, "device-tried")
}
