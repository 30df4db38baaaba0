package handlers

import "strconv"

// Charts are drawn by the template as SVG, in units of which the width has 360:
// they fit a phone and print. What they show stands in their table too.
const (
	chartWidth  = 360
	chartHeight = 150 // of columns
	chartFoot   = 20  // below columns, for their labels
	chartRow    = 34  // of bars: a label and the bar below it
	chartNumber = 70  // right of bars, for their number
	barsMost    = 12
	labelMost   = 52 // runes
)

// chart is a picture of a table: bars with a label each, or columns over time.
type chart struct {
	Name          string
	Width, Height int
	Bars          []bar
	Columns       []column
	Legend        []string // of columns
	Least         string   // what the top of columns stands for
}

// bar is one bar that lies.
type bar struct {
	Label, Text  string
	Value        float64
	Y, BarY, TxY int // of the label, the bar and the number
	Length       int
	TextX        int
}

// column is one point in time: what stands there, and its label or "".
type column struct {
	Label     string
	X, Middle int
	Width     int
	Stands    []stand
}

// stand is one column that stands.
type stand struct {
	Class        string
	X, Y, W, H   int
	Value, Title string
}

// barsOf draws the first rows of a table by their second cell.
func barsOf(t reportTable) *chart {
	list := make([]bar, 0, len(t.Rows))
	most := 0.0
	for _, row := range t.Rows {
		list = append(list, bar{Label: row[0].Text, Text: row[1].Text, Value: row[1].Number})
		most = max(most, row[1].Number)
	}
	return bars(t.Title, list, most)
}

// bars draws values of which none is above most. Without a value above 0 there is
// nothing to draw.
func bars(name string, list []bar, most float64) *chart {
	if len(list) == 0 || most <= 0 {
		return nil
	}
	list = list[:min(len(list), barsMost)]
	c := &chart{Name: name, Width: chartWidth, Height: len(list) * chartRow, Bars: list}
	for i := range c.Bars {
		b := &c.Bars[i]
		b.Label = cutLabel(b.Label)
		b.Y, b.BarY, b.TxY = i*chartRow+12, i*chartRow+16, i*chartRow+26
		b.Length = max(int(b.Value/most*(chartWidth-chartNumber)), 1)
		b.TextX = b.Length + 6
	}
	return c
}

// columns draws a table of times and numbers, a group of columns for each row.
func columns(t reportTable) *chart {
	most := 0.0
	for _, row := range t.Rows {
		for _, is := range row[1:] {
			most = max(most, is.Number)
		}
	}
	if most == 0 {
		return nil
	}
	c := &chart{Name: t.Title, Width: chartWidth, Height: chartHeight + chartFoot, Legend: t.Head[1:], Least: strconv.Itoa(int(most))}
	step := chartWidth / max(len(t.Rows), 1)
	every := len(t.Rows)/6 + 1 // as many labels as can be read
	for i, row := range t.Rows {
		g := column{X: i * step, Middle: i*step + step/2, Width: step}
		if i%every == 0 {
			g.Label = row[0].Text
		}
		wide := max((step-1)/(len(row)-1), 1)
		for j, is := range row[1:] {
			height := int(is.Number / most * (chartHeight - 16))
			g.Stands = append(g.Stands, stand{
				Class: "chart-" + strconv.Itoa(j), X: g.X + j*wide, Y: chartHeight - height, W: wide, H: height,
				Value: is.Text, Title: row[0].Text + ": " + is.Text,
			})
		}
		c.Columns = append(c.Columns, g)
	}
	return c
}

// cutLabel shortens a label to what fits beside a bar.
func cutLabel(label string) string {
	runes := []rune(label)
	if len(runes) <= labelMost {
		return label
	}
	return string(runes[:labelMost-1]) + "…"
}
