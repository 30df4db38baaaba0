package main

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFloodSlowsDownAndDropsNothing(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	f := newFlood(30)
	for i := range 30 {
		id := strconv.Itoa(i)
		for range 3 { // each is delivered three times
			require.Zero(t, f.wait("a", id, now), i)
		}
	}
	require.Equal(t, 2*time.Second, f.wait("a", "x", now), "30 a minute is one in two seconds")
	require.Equal(t, 4*time.Second, f.wait("a", "y", now))
	require.Zero(t, f.wait("b", "x", now), "others are not slowed down")
	for i := range 100 {
		require.LessOrEqual(t, f.wait("a", "z"+strconv.Itoa(i), now), floodWaitMax)
	}
	require.Zero(t, f.wait("a", "later", now.Add(time.Minute)))
}

func TestFloodForgetsWhoIsSilent(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	f := newFlood(1)
	for i := range 1000 {
		f.wait(strconv.Itoa(i), "m", now)
		now = now.Add(time.Second)
	}
	require.Less(t, len(f.talks)+len(f.before), 300)
}

func TestNoFloodWithoutALimit(t *testing.T) {
	t.Parallel()
	f := newFlood(0)
	for i := range 100 {
		require.Zero(t, f.wait("a", strconv.Itoa(i), time.Time{}))
	}
}
