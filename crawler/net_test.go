package crawler

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestGuardRefusesPrivateAddresses(t *testing.T) {
	s := newSite(t)
	s.page("/", "x")
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), ":")
	for _, allow := range []bool{false, true} {
		cfg := testConfig()
		cfg.AllowPrivate = allow
		transport := newTransport(cfg)
		t.Cleanup(transport.CloseIdleConnections)
		for _, host := range []string{"127.0.0.1", "localhost", "127.1.2.3"} {
			res, err := (&http.Client{Transport: transport}).Get("http://" + host + ":" + port + "/")
			if err == nil {
				res.Body.Close()
			}
			if isForbiddenAddress(err) == allow {
				t.Errorf("%s with allow_private %v: %v", host, allow, err)
			}
		}
		// The address where clouds keep their secrets, never.
		if _, err := (&http.Client{Transport: transport}).Get("http://169.254.169.254/"); !isForbiddenAddress(err) {
			t.Errorf("metadata address with allow_private %v: %v", allow, err)
		}
	}
}

// A public site is what a redirect to a private address comes from; here one
// address of loopback stands for it.
func TestGuardHoldsForRedirects(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 2), 10)
	s.handle("/post/1", redirect("http://169.254.169.254/latest/meta-data"))
	report := mustPass(t, newTestCrawler(t, testConfig(), openTestState(t)), s.forumSource("forum"), Done)
	if report.New != 1 || report.Errors != 1 || !strings.Contains(report.Failed[0].Reason, "prohibited IP") {
		t.Errorf("%+v, want the redirect refused", report)
	}
}

func TestACrawlerOfPublicSitesDoesNotCrawlLoopback(t *testing.T) {
	s := newSite(t)
	s.forum(numbers(1, 2), 10)
	cfg := testConfig()
	cfg.AllowPrivate = false
	report := mustPass(t, newTestCrawler(t, cfg, openTestState(t)), s.forumSource("forum"), Failed)
	if !strings.Contains(report.Detail, "prohibited IP") || len(s.requests()) != 0 {
		t.Errorf("%+v", report)
	}
}

func TestTheCrawlerSaysWhoItIs(t *testing.T) {
	s := newSite(t)
	s.handle("/list", func(w http.ResponseWriter, r *http.Request) {
		if got, want := r.UserAgent(), "Vane/test (+mailto:ops@example.com)"; got != want {
			t.Errorf("asked as %q, want %q", got, want)
		}
	})
	cfg := testConfig()
	cfg.Contact = "mailto:ops@example.com"
	mustPass(t, newTestCrawler(t, cfg, openTestState(t)), s.forumSource("forum"), Failed)
}

func gzipped(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.Bytes()
}

func TestBodyLimitCountsDecompressedBytes(t *testing.T) {
	const limit = 1000
	small, large := strings.Repeat("x", limit), strings.Repeat("x", limit+1)
	s := newSite(t)
	for path, body := range map[string][]byte{
		"/small": []byte(small), "/small.gz": gzipped(small), "/large": []byte(large), "/large.gz": gzipped(large),
		"/bomb.xml.gz": gzipped(strings.Repeat("x", 10<<20)), "/broken.gz": gzipped(small)[:20],
	} {
		s.handle(path, func(w http.ResponseWriter, r *http.Request) { w.Write(body) })
		s.handle(path+"?encoded", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(body)
		})
	}
	transport := newTransport(testConfig())
	t.Cleanup(transport.CloseIdleConnections)
	for path, want := range map[string]string{
		"/small": "ok", "/small.gz": "ok", "/small.gz?encoded": "ok",
		"/large": "large", "/large.gz": "large", "/large.gz?encoded": "large", "/bomb.xml.gz": "large", "/bomb.xml.gz?encoded": "large",
		"/broken.gz": "broken", "/broken.gz?encoded": "broken",
	} {
		got := "ok"
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := bodyTransport{next: transport, limit: limit, buffers: &sync.Pool{}}.RoundTrip(req)
		var large *tooLargeError
		switch {
		case errors.As(err, &large):
			got = "large"
		case err != nil:
			got = "broken"
		default:
			body, _ := io.ReadAll(res.Body)
			if string(body) != small || res.Header.Get("Content-Encoding") != "" || !res.Uncompressed {
				t.Errorf("%s: %d bytes, header %v", path, len(body), res.Header)
			}
		}
		if got != want {
			t.Errorf("%s: %s (%v), want %s", path, got, err, want)
		}
	}
}

const chinese = "<p>商家拒绝退款，客服一直推脱。消费者投诉后仍无答复，要求赔偿。</p>"

func encode(t testing.TB, name, s string) []byte {
	t.Helper()
	enc := encodingOf(name)
	switch name {
	case "utf-16le":
		enc = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be":
		enc = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	out, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestToUTF8(t *testing.T) {
	traditional := "<p>商家拒絕退款，客服一直推託。消費者投訴後仍無答覆，要求賠償。</p>"
	for name, c := range map[string]struct {
		body   []byte
		header string
		want   string
	}{
		"utf-8":                       {[]byte(chinese), "", chinese},
		"utf-8 with BOM":              {[]byte("\xef\xbb\xbf" + chinese), "gbk", chinese},
		"utf-8 called gb2312":         {[]byte(chinese), "gb2312", chinese},
		"utf-8 called latin":          {[]byte(chinese), "iso-8859-1", chinese},
		"utf-8 with gb2312 meta":      {[]byte(`<meta charset="gb2312">` + chinese), "", `<meta charset="gb2312">` + chinese},
		"utf-16le":                    {encode(t, "utf-16le", chinese), "", chinese},
		"utf-16be":                    {encode(t, "utf-16be", chinese), "", chinese},
		"gbk by header":               {encode(t, "gbk", chinese), "GBK", chinese},
		"gbk signs in gb2312":         {encode(t, "gbk", chinese+"镕€"), "gb2312", chinese + "镕€"},
		"gb18030 signs in gb2312":     {encode(t, "gb18030", chinese+"㐀🙂"), "gb2312", chinese + "㐀🙂"},
		"gbk by meta":                 {encode(t, "gbk", `<meta http-equiv="Content-Type" content="text/html; charset=gb2312">`+chinese), "", `<meta http-equiv="Content-Type" content="text/html; charset=gb2312">` + chinese},
		"gbk by a late meta":          {encode(t, "gbk", strings.Repeat(" ", 9000)+`<meta charset=gbk>`+chinese), "", strings.Repeat(" ", 9000) + `<meta charset=gbk>` + chinese},
		"gbk without label":           {encode(t, "gbk", chinese), "", chinese},
		"gbk called utf-8":            {encode(t, "gbk", chinese), "utf-8", chinese},
		"gbk called latin":            {encode(t, "gbk", chinese), "iso-8859-1", chinese},
		"gbk called nonsense":         {encode(t, "gbk", chinese), "x-nonsense", chinese},
		"gbk called GB-18030":         {encode(t, "gbk", chinese), "GB-18030", chinese},
		"big5 by header":              {encode(t, "big5", traditional), "big5", traditional},
		"big5 without label":          {encode(t, "big5", strings.Repeat(traditional, 5)), "", strings.Repeat(traditional, 5)},
		"big5 called utf-8":           {encode(t, "big5", strings.Repeat(traditional, 5)), "utf-8", strings.Repeat(traditional, 5)},
		"latin":                       {[]byte("<p>Le caf\xe9 \xe0 Paris est tr\xe8s cher, d\xe9j\xe0 vu</p>"), "iso-8859-1", "<p>Le café à Paris est très cher, déjà vu</p>"},
		"gbk xml by prolog":           {encode(t, "gbk", `<?xml version="1.0" encoding="gb2312"?>`+chinese), "", `<?xml version="1.0" encoding="utf-8"?>` + chinese},
		"utf-8 xml with wrong prolog": {[]byte(`<?xml version="1.0" encoding="GBK"?>` + chinese), "", `<?xml version="1.0" encoding="utf-8"?>` + chinese},
		"nothing":                     {nil, "gbk", ""},
	} {
		if got := string(toUTF8(c.body, c.header)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A page with one broken character is read, the character is lost.
func TestToUTF8OfABrokenPage(t *testing.T) {
	body := append(encode(t, "gbk", chinese), 0xff, '<')
	got := string(toUTF8(body, "gbk"))
	if !strings.HasPrefix(got, chinese) || strings.Count(got, "\uFFFD") != 1 {
		t.Errorf("%q", got)
	}
}

func TestCharsetLayerRelabelsText(t *testing.T) {
	s := newSite(t)
	for path, label := range map[string]string{"/page": "text/html; charset=gb2312", "/feed": "application/rss+xml", "/none": "", "/image": "image/png"} {
		s.handle(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = []string{label}
			w.Write(encode(t, "gbk", chinese))
		})
	}
	transport := newTransport(testConfig())
	t.Cleanup(transport.CloseIdleConnections)
	for path, want := range map[string]string{
		"/page": "text/html; charset=utf-8", "/feed": "application/rss+xml; charset=utf-8", "/none": "text/html; charset=utf-8", "/image": "image/png",
	} {
		res, err := (&http.Client{Transport: charsetTransport{bodyTransport{next: transport, limit: 1 << 20, buffers: &sync.Pool{}}}}).Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		if got := res.Header.Get("Content-Type"); got != want || (string(body) == chinese) != (path != "/image") {
			t.Errorf("%s: %q is labelled %q, want %q", path, body, got, want)
		}
	}
}

// The test pages of a charset detector, each in a folder named after what it is.
func TestEveryCharsetOfTheRealPagesIsDecoded(t *testing.T) {
	dir := realData(t, "charsets")
	labels := map[string]interface{ String(string) (string, error) }{
		"GB2312": simplifiedchinese.GB18030.NewDecoder(), "Big5": traditionalchinese.Big5.NewDecoder(),
	}
	files, wrong := 0, 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		got := toUTF8(data, "")
		if !utf8.Valid(got) || bytes.Contains(got, []byte("\uFFFD")) && !bytes.Contains(data, []byte("\uFFFD")) {
			t.Errorf("%s: %d characters are lost", path, bytes.Count(got, []byte("\uFFFD")))
		}
		folder := filepath.Base(filepath.Dir(path))
		if dec := labels[folder]; dec != nil {
			want, err := dec.String(string(data))
			if err == nil && !utf8.Valid(data) && string(relabelXML([]byte(want))) != string(got) {
				wrong++
				t.Errorf("%s is not read as %s", path, folder)
			}
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Fatal(files, err)
	}
	t.Logf("%d of %d files read as their folder says", files-wrong, files)
}

func FuzzToUTF8(f *testing.F) {
	f.Add([]byte(chinese), "gb2312")
	f.Add(encode(f, "gbk", `<?xml version="1.0" encoding="gb2312"?>`+chinese), "")
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		if got := toUTF8(body, header); !utf8.Valid(got) {
			t.Errorf("%q, %q gives %q", body, header, got)
		}
	})
}
