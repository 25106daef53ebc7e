package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vane/crawler"
)

func (a *app) sourcesTestCommand() *cobra.Command {
	var page, address, at string
	var detail bool
	cmd := &cobra.Command{
		Use:   "test SOURCE",
		Short: "print the records that a saved page gives, or check the source's fixture",
		Long: `Test reads a page that was saved from the site as a pass would, and prints what it
gives as JSON lines, in the form of a fixture's expected.jsonl. Nothing is fetched.
Without --page it checks the saved pages of sources/fixtures/SOURCE.`,
		Example: "  vane sources test sun0769 --page list.html\n  vane sources test sample_forum --page thread.html --detail --at 2026-11-20T12:30:00+08:00\n  vane sources test sun0769",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			src, err := a.cfg.source(args[0])
			if err != nil {
				return err
			}
			if page == "" {
				return a.testFixture(src)
			}
			now := time.Now()
			if at != "" {
				if now, err = time.Parse(time.RFC3339, at); err != nil {
					return wrongUse("--at %q: write 2026-11-20T12:30:00+08:00", at)
				}
			}
			if address == "" {
				address = src.Start[0]
			}
			return a.testPage(src, page, crawler.SavedPage{URL: address, Detail: detail}, now)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&page, "page", "", "`FILE` saved from the site")
	flags.StringVar(&address, "url", "", "`ADDRESS` of that page (default: the source's first list)")
	flags.StringVar(&at, "at", "", "`TIME` when it was saved, for dates such as 3分钟前 (default: now)")
	flags.BoolVar(&detail, "detail", false, "the page is a post's own, not a list")
	return cmd
}

func (a *app) testPage(src crawler.Source, file string, page crawler.SavedPage, at time.Time) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the page: %w", err)
	}
	page.Body = body
	records, err := crawler.ReadPages(src, []crawler.SavedPage{page}, at)
	if err != nil {
		return err
	}
	if err := a.printRecords(records); err != nil {
		return err
	}
	failed := 0
	for _, r := range records {
		if r.Failed != "" {
			failed++
		}
	}
	a.say("%s: %d records, %d failures", file, len(records)-failed, failed)
	if failed == len(records) {
		return fmt.Errorf("the page gives no record: compare its HTML with the selectors of %s", src.Name)
	}
	return nil
}

func (a *app) testFixture(src crawler.Source) error {
	f, ok, err := a.cfg.fixture(src.Name)
	if err != nil {
		return err
	}
	if !ok {
		return wrongUse("%s has no saved pages: name one with --page, or lay them in sources/fixtures/%s", src.Name, src.Name)
	}
	differences, err := crawler.CheckFixture(src, f)
	if err != nil {
		return err
	}
	if len(differences) > 0 {
		fmt.Fprintln(a.out, strings.Join(differences, "\n"))
		return fmt.Errorf("%s does not read its saved pages as expected", src.Name)
	}
	fmt.Fprintf(a.out, "%s：%d 个保存的页面，%d 条记录，全部相符\n", src.Name, len(f.Pages), len(f.Want))
	return nil
}

func (a *app) sourcesNewCommand() *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "new URL|FILE",
		Short: "look at a page, and propose a source file for it",
		Long: `New looks at a list, a feed, a sitemap or a JSON answer, and writes a source file
that reads it, as a beginning: look at every line, save it in sources/, and test it.
A page is fetched as politely as by a pass: robots.txt is obeyed.`,
		Example: "  vane sources new https://www.example.org/complaints/ > configs/sources/example_org.yaml\n  vane sources new list.html --url https://www.example.org/complaints/",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, at, err := a.pageOf(cmd.Context(), args[0], address)
			if err != nil {
				return err
			}
			p, err := crawler.Propose(at, body, time.Now())
			if err != nil {
				return err
			}
			return a.printProposal(p)
		},
	}
	cmd.Flags().StringVar(&address, "url", "", "`ADDRESS` that the FILE was saved from")
	return cmd
}

// pageOf is the page at a web address, or in a file.
func (a *app) pageOf(ctx context.Context, what, address string) (body []byte, at string, err error) {
	if strings.HasPrefix(what, "http://") || strings.HasPrefix(what, "https://") {
		cfg, err := a.crawlerConfig()
		if err != nil {
			return nil, "", err
		}
		c, err := crawler.New(cfg, nil, a.log)
		if err != nil {
			return nil, "", err
		}
		defer c.Close()
		body, err = c.Fetch(ctx, what)
		return body, what, err
	}
	if address == "" {
		return nil, "", wrongUse("say with --url where %s was saved from", what)
	}
	if body, err = os.ReadFile(what); err != nil {
		return nil, "", fmt.Errorf("read the page: %w", err)
	}
	return body, address, nil
}

// printProposal answers with the file, and tells beside it what it reads.
func (a *app) printProposal(p crawler.Proposal) error {
	if a.json {
		return a.printJSON(struct {
			YAML    string           `json:"yaml"`
			Notes   []string         `json:"notes"`
			Records []crawler.Record `json:"records"`
		}{p.YAML(), p.Notes, p.Records})
	}
	fmt.Fprint(a.out, p.YAML())
	read := slices.DeleteFunc(slices.Clone(p.Records), func(r crawler.Record) bool { return r.Failed != "" })
	a.say("%d records are read from the page; the first are:", len(read))
	for _, r := range read[:min(3, len(read))] {
		a.say("  %s  %s", r.Published, oneLine(r.String(), 100))
	}
	if failed := len(p.Records) - len(read); failed > 0 {
		a.say("%d rows can't be read: try 'vane sources test' with the saved page to see why", failed)
	}
	return nil
}
