package main

import (
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/sandbox"
)

// playground is the sandbox that embedded mode and the sandbox command run
// beside the product, on a loopback address of its own.
type playground struct {
	box    *sandbox.Sandbox
	server *http.Server
	base   string
}

// newPlayground starts the simulated platforms and points the configuration at
// them: a Page and an Official Account of one ward, and a Page that serves the
// whole province.
func newPlayground(cfg *config.Config, log *logrus.Logger) (*playground, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	secret := func() config.Secret { return config.Secret(rand.Text()) }
	ward, province := "tran-bien", ""
	cfg.Channels = []config.Channel{
		{Platform: config.PlatformMessenger, Unit: ward, PageID: "1000001", AppID: "2000001", Secret: secret(), PageToken: secret(), VerifyToken: secret()},
		{Platform: config.PlatformMessenger, Unit: province, PageID: "1000002", AppID: "2000001", Secret: secret(), PageToken: secret(), VerifyToken: secret()},
		{Platform: config.PlatformZalo, Unit: ward, OAID: "3000001", AppID: "4000001", Secret: secret(), OASecretKey: secret(), AccessToken: secret(), RefreshToken: secret(), Rate: 90},
	}
	cfg.Channels[1].Secret = cfg.Channels[0].Secret // one app serves both Pages
	p := &playground{base: "http://" + listener.Addr().String(), box: sandbox.New(sandboxOptions(cfg, log))}
	cfg.Platforms.Messenger.GraphURL = p.base + sandbox.GraphPath
	cfg.Platforms.Zalo.APIURL = p.base + sandbox.ZaloPath
	cfg.Platforms.Zalo.OAuthURL = p.base + sandbox.OAuthPath
	cfg.Platforms.Zalo.TemplateURL = p.base + sandbox.TemplatePath
	hosts := []string{listener.Addr().String()}
	cfg.Platforms.Messenger.MediaHosts, cfg.Platforms.Zalo.MediaHosts = hosts, hosts
	p.server = &http.Server{Handler: p.box.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := p.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.WithError(err).Error("sandbox no longer listens")
		}
	}()
	return p, nil
}

func sandboxOptions(cfg *config.Config, log *logrus.Logger) sandbox.Options {
	o := sandbox.Options{Logf: log.Debugf}
	approved := map[string][]sandbox.Template{}
	for _, t := range cfg.Templates {
		approved[t.Channel] = append(approved[t.Channel], sandbox.Template{ID: t.ID, Text: t.Text})
	}
	for _, c := range cfg.Channels {
		name := c.Unit
		if name == "" {
			name = "dong-nai"
		}
		switch c.Platform {
		case config.PlatformMessenger:
			o.Pages = append(o.Pages, sandbox.Page{ID: c.PageID, Name: name, AppID: c.AppID, AppSecret: c.Secret.Reveal(), Token: c.PageToken.Reveal(), VerifyToken: c.VerifyToken.Reveal(), Templates: approved[channelKey(c)]})
		case config.PlatformZalo:
			o.OAs = append(o.OAs, sandbox.OA{ID: c.OAID, Name: name, AppID: c.AppID, AppSecret: c.Secret.Reveal(), SecretKey: c.OASecretKey.Reveal(), AccessToken: c.AccessToken.Reveal(), RefreshToken: c.RefreshToken.Reveal(), CloudAccount: true, Templates: approved[channelKey(c)]})
		}
	}
	return o
}

func (p *playground) handler() http.Handler { return p.box.Handler() }

// connect tells the simulated platforms where the product is.
func (p *playground) connect(product string) error { return p.box.Connect(p.base, product) }

func (p *playground) close() {
	p.box.Close()
	_ = p.server.Close()
}
