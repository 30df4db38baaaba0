package config

import (
	"fmt"
	"io"
	"net/url"
	"strings"
)

const mask = "***"

// Secret is a value that is never printed: every way of formatting, and of
// encoding to JSON or YAML, gives a mask.
type Secret string

// Reveal returns the value itself.
func (s Secret) Reveal() string { return string(s) }

// String returns the mask, or "" when there is no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// Format implements fmt.Formatter for every verb, so that not even %#v or %d shows the value.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText implements encoding.TextMarshaler, which JSON, YAML and logs use.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// DSN is a database's URL. It may hold a password, so only Reveal shows it whole.
type DSN string

// Reveal returns the URL itself.
func (d DSN) Reveal() string { return string(d) }

// String returns the URL without user, password and parameters.
func (d DSN) String() string {
	if strings.HasPrefix(string(d), schemeSQLite) {
		return string(d)
	}
	u, err := url.Parse(string(d))
	if err != nil || u.Host == "" {
		return mask
	}
	return u.Scheme + "://" + u.Host + u.Path
}

// Format implements fmt.Formatter for every verb.
func (d DSN) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, d.String()) }

// MarshalText implements encoding.TextMarshaler.
func (d DSN) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
