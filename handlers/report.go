package handlers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// report is figures as they are shown: on the page, in a workbook and on paper.
type report struct {
	Title, Period, Scope, Made string
	Tables                     []reportTable
}

// reportTable is one table, with a chart of it where there is one.
type reportTable struct {
	Key, Title string
	Head       []string
	Rows       [][]cell
	Chart      *chart // nil without one
}

// cell is a value as it is read, and as it is counted with.
type cell struct {
	Text   string
	Number float64
	Counts bool // Number is what the cell says
}

func word(text string) cell { return cell{Text: text} }

func number(n int) cell { return cell{strconv.Itoa(n), float64(n), true} }

// decimal is a number with one place, written as here.
func decimal(n float64) cell {
	return cell{strings.Replace(strconv.FormatFloat(n, 'f', 1, 64), ".", ",", 1), n, true}
}

// hours is a length of time, in hours.
func hours(d time.Duration, known bool) cell {
	if !known {
		return word(none)
	}
	return decimal(d.Hours())
}

// percent is a share.
func percent(share float64, known bool) cell {
	if !known {
		return word(none)
	}
	return decimal(100 * share)
}

// none stands where there is nothing to tell.
const none = "–"

// reporter words figures by the blocks of the page "figures".
type reporter struct {
	s     *server
	v     *visit
	fault error
}

// words is what a block of the page makes of a key.
func (r *reporter) words(block, key string) string {
	text, err := r.s.word("figures", block, key)
	if err != nil && r.fault == nil {
		r.fault = err
	}
	return text
}

func (r *reporter) word(key string) string { return r.words("figure", key) }

func (r *reporter) head(keys ...string) []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = r.word(k)
	}
	return names
}

// newReport words figures.
func (s *server) newReport(v *visit, p period, f models.Figures) (report, error) {
	r := &reporter{s: s, v: v}
	of := report{
		Title: r.word("title"), Scope: r.word("province"),
		Period: date(f.From) + " – " + date(f.To.Add(-time.Hour)), Made: when(s.Now()),
	}
	if unit := cmp.Or(v.who.Unit, p.Unit); unit != "" {
		of.Scope = s.nameOfUnit(unit)
	}
	of.Tables = append(of.Tables, r.sums(f), r.days(f.Days))
	if len(f.Units) > 1 {
		of.Tables = append(of.Tables, r.units(f.Units))
	}
	of.Tables = append(of.Tables,
		r.counts("categories", f.Categories, s.nameOfCategory),
		r.counts("channels", f.Platforms, func(key string) string { return r.words("channel", key) }),
		r.counts("kinds", f.Kinds, func(key string) string { return r.words("kind", key) }),
		r.counts("statuses", f.Statuses, func(key string) string { return r.words("status", key) }),
		r.counts("causes", f.Causes, func(key string) string { return r.words("cause", key) }),
		r.ratings(f.All), r.asked(f.Asked),
	)
	return of, r.fault
}

// sums tells all of the period in one column.
func (r *reporter) sums(f models.Figures) reportTable {
	s := f.All
	share, judged := s.OnTimeShare()
	t := reportTable{Key: "sums", Title: r.word("sums"), Head: r.head("measure", "value")}
	for _, row := range []struct {
		key string
		is  cell
	}{
		{"received", number(s.Received)}, {"open", number(s.Open)}, {"answered", number(s.Answered)},
		{"first-median", hours(s.ToFirst.Median, s.Answered > 0)}, {"first-90", hours(s.ToFirst.P90, s.Answered > 0)},
		{"resolved", number(s.Resolved)},
		{"resolved-median", hours(s.ToResolved.Median, s.Resolved > 0)}, {"resolved-90", hours(s.ToResolved.P90, s.Resolved > 0)},
		{"on-time", percent(share, judged)}, {"late", number(s.Late)}, {"reopened", number(s.Reopened)},
		{"score", score(s)}, {"rated", number(s.Rated())}, {"untold", number(s.Untold)}, {"untold-now", number(f.UntoldNow)},
	} {
		t.Rows = append(t.Rows, []cell{word(r.word(row.key)), row.is})
	}
	return t
}

func score(s models.Sum) cell {
	if s.Rated() == 0 {
		return word(none)
	}
	return decimal(s.Score())
}

// days tells what came in and was resolved, by day, week or month, as many as a
// chart can hold.
func (r *reporter) days(days []models.DayCount) reportTable {
	t := reportTable{Key: "days", Title: r.word("days"), Head: r.head("day", "received", "of-them-resolved")}
	for _, d := range bundled(days) {
		t.Rows = append(t.Rows, []cell{word(d.label), number(d.received), number(d.resolved)})
	}
	t.Chart = columns(t)
	return t
}

// bundle is some days that are shown as one.
type bundle struct {
	label              string
	received, resolved int
}

// bundled puts days together: into weeks beyond 45 days, into months beyond 200.
func bundled(days []models.DayCount) (list []bundle) {
	name := func(at time.Time) string { return local(at).Format("02/01") }
	switch n := len(days); {
	case n > 200:
		name = func(at time.Time) string { return local(at).Format("01/2006") }
	case n > 45:
		first := days[0].Date
		name = func(at time.Time) string {
			return local(first.Add(at.Sub(first) / (7 * 24 * time.Hour) * (7 * 24 * time.Hour))).Format("02/01")
		}
	}
	for _, d := range days {
		if label := name(d.Date); len(list) == 0 || list[len(list)-1].label != label {
			list = append(list, bundle{label: label})
		}
		last := &list[len(list)-1]
		last.received += d.Received
		last.resolved += d.Resolved
	}
	return list
}

// units compares units with each other.
func (r *reporter) units(units []models.UnitSum) reportTable {
	t := reportTable{
		Key: "units", Title: r.word("units"),
		Head: r.head("unit", "received", "open", "first-median", "first-90", "resolved-median", "resolved-90", "on-time", "late", "reopened", "score", "untold"),
	}
	onTime := []bar{}
	for _, u := range units {
		share, judged := u.OnTimeShare()
		name := r.s.nameOfUnit(u.Unit)
		t.Rows = append(t.Rows, []cell{
			word(name), number(u.Received), number(u.Open), hours(u.ToFirst.Median, u.Answered > 0), hours(u.ToFirst.P90, u.Answered > 0),
			hours(u.ToResolved.Median, u.Resolved > 0), hours(u.ToResolved.P90, u.Resolved > 0), percent(share, judged),
			number(u.Late), number(u.Reopened), score(u.Sum), number(u.Untold),
		})
		if judged {
			onTime = append(onTime, bar{Label: name, Text: percent(share, true).Text + " %", Value: 100 * share})
		}
	}
	slices.SortStableFunc(onTime, func(a, b bar) int { return cmp.Compare(a.Value, b.Value) }) // where help is needed first
	t.Chart = bars(r.word("on-time"), onTime, 100)
	return t
}

// counts tells how often each is, with a chart.
func (r *reporter) counts(key string, list []models.Count, name func(string) string) reportTable {
	t := reportTable{Key: key, Title: r.word(key), Head: r.head("what", "received")}
	for _, c := range list {
		t.Rows = append(t.Rows, []cell{word(cmp.Or(name(c.Key), c.Key, none)), number(c.N)})
	}
	t.Chart = barsOf(t)
	return t
}

// ratings tells how many gave which score.
func (r *reporter) ratings(s models.Sum) reportTable {
	t := reportTable{Key: "ratings", Title: r.word("ratings"), Head: r.head("given", "how-many")}
	for i := range s.Ratings {
		t.Rows = append(t.Rows, []cell{word(strconv.Itoa(i + 1)), number(s.Ratings[i])})
	}
	t.Chart = barsOf(t)
	return t
}

// asked tells what citizens asked about.
func (r *reporter) asked(list []models.Asked) reportTable {
	t := reportTable{Key: "asked", Title: r.word("asked"), Head: r.head("procedure", "how-many", "failed")}
	var names []ProcedureName
	if r.s.Knowledge != nil {
		names = r.s.names()
	}
	for _, a := range list {
		name := r.word("no-procedure")
		if a.Procedure != "" {
			name = nameOf(names, a.Procedure)
		}
		t.Rows = append(t.Rows, []cell{word(name), number(a.N), number(a.Failed)})
	}
	t.Chart = barsOf(t)
	return t
}
