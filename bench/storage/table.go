package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// table is what is printed: a line for each thing that was measured, a column for each
// store.
type table struct {
	columns []string
	names   []string
	cells   map[string][]string
}

// column begins the figures of a store.
func (t *table) column(name string) { t.columns = append(t.columns, name) }

// add puts a figure into the last column.
func (t *table) add(name, format string, args ...any) {
	if t.cells == nil {
		t.cells = map[string][]string{}
	}
	if !slices.Contains(t.names, name) {
		t.names = append(t.names, name)
	}
	for len(t.cells[name]) < len(t.columns) {
		t.cells[name] = append(t.cells[name], "")
	}
	t.cells[name][len(t.columns)-1] = fmt.Sprintf(format, args...)
}

func (t *table) print(w io.Writer) {
	if len(t.columns) == 0 {
		return
	}
	fmt.Fprintf(w, "| | %s |\n|---|%s\n", strings.Join(t.columns, " | "), strings.Repeat("---:|", len(t.columns)))
	for _, name := range t.names {
		fmt.Fprintf(w, "| %s | %s |\n", name, strings.Join(t.cells[name], " | "))
	}
}
