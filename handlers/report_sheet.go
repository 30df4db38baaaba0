package handlers

import (
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// sheetName is the most runes that Excel takes for one.
const sheetName = 31

// sheet is the report as a workbook, a sheet for each table.
func (r report) sheet() (_ []byte, err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	first := book.GetSheetName(0)
	for i, t := range r.Tables {
		name := sheetTitle(t.Title)
		if i == 0 {
			err = book.SetSheetName(first, name)
		} else {
			_, err = book.NewSheet(name)
		}
		if err == nil {
			err = r.fill(book, name, t, bold)
		}
		if err != nil {
			return nil, fmt.Errorf("write the sheet %q: %w", name, err)
		}
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	return out.Bytes(), nil
}

// fill writes a table below what the report is about.
func (r report) fill(book *excelize.File, name string, t reportTable, bold int) error {
	lines := [][]any{{r.Title}, {r.Scope}, {r.Period}, {}, row(t.Head)}
	for _, cells := range t.Rows {
		line := make([]any, len(cells))
		for i, c := range cells {
			if line[i] = c.Text; c.Counts {
				line[i] = c.Number
			}
		}
		lines = append(lines, line)
	}
	for i, line := range lines {
		if err := book.SetSheetRow(name, fmt.Sprint("A", i+1), &line); err != nil {
			return err
		}
	}
	last, err := excelize.ColumnNumberToName(len(t.Head))
	if err == nil {
		err = book.SetColWidth(name, "A", "A", 44)
	}
	if err == nil && len(t.Head) > 1 {
		err = book.SetColWidth(name, "B", last, 18)
	}
	for _, area := range [][2]string{{"A1", "A1"}, {"A5", last + "5"}} {
		if err == nil {
			err = book.SetCellStyle(name, area[0], area[1], bold)
		}
	}
	return err
}

func row(names []string) []any {
	line := make([]any, len(names))
	for i, n := range names {
		line[i] = n
	}
	return line
}

// sheetTitle makes a title fit to name a sheet.
func sheetTitle(title string) string {
	runes := []rune(title)
	for i, c := range runes {
		switch c {
		case ':', '\\', '/', '?', '*', '[', ']', '\'':
			runes[i] = ' '
		}
	}
	return string(runes[:min(len(runes), sheetName)])
}
