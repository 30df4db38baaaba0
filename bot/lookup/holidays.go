package lookup

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// NamedDay is a day out of the ordinary: off by law, or worked instead of another.
type NamedDay struct {
	Date string // "2026-09-02"
	HolidayBody
	Law    bool // a holiday of the law, not one that was moved or makes up for it
	Verify bool // worked out, not announced yet
}

// named returns the days that are out of the ordinary, by date. What was
// published later about a day stands.
func (s calendarSource) named() []NamedDay {
	byDate := map[string]NamedDay{}
	for _, y := range s.Years {
		for _, d := range y.DaysOff {
			byDate[d.Date] = NamedDay{d.Date, HolidayBody{"holiday", d.Name}, cmp.Or(d.Kind, "holiday") == "holiday", y.Verify}
		}
		for _, d := range y.MakeUp {
			byDate[d.Date] = NamedDay{d.Date, HolidayBody{"make_up", d.Name}, false, y.Verify}
		}
		for _, d := range y.Half {
			byDate[d.Date] = NamedDay{d.Date, HolidayBody{"half_day", d.Name}, false, y.Verify}
		}
	}
	days := make([]NamedDay, 0, len(byDate))
	for _, d := range byDate {
		days = append(days, d)
	}
	slices.SortFunc(days, func(a, b NamedDay) int { return cmp.Compare(a.Date, b.Date) })
	return days
}

func (s calendarSource) newYears() (days []string) {
	for _, y := range s.Years {
		if y.Tet != "" {
			days = append(days, y.Tet)
		}
	}
	slices.Sort(days)
	return days
}

// NewYears returns the first days of the lunar years that are known
// ("2027-02-06"), in their order.
func (c *Catalogue) NewYears() []string { return c.newYears }

// Holidays returns every day that is out of the ordinary, in their order.
func (c *Catalogue) Holidays() []NamedDay { return c.holidays }

// Holiday returns what is out of the ordinary about a day ("2026-09-02"): off by
// law or worked instead of another.
func (c *Catalogue) Holiday(date string) (HolidayBody, bool) {
	i, known := slices.BinarySearchFunc(c.holidays, date, func(d NamedDay, date string) int { return cmp.Compare(d.Date, date) })
	if !known {
		return HolidayBody{}, false
	}
	return c.holidays[i].HolidayBody, true
}

// HoursConfirmed reports whether the opening hours of Calendar are confirmed.
func (c *Catalogue) HoursConfirmed() bool { return !c.hoursVerify }

// CalendarYear reports whether the holidays of a local day's year are known, and
// whether they were announced or only worked out.
func (c *Catalogue) CalendarYear(at time.Time) (known, announced bool) {
	year, announced := at.Format("2006-"), true
	for _, d := range c.holidays {
		if strings.HasPrefix(d.Date, year) {
			known, announced = true, announced && !d.Verify
		}
	}
	return known, known && announced
}
