package hear

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// noonAt parts the spans of a day into morning and afternoon.
const noonAt = 12 * time.Hour

// answerHours works out when offices are open, as it was asked at that time.
func (e *Ear) answerHours(q hoursAsked, at time.Time) *bot.HoursView {
	cal := e.cat.Calendar()
	today := cal.Midnight(at)
	var v bot.HoursView
	switch {
	case q.day.IsZero() && (q.holiday != "" || q.anyBreak):
		v = e.breakOf(q.holiday, today)
	case !q.day.IsZero():
		v = e.answerDay(q, q.day, at)
	case q.now:
		v = e.answerDay(q, today, at)
	case q.hasClock:
		v = e.answerDay(q, cal.Midnight(cal.OpensAt(today)), at)
	default:
		v = e.answerWeek(q)
	}
	v.Part = q.part
	return &v
}

// answerWeek tells the ordinary week's hours, of the part of the day asked about
// when it is worked.
func (e *Ear) answerWeek(q hoursAsked) bot.HoursView {
	spans := e.cat.Calendar().Spans()
	v := bot.HoursView{Answer: bot.HoursWeek, Spans: written(spans), Verify: !e.cat.HoursConfirmed()}
	if q.part != "" && len(ofPart(spans, q.part)) == 0 {
		v.Answer = bot.HoursShut
	}
	return v
}

// answerDay tells whether a day, or the part of it asked about, is worked.
func (e *Ear) answerDay(q hoursAsked, day, at time.Time) bot.HoursView {
	cal := e.cat.Calendar()
	known, announced := e.cat.CalendarYear(day)
	v := bot.HoursView{Day: day, Verify: !announced || !e.cat.HoursConfirmed()}
	named, _ := e.cat.Holiday(day.Format(time.DateOnly))
	switch {
	case !known:
		v.Answer = bot.HoursUnknown
	case !cal.Works(day):
		v = e.off(v, plainName(named.Name), announced)
	default:
		v.MakeUp = named.Kind == "make_up"
		e.worked(&v, q, at)
	}
	return v
}

// off tells the stretch of days off around v.Day. Some counters are open on
// Saturday mornings, so that is never quite sure.
func (e *Ear) off(v bot.HoursView, name string, announced bool) bot.HoursView {
	v.Answer, v.Name = bot.HoursOff, name
	v.First, v.Last, v.Back, _ = e.cat.Calendar().Break(v.Day)
	v.Days = int(v.Last.Sub(v.First)/(24*time.Hour)) + 1
	v.Verify = !announced || v.Day.Weekday() == time.Saturday
	return v
}

// worked tells the hours of a working day, as far as they were asked about.
func (e *Ear) worked(v *bot.HoursView, q hoursAsked, at time.Time) {
	cal := e.cat.Calendar()
	spans := cal.SpansOn(v.Day)
	v.Answer, v.Spans = bot.HoursOpen, written(spans)
	today := cal.Midnight(at).Equal(v.Day)
	part := spans
	if q.part != "" {
		part = ofPart(spans, q.part)
	}
	switch {
	case q.hasClock:
		v.Clock = v.Day.Add(q.clock)
		if !cal.Open(v.Clock) {
			v.Answer = bot.HoursShut
		}
	case q.now && today && !cal.Open(at),
		today && len(part) > 0 && !at.Before(v.Day.Add(part[len(part)-1].To)):
		v.Answer, v.Back = bot.HoursOver, cal.OpensAt(at)
	case len(part) == 0:
		v.Answer = bot.HoursShut
	default:
		v.Spans = written(part)
	}
}

// ofPart are the spans that lie in a part of the day: none at noon and in the
// evening.
func ofPart(spans []models.Span, part string) (in []models.Span) {
	for _, s := range spans {
		if part == "morning" && s.From < noonAt || part == "afternoon" && s.From >= noonAt {
			in = append(in, s)
		}
	}
	return in
}

// written writes spans: "07:30–11:30".
func written(spans []models.Span) []string {
	clock := func(d time.Duration) string { return time.Time{}.Add(d).Format("15:04") }
	out := make([]string, len(spans))
	for i, s := range spans {
		out[i] = clock(s.From) + "–" + clock(s.To)
	}
	return out
}

// breakOf tells the stretch of days off around a holiday, of any of the law when
// name is "": the one that is now, else the next.
func (e *Ear) breakOf(name string, today time.Time) bot.HoursView {
	date := today.Format(time.DateOnly)
	if first, _, _, off := e.cat.Calendar().Break(today); off {
		date = first.Format(time.DateOnly)
	}
	days := e.cat.Holidays()
	i := slices.IndexFunc(days, func(d lookup.NamedDay) bool {
		return d.Date >= date && d.Kind == "holiday" && (name == "" && d.Law || name != "" && strings.HasPrefix(d.Name, name))
	})
	if i < 0 {
		return bot.HoursView{Answer: bot.HoursUnknown}
	}
	day, err := time.ParseInLocation(time.DateOnly, days[i].Date, today.Location())
	if err != nil {
		return bot.HoursView{Answer: bot.HoursUnknown}
	}
	v := e.off(bot.HoursView{Day: day}, plainName(days[i].Name), !days[i].Verify)
	v.Answer, v.Verify = bot.HoursBreak, days[i].Verify
	v.Name = cmp.Or(v.Name, name)
	return v
}

// plainName is a holiday's name without what stands in brackets.
func plainName(name string) string {
	name, _, _ = strings.Cut(name, " (")
	return name
}
