package lookup_test

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/models"
)

func TestCalendarExamples(t *testing.T) {
	t.Parallel()
	raw, err := fs.ReadFile(data.FS(), "catalogue.json")
	require.NoError(t, err)
	var doc struct {
		Calendar struct {
			Examples []struct {
				Received time.Time `json:"received_at"`
				Due      time.Time `json:"due_at"`
				Working  *int      `json:"working_days"`
				Calendar *int      `json:"calendar_days"`
				Why      string
			}
		}
	}
	require.NoError(t, json.Unmarshal(raw, &doc))
	require.Len(t, doc.Calendar.Examples, 17)
	c := load(t).Calendar()
	for _, e := range doc.Calendar.Examples {
		var due time.Time
		if e.Working != nil {
			due = c.Deadline(e.Received, *e.Working)
		} else {
			due = c.CalendarDeadline(e.Received, *e.Calendar)
		}
		assert.True(t, due.Equal(e.Due), "%s: %v", e.Why, due)
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	d := load(t).Deadlines()
	at := time.Date(2026, 3, 4, 2, 15, 0, 0, time.UTC) // Wednesday 09:15 in Vietnam
	for _, tt := range []struct {
		kind     models.Kind
		category string
		days     int
	}{
		{models.PhanAnh, "tieng-on", 2}, {models.PhanAnh, "duong-hu", 5}, {models.KienNghi, "tieng-on", 10},
		{models.GopY, "khac", 7}, {models.KhenNgoi, "thai-do", 3},
	} {
		due := d.DueAt(tt.kind, tt.category, at)
		assert.Equal(t, tt.days, d.Calendar.WorkingDays(at, due), "%s %s", tt.kind, tt.category)
	}
	khieuNai := d.Kinds[models.KhieuNai]
	assert.Equal(t, []int{7, 10}, []int{khieuNai.Working, khieuNai.Calendar})
	assert.Len(t, d.Kinds, len(models.Kinds), "a denunciation has no term of ours")
	assert.Len(t, d.Categories, 29)
}

func TestTaxonomyAndReasons(t *testing.T) {
	t.Parallel()
	c := load(t)
	category, known := c.Category("nhung-nhieu")
	require.True(t, known)
	assert.True(t, category.Sensitive)
	assert.NotEmpty(t, category.Name)
	_, known = c.Category("")
	assert.False(t, known)
	require.Len(t, c.Reasons(), len(models.RejectReasons))
	for _, code := range models.RejectReasons {
		r, known := c.Reason(code)
		require.True(t, known, code)
		assert.NotEmpty(t, r.Text, code)
		assert.NotEmpty(t, r.Way, code)
		assert.NotEmpty(t, r.Basis, code)
	}
	_, known = c.Reason("whim")
	assert.False(t, known)
}

func TestProcedures(t *testing.T) {
	t.Parallel()
	c := load(t)
	require.Len(t, c.Procedures(), 92)
	for _, h := range c.Procedures() {
		assert.LessOrEqual(t, len([]rune(h.Short)), 20, h.Code)
		p, known := c.Procedure(h.Code)
		require.True(t, known, h.Code)
		assert.Equal(t, h.Code, p.Code)
		assert.NotEmpty(t, p.Where, h.Code)
		assert.NotEmpty(t, p.Steps, h.Code)
	}
	_, known := c.Procedure("khong-co")
	assert.False(t, known)
	_, known = c.ProcedureHead("khong-co")
	assert.False(t, known)
}

func TestEveryProcedureIsFoundByItsNames(t *testing.T) {
	t.Parallel()
	c := load(t)
	names, first := 0, 0
	for _, h := range c.Procedures() {
		for _, name := range append([]string{h.Name}, h.Aliases...) {
			names++
			if found := c.Guess(c.Words(name)).Procedures(); len(found) > 0 && found[0].Code == h.Code {
				first++
			}
		}
	}
	assert.GreaterOrEqual(t, float64(first)/float64(names), 0.97, "%d of %d", first, names)
}

func TestContactsOnlyWhenAskedFor(t *testing.T) {
	t.Parallel()
	assert.Empty(t, load(t).Contacts("tran-bien"), "the invented contacts are for the sandbox")
	c := load(t, lookup.WithSampleContacts())
	all := c.Contacts("loc-ninh")
	require.NotEmpty(t, all)
	for _, k := range all {
		assert.True(t, k.Public)
		assert.NotEmpty(t, k.Title)
	}
	chairs := c.Contacts("loc-ninh", "chu_tich")
	require.Len(t, chairs, 1)
	assert.Equal(t, "0900000045", chairs[0].Phone)
}

func TestFindDangers(t *testing.T) {
	t.Parallel()
	c := load(t)
	find := func(text string) (codes []string) {
		for _, s := range c.FindDangers(c.Words(text)) {
			codes = append(codes, s.Code)
		}
		return codes
	}
	assert.Equal(t, []string{"chay"}, find("đang cháy ở chợ"))
	assert.Equal(t, []string{"chay"}, find("dang chay o cho"), "without accents letters are enough")
	assert.Empty(t, find("xe đang chạy trên đường"), "accents tell chạy from cháy")
	assert.Empty(t, find("áo này cháy hàng rồi"))
	assert.Empty(t, find("giấy tờ bị mất, con dấu của xã"), "no phrase goes over a comma")
	assert.Contains(t, find("chồng đánh vợ, con bị thương nằm giữa đường"), "bao-luc-gia-dinh")
}

func TestLoadRefusesBrokenFiles(t *testing.T) {
	t.Parallel()
	whole := func() fstest.MapFS {
		files := fstest.MapFS{}
		for _, name := range []string{"catalogue.json", "model.bin"} {
			raw, err := fs.ReadFile(data.FS(), name)
			require.NoError(t, err)
			files[name] = &fstest.MapFile{Data: raw}
		}
		return files
	}
	_, err := lookup.Load(whole())
	require.NoError(t, err)
	for name, spoil := range map[string]func(fstest.MapFS){
		"no catalogue":  func(f fstest.MapFS) { delete(f, "catalogue.json") },
		"no model":      func(f fstest.MapFS) { delete(f, "model.bin") },
		"bad catalogue": func(f fstest.MapFS) { f["catalogue.json"] = &fstest.MapFile{Data: []byte("{")} },
		"no hours":      func(f fstest.MapFS) { f["catalogue.json"] = &fstest.MapFile{Data: []byte("{}")} },
		"cut model":     func(f fstest.MapFS) { f["model.bin"].Data = f["model.bin"].Data[:5000] },
	} {
		files := whole()
		spoil(files)
		_, err := lookup.Load(files)
		assert.Error(t, err, name)
	}
	c, err := lookup.Load(whole())
	require.NoError(t, err)
	_, known := c.Procedure("khai-sinh")
	assert.False(t, known, "details that cannot be read are not invented")
}

func FuzzDecodeModel(f *testing.F) {
	small, err := lookup.Model{
		Head: lookup.Head{
			Classes: []string{"a"}, Intents: []string{"a"}, Spans: [][2]int{{0, 1}}, Bias: make([]float32, 2),
			Join: [][]float32{make([]float32, 7)}, Sharp: []float32{1}, Sure: make([]float32, 6),
		},
		Rarity: strings.Repeat("\x00", lookup.Buckets), Starts: strings.Repeat("\x00", 4*(lookup.Buckets+1)),
	}.Encode()
	require.NoError(f, err)
	_, err = lookup.DecodeModel(string(small))
	require.NoError(f, err)
	words := load(f).Words("rác đầy đường")
	f.Add(small)
	f.Add([]byte("LNM3\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := lookup.DecodeModel(string(raw))
		if err != nil {
			return
		}
		margins, known := m.Margins(words)
		if shares := m.Shares(m.Evidence(margins, len(words), known)); len(shares) != len(m.Intents) {
			t.Fatal("a model of the wrong size was taken")
		}
	})
}

func FuzzWords(f *testing.F) {
	c := load(f)
	f.Add("Rác ơiiii, p.Trấn Biên\xff k dc")
	f.Fuzz(func(t *testing.T, text string) {
		words := c.Words(text)
		for _, w := range words {
			if w.Start < 0 || w.Start >= w.End || w.End > len(text) || w.Fold == "" {
				t.Fatalf("%q: %+v", text, w)
			}
		}
		c.FindUnits(words)
		c.FindDangers(words)
		g := c.Guess(words)
		if intent, p := g.Likeliest(); !(p > 0 && p <= 1.0000001) || g.Share(intent) != p {
			t.Fatalf("%s %v", intent, p)
		}
		for _, f := range append(g.Procedures(), g.Categories()...) {
			if !(f.Score >= 0 && f.Score <= 1.0000001) {
				t.Fatalf("%+v", f)
			}
		}
	})
}
