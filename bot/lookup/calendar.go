package lookup

import (
	"fmt"
	"slices"
	"time"

	"github.com/langnghe/langnghe/models"
)

type calendarSource struct {
	UTCOffset   string `json:"utc_offset"`
	OfficeHours struct {
		Days    []string
		Periods []Period
		Verify  bool
	} `json:"office_hours"`
	Years []yearSource
}

type yearSource struct {
	Tet     string       // the first day of the lunar year: "2027-02-06"
	Verify  bool         // worked out, not announced yet
	DaysOff []dateSource `json:"days_off"`
	MakeUp  []dateSource `json:"make_up_days"`
	Half    []dateSource `json:"half_days"` // worked in the morning only
}

type dateSource struct {
	Date, Name string
	Kind       string // compensation, swap, or holiday, also when it is ""
}

func (s calendarSource) calendar() (models.Calendar, error) {
	zone, err := time.Parse("-07:00", s.UTCOffset)
	if err != nil {
		return models.Calendar{}, fmt.Errorf("calendar: offset: %w", err)
	}
	_, offset := zone.Zone()
	h := models.Hours{Offset: time.Duration(offset) * time.Second, Own: map[string][]models.Span{}, Names: map[string]string{}}
	for _, d := range s.OfficeHours.Days {
		w, err := weekday(d)
		if err != nil {
			return models.Calendar{}, err
		}
		h.Weekdays = append(h.Weekdays, w)
	}
	for _, p := range s.OfficeHours.Periods {
		from, err := clock(p.From)
		if err != nil {
			return models.Calendar{}, err
		}
		to, err := clock(p.To)
		if err != nil {
			return models.Calendar{}, err
		}
		h.Spans = append(h.Spans, models.Span{From: from, To: to})
	}
	for _, y := range s.Years {
		h.DaysOff = append(h.DaysOff, dates(y.DaysOff)...)
		h.MakeUp = append(h.MakeUp, dates(y.MakeUp)...)
		for _, d := range y.Half {
			h.Own[d.Date] = h.Spans[:1]
		}
		for _, d := range slices.Concat(y.DaysOff, y.MakeUp, y.Half) {
			h.Names[d.Date] = d.Name
		}
	}
	return models.NewCalendar(h)
}

func weekday(short string) (time.Weekday, error) {
	for w := time.Sunday; w <= time.Saturday; w++ {
		if Fold(w.String()[:3]) == short {
			return w, nil
		}
	}
	return 0, fmt.Errorf("calendar: weekday %q", short)
}

func clock(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("calendar: hours: %w", err)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

func dates(list []dateSource) (out []string) {
	for _, d := range list {
		out = append(out, d.Date)
	}
	return out
}
