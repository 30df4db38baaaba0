package models

import "time"

// ChannelStage says how far a channel that staff connect in the console has come.
type ChannelStage string

// The stages.
const (
	ChannelDraft   ChannelStage = "draft" // answers the platform's handshake, takes and sends nothing
	ChannelActive  ChannelStage = "active"
	ChannelRemoved ChannelStage = "removed"
	// ChannelSealed is of one whose secrets cannot be read, since another secret key
	// sealed them. It is never stored.
	ChannelSealed ChannelStage = "sealed"
)

// ChannelSettings are what one account of a platform is reached with.
type ChannelSettings struct {
	Platform Platform       `json:"platform"`
	Account  string         `json:"account"` // id of the Page or the Official Account
	Unit     string         `json:"unit"`    // slug of the unit it serves; "" is the whole province
	AppID    string         `json:"app_id"`
	Rate     int            `json:"rate"`    // messages a minute; 0 is the platform's own
	Buttons  bool           `json:"buttons"` // zalo: the account may send buttons
	Secrets  ChannelSecrets `json:"-"`
}

// Key returns the channel key.
func (s ChannelSettings) Key() string { return ChannelKey(s.Platform, s.Account) }

// ChannelSecrets are never shown. VerifyToken alone is, to who connects the
// channel: it is pasted into the platform's page.
type ChannelSecrets struct {
	App         string `json:"app_secret,omitempty"`
	PageToken   string `json:"page_token,omitempty"`    // messenger
	VerifyToken string `json:"verify_token,omitempty"`  // messenger
	OAKey       string `json:"oa_secret_key,omitempty"` // zalo
	Access      string `json:"access_token,omitempty"`  // zalo
	Refresh     string `json:"refresh_token,omitempty"` // zalo
}

// String implements fmt.Stringer, so that no log shows a secret.
func (ChannelSecrets) String() string { return "***" }

// GoString implements fmt.GoStringer.
func (ChannelSecrets) GoString() string { return "***" }

// StoredChannel is a channel that was connected in the console.
type StoredChannel struct {
	ChannelSettings
	Stage ChannelStage
	At    time.Time // of its latest change
	By    string    // e-mail of who made it
}

// ChannelCheck is what a platform says of a channel when it is asked.
type ChannelCheck struct {
	At    time.Time `json:"at"`
	Name  string    `json:"name"` // of the Page or the Official Account
	Kind  string    `json:"kind"` // of the failure as a failure to send has it; "" when the account was reached
	Code  string    `json:"code"` // the platform's
	Words string    `json:"words"`

	Expires time.Time `json:"expires"` // of the token, where the platform tells; zero is never or unknown
	// Fields tells whether the platform told what the account is subscribed to,
	// Missing which of the fields that the product lives on are not.
	Fields  bool     `json:"fields"`
	Missing []string `json:"missing"`
	// Threads is of how many of the newest talks it was asked who holds them,
	// Owners are the other apps that hold some.
	Threads int      `json:"threads"`
	Owners  []string `json:"owners"`
}

// Fine reports whether the account was reached.
func (c ChannelCheck) Fine() bool { return c.Kind == "" }
