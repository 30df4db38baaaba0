package lookup_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/models"
)

func loaded(t *testing.T, pieces ...models.Content) *lookup.Catalogue {
	t.Helper()
	c, err := lookup.Load(data.FS(), lookup.WithSampleContacts(), lookup.WithContent(pieces))
	require.NoError(t, err)
	return c
}

func on(t *testing.T, date string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, date+"T09:00:00+07:00")
	require.NoError(t, err)
	return at
}

// dueOf returns what is due of a kind, by unit and key.
func dueOf(c *lookup.Catalogue, kind string, at time.Time) map[string]models.Due {
	found := map[string]models.Due{}
	for _, d := range c.Due(at) {
		if d.Kind == kind {
			found[d.Unit+" "+d.Key] = d
		}
	}
	return found
}

// TestDueContacts holds that a number is asked after half a year after its last
// confirmation, also one that citizens are not told.
func TestDueContacts(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	due := dueOf(c, "contact", on(t, "2026-11-26"))
	require.Len(t, due, 1)
	require.Equal(t, models.Due{Kind: "contact", Key: "truong_khu_pho//0900000030", Unit: "phu-ly", AsOf: "2026-04-01", Why: models.DueReview}, due["phu-ly truong_khu_pho//0900000030"])
	later := dueOf(c, "contact", on(t, "2027-06-01"))
	require.True(t, later["loc-ninh cong_chuc/cong-nghe/0900000048"].Internal)
	require.False(t, later["tran-bien chu_tich//0900000005"].Internal)
}

// TestDueProcedures holds that what nobody confirmed is due at once, what was
// confirmed is due by its own day, or half a year after the confirmation.
func TestDueProcedures(t *testing.T) {
	t.Parallel()
	body := `{"verify":false,"fee":{"text":"Không thu","verify":false},"time":{"text":"1 ngày","verify":false},"as_of":"2026-11-01"`
	c := loaded(t,
		models.Content{Kind: models.ContentProcedure, Key: "khai-sinh", Body: body + `,"review":"2026-12-31"}`},
		models.Content{Kind: models.ContentProcedure, Key: "ket-hon", Body: body + `}`},
		models.Content{Kind: models.ContentProcedure, Key: "ket-hon", Unit: "tran-bien", Body: `{"fee":{"text":"?","verify":true}}`},
	)
	for date, want := range map[string][3]string{
		"2026-11-26": {"", "", models.DueVerify},
		"2026-12-31": {"", "", models.DueVerify},
		"2027-01-02": {models.DueReview, "", models.DueVerify},
		"2027-05-01": {models.DueReview, models.DueReview, models.DueVerify},
	} {
		due := dueOf(c, "procedure", on(t, date))
		require.Equal(t, want, [3]string{due[" khai-sinh"].Why, due[" ket-hon"].Why, due["tran-bien ket-hon"].Why}, date)
	}
}

// TestDueCalendar holds that days which were only worked out are due until they
// are over or announced, and addresses until an officer has confirmed them.
func TestDueCalendar(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	at := on(t, "2026-11-26")
	days := dueOf(c, "holiday", at)
	require.Contains(t, days, " 2027-02-08")
	require.NotContains(t, days, " 2026-11-24", "2026 was announced")
	require.NotContains(t, dueOf(c, "holiday", on(t, "2027-02-09")), " 2027-02-08", "it is over")
	require.Len(t, dueOf(c, string(models.ContentHours), at), 1)
	require.Len(t, dueOf(c, "unit", at), len(c.Units()))

	c = loaded(t,
		models.Content{Kind: models.ContentHoliday, Key: "2027-02-08", Body: `{"kind":"holiday","name":"Tết"}`},
		models.Content{Kind: models.ContentUnit, Key: "tran-bien", Body: `{"office":"Số 1","office_confirmed":true}`})
	require.NotContains(t, dueOf(c, "holiday", at), " 2027-02-08")
	require.NotContains(t, dueOf(c, "unit", at), "tran-bien tran-bien")
}

// TestDueIsSorted holds the order that pages of the list rely on.
func TestDueIsSorted(t *testing.T) {
	t.Parallel()
	due := loaded(t).Due(on(t, "2026-11-26"))
	require.NotEmpty(t, due)
	for i := 1; i < len(due); i++ {
		require.Negative(t, due[i-1].Compare(due[i]), "%v %v", due[i-1], due[i])
	}
}

func TestOutdated(t *testing.T) {
	t.Parallel()
	at := on(t, "2026-11-26")
	for asOf, want := range map[string]bool{
		"2026-11-02": false, "2026-07": false, "2026-05-30": false, "2026-05-29": true, "2026-05": true, "": true, "hôm qua": true,
	} {
		require.Equal(t, want, lookup.Outdated(asOf, at), asOf)
	}
}
