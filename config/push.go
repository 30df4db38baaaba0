package config

import (
	"crypto/ecdh"
	"encoding/base64"
	"net"
	"net/mail"
	"strconv"
	"strings"
)

// maxEscalateDays is a quarter: later nobody waits for an escalation.
const maxEscalateDays = 60

// Push is how the browsers of staff are told of what they chose (web push). Nothing
// of it need be set: the keys are made and kept in the database.
type Push struct {
	Contact    string   `yaml:"contact"`     // https address or e-mail that push services may write to; by default public_url or smtp.from
	PrivateKey Secret   `yaml:"private_key"` // own VAPID key: 32 bytes, base64url
	Loopback   []string `yaml:"loopback"`    // loopback host:port of a push service, for tests; http is allowed there
}

// PushContact is who answers for this installation towards push services.
func (c *Config) PushContact() string {
	switch from, err := mail.ParseAddress(c.SMTP.From); {
	case c.Push.Contact != "":
		return c.Push.Contact
	case strings.HasPrefix(c.PublicURL, "https://"):
		return c.PublicURL
	case err == nil:
		return from.Address
	}
	return "webmaster@localhost"
}

// PushKeys is the configured pair of keys, base64url; both are "" without one.
func (c *Config) PushKeys() (public, private string) {
	key, err := c.Push.key()
	if err != nil || key == nil {
		return "", ""
	}
	return base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), base64.RawURLEncoding.EncodeToString(key.Bytes())
}

func (p Push) key() (*ecdh.PrivateKey, error) {
	if p.PrivateKey == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(p.PrivateKey.Reveal(), "="))
	if err != nil {
		return nil, err
	}
	return ecdh.P256().NewPrivateKey(raw)
}

func (c *Config) checkPush(f *faultList) {
	if d := c.Duty.EscalateDays; d < 0 || d > maxEscalateDays {
		f.add("duty.escalate_days", "%d is out of range: give 0 (never) to %d", d, maxEscalateDays)
	}
	if p := c.Push.Contact; p != "" && !strings.HasPrefix(p, "https://") {
		checkAddress(f, "push.contact", p)
	}
	if _, err := c.Push.key(); err != nil {
		f.add("push.private_key", "is no VAPID key: give 32 bytes as base64url, or leave it out and one is made")
	}
	for i, h := range c.Push.Loopback {
		if host, port, err := net.SplitHostPort(h); err != nil || !isLoopback(host) || !isPort(port) {
			f.add("push.loopback."+strconv.Itoa(i), "%q is no host:port of this machine: give one such as 127.0.0.1:9000", h)
		}
	}
}
