package storage

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"vane"
)

// csvSheet writes RFC 4180.
type csvSheet struct {
	w     *csv.Writer
	cells []string
}

func newCSVSheet(w io.Writer, bom bool, columns []column) (*csvSheet, error) {
	if bom {
		if _, err := io.WriteString(w, "\uFEFF"); err != nil {
			return nil, err
		}
	}
	s := &csvSheet{w: csv.NewWriter(w), cells: make([]string, len(columns))}
	for i, c := range columns {
		s.cells[i] = c.name
	}
	return s, s.w.Write(s.cells)
}

func (s *csvSheet) write(row []any) error {
	for i, value := range row {
		s.cells[i] = csvCell(value)
	}
	return s.w.Write(s.cells)
}

func (s *csvSheet) close() error {
	s.w.Flush()
	return s.w.Error()
}

func (s *csvSheet) discard() error { return nil }

// csvCell is a value as text. Times are of Beijing, with their zone, so that both
// people and import read the moment.
func csvCell(value any) string {
	switch v := value.(type) {
	case string:
		return guarded(v)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.In(vane.Beijing()).Format("2006-01-02T15:04:05.999Z07:00")
	default:
		return fmt.Sprint(v)
	}
}

// formulaSigns begin a cell that a spreadsheet may take for a formula, and run: what
// a post says must not (OWASP, CSV injection).
const formulaSigns = "=+-@\t\r"

// guarded puts a ' before such a cell, and before one that has some already, so that
// import can take one away.
func guarded(s string) string {
	if rest := strings.TrimLeft(s, "'"); rest != "" && strings.IndexByte(formulaSigns, rest[0]) >= 0 {
		return "'" + s
	}
	return s
}
