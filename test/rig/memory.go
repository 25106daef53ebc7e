package rig

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"vane/storage/engine"
)

// Metric is the value of a metric without labels that a vane's board tells.
func Metric(ctx context.Context, board, name string) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+board+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	answer, err := answered(request)
	if err != nil {
		return 0, err
	}
	for lines := bufio.NewScanner(strings.NewReader(answer)); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("no metric %s", name)
}

// LiveHeap is what the last garbage collection of a vane found in use, in bytes: its next
// one comes when that has doubled.
func LiveHeap(ctx context.Context, board string) (float64, error) {
	next, err := Metric(ctx, board, "go_memstats_next_gc_bytes")
	return next / 2, err
}

// Tracked is the memory that the ClickHouse of a data directory has given to queries,
// merges and caches, in bytes. The rest of what is resident is the program itself and
// what its allocator has not given back yet.
func Tracked(ctx context.Context, dataDir string) (float64, error) {
	const query = "SELECT value FROM system.metrics WHERE metric = 'MemoryTracking'"
	dir := filepath.Join(dataDir, "clickhouse")
	reader, err := engine.AttachReader(dir) // who may not ask for this, but knows the port
	if err != nil {
		return 0, err
	}
	dsn, err := engine.Attach(dir)
	if err != nil {
		return 0, err
	}
	writer, err := url.Parse(dsn)
	if err != nil {
		return 0, err
	}
	address := url.URL{Scheme: "http", User: writer.User, Host: net.JoinHostPort(reader.Host, strconv.Itoa(reader.HTTPPort)), Path: "/"}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), strings.NewReader(query))
	if err != nil {
		return 0, err
	}
	answer, err := answered(request)
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strings.TrimSpace(answer), 64)
}

// answered is the text of a good answer.
func answered(request *http.Request) (string, error) {
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %.200s", request.URL.Redacted(), answer.Status, text)
	}
	return string(text), err
}
