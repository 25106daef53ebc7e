//go:build unix

// Command nlp measures how fast posts are cut into words and understood: by Vane, by
// gse, whose dictionary and path Vane uses, and by jieba, on the same texts in the
// same run.
//
//	go run ./bench/nlp [-rounds 3] [-most 2000] FILE.jsonl
//
// The file has a post a line: {"title": …, "text": …}. jieba is Debian's package
// python3-jieba; without it the table has no rows for it, and says so.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"

	"vane"
	"vane/nlp"
	"vane/yamlfile" //nolint:depguard // the rule is for the package nlp, and this is a program that measures it
)

func main() {
	rounds := flag.Int("rounds", 3, "how often everything is measured; the medians are shown")
	most := flag.Int("most", 2000, "posts of the file that are measured")
	flag.Parse()
	if flag.NArg() != 1 || *rounds < 1 {
		fmt.Fprintln(os.Stderr, "use: go run ./bench/nlp [-rounds 3] [-most 2000] FILE.jsonl")
		os.Exit(2)
	}
	if err := run(os.Stdout, flag.Arg(0), *most, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench/nlp:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, file string, most, rounds int) error {
	posts, err := readPosts(file, most)
	if err != nil {
		return err
	}
	texts, bytes := folded(posts)
	ours, err := measureOurs(posts, texts, rounds)
	if err != nil {
		return err
	}
	rows := ours
	peer, err := measureJieba(texts, rounds)
	if err == nil {
		rows = append(rows, peer...)
	}
	fmt.Fprintf(out, "%d posts, %.2f MB of folded text, median of %d rounds\n", len(posts), float64(bytes)/1e6, rounds)
	printTable(out, rows, bytes)
	printShare(out, rows)
	if errors.Is(err, errNoJieba) {
		fmt.Fprintln(out, "jieba is not measured: apt-get install python3-jieba")
		return nil
	}
	return err
}

// row is what was measured of one way to go over all texts.
type row struct {
	name    string
	seconds []float64 // of the processor, by round
}

// median is the middle of the rounds.
func (r row) median() float64 {
	sorted := slices.Sorted(slices.Values(r.seconds))
	return sorted[len(sorted)/2]
}

// printTable writes the table. The speed of every row is compared with gse's.
func printTable(out io.Writer, rows []row, bytes int) {
	gse := rows[slices.IndexFunc(rows, func(r row) bool { return r.name == gseRow })].median()
	fmt.Fprintf(out, "\n| %-38s | MB per CPU-second | times gse |\n|%s|------------------:|----------:|\n", "", "----------------------------------------")
	for _, r := range rows {
		fmt.Fprintf(out, "| %-38s | %17.2f | %9.2f |\n", r.name, float64(bytes)/1e6/r.median(), gse/r.median())
	}
	fmt.Fprintln(out)
}

// printShare says how much of the chain is cutting into words, and how much it would
// be if gse did it.
func printShare(out io.Writer, rows []row) {
	of := func(name string) float64 {
		return rows[slices.IndexFunc(rows, func(r row) bool { return r.name == name })].median()
	}
	gse, segment, chain := of(gseRow), of(segmentRow), of(chainRow)
	fmt.Fprintf(out, "Cutting into words is %.0f%% of the chain; with gse itself it would be %.0f%%.\n",
		100*segment/chain, 100*gse/(chain-segment+gse))
}

func readPosts(file string, most int) ([]vane.Post, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read posts: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	var posts []vane.Post
	for dec := json.NewDecoder(bufio.NewReader(f)); dec.More() && len(posts) < most; {
		var p struct{ Title, Text string }
		if err := dec.Decode(&p); err != nil {
			return nil, fmt.Errorf("read post %d of %s: %w", len(posts)+1, file, err)
		}
		posts = append(posts, vane.Post{Title: p.Title, Text: p.Text})
	}
	if len(posts) == 0 {
		return nil, fmt.Errorf("read posts: there are none in %s", file)
	}
	return posts, nil
}

// folded is the posts as the segmenters get them.
func folded(posts []vane.Post) (texts []string, bytes int) {
	for _, p := range posts {
		text := nlp.Fold(p.Body()).Text
		texts = append(texts, text)
		bytes += len(text)
	}
	return texts, bytes
}

// taxonomy reads the program's own.
func taxonomy() (nlp.Taxonomy, error) {
	names, err := fs.Glob(vane.Configs(), "taxonomy/*.yaml")
	if err != nil {
		return nil, err
	}
	var tax nlp.Taxonomy
	for _, name := range names {
		f := nlp.TaxonomyFile{Name: path.Base(name)}
		if err := yamlfile.Read(vane.Configs(), name, &f); err != nil {
			return nil, err
		}
		tax = append(tax, f)
	}
	return tax, nil
}
