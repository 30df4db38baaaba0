package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// due warns of published content that must be looked at again, in one line with
// how much there is of each kind. GET /api/v1/content/due lists it.
func (f *findings) due(ctx context.Context, cfg *config.Config, st *store.Store) {
	changed, err := st.Content(ctx)
	if err != nil {
		f.note("content", err)
		return
	}
	m, err := newMind(cfg.Sandbox)
	if err == nil {
		err = m.learn(changed)
	}
	if err != nil {
		f.note("content", err)
		return
	}
	if due := m.due(time.Now()); len(due) > 0 {
		f.warn("content", "due for review: "+perKind(due))
	}
}

// perKind counts what is due of each kind, in the order of the kinds.
func perKind(due []models.Due) string {
	var counts []string
	for i := 0; i < len(due); {
		n := i
		for n < len(due) && due[n].Kind == due[i].Kind {
			n++
		}
		counts = append(counts, fmt.Sprintf("%s %d", due[i].Kind, n-i))
		i = n
	}
	return strings.Join(counts, ", ")
}
