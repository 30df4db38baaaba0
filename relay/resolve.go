package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// resolveAgain is the wait after a platform did not tell who somebody is.
const resolveAgain = time.Minute

// Resolve carries out requests to be forgotten that name the citizen by an id of
// the platform's app, which no conversation bears: the platform is asked which
// are theirs. Each of these is then forgotten in its turn, like one whose citizen
// asks for it in the chat. Of whom there is none, nothing is kept: that request
// is done at once.
func (c *Clock) Resolve(ctx context.Context) error {
	now := c.Now()
	if now.Before(c.resolve) {
		return nil
	}
	waiting, err := c.Store.Unresolved(ctx, eraseBatch)
	if err != nil || len(waiting) == 0 {
		return err
	}
	return locked(ctx, c.Store, "erasures without a conversation", clockLock, func() error {
		var failed []error
		for _, e := range waiting {
			if err := c.resolveOne(ctx, e); err != nil {
				c.resolve = now.Add(resolveAgain)
				failed = append(failed, fmt.Errorf("erasure %s: %w", e.Code, err))
			}
		}
		return errors.Join(failed...)
	})
}

func (c *Clock) resolveOne(ctx context.Context, e store.Erasure) error {
	parts, err := c.Store.Parts(ctx, e)
	if err != nil || parts.Open > 0 {
		return err
	}
	var talks []string
	if parts.All == 0 && c.Talks != nil {
		if talks, err = c.Talks(ctx, e.Subject); err != nil {
			return err
		}
	}
	return c.Store.Update(ctx, func(tx *store.Tx) error {
		started, err := startAll(tx, e, talks, c.Now())
		if err != nil || started > 0 {
			return err
		}
		if err := tx.Audit(itself(), "erase", e.Code, fmt.Sprintf("conversations %d", parts.All)); err != nil {
			return err
		}
		return tx.FinishErasure(e.Code, parts.Kept)
	})
}

// startAll starts the erasure of those conversations that exist, and returns how
// many do. The erasure itself is an event of each, so that it comes after
// everything that was said.
func startAll(tx *store.Tx, e store.Erasure, talks []string, now time.Time) (int, error) {
	var events []models.Event
	for _, id := range talks {
		talk, err := tx.LockConversation(id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return 0, err
		}
		code, err := tx.StartErasure(string(e.Platform), e.Subject, id)
		if err != nil {
			return 0, err
		}
		events = append(events, models.Event{
			Channel: talk.Channel, Peer: talk.Peer, ID: "erase:" + code, Kind: models.EventErase, At: now,
		})
	}
	return len(events), tx.Append(events)
}
