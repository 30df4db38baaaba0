package models

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSplitConversation(t *testing.T) {
	t.Parallel()
	for id, want := range map[string][2]string{
		"messenger:1000001:2490": {"messenger:1000001", "2490"},
		"zalo:3000001:a:b":       {"zalo:3000001", "a:b"},
		"messenger:1000001:":     {"", ""},
		"messenger:1000001":      {"", ""},
		"web":                    {"", ""},
		"":                       {"", ""},
	} {
		channel, peer := SplitConversation(id)
		require.Equal(t, want, [2]string{channel, peer}, id)
		if channel != "" {
			require.Equal(t, id, ConversationID(channel, peer))
		}
	}
}

func TestStatusEvent(t *testing.T) {
	t.Parallel()
	notice := Notice{Case: "PA2026-AAAAAA", Action: ActAccept}
	e, ok := StatusEvent("zalo:3000001:7", "case:PA2026-AAAAAA:2", notice, moveAt)
	require.True(t, ok)
	require.Equal(t, Event{
		Channel: "zalo:3000001", Peer: "7", ID: "case:PA2026-AAAAAA:2", Kind: EventStatus, At: moveAt, Notice: &notice,
	}, e)
	_, ok = StatusEvent("", "x", notice, moveAt)
	require.False(t, ok)
}
