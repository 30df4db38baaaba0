package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// filesMost is how many files one answer has: each is a message of its own.
	filesMost = 5
	// sentImage and sentPaper are in bytes: what the tighter one of the platforms
	// takes, so that an answer reaches every reporter of merged cases alike.
	sentImage = 1_000_000
	sentPaper = 5_000_000
)

// paperEndings are the documents that every platform takes, and how their names end
// there.
var paperEndings = map[string]string{
	"application/pdf":    ".pdf",
	"application/msword": ".doc",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}

// answerFiles are what may go with an answer.
func answerFiles() fileRule {
	rule := fileRule{types: slices.Clone(photoTypes), image: sentImage, other: sentPaper}
	for kind := range paperEndings {
		rule.types = append(rule.types, kind)
	}
	return rule
}

// faultMany says that an answer has as many files as it may.
const faultMany fileFault = "many"

// answerTarget is what an answer is about: a case, or a conversation without one.
type answerTarget struct {
	item         string // code or id, as drafts name it
	code         string // of the case, or ""
	conversation string
	page         string // its address
	sensitive    bool
}

func (s *server) fileRoutes() {
	if s.Blobs == nil {
		return
	}
	s.upload("POST /cases/:code/files", models.ActOnCases, s.inCase(s.addFiles))
	s.page("POST /cases/:code/files/drop", models.ActOnCases, s.inCase(s.dropFile))
	s.upload("POST /conversations/:id/files", models.ActOnCases, s.inConversation(s.addFiles))
	s.page("POST /conversations/:id/files/drop", models.ActOnCases, s.inConversation(s.dropFile))
}

// inCase and inConversation find what a form of files is about.
func (s *server) inCase(do func(*visit, answerTarget) error) action {
	return func(v *visit) error {
		c, err := s.seenCase(v.Request.Context(), v.who, v.Param("code"))
		if err != nil {
			return err
		}
		return do(v, answeredCase(*c))
	}
}

func (s *server) inConversation(do func(*visit, answerTarget) error) action {
	return func(v *visit) error {
		t, err := s.seenTalk(v.Request.Context(), v.who, v.Param("id"))
		if err != nil {
			return err
		}
		return do(v, answeredTalk(*t))
	}
}

func answeredCase(c models.Case) answerTarget {
	return answerTarget{c.Code, c.Code, c.Conversation, casePath(c.Code), c.Sensitive}
}

func answeredTalk(t models.Conversation) answerTarget {
	return answerTarget{item: t.ID, conversation: t.ID, page: talkPath(t.ID)}
}

// lock keeps others from what the answer is about.
func (a answerTarget) lock(tx *store.Tx) (err error) {
	if a.code != "" {
		_, err = tx.Case(a.code)
	} else {
		_, err = tx.LockConversation(a.item)
	}
	return err
}

// filesData is the list of files in the form of an answer.
type filesData struct {
	Page    string // "" where the citizen could get none
	Web     bool   // the citizen finds them on the web alone
	Files   []fileView
	Problem string // why one was not taken: empty, too_large, kind, many; "" for nothing
}

// addFiles takes in files for an answer that is being written, and its words so far:
// a browser keeps neither when it shows another page.
func (s *server) addFiles(v *visit, a answerTarget) error {
	fields, n := map[string]string{}, 0
	err := v.readUpload(fields, func(name string, in io.Reader) error {
		n++
		return s.addFile(v, a, name, in)
	})
	if err == nil && n == 0 {
		err = faultEmpty
	}
	var fault fileFault
	if err != nil && !errors.As(err, &fault) {
		return err
	}
	return s.filesChanged(v, a, func(name string) string { return fields[name] }, string(fault))
}

// addFile keeps one file: first its bytes, then the row by which anybody sees it.
func (s *server) addFile(v *visit, a answerTarget, name string, in io.Reader) error {
	ctx := v.Request.Context()
	kept, err := s.keepFile(ctx, in, answerFiles(), nil)
	if err != nil {
		return err
	}
	file := models.Attachment{
		ID: kept.ID, Case: a.code, Conversation: a.conversation, Kind: channel.FilePaper, Name: sentName(name, kept),
		ContentType: kept.ContentType, Size: kept.Size, SHA256: kept.SHA256, Blob: kept.Blob, Author: v.who.Email, Draft: a.item,
	}
	if kept.Image() {
		file.Kind, file.Shown = channel.FileImage, kept.Blob
	}
	err = s.Staff.Update(ctx, func(tx *store.Tx) error {
		if err := a.lock(tx); err != nil { // several come at once
			return err
		}
		there, err := tx.DraftFiles(v.who.Email, a.item)
		if err == nil && len(there) >= filesMost {
			err = faultMany
		}
		if err != nil {
			return err
		}
		return tx.KeepDraftFile(file)
	})
	if err != nil {
		s.dropBlob(ctx, kept)
	}
	return err
}

// sentName is what the citizen's phone calls a file: without what may not stand in a
// header, and ending as its type does, without which Zalo takes none.
func sentName(name string, f keptFile) string {
	const most = 60 // runes
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), "\\", "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`"/<>:|?*`, r) {
			return -1
		}
		return r
	}, name)
	runes := []rune(strings.Trim(name, " ."))
	if len(runes) == 0 {
		runes = []rune("tep")
	}
	ending := paperEndings[f.ContentType]
	switch f.ContentType {
	case "image/png":
		ending = ".png"
	case "image/jpeg":
		ending = ".jpg"
	}
	return string(runes[:min(len(runes), most)]) + ending
}

// dropFile takes a file away again.
func (s *server) dropFile(v *visit, a answerTarget) error {
	err := s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		return ignoring(tx.DropDraftFile(v.who.Email, a.item, v.PostForm("drop")), store.ErrNotFound)
	})
	if err != nil {
		return err
	}
	return s.filesChanged(v, a, v.PostForm, "")
}

// filesChanged keeps the words of the form, and shows its files: to a script the
// list alone.
func (s *server) filesChanged(v *visit, a answerTarget, field func(string) string, problem string) error {
	ctx := v.Request.Context()
	if words := strings.TrimSpace(field("text")); words != "" && fits(words) {
		err := s.Staff.Update(ctx, func(tx *store.Tx) error { return tx.SaveDraft(v.who.Email, a.item, words) })
		if err != nil {
			return err
		}
	}
	if v.GetHeader("HX-Request") == "" {
		flash := ""
		if problem != "" {
			flash = "file-" + problem
		}
		to := a.page
		if did := models.Action(field("action")); a.code != "" && slices.Contains(answers(), did) {
			to += "?answer=" + string(did)
		}
		return v.done(to+"#tra-loi", flash)
	}
	data, err := s.draftFiles(ctx, v.who, a)
	if err != nil {
		return err
	}
	data.Problem = problem
	v.Header("HX-Trigger", "filesChanged")
	return v.fragment("case", "answer-files", data)
}

// draftFiles are those that the visitor chose for the answer and did not send yet.
func (s *server) draftFiles(ctx context.Context, p models.Principal, a answerTarget) (filesData, error) {
	channel, _ := models.SplitConversation(a.conversation)
	data := filesData{Page: a.page, Web: channel == ""}
	if s.Blobs == nil || data.Web && a.sensitive { // whose files the web shows to nobody
		return filesData{}, nil
	}
	files, err := s.Staff.DraftFiles(ctx, p.Email, a.item)
	data.Files = fileViews(p, files)
	return data, err
}

// Full reports whether the answer has as many files as it may.
func (d filesData) Full() bool { return len(d.Files) >= filesMost }

// sentFiles are the files as their message names them.
func sentFiles(kept []models.Attachment) (files []models.File) {
	for _, a := range kept {
		files = append(files, models.File{ID: a.ID, Kind: a.Kind, Name: a.Name})
	}
	return files
}

// sentFileView is a file that went to the citizen, as a page shows it.
func sentFileView(p models.Principal, f models.File) fileView {
	a := models.Attachment{ID: f.ID, Kind: f.Kind, Name: f.Name, Status: models.AttachmentStored, Author: "staff"}
	if f.Kind == channel.FileImage {
		a.Shown = f.ID
	}
	return newFileView(p, a)
}

// lostFiles reports that the form names a file that is there no more, or that one
// was chosen and not attached: a browser without scripts sends its name alone.
func lostFiles(err error) (status int, problem string) {
	switch {
	case errors.Is(err, errFileGone):
		return http.StatusConflict, "file-gone"
	case errors.Is(err, errUnattached):
		return http.StatusUnprocessableEntity, "file-unattached"
	}
	return 0, ""
}

var (
	errFileGone   = errors.New("a file of the form is there no more")
	errUnattached = errors.New("a file was chosen and not attached")
)

// takeFiles makes the files of a form part of its answer.
func takeFiles(tx *store.Tx, by models.Principal, item string, ids []string) ([]models.File, error) {
	kept, err := tx.SendFiles(by.Email, item, ids)
	if errors.Is(err, store.ErrNotFound) {
		return nil, errFileGone
	}
	return sentFiles(kept), err
}

func fileIDsOf(files []models.File) (ids []string) {
	for _, f := range files {
		ids = append(ids, f.ID)
	}
	return ids
}

// fileIDs are the files that a form names, and whether one was left behind.
func fileIDs(c *gin.Context) (ids []string, err error) {
	if c.PostForm("upload") != "" {
		err = errUnattached
	}
	return c.PostFormArray("file"), err
}
