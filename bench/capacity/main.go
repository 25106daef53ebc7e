// Command capacity computes what some number of posts a day costs, from what was
// measured of one: the constants below, each with the command that measured it. It
// prints the table of docs/capacity.md.
//
//	go run ./bench/capacity [-posts 100000,1000000,10000000,100000000]
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// What one post or page costs, in CPU seconds or bytes, measured on a shared AMD EPYC
// core that was busy with other work: the upper of the figures, where there are several.
const (
	crawlPage  = 0.98e-3           // CPU; go test ./bench/crawl -run '^$' -bench . -benchtime 1x -pages 5000 -rounds 3
	pageBytes  = 20e3              // of the pages there
	postBytes  = 348               // title and text, of the posts of bench/storage
	nlpRate    = 6.3e6             // bytes of text per CPU second; go run ./bench/nlp -rounds 5 -most 4290 FILE.jsonl
	insertPost = 70e-6 + 9e-6      // CPU of engine and driver, merges included; go run ./bench/storage -cut 110 -posts 50000000 FILE.jsonl
	rollupPost = 9.8e-6            // CPU of counting ahead; go run ./bench/storage -cut 110 FILE.jsonl
	eventsPost = 1.0 / 13000       // CPU; go test ./hotspot -run '^$' -bench Events
	storedPost = 687 + 26 + 27 + 4 // bytes of posts, claims, engagement and counts; as insertPost
	seenPost   = 87                // bytes of the crawl state; vane demo --posts 8000, by SQLite's dbstat
	pulsePost  = 15.7e-6           // CPU of a detection per post of its window, the growth between the two sizes of
	// go test ./storage -run '^$' -bench Pulses -benchtime 2x

	detectDays  = 56     // hotspot.history
	detectEvery = 600.0  // seconds between detections
	hostPages   = 43_200 // a day from one host, at delay: 2s
	listPages   = 1.05   // pages per post: its own, and its part of a list of twenty
	peak        = 3.0    // the busiest hour of a day against its mean
	day         = 86400.0
)

// plan is what a number of posts a day takes. CPU is in cores, all day.
type plan struct {
	posts                                    float64
	crawl, analyse, store, events, detection float64
}

func planFor(posts float64) plan {
	perSecond := posts / day
	return plan{
		posts:     posts,
		crawl:     perSecond * listPages * crawlPage,
		analyse:   perSecond * postBytes / nlpRate,
		store:     perSecond * (insertPost + rollupPost),
		events:    perSecond * eventsPost,
		detection: posts * detectDays * pulsePost / detectEvery,
	}
}

// flowing is what follows the posts as they come, so that it has a peak.
func (p plan) flowing() float64 { return p.crawl + p.analyse + p.store + p.events }

// lines are the rows of the table.
func lines() []struct {
	name string
	of   func(plan) string
} {
	cores := func(v float64) string {
		if v < 0.001 {
			return "< 0.001"
		}
		return strconv.FormatFloat(v, 'f', precision(v), 64)
	}
	return []struct {
		name string
		of   func(plan) string
	}{
		{"posts a second, mean", func(p plan) string { return cores(p.posts / day) }},
		{"crawling, cores", func(p plan) string { return cores(p.crawl) }},
		{"analysis, cores", func(p plan) string { return cores(p.analyse) }},
		{"storing and counting ahead, cores", func(p plan) string { return cores(p.store) }},
		{"events, cores", func(p plan) string { return cores(p.events) }},
		{"these four in the busiest hour (× 3), cores", func(p plan) string { return cores(peak * p.flowing()) }},
		{"detection every 10 minutes over 56 days, cores", func(p plan) string { return cores(p.detection) }},
		{"pages of 20 KB, Mbit/s, mean", func(p plan) string { return cores(p.posts * listPages * pageBytes * 8 / day / 1e6) }},
		{"hosts that must be there, at 2 s a page", func(p plan) string { return cores(p.posts * listPages / hostPages) }},
		{"ClickHouse, GB a day", func(p plan) string { return cores(p.posts * storedPost / 1e9) }},
		{"ClickHouse, TB a year, one copy", func(p plan) string { return cores(p.posts * storedPost * 365 / 1e12) }},
		{"crawl state (ids of seen posts), GB a year", func(p plan) string { return cores(p.posts * seenPost * 365 / 1e9) }},
	}
}

// precision keeps two digits of what is small.
func precision(v float64) int {
	switch {
	case v < 0.1:
		return 3
	case v < 10:
		return 1
	}
	return 0
}

func write(w io.Writer, volumes []float64) {
	head, rule := "| posts a day |", "|---|"
	for _, v := range volumes {
		head, rule = head+" "+thousands(v)+" |", rule+"---:|"
	}
	fmt.Fprintln(w, head)
	fmt.Fprintln(w, rule)
	for _, line := range lines() {
		fmt.Fprintf(w, "| %s |", line.name)
		for _, v := range volumes {
			fmt.Fprintf(w, " %s |", line.of(planFor(v)))
		}
		fmt.Fprintln(w)
	}
	const million = 1e6
	fmt.Fprintf(w, "\nA million posts, from page to store: %.0f minutes of one core, %.0f MB in ClickHouse.\n",
		planFor(million).flowing()*day/60, million*storedPost/1e6)
}

// thousands writes 1000000 as 1,000,000.
func thousands(v float64) string {
	s := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func main() {
	list := flag.String("posts", "100000,1000000,10000000,100000000", "numbers of posts a day, with commas between them")
	flag.Parse()
	var volumes []float64
	for text := range strings.SplitSeq(*list, ",") {
		n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || n <= 0 {
			fmt.Fprintf(os.Stderr, "capacity: -posts %q: write numbers of posts a day\n", text)
			os.Exit(2)
		}
		volumes = append(volumes, n)
	}
	write(os.Stdout, volumes)
}
