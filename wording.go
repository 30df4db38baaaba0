package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/hear"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/coach"
	"github.com/langnghe/langnghe/models"
)

// samples are what wording is tried with. Few do for what was published already:
// it was tried with all then.
func samples(thorough bool) (all []text.Sample) {
	slots := []bot.Slots{bot.Longest(), {}}
	if thorough {
		slots = bot.Samples()
	}
	for _, s := range slots {
		all = append(all, text.Sample{Data: s, Facts: facts(s)})
	}
	return all
}

// facts are what of a sample must be told as it is, where it is told: what the
// citizen needs to find the case again, whom to call, and until when something is.
func facts(s bot.Slots) []string {
	list := []string{"113", "114", "115", s.Code, s.Secret, s.Link, s.Office.Privacy, s.Danger.Answer, text.Phone(s.Call), text.Phone(s.Office.Phone)}
	for _, at := range []time.Time{s.Case.Due, s.Notice.Date, s.Dossier.Due, s.Office.OpensAt} {
		if !at.IsZero() {
			list = append(list, at.In(vietnam).Format("02/01/2006"))
		}
	}
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return slices.DeleteFunc(list, func(fact string) bool { return fact == "" })
}

// apart parts what the catalogue is made with from the templates of answers; the
// wording is neither.
func apart(changed []models.Content) (known, answers []models.Content) {
	for _, p := range changed {
		switch p.Kind {
		case models.ContentTemplate:
			answers = append(answers, p)
		case models.ContentWording:
		default:
			known = append(known, p)
		}
	}
	return known, answers
}

// bookWith lays changed templates over the book, first those for everywhere.
func (m *mind) bookWith(pieces []models.Content, known *lookup.Catalogue, leave func(models.Content, error)) *coach.Book {
	book := m.book
	for _, everywhere := range []bool{true, false} {
		for _, p := range pieces {
			if p.Body == "" || (p.Unit == "") != everywhere {
				continue
			}
			changed, err := templateIn(book, p, known)
			if err != nil {
				leave(p, err)
				continue
			}
			book = changed
		}
	}
	return book
}

// templateIn is the book with the template, whose units and categories must be known.
func templateIn(book *coach.Book, p models.Content, known *lookup.Catalogue) (*coach.Book, error) {
	changed, t, err := book.With(coach.Change{Code: p.Key, Unit: p.Unit, Body: []byte(norm.NFC.String(p.Body))})
	if err != nil {
		return nil, err
	}
	for _, code := range t.Categories {
		if _, ok := known.Category(code); !ok {
			return nil, fmt.Errorf("no category %q", code)
		}
	}
	for _, slug := range t.Units {
		if _, ok := known.Unit(slug); !ok {
			return nil, fmt.Errorf("no unit %q", slug)
		}
	}
	return changed, nil
}

// wordingBody is the body of a piece of kind wording.
type wordingBody struct {
	Text string `json:"text"`
}

// entryOf reads a piece of kind wording.
func entryOf(p models.Content) (e text.Entry, err error) {
	var body wordingBody
	if p.Unit != "" {
		return e, errors.New("the wording is the province's, no unit's own")
	}
	if err := json.Unmarshal([]byte(p.Body), &body); err != nil {
		return e, err
	}
	key, language, other := strings.Cut(p.Key, "/")
	e.Key = key
	if e.Language = cmp.Or(language, text.Vietnamese); other && e.Language == text.Vietnamese {
		return e, text.Fault{Code: text.FaultKey, About: p.Key} // one piece has one key
	}
	e.Words = norm.NFC.String(strings.ReplaceAll(body.Text, "\r\n", "\n"))
	return e, nil
}

// speak lays changed wording over the built-in one, and makes the ear that hears
// the labels of both: who was shown an older label may still type it.
func (m *mind) speak(k *knowledge, changed []models.Content, thorough bool, leave func(models.Content, error)) error {
	var pieces []models.Content
	var entries []text.Entry
	check := m.checkers(thorough)
	for _, p := range changed {
		if p.Kind != models.ContentWording || p.Body == "" {
			continue
		}
		e, err := entryOf(p)
		if err == nil {
			err = check(p).Check(e)
		}
		if err != nil {
			leave(p, err)
			continue
		}
		pieces, entries = append(pieces, p), append(entries, e)
	}
	for {
		var err error
		if k.wording, err = m.builtIn.With(entries); err != nil {
			return err
		}
		k.ear = m.earFor(k.catalogue, k.wording)
		i := k.misheard(entries)
		if i < 0 {
			break
		}
		leave(pieces[i], text.Fault{Code: text.FaultMisheard, About: entries[i].Words})
		pieces, entries = slices.Delete(pieces, i, i+1), slices.Delete(entries, i, i+1)
	}
	for _, p := range pieces {
		k.said[p] = true
	}
	return nil
}

// checkers are who tries each piece: thoroughly what this process has not taken up
// already, where that is asked for. They are made when the first is tried.
func (m *mind) checkers(thorough bool) func(models.Content) *text.Checker {
	made := map[bool]*text.Checker{}
	return func(p models.Content) *text.Checker {
		all := thorough && !m.now.Load().said[p]
		if made[all] == nil {
			made[all] = m.builtIn.Checker(samples(all))
		}
		return made[all]
	}
}

func (m *mind) earFor(known *lookup.Catalogue, wording *text.Catalogue) *hear.Ear {
	labels := []hear.Labels{wording.Label, wording.In(text.English).Label}
	if wording != m.builtIn {
		labels = append(labels, m.builtIn.Label, m.builtIn.In(text.English).Label)
	}
	return hear.New(known, labels...)
}

// misheard returns the index of the first entry that is a label which, typed,
// would choose something else than it stands on, or -1.
func (k *knowledge) misheard(entries []text.Entry) int {
	return slices.IndexFunc(entries, func(e text.Entry) bool {
		if !text.IsLabel(e.Key) {
			return false
		}
		return slices.ContainsFunc(bot.Steps(), func(step string) bool { return !k.hears(step, e) })
	})
}

// hears reports whether every choice of the step is chosen by its label.
func (k *knowledge) hears(step string, e text.Entry) bool {
	wording := k.wording.In(e.Language)
	names, has := append(bot.Choices(step), "human", "more"), false
	var offered []bot.Choice
	for _, name := range names {
		offered = append(offered, bot.Choice{Payload: step + ":" + name})
		has = has || e.Key == "choice."+name || e.Key == "choice."+step+"."+name
	}
	if !has {
		return true
	}
	for _, c := range offered {
		_, name, _ := strings.Cut(c.Payload, ":")
		typed := models.Event{Kind: models.EventMessage, Text: wording.Label(step, name)}
		if heard := k.ear.Understand(bot.State{Step: step, Offered: offered}, []models.Event{typed}); heard.Choice != c.Payload {
			return false
		}
	}
	return true
}
