// Package config is the product's configuration: one struct with its defaults,
// read from one YAML file, overridden by the environment, and checked as a
// whole, so that an operator is told of every fault at once.
package config

import (
	"net"
	"os"
	"slices"
	"strings"
	"time"
)

// DefaultFile is read when neither an argument nor LANGNGHE_CONFIG names a file.
const DefaultFile = "./langnghe.yaml"

// Config is everything an operator may set. The yaml tags are the keys of the
// file; a key's environment variable is the key in upper case with LANGNGHE_ in
// front and "_" for each dot.
type Config struct {
	Listen       string       `yaml:"listen"`       // host:port of the HTTP server
	PublicURL    string       `yaml:"public_url"`   // for absolute links and cookies; by default http at Listen, "" while that has port 0
	DatabaseURL  DSN          `yaml:"database_url"` // sqlite:path or postgres://…
	BlobURL      string       `yaml:"blob_url"`     // file:folder or s3://bucket?endpoint=…
	SecretKey    Secret       `yaml:"secret_key"`   // 32 bytes or more; encrypts stored platform secrets, signs cookies
	Log          Log          `yaml:"log"`
	Office       Office       `yaml:"office"`
	Conversation Conversation `yaml:"conversation"`
	Platforms    Platforms    `yaml:"platforms"`
	Channels     []Channel    `yaml:"channels"`
	Templates    []Template   `yaml:"templates"` // approved by the platforms; empty offers none
	SMTP         SMTP         `yaml:"smtp"`
	Duty         Duty         `yaml:"duty"`
	Dossiers     Dossiers     `yaml:"dossiers"`
	OIDC         OIDC         `yaml:"oidc"`
	Figures      Figures      `yaml:"figures"`
	Retention    Retention    `yaml:"retention"`
	Map          Map          `yaml:"map"`
	Camera       Camera       `yaml:"camera"`
	Push         Push         `yaml:"push"`

	// File is the file that was read, "" when there was none.
	File string `yaml:"-"`
	// Embedded says that no file was read: the product keeps what it needs in
	// ./data and makes its own secret (see Prepare).
	Embedded bool `yaml:"-"`
	// Sandbox says that both platforms are simulated: with no configuration at
	// all. The sandbox command sets it too.
	Sandbox bool `yaml:"-"`
	// Warnings are oddities that stop nothing, one line each.
	Warnings []string `yaml:"-"`
}

// Log says what is logged, and how.
type Log struct {
	Level  string `yaml:"level"`  // trace, debug, info, warn or error
	Format string `yaml:"format"` // json or text
}

// Office is who answers for a channel that serves the whole province.
type Office struct {
	Name           string `yaml:"name"`
	PrivacyContact string `yaml:"privacy_contact"`
}

// Conversation tunes the dialogue with a citizen.
type Conversation struct {
	Gather time.Duration `yaml:"gather"` // quiet that words and files of a burst wait for; 0 is none
	Flood  PerMinute     `yaml:"flood"`  // messages of one citizen beyond which answers slow down; 0 is off

	ReopenDays Days `yaml:"reopen_days"` // for how long after its answer a citizen may call a case not done
}

// SMTP is the server through which e-mail is sent; without a host none is.
type SMTP struct {
	Host     string `yaml:"host"`
	Port     string `yaml:"port"`     // 587, or 465 for TLS from the first byte
	Username string `yaml:"username"` // "" sends without a login
	Password Secret `yaml:"password"`
	From     string `yaml:"from"` // address, perhaps with a name: Lắng Nghe <gopy@example.vn>
}

// Duty is who is told at once of a danger to life or limb, and, where a unit and
// the province have no leader with an account, of a case that is reopened.
type Duty struct {
	Email string `yaml:"email"`
	// EscalateDays is how many working days after its term the province is told of
	// a case that is neither answered nor promised; 0 is never.
	EscalateDays Days `yaml:"escalate_days"`
}

// Platforms says where the platforms live. Tests point them at a sandbox.
type Platforms struct {
	Messenger Messenger `yaml:"messenger"`
	Zalo      Zalo      `yaml:"zalo"`
}

// Messenger says where Meta's Graph API lives.
type Messenger struct {
	GraphURL   string   `yaml:"graph_url"`
	Version    string   `yaml:"version"`     // of the Graph API: v25.0
	MediaHosts []string `yaml:"media_hosts"` // domains, or loopback host:port, that citizens' files are fetched from
}

// Zalo says where Zalo's Official Account API lives.
type Zalo struct {
	APIURL      string   `yaml:"api_url"`
	OAuthURL    string   `yaml:"oauth_url"`
	TemplateURL string   `yaml:"template_url"`
	MediaHosts  []string `yaml:"media_hosts"`  // as Messenger's
	DomainProof string   `yaml:"domain_proof"` // code of the zalo_verifier file, "" when there is none
}

// The values of Channel.Platform.
const (
	PlatformMessenger = "messenger"
	PlatformZalo      = "zalo"
)

// Channel is one account of a platform: one Page or one Official Account.
type Channel struct {
	Platform string    `yaml:"platform"` // messenger or zalo
	Unit     string    `yaml:"unit"`     // slug of the unit it serves; "" is the whole province
	AppID    string    `yaml:"app_id"`
	Secret   Secret    `yaml:"app_secret"`
	Rate     PerMinute `yaml:"rate"` // sends a minute; 0 is the platform's default

	PageID      string `yaml:"page_id"`      // messenger
	PageToken   Secret `yaml:"page_token"`   // messenger
	VerifyToken Secret `yaml:"verify_token"` // messenger

	OAID         string `yaml:"oa_id"`         // zalo
	OASecretKey  Secret `yaml:"oa_secret_key"` // zalo: signs webhooks
	AccessToken  Secret `yaml:"access_token"`  // zalo
	RefreshToken Secret `yaml:"refresh_token"` // zalo
	Buttons      bool   `yaml:"buttons"`       // zalo: the account may send buttons
}

// Account returns the id of the channel's Page or Official Account.
func (c Channel) Account() string {
	if c.Platform == PlatformZalo {
		return c.OAID
	}
	return c.PageID
}

// defaults is the configuration of which nothing was said.
func defaults() *Config {
	return &Config{
		Listen:       "127.0.0.1:8080",
		DatabaseURL:  "sqlite:./data/langnghe.db",
		BlobURL:      "file:./data/files",
		Log:          Log{Level: "info", Format: "json"},
		Conversation: Conversation{Gather: 700 * time.Millisecond, Flood: 30, ReopenDays: 15},
		SMTP:         SMTP{Port: "587"},
		Retention:    kept(),
		Duty:         Duty{EscalateDays: 3},
		Dossiers:     Dossiers{Timeout: 5 * time.Second, Cache: 10 * time.Minute},
		Platforms: Platforms{
			Messenger: Messenger{
				GraphURL:   "https://graph.facebook.com",
				Version:    "v25.0",
				MediaHosts: []string{"fbcdn.net", "fbsbx.com"},
			},
			Zalo: Zalo{
				APIURL:      "https://openapi.zalo.me",
				OAuthURL:    "https://oauth.zaloapp.com",
				TemplateURL: "https://business.openapi.zalo.me",
				MediaHosts:  []string{"zdn.vn", "zadn.vn", "zaloapp.com"},
			},
		},
	}
}

// Load reads the configuration from the file at path, else the one that
// LANGNGHE_CONFIG names, else DefaultFile if it is there, else nothing; then
// overrides it from environ (as os.Environ gives it) and checks all of it.
// It writes nothing. When the error is Faults, every fault is in it.
func Load(path string, environ []string) (*Config, error) {
	env := parseEnviron(environ)
	c, faults := defaults(), &faultList{}
	data, name, err := readFile(path, env)
	if err != nil {
		return nil, err
	}
	vals := readYAML(name, data, faults)
	c.Warnings = vals.readEnviron(env, faults)
	vals.assign(c, env, faults)
	c.File, c.Embedded = name, name == ""
	c.derive()
	c.check(faults)
	if len(faults.all) > 0 {
		return nil, faults.sorted()
	}
	return c, nil
}

// readFile returns the file that is to be read and its name; both are empty in
// embedded mode.
func readFile(path string, env map[string]string) ([]byte, string, error) {
	for _, name := range []string{path, env[envFile]} {
		if name == "" {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, "", Faults{{Key: "configuration", Text: "cannot be read (" + err.Error() + "): name a file that is there"}}
		}
		return data, name, nil
	}
	data, err := os.ReadFile(DefaultFile)
	if os.IsNotExist(err) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", Faults{{Key: "configuration", Text: "cannot be read (" + err.Error() + "): make it readable"}}
	}
	return data, DefaultFile, nil
}

// derive fills what follows from the rest, and takes the last slash off the
// URLs that paths are appended to.
func (c *Config) derive() {
	host, port, err := net.SplitHostPort(c.Listen)
	local := err == nil && isLoopback(host)
	c.Sandbox = c.Embedded && len(c.Channels) == 0 && local
	m, z := &c.Platforms.Messenger, &c.Platforms.Zalo
	for _, u := range []*string{&c.PublicURL, &m.GraphURL, &z.APIURL, &z.OAuthURL, &z.TemplateURL} {
		*u = strings.TrimRight(*u, "/")
	}
	if c.PublicURL == "" && local && port != "0" {
		c.PublicURL = "http://" + c.Listen
	}
}

// MediaHosts returns the hosts that citizens' files may be fetched from, of
// all platforms together.
func (c *Config) MediaHosts() []string {
	return slices.Concat(c.Platforms.Messenger.MediaHosts, c.Platforms.Zalo.MediaHosts)
}
