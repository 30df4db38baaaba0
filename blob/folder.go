package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/google/uuid"
)

// tmpPrefix begins the names of files that are not whole yet.
const tmpPrefix = ".tmp-"

// folder keeps files in a folder of this machine, which no key leads out of.
type folder struct{ root *os.Root }

func openFolder(dir string) (Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("blob: make the folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("blob: open the folder: %w", err)
	}
	return &folder{root}, nil
}

// Put implements Store.
func (f *folder) Put(ctx context.Context, key string, r io.Reader, size int64, _ string) error {
	err := checkKey(key)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	whole, err := newExactly(r, size)
	if err == nil {
		err = f.put(key, whole)
	}
	if err != nil {
		return fmt.Errorf("blob: put %s: %w", key, err)
	}
	return nil
}

// put writes beside the final name, then moves: a crash leaves the old file,
// the new one or neither, never a part.
func (f *folder) put(key string, r io.Reader) error {
	dir := path.Dir(key)
	if err := f.root.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp := path.Join(dir, tmpPrefix+uuid.NewString())
	err := f.write(tmp, r)
	if err == nil {
		err = f.root.Rename(tmp, key)
	}
	if err != nil {
		_ = f.root.Remove(tmp)
		return err
	}
	return f.syncUp(dir)
}

func (f *folder) write(name string, r io.Reader) error {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, r)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// syncUp makes the names on the way from dir to the root durable.
func (f *folder) syncUp(dir string) error {
	for {
		d, err := f.root.Open(dir)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
		if dir == "." {
			return nil
		}
		dir = path.Dir(dir)
	}
}

// Open implements Store.
func (f *folder) Open(_ context.Context, key string) (io.ReadCloser, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	file, err := f.root.Open(key)
	if err != nil {
		return nil, fmt.Errorf("blob: open %s: %w", key, err)
	}
	return file, nil
}

// Delete implements Store.
func (f *folder) Delete(_ context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := f.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: delete %s: %w", key, err)
	}
	return nil
}
