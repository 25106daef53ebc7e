package crawler

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// textOf is what a reader sees of the nodes: a line for each block, white space as
// one space, no scripts and styles.
func textOf(nodes ...*html.Node) string {
	var w textWriter
	for _, n := range nodes {
		w.node(n)
		w.breakLine()
	}
	return w.String()
}

// lineOf is textOf on one line, for everything that is not running text.
func lineOf(nodes ...*html.Node) string {
	return strings.Join(strings.Fields(textOf(nodes...)), " ")
}

// textOfHTML is textOf for HTML inside a string, as feeds and JSON carry it. Text
// without a tag or entity only gets its white space cleaned.
func textOfHTML(s string) string {
	if !strings.ContainsAny(s, "<&") || strings.Count(s, "<") > maxTags {
		return cleanLines(s)
	}
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return cleanLines(s) // nested deeper than any text: take it as it is
	}
	var w textWriter
	for _, n := range nodes {
		w.node(n)
	}
	return w.String()
}

// cleanLines trims every line and drops empty ones.
func cleanLines(s string) string {
	var w textWriter
	for line := range strings.SplitSeq(s, "\n") {
		w.text(line)
		w.breakLine()
	}
	return w.String()
}

// textWriter writes text with at most one space or line break in a row.
type textWriter struct {
	out   strings.Builder
	space bool // white space is due before the next word
	line  bool // a line break is
}

func (w *textWriter) String() string { return w.out.String() }

func (w *textWriter) breakLine() { w.line = true }

func (w *textWriter) text(s string) {
	at, empty := 0, true
	for word := range strings.FieldsSeq(s) {
		start := at + strings.Index(s[at:], word)
		w.space = w.space || start > at
		w.word(word)
		at, empty = start+len(word), false
	}
	if empty {
		w.space = w.space || s != ""
		return
	}
	w.space = at < len(s)
}

func (w *textWriter) word(word string) {
	switch {
	case w.out.Len() == 0:
	case w.line:
		w.out.WriteByte('\n')
	case w.space:
		w.out.WriteByte(' ')
	}
	w.out.WriteString(word)
	w.space, w.line = false, false
}

// node writes what is visible of n.
func (w *textWriter) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
		return
	case html.CommentNode, html.DoctypeNode:
		return
	}
	block := false
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Head, atom.Textarea, atom.Select:
		return
	case atom.Br, atom.Hr:
		w.breakLine()
	case atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd, atom.Tr, atom.Table, atom.Blockquote,
		atom.Pre, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Figure, atom.Figcaption,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		block = true
	case atom.Td, atom.Th:
		w.space = true
	}
	if block {
		w.breakLine()
	}
	for c := range n.ChildNodes() {
		w.node(c)
	}
	if block {
		w.breakLine()
	}
}
