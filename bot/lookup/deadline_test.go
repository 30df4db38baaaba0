package lookup_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

func received(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04 -0700", s+" +0700")
	require.NoError(t, err)
	return at
}

// TestADueDateNamesItsHolidays holds that the published calendar says why days
// do not count.
func TestADueDateNamesItsHolidays(t *testing.T) {
	t.Parallel()
	d := load(t).Deadlines()
	c := models.Case{Kind: models.PhanAnh, Category: "rac-thai", Status: models.StatusNew, CreatedAt: received(t, "2026-02-13 15:00")}
	v := d.Explain(c)
	assert.True(t, v.Counted.Equal(received(t, "2026-02-25 17:00")), "%v", v.Counted)
	assert.Equal(t, "rac-thai", v.Category, "the category is the shorter")
	s := v.Skips()
	require.Len(t, s.Off, 1)
	assert.Contains(t, s.Off[0].Name, "Tết Nguyên đán")
	assert.Equal(t, []string{"16", "20"}, []string{s.Off[0].First.Format("02"), s.Off[0].Last.Format("02")})
	assert.Equal(t, 4, s.Weekend)

	c = models.Case{Kind: models.KienNghi, Status: models.StatusNew, CreatedAt: received(t, "2026-08-21 17:30")}
	v = d.Explain(c)
	assert.Equal(t, models.DayReceived, v.Days[1].Why, "a make-up Saturday is the day of receipt")
	assert.Len(t, v.Limits, 1)
	assert.Equal(t, models.LimitFirstAnswer, v.Limits[0].Name)
}

func TestLimitsOfTheLawArePublished(t *testing.T) {
	t.Parallel()
	d := load(t).Deadlines()
	c := models.Case{Kind: models.KhieuNai, Status: models.StatusNew, CreatedAt: received(t, "2026-01-19 10:00")}
	require.NoError(t, c.Move(models.ActAccept, "x", received(t, "2026-01-20 10:00"), "", ""))
	v := d.Explain(c)
	require.Len(t, v.Limits, 2)
	assert.Equal(t, models.LimitResolve, v.Limits[1].Name)
	assert.True(t, v.Limits[1].Due.Equal(received(t, "2026-02-23 17:00")), "moved behind Tết: %v", v.Limits[1].Due)
	assert.NotEmpty(t, v.Term.Source.Text)
	for _, k := range models.Kinds {
		assert.True(t, d.Kinds[k].Source.Verify, "%s: nobody has confirmed the term yet", k)
	}
}

func TestAHalfDayIsPublished(t *testing.T) {
	t.Parallel()
	c := loaded(t, piece(models.ContentHoliday, "2026-12-31", "", `{"kind":"half_day","name":"Tổng kết năm"}`))
	noon, later := received(t, "2026-12-31 11:00"), received(t, "2026-12-31 14:00")
	assert.True(t, c.Calendar().Open(noon))
	assert.False(t, c.Calendar().Open(later))
	assert.Len(t, c.Calendar().SpansOn(noon), 1)
	assert.True(t, c.Calendar().Deadline(received(t, "2026-12-30 10:00"), 1).Equal(received(t, "2026-12-31 11:30")), "it ends when the office closes")
	assert.True(t, c.Calendar().Deadline(later, 0).Equal(received(t, "2027-01-04 17:00")), "what comes after closing counts on the next working day")
	day, known := c.Holiday("2026-12-31")
	assert.True(t, known)
	assert.Equal(t, "half_day", day.Kind)
	assert.Equal(t, "Tổng kết năm", c.Calendar().Name(noon))
}
