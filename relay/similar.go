package relay

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

const (
	similarFor  = 30 * 24 * time.Hour // how old a neighbour's open case may be
	similarOwn  = 7 * 24 * time.Hour  // and an own one
	similarNear = 150                 // metres
	similarMost = 3                   // shown to the dialogue
	earthRadius = 6_371_000           // metres
)

// compare plays the event again when the report that it led to looks like cases
// that are open already. It does so once, when enough is known for the first time.
func (k *talk) compare(e bot.Event, turn bot.Turn) (bot.Turn, error) {
	r := turn.State.Comparable()
	if r == nil || k.state.Comparable() != nil || e.Kind != models.EventMessage {
		return turn, nil
	}
	unit := e.Office.Unit.Slug
	if r.Unit != nil {
		unit = r.Unit.Slug
	}
	open, err := k.tx.Similar(k.unit(unit), r.Category, k.now.Add(-similarFor))
	if err != nil {
		return turn, err
	}
	for _, c := range open {
		own := c.Conversation == k.conv.ID
		if len(e.Similar) == similarMost || !samePlace(r, c) || own && k.now.Sub(c.CreatedAt) > similarOwn {
			continue
		}
		v, err := k.view(c, false)
		if err != nil {
			return turn, err
		}
		e.Similar = append(e.Similar, v)
	}
	if len(e.Similar) == 0 {
		return turn, nil
	}
	slices.SortStableFunc(e.Similar, func(a, b bot.CaseView) int {
		switch {
		case a.Mine == b.Mine:
			return 0
		case a.Mine:
			return -1
		}
		return 1
	})
	return bot.Reply(k.state, e), nil
}

// samePlace reports whether a report and a case are about one spot: by their
// points when both have one, else by their words.
func samePlace(r *bot.Report, c models.Case) bool {
	if r.Location != nil && c.Location != nil {
		return metres(*r.Location, *c.Location) <= similarNear
	}
	return sameWords(r.Place, c.Place)
}

// sameWords reports whether two places as written are one: every number and
// word of the shorter stands in the longer, and it has two at least.
func sameWords(a, b string) bool {
	x, y := placeWords(a), placeWords(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 2 || !slices.Equal(numbers(x), numbers(y)) {
		return false
	}
	for _, w := range x {
		if !slices.Contains(y, w) {
			return false
		}
	}
	return true
}

func placeWords(s string) []string {
	return strings.FieldsFunc(lookup.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func numbers(words []string) []string {
	var out []string
	for _, w := range words {
		if strings.ContainsFunc(w, unicode.IsDigit) {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}

// metres is the distance of two points, good enough within a province.
func metres(a, b models.Location) float64 {
	const rad = math.Pi / 180
	x := (b.Lng - a.Lng) * rad * math.Cos((a.Lat+b.Lat)/2*rad)
	y := (b.Lat - a.Lat) * rad
	return math.Hypot(x, y) * earthRadius
}
