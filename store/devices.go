package store

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"

	"github.com/langnghe/langnghe/models"
)

const (
	// devicesMost is how many devices an account has; a further one takes the place
	// of the oldest.
	devicesMost = 10
	// pushesMost is how many messages wait for a device: who comes back to more has
	// the inbox.
	pushesMost = 50
)

// PushKeys is the pair of keys by which push services know this installation
// (RFC 8292): base64url, the public one an uncompressed point of P-256.
type PushKeys struct{ Public, Private string }

// PushKeys returns the pair of this database, and makes it the first time. Of
// processes that do so at once, one's pair stands.
func (s *Store) PushKeys(ctx context.Context) (PushKeys, error) {
	keys, err := s.pushKeys(ctx)
	if !errors.Is(err, ErrNotFound) {
		return keys, wrap("read the keys of web push", err)
	}
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return PushKeys{}, wrap("make the keys of web push", err)
	}
	sealed, err := s.sealed(base64.RawURLEncoding.EncodeToString(private.Bytes()), pushKeysPlace)
	if err == nil {
		_, err = on(s.write.WithContext(ctx)).exec("INSERT INTO push_keys (id, public, private) VALUES (1, ?, ?) ON CONFLICT (id) DO NOTHING",
			base64.RawURLEncoding.EncodeToString(private.PublicKey().Bytes()), sealed)
	}
	if err == nil {
		keys, err = s.pushKeys(ctx)
	}
	return keys, wrap("make the keys of web push", err)
}

const pushKeysPlace = "push/private"

func (s *Store) pushKeys(ctx context.Context) (PushKeys, error) {
	type row struct{ Public, Private string }
	rows, err := find[row](s.write.WithContext(ctx), "SELECT public, private FROM push_keys WHERE id = 1")
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return PushKeys{}, err
	}
	private, err := s.opened(rows[0].Private, pushKeysPlace)
	if err != nil {
		return PushKeys{}, err
	}
	return PushKeys{rows[0].Public, private}, nil
}

// DeviceID names a device without letting anybody write to it.
func DeviceID(endpoint string) string { return digest(endpoint) }

// address is what of a device is kept sealed.
type address struct{ Endpoint, Key, Auth string }

type deviceRow struct {
	ID, Email, Sealed, Agent string
	CreatedAt, ToldAt        int64
}

func devicePlace(id string) string { return "device/" + id }

func (s *Store) device(w deviceRow) (models.Device, error) {
	text, err := s.opened(w.Sealed, devicePlace(w.ID))
	var a address
	if err == nil {
		err = json.Unmarshal([]byte(text), &a)
	}
	return models.Device{
		ID: w.ID, Email: w.Email, Endpoint: a.Endpoint, Key: a.Key, Auth: a.Auth, Agent: w.Agent,
		CreatedAt: fromMicros(w.CreatedAt), ToldAt: fromMicros(w.ToldAt),
	}, err
}

// AddDevice turns alerts on in a browser. One that another account had turned on
// is that account's no more.
func (t *Tx) AddDevice(d models.Device) error {
	text, err := json.Marshal(address{d.Endpoint, d.Key, d.Auth})
	if err != nil {
		return wrap("add a device", err)
	}
	id, r := DeviceID(d.Endpoint), t.run()
	sealed, err := t.s.sealed(string(text), devicePlace(id))
	if err != nil {
		return wrap("add a device", err)
	}
	if _, err = r.exec("DELETE FROM pushes WHERE device IN (SELECT id FROM devices WHERE id = ? AND email <> ?)", id, email(d.Email)); err != nil {
		return wrap("add a device", err)
	}
	_, err = r.exec(`INSERT INTO devices (id, email, sealed, agent, created_at, told_at) VALUES (?, ?, ?, ?, ?, 0)
ON CONFLICT (id) DO UPDATE SET email = excluded.email, sealed = excluded.sealed, agent = excluded.agent, created_at = excluded.created_at`,
		id, email(d.Email), sealed, clean(d.Agent), t.now.UnixMicro())
	if err == nil {
		_, err = r.exec(`DELETE FROM devices WHERE email = ? AND id NOT IN (SELECT id FROM (SELECT id FROM devices WHERE email = ?
ORDER BY created_at DESC, id LIMIT ?) AS latest)`, email(d.Email), email(d.Email), devicesMost)
	}
	return wrap("add a device", err)
}

// Devices returns the devices of the account, the latest first; of "" those of all
// accounts. What another secret key sealed is not among them: nothing reaches it.
func (s *Store) Devices(ctx context.Context, of string) ([]models.Device, error) {
	rows, err := find[deviceRow](s.read.WithContext(ctx), "SELECT * FROM devices WHERE email = ? OR ? = '' ORDER BY created_at DESC, id", email(of), email(of))
	if err != nil {
		return nil, wrap("list devices", err)
	}
	list := make([]models.Device, 0, len(rows))
	for _, w := range rows {
		if d, err := s.device(w); err == nil {
			list = append(list, d)
		}
	}
	return list, nil
}

// EndDevice turns alerts off in a browser of the account; of is "" when the push
// service knows the browser no more. ErrNotFound.
func (t *Tx) EndDevice(of, id string) error {
	r := t.run()
	n, err := r.exec("DELETE FROM devices WHERE id = ? AND (email = ? OR ? = '')", clean(id), email(of), email(of))
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err == nil {
		_, err = r.exec("DELETE FROM pushes WHERE device = ?", clean(id))
	}
	return wrap("end a device", err)
}

// Push has a device told of something, not before next. Of a device for which much
// waits, it is dropped.
func (t *Tx) Push(device string, kind models.AlertKind, code string, next time.Time) error {
	_, err := t.run().exec(`INSERT INTO pushes (device, kind, case_code, at, next_at, attempts)
SELECT id, ?, ?, ?, ?, 0 FROM devices WHERE id = ? AND (SELECT COUNT(*) FROM pushes WHERE device = ?) < ?`,
		string(kind), clean(code), t.now.UnixMicro(), micros(next), clean(device), clean(device), pushesMost)
	return wrap("have a device told", err)
}

// ClaimPushes takes up to limit messages that are due, so that no other process
// sends them before hold is over. Messages older than since are forgotten. Nothing
// is written while none is due.
func (s *Store) ClaimPushes(ctx context.Context, since time.Time, hold time.Duration, limit int) (list []models.Push, err error) {
	var due []int64
	err = s.read.WithContext(ctx).Raw("SELECT id FROM pushes WHERE next_at <= ? ORDER BY next_at, id LIMIT 1", s.now().UnixMicro()).Scan(&due).Error
	if err != nil || len(due) == 0 {
		return nil, wrap("find pushes that are due", err)
	}
	err = s.transact(ctx, func(t *Tx) error {
		list = nil
		r, lock := t.run(), ""
		if r.pg {
			lock = " FOR UPDATE SKIP LOCKED"
		}
		if _, err := r.exec("DELETE FROM pushes WHERE next_at <= ? AND at < ?", t.now.UnixMicro(), since.UnixMicro()); err != nil {
			return err
		}
		type row struct {
			ID, At, Attempts       int64
			Kind, CaseCode, Device string
		}
		rows, err := find[row](t.db, `UPDATE pushes SET next_at = ?, attempts = attempts + 1 WHERE id IN (SELECT id FROM pushes WHERE next_at <= ?
ORDER BY next_at, id LIMIT ?`+lock+`) RETURNING id, at, attempts, kind, case_code, device`, t.now.Add(hold).UnixMicro(), t.now.UnixMicro(), limit)
		if err != nil || len(rows) == 0 {
			return err
		}
		known, err := t.devices(each(rows, func(w row) string { return w.Device }))
		for _, w := range rows {
			if d, there := known[w.Device]; there {
				list = append(list, models.Push{
					ID: w.ID, Device: d, Kind: models.AlertKind(w.Kind), Case: w.CaseCode, At: fromMicros(w.At), Attempts: int(w.Attempts),
				})
			}
		}
		return err
	})
	return list, wrap("claim pushes", err)
}

func (t *Tx) devices(ids []string) (map[string]models.Device, error) {
	among, list := t.run().among(ids)
	rows, err := find[deviceRow](t.db, "SELECT * FROM devices WHERE id "+among, list)
	known := make(map[string]models.Device, len(rows))
	for _, w := range rows {
		if d, sealed := t.s.device(w); sealed == nil {
			known[w.ID] = d
		}
	}
	return known, err
}

// Pushed records that the push service took a message.
func (s *Store) Pushed(ctx context.Context, p models.Push) error {
	return s.transact(ctx, func(t *Tx) error {
		if err := t.DropPush(p.ID); err != nil {
			return err
		}
		_, err := t.run().exec("UPDATE devices SET told_at = ? WHERE id = ?", t.now.UnixMicro(), p.Device.ID)
		return wrap("note a device as told", err)
	})
}

// DropPush forgets a message.
func (t *Tx) DropPush(id int64) error {
	_, err := t.run().exec("DELETE FROM pushes WHERE id = ?", id)
	return wrap("forget a push", err)
}

// PushAgain has a message tried again then.
func (t *Tx) PushAgain(id int64, at time.Time) error {
	_, err := t.run().exec("UPDATE pushes SET next_at = ? WHERE id = ?", micros(at), id)
	return wrap("put off a push", err)
}
