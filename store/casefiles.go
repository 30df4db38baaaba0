package store

import (
	"context"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm/clause"
)

// caseFileRow is a file of staff as it is stored.
type caseFileRow struct {
	ID          string `gorm:"primaryKey"`
	CaseCode    string
	Purpose     string
	Source      string
	Attachment  string
	Name        string
	ContentType string
	Size        int64
	SHA256      string `gorm:"column:sha256"`
	Blob        string
	ByEmail     string
	ByName      string
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
}

// TableName implements gorm's Tabler.
func (caseFileRow) TableName() string { return "case_files" }

func (w caseFileRow) model() models.CaseFile {
	return models.CaseFile{
		ID: w.ID, Case: w.CaseCode, Purpose: models.Purpose(w.Purpose), Source: w.Source, Attachment: w.Attachment, Name: w.Name,
		ContentType: w.ContentType, Size: w.Size, SHA256: w.SHA256, Blob: w.Blob, Email: w.ByEmail, By: w.ByName, CreatedAt: fromMicros(w.CreatedAt),
	}
}

// AddCaseFile puts a file of staff into a case, and reports whether it was not
// there before: the same source for the same purpose is one file. kept is the one
// that is there. The time is the store's.
func (t *Tx) AddCaseFile(f models.CaseFile) (kept models.CaseFile, first bool, err error) {
	row := caseFileRow{
		ID: f.ID, CaseCode: strings.ToUpper(clean(f.Case)), Purpose: string(f.Purpose), Source: clean(f.Source), Attachment: clean(f.Attachment),
		Name: clean(f.Name), ContentType: clean(f.ContentType), Size: f.Size, SHA256: f.SHA256, Blob: f.Blob,
		ByEmail: clean(f.Email), ByName: clean(f.By), CreatedAt: t.now.UnixMicro(),
	}
	res := t.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if res.Error != nil {
		return kept, false, wrap("add a file to a case", res.Error)
	}
	var there caseFileRow
	err = t.db.Where("case_code = ? AND purpose = ? AND source = ?", row.CaseCode, row.Purpose, row.Source).Take(&there).Error
	return there.model(), res.RowsAffected > 0, wrap("add a file to a case", err)
}

// CaseFileCount is how many files of staff the case has.
func (t *Tx) CaseFileCount(code string) (n int64, err error) {
	err = t.db.Model(&caseFileRow{}).Where("case_code = ?", strings.ToUpper(clean(code))).Count(&n).Error
	return n, wrap("count files of a case", err)
}

// DropCaseFile takes a file of staff out of a case and returns it; its blob goes
// with the next clean-up. ErrNotFound.
func (t *Tx) DropCaseFile(code, id string) (models.CaseFile, error) {
	rows, err := find[caseFileRow](t.db, "DELETE FROM case_files WHERE id = ? AND case_code = ? RETURNING *", clean(id), strings.ToUpper(clean(code)))
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return models.CaseFile{}, wrap("drop a file of a case", err)
	}
	return rows[0].model(), wrap("drop a file of a case", t.dropBlobs(rows[0].Blob))
}

// forgetCaseFiles takes all that staff put into the conversation's cases out of
// them, but for those that are kept: nobody can tell what a photo shows.
func (t *Tx) forgetCaseFiles(e Erasure, keep []string) error {
	rows, err := find[caseFileRow](t.db, "SELECT * FROM case_files WHERE case_code IN (SELECT code FROM cases WHERE conversation = ? AND created_at <= ?)", e.Conversation, micros(e.AskedAt))
	for _, w := range rows {
		if err == nil && !slices.Contains(keep, w.CaseCode) {
			_, err = t.DropCaseFile(w.CaseCode, w.ID)
		}
	}
	return wrap("forget files of staff", err)
}

// CaseFiles returns what staff put into the cases, oldest first.
func (s *Store) CaseFiles(ctx context.Context, codes ...string) ([]models.CaseFile, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	db := s.read.WithContext(ctx)
	among, list := on(db).among(codes)
	rows, err := find[caseFileRow](db, "SELECT * FROM case_files WHERE case_code "+among+" ORDER BY created_at, id", list)
	return each(rows, caseFileRow.model), wrap("list files of staff", err)
}

// CaseFile returns one file of staff. ErrNotFound.
func (s *Store) CaseFile(ctx context.Context, id string) (*models.CaseFile, error) {
	var row caseFileRow
	if err := s.read.WithContext(ctx).Where("id = ?", clean(id)).Take(&row).Error; err != nil {
		return nil, wrap("find a file of staff", err)
	}
	f := row.model()
	return &f, nil
}
