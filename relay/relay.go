// Package relay is what moves by itself: Inbox plays the events of every
// conversation, Outbox sends what they said, Media fetches citizens' files.
// It carries out the effects of the dialogues and decides what a failure to
// send means.
package relay

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// retry calls f until it succeeds or ctx ends, waiting longer each time.
func retry(ctx context.Context, f func() error) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) { return struct{}{}, f() },
		backoff.WithBackOff(&backoff.ExponentialBackOff{
			InitialInterval: 20 * time.Millisecond, RandomizationFactor: 0.5,
			Multiplier: 2, MaxInterval: 2 * time.Second,
		}))
	return err
}

// ring wakes whoever waits for the bell, which has room for one ring.
func ring(bell chan<- struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}
