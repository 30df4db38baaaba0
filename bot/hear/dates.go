package hear

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/langnghe/langnghe/bot/lookup"
)

// number returns the figure that word i is, at most most, or 0.
func (h hoursReader) number(i, most int) int {
	if i >= len(h.words) {
		return 0
	}
	n, err := strconv.Atoi(h.words[i].Fold)
	if err != nil || n < 1 || n > most {
		return 0
	}
	return n
}

// between is what stands between word i and the next, without blanks.
func (h hoursReader) between(i int) string {
	return strings.TrimSpace(h.text[h.words[i].End:h.words[i+1].Start])
}

// begins returns where a phrase of the list that begins at word i ends, or i.
func (h hoursReader) begins(list lookup.Phrases, i int) int {
	for n := min(i+3, len(h.words)); n > i; n-- {
		if list.Is(h.words[i:n]) {
			return n
		}
	}
	return i
}

// latestYear is the last year that a date is read of.
const latestYear = 2100

// date reads "24/11", "24-11-2026" and "24 tháng 11 năm 2026". Without a year it
// is the next such day from today on.
func (h hoursReader) date() time.Time {
	for i := range h.words {
		day, month, after := h.dayMonth(i)
		if month == 0 {
			continue
		}
		year, end := h.year(after)
		h.mark(i, end)
		if year != 0 {
			return h.on(year, month, day)
		}
		at := h.on(h.today.Year(), month, day)
		if at.Before(h.today) {
			at = h.on(h.today.Year()+1, month, day)
		}
		return at
	}
	return time.Time{}
}

func (h hoursReader) on(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, h.today.Location())
}

// dayMonth reads a day and a month from word i on, and where they end.
func (h hoursReader) dayMonth(i int) (day, month, end int) {
	day = h.number(i, 31)
	if day == 0 || i+1 >= len(h.words) {
		return 0, 0, i
	}
	if word := h.begins(h.l.month, i+1); word > i+1 {
		return day, h.number(word, 12), word + 1
	}
	if sep := h.between(i); sep == "/" || sep == "-" || sep == "." {
		return day, h.number(i+1, 12), i + 2
	}
	return 0, 0, i
}

// year reads a year behind a date that ends before word i.
func (h hoursReader) year(i int) (year, end int) {
	for at := i; at < min(i+2, len(h.words)); at++ { // "năm" may stand between
		if y := h.number(at, latestYear); y >= 2000 {
			return y, at + 1
		}
	}
	return 0, min(i, len(h.words))
}

// lunarMonth is how many days the last lunar month has when the calendar does
// not tell; otherwise it has 29.
const lunarMonth = 30

// newYearDay reads "mùng 3 tết" and "28 tết".
func (h hoursReader) newYearDay() time.Time {
	for i := range h.words {
		if end := h.begins(h.l.newYearDays, i); end > i {
			if n := h.number(end, 15); n > 0 {
				h.mark(i, end+1)
				return h.lunarNewYear(n - 1)
			}
		}
		if n := h.number(i, lunarMonth); n > 20 {
			if end := h.begins(h.l.oldYear, i+1); end > i+1 {
				h.mark(i, end)
				return h.lunarNewYear(n - 1 - h.lastLunarDay())
			}
		}
	}
	return time.Time{}
}

// lunarSpan is for how many days of a new year it is the one that is meant.
const lunarSpan = 10

// newYear is the first day of the lunar year that is coming or has just begun.
func (h hoursReader) newYear() (time.Time, bool) {
	since := h.today.AddDate(0, 0, -lunarSpan).Format(time.DateOnly)
	years := h.cat.NewYears()
	at := slices.IndexFunc(years, func(date string) bool { return date >= since })
	if at < 0 {
		return time.Time{}, false
	}
	day, err := time.ParseInLocation(time.DateOnly, years[at], h.today.Location())
	return day, err == nil
}

// lunarNewYear is the day that many days after the first of the lunar year.
func (h hoursReader) lunarNewYear(days int) time.Time {
	first, known := h.newYear()
	if !known {
		return time.Time{}
	}
	return first.AddDate(0, 0, days)
}

var bracketed = regexp.MustCompile(`\((\d+)`)

// lastLunarDay is the number of the last day of the old year, which the calendar
// tells in that day's name: "… (29 tháng Chạp)".
func (h hoursReader) lastLunarDay() int {
	eve, _ := h.cat.Holiday(h.lunarNewYear(-1).Format(time.DateOnly))
	if m := bracketed.FindStringSubmatch(eve.Name); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			return n
		}
	}
	return lunarMonth
}

var clockLike = regexp.MustCompile(`^([0-9]{1,2})[hg]([0-9]{2})?$`)

// readClock reads a time of day: "5h chiều", "17:30", "7 giờ rưỡi".
func (h hoursReader) readClock(part string) (time.Duration, bool) {
	for i, w := range h.words {
		hour, minute, end := h.clockAt(i, w)
		if end == i || hour > 23 || minute > 59 {
			continue
		}
		h.mark(i, end)
		if half := h.begins(h.l.half, end); half > end {
			minute = 30
			h.mark(end, half)
		}
		return time.Duration(afternoon(hour, part))*time.Hour + time.Duration(minute)*time.Minute, true
	}
	return 0, false
}

// clockAt reads a time of day that begins at word i, and where it ends.
func (h hoursReader) clockAt(i int, w lookup.Word) (hour, minute, end int) {
	if m := clockLike.FindStringSubmatch(w.Fold); m != nil {
		hour, _ = strconv.Atoi(m[1]) // the pattern lets nothing else through
		minute, _ = strconv.Atoi(m[2])
		return hour, minute, i + 1
	}
	hour = h.number(i, 23)
	if hour == 0 || i+1 >= len(h.words) {
		return 0, 0, i
	}
	if h.between(i) == ":" {
		return hour, h.number(i+1, 59), i + 2
	}
	if word := h.begins(h.l.clock, i+1); word > i+1 {
		if m := h.number(word, 59); m > 0 {
			return hour, m, word + 1
		}
		return hour, 0, word
	}
	return 0, 0, i
}

// afternoon turns the hour that people say into the one of the clock: five in
// the afternoon is 17, and so is five where nothing is said, for an office.
func afternoon(hour int, part string) int {
	switch {
	case part == "morning" || hour >= 12:
	case part == "afternoon", part == "evening", hour < 6, part == "noon" && hour < 3:
		hour += 12
	}
	return hour
}
