package lookup

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Unit is a commune, a ward, the province or its service centre.
type Unit struct {
	Slug  string
	Short string // "Trấn Biên"
	Lat   float64
	Lng   float64
	// Office is its address, "" until an officer has confirmed it.
	Office string
	name   string // of 1 July 2025
	now    string // since, or ""
	since  time.Time
}

// Name returns the unit's full name on that date: ten communes became wards on
// 30 April 2026, and the province a city.
func (u Unit) Name(at time.Time) string {
	if u.now != "" && !at.Before(u.since) {
		return u.now
	}
	return u.name
}

// Latest returns the unit's newest name.
func (u Unit) Latest() string { return cmp.Or(u.now, u.name) }

type unitSource struct {
	Slug, Name, Short, Kind string
	Former                  []struct {
		Name, District string
		Part           bool
		Older          []string
	}
	Aliases []string
	Now     struct{ Kind, Name, Since string }
	Lat     float64
	Lng     float64
	Office  string
	// Confirmed says that an officer has confirmed the address; the embedded
	// ones are read off a map.
	Confirmed bool `json:"office_confirmed"`
}

type unitsSource struct {
	Province  unitSource
	Centre    unitSource `json:"service_centre"`
	Units     []unitSource
	Districts []struct {
		Name, Short string
		Units       []string
	} `json:"old_districts"`
	Ambiguous []struct {
		Options []struct{ Unit, As string }
	} `json:"ambiguous_names"`
	Kinds     []string `json:"kind_words"`
	Common    []string `json:"common_words"`
	Before    []string `json:"before_place"`
	NotBefore []string `json:"before_other"`
}

// The ways a unit is named, the surest first.
const (
	byOwnName = iota
	byFormerName
	byAlias
	byPartName // only a part of the former unit went into this one
	byDistrict
)

// sense is one unit that a name may mean.
type sense struct {
	unit     int
	how      int
	words    []Word // the name as that unit writes it
	kind     string // "xa", "phuong", "thi tran", "huyen", "tinh" or "": the word before the name
	district int    // index of the old district, -1 when it has none
}

type units struct {
	list      []Unit
	bySlug    map[string]int
	names     Phrases
	slips     slips
	senses    [][]sense // by the value of names
	districts Phrases   // by index of the old district
	kinds     Phrases   // words that say of what kind a place is
	common    Phrases   // names that are also ordinary words
	// beforePlace holds what shows that a place follows (0), or that the name
	// is that of something else (1).
	beforePlace Phrases
}

func newUnits(l Language, src unitsSource) units {
	all := append([]unitSource{src.Province, src.Centre}, src.Units...)
	u := units{bySlug: map[string]int{}}
	u.kinds = newPhrases(l, src.Kinds)
	b := unitsBuilder{language: l, kinds: u.kinds, index: map[string]int{}, districts: map[string]int{}}
	var districtNames [][]string
	for i, d := range src.Districts {
		b.districts[d.Name] = i
		districtNames = append(districtNames, []string{d.Short})
	}
	for i, s := range all {
		u.list = append(u.list, s.unit())
		u.bySlug[s.Slug] = i
		b.addUnit(i, s)
	}
	for i, d := range src.Districts {
		for _, slug := range d.Units {
			b.add(d.Name, u.bySlug[slug], byDistrict, i)
		}
	}
	for _, a := range src.Ambiguous {
		for _, o := range a.Options {
			name, _, _ := strings.Cut(o.As, ",")
			name, _, _ = strings.Cut(name, " (")
			b.add(name, u.bySlug[o.Unit], byPartName, -1)
		}
	}
	u.names, u.senses = newPhrases(l, b.names...), b.senses
	u.names.sloppy = true
	u.slips = newSlips(b.index)
	u.districts = newPhrases(l, districtNames...)
	u.districts.sloppy = true
	u.common = newPhrases(l, src.Common)
	u.beforePlace = newPhrases(l, src.Before, src.NotBefore)
	return u
}

func (s unitSource) unit() Unit {
	since, _ := time.ParseInLocation(time.DateOnly, s.Now.Since, time.FixedZone("", 7*60*60))
	u := Unit{Slug: s.Slug, Short: s.Short, Lat: s.Lat, Lng: s.Lng, name: s.Name, now: s.Now.Name, since: since}
	if s.Confirmed {
		u.Office = s.Office
	}
	return u
}

// unitsBuilder gathers what every name may mean.
type unitsBuilder struct {
	language  Language
	kinds     Phrases
	index     map[string]int // folded name → value
	names     [][]string
	senses    [][]sense
	districts map[string]int
}

func (b *unitsBuilder) addUnit(i int, s unitSource) {
	b.add(s.Name, i, byOwnName, -1)
	if s.Now.Name != "" {
		b.add(s.Now.Name, i, byOwnName, -1)
	}
	for _, f := range s.Former {
		how, district := byFormerName, -1
		if f.Part {
			how = byPartName
		}
		if d, known := b.districts[f.District]; known {
			district = d
		}
		b.add(f.Name, i, how, district)
		for _, older := range f.Older {
			b.add(older, i, byPartName, district)
		}
	}
	for _, a := range s.Aliases {
		if len(b.language.Words(a)) > 1 {
			b.add(a, i, byAlias, -1)
		}
	}
}

// add notes that the name, with or without the word of its kind, may mean the unit.
func (b *unitsBuilder) add(name string, unit, how, district int) {
	kind, rest := cutKind(b.kinds, b.language.Words(name))
	if len(rest) == 0 {
		return
	}
	bare := name[rest[0].Start:]
	key := join(rest)
	value, known := b.index[key]
	if !known {
		value = len(b.names)
		b.index[key] = value
		b.names, b.senses = append(b.names, nil), append(b.senses, nil)
	}
	if !slices.Contains(b.names[value], bare) {
		b.names[value] = append(b.names[value], bare)
	}
	b.senses[value] = append(b.senses[value], sense{unit, how, rest, kind, district})
}

// cutKind cuts off the word that says of what kind a place is.
func cutKind(kinds Phrases, words []Word) (kind string, rest []Word) {
	for n := min(2, len(words)-1); n > 0; n-- {
		if kinds.Is(words[:n]) {
			return join(words[:n]), words[n:]
		}
	}
	return "", words
}

func join(words []Word) string {
	s := ""
	for i, w := range words {
		if i > 0 {
			s += " "
		}
		s += w.Fold
	}
	return s
}

// Unit returns the unit with that slug.
func (c *Catalogue) Unit(slug string) (Unit, bool) {
	i, known := c.units.bySlug[slug]
	if !known {
		return Unit{}, false
	}
	return c.units.list[i], true
}

// Units returns all units: the province, its service centre, then the communes
// and wards.
func (c *Catalogue) Units() []Unit { return c.units.list }

// UnitAfter returns where the name of a unit ends that begins at the word at,
// behind the word of its kind; at itself when there is none.
func (c *Catalogue) UnitAfter(words []Word, kind, at int) int {
	if !c.units.kinds.Is(words[kind:at]) {
		return at
	}
	end := at
	for _, m := range c.units.names.Find(words[at:min(len(words), at+longestUnit)]) {
		if m.First == 0 {
			end = max(end, at+m.Last)
		}
	}
	return end
}

const longestUnit = 5 // words of a name

// NamesUnit reports whether the words name any unit.
func (c *Catalogue) NamesUnit(words []Word) bool { return len(c.units.mentions(words)) > 0 }

// FindUnits returns up to five units that the words name, by today's name, a
// former one or another, best first. A name that several units share brings
// all of them; the word before it ("xã", "phường") and an old district named
// elsewhere decide their order. The province comes only when nothing narrower
// is named.
func (c *Catalogue) FindUnits(words []Word) []Unit {
	found := c.units.mentions(words)
	if len(found) == 0 {
		return nil
	}
	slices.SortStableFunc(found, func(a, b mention) int { return cmp.Compare(b.score, a.score) })
	var out []Unit
	for _, m := range found {
		u := c.units.list[m.unit]
		if !slices.ContainsFunc(out, func(v Unit) bool { return v.Slug == u.Slug }) {
			out = append(out, u)
		}
	}
	if len(out) > 1 && out[len(out)-1].Slug == c.units.list[province].Slug {
		out = out[:len(out)-1]
	}
	return out[:min(5, len(out))]
}
