package relay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOutageGrowsByRoundsAndEndsWithASuccess(t *testing.T) {
	t.Parallel()
	var o outage
	now := time.Unix(1, 0)
	for range outageAfter - 1 {
		o.failed(now)
		require.True(t, o.over(now), "single failures stop nothing")
	}
	for range 500 { // all that were on the way fail together
		o.failed(now)
	}
	require.Equal(t, now.Add(outageMin), o.until)
	last := o.until
	for range 20 {
		now = last
		require.True(t, o.over(now))
		o.failed(now)
		require.LessOrEqual(t, o.until.Sub(now), outageMax)
		last = o.until
	}
	require.Equal(t, outageMax, last.Sub(now))
	o.succeeded()
	require.True(t, o.over(now))
}
