package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"vane"
	"vane/crawler"
)

// importFlags are the choices of one import.
type importFlags struct {
	source, channel, format, mapping, zone, reject string
}

func (a *app) importCommand() *cobra.Command {
	var flags importFlags
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "take posts from JSONL or CSV files",
		Long: `Import takes posts from files. JSONL has one object a line with the keys id, url,
title, text, author, region, published_at, likes, comments, shares, views; CSV has a
header. Other names are mapped with --map. A row that can't be taken is reported
with its line number and kept in a reject file. Importing a file again changes
nothing.`,
		Example: `  vane import posts.jsonl --channel 论坛
  vane import 投诉.csv --map title=标题,text=内容,published_at=时间 --source 12345`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.importFiles(cmd.Context(), args, flags) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.source, "source", "", "`NAME` of the source (default: the file's name)")
	f.StringVar(&flags.channel, "channel", string(vane.Website), "channel of the posts: 微博, 客户端, 网站, 微信, 视频, 论坛 or 数字报")
	f.StringVar(&flags.format, "format", "", "jsonl or csv (default: by the file's ending)")
	f.StringVar(&flags.mapping, "map", "", "which column is which `FIELD=COLUMN,…`")
	f.StringVar(&flags.zone, "zone", "Asia/Shanghai", "zone of dates that name none")
	f.StringVar(&flags.reject, "reject", "", "`FILE` for rows that can't be taken (default: in the data directory)")
	return cmd
}

// imported is what became of one file.
type imported struct {
	File string `json:"file"`
	crawler.ImportReport
	Rejects string `json:"rejects,omitempty"` // file with the rejected rows
}

func (a *app) importFiles(ctx context.Context, files []string, flags importFlags) (err error) {
	for _, file := range files {
		if _, err := flags.options(file); err != nil {
			return err
		}
	}
	var opened stack
	defer opened.close(&err)
	f, err := a.openFlow(ctx, &opened)
	if err != nil {
		return err
	}
	secret, err := a.cfg.authorSecret(a.dataDir)
	if err != nil {
		return err
	}
	var results []imported
	rejects := map[string]bool{} // files with rejected rows that were written
	for _, file := range files {
		opts, err := flags.options(file)
		if err != nil {
			return err
		}
		opts.AuthorSecret, opts.Now = secret, time.Now().UTC()
		log := &rejectLog{input: file, file: cmp.Or(flags.reject, filepath.Join(a.dataDir, "rejects", opts.Source+".jsonl"))}
		log.goOn = rejects[log.file]
		result, err := a.importFile(ctx, f, file, opts, log)
		if err != nil { // what came before is stored, and said
			return errors.Join(a.printImported(results), fmt.Errorf("import %s: %w", file, err))
		}
		results, rejects[result.Rejects] = append(results, result), true
	}
	return a.printImported(results)
}

// options reads the flags for one file.
func (fl importFlags) options(file string) (crawler.ImportOptions, error) {
	opts := crawler.ImportOptions{
		Format:  crawler.Format(cmp.Or(fl.format, strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), "."))),
		Source:  cmp.Or(fl.source, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))),
		Channel: vane.Channel(fl.channel),
	}
	if opts.Format != crawler.JSONL && opts.Format != crawler.CSV {
		return opts, wrongUse("%s: format %q is not known; say --format jsonl or --format csv", file, opts.Format)
	}
	if !slices.Contains(vane.Channels(), opts.Channel) {
		return opts, wrongUse("--channel %q: use one of %s", fl.channel, list(vane.Channels()))
	}
	var err error
	if opts.Mapping, err = crawler.ParseMapping(fl.mapping); err != nil {
		return opts, usageError{err}
	}
	if opts.Zone, err = crawler.ParseZone(fl.zone); err != nil {
		return opts, usageError{err}
	}
	return opts, nil
}

// importFile takes one file through the outbox into the store.
func (a *app) importFile(ctx context.Context, f *flow, file string, opts crawler.ImportOptions, rejects *rejectLog) (imported, error) {
	result := imported{File: file}
	in, err := os.Open(file)
	if err != nil {
		return result, err
	}
	defer closeRead(in)
	bar := a.bar(-1, "导入 "+filepath.Base(file))
	defer bar.Close() // only the drawing
	read := make(chan struct{})
	work, workCtx := errgroup.WithContext(ctx)
	work.Go(func() (err error) {
		defer close(read)
		offer := &offering{state: f.state, ctx: workCtx, taken: func(n int) { bar.Add(n) }}
		result.ImportReport, err = crawler.Import(workCtx, in, opts, offer.take, rejects.add)
		for _, step := range []func() error{offer.flush, rejects.close} {
			if err == nil {
				err = step()
			}
		}
		return err
	})
	work.Go(func() error { return drainUntil(workCtx, f.ingest(a, storePatience, nil), read) })
	if err := work.Wait(); err != nil {
		return result, err
	}
	result.Rejects = rejects.written()
	for _, line := range rejects.first {
		a.say("%s:%s", file, line)
	}
	return result, nil
}

// offering puts imported posts into the outbox in groups, since each transaction
// waits for the disk.
type offering struct {
	ctx     context.Context
	state   *crawler.State
	waiting []vane.Post
	taken   func(n int)
}

const offerGroup = 1000

func (o *offering) take(p vane.Post) error {
	o.waiting = append(o.waiting, p)
	if len(o.waiting) < offerGroup {
		return nil
	}
	return o.flush()
}

func (o *offering) flush() error {
	if err := o.state.Offer(o.ctx, o.waiting...); err != nil {
		return err
	}
	o.taken(len(o.waiting))
	o.waiting = o.waiting[:0]
	return nil
}

// rejectLog keeps the rows that could not be taken. The file is made when the
// first comes.
type rejectLog struct {
	input string // file that is imported
	file  string
	goOn  bool // an earlier file of this import has its rows there too
	out   *os.File
	first []string // for the terminal
	err   error
}

// firstRejects is how many are told at once; the file has them all.
const firstRejects = 20

func (r *rejectLog) add(line int, raw string, cause error) {
	if len(r.first) < firstRejects {
		r.first = append(r.first, fmt.Sprintf("%d: %v", line, cause))
	}
	if r.err != nil {
		return
	}
	if r.out == nil {
		if r.err = os.MkdirAll(filepath.Dir(r.file), 0o700); r.err != nil {
			return
		}
		// The rows are people's posts: for the owner's eyes only.
		mode := os.O_TRUNC
		if r.goOn {
			mode = os.O_APPEND
		}
		if r.out, r.err = os.OpenFile(r.file, os.O_CREATE|os.O_WRONLY|mode, 0o600); r.err != nil {
			return
		}
	}
	r.err = json.NewEncoder(r.out).Encode(map[string]any{"file": r.input, "line": line, "error": cause.Error(), "row": raw})
}

func (r *rejectLog) close() error {
	if r.out == nil || r.err != nil {
		return r.err
	}
	return r.out.Close()
}

func (r *rejectLog) written() string {
	if r.out == nil {
		return ""
	}
	return r.file
}

func (a *app) printImported(results []imported) error {
	if len(results) == 0 {
		return nil
	}
	if a.json {
		return a.printJSON(results)
	}
	t := newTable(table.Row{"文件", "行", "入库", "无日期", "拒收", "拒收文件"}, 1)
	for _, r := range results {
		t.AppendRow(table.Row{filepath.Base(r.File), r.Rows, r.Taken, r.Undated, r.Rejected, r.Rejects})
	}
	a.printTable(t)
	return nil
}
