package report

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/gomutex/godocx"
	"github.com/gomutex/godocx/common/units"
	"github.com/gomutex/godocx/docx"
	"github.com/gomutex/godocx/wml/stypes"
	"gonum.org/v1/plot/vg"
)

// Fonts and sizes (in points) as Chinese official documents have them.
const (
	bodyFont, headFont           = "宋体", "黑体"
	bodySize, headSize, bookSize = 12, 15, 20
	smallSize                    = 10
)

// Word writes the document as a Word file. Charts are pictures; a system without a
// font for Chinese gets them as tables.
func (l Letters) Word(w io.Writer, d Document) error {
	root, err := godocx.NewDocument()
	if err != nil {
		return fmt.Errorf("start the Word file: %w", err)
	}
	folder, err := os.MkdirTemp("", "vane-report-") // the library takes pictures by path
	if err != nil {
		return fmt.Errorf("make a folder for the charts: %w", err)
	}
	defer os.RemoveAll(folder)
	out := word{letters: l, root: root, folder: folder}
	out.text(root.AddParagraph(""), d.Title, headFont, bookSize).Justification(stypes.JustificationCenter)
	out.text(root.AddParagraph(""), "监测期："+d.Period, bodyFont, bodySize).Justification(stypes.JustificationCenter)
	for _, block := range d.Blocks {
		out.block(block)
	}
	if out.err == nil {
		out.err = root.Write(w)
	}
	if out.err != nil {
		return fmt.Errorf("write the Word file: %w", out.err)
	}
	return nil
}

// word is a Word file that is being written.
type word struct {
	letters Letters
	root    *docx.RootDoc
	folder  string
	charts  int
	err     error
}

// text adds a piece of text to a paragraph.
func (w *word) text(p *docx.Paragraph, text, font string, size uint64) *docx.Paragraph {
	p.AddText(plain(text)).Font(font).Size(size)
	return p
}

// plain drops what XML can't hold.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}

func (w *word) block(block Block) {
	switch block := block.(type) {
	case Heading:
		w.heading(block)
	case Paragraph:
		p := w.root.AddParagraph("　　")
		for _, r := range block {
			w.text(p, r.Text, bodyFont, bodySize)
		}
	case Table:
		w.table(block.Caption, block.Header, block.Rows)
	case Chart:
		w.chart(block)
	case Case:
		w.text(w.root.AddParagraph(""), fmt.Sprintf("典型案例候选%d　%s，来源：%s", block.Number, block.Lead, block.Source), headFont, bodySize)
		w.text(w.root.AddParagraph("　　"), block.Text, "楷体", bodySize)
	case Space:
		w.text(w.root.AddParagraph("　　"), "（"+block.Hint+"）", bodyFont, bodySize)
	}
}

func (w *word) heading(h Heading) {
	p, err := w.root.AddHeading("", uint(h.Level))
	if err != nil {
		w.err = errors.Join(w.err, err)
		return
	}
	p.AddText(plain(h.Text)).Font(headFont).Size(headSize - uint64(h.Level-1)*2).Color("1C2733")
}

func (w *word) table(caption string, header []string, rows [][]Run) {
	w.text(w.root.AddParagraph(""), caption, headFont, smallSize).Justification(stypes.JustificationCenter)
	t := w.root.AddTable()
	t.Style("TableGrid")
	head := t.AddRow()
	for _, name := range header {
		cell := head.AddCell().BackgroundColor("F1EDE7")
		w.text(cell.AddParagraph(""), name, headFont, smallSize)
	}
	for _, row := range rows {
		line := t.AddRow()
		for _, r := range row {
			w.text(line.AddCell().AddParagraph(""), r.Text, bodyFont, smallSize)
		}
	}
	w.root.AddEmptyParagraph()
}

func (w *word) chart(ch Chart) {
	if !w.letters.chinese {
		var rows [][]Run
		for i, label := range ch.Labels {
			rows = append(rows, []Run{{Text: label}, {Text: trimZeros(ch.Values[i])}})
		}
		w.table(ch.Caption, []string{"", ch.Unit}, rows)
		return
	}
	picture, width, height, err := w.letters.drawPNG(ch)
	if err != nil {
		w.err = errors.Join(w.err, err)
		return
	}
	w.charts++
	path := filepath.Join(w.folder, fmt.Sprintf("chart%d.png", w.charts))
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		w.err = errors.Join(w.err, err)
		return
	}
	placed, err := w.root.AddPicture(path, units.Inch(width/vg.Inch), units.Inch(height/vg.Inch))
	if err != nil {
		w.err = errors.Join(w.err, err)
		return
	}
	placed.Para.Justification(stypes.JustificationCenter)
	w.text(w.root.AddParagraph(""), ch.Caption, headFont, smallSize).Justification(stypes.JustificationCenter)
}
