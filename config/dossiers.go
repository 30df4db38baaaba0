package config

import (
	"net/url"
	"strings"
	"time"
)

// Dossiers is the system that is asked where a dossier stands that no list has.
type Dossiers struct {
	URL     string        `yaml:"url"`     // of one dossier, with {code} in path or query; "" asks nobody
	Token   Secret        `yaml:"token"`   // sent as bearer token, "" sends none
	Timeout time.Duration `yaml:"timeout"` // of one question
	Cache   time.Duration `yaml:"cache"`   // how long an answer counts
}

const (
	dossierCode       = "{code}"
	minDossierTimeout = time.Second
	maxDossierTimeout = 30 * time.Second
	maxDossierCache   = 24 * time.Hour
)

// checkDossiers demands https, or http on loopback, and a place for the code
// that cannot change whom is asked.
func (c *Config) checkDossiers(f *faultList) {
	d := c.Dossiers
	if d.Timeout < minDossierTimeout || d.Timeout > maxDossierTimeout {
		f.add("dossiers.timeout", "%s is out of range: give %s to %s", d.Timeout, minDossierTimeout, maxDossierTimeout)
	}
	if d.Cache < 0 || d.Cache > maxDossierCache {
		f.add("dossiers.cache", "%s is out of range: give 0s to %s", d.Cache, maxDossierCache)
	}
	if d.URL == "" {
		if d.Token != "" {
			f.add("dossiers.url", "is missing: dossiers.token is sent to it")
		}
		return
	}
	u, err := url.Parse(strings.ReplaceAll(d.URL, dossierCode, "CODE"))
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		f.add("dossiers.url", "is not a URL: give one such as https://motcua.example.vn/dossiers/{code}")
	case u.User != nil || u.Fragment != "":
		f.add("dossiers.url", "must hold no user or fragment: give a token in dossiers.token")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		f.add("dossiers.url", "is http: only loopback addresses may be, give https")
	case !strings.Contains(u.Path+u.RawQuery, "CODE") || !strings.Contains(d.URL, dossierCode) || strings.Contains(u.Host, "CODE"):
		f.add("dossiers.url", "has no {code} in its path or query: give one such as https://motcua.example.vn/dossiers/{code}")
	}
}
