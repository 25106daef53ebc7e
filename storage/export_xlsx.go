package storage

import (
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"vane"
)

// xlsxSheet writes a workbook. Its rows wait on disk, in the folder for temporary
// files, until the end: a workbook begins with what is known last.
type xlsxSheet struct {
	w       io.Writer
	file    *excelize.File
	columns []column
	stream  *excelize.StreamWriter
	moment  int // style of times
	sheets  int
	row     int // written last, the header is 1
	cells   []any
}

func newXLSXSheet(w io.Writer, columns []column) (*xlsxSheet, error) {
	s := &xlsxSheet{w: w, file: excelize.NewFile(), columns: columns, cells: make([]any, len(columns))}
	format := "yyyy-mm-dd hh:mm:ss"
	var err error
	if s.moment, err = s.file.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
		return nil, errors.Join(err, s.discard())
	}
	if err := s.begin(); err != nil {
		return nil, errors.Join(err, s.discard())
	}
	return s, nil
}

// begin starts the next sheet with its header.
func (s *xlsxSheet) begin() (err error) {
	s.sheets++
	name := fmt.Sprint("Sheet", s.sheets)
	if s.sheets > 1 {
		if _, err := s.file.NewSheet(name); err != nil {
			return err
		}
	}
	if s.stream, err = s.file.NewStreamWriter(name); err != nil {
		return err
	}
	header := make([]any, len(s.columns))
	for i, c := range s.columns {
		header[i] = c.name
	}
	s.row = 1
	return s.stream.SetRow("A1", header)
}

func (s *xlsxSheet) write(row []any) error {
	if s.row == excelize.TotalRows {
		if err := s.stream.Flush(); err != nil {
			return err
		}
		if err := s.begin(); err != nil {
			return err
		}
	}
	s.row++
	for i, value := range row {
		s.cells[i] = s.cell(value)
	}
	return s.stream.SetRow(fmt.Sprint("A", s.row), s.cells)
}

// cell is a value as a workbook holds it: times on Beijing's clock, texts up to what
// a cell may hold. A text is never a formula there.
func (s *xlsxSheet) cell(value any) any {
	switch v := value.(type) {
	case string:
		return firstCharacters(v, excelize.TotalCellChars)
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return excelize.Cell{StyleID: s.moment, Value: v.In(vane.Beijing())}
	default:
		return value
	}
}

// firstCharacters is the beginning of s, at most n units of UTF-16, in which a workbook
// counts.
func firstCharacters(s string, n int) string {
	for i, r := range s {
		if n -= utf16.RuneLen(r); n < 0 {
			return s[:i]
		}
	}
	return s
}

func (s *xlsxSheet) close() error {
	err := s.stream.Flush()
	if err == nil {
		_, err = s.file.WriteTo(s.w)
	}
	return errors.Join(err, s.discard())
}

// discard removes the rows that wait on disk.
func (s *xlsxSheet) discard() error { return s.file.Close() }
