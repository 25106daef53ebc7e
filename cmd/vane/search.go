package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane"
)

// searchFlags are the choices of one search.
type searchFlags struct {
	filterFlags
	sort   string
	limit  int
	after  string
	facets bool
}

// Of a page on the terminal, and of a post on it.
const (
	searchPage   = 20
	snippetWidth = 80
)

func (a *app) searchCommand() *cobra.Command {
	var flags searchFlags
	cmd := &cobra.Command{
		Use:   "search EXPRESSION...",
		Short: "find posts by what they say",
		Long: `Search finds the posts whose title or text say EXPRESSION: + and, (A|B) or, - not,
as in the rules of the taxonomy; "A B" in quotation marks holds blanks and signs. Words
and phrases are found to the letter, wherever they stand, in Traditional or Simplified
Chinese, full or half width, whichever the post or you write.

Posts deleted at their source are found and marked 已删. A word of one character is
looked for in every text, which takes longer.`,
		Example: `  vane search '(柱子票|墙根票)+(退款|赔偿)-转发抽奖' --channel 微博
  vane search 退卡难 --from 2026-03-01 --to 2026-03-15 --sort engagement --facets
  vane search 退款 --limit 100 --json`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.search(cmd.Context(), args, flags) },
		Args: cobra.ArbitraryArgs,
	}
	// An expression may begin with a minus, which to the shell's habits is a flag.
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		if strings.Contains(err.Error(), "unknown shorthand flag") {
			return wrongUse("an expression that begins with - stands behind --: vane search -- -退款")
		}
		return usageError{err}
	})
	flags.register(cmd)
	f := cmd.Flags()
	f.StringVar(&flags.sort, "sort", string(vane.ByTime), "time, relevance or engagement")
	f.IntVar(&flags.limit, "limit", searchPage, "posts of a page")
	f.StringVar(&flags.after, "after", "", "the page behind `PLACE`, which the page before says as next")
	f.BoolVar(&flags.facets, "facets", false, "count all that is found, by issue, channel, region, brand and voice")
	return cmd
}

// found is the answer of a search.
type found struct {
	Posts  []foundPost        `json:"posts"`
	Next   string             `json:"next,omitempty"` // asks for the next page, with --after
	Since  time.Time          `json:"since,omitzero"` // only posts published from then on were put into this order
	Facets *vane.SearchFacets `json:"facets,omitempty"`
}

type foundPost struct {
	vane.Mention
	Snippet vane.Snippet `json:"snippet"`
}

// query reads the command line.
func (fl searchFlags) query(args []string) (vane.SearchQuery, error) {
	q := vane.SearchQuery{Sort: vane.SearchSort(fl.sort), Limit: fl.limit, After: fl.after}
	switch q.Sort {
	case vane.ByTime, vane.ByRelevance, vane.ByEngagement:
	default:
		return q, wrongUse("--sort %q: use time, relevance or engagement", fl.sort)
	}
	if q.Limit < 1 || q.Limit > 1000 {
		return q, wrongUse("--limit %d: use 1 to 1000, and --after for what is behind them", fl.limit)
	}
	var err error
	if q.Filter, err = fl.filter(); err != nil {
		return q, err
	}
	q.Expression, err = expression(args)
	return q, err
}

func (a *app) search(ctx context.Context, args []string, flags searchFlags) (err error) {
	q, err := flags.query(args)
	if err != nil {
		return err
	}
	if err := a.warnOfTags(q.Filter.Tags); err != nil {
		return err
	}
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	page, err := store.Search(ctx, q)
	if errors.Is(err, vane.ErrPlace) {
		return usageError{fmt.Errorf("--after %w", err)}
	}
	if err != nil {
		return err
	}
	answer := found{Posts: []foundPost{}, Next: page.Next, Since: page.Since}
	for _, m := range page.Posts {
		answer.Posts = append(answer.Posts, foundPost{m, a.cfg.NLP.Snippet(q.Expression, m.Post, snippetWidth)})
	}
	if flags.facets {
		facets, err := store.Facets(ctx, q)
		if err != nil {
			return err
		}
		answer.Facets = &facets
	}
	if a.json {
		return a.printJSON(answer)
	}
	names, err := a.cfg.valueNames()
	if err != nil {
		return err
	}
	a.printFound(answer, names)
	return nil
}

// printFound writes two lines a post: when and where, and what it says.
func (a *app) printFound(answer found, names valueNames) {
	if len(answer.Posts) == 0 {
		fmt.Fprintln(a.out, "没有找到。")
	}
	for _, p := range answer.Posts {
		mark := ""
		if !p.GoneAt.IsZero() {
			mark = "  已删"
		}
		title := ""
		if p.Snippet.At[0] > 0 && p.Title != "" { // else the snippet begins with it
			title = "  " + oneLine(p.Title, snippetWidth)
		}
		fmt.Fprintf(a.out, "%s  %s  %s%s%s  %s\n    %s\n", p.PublishedAt.In(vane.Beijing()).Format("2006-01-02 15:04"),
			p.Channel, oneLine(p.Source, 40), mark, title, oneLine(p.URL, 120), marked(p.Snippet))
	}
	if !answer.Since.IsZero() {
		fmt.Fprintf(a.out, "条数太多，只给 %s 以来的排序\n", answer.Since.In(vane.Beijing()).Format("2006-01-02 15:04"))
	}
	if answer.Facets != nil {
		a.printFacets(*answer.Facets, names)
	}
	if answer.Next != "" {
		fmt.Fprintf(a.out, "下一页：--after %s\n", answer.Next)
	}
}

// marked is a snippet on one line, its terms in 【】.
func marked(s vane.Snippet) string {
	runes, at, out := []rune(s.Text), 0, strings.Builder{}
	for _, span := range s.Spans {
		from, to := span[0]-s.At[0], span[1]-s.At[0]
		out.WriteString(string(runes[at:from]) + "【" + string(runes[from:to]) + "】")
		at = to
	}
	out.WriteString(string(runes[at:]))
	return oneLine(out.String(), 4*snippetWidth) // marks included, wide characters counted twice
}

// facetName is a dimension as analysts call them.
func facetName(by string) string {
	switch by {
	case "domain":
		return "领域"
	case "tag":
		return "问题"
	case "channel":
		return "渠道"
	case "region":
		return "地区"
	case "brand":
		return "品牌"
	case "voice":
		return "声音"
	case "source":
		return "来源"
	default:
		return by
	}
}

func (a *app) printFacets(facets vane.SearchFacets, names valueNames) {
	if facets.Since.IsZero() {
		fmt.Fprintf(a.out, "共 %d 条\n", facets.Posts)
	} else {
		fmt.Fprintf(a.out, "条数太多，只统计 %s 以来的 %d 条\n", facets.Since.In(vane.Beijing()).Format("2006-01-02 15:04"), facets.Posts)
	}
	t := newTable(table.Row{"维度", "值", "信息量"}, 2)
	for _, facet := range facets.Facets {
		for i, share := range facet.Shares {
			name := ""
			if i == 0 {
				name = facetName(facet.By)
			}
			t.AppendRow(table.Row{name, names.of(vane.Dimension(facet.By), share.Key), share.Posts})
		}
	}
	a.printTable(t)
}
