// Package models holds the nouns of the product and their rules: events,
// conversations, messages, cases, units, rights and deadlines. It knows no
// database, no platform and no clock.
package models

import (
	"strings"
	"time"
)

// Platform is where a channel lives.
type Platform string

// The platforms a case or a conversation can come from.
const (
	Messenger Platform = "messenger"
	Zalo      Platform = "zalo"
	Web       Platform = "web"
	Email     Platform = "email"
	Counter   Platform = "counter"
)

// ChannelKey names one account of a platform, such as one Page or one OA:
// "messenger:1000001".
func ChannelKey(p Platform, account string) string { return string(p) + ":" + account }

// PlatformOf returns the platform of a channel key or of a conversation id.
func PlatformOf(key string) Platform {
	p, _, _ := strings.Cut(key, ":")
	return Platform(p)
}

// ConversationID names the talk of one citizen with one channel. It is made
// of both, so that no lookup stands between a webhook and its commit.
func ConversationID(channel, peer string) string { return channel + ":" + peer }

// Mode says who answers in a conversation.
type Mode string

// The modes of a conversation.
const (
	ModeBot     Mode = "bot"
	ModeWaiting Mode = "waiting" // asked for a person; the bot still answers
	ModeHuman   Mode = "human"   // a person holds it; the bot is silent
	ModeParked  Mode = "parked"  // its last turn failed; staff must release it
)

// Conversation is one citizen's talk with one channel.
type Conversation struct {
	ID         string    // ConversationID(Channel, Peer)
	Channel    string    // channel key
	Peer       string    // the citizen's id on the platform
	Unit       string    // slug of the unit that answers; "" until it is known
	State      string    // bot.State as JSON
	Mode       Mode      // who answers
	Since      time.Time // when Mode began
	Case       string    // code of the latest case of this conversation, or ""
	LastUserAt time.Time // the citizen's latest act by the platform's clock; opens the sending window
	Error      string    // why it is parked, or ""
}

// Location is a point in degrees (WGS 84).
type Location struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

// Contact is what a citizen tells about themselves.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"` // national form, digits only: 0912345678
}
