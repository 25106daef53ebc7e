package report_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vane"
	"vane/dashboards/report"
	"vane/storage"
	"vane/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

const hostile = `<script>alert(1)</script>|"'&[x](javascript:1)`

func day(month time.Month, d int) time.Time {
	return time.Date(2026, month, d, 0, 0, 0, 0, vane.Beijing()).UTC()
}

// festival is nine days of February.
var festival = vane.Window{From: day(2, 15), To: day(2, 24)}

var natures = map[string]string{"ticketing.refund_hard": "contract", "ticketing.pillar_seat": "contract", "telecom.speed_cap": "false_advertising"}

// tellStore stores posts a line each: how many, day of February, source, channel,
// tag, sensitive.
func tellStore(t *testing.T, lines string) *storage.Store {
	t.Helper()
	store := storagetest.New(t)
	var mentions []vane.Mention
	for line := range strings.Lines(lines) {
		var n, d int
		var source, channel, tag, mood string
		if _, err := fmt.Sscan(line, &n, &d, &source, &channel, &tag, &mood); err != nil {
			continue // an empty line
		}
		for range n {
			i := len(mentions)
			m := vane.Mention{Post: vane.Post{
				ID: vane.NewPostID(source, fmt.Sprint(i)), Source: source, Channel: vane.Channel(channel),
				AuthorKey: vane.NewAuthorKey([]byte("key"), source, fmt.Sprint(i)), URL: "https://example.com/" + fmt.Sprint(i),
				Title: fmt.Sprintf("第%d条%s", i, hostile), Text: "退票不给退，客服推来推去。", PublishedAt: day(2, d).Add(10 * time.Hour), CollectedAt: day(3, 1),
			}, Sensitive: mood == "bad", Sentiment: -0.4, Voice: vane.Complaint, Fingerprint: uint64(i)}
			if tag != "-" {
				m.Tags = []vane.TagMatch{{ID: vane.Tag(tag), Name: tag, Nature: natures[tag], Rule: tag, Text: tag}}
			}
			mentions = append(mentions, m)
		}
	}
	if err := store.Insert(t.Context(), mentions); err != nil {
		t.Fatal(err)
	}
	return store
}

// Nine days of February, and six posts of the nine days before.
const posts = `
30 15 forum 论坛 ticketing.refund_hard bad
10 16 forum 论坛 ticketing.refund_hard good
20 16 weibo 微博 ticketing.pillar_seat bad
25 17 weibo 微博 telecom.speed_cap     bad
15 23 weibo 微博 -                     good
 4  8 forum 论坛 ticketing.refund_hard bad
 2  9 forum 论坛 ticketing.refund_hard good
`

func request(kind report.Kind) report.Request {
	return report.Request{
		Kind: kind, Window: festival, Before: vane.Window{From: day(2, 6), To: day(2, 15)},
		Names: map[vane.Tag]string{
			"ticketing": "演出票务", "ticketing.refund_hard": "退票难", "ticketing.pillar_seat": "柱子票",
			"telecom": "电信服务", "telecom.speed_cap": "限速套餐",
		},
		Natures: map[string]string{"contract": "合同", "false_advertising": "虚假宣传"}, Now: day(3, 20),
	}
}

func write(t *testing.T, store *storage.Store, r report.Request) (report.Document, string) {
	t.Helper()
	d, err := report.Write(t.Context(), store, r)
	if err != nil {
		t.Fatal(err)
	}
	var md bytes.Buffer
	if err := report.Markdown(&md, d); err != nil {
		t.Fatal(err)
	}
	return d, md.String()
}

func TestAnalysisCountsAsByHand(t *testing.T) {
	_, text := write(t, tellStore(t, posts), request(report.Analysis))
	for _, want := range []string{
		"# 2026年2月15日至2月23日消费维权舆情分析报告",
		"监测期2026年2月15日至2月23日共9天，共收集到“消费维权”相关信息100条，日均约11条。",
		"2月15日信息量最高，为30条；2月18日最低，为0条。",
		"从信息传播渠道看，微博占60.00%，论坛占40.00%。",
		"共收集到吐槽类信息75条，占总信息量的75.00%，日均约8条。",
		// Of the two sources only the forum was collected before: 4 of 6, now 30 of 40.
		"只统计两期都有采集的1个来源），吐槽类信息由4条变为30条，增长650.00%；占信息量的比重由66.67%变为75.00%，上升8.33个百分点。",
		"负面信息主要集中在演出票务和电信服务等领域。",
		"| 演出票务 | 50 | 66.67% | 6 | 2月15日 |",
		"负面信息50条，占吐槽类信息的66.67%，日均6条。峰值日为2月15日，当日30条，其中退票难30条。反映的问题主要有退票难（30条）、柱子票（20条）。",
		"负面信息25条，占吐槽类信息的33.33%，日均3条。峰值日为2月17日，当日25条，其中限速套餐25条。",
		"典型案例候选1", "*（此处由分析人员撰写意见建议）*",
		"| forum | 40 | 2/9 | 6 | 是 |", "| weibo | 60 | 3/9 | 0 | 否 |",
		`| domain.ticketing.share | 演出票务占吐槽类信息 | 66.67% |`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestComplaintsByNatureAndDomain(t *testing.T) {
	_, text := write(t, tellStore(t, posts), request(report.Complaints))
	for _, want := range []string{
		"| 合同 | 50 | 66.67% | 100.00% | 下降33.33个百分点 |",
		"| 虚假宣传 | 25 | 33.33% | 0.00% | 上升33.33个百分点 |",
		"投诉量居前二位的是：演出票务和电信服务。",
		"| 演出票务 | 50 | 66.67% | 100.00% | 下降33.33个百分点 |",
		"| 电信服务 | 25 | 33.33% | 0.00% | 上升33.33个百分点 |",
		"一是退票难（演出票务）问题。投诉30条，占全部投诉的40.00%，峰值日为2月15日。",
		"二是限速套餐（电信服务）问题。", "三是柱子票（演出票务）问题。",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestTop10RanksHotspots(t *testing.T) {
	store := tellStore(t, posts)
	hot := func(tag vane.Tag, heat float64) vane.Hotspot {
		return vane.Hotspot{Tag: tag, From: day(2, 15), To: day(2, 18), Peak: day(2, 15).Add(10 * time.Hour), State: vane.Lasting,
			Heat: heat, Posts: 40, Expected: 2, SensitiveShare: 0.75, Authors: 40, Texts: 39, Sources: 1,
			Components: vane.Components{{Name: "volume", Points: heat, Says: "三天 40 条，平常约 2 条"}},
			Evidence:   vane.Evidence{Words: []string{"退票", "手续费"}}}
	}
	if err := store.SaveHotspots(t.Context(), day(2, 20), []vane.Hotspot{hot("telecom.speed_cap", 31), hot("ticketing.refund_hard", 66.5)}); err != nil {
		t.Fatal(err)
	}
	_, text := write(t, store, request(report.Top10))
	first, second := strings.Index(text, "1. 退票难：退票、手续费"), strings.Index(text, "2. 限速套餐：退票、手续费")
	if first < 0 || second < first {
		t.Errorf("the ranking is not there:\n%s", text)
	}
	for _, want := range []string{
		"社会影响力：66.5", "2月15日00时至2月18日00时，共有40条相关信息，平常同时段约2条；来自40位发布者、39种不同文本，负面评价占75.00%。", "· 三天 40 条，平常约 2 条",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
}

// A report of days gone by has the hotspots that were found later, and only those that
// lived in it; a part of an issue is told with its own posts.
func TestTop10IsAsKnownNow(t *testing.T) {
	store := tellStore(t, posts)
	hot := func(tag vane.Tag, by vane.Dimension, key string, from int, posts uint64) vane.Hotspot {
		return vane.Hotspot{Tag: tag, By: by, Key: key, Name: strings.ReplaceAll(string(tag), "_", "-") + key, From: day(2, from), To: day(2, from+3), Peak: day(2, from),
			State: vane.Closed, Heat: 50, Posts: posts, SensitiveShare: 1, Authors: posts}
	}
	found := []vane.Hotspot{
		hot("ticketing", vane.ByChannel, "微博", 15, 20), hot("telecom.speed_cap", vane.ByNothing, "", 22, 25), hot("ticketing.refund_hard", vane.ByNothing, "", 24, 4),
	}
	if err := store.SaveHotspots(t.Context(), day(3, 10), found); err != nil {
		t.Fatal(err)
	}
	r := request(report.Top10)
	d, text := write(t, store, r)
	if !strings.Contains(text, "ticketing微博") || !strings.Contains(text, "telecom.speed-cap") || strings.Contains(text, "ticketing.refund-hard") {
		t.Errorf("not the hotspots of the period:\n%s", text)
	}
	f, _ := d.Figure("hotspot.ticketing.channel.微博")
	if !f.Stored || len(f.Queries) != 1 || f.Queries[0].By != vane.ByChannel || !strings.Contains(f.Formula, "（微博）") {
		t.Errorf("the posts of the part are said to be from %+v", f)
	}
	for _, b := range d.Blocks {
		if c, ok := b.(report.Case); ok && c.Source != "weibo" {
			t.Errorf("case %d of the part is from %s", c.Number, c.Source)
		}
	}
	r.Now = day(3, 1)
	if _, text := write(t, store, r); !strings.Contains(text, "先运行 vane hotspots --at") {
		t.Errorf("before any detection the report says\n%s", text)
	}
}

func TestEmptyPeriodIsAReportToo(t *testing.T) {
	store := storagetest.New(t)
	for _, kind := range report.Kinds() {
		if _, text := write(t, store, request(kind)); !strings.Contains(text, "附录二") {
			t.Errorf("%s: %s", kind, text)
		}
	}
}

func TestEveryNumberOfTheTextIsAFigure(t *testing.T) {
	store := tellStore(t, posts)
	for _, kind := range []report.Kind{report.Analysis, report.Complaints} {
		d, _ := write(t, store, request(kind))
		checkFigures(t, d)
	}
}

func checkFigures(t *testing.T, d report.Document) {
	t.Helper()
	seen := map[string]bool{}
	for _, f := range d.Figures {
		if f.Name == "" || f.Formula == "" || f.Text == "" || len(f.Queries) == 0 || seen[f.ID] {
			t.Errorf("figure %+v is not whole or not alone", f)
		}
		seen[f.ID] = true
	}
	number := regexp.MustCompile(`^[\d,./%]+$|百分点$`)
	for _, block := range d.Blocks {
		p, _ := block.(report.Paragraph)
		if table, ok := block.(report.Table); ok && !strings.Contains(table.Caption, "数字、编号与算法") {
			for _, row := range table.Rows {
				p = append(p, row...)
				for _, cell := range row {
					if cell.Figure == "" && number.MatchString(cell.Text) {
						t.Errorf("%q in %s is no figure", cell.Text, table.Caption)
					}
				}
			}
		}
		for _, r := range p {
			if r.Figure != "" && !seen[r.Figure] {
				t.Errorf("%q is of an unknown figure %s", r.Text, r.Figure)
			}
		}
	}
}

func TestRequestsThatCantBe(t *testing.T) {
	noon := vane.Window{From: day(2, 15).Add(12 * time.Hour), To: day(2, 24)}
	for want, r := range map[string]report.Request{
		`kind "novel" is unknown`: {Kind: "novel", Window: festival},
		"is empty":                {Kind: report.Analysis, Window: vane.Window{From: festival.To, To: festival.From}},
		"whole days of Beijing":   {Kind: report.Analysis, Window: noon},
		"at most 400":             {Kind: report.Analysis, Window: vane.Window{From: day(2, 15).AddDate(-3, 0, 0), To: day(2, 15)}},
	} {
		r.Now = day(3, 1)
		if err := r.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func letters(t *testing.T) report.Letters {
	t.Helper()
	l, err := report.NewLetters("")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestHTMLIsOneFileAndEscapes(t *testing.T) {
	d, _ := write(t, tellStore(t, posts), request(report.Analysis))
	d.Title = hostile
	var out bytes.Buffer
	if err := letters(t).HTML(&out, d); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	if strings.Contains(page, "<script") || strings.Contains(page, "<img") {
		t.Error("a post's text is markup")
	}
	for _, link := range regexp.MustCompile(`(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(link[1], "https://example.com/") {
			t.Errorf("the page names %s", link[1])
		}
	}
	if n := strings.Count(page, "<svg"); n != 4 {
		t.Errorf("%d charts, want 4", n)
	}
}

// Written twice, a report is the same: what changed between two versions of it is the
// analyst's work alone.
func TestReportIsDeterministic(t *testing.T) {
	store := tellStore(t, posts)
	var pages [2]bytes.Buffer
	for i := range pages {
		d, _ := write(t, store, request(report.Analysis))
		if err := letters(t).HTML(&pages[i], d); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(pages[0].Bytes(), pages[1].Bytes()) {
		t.Error("two reports of the same posts differ")
	}
}

func TestWordFile(t *testing.T) {
	d, _ := write(t, tellStore(t, posts), request(report.Analysis))
	var out bytes.Buffer
	if err := letters(t).Word(&out, d); err != nil {
		t.Fatal(err)
	}
	files, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	content, err := files.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	xml, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"消费维权舆情分析报告", "75.00%", "典型案例候选1", "&lt;script&gt;"} {
		if !bytes.Contains(xml, []byte(want)) {
			t.Errorf("no %q in the Word file", want)
		}
	}
	pictures := slices.DeleteFunc(slices.Clone(files.File), func(f *zip.File) bool { return !strings.HasSuffix(f.Name, ".png") })
	if tables := bytes.Count(xml, []byte("（条）</w:t>")); len(pictures) != 4 && (len(pictures) != 0 || tables < 4) {
		t.Errorf("%d pictures, %d captions: want 4 charts, as pictures or, without a Chinese font, as tables", len(pictures), tables)
	}
}

// What a word processor reads in the file is what was written.
func TestWordFileOpensInLibreOffice(t *testing.T) {
	for _, tool := range []string{"soffice", "pdftotext"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed (libreoffice-writer, poppler-utils)", tool)
		}
	}
	d, _ := write(t, tellStore(t, posts), request(report.Analysis))
	var out bytes.Buffer
	if err := letters(t).Word(&out, d); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "report.docx")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "soffice", "-env:UserInstallation=file://"+folder+"/profile", "--headless", "--convert-to", "pdf", "--outdir", folder, file)
	text := run(t, "pdftotext", "-layout", filepath.Join(folder, "report.pdf"), "-")
	text = strings.Join(strings.Fields(text), "")
	for _, want := range []string{
		"共收集到“消费维权”相关信息100条", "占总信息量的75.00%", "上升8.33个百分点", "图1日信息量走势（条）", "附录二数字出处",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("LibreOffice reads no %q", want)
		}
	}
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

func TestFonts(t *testing.T) {
	if _, err := report.NewLetters("/nowhere/font.ttf"); err == nil || !strings.Contains(err.Error(), "correct report.font") {
		t.Errorf("a font that is not there says %v", err)
	}
	bad := filepath.Join(t.TempDir(), "font.ttf")
	if err := os.WriteFile(bad, []byte("no font"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := report.NewLetters(bad); err == nil || !strings.Contains(err.Error(), "set report.font") {
		t.Errorf("a file that is no font says %v", err)
	}
}
