package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/coach"
	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
)

// answering is what staff's answers are written with.
func (a *App) answering() handlers.Answering {
	return handlers.Answering{
		Book: a.mind.answers, Window: a.channels.window, NewCode: newCode, Suggest: a.suggest, Preview: a.preview(),
		Reasons: func() []lookup.Reason { return a.mind.catalogue().Reasons() },
	}
}

// suggest is what the bot makes of a case's words, where that is not what the case
// has, and which of them say so.
func (a *App) suggest(text, category, unit string) (s handlers.Suggestion) {
	known, x := a.mind.catalogue(), a.mind.ear().Utterance(text)
	words := known.Words(text)
	if x.Category != category {
		s.Category, s.Words = x.Category, quoted(text, words, known.CategoryWords(words, x.Category))
	}
	if len(x.Units) > 0 && x.Units[0] != unit {
		s.Unit, s.UnitWords = x.Units[0], quoted(text, words, known.UnitWords(words, x.Units[0]))
	}
	return s
}

// quoted are parts of a text as they are written there, each once.
func quoted(text string, words []lookup.Word, at []lookup.Match) (parts []string) {
	for _, m := range at {
		from, to := words[m.First].Start, words[m.Last-1].End
		if to <= len(text) && !slices.Contains(parts, text[from:to]) {
			parts = append(parts, text[from:to])
		}
	}
	return parts
}

// readBook reads the embedded templates and the coach's rules.
func readBook() (*coach.Book, error) {
	templates, errTemplates := fs.ReadFile(data.FS(), "templates.yaml")
	rules, errCoach := fs.ReadFile(data.FS(), "coach.yaml")
	if err := errors.Join(errTemplates, errCoach); err != nil {
		return nil, fmt.Errorf("read what answers are written with: %w", err)
	}
	return coach.Load(templates, rules)
}

// preview shows what a citizen would read. A process that only takes requests
// previews too, so that it plays by parts of its own.
func (a *App) preview() func(context.Context, models.Event) ([]handlers.Shown, error) {
	p := relay.NewPreviewer(relay.InboxDeps{
		Store: a.store, Ear: a.mind, Wording: a.mind.wording, Offices: a.offices, Deadlines: a.mind.deadlines,
		Log: a.log, Metrics: relay.NewMetrics(prometheus.NewRegistry()), Now: time.Now,
		NewCode: newCode, NewID: newID, Files: func() {}, Templates: templates(a.cfg.Templates),
	}, a.channels.senders())
	a.channels.changed = append(a.channels.changed, p.SetChannels)
	return func(ctx context.Context, e models.Event) ([]handlers.Shown, error) {
		items, err := p.Show(ctx, e)
		shown := make([]handlers.Shown, len(items))
		for i, m := range items {
			shown[i] = handlers.Shown{Text: shownWith(m), File: m.File, Template: m.Template != nil}
		}
		return shown, err
	}
}

// templates are the approved texts, as the relay sends them.
func templates(list []config.Template) relay.Templates {
	found := relay.Templates{}
	for _, t := range list {
		spec := relay.TemplateSpec{ID: t.ID, Language: t.Language, Text: t.Text}
		spec.Phone = t.To != config.ToUser && models.PlatformOf(t.Channel) == models.Zalo
		for _, v := range t.Values() {
			spec.Params = append(spec.Params, models.TemplateParam{Name: v[0], Value: v[1]})
		}
		if found[t.Channel] == nil {
			found[t.Channel] = map[string]relay.TemplateSpec{}
		}
		found[t.Channel][t.Purpose] = spec
	}
	return found
}

// shownWith is a message with its choices below, where they do not stand in its
// text already.
func shownWith(m models.OutboxItem) string {
	var b strings.Builder
	b.WriteString(m.Text)
	for _, c := range m.Choices {
		if !strings.Contains(m.Text, ". "+c.Label) {
			b.WriteString("\n[ " + c.Label + " ]")
		}
	}
	return b.String()
}
