package store

import (
	"context"
	"errors"
	"time"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm/clause"
)

// tokenRandom is how many random bytes an API token has.
const tokenRandom = 32

// apiTokenRow is an API token as it is stored.
type apiTokenRow struct {
	Hash      string `gorm:"primaryKey"`
	Name      string
	Email     string
	Role      string
	Unit      string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

// TableName implements gorm's Tabler.
func (apiTokenRow) TableName() string { return "api_tokens" }

// CreateToken makes an API token and returns it; only its hash is kept.
func (s *Store) CreateToken(ctx context.Context, p models.Principal) (string, error) {
	token := "ln_" + randomText(tokenRandom)
	row := apiTokenRow{
		Hash: digest(token), Name: clean(p.Name), Email: clean(p.Email), Role: string(p.Role),
		Unit: clean(p.Unit), CreatedAt: s.now().UnixMicro(),
	}
	if err := s.write.WithContext(ctx).Create(&row).Error; err != nil {
		return "", wrap("create token", err)
	}
	return token, nil
}

// Principal returns whose token it is. ErrNotFound, also of a token that bears the
// e-mail of a disabled account as its name.
func (s *Store) Principal(ctx context.Context, token string) (models.Principal, error) {
	var row apiTokenRow
	err := s.read.WithContext(ctx).Where("hash = ?", digest(token)).
		Where("NOT EXISTS (SELECT 1 FROM accounts a WHERE a.email = LOWER(api_tokens.name) AND a.disabled <> 0)").Take(&row).Error
	if err != nil {
		return models.Principal{}, wrap("find token", err)
	}
	return models.Principal{Name: row.Name, Email: row.Email, Role: models.Role(row.Role), Unit: row.Unit}, nil
}

// Account is a member of staff.
type Account struct {
	Email, Name string
	Role        models.Role
	Unit        string
	Disabled    bool

	// What only the store writes.
	Factor bool      // there is a second factor
	Fresh  bool      // its owner has chosen no password yet
	SeenAt time.Time // to the minute; zero when nobody was ever logged in with it
}

// Principal is who the account's owner is when logged in.
func (a Account) Principal() models.Principal {
	return models.Principal{Name: a.Name, Email: a.Email, Role: a.Role, Unit: a.Unit}
}

// accountRow is an account as it is stored.
type accountRow struct {
	Email     string `gorm:"primaryKey"`
	Name      string
	Role      string
	Unit      string
	Disabled  int64
	Hash      string
	OneTime   int64
	Totp      string // sealed
	TotpStep  int64
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	SeenAt    int64
}

// TableName implements gorm's Tabler.
func (accountRow) TableName() string { return "accounts" }

// Accounts lists accounts by e-mail.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	var rows []accountRow
	err := s.read.WithContext(ctx).Order("email").Find(&rows).Error
	return each(rows, accountRow.model), wrap("list accounts", err)
}

func (w accountRow) model() Account {
	return Account{
		Email: w.Email, Name: w.Name, Role: models.Role(w.Role), Unit: w.Unit, Disabled: w.Disabled != 0,
		Factor: w.Totp != "", Fresh: w.OneTime != 0, SeenAt: fromMicros(w.SeenAt),
	}
}

// Account returns one, locked for change. ErrNotFound.
func (t *Tx) Account(of string) (Account, error) {
	var w accountRow
	err := t.db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("email = ?", email(of)).Take(&w).Error
	return w.model(), wrap("find account", err)
}

// Rulers returns how many active accounts of the role there are for the whole
// province, and keeps others from changing these until the transaction ends: of
// two who take the last ones away, the second sees what the first did.
func (t *Tx) Rulers(role models.Role) (int, error) {
	var rows []accountRow
	err := t.db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Where("role = ? AND unit = '' AND disabled = 0", string(role)).Order("email").Find(&rows).Error
	return len(rows), wrap("count accounts", err)
}

// MakeAccount makes an account; hash is of its one-time password. ErrConflict when
// there is one with the e-mail, read in lower case.
func (t *Tx) MakeAccount(a Account, hash string) error {
	row := t.accountRow(a, hash)
	made := t.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if made.Error == nil && made.RowsAffected == 0 {
		return ErrConflict
	}
	return wrap("make account", made.Error)
}

func (t *Tx) accountRow(a Account, hash string) accountRow {
	return accountRow{
		Email: email(a.Email), Name: clean(a.Name), Role: string(a.Role), Unit: clean(a.Unit),
		Disabled: toInt(a.Disabled), Hash: hash, OneTime: 1, CreatedAt: t.now.UnixMicro(),
	}
}

// SaveAccount makes or changes an account by e-mail, read in lower case; hash is
// of its one-time password, kept when "". A new password, another role or unit,
// and being disabled end the account's sessions.
func (s *Store) SaveAccount(ctx context.Context, a Account, hash string) error {
	return s.transact(ctx, func(t *Tx) error { return t.SaveAccount(a, hash) })
}

// SaveAccount is Store.SaveAccount inside this transaction.
func (t *Tx) SaveAccount(a Account, hash string) error {
	before, err := t.Account(a.Email)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	row := t.accountRow(a, hash)
	changed := []string{"name", "role", "unit", "disabled"}
	if hash != "" {
		changed = append(changed, "hash", "one_time")
	}
	err = t.db.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "email"}}, DoUpdates: clause.AssignmentColumns(changed),
	}).Create(&row).Error
	if err == nil && (hash != "" || a.Disabled || before.Role != a.Role || before.Unit != row.Unit) {
		err = t.EndSessions(a.Email, "")
	}
	return wrap("save account", err)
}
