package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// watchEvery is how often a source is asked again for a dossier whose result
// somebody waits for.
const watchEvery = 3 * time.Hour

// DossierAsk is a dossier that a source is to be asked for.
type DossierAsk struct {
	Code     string
	Attempts int // this one included
}

// dossierAskRow is who asked for a dossier.
type dossierAskRow struct {
	Code, Conversation string
	At, NextAt         int64
	Attempts           int64
}

// AskDossier queues the question of a conversation for a dossier that is not
// known here. Asking again while it waits changes nothing. Woken fires.
func (t *Tx) AskDossier(code, conversation string) error {
	t.woke = true
	now := t.now.UnixMicro()
	_, err := t.run().exec(`INSERT INTO dossier_asks (code, conversation, at, next_at, attempts) VALUES (?, ?, ?, ?, 0)
ON CONFLICT (code, conversation) DO NOTHING`, clean(code), clean(conversation), now, now)
	return wrap("ask for a dossier", err)
}

// ClaimDossierAsks takes up to limit questions that are due, as dossiers, and
// hides them from others for lease.
func (s *Store) ClaimDossierAsks(ctx context.Context, limit int, lease time.Duration) ([]DossierAsk, error) {
	now := s.now()
	rows, err := find[dossierAskRow](s.write.WithContext(ctx), `UPDATE dossier_asks SET next_at = ?, attempts = attempts + 1 WHERE (code, conversation) IN
(SELECT o.code, o.conversation FROM dossier_asks o WHERE o.next_at <= ? ORDER BY o.next_at LIMIT ?`+s.skipLocked()+`) RETURNING *`,
		now.Add(lease).UnixMicro(), now.UnixMicro(), limit)
	if err != nil {
		return nil, wrap("claim a dossier's questions", err)
	}
	slices.SortFunc(rows, func(a, b dossierAskRow) int { return strings.Compare(a.Code, b.Code) })
	var asks []DossierAsk
	for _, w := range rows {
		if n := len(asks); n > 0 && asks[n-1].Code == w.Code {
			asks[n-1].Attempts = max(asks[n-1].Attempts, int(w.Attempts))
			continue
		}
		asks = append(asks, DossierAsk{w.Code, int(w.Attempts)})
	}
	return asks, nil
}

// PostponeDossierAsks makes the questions for a dossier due at next.
func (s *Store) PostponeDossierAsks(ctx context.Context, code string, next time.Time) error {
	_, err := on(s.write.WithContext(ctx)).exec("UPDATE dossier_asks SET next_at = ? WHERE code = ?", micros(next), clean(code))
	return wrap("postpone a dossier's questions", err)
}

// AnswerDossier ends the questions for a dossier: what the source told is kept,
// and all who asked hear of it by an event in the same transaction. told is nil
// when the source knows no such dossier, or, with a reason, gave no answer.
func (s *Store) AnswerDossier(ctx context.Context, code string, told *models.Dossier, reason string, done func(stage string) bool) error {
	return wrap("answer for a dossier", s.transact(ctx, func(t *Tx) error {
		if told != nil {
			if _, err := t.SaveDossiers([]models.Dossier{*told}, done); err != nil {
				return err
			}
		}
		asks, err := find[dossierAskRow](t.db, "DELETE FROM dossier_asks WHERE code = ? RETURNING *", clean(code))
		if err != nil {
			return err
		}
		var events []models.Event
		for _, a := range asks {
			if e, ok := models.DossierAnswer(a.Conversation, a.Code, reason, fromMicros(a.At), t.now); ok {
				events = append(events, e)
			}
		}
		return t.Append(events)
	}))
}

// ClaimWatchedDossiers takes up to limit dossiers whose source is to be asked
// again because somebody waits for the result. Those that nobody waits for any
// more are watched no longer.
func (s *Store) ClaimWatchedDossiers(ctx context.Context, limit int) (codes []string, err error) {
	err = s.transact(ctx, func(t *Tx) error {
		rows, err := find[dossierRow](t.db, "SELECT * FROM dossiers o WHERE o.watch > 0 AND o.watch <= ? ORDER BY o.watch LIMIT ?"+s.skipLocked(), t.now.UnixMicro(), limit)
		if err != nil || len(rows) == 0 {
			return err
		}
		due := each(rows, func(w dossierRow) string { return w.Code })
		among, list := t.run().among(due)
		awaited, err := find[follower](t.db, "SELECT DISTINCT code FROM dossier_followers WHERE told = 0 AND code "+among, list)
		if err != nil {
			return err
		}
		codes = each(awaited, func(f follower) string { return f.Code })
		return t.watchAgain(due, codes)
	})
	return codes, wrap("claim watched dossiers", err)
}

func (t *Tx) watchAgain(due, awaited []string) error {
	r := t.run()
	all, list := r.among(due)
	_, err := r.exec("UPDATE dossiers SET watch = 0 WHERE code "+all, list)
	some, list := r.among(awaited)
	_, err2 := r.exec("UPDATE dossiers SET watch = ? WHERE asked > 0 AND code "+some, t.now.Add(watchEvery).UnixMicro(), list)
	return errors.Join(err, err2)
}
