package store

import (
	"context"
	"time"
)

// The kinds of alarm that are mailed at once: of a danger to life or limb, and of
// a resolved case that its citizen calls not done.
const (
	AlarmDanger   = "danger"
	AlarmReopened = "reopened"
)

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

// Unmailed returns up to limit alarms of the kind, raised since then, that were
// not mailed, oldest first.
func (s *Store) Unmailed(ctx context.Context, kind string, since time.Time, limit int) ([]Alarm, error) {
	rows, err := find[alarmRow](s.read.WithContext(ctx),
		"SELECT * FROM alarms WHERE kind = ? AND mailed_at = 0 AND at >= ? ORDER BY id LIMIT ?", kind, since.UnixMicro(), limit)
	return each(rows, alarmRow.model), wrap("list alarms", err)
}

// MarkMailed records that these alarms were mailed, or that there is nobody to
// mail them to.
func (s *Store) MarkMailed(ctx context.Context, ids []int64) error {
	return s.transact(ctx, func(t *Tx) error {
		r := t.run()
		among, list := r.among(ids)
		_, err := r.exec("UPDATE alarms SET mailed_at = ? WHERE id "+among, t.now.UnixMicro(), list)
		return wrap("record that alarms were mailed", err)
	})
}
