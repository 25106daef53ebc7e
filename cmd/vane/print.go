package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"vane"
)

// printJSON answers with one JSON value. A nil slice is an empty list.
func (a *app) printJSON(v any) error {
	if list := reflect.ValueOf(v); list.Kind() == reflect.Slice && list.IsNil() {
		v = []any{}
	}
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

// newTable is a plain table whose columns from firstNumber on hold numbers.
func newTable(header table.Row, firstNumber int) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options.SeparateColumns = false
	t.Style().Options.DrawBorder = false
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(header)
	var numbers []table.ColumnConfig
	for i := firstNumber; i < len(header); i++ {
		numbers = append(numbers, table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(numbers)
	return t
}

func (a *app) printTable(t table.Writer) { fmt.Fprintln(a.out, t.Render()) }

// printHotspots writes the ranking, and under it why each is hot.
func (a *app) printHotspots(hotspots []vane.Hotspot) error {
	if a.json {
		return a.printJSON(hotspots)
	}
	if len(hotspots) == 0 {
		fmt.Fprintln(a.out, "没有高于平常水平的问题。")
		return nil
	}
	t := newTable(table.Row{"热点", "状态", "起", "止", "热度", "信息量", "平常", "吐槽占比", "人数", "来源"}, 4)
	for _, h := range hotspots {
		t.AppendRow(table.Row{
			h.Name, h.State, clock(h.From), clock(h.To), fmt.Sprintf("%.1f", h.Heat), h.Posts,
			fmt.Sprintf("%.1f", h.Expected), fmt.Sprintf("%.2f%%", 100*h.SensitiveShare), h.Authors, h.Sources,
		})
	}
	a.printTable(t)
	for _, h := range hotspots {
		a.printWhy(h)
	}
	return nil
}

// printWhy writes the components of one hotspot and one post of its evidence.
func (a *app) printWhy(h vane.Hotspot) {
	fmt.Fprintf(a.out, "\n%s（%s）\n", h.Name, h.Tag)
	for _, c := range h.Components {
		fmt.Fprintf(a.out, "  %+6.1f  %s\n", c.Points, c.Says)
	}
	for _, e := range h.Evidence.Events {
		fmt.Fprintf(a.out, "  事件：%s（%s）\n", oneLine(e.Title, 40), e.ID.String()[:shownID])
	}
	if len(h.Evidence.Posts) > 0 {
		fmt.Fprintf(a.out, "  例：%s\n", oneLine(h.Evidence.Posts[0].Title+" "+h.Evidence.Posts[0].Text, 60))
	}
}

// clock is an instant as people in China read it. It names the year: what is listed may
// be of any.
func clock(t time.Time) string { return t.In(vane.Beijing()).Format("2006-01-02 15:04") }

// oneLine is the first characters of a text, on one line. Control characters are
// dropped: a post must not move the cursor of the terminal that shows it.
func oneLine(s string, length int) string {
	s = strings.Join(strings.Fields(s), " ")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	return text.Snip(s, length, "…")
}
