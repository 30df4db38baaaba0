package store

import "time"

const (
	// brakeForget is after how long without a try a key is forgotten.
	brakeForget = 24 * time.Hour
	// brakesKept is how many keys are remembered: beyond it those that hold
	// nobody up make room, the oldest first.
	brakesKept = 20_000
	brakesRoom = 1000
)

// Brake slows tries down that do not succeed: Free are free, and after each
// further one nobody may try for First, twice that, and so on up to Most.
type Brake struct {
	Key         string // what is tried, or who tries
	Free        int
	First, Most time.Duration
}

// wait is how long nobody may try after the given number of tries.
func (b Brake) wait(tries int64) time.Duration {
	over := tries - int64(b.Free)
	if over <= 0 {
		return 0
	}
	wait := b.First
	for i := int64(1); i < over && wait < b.Most; i++ {
		wait *= 2
	}
	return min(wait, b.Most)
}

// Try counts a try before it is made, so that many at once are no way around the
// brake. It returns until when nobody may try, and in that case nothing was
// counted and the try must not be made; else the zero time. first reports that
// this try is the first after which there is a wait.
func (t *Tx) Try(b Brake) (until time.Time, first bool, err error) {
	key, now := digest(b.Key), t.now
	type row struct{ Tries int64 }
	rows, err := find[row](t.db, `INSERT INTO brakes (key, tries, at, until) VALUES (?, 1, ?, 0)
ON CONFLICT (key) DO UPDATE SET tries = CASE WHEN brakes.at < ? THEN 1 ELSE brakes.tries + 1 END, at = excluded.at
WHERE brakes.until <= ? RETURNING tries`, key, now.UnixMicro(), now.Add(-brakeForget).UnixMicro(), now.UnixMicro())
	if err != nil {
		return time.Time{}, false, wrap("count try", err)
	}
	if len(rows) == 0 {
		var us int64
		err := t.db.Raw("SELECT until FROM brakes WHERE key = ?", key).Scan(&us).Error
		return fromMicros(us), false, wrap("read brake", err)
	}
	tries := rows[0].Tries
	if wait := b.wait(tries); wait > 0 {
		_, err = t.run().exec("UPDATE brakes SET until = ? WHERE key = ?", now.Add(wait).UnixMicro(), key)
	}
	if err == nil && tries == 1 {
		err = t.forgetBrakes()
	}
	return time.Time{}, tries == int64(b.Free)+1, wrap("hold brake", err)
}

// forgetBrakes keeps the table bounded; it is called for each new key.
func (t *Tx) forgetBrakes() error {
	r := t.run()
	if _, err := r.exec("DELETE FROM brakes WHERE at < ?", t.now.Add(-brakeForget).UnixMicro()); err != nil {
		return err
	}
	_, err := r.exec(`DELETE FROM brakes WHERE key IN (SELECT key FROM brakes WHERE until <= ?
AND (SELECT COUNT(*) FROM brakes) > ? ORDER BY at LIMIT ?)`, t.now.UnixMicro(), int64(brakesKept), int64(brakesRoom))
	return err
}

// Succeeded takes the latest try back: it was none of those that are braked.
func (t *Tx) Succeeded(key string) error {
	_, err := t.run().exec("UPDATE brakes SET tries = tries - 1, until = 0 WHERE key = ? AND tries > 0", digest(key))
	return wrap("take try back", err)
}

// ReleaseBrake forgets all tries of a key.
func (t *Tx) ReleaseBrake(key string) error {
	_, err := t.run().exec("DELETE FROM brakes WHERE key = ?", digest(key))
	return wrap("release brake", err)
}
