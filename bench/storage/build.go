package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"vane"
)

//go:embed generate.sql
var generate string

const (
	chunk    = 250_000 // posts made by one statement
	seed     = 1
	taxonomy = 7 // the version that is said to have tagged them
)

// end is when the year of posts ends: a Monday in Beijing.
var end = time.Date(2026, 11, 1, 16, 0, 0, 0, time.UTC)

// text is what a post says.
type text struct {
	Title string   `json:"title"`
	Text  string   `json:"text"`
	N     int      `json:"n"`
	Words []string `json:"words"`
}

// readTexts reads the texts to repeat. Where words are, pairs of characters stand: as
// many and as long, which is what matters to the tables.
func readTexts(files []string) ([]text, error) {
	var texts []text
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 4<<20)
		for lines.Scan() {
			t := text{N: len(texts)}
			if err := json.Unmarshal(lines.Bytes(), &t); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			t.Words = pairs(t.Text)
			texts = append(texts, t)
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("no texts: name files with a {\"title\", \"text\"} a line")
	}
	return texts, nil
}

func pairs(s string) (words []string) {
	const most, apart = 25, 4
	runes := []rune(s)
	for i := 0; i+2 <= len(runes) && len(words) < most; i += apart {
		words = append(words, string(runes[i:i+2]))
	}
	return words
}

// build makes the posts, their claims, and the marks of their hours, as inserts would
// have left them.
func (b *bench) build(ctx context.Context) error {
	if _, err := b.sql(ctx, "CREATE TABLE corpus (n UInt32, title String, text String, words Array(String)) ENGINE = MergeTree ORDER BY n", nil); err != nil {
		return err
	}
	var rows bytes.Buffer
	rows.WriteString("INSERT INTO corpus FORMAT JSONEachRow\n")
	for _, t := range b.texts {
		if err := json.NewEncoder(&rows).Encode(t); err != nil {
			return err
		}
	}
	if _, err := b.sql(ctx, rows.String(), nil); err != nil {
		return err
	}
	if err := b.store.Promote(ctx, taxonomy); err != nil {
		return err
	}
	for from := uint64(0); from < b.posts; from += chunk {
		values := map[string]any{
			"from": from, "count": min(chunk, b.posts-from), "total": b.posts, "end": end.Unix(), "texts": len(b.texts),
			"seed": seed, "taxonomy": taxonomy,
		}
		if _, err := b.sql(ctx, generate, values); err != nil {
			return fmt.Errorf("make posts from %d on: %w", from, err)
		}
		fmt.Fprintf(os.Stderr, "\r%d posts made", min(from+chunk, b.posts))
	}
	for _, statement := range []string{
		"INSERT INTO post_slots SELECT id, slot, version FROM posts",
		"INSERT INTO touched SELECT slot, any(rand64(version)), count() FROM posts GROUP BY slot",
	} {
		if _, err := b.sql(ctx, statement, nil); err != nil {
			return err
		}
	}
	return b.settle(ctx)
}

// settle waits until no merge runs: a store that has been running for a year has few.
func (b *bench) settle(ctx context.Context) error {
	for quiet := 0; quiet < 5; {
		n, err := b.number(ctx, "SELECT count() FROM system.merges")
		if err != nil {
			return err
		}
		if quiet++; n > 0 {
			quiet = 0
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
	return nil
}

// sql runs a statement over HTTP, which needs no driver.
func (b *bench) sql(ctx context.Context, statement string, values map[string]any) (string, error) {
	dsn, err := url.Parse(b.engine.DSN())
	if err != nil {
		return "", err
	}
	password, _ := dsn.User.Password()
	q := url.Values{"database": {"vane"}}
	for name, value := range values {
		q.Set("param_"+name, fmt.Sprint(value))
	}
	address := fmt.Sprintf("http://127.0.0.1:%d/?%s", b.engine.ReadOnly().HTTPPort, q.Encode())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(statement))
	if err != nil {
		return "", err
	}
	request.SetBasicAuth(dsn.User.Username(), password)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the engine says: %.500s", answer)
	}
	return strings.TrimSpace(string(answer)), nil
}

// number asks for one number.
func (b *bench) number(ctx context.Context, question string) (n float64, err error) {
	answer, err := b.sql(ctx, question, nil)
	if err != nil {
		return 0, err
	}
	_, err = fmt.Sscan(answer, &n)
	return n, err
}

// issue is the name of the k-th most frequent issue, as generate.sql makes it.
func issue(k int) vane.Tag {
	n := k * 7919 % 600
	return vane.Tag(fmt.Sprintf("domain%02d.issue%02d", n/30, n%30))
}
