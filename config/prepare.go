package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// SecretFile is where embedded mode keeps the secret that it made itself.
const SecretFile = "./data/secret"

// Prepare makes what must be on disk before the stores are opened: the SQLite
// database's folder and, in embedded mode without a secret_key, the secret,
// which it puts into the configuration. It may run in several processes at
// once; all get the same secret.
func (c *Config) Prepare() error {
	if path, ok := strings.CutPrefix(c.DatabaseURL.Reveal(), schemeSQLite); ok {
		file, _, _ := strings.Cut(path, "?")
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return fmt.Errorf("make the database's folder: %w", err)
		}
	}
	if !c.Embedded || c.SecretKey != "" {
		return nil
	}
	secret, err := keptSecret(SecretFile)
	if err != nil {
		return fmt.Errorf("keep a secret in %s: %w", SecretFile, err)
	}
	c.SecretKey = Secret(secret)
	return nil
}

// keptSecret reads the secret at path, and makes it first when it is not there.
// The file appears whole or not at all, so a second process never reads half of it.
func keptSecret(path string) (string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeSecret(path); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(data))
	if len(secret) < minSecretKey {
		return "", fmt.Errorf("has %d bytes: give %d or more, or remove the file", len(secret), minSecretKey)
	}
	return secret, nil
}

func makeSecret(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".secret-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	key := make([]byte, minSecretKey)
	_, _ = rand.Read(key) // never fails
	_, err = tmp.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Link(tmp.Name(), path)
}
