package report

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes the document as Markdown. Charts are given as tables: a picture
// has no place in one text file.
func Markdown(w io.Writer, d Document) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n监测期：%s\n", escapeMarkdown(d.Title), d.Period)
	for _, block := range d.Blocks {
		b.WriteByte('\n')
		markdownBlock(&b, block)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func markdownBlock(b *strings.Builder, block Block) {
	switch block := block.(type) {
	case Heading:
		fmt.Fprintf(b, "%s %s\n", strings.Repeat("#", block.Level+1), escapeMarkdown(block.Text))
	case Paragraph:
		b.WriteString(markdownRuns(block) + "\n")
	case Table:
		fmt.Fprintf(b, "**%s**\n\n", escapeMarkdown(block.Caption))
		markdownTable(b, block.Header, block.Rows)
	case Chart:
		fmt.Fprintf(b, "**%s**\n\n", escapeMarkdown(block.Caption))
		var rows [][]Run
		for i, label := range block.Labels {
			rows = append(rows, []Run{{Text: label}, {Text: trimZeros(block.Values[i])}})
		}
		markdownTable(b, []string{"", block.Unit}, rows)
	case Case:
		fmt.Fprintf(b, "> **典型案例候选%d**　%s，%s\n>\n> %s\n", block.Number, block.Lead, escapeMarkdown(block.Source), escapeMarkdown(block.Text))
		if link := SafeURL(block.URL); link != "" {
			fmt.Fprintf(b, ">\n> 原文：<%s>\n", link)
		}
	case Space:
		fmt.Fprintf(b, "*（%s）*\n", block.Hint)
	}
}

func markdownTable(b *strings.Builder, header []string, rows [][]Run) {
	fmt.Fprintf(b, "| %s |\n|%s\n", strings.Join(header, " | "), strings.Repeat("---|", len(header)))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = strings.ReplaceAll(markdownRuns([]Run{cell}), "|", `\|`)
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
}

func markdownRuns(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(escapeMarkdown(r.Text))
	}
	return b.String()
}

// escapeMarkdown keeps foreign text from being markup.
func escapeMarkdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "#", `\#`, "\n", " ").Replace(s)
}

// SafeURL is u if it may be linked to: a post's address is foreign input.
func SafeURL(u string) string {
	if (strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://")) && !strings.ContainsAny(u, " <>\"\n\t") {
		return u
	}
	return ""
}

// trimZeros writes a chart's value with at most two decimals.
func trimZeros(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", x), "0"), ".")
}
