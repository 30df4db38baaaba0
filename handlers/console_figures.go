package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	figuresPath = consolePath + "/figures"
	figuresDays = 30 // shown unless a period is chosen
)

// FigureStore counts what happened in a period.
type FigureStore interface {
	Figures(ctx context.Context, f store.FigureFilter) (models.Figures, error)
}

func (s *server) figureRoutes() {
	if s.Figures == nil || s.Deadlines == nil {
		return
	}
	s.page("GET /figures", models.ReadFigures, s.figuresPage)
	s.page("GET /figures.xlsx", models.ReadFigures, s.figuresSheet)
	s.page("GET /figures.pdf", models.ReadFigures, s.figuresPaper)
}

// period is what the page's address asks for: whole local days, the last one
// included.
type period struct {
	From, Until string // as dates
	Unit        string
	Name        string // of a preset, "" for one that was typed
}

// presets are the periods that one tap chooses; their names stand in the page.
var presets = [...]string{"7", "30", "month", "last-month", "quarter", "year"}

// readPeriod reads an address; without a period it is the last 30 days.
func readPeriod(q url.Values, today time.Time) period {
	p := period{From: text(q, "from"), Until: text(q, "until"), Unit: text(q, "unit"), Name: text(q, "period")}
	if p.From == "" && p.Until == "" || p.Name != "" {
		return p.preset(today)
	}
	return p
}

// preset fills in the days of the named period; any other name is the last 30 days.
func (p period) preset(today time.Time) period {
	first := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, today.Location())
	from, until := today.AddDate(0, 0, 1-figuresDays), today
	switch p.Name {
	case "7":
		from = today.AddDate(0, 0, -6)
	case "month":
		from = first
	case "last-month":
		from, until = first.AddDate(0, -1, 0), first.AddDate(0, 0, -1)
	case "quarter":
		from = first.AddDate(0, -int(today.Month()-1)%3, 0)
	case "year":
		from = time.Date(today.Year(), 1, 1, 0, 0, 0, 0, today.Location())
	default:
		p.Name = "30"
	}
	p.From, p.Until = from.Format(time.DateOnly), until.Format(time.DateOnly)
	return p
}

// At is the address of the same figures as a file: xlsx or pdf.
func (p period) At(file string) string {
	q := url.Values{"from": {p.From}, "until": {p.Until}}
	if p.Unit != "" {
		q.Set("unit", p.Unit)
	}
	return figuresPath + "." + file + "?" + q.Encode()
}

// figuresData is what the page shows.
type figuresData struct {
	Period  period
	Presets []string
	Units   []Named // to choose from; none for who sees one only
	Report  report
	Sum     models.Sum
	Untold  int  // now
	Calls   bool // the list of whom to call can be opened
}

// figuresPage shows a period.
func (s *server) figuresPage(v *visit) error {
	data := figuresData{Period: readPeriod(v.Request.URL.Query(), local(s.Now())), Presets: presets[:], Calls: s.Calls != nil}
	if v.who.Unit == "" {
		data.Units = s.choices().Units
	}
	figures, problem, err := s.countFigures(v, data.Period)
	if err != nil {
		return err
	}
	if problem != "" {
		status := http.StatusUnprocessableEntity
		if problem == "slow" {
			status = http.StatusServiceUnavailable
		}
		return v.refuse(status, "figures", problem, data)
	}
	data.Sum, data.Untold = figures.All, figures.UntoldNow
	if data.Report, err = s.newReport(v, data.Period, figures); err != nil {
		return err
	}
	return v.show("figures", data)
}

// countFigures asks the store. A problem is a word of the page.
func (s *server) countFigures(v *visit, p period) (f models.Figures, problem string, err error) {
	if p.Unit != "" && !s.hasUnit(p.Unit) {
		return f, "unit", nil
	}
	f, err = s.Figures.Figures(v.Request.Context(), store.FigureFilter{
		Seen: v.who, Unit: p.Unit, From: dayOf(p.From, 0), To: dayOf(p.Until, 1), Calendar: s.Deadlines().Calendar,
	})
	switch {
	case errors.Is(err, store.ErrPeriod):
		return f, "period", nil
	case errors.Is(err, context.DeadlineExceeded):
		return f, "slow", nil
	}
	return f, "", err
}

// figuresSheet is the period as a workbook.
func (s *server) figuresSheet(v *visit) error {
	return s.figuresFile(v, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", report.sheet)
}

// figuresPaper is the period as a PDF.
func (s *server) figuresPaper(v *visit) error {
	return s.figuresFile(v, "pdf", "application/pdf", report.paper)
}

func (s *server) figuresFile(v *visit, suffix, kind string, write func(report) ([]byte, error)) error {
	p := readPeriod(v.Request.URL.Query(), local(s.Now()))
	figures, problem, err := s.countFigures(v, p)
	if err != nil {
		return err
	}
	switch problem {
	case "":
	case "slow":
		return errBusy
	default:
		return invalid("query."+problem, "is not a period or unit to make figures of")
	}
	of, err := s.newReport(v, p, figures)
	if err != nil {
		return err
	}
	body, err := write(of)
	if err != nil {
		return err
	}
	v.Header("Content-Disposition", `attachment; filename="langnghe-`+p.From+"-"+p.Until+"."+suffix+`"`)
	v.Data(http.StatusOK, kind, body)
	return nil
}
