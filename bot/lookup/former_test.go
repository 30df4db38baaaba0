package lookup_test

import (
	"encoding/json"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/data"
)

// formerUnits are the names of data/units.yaml, read apart from the code under test.
type formerUnits struct {
	Units []struct {
		Slug    string
		Aliases []string
		Former  []struct {
			Name, District string
			Older          []string
		}
	}
	Ambiguous []struct {
		Fold    string
		Options []struct{ Unit string }
	} `json:"ambiguous_names"`
}

func readFormer(t *testing.T) formerUnits {
	t.Helper()
	raw, err := fs.ReadFile(data.FS(), "catalogue.json")
	require.NoError(t, err)
	var doc struct{ Units formerUnits }
	require.NoError(t, json.Unmarshal(raw, &doc))
	return doc.Units
}

func TestEveryFormerUnitIsFound(t *testing.T) {
	t.Parallel()
	c := load(t)
	n := 0
	former := readFormer(t)
	heirs := map[string][]string{} // a commune that was divided has several
	for _, u := range former.Units {
		for _, f := range u.Former {
			heirs[lookup.Fold(f.Name+f.District)] = append(heirs[lookup.Fold(f.Name+f.District)], u.Slug)
		}
	}
	for _, u := range former.Units {
		for _, f := range u.Former {
			n++
			for _, text := range []string{f.Name + ", " + f.District, lookup.Fold(f.Name + " " + f.District)} {
				found := slugs(c, text)
				require.NotEmpty(t, found, text)
				assert.Contains(t, heirs[lookup.Fold(f.Name+f.District)], found[0], "%s: %v", text, found)
			}
			for _, older := range f.Older {
				assert.Contains(t, slugs(c, older), u.Slug, older)
			}
			assert.Contains(t, slugs(c, lookup.Fold(f.Name)), u.Slug, f.Name)
		}
		for _, a := range u.Aliases {
			if a == "Đồng Nai" {
				continue // alone it is the province's
			}
			assert.Contains(t, slugs(c, "gần "+a), u.Slug, a)
		}
	}
	assert.Greater(t, n, 200)
}

func TestEveryAmbiguousNameBringsAllItsUnits(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, a := range readFormer(t).Ambiguous {
		text := ""
		for _, r := range a.Fold {
			if r == '-' {
				r = ' '
			}
			text += string(r)
		}
		for _, o := range a.Options {
			assert.Contains(t, slugs(c, text), o.Unit, text)
		}
	}
}
