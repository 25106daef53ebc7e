package storage_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"vane"
	"vane/storage"
	"vane/storage/storagetest"
)

// exported is a store with posts to export: an ordinary one, a hostile one, an edited
// one, and one that another search finds.
func exported(t *testing.T) *storage.Store {
	t.Helper()
	s := storagetest.New(t)
	evil := said("evil", "=HYPERLINK(\"http://evil.test\",\"柱子票\")\n第二行\x00", noon.Add(-time.Hour))
	evil.Title, evil.Source, evil.AuthorKey = "'+1", "@source", vane.ID{}
	evil.Sentiment = -0.1
	gone := said("gone", "柱子票", noon.Add(-2*time.Hour+7*time.Millisecond))
	insert(t, s, said("plain", "柱子票退款", noon), evil, said("gone", "别的", noon.Add(-2*time.Hour)), said("other", "别的话", noon))
	gone.GoneAt, gone.CollectedAt = noon.Add(time.Minute), noon.Add(time.Minute)
	insert(t, s, gone)
	return s
}

func export(t *testing.T, s *storage.Store, format storage.ExportFormat) []byte {
	t.Helper()
	var out bytes.Buffer
	n, err := s.ExportPosts(t.Context(), &out, storage.ExportOptions{Format: format, BOM: true}, expression("柱子票"), vane.Filter{Channels: []vane.Channel{vane.Forum}})
	if err != nil || n != 3 {
		t.Fatalf("%d posts, %v; want 3", n, err)
	}
	return out.Bytes()
}

// cells are some columns of each row, in order.
func cells(rows [][]string, names ...string) (out []string) {
	for _, row := range rows[1:] {
		var values []string
		for _, name := range names {
			values = append(values, row[slices.Index(rows[0], name)])
		}
		out = append(out, strings.Join(values, " | "))
	}
	return out
}

func TestExportCSV(t *testing.T) {
	data := export(t, exported(t), storage.CSV)
	text, bom := strings.CutPrefix(string(data), "\uFEFF")
	if !bom {
		t.Error("there is no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"柱子票 |  | forum-a | 2026-03-14T10:00:00.007+08:00 | 2026-03-14T12:01:00+08:00 | false | -0.75 | ticketing.pillar_seat; ticketing.refund",
		"'=HYPERLINK(\"http://evil.test\",\"柱子票\")\n第二行\x00 | ''+1 | '@source | 2026-03-14T11:00:00+08:00 |  | false | -0.1 | ticketing.pillar_seat; ticketing.refund",
		"柱子票退款 |  | forum-a | 2026-03-14T12:00:00+08:00 |  | false | -0.75 | ticketing.pillar_seat; ticketing.refund",
	}
	if diff := cmp.Diff(want, cells(rows, "text", "title", "source", "published_at", "gone_at", "undated", "sentiment", "tags")); diff != "" {
		t.Error(diff)
	}
}

func TestExportXLSX(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(export(t, exported(t), storage.XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"柱子票 |  | 2026-03-14 10:00:00 | 2026-03-14 12:01:00 | 30",
		"=HYPERLINK(\"http://evil.test\",\"柱子票\")\n第二行\uFFFD | '+1 | 2026-03-14 11:00:00 |  | 30",
		"柱子票退款 |  | 2026-03-14 12:00:00 |  | 30",
	}
	if diff := cmp.Diff(want, cells(rows, "text", "title", "published_at", "gone_at", "likes")); diff != "" {
		t.Error(diff)
	}
	cell := fmt.Sprint(string(rune('A'+slices.Index(rows[0], "text"))), 3)
	if formula, err := f.GetCellFormula("Sheet1", cell); err != nil || formula != "" {
		t.Errorf("%s is the formula %q, %v", cell, formula, err)
	}
}

// TestExportParquet reads the file with a reader, and with ClickHouse itself.
func TestExportParquet(t *testing.T) {
	data := export(t, exported(t), storage.Parquet)
	type post struct {
		ID        string     `parquet:"post_id"`
		Text      string     `parquet:"text"`
		Published *time.Time `parquet:"published_at,timestamp(millisecond)"`
		Gone      *time.Time `parquet:"gone_at,timestamp(millisecond)"`
		Likes     uint64     `parquet:"likes"`
		Sentiment float64    `parquet:"sentiment"`
		Sensitive bool       `parquet:"sensitive"`
	}
	r := parquet.NewGenericReader[post](bytes.NewReader(data))
	defer r.Close()
	posts := make([]post, 10)
	n, err := r.Read(posts)
	if !errors.Is(err, io.EOF) || n != 3 {
		t.Fatalf("%d posts, %v", n, err)
	}
	first := posts[0]
	if first.ID != vane.NewPostID("test", "gone").String() || first.Text != "柱子票" || first.Likes != 30 || first.Sentiment != -0.75 || !first.Sensitive ||
		!first.Published.Equal(noon.Add(-2*time.Hour+7*time.Millisecond)) || !first.Gone.Equal(noon.Add(time.Minute)) || posts[1].Gone != nil {
		t.Errorf("%+v", first)
	}
	var rows, standing, likes uint64
	err = connection(t, storagetest.Engine(t).DSN(), "default").QueryRow(t.Context(),
		"SELECT count(), countIf(gone_at IS NULL), sum(likes) FROM format(Parquet, {data:String})", clickhouse.Named("data", string(data)),
	).Scan(&rows, &standing, &likes)
	if err != nil || rows != 3 || standing != 2 || likes != 90 {
		t.Errorf("ClickHouse reads %d rows, %d of them standing, %d likes, %v", rows, standing, likes, err)
	}
}

// connection is one without Vane.
func connection(t testing.TB, dsn, database string) clickhouse.Conn {
	t.Helper()
	options, err := clickhouse.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	options.Auth.Database = database
	conn, err := clickhouse.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestExportTrend(t *testing.T) {
	s := exported(t)
	series, err := s.Trend(t.Context(), vane.TrendQuery{Window: vane.Window{From: noon.Add(-2 * time.Hour), To: noon}, Step: vane.Hourly, By: vane.ByChannel})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	n, err := storage.ExportTrend(&out, storage.ExportOptions{Format: storage.CSV}, series)
	want := "tag,key,step,at,posts,sensitive,authors,texts,sentiment,engagement,collected\n" +
		",论坛,hour,2026-03-14T10:00:00+08:00,1,1,1,1,-0.75,4.2626798770413155,0\n,论坛,hour,2026-03-14T11:00:00+08:00,1,1,1,1,-0.10000000149011612,4.2626798770413155,0\n"
	if err != nil || n != 2 || out.String() != want {
		t.Errorf("%d rows, %v\n got %s\nwant %s", n, err, out.String(), want)
	}
	for _, format := range []storage.ExportFormat{storage.XLSX, storage.Parquet} {
		if n, err := storage.ExportTrend(io.Discard, storage.ExportOptions{Format: format}, series); err != nil || n != 2 {
			t.Errorf("%s: %d rows, %v", format, n, err)
		}
	}
	if _, err := storage.ExportTrend(io.Discard, storage.ExportOptions{Format: "pdf"}, series); err == nil || !strings.Contains(err.Error(), `format "pdf" is unknown: use one of ["csv" "xlsx" "parquet"]`) {
		t.Errorf("got %v", err)
	}
}

// TestExportFails tells of a file that can't be written.
func TestExportFails(t *testing.T) {
	s := exported(t)
	for _, format := range storage.ExportFormats() {
		_, err := s.ExportPosts(t.Context(), full{}, storage.ExportOptions{Format: format}, vane.Expression{}, vane.Filter{})
		if err == nil || !strings.Contains(err.Error(), "disk is full") {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// TestFailedExportLeavesNothing: the rows of a workbook wait in a file, that goes also if
// the rest can't be read. Here the server refuses a result as large as the second month.
func TestFailedExportLeavesNothing(t *testing.T) {
	dsn := storagetest.DSN(t)
	s := storagetest.Open(t, dsn)
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("长", 32_000) // 200 of them are more than a workbook keeps in memory
	var posts []vane.Mention
	for i := range 500 {
		m := mention(fmt.Sprint(i), noon)
		if m.Text = long; i >= 200 {
			m.PublishedAt, m.Text = noon.AddDate(0, 1, 0), "短"
		}
		posts = append(posts, m)
	}
	insert(t, s, posts...)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	settings := u.Query()
	settings.Set("max_result_rows", "250")
	u.RawQuery = settings.Encode()
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	n, err := storagetest.Open(t, u.String()).ExportPosts(t.Context(), io.Discard, storage.ExportOptions{Format: storage.XLSX}, vane.Expression{}, vane.Filter{})
	if err == nil || n < 200 {
		t.Errorf("%d posts are exported, %v; want an error behind the first 200", n, err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("%d files are left, such as %v, %v", len(left), left, err)
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) {
	return 0, fmt.Errorf("write %s: the disk is full", filepath.Join("a", "b"))
}

// An export with a bound that is passed is an error, never a file that lacks something.
func TestExportIsBounded(t *testing.T) {
	s := storagetest.New(t)
	var mentions []vane.Mention
	for i := range 5 {
		mentions = append(mentions, said(fmt.Sprint(i), "退款", noon.Add(time.Duration(i)*time.Minute)))
	}
	if err := s.Insert(t.Context(), mentions); err != nil {
		t.Fatal(err)
	}
	for most, want := range map[int]error{0: nil, 5: nil, 4: vane.ErrTooMany} {
		var out bytes.Buffer
		n, err := s.ExportPosts(t.Context(), &out, storage.ExportOptions{Format: storage.CSV, Most: most}, vane.Expression{}, vane.Filter{})
		if !errors.Is(err, want) || want == nil && n != 5 {
			t.Errorf("at most %d: %d posts, %v", most, n, err)
		}
	}
}
