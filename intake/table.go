// Package intake reads files of content that offices hand in: procedures, units,
// contacts, holidays, dossiers, as YAML, CSV or XLSX. It reads nothing half:
// what is wrong is told with row, field and mend, and then nothing is taken.
package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/xuri/excelize/v2"
)

// MaxFile bounds a file that is read, in bytes.
const MaxFile = 32 << 20

// Record is one entry of a file.
type Record struct {
	Row    int            // of the sheet, the heading being 1; in YAML the entry's number
	Fields map[string]any // by column; only what is not empty
}

// Read takes a file apart by the ending of its name. list is what a YAML file
// may call its only list: "contacts".
func Read(name, list string, raw []byte) ([]Record, error) {
	if len(raw) > MaxFile {
		return nil, fmt.Errorf("read %s: larger than %d MB", filepath.Base(name), MaxFile>>20)
	}
	var records []Record
	var err error
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".yaml", ".yml":
		records, err = readYAML(list, raw)
	case ".csv", ".tsv", ".txt":
		records, err = readCSV(raw)
	case ".xlsx":
		records, err = readXLSX(raw)
	default:
		err = fmt.Errorf("ending %q is none of .yaml, .csv, .xlsx", ext)
	}
	if err == nil && len(records) == 0 {
		err = errors.New("there is no row in it")
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(name), err)
	}
	return records, nil
}

func readYAML(list string, raw []byte) ([]Record, error) {
	var entries []map[string]any
	if err := yaml.Unmarshal(raw, &entries); err != nil {
		var named map[string]any
		if yaml.Unmarshal(raw, &named) != nil {
			return nil, err
		}
		inner, err := yaml.Marshal(named[list])
		if err != nil {
			return nil, err
		}
		if err := yaml.Unmarshal(inner, &entries); err != nil {
			return nil, fmt.Errorf("neither a list nor a list named %q: %w", list, err)
		}
	}
	records := make([]Record, 0, len(entries))
	for i, e := range entries {
		records = append(records, Record{i + 1, e})
	}
	return records, nil
}

func readCSV(raw []byte) ([]Record, error) {
	text := Text(raw)
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	var rows [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		for len(rows) < line-1 { // a quoted field may run over lines
			rows = append(rows, nil)
		}
		rows = append(rows, row)
	}
	return table(rows)
}

// separator is the one of those in use that the heading has most of: Excel in
// Vietnamese writes semicolons.
func separator(text string) rune {
	heading, _, _ := strings.Cut(text, "\n")
	return slices.MaxFunc([]rune{',', ';', '\t'}, func(a, b rune) int {
		return strings.Count(heading, string(a)) - strings.Count(heading, string(b))
	})
}

func readXLSX(raw []byte) (records []Record, err error) {
	book, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: 8 * MaxFile})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	rows, err := book.GetRows(book.GetSheetName(book.GetActiveSheetIndex()))
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		for i := range row {
			row[i] = legible(row[i])
		}
	}
	return table(rows)
}

// table names the cells by the heading, the first row that has any.
func table(rows [][]string) ([]Record, error) {
	var heading []string
	var records []Record
	for i, row := range rows {
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		if heading == nil {
			for _, cell := range row {
				heading = append(heading, strings.ToLower(strings.TrimSpace(cell)))
			}
			continue
		}
		r := Record{i + 1, map[string]any{}}
		for j, cell := range row {
			cell = strings.TrimSpace(cell)
			switch {
			case cell == "":
			case j >= len(heading) || heading[j] == "":
				return nil, fmt.Errorf("row %d: cell %d stands under no heading", i+1, j+1)
			default:
				r.Fields[heading[j]] = cell
			}
		}
		records = append(records, r)
	}
	return records, nil
}
