package blob

import (
	"context"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// openFake opens a bucket on a fake of our own.
func openFake(t *testing.T, path string) (Store, *fakeS3) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test-key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test-secret")
	fake := &fakeS3{objects: map[string]string{}, types: map[string]string{}}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	s, err := Open(t.Context(), "s3://files"+path+"?endpoint="+server.URL)
	require.NoError(t, err)
	return s, fake
}

func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := Open(t.Context(), "file:"+dir+"/deep/files")
	require.NoError(t, err)
	exercise(t, s, func() []string { return filesIn(t, dir+"/deep/files") })
}

func TestBucket(t *testing.T) {
	s, fake := openFake(t, "")
	exercise(t, s, fake.keys)
	require.NoError(t, put(t, s, "typed", "x"))
	require.Equal(t, "text/plain", fake.types["typed"])
}

func TestBucketWithPrefix(t *testing.T) {
	s, fake := openFake(t, "/ward/7")
	exercise(t, s, func() []string {
		var ours []string
		for _, key := range fake.keys() {
			ours = append(ours, strings.TrimPrefix(key, "ward/7/"))
		}
		return ours
	})
	require.NoError(t, put(t, s, "a/b", "x"))
	require.Contains(t, fake.objects, "ward/7/a/b")
}

func put(t *testing.T, s Store, key, text string) error {
	return s.Put(t.Context(), key, strings.NewReader(text), int64(len(text)), "text/plain")
}

func get(t *testing.T, s Store, key string) string {
	t.Helper()
	r, err := s.Open(t.Context(), key)
	require.NoError(t, err)
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	return string(b)
}

// filesIn returns the paths of all files below dir.
func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			all = append(all, name)
		}
		return err
	}))
	return all
}

// exercise is what every store must do; keys tells what is in it. It leaves the
// store empty.
func exercise(t *testing.T, s Store, keys func() []string) {
	t.Helper()
	require.Empty(t, keys())
	_, err := s.Open(t.Context(), "a/none")
	require.ErrorIs(t, err, ErrNotExist)
	require.NoError(t, s.Delete(t.Context(), "a/none"))

	large := strings.Repeat("0123456789abcdef", 1<<16) // 1 MiB
	require.NoError(t, put(t, s, "a/one", "first"))
	require.NoError(t, put(t, s, "a/large", large))
	require.NoError(t, put(t, s, "empty", ""))
	require.Equal(t, "first", get(t, s, "a/one"))
	require.Equal(t, large, get(t, s, "a/large"))
	require.Empty(t, get(t, s, "empty"))
	require.NoError(t, put(t, s, "a/one", "second"))
	require.Equal(t, "second", get(t, s, "a/one"))
	require.Equal(t, []string{"a/large", "a/one", "empty"}, keys())

	refuses(t, s)
	require.Equal(t, []string{"a/large", "a/one", "empty"}, keys(), "what failed leaves nothing")
	require.Equal(t, "second", get(t, s, "a/one"), "what failed replaces nothing")
	for _, key := range keys() {
		require.NoError(t, s.Delete(t.Context(), key))
	}
	require.Empty(t, keys())
}

// refuses puts what must not be kept.
func refuses(t *testing.T, s Store) {
	t.Helper()
	ctx := t.Context()
	require.Error(t, s.Put(ctx, "a/one", strings.NewReader("short"), 6, ""))
	require.Error(t, s.Put(ctx, "a/one", strings.NewReader("longer"), 5, ""))
	require.Error(t, s.Put(ctx, "a/one", strings.NewReader("some"), 0, ""))
	require.Error(t, s.Put(ctx, "a/one", iotest.TimeoutReader(strings.NewReader("cut off")), 7, ""))
	for _, key := range []string{"", ".", "..", "../out", "a/../../out", "/abs", "a//b", "a/", ".hidden", "a/.tmp-x", `a\b`, "a\x00b"} {
		require.ErrorIs(t, s.Put(ctx, key, strings.NewReader(""), 0, ""), errKey, key)
		_, err := s.Open(ctx, key)
		require.ErrorIs(t, err, errKey, key)
		require.ErrorIs(t, s.Delete(ctx, key), errKey, key)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	require.Error(t, s.Put(gone, "a/late", strings.NewReader("x"), 1, ""))
}

func TestFolderKeepsFilesPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "files")
	s, err := Open(t.Context(), "file:"+dir)
	require.NoError(t, err)
	require.NoError(t, put(t, s, "a/b", "x"))
	for name, mode := range map[string]os.FileMode{"": 0o700, "a": 0o700, "a/b": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm(), name)
	}
}

func TestFolderIsNotLedOutByLinks(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), t.TempDir()
	s, err := Open(t.Context(), "file:"+dir)
	require.NoError(t, err)
	require.NoError(t, os.Symlink(out, filepath.Join(dir, "door")))
	require.Error(t, put(t, s, "door/x", "x"))
	left, err := os.ReadDir(out)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestBucketErrorsAreTold(t *testing.T) {
	s, fake := openFake(t, "")
	fake.sick = true
	_, err := s.Open(t.Context(), "a")
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrNotExist, "refused is not missing")
	require.Error(t, put(t, s, "a", "x"))
	require.Error(t, s.Delete(t.Context(), "a"))
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, u := range []string{
		"", "file:", "file://host/x", "ftp://x", "s3://", "s3:bucket", "%", "file:/dev/null/x",
		"s3://b?endpoint=http://10.0.0.1:9000", "s3://b?endpoint=http://minio.example.vn", "s3://b?endpoint=ftp://x",
		"s3://b?endpoint=https://host/path", "s3://b?endpont=https://host", "s3://b?endpoint=https://",
	} {
		_, err := Open(t.Context(), u)
		require.Error(t, err, u)
	}
	for _, u := range []string{"s3://b", "s3://b?region=ap-southeast-1", "s3://b?endpoint=minio.example.vn", "s3://b?endpoint=http://localhost:9000"} {
		_, err := Open(t.Context(), u)
		require.NoError(t, err, u)
	}
}
