package main

import (
	"context"
	"fmt"
	"time"

	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
	"github.com/langnghe/langnghe/store"
)

// retention is how long what is known of citizens is kept. What was begun and not
// filed stays while a case of the talk may still be called not done.
func retention(cfg *config.Config) models.Retention {
	r := cfg.Retention
	days := func(d config.Days) time.Duration { return time.Duration(d) * 24 * time.Hour }
	kept := models.Retention{Audit: days(r.Audit), Talks: days(r.Talks), Cases: map[models.Kind]time.Duration{
		models.PhanAnh: days(r.Cases.PhanAnh), models.KienNghi: days(r.Cases.KienNghi), models.KhieuNai: days(r.Cases.KhieuNai),
		models.GopY: days(r.Cases.GopY), models.KhenNgoi: days(r.Cases.KhenNgoi),
	}}
	if r.Drafts > 0 {
		kept.Drafts = days(max(r.Drafts, cfg.Conversation.ReopenDays))
	}
	return kept
}

func newRetention(cfg *config.Config, st *store.Store) *relay.Retention {
	return relay.NewRetention(relay.RetentionDeps{Store: st, Kept: retention(cfg), Now: time.Now})
}

// retained tells what the retention is to forget now. A running product does so by
// itself within minutes.
func (f *findings) retained(ctx context.Context, cfg *config.Config, st *store.Store) {
	due, err := st.RetentionDue(ctx, retention(cfg), time.Now())
	if err != nil || due == (store.RetentionDue{}) {
		f.note("retention", err)
		return
	}
	f.warn("retention", fmt.Sprintf("due to be forgotten: cases %d, messages %d, files of no case %d, lines of the audit %d", due.Cases, due.Said, due.Files, due.Audit))
}
