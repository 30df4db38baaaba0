package main

import (
	"reflect"
	"runtime"
	"sync"
	"time"

	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
)

// likeliest is how many intents an explanation lists.
const likeliest = 4

// Try implements handlers.Knowledge.
func (m *mind) Try(changed []models.Content, questions []string) ([]models.Difference, error) {
	then, err := m.tried(changed)
	if err != nil {
		return nil, err
	}
	now := m.now.Load()
	retold, touched := now.retold(then), now.catalogue.Touched(then.catalogue)
	found := make([]*models.Difference, len(questions))
	var work sync.WaitGroup
	readers := runtime.GOMAXPROCS(0)
	for r := range readers {
		work.Go(func() {
			for i := r; i < len(questions); i += readers {
				other := touched(questions[i])
				if !other && len(retold) == 0 {
					continue
				}
				d := models.Difference{Question: questions[i], Before: now.ear.Reply(questions[i])}
				if d.After = d.Before; other {
					d.After = then.ear.Reply(questions[i])
				}
				d.Told = d.After.Outcome == models.Answered && retold[d.After.Procedures[0]]
				if d.Told || !reflect.DeepEqual(d.Before, d.After) {
					found[i] = &d
				}
			}
		})
	}
	work.Wait()
	differences := []models.Difference{}
	for _, d := range found {
		if d != nil {
			differences = append(differences, *d)
		}
	}
	return differences, nil
}

// retold are the codes of the procedures of which something else is told then.
func (k *knowledge) retold(then *knowledge) map[string]bool {
	codes := map[string]bool{}
	for _, head := range then.catalogue.Procedures() {
		before, known := k.catalogue.Procedure(head.Code)
		after, _ := then.catalogue.Procedure(head.Code)
		if known && !reflect.DeepEqual(before, after) {
			codes[head.Code] = true
		}
	}
	return codes
}

// Explain implements handlers.Knowledge.
func (m *mind) Explain(text string) handlers.Explanation {
	k := m.now.Load()
	words := k.catalogue.Words(text)
	guess, u := k.catalogue.Guess(words), k.ear.Utterance(text)
	x := handlers.Explanation{
		Text: text, Intent: u.Intent, Confidence: u.Confidence, Reply: u.Reply(),
		Category: u.Category, Units: u.Units, Shares: []handlers.Share{}, Candidates: []handlers.Candidate{},
	}
	for _, s := range guess.Shares(likeliest) {
		x.Shares = append(x.Shares, handlers.Share{Intent: s.Code, Share: s.Score})
	}
	for _, f := range guess.Procedures() {
		head, _ := k.catalogue.ProcedureHead(f.Code)
		match := k.catalogue.Match(words, f.Code)
		x.Candidates = append(x.Candidates, handlers.Candidate{
			Code: f.Code, Name: head.Name, Score: f.Score, Phrase: match.Phrase, Matched: match.Words,
		})
	}
	return x
}

// Nearest implements handlers.Knowledge.
func (m *mind) Nearest(text string) string {
	c := m.catalogue()
	if found := c.Guess(c.Words(text)).Procedures(); len(found) > 0 {
		return found[0].Code
	}
	return ""
}

// Alike implements handlers.Knowledge.
func (m *mind) Alike(a, b string) float64 { return m.catalogue().Alike(a, b) }

// HasProcedure implements handlers.Knowledge.
func (m *mind) HasProcedure(code string) bool { _, ok := m.catalogue().ProcedureHead(code); return ok }

// Procedures implements handlers.Knowledge.
func (m *mind) Procedures() (all []handlers.ProcedureName) {
	for _, head := range m.catalogue().Procedures() {
		all = append(all, handlers.ProcedureName{Code: head.Code, Name: head.Name})
	}
	return all
}

// Known implements handlers.Knowledge.
func (m *mind) Known(now time.Time) time.Time { return now.Add(contentWait + time.Second) }
