package store

import (
	"context"
	"time"

	"github.com/langnghe/langnghe/models"
)

// The kinds of alarm that are mailed at once: of a danger to life or limb, of a
// resolved case that its citizen calls not done, of a note that names somebody, of a channel that
// fell silent in office hours, and of one whose token is dead. The last two stand until their
// trouble is over.
const (
	AlarmDanger    = "danger"
	AlarmReopened  = "reopened"
	AlarmMentioned = "mentioned" // About is the e-mail of who is named
	AlarmSilent    = "silent"
	AlarmToken     = "token"
)

// AlarmChannel is the kind of what else happens to a channel.
const AlarmChannel = "channel"

// AlarmHuman is the kind of alarm of a conversation that asks for a person.
const AlarmHuman = "human"

// Alarm is something that staff must look at, told without a citizen's words.
type Alarm struct {
	ID       int64
	Kind     string // "danger", "human", "reopened", "mentioned", "channel", "silent", "token", "parked"
	Unit     string // slug of the unit that it concerns
	About    string // of a danger, its code; of a case, the case's; else what happened
	Category string // code of the taxonomy, or ""
	Channel  string // channel key, of the conversation or by itself, or ""
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
	EndedAt  int64
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
	if err := t.db.Create(&row).Error; err != nil {
		return wrap("store alarm", err)
	}
	kind, told := map[string]models.AlertKind{
		AlarmDanger: models.AlertDanger, AlarmHuman: models.AlertPerson, AlarmMentioned: models.AlertMentioned,
	}[a.Kind]
	if !told {
		return nil
	}
	return t.alert(Alert{Kind: kind, Unit: a.Unit, Case: a.Case, About: a.About})
}

// standing bounds alarms to those that stand.
const standing = "ended_at = 0 AND kind IN ('silent', 'token')"

// Stand raises an alarm that stands until EndAlarms: one of its kind for each
// channel. One that stands already is mailed again only when it is about something
// else now.
func (t *Tx) Stand(a Alarm) error {
	_, err := t.run().exec(`INSERT INTO alarms (kind, unit, about, at, channel) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (kind, channel) WHERE `+standing+` DO UPDATE SET about = excluded.about, mailed_at = 0 WHERE alarms.about <> excluded.about`,
		clean(a.Kind), clean(a.Unit), clean(a.About), t.now.UnixMicro(), key(a.Channel))
	return wrap("store a standing alarm", err)
}

// Standing returns the alarms that stand, oldest first.
func (s *Store) Standing(ctx context.Context) ([]Alarm, error) {
	rows, err := find[alarmRow](s.read.WithContext(ctx), "SELECT * FROM alarms WHERE "+standing+" ORDER BY id")
	return each(rows, alarmRow.model), wrap("list standing alarms", err)
}

// EndAlarms records that the trouble of standing alarms is over.
func (t *Tx) EndAlarms(ids []int64) error {
	r := t.run()
	among, list := r.among(ids)
	_, err := r.exec("UPDATE alarms SET ended_at = ? WHERE "+standing+" AND id "+among, t.now.UnixMicro(), list)
	return wrap("end alarms", err)
}

// Unmailed returns up to limit alarms of the kind, raised since then, that were
// not mailed and whose trouble is not over, oldest first.
func (s *Store) Unmailed(ctx context.Context, kind string, since time.Time, limit int) ([]Alarm, error) {
	rows, err := find[alarmRow](s.read.WithContext(ctx),
		"SELECT * FROM alarms WHERE kind = ? AND mailed_at = 0 AND ended_at = 0 AND at >= ? ORDER BY id LIMIT ?", kind, since.UnixMicro(), limit)
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
