package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"vane"
)

// ExportFormat is how an exported file is written.
type ExportFormat string

// The formats.
const (
	CSV     ExportFormat = "csv"     // UTF-8; import reads it again
	XLSX    ExportFormat = "xlsx"    // a workbook, with a sheet for each million rows
	Parquet ExportFormat = "parquet" // columnar, for analysis
)

// ExportFormats lists every format.
func ExportFormats() []ExportFormat { return []ExportFormat{CSV, XLSX, Parquet} }

// ExportOptions say how a file is written.
type ExportOptions struct {
	Format ExportFormat
	BOM    bool // begin a CSV file with a byte order mark, by which Excel knows UTF-8
	Most   int  // posts; more are [vane.ErrTooMany], and nothing is cut off in silence; 0 is no bound
}

// sheet is a file of rows in the making. A row holds a value for each column: string,
// uint64, float64, bool or time.Time; a zero time is no value.
type sheet interface {
	write(row []any) error
	close() error
	discard() error // what an unfinished file has on disk; after close nothing
}

// column is a column of an export.
type column struct {
	name string
	zero any // a value of the column's kind
}

func newSheet(w io.Writer, opts ExportOptions, columns []column) (sheet, error) {
	switch opts.Format {
	case CSV:
		return newCSVSheet(w, opts.BOM, columns)
	case XLSX:
		return newXLSXSheet(w, columns)
	case Parquet:
		return newParquetSheet(w, columns), nil
	default:
		return nil, fmt.Errorf("format %q is unknown: use one of %q", opts.Format, ExportFormats())
	}
}

// ExportPosts writes the posts that a search for x and f would find, whole, in order
// of their hours, and says how many. They are written as they are read: memory does
// not grow with their number.
func (s *Store) ExportPosts(ctx context.Context, w io.Writer, opts ExportOptions, x vane.Expression, f vane.Filter) (n int, err error) {
	p, err := searchParams(x, f)
	if err != nil {
		return 0, err
	}
	out, err := newSheet(w, opts, postColumns())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, out.discard()) }()
	write := func(m vane.Mention) error {
		if n++; opts.Most > 0 && n > opts.Most {
			return vane.ErrTooMany
		}
		return out.write(postRow(&m))
	}
	if err := s.monthly(ctx, p, func() error { return s.each(ctx, "search_export", p, write) }); err != nil {
		return n, fmt.Errorf("export posts: %w", err)
	}
	if err := out.close(); err != nil {
		return n, fmt.Errorf("export posts: %w", err)
	}
	return n, nil
}

// ExportTrend writes series as [Store.Trend] gives them, a row for each point, and
// says how many.
func ExportTrend(w io.Writer, opts ExportOptions, series []vane.Series) (n int, err error) {
	out, err := newSheet(w, opts, trendColumns())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, out.discard()) }()
	for _, line := range series {
		for _, p := range line.Points {
			if err := out.write(pointRow(line, p)); err != nil {
				return n, fmt.Errorf("export trends: %w", err)
			}
			n++
		}
	}
	if err := out.close(); err != nil {
		return n, fmt.Errorf("export trends: %w", err)
	}
	return n, nil
}

func trendColumns() []column {
	return []column{
		{"tag", ""}, {"key", ""}, {"step", ""}, {"at", time.Time{}}, {"posts", uint64(0)}, {"sensitive", uint64(0)},
		{"authors", uint64(0)}, {"texts", uint64(0)}, {"sentiment", float64(0)}, {"engagement", float64(0)}, {"collected", uint64(0)},
	}
}

func pointRow(line vane.Series, p vane.Point) []any {
	return []any{string(line.Tag), line.Key, string(line.Step), p.At, p.Posts, p.Sensitive, p.Authors, p.Texts, p.Sentiment, p.Engagement, p.Collected}
}

// postColumns are the columns of exported posts. Import knows post_id, which makes a
// post the same one again, and the columns up to shares; the others it finds anew.
func postColumns() []column {
	return []column{
		{"post_id", ""}, {"source", ""}, {"channel", ""}, {"region", ""}, {"url", ""}, {"author_key", ""}, {"title", ""}, {"text", ""},
		{"published_at", time.Time{}}, {"undated", false}, {"collected_at", time.Time{}}, {"gone_at", time.Time{}},
		{"views", uint64(0)}, {"likes", uint64(0)}, {"comments", uint64(0)}, {"shares", uint64(0)},
		{"tags", ""}, {"tag_names", ""}, {"sentiment", float64(0)}, {"sensitive", false}, {"voice", ""},
		{"brands", ""}, {"places", ""}, {"demands", ""},
	}
}

func postRow(m *vane.Mention) []any {
	author := m.AuthorKey.String()
	if m.AuthorKey.IsZero() {
		author = ""
	}
	var tags, names []string
	for _, t := range m.Tags {
		tags, names = append(tags, string(t.ID)), append(names, t.Name)
	}
	e := m.Engagement
	return []any{
		m.ID.String(), m.Source, string(m.Channel), m.Region, m.URL, author, m.Title, m.Text,
		m.PublishedAt, m.Undated, m.CollectedAt, m.GoneAt,
		e.Views, e.Likes, e.Comments, e.Shares,
		listed(tags), listed(names), short(m.Sentiment), m.Sensitive, string(m.Voice),
		listed(m.Entities.Brands), listed(m.Entities.Places), listed(m.Entities.Demands),
	}
}

// short is a sentiment, a float32, as the float64 that prints like it: six digits
// are what it surely has.
func short(f vane.Sentiment) float64 { return math.Round(float64(f)*1e6) / 1e6 }

// listed is a list in one cell.
func listed(values []string) string { return strings.Join(values, "; ") }
