package handlers

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/langnghe/langnghe/store"
)

const (
	auditMost    = 100_000 // lines of one export
	auditBatch   = 2_000   // of them, read at once
	exportsMost  = 2       // exports at once
	byteMark     = "\ufeff"
	formulaSigns = "=+-@\t\r" // with which a spreadsheet begins a formula
)

// auditCSV sends what the page lists as a table of text, written as it is read.
func (s *server) auditCSV(v *visit) error {
	return s.exportAudit(v, "csv", "text/csv; charset=utf-8", func(each func(func([]string) error) error) error {
		out := bufio.NewWriter(v.Writer)
		if _, err := out.WriteString(byteMark); err != nil { // by which Excel knows the encoding
			return err
		}
		table := csv.NewWriter(out)
		err := each(func(line []string) error {
			for i := range line {
				line[i] = harmless(line[i])
			}
			return table.Write(line)
		})
		table.Flush()
		return errors.Join(err, table.Error(), out.Flush())
	})
}

// auditSheet sends it as a workbook, in which every cell is a text.
func (s *server) auditSheet(v *visit) error {
	const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	return s.exportAudit(v, "xlsx", kind, func(each func(func([]string) error) error) (err error) {
		book := excelize.NewFile()
		defer func() { err = errors.Join(err, book.Close()) }()
		sheet, err := book.NewStreamWriter(book.GetSheetName(0))
		if err != nil {
			return err
		}
		n := 0
		err = each(func(line []string) error {
			n++
			return sheet.SetRow(fmt.Sprint("A", n), row(line))
		})
		if err == nil {
			err = sheet.Flush()
		}
		if err == nil {
			err = book.Write(v.Writer)
		}
		return err
	})
}

// harmless keeps a spreadsheet from running what somebody wrote.
func harmless(text string) string {
	if text != "" && strings.Contains(formulaSigns, text[:1]) {
		return "'" + text
	}
	return text
}

// exportAudit writes the lines that the page lists, newest first, at most
// auditMost, and that they were taken. Of several who export at once some are
// asked to come again.
func (s *server) exportAudit(v *visit, suffix, kind string, write func(each func(func([]string) error) error) error) error {
	select {
	case s.console.exports <- struct{}{}:
		defer func() { <-s.console.exports }()
	default:
		return errBusy
	}
	data := auditData{Form: readAudit(v.Request.URL.Query())}
	f, accounts, err := s.auditFilter(v, &data)
	if err != nil {
		return err
	}
	if len(data.Several) > 0 {
		return invalid("query.who", "several people are meant")
	}
	e := auditExport{s: s, v: v, filter: f, accounts: accounts, named: map[string]string{}}
	first, err := e.read()
	if err != nil {
		return err
	}
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		return tx.Audit(v.who, "audit.exported", suffix, data.Form.Query())
	})
	if err != nil {
		return err
	}
	v.Header("Content-Type", kind)
	v.Header("Content-Disposition", `attachment; filename="langnghe-nhat-ky-`+local(s.Now()).Format("2006-01-02")+"."+suffix+`"`)
	v.Status(http.StatusOK)
	if err := write(func(line func([]string) error) error { return e.lines(first, line) }); err != nil {
		s.Log.WithError(err).Error("export the audit")
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	return nil
}

// auditExport words the audit for a file.
type auditExport struct {
	s        *server
	v        *visit
	filter   store.AuditFilter
	accounts []store.Account
	named    map[string]string // words of actions
	fault    error
}

// read returns the next lines.
func (e *auditExport) read() ([]store.AuditEntry, error) {
	e.filter.Limit = auditBatch
	entries, next, err := e.s.Staff.AuditEntries(e.v.Request.Context(), e.filter)
	e.filter.Cursor = next
	return entries, err
}

// lines calls line for each: the head, then what was read and what follows.
func (e *auditExport) lines(entries []store.AuditEntry, line func([]string) error) error {
	var head []string
	for _, column := range []string{"at", "who", "name", "unit", "what", "about", "detail"} {
		head = append(head, e.word("audit-column", column))
	}
	err := line(head)
	for n := 0; err == nil && e.fault == nil && len(entries) > 0; {
		for _, one := range entries {
			if err := line(e.cells(one)); err != nil {
				return err
			}
		}
		switch n += len(entries); {
		case e.filter.Cursor == "":
			return e.fault
		case n >= auditMost:
			return errors.Join(line([]string{e.word("audit-column", "more")}), e.fault)
		}
		entries, err = e.read()
	}
	return errors.Join(err, e.fault)
}

func (e *auditExport) cells(one store.AuditEntry) []string {
	name := accountName(e.accounts, one.Actor)
	if name == one.Actor {
		name = ""
	}
	return []string{
		local(one.At).Format("2006-01-02 15:04:05"), one.Actor, name, e.s.nameOfUnit(one.Unit), e.word("audit-action", one.Action), one.About, one.Detail,
	}
}

// word is what a block of the page makes of a key.
func (e *auditExport) word(block, key string) string {
	found, known := e.named[block+key]
	if !known {
		var err error
		found, err = e.s.word("audit", block, key)
		e.named[block+key], e.fault = found, errors.Join(e.fault, err)
	}
	return found
}
