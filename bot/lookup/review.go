package lookup

import (
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// reviewAfter is how long an entry counts as confirmed that says no day of its
// own: half a year, as data/contacts.schema.yaml has it for the directory.
// Fees, forms and people in office change with the turns of a year.
const reviewAfter = 180 * 24 * time.Hour

// Outdated reports whether what was confirmed on that day ("2026-11-02", or a
// month of it) must be confirmed again: reviewAfter has passed, days counted
// whole. Without a readable day it must.
func Outdated(asOf string, at time.Time) bool {
	day, ok := confirmed(asOf)
	return !ok || at.Sub(day) >= reviewAfter+24*time.Hour
}

// confirmed reads the day of a confirmation; of a month it is the first.
func confirmed(asOf string) (time.Time, bool) {
	for _, form := range []string{time.DateOnly, "2006-01"} {
		if day, err := time.Parse(form, asOf); err == nil {
			return day, true
		}
	}
	return time.Time{}, false
}

// ReviewBy returns the moment from which the procedure must be confirmed again:
// the end of its own day, else reviewAfter its last confirmation. It is long
// past when neither can be read.
func (p Procedure) ReviewBy() time.Time {
	if by, err := time.Parse(time.DateOnly, p.Review); err == nil {
		return by.AddDate(0, 0, 1)
	}
	day, _ := confirmed(p.AsOf)
	return day.Add(reviewAfter + 24*time.Hour)
}

// Unconfirmed reports whether nobody has confirmed a part of the procedure yet.
func (p Procedure) Unconfirmed() bool { return p.Verify || p.Fee.Verify || p.Time.Verify }

// Doubt says why the procedure must be looked at again, or "": models.DueVerify
// or models.DueReview.
func (p Procedure) Doubt(at time.Time) string {
	switch {
	case p.Unconfirmed():
		return models.DueVerify
	case !at.Before(p.ReviewBy()):
		return models.DueReview
	}
	return ""
}

// Due lists what is published and must be looked at again: what nobody has
// confirmed yet, and what was confirmed too long ago. It is in the order of
// kind, unit and key.
func (c *Catalogue) Due(at time.Time) []models.Due {
	due := slices.Concat(c.dueProcedures(at), c.dueContacts(at), c.dueCalendar(at))
	for _, slug := range c.offices {
		due = append(due, models.Due{Kind: string(models.ContentUnit), Key: slug, Unit: slug, Why: models.DueVerify})
	}
	slices.SortFunc(due, models.Due.Compare)
	return due
}

func (c *Catalogue) dueProcedures(at time.Time) (due []models.Due) {
	add := func(unit, code string) {
		if p, known := c.ProcedureAt(unit, code); known && p.Doubt(at) != "" {
			due = append(due, models.Due{Kind: string(models.ContentProcedure), Key: code, Unit: unit, AsOf: p.AsOf, Why: p.Doubt(at)})
		}
	}
	for _, head := range c.Procedures() {
		add("", head.Code)
	}
	for unit, own := range c.changed.units {
		for code := range own {
			add(unit, code)
		}
	}
	return due
}

func (c *Catalogue) dueContacts(at time.Time) (due []models.Due) {
	for _, k := range c.contacts.list {
		if Outdated(k.AsOf, at) {
			due = append(due, models.Due{
				Kind: string(models.ContentContact), Key: k.Key(), Unit: k.Unit, AsOf: k.AsOf,
				Why: models.DueReview, Internal: !k.Public,
			})
		}
	}
	return due
}

// dueCalendar lists the hours while nobody has confirmed them, and the days to
// come that were only worked out.
func (c *Catalogue) dueCalendar(at time.Time) (due []models.Due) {
	if c.hoursVerify {
		due = append(due, models.Due{Kind: string(models.ContentHours), Key: OfficeHoursKey, Why: models.DueVerify})
	}
	today := c.calendar.Midnight(at).Format(time.DateOnly)
	for _, d := range c.holidays {
		if d.Verify && strings.Compare(d.Date, today) >= 0 {
			due = append(due, models.Due{Kind: string(models.ContentHoliday), Key: d.Date, Why: models.DueVerify})
		}
	}
	return due
}

// unconfirmed are the units whose address no officer has confirmed.
func (s unitsSource) unconfirmed() (slugs []string) {
	for _, u := range append([]unitSource{s.Province, s.Centre}, s.Units...) {
		if !u.Confirmed && u.Slug != "" {
			slugs = append(slugs, u.Slug)
		}
	}
	return slugs
}
