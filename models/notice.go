package models

import (
	"strings"
	"time"
)

// SplitConversation undoes ConversationID: "messenger:1000001:2490" is what the
// citizen 2490 says to the channel "messenger:1000001". An id of another form,
// such as that of a case from the web, has no channel.
func SplitConversation(id string) (channel, peer string) {
	platform, rest, _ := strings.Cut(id, ":")
	account, peer, ok := strings.Cut(rest, ":")
	if !ok || peer == "" {
		return "", ""
	}
	return ChannelKey(Platform(platform), account), peer
}

// StatusEvent is the event by which the citizen of a conversation is told of a
// change. The same id is told once. ok is false when there is nobody to tell
// by chat.
func StatusEvent(conversation, id string, n Notice, at time.Time) (e Event, ok bool) {
	channel, peer := SplitConversation(conversation)
	if channel == "" {
		return Event{}, false
	}
	return Event{Channel: channel, Peer: peer, ID: id, Kind: EventStatus, At: at, Notice: &n}, true
}
