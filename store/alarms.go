package store

import (
	"context"
	"time"
)

// AlarmDanger is the kind of alarm of which the duty contact is told at once.
const AlarmDanger = "danger"

// Alarm is something that staff must look at, told without a citizen's words.
type Alarm struct {
	ID       int64
	Kind     string // "danger", "human", "reopened", "channel", "parked"
	Unit     string // slug of the unit that it concerns
	About    string // of a danger, its code; of a case, the case's; else what happened
	Category string // code of the taxonomy, or ""
	Channel  string // channel key of the conversation, or ""
	Case     string // code, or ""
	At       time.Time
}

// alarmRow is an alarm as it is stored.
type alarmRow struct {
	ID       int64 `gorm:"primaryKey"`
	Kind     string
	Unit     string
	About    string
	At       int64
	Category string
	Channel  string
	CaseCode string
	MailedAt int64
}

// TableName implements gorm's Tabler.
func (alarmRow) TableName() string { return "alarms" }

func (w alarmRow) model() Alarm {
	return Alarm{
		ID: w.ID, Kind: w.Kind, Unit: w.Unit, About: w.About, Category: w.Category, Channel: w.Channel,
		Case: w.CaseCode, At: fromMicros(w.At),
	}
}

// Alarm stores an alarm for staff: kind, unit and what it is about, without a
// citizen's words.
func (t *Tx) Alarm(kind, unit, about string) error {
	return t.Raise(Alarm{Kind: kind, Unit: unit, About: about})
}

// Raise stores an alarm for staff; its ID and time are given by the store.
func (t *Tx) Raise(a Alarm) error {
	row := alarmRow{
		Kind: clean(a.Kind), Unit: clean(a.Unit), About: clean(a.About), At: t.now.UnixMicro(),
		Category: clean(a.Category), Channel: clean(a.Channel), CaseCode: clean(a.Case),
	}
	return wrap("store alarm", t.db.Create(&row).Error)
}

// UnmailedDangers returns up to limit dangers raised since then of which the
// duty contact was not told, oldest first.
func (s *Store) UnmailedDangers(ctx context.Context, since time.Time, limit int) ([]Alarm, error) {
	rows, err := find[alarmRow](s.read.WithContext(ctx),
		"SELECT * FROM alarms WHERE kind = 'danger' AND mailed_at = 0 AND at >= ? ORDER BY id LIMIT ?", since.UnixMicro(), limit)
	return each(rows, alarmRow.model), wrap("list dangers", err)
}

// MarkMailed records that the duty contact was told of these alarms.
func (s *Store) MarkMailed(ctx context.Context, ids []int64) error {
	return s.transact(ctx, func(t *Tx) error {
		r := t.run()
		among, list := r.among(ids)
		_, err := r.exec("UPDATE alarms SET mailed_at = ? WHERE id "+among, t.now.UnixMicro(), list)
		return wrap("record that dangers were told", err)
	})
}
