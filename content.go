package main

import (
	"context"
	"fmt"
	"time"

	"github.com/langnghe/langnghe/store"
)

// contentWait is how long a change of published content may take to reach the
// answers of another process.
const contentWait = 2 * time.Second

// publisher keeps what the product knows in step with the published content
// in the store.
type publisher struct {
	mind     *mind
	store    *store.Store
	told     func(error) // told once of what does not fit and is left out
	revision int64       // that mind knows
}

// refresh takes up what was changed since the last time, if anything was. What
// does not fit is left out and told once.
func (p *publisher) refresh(ctx context.Context) error {
	revision, err := p.store.ContentRevision(ctx)
	if err != nil || revision == p.revision {
		return err
	}
	changed, err := p.store.Content(ctx)
	if err != nil {
		return err
	}
	p.revision = revision
	if err := p.mind.learn(changed); err != nil {
		p.told(fmt.Errorf("left out: %w", err))
	}
	return nil
}

// run refreshes until ctx ends.
func (p *publisher) run(ctx context.Context) {
	tick := time.NewTicker(contentWait)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := p.refresh(ctx); err != nil && ctx.Err() == nil {
				p.told(fmt.Errorf("published content is not up to date: %w", err))
			}
		}
	}
}
