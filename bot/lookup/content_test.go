package lookup_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/models"
)

// piece is a change of content with that body.
func piece(kind models.ContentKind, key, unit, body string) models.Content {
	return models.Content{Kind: kind, Key: key, Unit: unit, Body: body}
}

func loadWith(t *testing.T, pieces ...models.Content) *lookup.Catalogue {
	t.Helper()
	c, err := lookup.Load(data.FS(), lookup.WithContent(pieces))
	require.NoError(t, err)
	return c
}

func TestContentStandsOverWhatIsEmbedded(t *testing.T) {
	t.Parallel()
	before, known := load(t).Procedure("khai-sinh")
	require.True(t, known)
	c := loadWith(t,
		piece(models.ContentProcedure, "khai-sinh", "", `{"fee":{"text":"5.000 đồng"}}`),
		piece(models.ContentProcedure, "khai-sinh", "tran-bien", `{"where":"Quầy 3"}`))

	p, known := c.Procedure("khai-sinh")
	require.True(t, known)
	assert.Equal(t, "5.000 đồng", p.Fee.Text)
	assert.Equal(t, before.Where, p.Where, "what is not named stays")
	own, known := c.ProcedureAt("tran-bien", "khai-sinh")
	require.True(t, known)
	assert.Equal(t, "Quầy 3", own.Where)
	assert.Equal(t, "5.000 đồng", own.Fee.Text)
	elsewhere, _ := c.ProcedureAt("long-thanh", "khai-sinh")
	assert.Equal(t, before.Where, elsewhere.Where)
}

func TestContentTakenBackLeavesTheEmbedded(t *testing.T) {
	t.Parallel()
	c := loadWith(t, models.Content{Kind: models.ContentProcedure, Key: "khai-sinh"})
	p, known := c.Procedure("khai-sinh")
	require.True(t, known)
	before, _ := load(t).Procedure("khai-sinh")
	assert.Equal(t, before, p)
}

func TestNewProcedureIsFound(t *testing.T) {
	t.Parallel()
	c := loadWith(t, piece(models.ContentProcedure, "phep-nuoi-rong", "",
		`{"name":"Cấp giấy phép nuôi rồng","aliases":["xin nuôi rồng"],"where":"Xã"}`))
	head, known := c.ProcedureHead("phep-nuoi-rong")
	require.True(t, known)
	assert.LessOrEqual(t, len([]rune(head.Short)), 20)
	p, known := c.Procedure("phep-nuoi-rong")
	require.True(t, known)
	assert.Equal(t, "Xã", p.Where)
	found := c.Guess(c.Words("xin giấy phép nuôi rồng ở đâu")).Procedures()
	require.NotEmpty(t, found)
	assert.Equal(t, "phep-nuoi-rong", found[0].Code)
}

func TestContactsAndOfficesComeFromContent(t *testing.T) {
	t.Parallel()
	assert.Empty(t, load(t).Contacts("tran-bien"), "a real directory starts empty")
	unit, _ := load(t).Unit("tran-bien")
	assert.Empty(t, unit.Office, "an address off a map is not told")
	c := loadWith(t,
		piece(models.ContentContact, "chu_tich/0900000001", "tran-bien", `{"role":"chu_tich","name":"A","phone":"0900000001","public":true}`),
		piece(models.ContentContact, "truc_ban/0900000002", "tran-bien", `{"role":"truc_ban_cong_an","phone":"0900000002","public":false}`),
		piece(models.ContentUnit, "tran-bien", "", `{"office":"Số 1","office_confirmed":true}`))
	contacts := c.Contacts("tran-bien")
	require.Len(t, contacts, 1, "what is not public is not told")
	assert.Equal(t, "0900000001", contacts[0].Phone)
	assert.NotEmpty(t, contacts[0].Title)
	unit, _ = c.Unit("tran-bien")
	assert.Equal(t, "Số 1", unit.Office)
}

func TestHolidaysComeFromContent(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 12, 7, 5, 0, 0, 0, time.UTC).Add(-3 * time.Hour) // a Monday, 09:00 in Vietnam
	require.True(t, load(t).Calendar().Open(noon))
	closed := loadWith(t, piece(models.ContentHoliday, "2026-12-07", "", `{"kind":"holiday","name":"x"}`))
	assert.False(t, closed.Calendar().Open(noon))
	saturday := noon.AddDate(0, 0, -2)
	made := loadWith(t, piece(models.ContentHoliday, "2026-12-05", "", `{"kind":"make_up"}`))
	assert.True(t, made.Calendar().Open(saturday))
}

func TestContentThatDoesNotFitIsNamed(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]models.Content{
		"alias of nothing":   piece(models.ContentAlias, "x", "", `{"procedure":"no-such","text":"x"}`),
		"unknown unit":       piece(models.ContentUnit, "no-such", "", `{}`),
		"unknown day":        piece(models.ContentHoliday, "2026-12-07", "", `{"kind":"feast"}`),
		"unknown kind":       piece("song", "x", "", `{}`),
		"not what it shows":  piece(models.ContentContact, "x", "tran-bien", `[]`),
		"no date":            piece(models.ContentHoliday, "soon", "", `{"kind":"holiday"}`),
		"hours backwards":    piece(models.ContentHours, "office_hours", "", `{"periods":[{"from":"17:00","to":"07:30"}]}`),
		"no hours":           piece(models.ContentHours, "office_hours", "", `{"periods":[]}`),
		"odd details":        piece(models.ContentProcedure, "khai-sinh", "", `{"fee":5}`),
		"odd details of one": piece(models.ContentProcedure, "khai-sinh", "tran-bien", `{"steps":"x"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := lookup.Load(data.FS(), lookup.WithContent([]models.Content{bad}))
			require.ErrorContains(t, err, string(bad.Kind))
		})
	}
}

func TestWhatDoesNotFitIsLeftOutAlone(t *testing.T) {
	t.Parallel()
	var left []string
	c, err := lookup.Load(data.FS(), lookup.WithContent([]models.Content{
		piece(models.ContentAlias, "x", "", `{"procedure":"no-such","text":"x"}`),
		piece(models.ContentProcedure, "khai-sinh", "", `{"where":"Quầy 3"}`),
	}), lookup.LeavingOut(func(p models.Content, _ error) { left = append(left, p.Key) }))
	require.NoError(t, err)
	assert.Equal(t, []string{"x"}, left)
	p, _ := c.Procedure("khai-sinh")
	assert.Equal(t, "Quầy 3", p.Where)
}

func TestListsAreReplacedWhole(t *testing.T) {
	t.Parallel()
	list := `{"documents":[{"name":"A","note":"x"},{"name":"B","when":"y"}],"faq":[{"q":"1","a":"2"}]}`
	c := loadWith(t, piece(models.ContentProcedure, "khai-sinh", "", list),
		piece(models.ContentProcedure, "khai-sinh", "tran-bien", `{"documents":[{"name":"C"}],"faq":[{"q":"3"}]}`),
		piece(models.ContentProcedure, "khai-sinh", "long-khanh", `{"documents":[]}`))
	own, _ := c.ProcedureAt("tran-bien", "khai-sinh")
	require.Len(t, own.Documents, 1)
	assert.Equal(t, "C", own.Documents[0].Name)
	assert.Empty(t, own.Documents[0].Note, "nothing is left of the entry that stood there")
	require.Len(t, own.Asked, 1)
	assert.Empty(t, own.Asked[0].A)
	without, _ := c.ProcedureAt("long-khanh", "khai-sinh")
	assert.Empty(t, without.Documents)
	p, _ := c.Procedure("khai-sinh")
	require.Len(t, p.Documents, 2)
	assert.Equal(t, "x", p.Documents[0].Note, "the province's are as they were")
}

// TestEmbeddedPiecesSayWhatIsTold: laid over nothing, or over themselves, they
// change nothing.
func TestEmbeddedPiecesSayWhatIsTold(t *testing.T) {
	t.Parallel()
	before := load(t)
	var pieces []models.Content
	for kind, least := range map[models.ContentKind]int{models.ContentProcedure: 90, models.ContentUnit: 95, models.ContentHoliday: 30} {
		embedded, err := lookup.Embedded(data.FS(), kind, false)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(embedded), least, kind)
		if kind != models.ContentHoliday { // a day that is published is announced
			pieces = append(pieces, embedded...)
		}
	}
	after := loadWith(t, pieces...)
	assert.Equal(t, before.Procedures(), after.Procedures())
	for _, h := range before.Procedures() {
		was, _ := before.Procedure(h.Code)
		is, _ := after.Procedure(h.Code)
		require.Equal(t, was, is)
	}
	assert.Equal(t, before.Units(), after.Units())
}

func TestHoursComeFromContent(t *testing.T) {
	t.Parallel()
	before := load(t)
	require.False(t, before.HoursConfirmed())
	c := loadWith(t, piece(models.ContentHours, "office_hours", "", `{"periods":[{"from":"07:00","to":"11:00"},{"from":"13:00","to":"16:30"}],"verify":false}`))
	assert.True(t, c.HoursConfirmed())
	seven := time.Date(2026, 12, 7, 0, 15, 0, 0, time.UTC) // 07:15 in Vietnam
	assert.False(t, before.Calendar().Open(seven))
	assert.True(t, c.Calendar().Open(seven))
	assert.True(t, loadWith(t, piece(models.ContentHours, "office_hours", "", `{"verify":false}`)).HoursConfirmed())
}
