package hear_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/data"
)

// placeName is one name of a unit, of today or of before, read from the sources
// apart from the code under test.
type placeName struct {
	kind, bare, district, unit string
	fold, toned                string // bare without accents, and with them
	own                        bool
}

// kinds are the words that say of what kind a unit is, and how they are typed.
var kinds = []struct {
	name  string
	short []string
}{
	{"Phường", []string{"p.", "P. ", "p ", "f."}},
	{"Xã", []string{"x.", "X. ", "x "}},
	{"Thị trấn", []string{"tt ", "TT. ", "thi tran "}},
	{"Huyện", []string{"h. ", "huyen ", "H. "}},
	{"TP.", []string{"tp ", "TP ", "thành phố "}},
	{"TX.", []string{"tx ", "TX ", "thị xã "}},
}

func cutKindOf(name string) (kind, bare string) {
	for _, k := range kinds {
		if rest, found := strings.CutPrefix(name, k.name+" "); found {
			return k.name, rest
		}
	}
	return "", name
}

func readNames(t *testing.T) (names []placeName, districts map[string][]string) {
	t.Helper()
	raw, err := fs.ReadFile(data.FS(), "catalogue.json")
	require.NoError(t, err)
	var doc struct {
		Units struct {
			Units []struct {
				Slug, Name string
				Now        struct{ Name string }
				Former     []struct {
					Name, District string
					Older          []string
				}
			}
			Districts []struct {
				Name  string
				Units []string
			} `json:"old_districts"`
		}
	}
	require.NoError(t, json.Unmarshal(raw, &doc))
	add := func(name, district, unit string, own bool) {
		if kind, bare := cutKindOf(name); name != "" {
			names = append(names, placeName{kind, bare, district, unit, lookup.Fold(bare), tones.Replace(norm.NFD.String(strings.ToLower(bare))), own})
		}
	}
	for _, u := range doc.Units.Units {
		add(u.Name, "", u.Slug, true)
		add(u.Now.Name, "", u.Slug, true)
		for _, f := range u.Former {
			add(f.Name, f.District, u.Slug, false)
			for _, o := range f.Older {
				add(o, f.District, u.Slug, false)
			}
		}
	}
	districts = map[string][]string{}
	for _, d := range doc.Units.Districts {
		districts[d.Name] = d.Units
	}
	return names, districts
}

// typing is how a citizen may write a name, and which units it may mean: any
// of right may come first, all of them must be offered.
type typing struct {
	style, text string
	right       []string
	all         []string
}

// meant returns the units that a name may mean when kind or district are said.
func meant(names []placeName, n placeName, accents, kind, district bool) (right, all []string) {
	for _, o := range names {
		same := o.toned == n.toned || !accents && o.fold == n.fold
		if !same || kind && o.kind != n.kind || district && o.district != n.district {
			continue
		}
		all = append(all, o.unit)
		if o.own {
			right = append(right, o.unit)
		}
	}
	all = slices.Compact(slices.Sorted(slices.Values(all)))
	if len(right) == 0 || district {
		right = all
	}
	return right, all
}

// tones makes hỏi and ngã one tone, as the South spells them.
var tones = strings.NewReplacer("\u0303", "\u0309")

// typings makes the habits of typing out of one name.
func typings(r *rand.Rand, names []placeName, n placeName) []typing {
	var out []typing
	say := func(style, text string, accents, kind, district bool) {
		right, all := meant(names, n, accents, kind, district)
		out = append(out, typing{style, text, right, all})
	}
	full, fold := strings.TrimSpace(n.kind+" "+n.bare), lookup.Fold(n.bare)
	say("as written", full, true, true, false)
	say("capitals", strings.ToUpper(full), true, true, false)
	say("small", strings.ToLower(full), true, true, false)
	say("no accents", lookup.Fold(full), false, true, false)
	say("no kind", n.bare, true, false, false)
	say("no kind, no accents", fold, false, false, false)
	say("in a sentence", "dạ em ở "+full+" ạ", true, true, false)
	say("in a sentence, no accents", "rac o "+fold+" khong ai don", false, false, false)
	say("former", "khu vuc "+fold+" cu", false, false, false)
	out[len(out)-1].right = out[len(out)-1].all
	for _, k := range kinds {
		if k.name == n.kind {
			short := k.short[r.IntN(len(k.short))]
			say("short kind", short+n.bare, true, true, false)
			say("short kind, no accents", strings.ToLower(short)+fold, false, true, false)
			say("short kind, joined", strings.ToLower(short)+strings.ReplaceAll(fold, " ", ""), false, true, false)
		}
	}
	say("slip", lookup.Fold(n.kind)+" "+slip(r, fold), false, true, false)
	say("slip, no kind", "o "+slip(r, fold), false, false, false)
	if n.district != "" {
		_, d := cutKindOf(n.district)
		say("district", full+", "+n.district, true, true, true)
		say("district, no accents", lookup.Fold(full+" "+d), false, true, true)
		say("district, no kinds", fold+" "+lookup.Fold(d)+" cu", false, false, true)
		say("slip, district", lookup.Fold(n.kind)+" "+slip(r, fold)+" "+lookup.Fold(n.district), false, true, true)
	}
	return out
}

// slip makes one slip of the fingers in a name without accents: a letter left
// out, doubled, swapped with the next, or another one.
func slip(r *rand.Rand, name string) string {
	letters := []rune(name)
	var places []int
	for i := 1; i < len(letters); i++ {
		if unicode.IsLetter(letters[i]) {
			places = append(places, i)
		}
	}
	i := places[r.IntN(len(places))]
	switch r.IntN(4) {
	case 0:
		return string(slices.Delete(letters, i, i+1))
	case 1:
		return string(slices.Insert(letters, i, letters[i]))
	case 2:
		if i+1 < len(letters) && unicode.IsLetter(letters[i+1]) {
			letters[i], letters[i+1] = letters[i+1], letters[i]
			return string(letters)
		}
	}
	letters[i] = []rune("eiouyhgnmt")[r.IntN(10)]
	return string(letters)
}

// TestUnitsInCitizensTyping measures what share of typings of the names of all
// units, of today and of before, brings the right unit first, and how often all
// units of an ambiguous name are offered. Set MISSES=1 to see what fails.
func TestUnitsInCitizensTyping(t *testing.T) {
	t.Parallel()
	ear, r := newEar(t), rand.New(rand.NewPCG(2026, 4))
	names, districts := readNames(t)
	total, right := map[string]int{}, map[string]int{}
	ambiguous, whole := 0, 0
	judge := func(ty typing) {
		found := ear.Utterance(ty.text).Units
		total[ty.style]++
		if len(found) > 0 && slices.Contains(ty.right, found[0]) {
			right[ty.style]++
		} else if os.Getenv("MISSES") != "" {
			fmt.Printf("MISS %s: %q %v, want %v\n", ty.style, ty.text, found, ty.right)
		}
		if len(ty.all) < 2 {
			return
		}
		ambiguous++
		if !slices.ContainsFunc(ty.all, func(u string) bool { return !slices.Contains(found, u) }) {
			whole++
		} else if os.Getenv("MISSES") != "" {
			fmt.Printf("PART %s: %q %v, want %v\n", ty.style, ty.text, found, ty.all)
		}
	}
	for _, n := range names {
		for _, ty := range typings(r, names, n) {
			judge(ty)
		}
	}
	for d, units := range districts {
		_, bare := cutKindOf(d)
		for _, text := range []string{d, d + " cũ", lookup.Fold("khu vuc " + bare + " cu"), lookup.Fold(bare) + " cu"} {
			judge(typing{style: "old district", text: text, right: append(units, strings.ReplaceAll(lookup.Fold(bare), " ", "-"))})
		}
	}
	sum, first := 0, 0
	for _, style := range slices.Sorted(maps.Keys(total)) {
		sum, first = sum+total[style], first+right[style]
		t.Logf("%-28s %5d typings, right unit first %.3f", style, total[style], share(right[style], total[style]))
		assert.GreaterOrEqual(t, share(right[style], total[style]), 0.9, style)
	}
	t.Logf("%-28s %5d typings, right unit first %.3f; %d ambiguous, all of them offered %.3f", "together", sum, share(first, sum), ambiguous, share(whole, ambiguous))
	assert.GreaterOrEqual(t, share(first, sum), 0.95)
	assert.GreaterOrEqual(t, share(whole, ambiguous), 0.95)
}

func share(n, of int) float64 { return float64(n) / float64(of) }
