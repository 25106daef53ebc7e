package crawlbench

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

//go:embed spider.py
var spider []byte

var (
	pagesFlag  = flag.Int("pages", 500, "pages of the site")
	roundsFlag = flag.Int("rounds", 1, "runs of every engine, in turn; the median counts")
)

// A test binary that is started with this variable is one of the engines, or the
// server, so that each has its processor time and memory to itself.
const roleVar = "VANE_BENCH_ROLE"

func TestMain(m *testing.M) {
	role := os.Getenv(roleVar)
	if role == "" {
		os.Exit(m.Run())
	}
	pages, err := strconv.Atoi(os.Args[3])
	if err == nil {
		err = runRole(role, os.Args[1], os.Args[2], pages)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// inRole is a process of this binary.
func inRole(role, base, out string, pages int) *exec.Cmd {
	cmd := exec.Command(os.Args[0], base, out, strconv.Itoa(pages))
	cmd.Env = append(os.Environ(), roleVar+"="+role)
	cmd.Stderr = os.Stderr
	return cmd
}

// startSite starts the server's process, for as long as the test runs.
func startSite(tb testing.TB, pages int) (base string) {
	tb.Helper()
	cmd := inRole("serve", "-", "-", pages)
	end, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	said, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		end.Close()
		cmd.Wait()
	})
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		tb.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// engine is one of those that are compared.
type engine struct {
	name    string
	command func(base, out string, pages int) (*exec.Cmd, error)
	costs   []cost
	records string // hash of what it found
}

var errNoScrapy = errors.New("scrapy is not installed")

func engines() []*engine {
	own := func(role string) func(string, string, int) (*exec.Cmd, error) {
		return func(base, out string, pages int) (*exec.Cmd, error) { return inRole(role, base, out, pages), nil }
	}
	return []*engine{
		{name: "net/http + goquery", command: own("plain")},
		{name: "Vane, a whole pass", command: own("vane")},
		// Beside the dictionary of the whole program, 200 MB, the crawler's heap is never
		// collected as often as when it is alone in its process.
		{name: "Vane, collecting as seldom as beside its dictionary", command: func(base, out string, pages int) (*exec.Cmd, error) {
			cmd := inRole("vane", base, out, pages)
			cmd.Env = append(cmd.Env, "GOGC=400")
			return cmd, nil
		}},
		{name: "colly as its README shows", command: own("colly")},
		{name: "Scrapy", command: func(base, out string, _ int) (*exec.Cmd, error) { return scrapy(base, out) }},
		// With its frontier on disk, as Vane's is.
		{name: "Scrapy with JOBDIR", command: func(base, out string, _ int) (*exec.Cmd, error) {
			return scrapy(base, out, "-s", "JOBDIR="+filepath.Join(filepath.Dir(out), "job"))
		}},
	}
}

func scrapy(base, out string, more ...string) (*exec.Cmd, error) {
	if _, err := exec.LookPath("scrapy"); err != nil {
		return nil, errNoScrapy
	}
	file := filepath.Join(filepath.Dir(out), "spider.py")
	if err := os.WriteFile(file, spider, 0o600); err != nil {
		return nil, err
	}
	args := []string{"runspider", file, "-a", "base=" + base, "-o", out + ":jsonlines",
		"-s", "CONCURRENT_REQUESTS=" + strconv.Itoa(parallel), "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=" + strconv.Itoa(parallel),
		"-s", "LOG_LEVEL=ERROR", "-s", "ROBOTSTXT_OBEY=True", "-s", "REQUEST_FINGERPRINTER_IMPLEMENTATION=2.7"}
	cmd := exec.Command("scrapy", append(args, more...)...)
	cmd.Stderr = os.Stderr
	return cmd, nil
}

// run runs the engine once over the whole site, and checks that it found everything.
func (e *engine) run(tb testing.TB, base string, pages int) error {
	tb.Helper()
	out := filepath.Join(tb.TempDir(), "records.jsonl")
	cmd, err := e.command(base, out, pages)
	if err != nil {
		return err
	}
	said, err := cmd.Output()
	if err != nil {
		tb.Fatalf("%s: %v", e.name, err)
	}
	var c cost
	if err := json.Unmarshal(said, &c); err != nil {
		tb.Fatalf("%s said %q: %v", e.name, said, err)
	}
	if c.Pages != pages {
		tb.Fatalf("%s read %d pages of %d", e.name, c.Pages, pages)
	}
	e.costs = append(e.costs, c)
	e.records = hashRecords(tb, out, pages)
	return nil
}

// hashRecords is equal for two files with the same records in any order.
func hashRecords(tb testing.TB, file string, want int) string {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(data)) {
		var r record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			tb.Fatalf("%s: %v", line, err)
		}
		lines = append(lines, fmt.Sprintf("%+v", r))
	}
	slices.Sort(lines)
	if len(slices.Compact(lines)) != want {
		tb.Fatalf("%d different records, want %d", len(lines), want)
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:6])
}

// perPage is the median processor time of a page.
func (e *engine) perPage() time.Duration {
	var all []time.Duration
	for _, c := range e.costs {
		all = append(all, c.CPU/time.Duration(c.Pages))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func (e *engine) rss() (most int64) {
	for _, c := range e.costs {
		most = max(most, c.RSS)
	}
	return most
}

// BenchmarkSideBySide prints one table: what a page costs, and how many times what it
// costs others.
func BenchmarkSideBySide(b *testing.B) {
	pages := *pagesFlag
	base := startSite(b, pages)
	all := engines()
	for b.Loop() {
		for range *roundsFlag {
			for _, e := range all {
				if err := e.run(b, base, pages); err != nil {
					fmt.Printf("%s takes no part: %v\n", e.name, err)
				}
			}
		}
	}
	all = slices.DeleteFunc(all, func(e *engine) bool { return len(e.costs) == 0 })
	least, ours := all[0], all[1]
	fmt.Printf("\n%s\n", table(all, pages)) // a benchmark's log is cut after ten lines
	b.ReportMetric(ratio(ours, least), "x-goquery")
	for _, e := range all {
		if e.records != least.records {
			b.Errorf("%s found other records (%s) than %s (%s)", e.name, e.records, least.name, least.records)
		}
		switch e.name {
		case "Scrapy":
			b.ReportMetric(ratio(e, ours), "scrapy/vane")
		case "Scrapy with JOBDIR":
			b.ReportMetric(ratio(e, ours), "scrapy-jobdir/vane")
		}
	}
}

func ratio(a, b *engine) float64 { return float64(a.perPage()) / float64(b.perPage()) }

func table(all []*engine, pages int) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%d pages of %d KB, half GBK, %d at a time, median of %d\n\n", pages, pageSize>>10, parallel, len(all[0].costs))
	fmt.Fprintf(&out, "| engine | CPU ms/page | × net/http + goquery | × Vane | peak RSS MB | records |\n|---|---|---|---|---|---|\n")
	for _, e := range all {
		fmt.Fprintf(&out, "| %s | %.3f | %.2f | %.2f | %d | %s |\n", e.name, float64(e.perPage().Microseconds())/1000,
			ratio(e, all[0]), ratio(e, all[1]), e.rss()>>20, e.records)
	}
	return out.String()
}

// BenchmarkWaiting is the memory of a crawl that has 200,000 pages waiting.
func BenchmarkWaiting(b *testing.B) {
	const waiting, most = 200_000, 120 << 20
	base := startSite(b, 1)
	var c cost
	for b.Loop() {
		said, err := inRole("waiting", base, filepath.Join(b.TempDir(), "records.jsonl"), waiting).Output()
		if err != nil {
			b.Fatal(err)
		}
		if err := json.Unmarshal(said, &c); err != nil {
			b.Fatalf("%q: %v", said, err)
		}
	}
	b.ReportMetric(float64(c.RSS>>20), "peak-RSS-MB")
	b.ReportMetric(float64(c.Pages), "pages-waiting")
	if c.RSS > most {
		b.Errorf("%d MB with %d pages waiting, want under %d MB", c.RSS>>20, c.Pages, most>>20)
	}
}

// Every engine gets the same records from the site.
func TestEnginesAgree(t *testing.T) {
	const pages = 150
	base := startSite(t, pages)
	found := map[string]string{}
	for _, e := range engines() {
		if strings.HasPrefix(e.name, "Scrapy") && testing.Short() {
			continue
		}
		if err := e.run(t, base, pages); err != nil {
			t.Logf("%s: %v", e.name, err)
			continue
		}
		found[e.name] = e.records
	}
	for name, records := range found {
		if records != found["net/http + goquery"] {
			t.Errorf("%s found other records", name)
		}
	}
}
