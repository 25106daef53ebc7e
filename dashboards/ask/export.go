package ask

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"vane"
	"vane/dashboards/access"
)

// Exporter writes the posts that a search finds, most at most, in a format. More of them
// are [vane.ErrTooMany].
type Exporter func(ctx context.Context, w io.Writer, format string, q vane.SearchQuery, most int) error

// MostExported posts of one file: it is made in memory. The command line writes more.
const MostExported = 20_000

// ExportFormats are the files that a search can be had as.
func ExportFormats() []string { return []string{"csv", "xlsx"} }

// filters are the filters of a question as the audit log has them, " channel=论坛|微博".
func (s SearchQuestion) filters() string {
	var out strings.Builder
	for _, f := range []struct {
		by   string
		keys []string
	}{{"tag", s.Tags}, {"channel", s.Channels}, {"source", s.Sources}, {"region", s.Regions}, {"brand", s.Brands}, {"voice", s.Voices}} {
		if len(f.keys) > 0 {
			fmt.Fprintf(&out, " %s=%s", f.by, strings.Join(f.keys, "|")) // a Builder takes everything
		}
	}
	return out.String()
}

// ExportPosts records an export and writes the posts that a question finds. More than
// [MostExported], or another format, is a [Mistake].
func (d *Desk) ExportPosts(ctx context.Context, w io.Writer, format string, s SearchQuestion) error {
	if !slices.Contains(ExportFormats(), format) {
		return mistake("format", "%q is unknown: use one of %q", Cut(format, 20), ExportFormats())
	}
	q, err := d.searchQuery(s)
	if err != nil {
		return err
	}
	window := q.Filter.Window
	object := fmt.Sprintf("posts %s to %s as %s: %s%s", window.From.Format("2006-01-02T15:04Z"), window.To.Format("2006-01-02T15:04Z"), format, s.Text, s.filters())
	if err := d.Audit.Record(ctx, d.Now(), access.Exported, object); err != nil {
		return err
	}
	err = d.Export(ctx, w, format, q, MostExported)
	if errors.Is(err, vane.ErrTooMany) {
		return mistake("from, to", "more than %d posts are found: ask for fewer days or add a filter, or write them with vane export posts", MostExported)
	}
	return err
}
