package report

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"os"
	"slices"
	"strings"

	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	chartWidth  = 15 * vg.Centimeter // of the text on an A4 page
	lineHeight  = 6 * vg.Centimeter
	barHeight   = 0.75 * vg.Centimeter // of one bar with the space around it
	barAxis     = 1 * vg.Centimeter
	labelSize   = 9
	mostLabels  = 10 // dates on an axis, so that they don't run into each other
	pngDotsInch = 200
)

// Colours: one for what is shown, a quiet one for axes.
var (
	accent = color.RGBA{R: 0xc2, G: 0x41, B: 0x0c, A: 0xff}
	quiet  = color.RGBA{R: 0x5b, G: 0x6b, B: 0x7b, A: 0xff}
	grid   = color.RGBA{R: 0xe3, G: 0xe8, B: 0xee, A: 0xff}
)

// Fonts with Chinese characters, where systems keep them.
var chineseFonts = [...]string{
	"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
	"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
	"/System/Library/Fonts/PingFang.ttc",
	"/System/Library/Fonts/Hiragino Sans GB.ttc",
	`C:\Windows\Fonts\msyh.ttc`,
	`C:\Windows\Fonts\simsun.ttc`,
}

const typeface = "Chinese"

// Letters are the font of the charts' labels.
type Letters struct {
	cache   *font.Cache
	face    font.Font
	chinese bool // it has Chinese characters
}

// NewLetters reads the font file at path, or, if path is empty, the first font with
// Chinese characters that the system has. A system without one gets Latin letters:
// pages don't mind, and Word documents get tables instead of pictures.
func NewLetters(path string) (Letters, error) {
	l := Letters{cache: font.NewCache(liberation.Collection()), face: font.Font{Typeface: "Liberation", Variant: "Sans"}}
	if path == "" {
		i := slices.IndexFunc(chineseFonts[:], func(path string) bool { _, err := os.Stat(path); return err == nil })
		if i < 0 {
			return l, nil
		}
		path = chineseFonts[i]
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return l, fmt.Errorf("read the charts' font: %w: correct report.font", err)
	}
	parsed, err := parseFont(data)
	if err != nil {
		return l, fmt.Errorf("read the charts' font %s: %w: set report.font to an OpenType font with Chinese characters", path, err)
	}
	l.face, l.chinese = font.Font{Typeface: typeface}, true
	l.cache.Add(font.Collection{{Font: l.face, Face: parsed}})
	return l, nil
}

// simplified is where Noto's collections keep the shapes of simplified Chinese.
const simplified = 2

func parseFont(data []byte) (*opentype.Font, error) {
	if !bytes.HasPrefix(data, []byte("ttcf")) {
		return opentype.Parse(data)
	}
	all, err := opentype.ParseCollection(data)
	if err != nil {
		return nil, err
	}
	if all.NumFonts() > simplified {
		return all.Font(simplified)
	}
	return all.Font(0)
}

// drawSVG draws a chart for a page.
func (l Letters) drawSVG(ch Chart) (string, error) {
	p, height, err := l.newPlot(ch)
	if err != nil {
		return "", err
	}
	canvas := vgsvg.New(chartWidth, height)
	p.Draw(draw.New(canvas))
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return "", fmt.Errorf("draw %s: %w", ch.Caption, err)
	}
	_, markup, _ := strings.Cut(out.String(), "<svg") // without the XML declaration
	return "<svg" + strings.ReplaceAll(markup, "font-family:"+typeface, "font-family:sans-serif"), nil
}

// drawPNG draws a chart for a Word document.
func (l Letters) drawPNG(ch Chart) (picture []byte, width, height vg.Length, err error) {
	p, height, err := l.newPlot(ch)
	if err != nil {
		return nil, 0, 0, err
	}
	canvas := vgimg.NewWith(vgimg.UseWH(chartWidth, height), vgimg.UseDPI(pngDotsInch))
	p.Draw(draw.New(canvas))
	var out bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(&out); err != nil {
		return nil, 0, 0, fmt.Errorf("draw %s: %w", ch.Caption, err)
	}
	return out.Bytes(), chartWidth, height, nil
}

// newPlot lays a chart out.
func (l Letters) newPlot(ch Chart) (*plot.Plot, vg.Length, error) {
	p := plot.New()
	p.TextHandler = text.Plain{Fonts: l.cache}
	p.Title.TextStyle.Handler, p.Title.TextStyle.Font = p.TextHandler, l.face
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Handler, axis.Label.TextStyle.Font = p.TextHandler, l.face
		axis.Tick.Label.Handler = p.TextHandler
		axis.Tick.Label.Font = l.face
		axis.Tick.Label.Font.Size = labelSize
		axis.Tick.Label.Color = quiet
		axis.Color, axis.Tick.Color = quiet, quiet
		axis.Tick.Length = 0
	}
	if ch.Bars {
		return p, barAxis + barHeight*vg.Length(max(1, len(ch.Values))), l.addBars(p, ch)
	}
	return p, lineHeight, addLine(p, ch)
}

// addLine adds the line of a chart over days.
func addLine(p *plot.Plot, ch Chart) error {
	points := make(plotter.XYs, len(ch.Values))
	for i, v := range ch.Values {
		points[i] = plotter.XY{X: float64(i), Y: v}
	}
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return fmt.Errorf("draw %s: %w", ch.Caption, err)
	}
	line.Color, line.Width = accent, vg.Points(1.6)
	dots.Color, dots.Shape, dots.Radius = accent, draw.CircleGlyph{}, vg.Points(1.8)
	lines := plotter.NewGrid()
	lines.Horizontal.Color, lines.Vertical.Color = grid, color.Transparent
	p.Add(lines, line)
	if len(points) <= 31 { // more would be a thick line
		p.Add(dots)
	}
	p.Y.Min, p.Y.Max = 0, math.Max(1, slices.Max(append(slices.Clone(ch.Values), 0))*1.1)
	p.Y.Width = 0
	p.Y.Tick.Marker = plainTicks{}
	every := (len(ch.Labels) + mostLabels - 1) / mostLabels
	var ticks []plot.Tick
	for i, label := range ch.Labels {
		if i%max(every, 1) == 0 {
			ticks = append(ticks, plot.Tick{Value: float64(i), Label: label})
		}
	}
	p.X.Tick.Marker = plot.ConstantTicks(ticks)
	return nil
}

// plainTicks are the library's, without zeros behind the point.
type plainTicks struct{}

// Ticks implements [plot.Ticker].
func (plainTicks) Ticks(low, high float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(low, high)
	for i, t := range ticks {
		if !t.IsMinor() {
			ticks[i].Label = trimZeros(t.Value)
		}
	}
	return ticks
}

// addBars adds horizontal bars, the first at the top, each with its value.
func (l Letters) addBars(p *plot.Plot, ch Chart) error {
	n := len(ch.Values)
	values, ticks := make(plotter.Values, n), make([]plot.Tick, n)
	labels := plotter.XYLabels{XYs: make(plotter.XYs, n), Labels: make([]string, n)}
	for i, v := range ch.Values {
		row := n - 1 - i
		values[row] = v
		ticks[row] = plot.Tick{Value: float64(row), Label: ch.Labels[i]}
		labels.XYs[row], labels.Labels[row] = plotter.XY{X: v, Y: float64(row)}, " "+trimZeros(v)
	}
	bars, err := plotter.NewBarChart(values, barHeight*0.6)
	if err != nil {
		return fmt.Errorf("draw %s: %w", ch.Caption, err)
	}
	bars.Horizontal, bars.Color, bars.LineStyle.Width = true, accent, 0
	numbers, err := plotter.NewLabels(labels)
	if err != nil {
		return fmt.Errorf("draw %s: %w", ch.Caption, err)
	}
	for i := range numbers.TextStyle {
		style := &numbers.TextStyle[i]
		style.Font, style.Font.Size, style.Color, style.Handler = l.face, labelSize, quiet, p.TextHandler
		style.YAlign = text.YCenter
	}
	p.Add(bars, numbers)
	p.Y.Tick.Marker = plot.ConstantTicks(ticks)
	p.Y.Min, p.Y.Max = -0.6, float64(n)-0.4
	p.X.Min, p.X.Max = 0, math.Max(1, slices.Max(append(slices.Clone(ch.Values), 0))*1.15)
	p.X.Tick.Marker, p.X.Width = plot.ConstantTicks(nil), 0
	return nil
}
