package main

import (
	"context"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"

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
	log      logrus.FieldLogger
	revision int64 // that mind knows
}

// refresh takes up what was changed since the last time, if anything was.
func (p *publisher) refresh(ctx context.Context) error {
	revision, err := p.store.ContentRevision(ctx)
	if err != nil || revision == p.revision {
		return err
	}
	changed, err := p.store.Content(ctx)
	if err != nil {
		return err
	}
	if err := p.mind.learn(changed); err != nil {
		return fmt.Errorf("take up published content: %w", err)
	}
	p.revision = revision
	return nil
}

// run refreshes until ctx ends. Content that cannot be taken up leaves what was
// known before.
func (p *publisher) run(ctx context.Context) {
	tick := time.NewTicker(contentWait)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := p.refresh(ctx); err != nil && ctx.Err() == nil {
				p.log.WithError(err).Error("published content is not up to date")
			}
		}
	}
}
