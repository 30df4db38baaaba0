package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// PresenceFor is how long somebody counts as being at a case after they said so
// last. A page says it again well before.
const PresenceFor = 30 * time.Second

// Doing is what somebody is doing at a case or conversation.
type Doing string

// What may be done.
const (
	Looking Doing = "looking"
	Writing Doing = "writing"
)

// Presence says who is at a case (its code) or a conversation (its id) now.
type Presence struct {
	Item        string
	Email, Name string
	Doing       Doing
}

// presenceRow is one as it is stored.
type presenceRow struct {
	Item  string `gorm:"primaryKey"`
	Email string `gorm:"primaryKey"`
	Name  string
	Doing string
	Since int64
	Ends  int64
}

// TableName implements gorm's Tabler.
func (presenceRow) TableName() string { return "presences" }

// Attend notes that somebody is there for PresenceFor from now.
func (s *Store) Attend(ctx context.Context, p Presence) error {
	return s.transact(ctx, func(t *Tx) error {
		if _, err := t.run().exec("DELETE FROM presences WHERE ends <= ?", t.now.UnixMicro()); err != nil {
			return wrap("forget who left", err)
		}
		now := t.now.UnixMicro()
		row := presenceRow{clean(p.Item), email(p.Email), clean(p.Name), string(p.Doing), now, t.now.Add(PresenceFor).UnixMicro()}
		again := clause.Set{
			{Column: clause.Column{Name: "since"}, Value: clause.Expr{SQL: "CASE WHEN presences.doing = excluded.doing THEN presences.since ELSE excluded.since END"}},
			{Column: clause.Column{Name: "doing"}, Value: clause.Expr{SQL: "excluded.doing"}},
			{Column: clause.Column{Name: "name"}, Value: clause.Expr{SQL: "excluded.name"}},
			{Column: clause.Column{Name: "ends"}, Value: clause.Expr{SQL: "excluded.ends"}},
		}
		err := t.db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "item"}, {Name: "email"}}, DoUpdates: again}).Create(&row).Error
		return wrap("note who is there", err)
	})
}

// Leave notes that somebody is there no more.
func (s *Store) Leave(ctx context.Context, item, of string) error {
	return s.transact(ctx, func(t *Tx) error {
		_, err := t.run().exec("DELETE FROM presences WHERE item = ? AND email = ?", clean(item), email(of))
		return wrap("note who left", err)
	})
}

// Present returns who is at each of the items now, those who came first first.
func (s *Store) Present(ctx context.Context, items []string) (map[string][]Presence, error) {
	if len(items) == 0 {
		return nil, nil
	}
	db := s.desk.WithContext(ctx)
	among, list := on(db).among(items)
	rows, err := find[presenceRow](db, "SELECT * FROM presences WHERE ends > ? AND item "+among+" ORDER BY since, email", s.now().UnixMicro(), list)
	found := map[string][]Presence{}
	for _, w := range rows {
		found[w.Item] = append(found[w.Item], Presence{w.Item, w.Email, w.Name, Doing(w.Doing)})
	}
	return found, wrap("list who is there", err)
}
