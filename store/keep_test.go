package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	_ "modernc.org/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// raw opens the database behind the store's back.
func raw(t *testing.T, url string) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", url
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, dsn = "sqlite", file
	}
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// dump returns everything that a table holds.
func dump(t *testing.T, url, table string) string {
	t.Helper()
	rows, err := raw(t, url).Query("SELECT * FROM " + table)
	require.NoError(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(t, err)
	var b strings.Builder
	for rows.Next() {
		cells := make([]any, len(names))
		for i := range cells {
			cells[i] = new(sql.NullString)
		}
		require.NoError(t, rows.Scan(cells...))
		for _, c := range cells {
			b.WriteString(c.(*sql.NullString).String + "|")
		}
	}
	require.NoError(t, rows.Err())
	return b.String()
}

func TestPlatformTokensAreSealed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		ctx := t.Context()
		s := open(t, url, store.Options{SecretKey: []byte("0123456789abcdef0123456789abcdef")})
		_, err := s.Tokens(ctx, channel)
		require.ErrorIs(t, err, store.ErrNotFound)
		pair := store.TokenPair{Access: "secret-access", Refresh: "secret-refresh", ObtainedAt: at(1), ExpiresAt: at(2), Configured: "fp"}
		require.NoError(t, s.SaveTokens(ctx, channel, store.TokenPair{Access: "old"}))
		require.NoError(t, s.SaveTokens(ctx, channel, pair))
		require.Error(t, s.SaveTokens(ctx, channel, store.TokenPair{Refresh: "x"}), "nothing never overwrites something")
		got, err := s.Tokens(ctx, channel)
		require.NoError(t, err)
		require.Equal(t, pair, got)
		stored := dump(t, url, "platform_tokens")
		require.Contains(t, stored, channel)
		require.NotContains(t, stored, "secret")
		_, err = open(t, url, store.Options{SecretKey: []byte("another")}).Tokens(ctx, channel)
		require.Error(t, err)
		require.NotErrorIs(t, err, store.ErrNotFound)
		_, err = open(t, url, store.Options{}).Tokens(ctx, channel)
		require.Error(t, err)
		// Moved to another channel's row a sealed token does not open.
		_, err = raw(t, url).Exec("UPDATE platform_tokens SET channel = 'zalo:1'")
		require.NoError(t, err)
		_, err = s.Tokens(ctx, "zalo:1")
		require.Error(t, err)
	})
}

func TestAPITokensAreKeptAsHashes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{})
		want := models.Principal{Name: "máy", Role: models.RoleOfficer, Unit: "tran-bien"}
		token, err := s.CreateToken(t.Context(), want)
		require.NoError(t, err)
		require.Regexp(t, `^ln_[A-Za-z0-9_-]{43}$`, token)
		got, err := s.Principal(t.Context(), token)
		require.NoError(t, err)
		require.Equal(t, want, got)
		_, err = s.Principal(t.Context(), token+"x")
		require.ErrorIs(t, err, store.ErrNotFound)
		require.NotContains(t, dump(t, url, "api_tokens"), token)
	})
}

func TestLockIsOnePerName(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		var mu sync.Mutex
		now := at(0)
		clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
		a, b := open(t, url, store.Options{Now: clock}), open(t, url, store.Options{Now: clock})
		lock := func(s *store.Store, name string) (func(), bool) {
			unlock, ok, err := s.Lock(t.Context(), name, time.Minute)
			require.NoError(t, err)
			return unlock, ok
		}
		unlock, ok := lock(a, "x")
		require.True(t, ok)
		_, ok = lock(b, "x")
		require.False(t, ok)
		_, ok = lock(b, "y")
		require.True(t, ok)
		unlock()
		late, ok := lock(b, "x")
		require.True(t, ok)
		mu.Lock()
		now = now.Add(2 * time.Minute)
		mu.Unlock()
		_, ok = lock(a, "x")
		require.True(t, ok, "it ran out")
		late()
		_, ok = lock(b, "x")
		require.False(t, ok, "who lost a lock cannot give back another's")
	})
}

func TestAttachmentsAreFetchedOnceAtATime(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		files := []models.Attachment{
			{ID: "f1", Conversation: channel + ":1", Kind: "image", URL: "https://x\x00", Name: "ảnh"},
			{ID: "f2", Conversation: channel + ":1", Kind: "audio"},
		}
		update(t, s, func(tx *store.Tx) error {
			require.NoError(t, tx.InsertAttachments(nil))
			require.NoError(t, tx.InsertAttachments(files))
			return tx.InsertAttachments(files[:1]) // a turn played again
		})
		got, err := s.ClaimAttachments(ctx, 10, time.Minute)
		require.NoError(t, err)
		require.Len(t, got, 2)
		require.Equal(t, "https://x\uFFFD", got[0].URL)
		again, err := s.ClaimAttachments(ctx, 10, time.Minute)
		require.NoError(t, err)
		require.Empty(t, again, "hidden for the lease")

		update(t, s, func(tx *store.Tx) error { return tx.LinkAttachments("pa-1", []string{"f1"}) })
		stored := got[0]
		stored.Status, stored.Blob, stored.Shown, stored.SHA256, stored.Size = models.AttachmentStored, "b1", "b1.shown", "abc", 9
		stored.Place, stored.Attempts, stored.ContentType = &models.Location{Lat: 1, Lng: 2}, 1, "image/jpeg"
		require.NoError(t, s.SaveAttachment(ctx, stored, time.Time{}, nil))
		kept, err := s.Attachment(ctx, "f1")
		require.NoError(t, err)
		stored.Case = "PA-1"
		require.Equal(t, stored, *kept, "the case it was filed with meanwhile stays")

		retry := got[1]
		retry.Attempts = 1
		require.NoError(t, s.SaveAttachment(ctx, retry, time.Now().Add(-time.Second), nil))
		again, err = s.ClaimAttachments(ctx, 10, time.Minute)
		require.NoError(t, err)
		require.Len(t, again, 1)
		failed := again[0]
		failed.Status, failed.Reason = models.AttachmentFailed, "404"
		require.NoError(t, s.SaveAttachment(ctx, failed, time.Time{}, []models.Event{message("1", "media:f2", "gone", at(1))}))
		require.Equal(t, []string{"gone"}, texts(playAll(t, s, time.Now())[channel+":1"]))

		var blobs []string
		require.NoError(t, s.Blobs(ctx, func(id, key, sum string, size int64) error {
			blobs = append(blobs, fmt.Sprint(id, key, sum, size))
			return nil
		}))
		require.Equal(t, []string{"f1b1abc9"}, blobs)
	})
}

func TestDroppedFilesLeaveTheirBlobsForTheCleanUp(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		stored := models.Attachment{ID: "f1", Status: models.AttachmentStored, Blob: "shared", Shown: "own"}
		twin, late := stored, models.Attachment{ID: "f3"}
		twin.ID, twin.Shown = "f2", ""
		update(t, s, func(tx *store.Tx) error { return tx.InsertAttachments([]models.Attachment{stored, twin, late}) })
		update(t, s, func(tx *store.Tx) error { return tx.DropAttachments([]string{"f1", "f3"}) })
		_, err := s.Attachment(ctx, "f1")
		require.ErrorIs(t, err, store.ErrNotFound)
		late.Status, late.Blob = models.AttachmentStored, "late"
		err = s.SaveAttachment(ctx, late, time.Time{}, []models.Event{message("1", "m", "", at(1))})
		require.ErrorIs(t, err, store.ErrNotFound)
		require.Empty(t, playAll(t, s, time.Now()))
		keys, err := s.DroppedBlobs(ctx, 10)
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"own", "late"}, keys, "what another file holds stays")
		require.NoError(t, s.ForgetBlobs(ctx, keys))
		keys, err = s.DroppedBlobs(ctx, 10)
		require.NoError(t, err)
		require.Empty(t, keys)
	})
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{})
		ctx := t.Context()
		a := store.Account{Email: "An@X.vn", Name: "An", Role: models.RoleOfficer, Unit: "tran-bien"}
		require.NoError(t, s.SaveAccount(ctx, a, "hash-1"))
		a.Disabled, a.Name = true, "An Nguyễn"
		require.NoError(t, s.SaveAccount(ctx, a, ""))
		require.Contains(t, dump(t, url, "accounts"), "hash-1")
		require.NoError(t, s.SaveAccount(ctx, store.Account{Email: "a@x.vn", Role: models.RoleViewer}, "h"))
		got, err := s.Accounts(ctx)
		require.NoError(t, err)
		a.Email = "an@x.vn"
		a.Fresh = true
		require.Equal(t, []store.Account{{Email: "a@x.vn", Role: models.RoleViewer, Fresh: true}, a}, got)
	})
}

func TestErasureHasOneCodeUntilItIsDone(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		code, err := s.StartErasure(ctx, "messenger", "77", "")
		require.NoError(t, err)
		again, err := s.StartErasure(ctx, "messenger", "77", "")
		require.NoError(t, err)
		require.Equal(t, code, again)
		other, err := s.StartErasure(ctx, "messenger", "78", channel+":78")
		require.NoError(t, err)
		require.NotEqual(t, code, other)
		got, err := s.Erasure(ctx, strings.ToLower(code))
		require.NoError(t, err)
		require.Equal(t, code, got.Code)
		require.Zero(t, got.DoneAt)
		require.WithinDuration(t, time.Now(), got.AskedAt, time.Minute)
		_, err = s.Erasure(ctx, "XD-NONE")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestSchemaIsWatched(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	_, err := store.Open(t.Context(), url, store.Options{})
	require.ErrorIs(t, err, store.ErrSchema)
	steps, err := store.MigrationStatus(t.Context(), url)
	require.NoError(t, err)
	require.False(t, steps[0].Applied)
	var wg sync.WaitGroup
	for range 3 { // at once, as three replicas would
		wg.Go(func() {
			steps, err := store.MigrateUp(context.Background(), url)
			if err != nil || !steps[len(steps)-1].Applied {
				t.Error(steps, err)
			}
		})
	}
	wg.Wait()
	s, err := store.Open(t.Context(), url, store.Options{})
	require.NoError(t, err)
	require.NoError(t, s.Ping(t.Context()))
	require.NoError(t, s.Close())
}

func TestSQLiteFileIsMadeAndShared(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "new", "a?b#c%d.db")
	var wg sync.WaitGroup
	for i := range 3 { // a serve and two commands, at once
		wg.Go(func() {
			s, err := store.Open(context.Background(), "sqlite:"+file, store.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			for j := range 20 {
				if err := s.Append(context.Background(), []models.Event{message("1", fmt.Sprint(i, j), "", at(j))}); err != nil {
					t.Error(err)
				}
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	info, err := os.Stat(filepath.Dir(file))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	s := open(t, "sqlite:"+file, store.Options{})
	for _, name := range []string{file, file + "-wal", file + "-shm"} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
	require.Len(t, playAll(t, s, time.Now())[channel+":1"], 60)
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "mysql://x", "sqlite:", "sqlite::memory:", "postgres://u:geheim@:bad port/x", "sqlite:" + t.TempDir()} {
		_, err := store.Open(t.Context(), url, store.Options{})
		require.Error(t, err, url)
		require.NotContains(t, err.Error(), "geheim", "a password is never told")
	}
}
