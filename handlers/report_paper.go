package handlers

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusanscondensedbold"
	"github.com/go-pdf/fpdf"
)

// Measures of a page, in millimetres.
const (
	paperFont   = "DejaVu" // has every Vietnamese letter; a PDF carries what it uses of it
	paperMargin = 15.0
	paperLine   = 5.5
	paperBar    = 60.0 // the longest bar
	paperFoot   = 20.0
)

// paper is the report as a PDF of A4 pages; tables of many columns lie on their side.
func (r report) paper() ([]byte, error) {
	p := fpdf.New("P", "mm", "A4", "")
	p.AddUTF8FontFromBytes(paperFont, "", dejavusanscondensed.TTF)
	p.AddUTF8FontFromBytes(paperFont, "B", dejavusanscondensedbold.TTF)
	p.SetMargins(paperMargin, paperMargin, paperMargin)
	p.SetAutoPageBreak(true, paperFoot)
	p.SetTitle(r.Title, true)
	p.SetLang("vi-VN")
	p.SetFooterFunc(func() {
		p.SetY(-12)
		p.SetFont(paperFont, "", 8)
		p.CellFormat(0, paperLine, r.Made+" · "+strconv.Itoa(p.PageNo()), "", 0, "R", false, 0, "")
	})
	p.AddPage()
	p.SetFont(paperFont, "B", 15)
	p.MultiCell(0, 8, r.Title, "", "L", false)
	p.SetFont(paperFont, "", 11)
	p.MultiCell(0, 6, r.Scope+"\n"+r.Period, "", "L", false)
	for _, t := range r.Tables {
		printTable(p, t)
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("write a PDF: %w", err)
	}
	return out.Bytes(), nil
}

// printTable prints a table, with a bar in each line where it is drawn as bars.
func printTable(p *fpdf.Fpdf, t reportTable) {
	onSide := len(t.Head) > 6
	if onSide {
		p.AddPageFormat("L", p.GetPageSizeStr("A4"))
	}
	p.Ln(4)
	p.SetFont(paperFont, "B", 11)
	p.MultiCell(0, 6, t.Title, "", "L", false)
	wide := widths(p, t)
	printHead(p, t, wide)
	for _, cells := range t.Rows {
		if _, high := p.GetPageSize(); p.GetY()+paperLine > high-paperFoot {
			p.AddPageFormat(map[bool]string{true: "L", false: "P"}[onSide], p.GetPageSizeStr("A4"))
			printHead(p, t, wide)
		}
		for i, c := range cells {
			p.CellFormat(wide[i], paperLine, fitting(p, c.Text, wide[i]), "B", 0, align(c), false, 0, "")
		}
		printBar(p, t, cells)
		p.Ln(paperLine)
	}
	if onSide {
		p.AddPageFormat("P", p.GetPageSizeStr("A4"))
	}
}

func printHead(p *fpdf.Fpdf, t reportTable, wide []float64) {
	p.SetFont(paperFont, "B", 8)
	for i, name := range t.Head {
		side := "R"
		if i == 0 {
			side = "L"
		}
		p.CellFormat(wide[i], paperLine, fitting(p, name, wide[i]), "B", 0, side, false, 0, "")
	}
	p.Ln(paperLine)
	p.SetFont(paperFont, "", 8)
}

// widths shares the page out: half of it to the names, or what bars leave.
func widths(p *fpdf.Fpdf, t reportTable) []float64 {
	page, _ := p.GetPageSize()
	room := page - 2*paperMargin
	if barred(t) {
		room -= paperBar
	}
	names := min(room/2, 90)
	list := make([]float64, len(t.Head))
	for i := range list {
		list[i] = (room - names) / float64(max(len(list)-1, 1))
	}
	list[0] = names
	return list
}

// barred reports whether bars stand beside the rows.
func barred(t reportTable) bool { return t.Chart != nil && len(t.Head) <= 3 }

func printBar(p *fpdf.Fpdf, t reportTable, cells []cell) {
	if !barred(t) {
		return
	}
	most := 0.0
	for _, row := range t.Rows {
		most = max(most, row[1].Number)
	}
	if length := paperBar * cells[1].Number / max(most, 1); length > 0 {
		p.SetFillColor(11, 83, 148)
		p.Rect(p.GetX()+2, p.GetY()+1.2, max(length-2, 0.5), paperLine-2.4, "F")
	}
}

func align(c cell) string {
	if c.Counts || c.Text == none {
		return "R"
	}
	return "L"
}

// fitting cuts a text to what fits into a cell.
func fitting(p *fpdf.Fpdf, text string, wide float64) string {
	runes := []rune(text)
	for n := len(runes); n > 0; n-- {
		cut := string(runes[:n])
		if n < len(runes) {
			cut += "…"
		}
		if p.GetStringWidth(cut) <= wide-2 {
			return cut
		}
	}
	return ""
}
