package handlers

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// fieldNear is how far apart, in metres, cases may be that are visited in one stop.
const fieldNear = 250

// stop is what is visited at one place.
type stop struct {
	Area  string // street or quarter, as the first case has it; "" when it names none
	Cases []models.Case
}

// due is the first due date of the stop; a case without one comes last.
func (s stop) due() time.Time {
	first := time.Time{}
	for _, c := range s.Cases {
		if !c.DueAt.IsZero() && (first.IsZero() || c.DueAt.Before(first)) {
			first = c.DueAt
		}
	}
	return first
}

// at is the place of one of its cases, nil when none is known.
func (s stop) at() *models.Location {
	for _, c := range s.Cases {
		if c.Location != nil {
			return c.Location
		}
	}
	return nil
}

// fieldRoute puts cases, the first due first, into the order in which they are
// visited: what lies at one place together, from the most urgent place on; first
// every place where something is due by tonight, then the others, in both the
// nearest next as far as places are known.
func fieldRoute(cases []models.Case, tonight time.Time) []stop {
	stops := stopsOf(cases)
	var route []stop
	for _, urgent := range []bool{true, false} {
		var part []stop
		for _, s := range stops {
			if due := s.due(); (!due.IsZero() && due.Before(tonight)) == urgent {
				part = append(part, s)
			}
		}
		route = walked(route, part)
	}
	return route
}

// stopsOf puts together what lies at one place.
func stopsOf(cases []models.Case) []stop {
	var stops []stop
	for _, c := range cases {
		area, key := areaOf(c.Place)
		i := slices.IndexFunc(stops, func(s stop) bool {
			_, other := areaOf(s.Cases[0].Place)
			return key != "" && key == other || slices.ContainsFunc(s.Cases, func(o models.Case) bool {
				metres := distance(c.Location, o.Location)
				return metres >= 0 && metres <= fieldNear
			})
		})
		if i < 0 {
			stops = append(stops, stop{Area: area})
			i = len(stops) - 1
		}
		stops[i].Cases = append(stops[i].Cases, c)
	}
	return stops
}

// walked goes on from the end of the route: the first due first, then always the
// nearest; what has no place comes in the order of its due date, when no place is
// left.
func walked(route, part []stop) []stop {
	slices.SortStableFunc(part, func(a, b stop) int {
		if a.due().IsZero() != b.due().IsZero() {
			return cmp.Compare(b2i(a.due().IsZero()), b2i(b.due().IsZero()))
		}
		return a.due().Compare(b.due())
	})
	var here *models.Location
	if len(route) > 0 {
		here = route[len(route)-1].at()
	}
	for len(part) > 0 {
		next := 0
		for i, s := range part {
			near, best := distance(here, s.at()), distance(here, part[next].at())
			if near >= 0 && (best < 0 || near < best) {
				next = i
			}
		}
		if at := part[next].at(); at != nil {
			here = at
		}
		route, part = append(route, part[next]), slices.Delete(part, next, next+1)
	}
	return route
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// streetWords begin the name of a place and may be left out, folded.
var streetWords = []string{"duong", "hem", "ngo", "pho", "khu", "ap", "cau", "cho", "phuong", "xa", "so", "truoc", "gan", "tai", "o", "dau", "cuoi", "doi", "canh"}

// areaOf finds the street or quarter that a place names: the first two or more
// words in capitals, which is how proper names are written; key is what is compared.
// Where no name is, the whole place is.
func areaOf(place string) (area, key string) {
	var run []string
	for _, segment := range strings.FieldsFunc(place, func(r rune) bool { return strings.ContainsRune(",;.()/–-", r) }) {
		run = run[:0]
		for _, word := range append(strings.Fields(segment), "") {
			first, _ := utf8.DecodeRuneInString(word)
			if unicode.IsUpper(first) {
				run = append(run, word)
				continue
			}
			if len(run) > 0 && slices.Contains(streetWords, lookup.Fold(run[0])) {
				run = run[1:]
			}
			if len(run) >= 2 {
				area = strings.Join(run, " ")
				return area, lookup.Fold(area)
			}
			run = run[:0]
		}
	}
	place = strings.TrimSpace(place)
	return place, lookup.Fold(place)
}
