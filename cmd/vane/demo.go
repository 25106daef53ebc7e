package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vane"
	"vane/crawler"
	"vane/crawler/samplesite"
	"vane/storage"
	"vane/storage/engine"
)

func (a *app) demoCommand() *cobra.Command {
	var once bool
	var posts int
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "see the whole flow on a bundled sample site",
		Long: `Demo starts the embedded ClickHouse, serves a bundled sample site on loopback,
crawls it, tags and stores its posts, puts them into events, detects hotspots, prints
them, and serves the board. The sample site's posts are generated; every name in them is invented. Demo
always uses the embedded engine, never the server of your configuration. What it
writes is deleted at the end, or kept in the folder demo of --data-dir if you name one.`,
		Example: "  vane demo\n  vane demo --once --json",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.demo(cmd, once, posts) },
	}
	cmd.Flags().BoolVar(&once, "once", false, "end after printing the hotspots")
	cmd.Flags().IntVar(&posts, "posts", samplesite.DefaultPosts, "how many posts the sample site has")
	return cmd
}

// sampleSeed makes every demo tell the same story.
const sampleSeed = 1

// samplePrefix begins the names of the sample site's sources.
const samplePrefix = "sample_"

func (a *app) demo(cmd *cobra.Command, once bool, posts int) (err error) {
	ctx, start := cmd.Context(), time.Now()
	var opened stack
	defer opened.close(&err)
	if err := a.demoDir(cmd.Flags().Changed("data-dir"), &opened); err != nil {
		return err
	}
	if once {
		if _, err := a.demoFlow(ctx, posts, &opened); err != nil || a.json {
			return err
		}
		return a.printCost(time.Since(start))
	}
	board, err := a.listen(ctx) // early, so that a taken port is said before the work
	if err != nil {
		return err
	}
	opened.push(ignoreClosed(board.Close))
	f, err := a.demoFlow(ctx, posts, &opened)
	if err != nil {
		return err
	}
	a.say("\n看板：%s （Ctrl-C 结束）", board.address())
	return a.serve(ctx, board, f)
}

// demoFlow takes the sample site's posts through the whole flow and prints what
// came out.
func (a *app) demoFlow(ctx context.Context, posts int, opened *stack) (*flow, error) {
	now := time.Now().UTC()
	site, base, err := serveSample(ctx, now, posts, opened)
	if err != nil {
		return nil, err
	}
	a.cfg.Crawler.AllowPrivate = true // the sample site is on loopback
	a.cfg.Crawler.Contact = "demo"    // and nobody there has to be told
	a.cfg.Crawler.MinFree = 0         // a demo is some megabytes
	a.cfg.Storage.Config = storage.DefaultConfig()
	f, err := a.openFlow(ctx, opened)
	if err != nil {
		return nil, err
	}
	sources, err := a.sampleSources(base)
	if err != nil {
		return nil, err
	}
	reports, err := a.pass(ctx, f, sources, vane.Window{}, len(site.Posts()))
	if err != nil {
		return nil, err
	}
	if err := f.record(sources)(ctx); err != nil {
		return nil, err
	}
	if err := a.printStored(ctx, f, reports); err != nil {
		return nil, err
	}
	window := vane.Window{From: now.Add(-a.cfg.Events.Window), To: now}
	if _, err := findEvents(ctx, f.store, a.cfg.Events, window); err != nil {
		return nil, err
	}
	hotspots, err := f.hot.detect(ctx, f.store, now)
	if err != nil {
		return nil, err
	}
	if err := a.printHotspots(hotspots); err != nil || a.json {
		return f, err
	}
	fmt.Fprintf(a.out, "\n事件（独立声音最多的 %d 件）\n", demoEvents)
	return f, a.listEvents(ctx, f.store, window, demoEvents)
}

// demoEvents are the events that the demo lists: as many as are read at a glance.
const demoEvents = 8

// demoDir gives the demo a folder of its own, so that sample posts never get among
// real ones: deleted at the end, or inside the one that the user named.
func (a *app) demoDir(named bool, opened *stack) error {
	if named {
		a.dataDir = filepath.Join(a.dataDir, "demo")
		return nil
	}
	dir, err := os.MkdirTemp("", "vane-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w; name one with --data-dir", err)
	}
	opened.push(func() error { return os.RemoveAll(dir) })
	a.dataDir = dir
	return nil
}

// serveSample serves the sample site on a free port of loopback.
func serveSample(ctx context.Context, now time.Time, posts int, opened *stack) (site *samplesite.Site, base string, err error) {
	site = samplesite.New(now, sampleSeed, posts)
	site.Clock = time.Now
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", fmt.Errorf("serve the sample site: %w", err)
	}
	server := &http.Server{Handler: site.Handler(), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	opened.push(func() error {
		err := server.Close()
		if s := <-served; !errors.Is(s, http.ErrServerClosed) {
			err = errors.Join(err, s)
		}
		return err
	})
	return site, "http://" + listener.Addr().String(), nil
}

// sampleSources are the sources of the sample site, at the address it got.
func (a *app) sampleSources(base string) ([]crawler.Source, error) {
	all, err := a.cfg.sources()
	if err != nil {
		return nil, err
	}
	var sample []crawler.Source
	for _, src := range all {
		if strings.HasPrefix(src.Name, samplePrefix) {
			src.Base = base
			sample = append(sample, src)
		}
	}
	return sample, nil
}

// printStored says what was crawled and what of it is stored. In JSON the hotspots
// alone are the answer.
func (a *app) printStored(ctx context.Context, f *flow, reports []crawler.PassReport) error {
	if a.json {
		return nil
	}
	if err := a.printPasses(reports); err != nil {
		return err
	}
	stats, err := f.store.Stats(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "\n入库 %d 条，其中命中问题 %d 条、吐槽类信息 %d 条\n\n", stats.Posts, stats.Tagged, stats.Sensitive)
	return nil
}

// printCost says what the demo took so far: its time, and the most memory that vane
// and the engine had in use.
func (a *app) printCost(took time.Duration) error {
	self, err := engine.PeakMemory(os.Getpid())
	if err != nil {
		return err
	}
	child, err := a.engine.PeakMemory()
	if err != nil {
		return err
	}
	const mb = 1 << 20
	fmt.Fprintf(a.out, "\n用时 %.1f 秒；内存峰值：vane %d MB，ClickHouse %d MB\n", took.Seconds(), self/mb, child/mb)
	return nil
}
