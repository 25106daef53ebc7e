package crawler

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"vane"
)

func importOptions(t testing.TB, format Format) ImportOptions {
	now, _ := testNow(t)
	return ImportOptions{Format: format, Source: "files", Channel: vane.Forum, Now: now, AuthorSecret: []byte("secret")}
}

// imported is what an import took and rejected, one string for each.
func imported(t testing.TB, in string, opts ImportOptions) (posts []vane.Post, rejected []string, report ImportReport) {
	t.Helper()
	report, err := Import(t.Context(), strings.NewReader(in), opts,
		func(p vane.Post) error { posts = append(posts, p); return nil },
		func(line int, raw string, err error) {
			rejected = append(rejected, fmt.Sprintf("%d %.20s: %v", line, raw, err))
		})
	if err != nil {
		t.Fatal(err)
	}
	return posts, rejected, report
}

func TestImportTakesEveryRowOfTheRealFiles(t *testing.T) {
	for file, want := range map[string]ImportReport{
		"tipdm_complaints.jsonl":   {Rows: 4290, Taken: 4290},
		"sun0769_complaints.jsonl": {Rows: 1356, Taken: 1356, Undated: 1212},
		"zhihu_questions.jsonl":    {Rows: 1243, Taken: 1243},
	} {
		data, err := os.ReadFile(realData(t, "posts/"+file))
		if err != nil {
			t.Fatal(err)
		}
		posts, rejected, report := imported(t, string(data), importOptions(t, JSONL))
		if report != want {
			t.Errorf("%s: %+v, want %+v; rejected %v", file, report, want, rejected[:min(len(rejected), 3)])
		}
		ids := map[vane.ID]bool{}
		for _, p := range posts {
			ids[p.ID] = true
		}
		if len(ids) != len(posts) {
			t.Errorf("%s: %d posts have %d ids", file, len(posts), len(ids))
		}
	}
}

func TestImportReadsNaturalKeys(t *testing.T) {
	in := `{"id": 12345678901234567890, "url": "https://example.com/1", "title": "退款\n难", "text": "第一行\n第二行", "author": "张三", "region": "广东", "published_at": "2026-11-20 12:30", "views": "1.2万", "likes": 3, "comments": "4", "shares": 5, "unknown": {"a": [1]}}
{"id": "q1", "title": "只有标题", "text": "", "published_at": 1732337731, "heat": 1420000.0}
`
	posts, rejected, report := imported(t, in, importOptions(t, JSONL))
	if len(rejected) > 0 || report.Taken != 2 {
		t.Fatalf("%+v, rejected %q", report, rejected)
	}
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	want := []vane.Post{{
		ID: vane.NewPostID("files", "12345678901234567890"), Source: "files", Channel: vane.Forum, URL: "https://example.com/1",
		AuthorKey: vane.NewAuthorKey([]byte("secret"), "files", "张三"), Region: "广东", Title: "退款 难", Text: "第一行\n第二行",
		Engagement:  vane.Engagement{Views: 12000, Likes: 3, Comments: 4, Shares: 5},
		PublishedAt: time.Date(2026, 11, 20, 4, 30, 0, 0, time.UTC), CollectedAt: now,
	}, {
		ID: vane.NewPostID("files", "q1"), Source: "files", Channel: vane.Forum, Title: "只有标题",
		Engagement: vane.Engagement{Views: 1420000}, PublishedAt: time.Unix(1732337731, 0).UTC(), CollectedAt: now,
	}}
	if diff := cmp.Diff(want, posts); diff != "" {
		t.Errorf("posts differ (-want +got):\n%s", diff)
	}
}

func TestImportRejectsRowsThatAreNoPosts(t *testing.T) {
	long := `{"id": "long", "title": "` + strings.Repeat("长", maxRow/3) + `"}`
	for _, c := range []struct{ row, want string }{
		{`{"id": "1", "title": "", "text": " "}`, "no title and no text"},
		{`{"id": "1", "title": "x", "published_at": "去年"}`, `published: date "去年"`},
		{`{"id": "1", "title": "x", "published_at": "2099-01-01"}`, "future"},
		{`{"id": "1", "title": "x", "likes": "3/4"}`, "likes"},
		{`{"id": "1", "title": `, "not a JSON object"},
		{`["一"]`, "not a JSON object"},
		{`"一"`, "not a JSON object"},
		{`{"id": "1", "title": "x"} {"id": "2"}`, "something stands behind"},
		{`{"id": "1", "title": ["x"]}`, "neither a string nor a number"},
		{"{\"id\": \"1\", \"title\": \"\xff\"}", "not UTF-8"},
		{long, "longer than 1048576 bytes"},
	} {
		posts, rejected, report := imported(t, "{\"id\":\"0\",\"title\":\"好\"}\n\n"+c.row+"\n{\"id\":\"9\",\"title\":\"好\"}", importOptions(t, JSONL))
		if strings.HasPrefix(c.want, "not UTF-8") {
			// The whole file is taken for GB18030 then, as far as it can be.
			continue
		}
		if len(posts) != 2 || len(rejected) != 1 || !strings.HasPrefix(rejected[0], "3 ") || !strings.Contains(rejected[0], c.want) {
			t.Errorf("row %.60s: took %d, rejected %.200q; want line 3 rejected with %q", c.row, len(posts), rejected, c.want)
		}
		if report.Rows != 3 || report.Taken != 2 || report.Rejected != 1 {
			t.Errorf("row %.60s: %+v", c.row, report)
		}
	}
}

func TestImportCSV(t *testing.T) {
	opts := importOptions(t, CSV)
	opts.Mapping = map[string]string{"id": "编号", "title": "标题", "text": "内容", "published_at": "时间"}
	in := "编号,标题,内容,时间\r\n" +
		"1,退款,\"第一行\n第二行,还有\"\"引号\"\"\",2026-11-20\r\n" +
		"2,5\"屏幕碎了,裸引号,\r\n" +
		"3,少一列,x\r\n" +
		"4,\"没有结束的引号,x,\r\n" +
		"5,后面的行还在,x,2026-11-20\r\n" +
		"\r\n" +
		"6,日期坏了,x,去年\r\n" +
		"7,\"最后\",,刚刚"
	posts, rejected, report := imported(t, in, opts)
	if got, want := titles(posts), []string{"5\"屏幕碎了", "后面的行还在", "最后", "退款"}; !slices.Equal(got, want) {
		t.Errorf("took %q, want %q", got, want)
	}
	if want := "第一行\n第二行,还有\"引号\""; posts[0].Text != want {
		t.Errorf("text %q, want %q", posts[0].Text, want)
	}
	lines := []string{"5 3,少一列,x: the row has 3 columns, the header 4", "6 4,\"没有结束的引号,x,: a quote stands inside a quoted cell: write it twice"}
	if len(rejected) != 3 || !slices.Equal(rejected[:2], lines) || !strings.HasPrefix(rejected[2], "9 6") {
		t.Errorf("rejected %q, want %q and line 9", rejected, lines)
	}
	if want := (ImportReport{Rows: 7, Taken: 4, Rejected: 3, Undated: 1}); report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
}

func TestImportReadsGB18030AndByteOrderMarks(t *testing.T) {
	in := "title,text\n退款,不给退\n"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{in, "\xef\xbb\xbf" + in, gbk} {
		posts, rejected, _ := imported(t, file, importOptions(t, CSV))
		if len(posts) != 1 || posts[0].Title != "退款" || posts[0].Text != "不给退" {
			t.Errorf("%q gives %+v, rejected %q", file, posts, rejected)
		}
	}
}

func TestImportSurvivesAQuoteThatNeverCloses(t *testing.T) {
	var in strings.Builder
	in.WriteString("id,title\n0,\"开\n")
	for n := range 60_000 {
		fmt.Fprintf(&in, "%d,标题一二三四五六七\n", n+1)
	}
	posts, rejected, _ := imported(t, in.String(), importOptions(t, CSV))
	if len(posts) != 60_000 || len(rejected) != 1 {
		t.Errorf("took %d rows and rejected %q, want 60000 and line 2", len(posts), rejected)
	}
}

func TestImportFailsWhereRowsCantHelp(t *testing.T) {
	stop := errors.New("disk full")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		opts ImportOptions
		in   string
		want string
	}{
		"take fails":      {t.Context(), importOptions(t, JSONL), `{"title":"x"}`, "disk full"},
		"cancelled":       {cancelled, importOptions(t, JSONL), `{"title":"x"}`, "canceled"},
		"no format":       {t.Context(), importOptions(t, ""), ``, "format"},
		"no header":       {t.Context(), importOptions(t, CSV), ``, "header"},
		"no such columns": {t.Context(), importOptions(t, CSV), "标题,内容\n", "title=标题"},
	} {
		_, err := Import(c.ctx, strings.NewReader(c.in), c.opts,
			func(vane.Post) error { return stop },
			func(line int, raw string, err error) { t.Errorf("%s: line %d rejected: %v", name, line, err) })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want something about %q", name, err, c.want)
		}
	}
}

func TestParseMapping(t *testing.T) {
	got, err := ParseMapping("title=标题, text=内容,")
	if diff := cmp.Diff(map[string]string{"title": "标题", "text": "内容"}, got); err != nil || diff != "" {
		t.Errorf("%v, %s", err, diff)
	}
	for _, bad := range []string{"标题", "titel=标题", "title="} {
		if m, err := ParseMapping(bad); err == nil {
			t.Errorf("ParseMapping(%q) = %v, want an error", bad, m)
		}
	}
}

func FuzzImport(f *testing.F) {
	f.Add("title,text\n\"a\nb\",c\n", true)
	f.Add(`{"title": "退款"}`, false)
	f.Fuzz(func(t *testing.T, in string, csv bool) {
		format := JSONL
		if csv {
			format = CSV
		}
		rows := 0
		report, err := Import(t.Context(), strings.NewReader(in), importOptions(t, format),
			func(p vane.Post) error {
				rows++
				if p.Body() == "" || p.ID.IsZero() || p.PublishedAt.After(p.CollectedAt) {
					t.Errorf("%q gives the post %+v", in, p)
				}
				return nil
			},
			func(int, string, error) { rows++ })
		if err == nil && rows != report.Rows {
			t.Errorf("%d rows came, the report has %d", rows, report.Rows)
		}
	})
}

func BenchmarkImport(b *testing.B) {
	row := `{"id": "188006", "author": "40c59c1ad1c5ead6", "title": "是否合法纳税了？", "text": "` + strings.Repeat("投诉退款", 50) + `", "published_at": "2019/2/28 11:25:05", "likes": 0}` + "\n"
	file := strings.Repeat(row, 1000)
	opts := importOptions(b, JSONL)
	b.ReportAllocs()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := Import(b.Context(), strings.NewReader(file), opts, func(vane.Post) error { return nil }, nil); err != nil {
			b.Fatal(err)
		}
	}
}
