package report

import "vane"

// Document is a finished report, ready to be rendered.
type Document struct {
	Title   string
	Period  string // 监测期
	Blocks  []Block
	Figures []Figure // every number of the text, in order of appearance
}

// Block is one of Heading, Paragraph, Chart, Table, Case and Space.
type Block any

// Heading is the title of a section; level 1 is a part of the report.
type Heading struct {
	Level int
	Text  string
}

// Paragraph is prose with figures in it.
type Paragraph []Run

// Run is a piece of text; if Figure is set, the number of that id.
type Run struct {
	Text   string
	Figure string
}

// Table has a header and rows of cells.
type Table struct {
	Caption string
	Header  []string
	Rows    [][]Run
}

// Chart is a picture of numbers: lines over days, or bars.
type Chart struct {
	Caption string
	Unit    string
	Bars    bool // horizontal, largest first; else a line
	Labels  []string
	Values  []float64
}

// Case is a candidate for a typical case (典型案例): what one person wrote, redacted
// when it was stored.
type Case struct {
	Number int
	Lead   string // date and place
	Text   string
	Source string
	URL    string
	ID     vane.ID
}

// Space is a place for the analyst's own words.
type Space struct{ Hint string }

// Figure is a number of the report and where it comes from.
type Figure struct {
	ID      string            `json:"id"`
	Name    string            `json:"name"`
	Text    string            `json:"text"`    // as printed
	Formula string            `json:"formula"` // over the rows of the queries
	Queries []vane.TrendQuery `json:"queries"` // none: the formula says where it is kept
	// Stored: a detection counted it then. The queries, if any, count the posts of now.
	Stored bool `json:"stored,omitempty"`
}

// Figure finds a figure by its id.
func (d Document) Figure(id string) (Figure, bool) {
	for _, f := range d.Figures {
		if f.ID == id {
			return f, true
		}
	}
	return Figure{}, false
}
