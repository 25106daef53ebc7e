package crawler

import (
	"fmt"
	"strings"
)

// YAML is the proposal as a file for configs/sources.
func (p Proposal) YAML() string {
	var w yamlWriter
	w.line("# 由 vane sources new 生成：请核对每一项，尤其是网站的使用条款和 robots.txt。")
	for _, note := range p.Notes {
		w.line("# " + note)
	}
	src := p.Source
	w.value("name", src.Name)
	w.value("title", src.Title)
	w.line("enabled: false")
	w.value("kind", string(src.Kind))
	w.value("channel", string(src.Channel))
	w.value("base", src.Base)
	w.line("start:")
	for _, link := range src.Start {
		w.line("  - " + yamlString(link))
	}
	w.line("every: 30m")
	w.line("delay: 2s")
	w.value("id", src.ID)
	w.list(src)
	if src.Detail != nil {
		w.line("detail: {}   # 正文自动识别")
	}
	return w.String()
}

// yamlWriter writes the few forms of YAML that a source file needs.
type yamlWriter struct {
	strings.Builder
	indent string
}

func (w *yamlWriter) line(s string) { fmt.Fprintf(w, "%s%s\n", w.indent, s) }

func (w *yamlWriter) value(key, value string) {
	if value != "" {
		w.line(key + ": " + yamlString(value))
	}
}

// yamlString is a string between single quotes, in which nothing but they are special.
func yamlString(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func (w *yamlWriter) list(src Source) {
	switch {
	case src.List != nil:
		w.line("list:")
		w.indent = "  "
		w.value("item", src.List.Item)
		w.fields(src.List.Fields)
		w.field("next", src.List.Next)
	case src.JSON != nil:
		w.line("json:")
		w.indent = "  "
		w.value("items", src.JSON.Items)
		w.fields(src.JSON.Fields)
	case src.Sitemap != nil:
		w.line("sitemap:")
		w.line(fmt.Sprintf("  newer: %v", src.Sitemap.Newer))
	}
	w.indent = ""
}

func (w *yamlWriter) fields(fields Fields) {
	w.line("fields:")
	w.indent += "  "
	fields.each(w.field)
	w.indent = w.indent[2:]
}

// field writes the first selector of a field; a proposal has no more.
func (w *yamlWriter) field(key string, field Field) {
	if len(field) == 0 {
		return
	}
	s := field[0]
	var parts []string
	for _, part := range []struct{ key, value string }{{"select", s.Select}, {"attr", s.Attr}, {"regex", s.Regex}} {
		if part.value != "" {
			parts = append(parts, part.key+": "+yamlString(part.value))
		}
	}
	if s.HTML {
		parts = append(parts, "html: true")
	}
	w.line(key + ": {" + strings.Join(parts, ", ") + "}")
}
