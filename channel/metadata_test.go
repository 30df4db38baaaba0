package channel_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/langnghe/langnghe/channel"
)

func TestOutboxIDReadsWhatOutboxMetadataWrote(t *testing.T) {
	t.Parallel()
	for _, id := range []int64{1, 42, math.MaxInt64} {
		got, ours := channel.OutboxID(channel.OutboxMetadata(id))
		assert.True(t, ours)
		assert.Equal(t, id, got)
	}
}

func TestOutboxIDRefusesWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	for _, metadata := range []string{"", "ln:", "ln:0", "ln:-1", "ln:+7", "ln:07", "ln:7 ", "LN:7", "out:8f2c", "7", "ln:9223372036854775808"} {
		id, ours := channel.OutboxID(metadata)
		assert.False(t, ours, metadata)
		assert.Zero(t, id, metadata)
	}
}
