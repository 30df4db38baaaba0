package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	schemeSQLite = "sqlite:"
	minSecretKey = 32 // bytes
	maxGather    = time.Minute
	// maxReopenDays is a year: later a case is a new matter.
	maxReopenDays = 365
	maxProof      = 4096 // bytes
)

var (
	logLevels  = []string{"trace", "debug", "info", "warn", "error"}
	logFormats = []string{"json", "text"}

	versionForm = regexp.MustCompile(`^v[0-9]+\.[0-9]+$`)
	slugForm    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	accountForm = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
	domainForm  = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`)
)

func (c *Config) check(f *faultList) {
	c.checkAddresses(f)
	c.checkSecretKey(f)
	c.checkStores(f)
	oneOf(f, "log.level", c.Log.Level, logLevels)
	oneOf(f, "log.format", c.Log.Format, logFormats)
	if c.Conversation.Gather < 0 || c.Conversation.Gather > maxGather {
		f.add("conversation.gather", "%s is out of range: give 0s to %s", c.Conversation.Gather, maxGather)
	}
	if d := c.Conversation.ReopenDays; d < 1 || d > maxReopenDays {
		f.add("conversation.reopen_days", "%d is out of range: give 1 to %d", d, maxReopenDays)
	}
	c.checkMail(f)
	c.checkFigures(f)
	c.checkRetention(f)
	c.checkDossiers(f)
	c.checkOIDC(f)
	c.checkMap(f)
	c.checkCamera(f)
	c.checkPush(f)
	c.checkPlatforms(f)
	c.checkChannels(f)
	c.checkTemplates(f)
}

func (c *Config) checkAddresses(f *faultList) {
	host, port, err := net.SplitHostPort(c.Listen)
	sound := err == nil && isPort(port)
	if !sound {
		f.add("listen", "%q is not host:port: give one such as 127.0.0.1:8080", c.Listen)
	}
	switch {
	case c.PublicURL != "":
		checkURL(f, "public_url", c.PublicURL)
	case sound && !isLoopback(host):
		f.add("public_url", "is missing: citizens' links need the https address of this server, since listen is not loopback")
	}
}

func (c *Config) checkSecretKey(f *faultList) {
	switch n := len(c.SecretKey); {
	case n == 0 && !c.Embedded:
		f.add("secret_key", "is missing: give %d random bytes or more, best as env:%s", minSecretKey, envSecret)
	case n > 0 && n < minSecretKey:
		f.add("secret_key", "has %d bytes: give %d or more", n, minSecretKey)
	}
}

func (c *Config) checkStores(f *faultList) {
	dsn := c.DatabaseURL.Reveal()
	u, err := url.Parse(dsn)
	path, isSQLite := strings.CutPrefix(dsn, schemeSQLite)
	switch {
	case isSQLite && path != "":
	case err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") && u.Host != "":
	default:
		f.add("database_url", "is not a database's URL: give sqlite:./data/langnghe.db or postgres://user:password@host:5432/name")
	}
	u, err = url.Parse(c.BlobURL)
	switch {
	case err == nil && u.User != nil:
		f.add("blob_url", "must hold no user or password: give them in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	case err == nil && u.Scheme == "file" && u.Host == "" && u.Opaque+u.Path != "":
	case err == nil && u.Scheme == "s3" && u.Host != "":
		checkEndpoint(f, u.Query().Get("endpoint"))
	default:
		f.add("blob_url", "is not a store's URL: give file:./data/files or s3://bucket?endpoint=https://host")
	}
}

// checkMail demands a whole mail server where one is needed.
func (c *Config) checkMail(f *faultList) {
	m := c.SMTP
	if !isPort(m.Port) {
		f.add("smtp.port", "%q is not a port: give 587 or 465", m.Port)
	}
	if m.Host == "" && c.Duty.Email != "" {
		f.add("smtp.host", "is missing: duty.email is told of dangers through it")
	}
	if m.Host != "" || m.From != "" || c.Duty.Email != "" {
		checkAddress(f, "smtp.from", m.From)
	}
	if c.Duty.Email != "" {
		checkAddress(f, "duty.email", c.Duty.Email)
	}
	if (m.Username == "") != (m.Password == "") {
		f.add("smtp.username", "and smtp.password belong together: give both or none")
	}
}

func checkAddress(f *faultList, key, address string) {
	if address == "" {
		f.add(key, "is missing: give an address such as gopy@example.vn")
		return
	}
	if _, err := mail.ParseAddress(address); err != nil {
		f.add(key, "%q is not an e-mail address: give one such as gopy@example.vn", address)
	}
}

// checkEndpoint takes a bare host too, as S3 tools do.
func checkEndpoint(f *faultList, endpoint string) {
	if endpoint == "" {
		return
	}
	if !strings.Contains(endpoint, "://") {
		endpoint = "https://" + endpoint
	}
	checkURL(f, "blob_url", endpoint)
}

func (c *Config) checkPlatforms(f *faultList) {
	m, z := c.Platforms.Messenger, c.Platforms.Zalo
	checkURL(f, "platforms.messenger.graph_url", m.GraphURL)
	checkURL(f, "platforms.zalo.api_url", z.APIURL)
	checkURL(f, "platforms.zalo.oauth_url", z.OAuthURL)
	checkURL(f, "platforms.zalo.template_url", z.TemplateURL)
	if !versionForm.MatchString(m.Version) {
		f.add("platforms.messenger.version", "%q is not a version of the Graph API: give one such as v25.0", m.Version)
	}
	checkHosts(f, "platforms.messenger.media_hosts", m.MediaHosts)
	checkHosts(f, "platforms.zalo.media_hosts", z.MediaHosts)
	if len(z.DomainProof) > maxProof {
		f.add("platforms.zalo.domain_proof", "is longer than %d bytes: give the code of the zalo_verifier file", maxProof)
	}
}

// checkHosts demands domains, or host:port on loopback for tests.
func checkHosts(f *faultList, key string, hosts []string) {
	for i, h := range hosts {
		host, port, err := net.SplitHostPort(h)
		if domainForm.MatchString(strings.ToLower(h)) || err == nil && isPort(port) && isLoopback(host) {
			continue
		}
		f.add(join(key, strconv.Itoa(i)), "%q is neither a domain nor a loopback host:port: give one such as fbcdn.net", h)
	}
}

// checkURL demands https, or http on loopback.
func checkURL(f *faultList, key, raw string) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		f.add(key, "is not a URL: give one such as https://host.example.vn")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		f.add(key, "must hold no user, query or fragment: give scheme, host and path alone")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		f.add(key, "is http: only loopback addresses may be, give https")
	}
}

func oneOf(f *faultList, key, got string, allowed []string) {
	if !slices.Contains(allowed, got) {
		f.add(key, "%q is not known: give one of %s", got, strings.Join(allowed, ", "))
	}
}

// isLoopback reports whether a host without port is this machine itself.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

func (c *Config) checkUnits(f *faultList, known func(slug string) bool) {
	for i, ch := range c.Channels {
		if ch.Unit != "" && !known(ch.Unit) {
			f.add(fmt.Sprintf("channels.%d.unit", i), "%q is not a known unit: give a unit's slug, or none for the whole province", ch.Unit)
		}
	}
}

// CheckUnits returns a fault for each channel whose unit is not known. Units
// are content, which this package does not know.
func (c *Config) CheckUnits(known func(slug string) bool) error {
	f := &faultList{}
	c.checkUnits(f, known)
	if len(f.all) == 0 {
		return nil
	}
	return f.sorted()
}
