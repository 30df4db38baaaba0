package models

import "time"

// Purpose is what a file that staff put into a case is evidence of.
type Purpose string

// The purposes of staff's files.
const (
	PurposeBefore Purpose = "before" // how it was
	PurposeAfter  Purpose = "after"  // what was done
)

// Purposes lists them.
var Purposes = []Purpose{PurposeBefore, PurposeAfter}

// CaseFile is a file that a member of staff put into a case. It is private: whoever
// may see the case among staff sees it, and its reporter what the answer shows them.
type CaseFile struct {
	ID          string
	Case        string // code
	Purpose     Purpose
	Source      string // the same source is the same file: SHA-256 of what was taken in, or Attachment
	Attachment  string // id of the citizen's own file that it is; "" of one that was taken in
	Name        string
	ContentType string // by what it holds
	Size        int64  // bytes of what is kept
	SHA256      string // hex, of what is kept
	Blob        string // key of what is kept: of an image the copy without metadata, never what came
	Email, By   string // e-mail and name of the member of staff
	CreatedAt   time.Time
}

// The actions that put a file of staff into a case and take it out; Detail is the
// purpose and the file's id. They change nothing that an answer hangs on.
const (
	ActAttach Action = "attach"
	ActDetach Action = "detach"
)

// Decided returns the history without what changes nothing that an answer hangs
// on: whoever writes one is not told that the case changed because a photo came.
func Decided(events []CaseEvent) []CaseEvent {
	out := make([]CaseEvent, 0, len(events))
	for _, e := range events {
		if e.Action != ActAttach && e.Action != ActDetach {
			out = append(out, e)
		}
	}
	return out
}
