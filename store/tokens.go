package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"
)

// TokenPair is a platform's token pair.
type TokenPair struct {
	Access, Refresh string
	ObtainedAt      time.Time
	ExpiresAt       time.Time
	Configured      string // fingerprint of the configured pair it descends from
}

// seal encrypts what must not be read from a copy of the database.
type seal struct{ aead cipher.AEAD }

// sealInfo separates this key from any other derived from the same secret.
const sealInfo = "langnghe platform tokens v1"

func newSeal(secret []byte) (*seal, error) {
	k, err := hkdf.Key(sha256.New, secret, nil, sealInfo, 32)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &seal{aead}, err
}

// close binds the text to where it is stored: it opens there only.
func (s *seal) close(text, place string) string {
	return base64.StdEncoding.EncodeToString(s.aead.Seal(nil, nil, []byte(text), []byte(place)))
}

func (s *seal) open(sealed, place string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return "", err
	}
	text, err := s.aead.Open(nil, nil, b, []byte(place))
	return string(text), err
}

var errNoSecret = errors.New("no secret key is set")

// tokenRow is a platform's token pair as it is stored.
type tokenRow struct {
	Channel    string `gorm:"primaryKey"`
	Access     string
	Refresh    string
	ObtainedAt int64
	ExpiresAt  int64
	Configured string
}

// TableName implements gorm's Tabler.
func (tokenRow) TableName() string { return "platform_tokens" }

// Tokens returns the stored pair. ErrNotFound. A pair that another secret key
// sealed cannot be read; that is an error of its own.
func (s *Store) Tokens(ctx context.Context, channel string) (TokenPair, error) {
	if s.seal == nil {
		return TokenPair{}, wrap("read tokens", errNoSecret)
	}
	var row tokenRow
	if err := s.write.WithContext(ctx).Where("channel = ?", channel).Take(&row).Error; err != nil {
		return TokenPair{}, wrap("read tokens", err)
	}
	access, err := s.seal.open(row.Access, channel+"/access")
	if err != nil {
		return TokenPair{}, wrap("decrypt access token of "+channel, err)
	}
	refresh, err := s.seal.open(row.Refresh, channel+"/refresh")
	if err != nil {
		return TokenPair{}, wrap("decrypt refresh token of "+channel, err)
	}
	return TokenPair{access, refresh, fromMicros(row.ObtainedAt), fromMicros(row.ExpiresAt), row.Configured}, nil
}

// SaveTokens stores a pair, encrypted. It refuses an empty access token.
func (s *Store) SaveTokens(ctx context.Context, channel string, p TokenPair) error {
	if s.seal == nil {
		return wrap("save tokens", errNoSecret)
	}
	if p.Access == "" {
		return wrap("save tokens", errors.New("the access token is empty"))
	}
	row := tokenRow{
		Channel: channel, Access: s.seal.close(p.Access, channel+"/access"), Refresh: s.seal.close(p.Refresh, channel+"/refresh"),
		ObtainedAt: micros(p.ObtainedAt), ExpiresAt: micros(p.ExpiresAt), Configured: p.Configured,
	}
	return wrap("save tokens", s.write.WithContext(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// Lock takes the named lock for ttl unless another holder has it; unlock gives
// it back. It is held across processes, and not re-entrant.
func (s *Store) Lock(ctx context.Context, name string, ttl time.Duration) (unlock func(), ok bool, err error) {
	holder, now := randomText(16), s.now()
	n, err := on(s.write.WithContext(ctx)).exec(`INSERT INTO locks (name, holder, held_until) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until WHERE locks.held_until <= ?`,
		name, holder, now.Add(ttl).UnixMicro(), now.UnixMicro())
	if err != nil || n == 0 {
		return func() {}, false, wrap("take lock "+name, err)
	}
	return func() { s.unlock(context.WithoutCancel(ctx), name, holder) }, true, nil
}

// unlockTimeout bounds giving a lock back; it runs out by itself anyway.
const unlockTimeout = 5 * time.Second

func (s *Store) unlock(ctx context.Context, name, holder string) {
	ctx, cancel := context.WithTimeout(ctx, unlockTimeout)
	defer cancel()
	s.write.WithContext(ctx).Exec("DELETE FROM locks WHERE name = ? AND holder = ?", name, holder)
}

// randomText returns n random bytes as text that is fit for URLs.
func randomText(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
