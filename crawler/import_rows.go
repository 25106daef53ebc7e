package crawler

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// lineReader reads lines of bounded length, and takes some back.
type lineReader struct {
	r     *bufio.Reader
	max   int
	line  int // number of the line last read
	again []numberedLine
}

type numberedLine struct {
	n       int
	text    string // without the line break
	tooLong bool   // text is only its beginning
}

func newLineReader(r io.Reader, max int) *lineReader {
	return &lineReader{r: bufio.NewReader(r), max: max}
}

// next reads a line. Of one longer than max the rest is skipped.
func (l *lineReader) next() (numberedLine, error) {
	if len(l.again) > 0 {
		line := l.again[0]
		l.again = l.again[1:]
		l.line = line.n
		return line, nil
	}
	var text []byte
	line := numberedLine{n: l.line + 1}
	for {
		part, err := l.r.ReadSlice('\n')
		if room := l.max + 1 - len(text); len(part) > room {
			text, line.tooLong = append(text, part[:room]...), true
		} else {
			text = append(text, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(text) == 0) {
			return line, err
		}
		l.line++
		line.text = string(bytes.TrimRight(text, "\r\n"))
		return line, nil
	}
}

// back gives lines to be read again, before all others.
func (l *lineReader) back(lines []numberedLine) { l.again = append(slices.Clone(lines), l.again...) }

// check is the error of a line that can't be a row.
func (line numberedLine) check(max int) error {
	switch {
	case line.tooLong:
		return &rowError{fmt.Errorf("the row is longer than %d bytes", max)}
	case !utf8.ValidString(line.text):
		return &rowError{errors.New("the row is not UTF-8")}
	default:
		return nil
	}
}

// rejectedLength is how much of a row that is too long is kept to find it by.
const rejectedLength = 1000

func (line numberedLine) raw() string {
	if line.tooLong {
		return strings.ToValidUTF8(line.text[:rejectedLength], "")
	}
	return line.text
}

// nextJSON reads the next line of a JSONL file.
func (im *importer) nextJSON() (n int, raw string, fields map[string]string, err error) {
	line, err := im.lines.next()
	if err != nil {
		return 0, "", nil, err
	}
	if err := line.check(im.lines.max); err != nil {
		return line.n, line.raw(), nil, err
	}
	if strings.TrimSpace(line.text) == "" {
		return line.n, "", nil, nil
	}
	fields, err = im.jsonFields(line.text)
	return line.n, line.text, fields, err
}

func (im *importer) jsonFields(text string) (map[string]string, error) {
	var object map[string]any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber() // all digits of a long id
	if err := dec.Decode(&object); err != nil {
		return nil, &rowError{fmt.Errorf("the row is not a JSON object: %w", err)}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &rowError{errors.New("something stands behind the JSON object")}
	}
	fields := map[string]string{}
	for _, key := range importKeys() {
		switch v := object[im.column(key)].(type) {
		case nil:
		case string:
			fields[key] = v
		case json.Number:
			fields[key] = v.String()
		default:
			return nil, &rowError{fmt.Errorf("%s is neither a string nor a number", im.column(key))}
		}
	}
	return fields, nil
}

// column is what the file calls a key.
func (im *importer) column(key string) string {
	if name, ok := im.opts.Mapping[key]; ok {
		return name
	}
	return key
}

// readHeader reads the first row of a CSV file.
func (im *importer) readHeader() error {
	_, _, cells, err := im.nextCells()
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty: it needs a header, a first row that names the columns")
	}
	if err != nil {
		return fmt.Errorf("read the header: %w", err)
	}
	if len(cells) == 0 {
		return errors.New("the first row is empty: it has to name the columns")
	}
	for _, cell := range cells {
		im.columns = append(im.columns, strings.TrimSpace(cell))
	}
	for _, name := range im.opts.Mapping {
		if !slices.Contains(im.columns, name) {
			return fmt.Errorf("the mapping names a column %q, the file has %s", name, strings.Join(im.columns, ", "))
		}
	}
	if !slices.Contains(im.columns, im.column("title")) && !slices.Contains(im.columns, im.column("text")) {
		return fmt.Errorf("no column is called title or text: map one of %s, as in title=%s", strings.Join(im.columns, ", "), im.columns[0])
	}
	return nil
}

// nextCSV reads the next row of a CSV file.
func (im *importer) nextCSV() (n int, raw string, fields map[string]string, err error) {
	n, raw, cells, err := im.nextCells()
	switch {
	case err != nil:
		return n, raw, nil, err
	case cells == nil:
		return n, raw, nil, nil
	case len(cells) != len(im.columns):
		return n, raw, nil, &rowError{fmt.Errorf("the row has %d columns, the header %d", len(cells), len(im.columns))}
	}
	fields = map[string]string{}
	for _, key := range importKeys() {
		if i := slices.Index(im.columns, im.column(key)); i >= 0 {
			fields[key] = cells[i]
		}
	}
	if fields["post_id"] != "" {
		for key, cell := range fields {
			fields[key] = unguarded(cell)
		}
	}
	return n, raw, fields, nil
}

// nextCells reads a row that may go over several lines. A quote that is never
// closed spoils only the line it stands in: the ones behind it are read again.
func (im *importer) nextCells() (n int, raw string, cells []string, err error) {
	first, err := im.lines.next()
	if err != nil {
		return 0, "", nil, err
	}
	if err := first.check(im.lines.max); err != nil {
		return first.n, first.raw(), nil, err
	}
	if strings.TrimSpace(first.text) == "" {
		return first.n, "", nil, nil
	}
	var row csvRow
	size := len(first.text)
	open := row.add(first.text)
	var more []numberedLine
	for open && !row.broken {
		line, err := im.lines.next()
		if err == nil {
			more = append(more, line)
			size += len(line.text) + 1
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return first.n, "", nil, err
		}
		if err != nil || size > im.lines.max || line.check(im.lines.max) != nil {
			im.lines.back(more)
			return first.n, first.text, nil, &rowError{errors.New("a quote is not closed")}
		}
		open = row.add("\n" + line.text)
	}
	if row.broken {
		im.lines.back(more)
		return first.n, first.text, nil, &rowError{errors.New("a quote stands inside a quoted cell: write it twice")}
	}
	raw = first.text
	for _, line := range more {
		raw += "\n" + line.text
	}
	return first.n, raw, row.cells(), nil
}

// csvRow is a row of RFC 4180, read piece by piece. A quote inside a cell that does
// not begin with one is a character like any other.
type csvRow struct {
	done   []string
	cell   strings.Builder
	quoted bool // inside quotes
	broken bool // something stands behind a closing quote
	begun  bool // the cell has a character
}

// add reads a piece, and reports whether a quote is open behind it.
func (r *csvRow) add(piece string) bool {
	for i := 0; i < len(piece); i++ {
		c := piece[i]
		switch {
		case r.quoted && c == '"' && i+1 < len(piece) && piece[i+1] == '"':
			r.cell.WriteByte('"')
			i++
		case r.quoted && c == '"':
			r.quoted = false
			r.broken = r.broken || i+1 < len(piece) && piece[i+1] != ','
		case r.quoted:
			r.cell.WriteByte(c)
		case c == ',':
			r.close()
		case c == '"' && !r.begun:
			r.quoted, r.begun = true, true
		default:
			r.begun = true
			r.cell.WriteByte(c)
		}
	}
	return r.quoted
}

func (r *csvRow) close() {
	r.done = append(r.done, r.cell.String())
	r.cell.Reset()
	r.quoted, r.begun = false, false
}

func (r *csvRow) cells() []string {
	r.close()
	return r.done
}
