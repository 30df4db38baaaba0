package handlers

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// evidenceMost is how many photos of staff a case has: enough for a long case, and a
// bound for the disk.
const evidenceMost = 60

// evidenceRoutes registers what puts photos of staff into a case.
func (s *server) evidenceRoutes() {
	if s.Blobs == nil {
		return
	}
	s.upload("POST /cases/:code/evidence", models.ActOnCases, s.addEvidence)
	s.page("GET /cases/:code/evidence/:id", models.ReadCases, s.showEvidence)
	s.page("POST /cases/:code/evidence/:id/drop", models.ActOnCases, s.dropEvidence)
}

// evidencePath is where the evidence of a case stands on its page.
func evidencePath(code string) string { return casePath(code) + "#bang-chung" }

// evidenceView is how it was and what was done, as a page shows them.
type evidenceView struct {
	Before, After []evidencePhoto
	Own           []fileView // the citizen's photos that are not picked yet
}

// Any reports whether there is something to show.
func (e evidenceView) Any() bool { return len(e.Before)+len(e.After) > 0 }

// evidencePhoto is one photo of it.
type evidencePhoto struct {
	models.CaseFile
	Address string
}

// addresses are where the photos are shown, by id.
func (e evidenceView) addresses() map[string]string {
	found := map[string]string{}
	for _, p := range slices.Concat(e.Before, e.After) {
		found[p.ID] = p.Address
	}
	return found
}

// evidenceOf puts the files of a case to its evidence. One picked from a citizen's
// file that is there no more is left out.
func evidenceOf(c models.Case, files []models.CaseFile) (e evidenceView) {
	picked := map[string]bool{}
	for _, f := range files {
		p := evidencePhoto{f, casesPath + "/" + f.Case + "/evidence/" + f.ID}
		if f.Attachment != "" {
			picked[f.Attachment] = true
			if _, ok := shownFile(c, f.Attachment); !ok {
				continue
			}
			p.Address = filesPath + f.Attachment
		}
		if f.Purpose == models.PurposeBefore {
			e.Before = append(e.Before, p)
		} else {
			e.After = append(e.After, p)
		}
	}
	for _, a := range c.Attachments {
		if _, ok := shownFile(c, a.ID); ok && !picked[a.ID] {
			e.Own = append(e.Own, fileView{Attachment: a, As: asPhoto, Address: filesPath + a.ID})
		}
	}
	return e
}

// shownFile finds a citizen's photo that may be shown.
func shownFile(c models.Case, id string) (models.Attachment, bool) {
	i := slices.IndexFunc(c.Attachments, func(a models.Attachment) bool {
		return a.ID == id && a.Status == models.AttachmentStored && a.Shown != ""
	})
	if i < 0 {
		return models.Attachment{}, false
	}
	return c.Attachments[i], true
}

// addEvidence takes photos in, or picks one of the citizen's own. A photo that is
// sent again, as phones do on a weak line, is there once.
func (s *server) addEvidence(v *visit) error {
	c, err := s.seenCase(v.Request.Context(), v.who, v.Param("code"))
	if err != nil {
		return err
	}
	e, n := evidence{s: s, v: v, c: *c, fields: map[string]string{}}, 0
	err = v.readUpload(e.fields, func(name string, in io.Reader) error {
		n++
		return e.take(name, in)
	})
	if err == nil && e.fields["pick"] != "" {
		n++
		err = e.pick(e.fields["pick"])
	}
	if err == nil && n == 0 {
		err = faultEmpty
	}
	return e.answer(err)
}

// evidence is a form of photos that is being taken in.
type evidence struct {
	s      *server
	v      *visit
	c      models.Case
	fields map[string]string
}

func (e *evidence) purpose() (models.Purpose, error) {
	p := models.Purpose(e.fields["purpose"])
	if !slices.Contains(models.Purposes, p) {
		return "", invalid("body.purpose", "is not known")
	}
	return p, nil
}

// take takes one photo in.
func (e *evidence) take(name string, in io.Reader) error {
	purpose, err := e.purpose()
	if err != nil {
		return err
	}
	ctx := e.v.Request.Context()
	there, err := e.s.Staff.CaseFiles(ctx, e.c.Code)
	if err != nil {
		return err
	}
	isThere := false
	kept, err := e.s.keepFile(ctx, in, fileRule{types: photoTypes}, func(source string) bool {
		isThere = slices.ContainsFunc(there, func(f models.CaseFile) bool { return f.Purpose == purpose && f.Source == source })
		return isThere
	})
	if err != nil || isThere {
		return err
	}
	first, err := e.add(models.CaseFile{
		ID: kept.ID, Purpose: purpose, Source: kept.Source, Name: fileName(name), ContentType: kept.ContentType,
		Size: kept.Size, SHA256: kept.SHA256, Blob: kept.Blob,
	})
	if err != nil || !first {
		e.s.dropBlob(ctx, kept)
	}
	return err
}

// fileName keeps of a name what may stand in a row and a header.
func fileName(name string) string {
	name = strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), "")
	return string([]rune(name)[:min(len([]rune(name)), 100)])
}

// pick makes one of the citizen's own photos evidence.
func (e *evidence) pick(id string) error {
	purpose, err := e.purpose()
	if err != nil {
		return err
	}
	a, ok := shownFile(e.c, id)
	if !ok {
		return invalid("body.pick", "is no photo of this case")
	}
	_, err = e.add(models.CaseFile{ID: rand.Text(), Purpose: purpose, Source: a.ID, Attachment: a.ID, Name: a.Name, ContentType: a.ContentType})
	return err
}

// add writes one into the case, its history and the audit, unless it is there.
func (e *evidence) add(f models.CaseFile) (first bool, err error) {
	by := e.v.who
	f.Case, f.Email, f.By = e.c.Code, by.Email, by.Name
	err = e.s.Staff.Update(e.v.Request.Context(), func(tx *store.Tx) error {
		c, err := seenIn(tx, by, f.Case)
		if err != nil {
			return err
		}
		if _, first, err = tx.AddCaseFile(f); err != nil || !first {
			return err
		}
		if n, err := tx.CaseFileCount(c.Code); err != nil || n > evidenceMost {
			return cmpErr(err, faultMany)
		}
		return filed(tx, c, by, e.s, models.ActAttach, f)
	})
	return first, err
}

// filed writes into the history and the audit that a photo came or went.
func filed(tx *store.Tx, c *models.Case, by models.Principal, s *server, did models.Action, f models.CaseFile) error {
	if err := c.Move(did, by.Name, s.Now().UTC(), "", string(f.Purpose)+" "+f.ID); err != nil {
		return err
	}
	if err := tx.SaveCase(c); err != nil {
		return err
	}
	if err := tx.MarkSeen(by.Email, c.Code); err != nil {
		return err
	}
	return tx.Audit(by, "case."+string(did), c.Code, string(f.Purpose)+" "+f.ID)
}

// answer says how it went: to a script as a status and a word, to anybody else as a
// page.
func (e *evidence) answer(err error) error {
	var fault fileFault
	status, problem := http.StatusOK, ""
	switch {
	case errors.As(err, &fault):
		status, problem = http.StatusUnprocessableEntity, "photo-"+string(fault)
	case err != nil:
		return err
	}
	if e.v.GetHeader("HX-Request") != "" {
		e.v.String(status, problem)
		return nil
	}
	if problem != "" {
		return e.s.reshow(e.v, status, problem, answerForm{actionBody: actionBody{Action: models.ActResolve}})
	}
	to := evidencePath(e.c.Code)
	if back := e.fields["back"]; back != "" {
		to = ownPage(back)
	}
	return e.v.done(to, "photo-added")
}

// showEvidence serves a photo of staff to a page.
func (s *server) showEvidence(v *visit) error {
	c, err := s.seenCase(v.Request.Context(), v.who, v.Param("code"))
	if err != nil {
		return err
	}
	f, err := s.evidenceFile(v, c.Code)
	if err != nil {
		return err
	}
	return s.sendFile(v.Context, f.Blob, models.Attachment{ID: f.ID, Name: f.Name, Shown: f.Blob})
}

// evidenceFile returns the photo that the visit is about, of that case.
func (s *server) evidenceFile(v *visit, code string) (*models.CaseFile, error) {
	id := v.Param("id")
	if !plainID(id) {
		return nil, store.ErrNotFound
	}
	f, err := s.Staff.CaseFile(v.Request.Context(), id)
	if err == nil && (f.Case != code || f.Blob == "") {
		err = store.ErrNotFound
	}
	return f, err
}

// dropEvidence takes a photo out of the case: it was of something else, or shows
// somebody.
func (s *server) dropEvidence(v *visit) error {
	c, err := s.seenCase(v.Request.Context(), v.who, v.Param("code"))
	if err != nil {
		return err
	}
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		c, err := seenIn(tx, v.who, c.Code)
		if err != nil {
			return err
		}
		f, err := tx.DropCaseFile(c.Code, v.Param("id"))
		if err != nil {
			return err
		}
		return filed(tx, c, v.who, s, models.ActDetach, f)
	})
	if err != nil {
		return err
	}
	return v.done(evidencePath(c.Code), "photo-dropped")
}
