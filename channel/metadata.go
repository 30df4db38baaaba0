package channel

import (
	"strconv"
	"strings"
)

// metadataPrefix marks what we attach to a message on platforms that give it
// back in the echo. Echoes are signed by the platform, so it needs no signature
// of its own.
const metadataPrefix = "ln:"

// OutboxMetadata returns what to attach to the outgoing message with this id.
func OutboxMetadata(id int64) string { return metadataPrefix + strconv.FormatInt(id, 10) }

// OutboxID returns the id of the outgoing message that an echo's metadata
// names, and false when the metadata is not ours.
func OutboxID(metadata string) (int64, bool) {
	digits, ours := strings.CutPrefix(metadata, metadataPrefix)
	if !ours {
		return 0, false
	}
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || id <= 0 || OutboxMetadata(id) != metadata {
		return 0, false
	}
	return id, true
}
