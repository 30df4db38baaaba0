package handlers

import (
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// someBody is a random body of few values, so that two of them share some.
func someBody(r *rand.Rand, deep bool) Body {
	b := Body{}
	for _, name := range []string{"a", "b", "c", "d"} {
		switch r.IntN(7) {
		case 0:
			b[name] = []string{"", "x", "y"}[r.IntN(3)]
		case 1:
			b[name] = r.IntN(2) == 0
		case 2:
			b[name] = []any{"x", "y", "z"}[:r.IntN(4)]
		case 3:
			b[name] = []any{map[string]any{"n": "x"}}
		case 4:
			if deep {
				b[name] = map[string]any(someBody(r, false))
			}
		}
	}
	return b
}

// sameBody reports whether two bodies say the same.
func sameBody(a, b Body) bool { return len(a.beyond(b)) == 0 && len(b.beyond(a)) == 0 }

// TestWhatIsStoredReadsAsItWasTyped: whatever a piece stands over, and whatever is
// typed, the stored difference makes it read so; and what differs in nothing is
// stored as nothing.
func TestWhatIsStoredReadsAsItWasTyped(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	fields := []ContentField{{Name: "a", Form: FormLine}, {Name: "b", Form: FormYes}, {Name: "c", Form: FormList}, {Name: "d.x", Form: FormText}}
	for range 5000 {
		p := standing{Under: someBody(r, true)}
		k := &ContentKind{Kind: models.ContentProcedure, Fields: fields, Entire: r.IntN(2) == 0}
		form := url.Values{"a": {[]string{"", "x"}[r.IntN(2)]}, "c": {[]string{"", "x\ny", "z"}[r.IntN(3)]}, "d.x": {[]string{"", "neu"}[r.IntN(2)]}}
		if r.IntN(2) == 0 {
			form.Set("b", "yes")
		}
		whole := typed(k, "", p.Under, form, false)
		stored := p.over(k, whole)
		require.True(t, sameBody(whole, p.as(k, stored)), "%v over %v stored as %s", whole, p.Under, stored)
		require.Equal(t, sameBody(whole, p.Under), stored == "", "%v over %v stored as %s", whole, p.Under, stored)
	}
}

// TestTwoFormsAreJoined: of each field that only one of two has changed the change
// stands, and what both changed is as it was typed, and named.
func TestTwoFormsAreJoined(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	k := &ContentKind{}
	for _, name := range []string{"a", "b", "c", "d"} {
		k.Fields = append(k.Fields, ContentField{Name: name, Form: FormLine})
	}
	for range 5000 {
		base, theirs, mine := someBody(r, false), someBody(r, false), someBody(r, false)
		joined, fought := settled(k, "", base, theirs, mine)
		for _, f := range k.Fields {
			want := mine[f.Name]
			if same(mine[f.Name], base[f.Name]) {
				want = theirs[f.Name]
			}
			require.True(t, same(want, joined[f.Name]))
			both := !same(mine[f.Name], base[f.Name]) && !same(theirs[f.Name], base[f.Name]) && !same(mine[f.Name], theirs[f.Name])
			require.Equal(t, both, fought[f.Name])
		}
	}
}

func TestComparedLinesGiveBothSides(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	some := func() []string { return strings.Split("aabbccdd"[:r.IntN(9)], "")[:] }
	for range 2000 {
		was, is := some(), some()
		r.Shuffle(len(is), func(i, j int) { is[i], is[j] = is[j], is[i] })
		var before, after []string
		for _, l := range compared(was, is) {
			if l.How != "+" {
				before = append(before, l.Text)
			}
			if l.How != "-" {
				after = append(after, l.Text)
			}
		}
		require.Equal(t, strings.Join(was, "|"), strings.Join(before, "|"))
		require.Equal(t, strings.Join(is, "|"), strings.Join(after, "|"))
	}
}

// TestRowsKeepWhatHasNoColumn: the other fields of a row stay with its first one.
func TestRowsKeepWhatHasNoColumn(t *testing.T) {
	t.Parallel()
	k := &ContentKind{Fields: []ContentField{{Name: "documents", Form: FormRows, Columns: []string{"name", "when"}}}}
	was := Body{"documents": []any{map[string]any{"name": "A", "copies": 2.0}, map[string]any{"name": "B", "when": "nếu có"}}}
	form := url.Values{"documents.0.name": {"B"}, "documents.3.name": {" A "}, "documents.5.when": {"khi cần"}}
	got, err := json.Marshal(typed(k, "", was, form, false)["documents"])
	require.NoError(t, err)
	require.JSONEq(t, `[{"name":"B"},{"name":"A","copies":2},{"when":"khi cần"}]`, string(got))
}
