package models

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// weekHours is an ordinary office with a lunch break.
func weekHours(t *testing.T) Calendar {
	t.Helper()
	c, err := NewCalendar(Hours{
		Offset: 7 * time.Hour, Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Spans:   []Span{{From: 7*time.Hour + 30*time.Minute, To: 11*time.Hour + 30*time.Minute}, {From: 13 * time.Hour, To: 16*time.Hour + 30*time.Minute}},
		DaysOff: []string{"2026-11-20"},
	})
	require.NoError(t, err)
	return c
}

// busyDays is traffic of so many working days before Thursday 2026-11-26: each has
// so many events in each hour from 8 to 16.
func busyDays(c Calendar, days, each int) Traffic {
	traffic := Traffic{Hours: map[int64]int{}}
	for d := c.day(local("2026-11-25 00:00")); days >= 0; d-- { // one more: the first day on record is not whole
		if !c.works(d) {
			continue
		}
		days--
		for h := int64(8); h <= 16; h++ {
			traffic.Hours[HourOf(c.at(d, 0))+h] = each
		}
	}
	traffic.Last = local("2026-11-25 16:20")
	return traffic
}

func local(at string) time.Time {
	parsed, err := time.ParseInLocation("2006-01-02 15:04", at, time.FixedZone("", 7*60*60))
	if err != nil {
		panic(err)
	}
	return parsed
}

func TestAChannelIsSilentByItsOwnTraffic(t *testing.T) {
	t.Parallel()
	c := weekHours(t)
	for name, now := range map[string]struct {
		days, each int
		change     func(*Traffic)
		now        string
		silent     bool
	}{
		"nothing all the morning":               {12, 6, nil, "2026-11-26 09:05", true},
		"the first whole hour is not over":      {12, 6, nil, "2026-11-26 08:55", false},
		"little traffic needs a longer silence": {12, 2, nil, "2026-11-26 10:10", false},
		"until it is long enough":               {12, 2, nil, "2026-11-26 11:10", true},
		"hardly any traffic never":              {12, 0, nil, "2026-11-26 16:10", false},
		"too few days on record":                {9, 6, nil, "2026-11-26 16:10", false},
		"just enough days":                      {10, 6, nil, "2026-11-26 16:10", true},
		"at noon nobody is alarmed":             {12, 6, nil, "2026-11-26 12:10", false},
		"nor at night":                          {12, 6, nil, "2026-11-26 20:10", false},
		"nor on a Saturday":                     {12, 6, nil, "2026-11-28 10:10", false},
		"an event just now":                     {12, 6, func(t *Traffic) { t.Last = local("2026-11-26 09:58") }, "2026-11-26 10:10", false},
		"since an event of this morning":        {12, 6, func(t *Traffic) { t.Last = local("2026-11-26 08:10") }, "2026-11-26 10:10", true},
		"the lunch break is no silence":         {12, 6, func(t *Traffic) { t.Last = local("2026-11-26 11:40") }, "2026-11-26 13:10", false},
		"one bad day of earlier":                {12, 6, func(t *Traffic) { empty(c, t, "2026-11-24") }, "2026-11-26 10:10", true},
		"quiet days are usual":                  {12, 6, func(t *Traffic) { empty(c, t, "2026-11-24", "2026-11-18") }, "2026-11-26 10:10", false},
		"nothing was ever heard":                {12, 6, func(t *Traffic) { *t = Traffic{} }, "2026-11-26 10:10", false},
	} {
		traffic := busyDays(c, now.days, now.each)
		if now.change != nil {
			now.change(&traffic)
		}
		require.Equal(t, now.silent, traffic.Silent(c, local(now.now)), name)
	}
}

// empty takes the events of these days away.
func empty(c Calendar, t *Traffic, dates ...string) {
	for _, date := range dates {
		midnight := HourOf(c.at(c.day(local(date+" 00:00")), 0))
		for h := range int64(24) {
			delete(t.Hours, midnight+h)
		}
	}
}
