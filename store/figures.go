package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/langnghe/langnghe/models"
)

const (
	// figuresTimeout bounds the figures of one period, so that a large one holds
	// its pool, which is nobody else's, for no longer.
	figuresTimeout = 30 * time.Second
	// FiguresMost is the longest period that figures are made of.
	FiguresMost = 366 * 24 * time.Hour
	// askedMost is how many procedures are told that citizens asked about.
	askedMost = 20
)

// ErrPeriod says that a period is empty or longer than FiguresMost.
var ErrPeriod = errors.New("store: no period to make figures of")

// FigureFilter chooses what is counted: what Seen may know of, of cases received
// in the period.
type FigureFilter struct {
	Seen     models.Principal
	Unit     string    // "" is every unit that Seen sees
	From, To time.Time // To is outside; both are midnights of the calendar
	Calendar models.Calendar
}

// nothing reports whether the filter asks for what the principal never sees.
func (f FigureFilter) nothing() bool { return f.Unit != "" && !f.Seen.SeesUnit(f.Unit) }

// unit is the one unit that the filter is bound to, "" for all.
func (f FigureFilter) unit() string { return cmp.Or(f.Seen.Unit, clean(f.Unit)) }

// Figures counts a period as it stands now. It reads on a pool of its own: intake
// and inbox do not wait for it. ErrPeriod.
func (s *Store) Figures(ctx context.Context, f FigureFilter) (models.Figures, error) {
	if !f.From.Before(f.To) || f.To.Sub(f.From) > FiguresMost {
		return models.Figures{}, ErrPeriod
	}
	now := s.now()
	tally := models.NewTally(f.Calendar, f.From, f.To, now)
	if f.nothing() {
		return tally.Figures(), nil
	}
	ctx, cancel := context.WithTimeout(ctx, figuresTimeout)
	defer cancel()
	for _, count := range []func(context.Context, FigureFilter, *models.Tally) error{s.tallyCases, s.tallyRatings, s.tallyCalls} {
		if err := count(ctx, f, tally); err != nil {
			return models.Figures{}, wrap("count figures", err)
		}
	}
	figures := tally.Figures()
	var err error
	if figures.Asked, err = s.asked(ctx, f); err != nil {
		return models.Figures{}, wrap("count questions", err)
	}
	if before, known := f.Calendar.UntoldSince(now); known {
		figures.UntoldNow, err = s.Untold(ctx, f.Seen, f.Unit, before)
	}
	return figures, err
}

// factQuery reads the cases of a period in the order of an index, and of each
// what case_facts keeps of its history.
func (s *Store) factQuery(f FigureFilter) deskQuery {
	q := deskQuery{from: "cases c"}
	if !s.pg {
		index := "cases_created"
		if f.unit() != "" {
			index = "cases_unit"
		}
		q.from += " INDEXED BY " + index
	}
	q.from += " LEFT JOIN case_facts f ON f.code = c.code"
	q.equal("c.unit", f.unit())
	q.and("c.created_at >= ? AND c.created_at < ?", micros(f.From), micros(f.To))
	if rule, args := sensitiveRule(f.Seen, "c."); rule != "" {
		q.and(rule, args...)
	}
	return q
}

const factColumns = "c.unit, c.category, c.kind, c.platform, c.status, c.cause, c.created_at, c.due_at, c.resolved_at, COALESCE(f.first_at, 0), COALESCE(f.reopened, 0)"

func (s *Store) tallyCases(ctx context.Context, f FigureFilter, tally *models.Tally) error {
	q := s.factQuery(f)
	return on(s.figures.WithContext(ctx)).query(func(rows *sql.Rows) error {
		var c models.CaseFact
		var created, due, resolved, first int64
		err := rows.Scan(&c.Unit, &c.Category, &c.Kind, &c.Platform, &c.Status, &c.Cause, &created, &due, &resolved, &first, &c.Reopened)
		c.CreatedAt, c.DueAt, c.ResolvedAt, c.FirstAt = fromMicros(created), fromMicros(due), fromMicros(resolved), fromMicros(first)
		tally.Add(c)
		return err
	}, "SELECT "+factColumns+" "+q.text(), q.args...)
}

// ratingQuery chooses the ratings of the period, of cases that may be known of
// and of no case.
func ratingQuery(f FigureFilter) deskQuery {
	q := deskQuery{from: "ratings r LEFT JOIN cases c ON c.code = r.case_code"}
	q.and("r.at >= ? AND r.at < ?", micros(f.From), micros(f.To))
	q.equal("r.unit", f.unit())
	if rule, args := sensitiveRule(f.Seen, "c."); rule != "" {
		q.and("(c.code IS NULL OR "+rule+")", args...)
	}
	return q
}

func (s *Store) tallyRatings(ctx context.Context, f FigureFilter, tally *models.Tally) error {
	q := ratingQuery(f)
	return on(s.figures.WithContext(ctx)).query(func(rows *sql.Rows) error {
		var unit string
		var score, n int
		err := rows.Scan(&unit, &score, &n)
		tally.Rate(unit, score, n)
		return err
	}, "SELECT r.unit, r.score, COUNT(*) "+q.text()+" GROUP BY r.unit, r.score", q.args...)
}

// untoldQuery chooses the calls of the period.
func untoldQuery(f FigureFilter) deskQuery {
	q := deskQuery{from: callTables}
	q.and("k.opened_at >= ? AND k.opened_at < ?", micros(f.From), micros(f.To))
	boundCalls(&q, f.Seen, f.Unit)
	return q
}

func (s *Store) tallyCalls(ctx context.Context, f FigureFilter, tally *models.Tally) error {
	q := untoldQuery(f)
	return on(s.figures.WithContext(ctx)).query(func(rows *sql.Rows) error {
		var unit string
		var outcome models.CallOutcome
		var opened, done int64
		err := rows.Scan(&unit, &outcome, &opened, &done)
		if !outcome.Told() {
			done = 0
		}
		tally.Untold(unit, fromMicros(opened), fromMicros(done))
		return err
	}, "SELECT k.unit, k.outcome, k.opened_at, k.done_at "+q.text(), q.args...)
}

// askedQuery chooses the questions of the period.
func askedQuery(f FigureFilter) deskQuery {
	q := deskQuery{from: "questions q"}
	q.and("q.at >= ? AND q.at < ?", micros(f.From), micros(f.To))
	q.equal("q.unit", f.unit())
	return q
}

// asked counts what citizens asked about. What had no answer counts for no
// procedure, even where one was nearest.
func (s *Store) asked(ctx context.Context, f FigureFilter) ([]models.Asked, error) {
	q := askedQuery(f)
	var list []models.Asked
	err := on(s.figures.WithContext(ctx)).query(func(rows *sql.Rows) error {
		var a models.Asked
		err := rows.Scan(&a.Procedure, &a.N, &a.Failed)
		list = append(list, a)
		return err
	}, `SELECT CASE WHEN q.outcome = 'unknown' THEN '' ELSE q.procedure END AS about, COUNT(*),
SUM(CASE WHEN q.outcome IN ('unknown', 'wrong') THEN 1 ELSE 0 END) `+q.text()+" GROUP BY 1", q.args...)
	slices.SortFunc(list, func(a, b models.Asked) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Procedure, b.Procedure))
	})
	return list[:min(len(list), askedMost)], err
}

// FiguresMailed returns who was mailed the figures of a week, which is named by
// its first day.
func (s *Store) FiguresMailed(ctx context.Context, week string) ([]string, error) {
	var to []string
	err := s.read.WithContext(ctx).Table("figure_mails").Where("week = ?", clean(week)).Order("email").Pluck("email", &to).Error
	return to, wrap("list mailed figures", err)
}

// MarkFiguresMailed records that somebody was mailed the figures of a week.
func (s *Store) MarkFiguresMailed(ctx context.Context, week, to string) error {
	return s.transact(ctx, func(t *Tx) error {
		_, err := t.run().exec("INSERT INTO figure_mails (week, email, at) VALUES (?, ?, ?) ON CONFLICT (week, email) DO NOTHING",
			clean(week), email(to), t.now.UnixMicro())
		return wrap("record mailed figures", err)
	})
}
