package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// dossierRow is a dossier as it is stored.
type dossierRow struct {
	Code      string `gorm:"primaryKey"`
	Tail      string
	Procedure string
	Unit      string
	Stage     string
	Received  int64
	Due       int64
	Result    string
	Updated   int64
	Asked     int64
	Watch     int64
}

// TableName implements gorm's Tabler.
func (dossierRow) TableName() string { return "dossiers" }

func newDossierRow(d models.Dossier) dossierRow {
	return dossierRow{
		Code: clean(d.Code), Tail: models.DossierTail(d.Code), Procedure: clean(d.Procedure), Unit: clean(d.Unit),
		Stage: clean(d.Stage), Received: micros(d.Received), Due: micros(d.Due), Result: clean(d.Result),
		Updated: micros(d.Updated), Asked: micros(d.Asked),
	}
}

func (w dossierRow) model() models.Dossier {
	return models.Dossier{
		Code: w.Code, Procedure: w.Procedure, Unit: w.Unit, Stage: w.Stage, Received: fromMicros(w.Received),
		Due: fromMicros(w.Due), Result: w.Result, Updated: fromMicros(w.Updated), Asked: fromMicros(w.Asked),
	}
}

// DossierOutcome is what a list of dossiers changed.
type DossierOutcome struct {
	Added, Changed, Unchanged int
}

// Dossiers returns those of these codes that are known, by code, locked for
// change.
func (t *Tx) Dossiers(codes []string) (map[string]models.Dossier, error) {
	rows, err := t.dossiers(codes)
	known := make(map[string]models.Dossier, len(rows))
	for _, w := range rows {
		known[w.Code] = w.model()
	}
	return known, wrap("find dossiers", err)
}

func (t *Tx) dossiers(codes []string) ([]dossierRow, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	among, list := t.run().among(slices.Sorted(slices.Values(codes)))
	return find[dossierRow](t.db, "SELECT * FROM dossiers o WHERE code "+among+" ORDER BY code"+t.forUpdate(), list)
}

// forUpdate locks the rows of o; on SQLite a transaction that writes has the
// whole file.
func (t *Tx) forUpdate() string {
	if t.s.pg {
		return " FOR UPDATE OF o"
	}
	return ""
}

// Dossier returns the one of that code. Of a code without the office's part, it
// is the one of the unit, if only one there has that day and number. ErrNotFound.
func (t *Tx) Dossier(code, unit string) (*models.Dossier, error) {
	rows, err := find[dossierRow](t.db, "SELECT * FROM dossiers WHERE code = ?", clean(code))
	if err == nil && len(rows) == 0 && models.DossierTail(code) == code {
		rows, err = find[dossierRow](t.db, "SELECT * FROM dossiers WHERE tail = ? AND tail <> '' AND unit = ? LIMIT 2", clean(code), clean(unit))
	}
	if err == nil && len(rows) != 1 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, wrap("find dossier", err)
	}
	d := rows[0].model()
	return &d, nil
}

// SaveDossiers takes over a list, all or none. What a dossier does not say stays
// as it was. What is older than what is known
// counts as unchanged, and what a source told never replaces what a list says.
// done tells the stages in which whoever waits for the result is told, once, by
// an event in this transaction.
func (t *Tx) SaveDossiers(list []models.Dossier, done func(stage string) bool) (DossierOutcome, error) {
	var o DossierOutcome
	for part := range slices.Chunk(slices.SortedFunc(slices.Values(list), byDossierCode), contentBatch) {
		if err := t.saveDossiers(part, done, &o); err != nil {
			return DossierOutcome{}, wrap("save dossiers", err)
		}
	}
	return o, nil
}

// byDossierCode orders rows so that two lists at once wait for each other in one
// direction only.
func byDossierCode(a, b models.Dossier) int { return cmp.Compare(a.Code, b.Code) }

func (t *Tx) saveDossiers(list []models.Dossier, done func(string) bool, o *DossierOutcome) error {
	known, err := t.Dossiers(each(list, func(d models.Dossier) string { return d.Code }))
	if err != nil {
		return err
	}
	var rows []dossierRow
	var ready []string
	for _, d := range list {
		before, there := known[d.Code]
		d = d.Over(before)
		switch {
		case !there:
			o.Added++
		case settledBefore(before, d):
			o.Unchanged++
			continue
		default:
			o.Changed++
		}
		d.Updated = t.since(d)
		rows = append(rows, newDossierRow(d))
		known[d.Code] = d
		if done(d.Stage) {
			ready = append(ready, d.Code)
		}
	}
	if err := t.writeDossiers(rows); err != nil {
		return err
	}
	return t.tellFollowers(ready)
}

// since is when a dossier was in its stage: now, when nobody said.
func (t *Tx) since(d models.Dossier) time.Time {
	if d.Updated.IsZero() {
		return t.now
	}
	return d.Updated
}

// settledBefore reports whether what is known already says as much. What a
// source told is noted again, for it is as fresh as its asking.
func settledBefore(before, d models.Dossier) bool {
	older := !d.Updated.IsZero() && d.Updated.Before(before.Updated)
	switch {
	case d.Asked.IsZero() && before.Asked.IsZero():
		return older || before.SameAs(d)
	case d.Asked.IsZero():
		return false // a list replaces what a source told
	default:
		return before.Asked.IsZero() || d.Asked.Before(before.Asked)
	}
}

// writeDossiers leaves alone when a source is to be asked again.
func (t *Tx) writeDossiers(rows []dossierRow) error {
	if len(rows) == 0 {
		return nil
	}
	return t.db.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "code"}},
		DoUpdates: clause.AssignmentColumns([]string{"tail", "procedure", "unit", "stage", "received", "due", "result", "updated", "asked"}),
	}).CreateInBatches(&rows, contentBatch).Error
}

// follower is somebody who waits for a result.
type follower struct {
	Code, Conversation string
	At, Told           int64
}

// tellFollowers tells who waits for these dossiers and was not told yet.
func (t *Tx) tellFollowers(codes []string) error {
	if len(codes) == 0 {
		return nil
	}
	r := t.run()
	among, list := r.among(codes)
	waiting, err := find[follower](t.db, "UPDATE dossier_followers SET told = ? WHERE told = 0 AND code "+among+" RETURNING *", t.now.UnixMicro(), list)
	if err != nil {
		return err
	}
	if _, err := r.exec("UPDATE dossiers SET watch = 0 WHERE watch > 0 AND code "+among, list); err != nil {
		return err
	}
	var events []models.Event
	for _, f := range waiting {
		if e, ok := models.DossierReady(f.Conversation, f.Code, fromMicros(f.At), t.now); ok {
			events = append(events, e)
		}
	}
	return t.Append(events)
}

// FollowDossier has a conversation told of the result of a dossier that is
// known, once; when it is there meanwhile, at once. Following again after the
// notice waits for another. ErrNotFound.
func (t *Tx) FollowDossier(code, conversation string, done func(stage string) bool) error {
	_, err := t.run().exec(`INSERT INTO dossier_followers (code, conversation, at, told) VALUES (?, ?, ?, 0)
ON CONFLICT (code, conversation) DO UPDATE SET at = excluded.at, told = 0 WHERE dossier_followers.told <> 0`, clean(code), clean(conversation), t.now.UnixMicro())
	if err != nil {
		return wrap("follow dossier", err)
	}
	// After the insert: a list that is being saved either sees it, or is waited for here.
	rows, err := t.dossiers([]string{clean(code)})
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return wrap("follow dossier", err)
	}
	if done(rows[0].Stage) {
		return wrap("follow dossier", t.tellFollowers([]string{rows[0].Code}))
	}
	_, err = t.run().exec("UPDATE dossiers SET watch = ? WHERE code = ? AND asked > 0 AND watch = 0", t.now.Add(watchEvery).UnixMicro(), rows[0].Code)
	return wrap("follow dossier", err)
}

// UnfollowDossier ends it.
func (t *Tx) UnfollowDossier(code, conversation string) error {
	_, err := t.run().exec("DELETE FROM dossier_followers WHERE code = ? AND conversation = ?", clean(code), clean(conversation))
	return wrap("unfollow dossier", err)
}

// FollowsDossier reports whether the conversation waits for the result.
func (t *Tx) FollowsDossier(code, conversation string) (bool, error) {
	var n int64
	err := t.db.Raw("SELECT COUNT(*) FROM dossier_followers WHERE code = ? AND conversation = ? AND told = 0", clean(code), clean(conversation)).Scan(&n).Error
	return n > 0, wrap("find a dossier's follower", err)
}

// forgetDossiers forgets which dossiers a conversation asked for until then.
func forgetDossiers(db *gorm.DB, conversation string, until int64) error {
	for _, table := range []string{"dossier_followers", "dossier_asks"} {
		if _, err := on(db).exec("DELETE FROM "+table+" WHERE conversation = ? AND at <= ?", conversation, until); err != nil {
			return err
		}
	}
	return nil
}
