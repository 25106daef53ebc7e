package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"vane/dashboards/access"
	"vane/storage"
)

// exportFlags are where an export goes.
type exportFlags struct {
	format, out string
	bom         bool
}

func (fl *exportFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&fl.format, "format", "", "csv, xlsx or parquet (default: by the file's ending)")
	f.StringVar(&fl.out, "out", "", "`FILE` to write; it appears when it is complete (default: standard output)")
	f.BoolVar(&fl.bom, "bom", false, "begin CSV with a byte order mark, so that Excel reads its Chinese")
}

// options reads the flags.
func (fl exportFlags) options() (storage.ExportOptions, error) {
	format := cmp.Or(fl.format, strings.TrimPrefix(strings.ToLower(filepath.Ext(fl.out)), "."), string(storage.CSV))
	o := storage.ExportOptions{Format: storage.ExportFormat(format), BOM: fl.bom}
	if !slices.Contains(storage.ExportFormats(), o.Format) {
		return o, wrongUse("format %q is not known; say --format csv, xlsx or parquet", format)
	}
	return o, nil
}

func (a *app) exportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "write posts or trends to a file: CSV, XLSX, Parquet",
		Long: `Export writes posts or trends to a file. CSV cells that a spreadsheet could run as a
formula begin with a '. Import reads an exported CSV of posts again: the posts stay the
same ones, so that importing it where they are changes nothing, and elsewhere every
trend comes out the same.`,
		Example: `  vane export posts '柱子票-转发抽奖' --from 2026-03-01 --to 2026-03-15 --out 柱子票.xlsx
  vane export posts --channel 微博 --format csv --bom --out 微博.csv
  vane export trends --tag ticketing --by channel --out 渠道.parquet`,
	}
	cmd.AddCommand(a.exportPostsCommand(), a.exportTrendsCommand())
	strictArguments(cmd)
	return cmd
}

func (a *app) exportPostsCommand() *cobra.Command {
	var filter filterFlags
	var flags exportFlags
	cmd := &cobra.Command{
		Use:     "posts [EXPRESSION...]",
		Short:   "write the posts that a search would find",
		Example: "  vane export posts '(柱子票|墙根票)+退款' --out 柱子票.csv",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := flags.options()
			if err != nil {
				return err
			}
			f, err := filter.filter()
			if err != nil {
				return err
			}
			x, err := expression(args)
			if err != nil {
				return err
			}
			if err := a.warnOfTags(f.Tags); err != nil {
				return err
			}
			return a.export(cmd, args, flags.out, func(ctx context.Context, store *storage.Store, w io.Writer) (int, error) {
				return store.ExportPosts(ctx, w, opts, x, f)
			})
		},
	}
	filter.register(cmd)
	flags.register(cmd)
	return cmd
}

func (a *app) exportTrendsCommand() *cobra.Command {
	var trend trendFlags
	var flags exportFlags
	cmd := &cobra.Command{
		Use:     "trends",
		Short:   "write what vane trends counts",
		Example: "  vane export trends --tag telecom.speed_cap --step hour --out 限速.csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := flags.options()
			if err != nil {
				return err
			}
			q, err := trend.query()
			if err != nil {
				return err
			}
			return a.export(cmd, args, flags.out, func(ctx context.Context, store *storage.Store, w io.Writer) (int, error) {
				series, err := store.Trend(ctx, q)
				if err != nil {
					return 0, err
				}
				return storage.ExportTrend(w, opts, series)
			})
		},
	}
	trend.register(cmd)
	flags.register(cmd)
	return cmd
}

// exported is the answer of an export into a file.
type exported struct {
	File string `json:"file"`
	Rows int    `json:"rows"`
}

// export writes a file by write, or standard output if file is empty. What is recorded of
// it is the command as it was given.
func (a *app) export(cmd *cobra.Command, args []string, file string, write func(context.Context, *storage.Store, io.Writer) (int, error)) (err error) {
	ctx := cmd.Context()
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	object := strings.Join(append([]string{cmd.CommandPath(), "to", cmp.Or(file, "standard output") + ":"}, args...), " ") + flagsGiven(cmd)
	if err := a.record(ctx, access.Exported, object); err != nil {
		return err
	}
	if file == "" {
		out := bufio.NewWriter(a.out)
		if _, err := write(ctx, store, out); err != nil {
			return err
		}
		return out.Flush()
	}
	rows := 0
	err = writeWhole(file, personal, func(w io.Writer) (err error) {
		rows, err = write(ctx, store, w)
		return err
	})
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(exported{file, rows})
	}
	_, err = fmt.Fprintf(a.out, "%s：%d 行\n", file, rows)
	return err
}

// flagsGiven are the flags that a command was given itself, as " --tag a --from b".
func flagsGiven(cmd *cobra.Command) string {
	var out strings.Builder
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Changed {
			fmt.Fprintf(&out, " --%s %s", f.Name, f.Value) // a Builder takes everything
		}
	})
	return out.String()
}
