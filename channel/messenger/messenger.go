// Package messenger connects Facebook Pages: it verifies and reads the
// webhooks of the Messenger Platform and sends through the Graph API.
//
// Names beginning with "D:" in comments are pages of
// https://developers.facebook.com/documentation/business-messaging/messenger-platform/.
package messenger

import (
	"time"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

// Limits of the platform.
const (
	// maxRunes stays below "less than 2000 characters" (D:reference/send-api):
	// how Meta counts characters beyond the basic plane is not documented.
	maxRunes     = 1900
	maxChoices   = 13       // quick replies of one message (D:quick-replies)
	maxTitle     = 20       // runes of a quick reply's title (D:quick-replies)
	perMinute    = 300 * 60 // Send API calls of one page (D:overview/rate-limiting)
	inFlight     = 2048     // our choice: 300 a second, should each take five seconds, and room
	windowAnyone = 24 * time.Hour
	windowStaff  = 7 * 24 * time.Hour // HUMAN_AGENT, words of a person only (D:send-messages)
)

// Page is one Facebook Page and the app that it is connected through.
type Page struct {
	PageID      string
	AppID       string // tells our own echoes and our ownership of a thread
	AppSecret   string // signs webhooks and proves calls
	PageToken   string
	VerifyToken string // of the subscription handshake
}

// Key returns the channel key of the page.
func (p Page) Key() string { return models.ChannelKey(models.Messenger, p.PageID) }

// Limits implements channel.Sender.
func (s *Sender) Limits() channel.Limits {
	return channel.Limits{MaxRunes: maxRunes, MaxChoices: maxChoices, InFlight: inFlight, PerMinute: perMinute, Image: imageLimits(), Paper: paperLimits()}
}

// Window implements channel.Sender: anyone may write within 24 hours of the
// citizen's latest act, a person within 7 days (D:send-messages).
func (s *Sender) Window(lastUser, now time.Time, staff bool) channel.Window {
	span := windowAnyone
	if staff {
		span = windowStaff
	}
	until := lastUser.Add(span)
	if lastUser.IsZero() || !now.Before(until) {
		return channel.Window{}
	}
	return channel.Window{Open: true, Until: until}
}
