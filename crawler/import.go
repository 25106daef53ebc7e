package crawler

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"vane"
)

// Format is how a file of posts is written.
type Format string

// The formats that Import reads.
const (
	JSONL Format = "jsonl" // one JSON object on each line
	CSV   Format = "csv"   // comma separated, the first row names the columns
)

// maxRow is far above the longest post; a longer row is a file that is not what it
// seems, and would fill the memory.
const maxRow = 1 << 20

// errEmptyRow says of a row what errNoContent says of a page.
var errEmptyRow = errors.New("the row has no title and no text")

// ImportOptions say what the rows of a file are.
type ImportOptions struct {
	Format       Format
	Mapping      map[string]string // from a key of importKeys to the file's own, see ParseMapping
	Source       string            // part of every post's id
	Channel      vane.Channel
	Zone         *time.Location // of dates without one; nil is Asia/Shanghai
	Now          time.Time      // becomes CollectedAt
	AuthorSecret []byte         // see [vane.NewAuthorKey]
}

// ImportReport counts the rows of a file.
type ImportReport struct {
	Rows     int `json:"rows"`
	Taken    int `json:"taken"`
	Rejected int `json:"rejected"`
	Undated  int `json:"undated"` // of Taken: without a date, so that the time of the import stands for it
}

// importKeys are the parts of a post that a file may have, by the key or column
// that is looked for. heat counts as views where there are none.
func importKeys() []string {
	return append([]string{"id", "url", "title", "text", "author", "region", "published_at", "views", "likes", "comments", "shares", "heat"}, exportedKeys()...)
}

// ParseMapping reads title=标题,text=内容: which key or column of a file, on the
// right, holds which part of a post, on the left.
func ParseMapping(s string) (map[string]string, error) {
	mapping := map[string]string{}
	for pair := range strings.SplitSeq(s, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		key, column, ok := strings.Cut(pair, "=")
		key, column = strings.TrimSpace(key), strings.TrimSpace(column)
		if !ok || column == "" || !slices.Contains(importKeys(), key) {
			return nil, fmt.Errorf("mapping %q: write KEY=COLUMN, with KEY one of %s", pair, strings.Join(importKeys(), ", "))
		}
		mapping[key] = column
	}
	return mapping, nil
}

// Import reads posts from a file that people already have, and gives each to take.
// A row that is no post is given to reject with its line number, counted from 1, and
// the import goes on; so it does with a row above 1 MiB. A row without a date is
// taken with the time of the import and marked Undated; one whose date can't be read
// is rejected. A file that is not UTF-8 is read as GB18030.
//
// It fails when r or take fails, when ctx ends, or when a CSV file has no header
// that fits.
func Import(ctx context.Context, r io.Reader, opts ImportOptions, take func(vane.Post) error, reject func(line int, raw string, err error)) (ImportReport, error) {
	im := importer{opts: opts, take: take, reject: reject, lines: newLineReader(asUTF8(r), maxRow)}
	if err := im.prepare(); err != nil {
		return im.report, fmt.Errorf("import: %w", err)
	}
	for {
		err := ctx.Err()
		if err == nil {
			err = im.row()
		}
		if errors.Is(err, io.EOF) {
			return im.report, nil
		}
		if err != nil {
			return im.report, fmt.Errorf("import, line %d: %w", im.lines.line, err)
		}
	}
}

// importer is one import.
type importer struct {
	opts    ImportOptions
	take    func(vane.Post) error
	reject  func(line int, raw string, err error)
	lines   *lineReader
	columns []string // CSV only
	drafter drafter
	report  ImportReport
}

func (im *importer) prepare() error {
	if im.opts.Zone == nil {
		zone, err := ParseZone("")
		if err != nil {
			return err
		}
		im.opts.Zone = zone
	}
	im.drafter = drafter{
		plan:   &plan{src: Source{Name: im.opts.Source, Channel: im.opts.Channel}, zone: im.opts.Zone},
		secret: im.opts.AuthorSecret,
	}
	for key := range im.opts.Mapping {
		if !slices.Contains(importKeys(), key) {
			return fmt.Errorf("mapping of %q: use %s", key, strings.Join(importKeys(), ", "))
		}
	}
	switch im.opts.Format {
	case JSONL:
		return nil
	case CSV:
		return im.readHeader()
	default:
		return fmt.Errorf("format %q: use %s or %s", im.opts.Format, JSONL, CSV)
	}
}

// row imports the next row, or rejects it.
func (im *importer) row() error {
	var (
		line   int
		raw    string
		fields map[string]string
		err    error
	)
	if im.opts.Format == CSV {
		line, raw, fields, err = im.nextCSV()
	} else {
		line, raw, fields, err = im.nextJSON()
	}
	var bad *rowError
	switch {
	case errors.As(err, &bad):
		return im.refuse(line, raw, bad.err)
	case err != nil:
		return err
	case fields == nil: // an empty line
		return nil
	}
	post, err := im.post(fields)
	if err != nil {
		return im.refuse(line, raw, err)
	}
	im.report.Rows++
	im.report.Taken++
	if post.Undated {
		im.report.Undated++
	}
	return im.take(post)
}

func (im *importer) refuse(line int, raw string, err error) error {
	im.report.Rows++
	im.report.Rejected++
	im.reject(line, raw, err)
	return nil
}

// rowError is about one row; the import goes on.
type rowError struct{ err error }

func (e *rowError) Error() string { return e.err.Error() }
func (e *rowError) Unwrap() error { return e.err }

// post makes a post of a row by the rules of a crawled one, except that a count
// that can't be read rejects the row: nobody looks at a note.
func (im *importer) post(fields map[string]string) (vane.Post, error) {
	v := values{}
	for key, field := range map[string]string{
		"id": fieldID, "url": fieldURL, "title": fieldTitle, "text": fieldText, "author": fieldAuthor, "region": fieldRegion,
		"published_at": fieldPublished, "heat": fieldViews, "likes": fieldLikes, "comments": fieldComments, "shares": fieldShares,
	} {
		v[field] = cleanLines(fields[key])
	}
	v[fieldTitle] = strings.ReplaceAll(v[fieldTitle], "\n", " ")
	if views := fields["views"]; views != "" {
		v[fieldViews] = views
	}
	d := draft{URL: v[fieldURL], Native: v[fieldID]}
	notes, err := im.drafter.fill(&d, v, im.opts.Now)
	if err == nil {
		err = errors.Join(notes...)
	}
	if err != nil {
		return vane.Post{}, err
	}
	if d.Native == "" {
		d.Native = im.nativeOf(d)
	}
	p, err := im.drafter.post(d, im.opts.Now)
	if errors.Is(err, errNoContent) {
		return p, errEmptyRow
	}
	if err == nil && fields["post_id"] != "" {
		err = restore(&p, fields)
	}
	return p, err
}

// nativeOf names a row that has no id of its own: by its URL, or by what it says.
func (im *importer) nativeOf(d draft) string {
	if u, err := resolve(nil, d.URL); err == nil {
		return canonicalURL(u)
	}
	return strings.Join([]string{d.Title, d.Text, d.Published.Format(time.RFC3339)}, "\n")
}

// asUTF8 reads a file that is not UTF-8 as GB18030, which is what spreadsheets in
// Chinese write. The beginning of the file decides.
func asUTF8(r io.Reader) io.Reader {
	buffered := bufio.NewReaderSize(r, maxRow)
	head, _ := buffered.Peek(maxRow) // an error comes again on reading
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		_, _ = buffered.Discard(3) // they are in the buffer
		return buffered
	}
	for cut := 0; cut < utf8.UTFMax && cut < len(head); cut++ {
		if utf8.Valid(head[:len(head)-cut]) { // the last character may be cut
			return buffered
		}
	}
	if len(head) == 0 {
		return buffered
	}
	return transform.NewReader(buffered, simplifiedchinese.GB18030.NewDecoder())
}
