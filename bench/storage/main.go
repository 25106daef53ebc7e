// Command storage measures how Vane's tables bear up under millions of posts.
//
//	go run ./bench/storage [-posts 5000000,50000000] [-rounds 40] FILE.jsonl...
//
// The files have a post a line: {"title": …, "text": …}; their texts are repeated. For
// each number of posts it starts an embedded engine in a folder of its own, makes the
// posts in SQL (generate.sql), counts their hours and days ahead, and asks, through the
// same methods that Vane uses, what Vane asks. Fifty million posts take about 40 GB of
// disk under -dir while they are made.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"vane/storage"
	"vane/storage/engine"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "engine" { // this program is its own engine
		fmt.Fprintln(os.Stderr, engine.Serve(os.Args[2:]))
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "storage:", err)
		os.Exit(1)
	}
}

// choices are the flags.
type choices struct {
	rounds int
	dir    string
	memory int64
}

func run(ctx context.Context) error {
	var c choices
	sizes := flag.String("posts", "5000000", "numbers of posts, with commas between them")
	flag.IntVar(&c.rounds, "rounds", 40, "how often each question is asked")
	flag.StringVar(&c.dir, "dir", os.TempDir(), "folder for the engine's data")
	flag.Int64Var(&c.memory, "memory", 4<<30, "bytes that the engine may use")
	flag.Parse()
	texts, err := readTexts(flag.Args())
	if err != nil {
		return err
	}
	for size := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(size), 10, 64)
		if err != nil || n < 1000 {
			return fmt.Errorf("-posts %q: write numbers of at least 1000", size)
		}
		if err := c.measure(ctx, n, texts); err != nil {
			return fmt.Errorf("with %d posts: %w", n, err)
		}
	}
	return nil
}

// bench is an engine full of posts.
type bench struct {
	choices
	posts  uint64
	texts  []text
	engine *engine.Engine
	store  *storage.Store
}

// measure makes n posts and asks about them.
func (c choices) measure(ctx context.Context, n uint64, texts []text) (err error) {
	dir, err := os.MkdirTemp(c.dir, "vane-bench-storage-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg := engine.DefaultConfig()
	cache, err := engine.DefaultCacheDir()
	if err != nil {
		return err
	}
	if cfg.Library, err = engine.FindLibrary(cache); err != nil {
		return fmt.Errorf("%w; run make engine", err)
	}
	cfg.DataDir, cfg.MemoryBytes = filepath.Join(dir, "engine"), c.memory
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	e, err := engine.Start(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer e.Close()
	store, err := storage.Open(ctx, storage.Config{DSN: e.DSN()}, log)
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := store.Migrate(ctx); err != nil {
		return err
	}
	b := &bench{choices: c, posts: n, texts: texts, engine: e, store: store}
	fmt.Printf("\n%d posts, %d real texts, a year of 52 weeks\n", n, len(texts))
	for _, step := range []func(context.Context) error{b.build, b.size, b.rollup, b.ask, b.insert, b.memoryUsed} {
		start := time.Now()
		if err := step(ctx); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "(%s)\n", time.Since(start).Round(time.Second))
	}
	return nil
}
