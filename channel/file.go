package channel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The kinds of file that staff send.
const (
	FileImage = "image" // shown in the talk
	FilePaper = "file"  // to be opened
)

// File is what a message is made of instead of words. It is uploaded to the
// platform: a link would end before the citizen opens it.
type File struct {
	Kind string
	Name string // with the ending that its type has
	Type string // content type, by its content
	Size int64  // bytes
	Open func(context.Context) (io.ReadCloser, error)
}

// FileLimits are a platform's limits on files of one kind.
type FileLimits struct {
	Bytes int64
	Types []string // content types
}

// Takes returns a *SendError when the platform would refuse the file.
func (l FileLimits) Takes(f File) error {
	switch {
	case !slices.Contains(l.Types, f.Type):
		return &SendError{Kind: KindRejected, Code: "file/type", Message: "the platform takes no " + f.Type}
	case f.Size <= 0 || f.Size > l.Bytes:
		return &SendError{Kind: KindRejected, Code: "file/size", Message: fmt.Sprintf("the platform takes at most %d bytes", l.Bytes)}
	}
	return nil
}

// Read reads the file whole, which is what its Size says. Its error is a
// *SendError: nothing was sent.
func (f File) Read(ctx context.Context) ([]byte, error) {
	body, err := f.Open(ctx)
	if err != nil {
		return nil, unread(err)
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, f.Size+1))
	if err == nil && int64(len(data)) != f.Size {
		err = errors.New("the file has another size")
	}
	if err != nil {
		return nil, unread(err)
	}
	return data, nil
}

func unread(err error) error {
	return &SendError{Kind: KindTemporary, Code: "file/read", Message: "the file cannot be read now", Err: err}
}

// Uploading is the failure of an upload as one of its message: whatever became of
// the upload, the citizen saw nothing, and it may be repeated.
func Uploading(err error) error {
	var failure *SendError
	if errors.As(err, &failure) && failure.Kind == KindUnknown {
		again := *failure
		again.Kind = KindTemporary
		return &again
	}
	return err
}
