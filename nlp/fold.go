package nlp

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

//go:generate sh -c "go run ./dict/gen \"$OPENCC_DATA\" > dict/chinese.txt.new && mv dict/chinese.txt.new dict/chinese.txt"

// Folded is a text in one form: Simplified, half-width, lower case, with nothing
// between the characters of a word. It remembers where everything stood.
type Folded struct {
	Text string // valid UTF-8
	runs []run  // none when nothing moved
}

// run is a stretch of the folded text that lies as it is in the original, or one
// replacement of another length.
type run struct {
	folded, original int32 // where it begins
	length           int32 // of a replacement in the original; 0 for a stretch
}

// Span maps a half-open range of bytes of the folded text to the original.
func (f Folded) Span(from, to int) (int, int) {
	if len(f.runs) == 0 {
		return from, to
	}
	return f.start(from), f.end(to)
}

// start is where the character that begins at i begins in the original.
func (f Folded) start(i int) int {
	r, ok := f.runAt(i)
	switch {
	case !ok:
		return i
	case r.length > 0:
		return int(r.original)
	default:
		return int(r.original) + i - int(r.folded)
	}
}

// end is where the character that ends at i ends in the original, without what was
// dropped behind it.
func (f Folded) end(i int) int {
	if i == 0 {
		return f.start(0)
	}
	r, ok := f.runAt(i - 1)
	switch {
	case !ok:
		return i
	case r.length > 0:
		return int(r.original + r.length)
	default:
		return int(r.original) + i - int(r.folded)
	}
}

// runAt is the run that holds the folded byte i; before the first run nothing moved.
func (f Folded) runAt(i int) (run, bool) {
	n := sort.Search(len(f.runs), func(n int) bool { return int(f.runs[n].folded) > i })
	if n == 0 {
		return run{}, false
	}
	return f.runs[n-1], true
}

// Fold brings a text into the form that rules are matched against. A text that is in
// this form is returned as it is, without a copy.
func Fold(s string) Folded {
	f := folder{s: s}
	f.fold()
	if !f.changed {
		return Folded{Text: s}
	}
	return Folded{Text: f.out.String(), runs: f.runs}
}

// foldText is the text of Fold, for who needs to know no places.
func foldText(s string) string {
	f := folder{s: s, placeless: true}
	f.fold()
	if !f.changed {
		return s
	}
	return f.out.String()
}

// fold goes over the text.
func (f *folder) fold() {
	t, s := foldTable(), f.s
	for i := t.skip(s, 0); i < len(s); i = t.skip(s, i) {
		i = t.step(f, i)
	}
	if f.changed {
		f.flush(len(s))
	}
}

// skip is the place of the next character from i on that the table may change.
func (t *table) skip(s string, i int) int {
	for i < len(s) {
		r := rune(s[i])
		switch {
		case r < utf8.RuneSelf:
			if t.kinds[r] != plain {
				return i
			}
			i++
		case r >= 0xE1 && r <= 0xEC && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
			r = r&0x0F<<12 | rune(s[i+1]&0x3F)<<6 | rune(s[i+2]&0x3F)
			if k := t.kinds[r]; k != plain && (k != head || t.phrases.mayBegin(s, i+3, r)) {
				return i
			}
			i += 3
		case r == 0xEF:
			return i // most of these change: full-width signs
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r > 0xFFFF || n == 1 || t.kinds[r] != plain {
				return i
			}
			i += n
		}
	}
	return i
}

// step folds the character at i, alone or with what follows, and says where to go on.
func (t *table) step(f *folder, i int) int {
	r, n := decode(f.s, i)
	if n == 1 && r == utf8.RuneError {
		return f.replace(i, 1, "")
	}
	if r > 0xFFFF {
		return f.stepAstral(i, r, n)
	}
	kind := t.kinds[r]
	if kind == mapped && n == 3 && t.to[r] < utf8.RuneSelf {
		return f.replaceSign(i, byte(t.to[r]))
	}
	if kind&head != 0 {
		if id, ok := t.phrases.longestAt(f.s, i); ok {
			return f.replace(i, len(t.phrases.patterns[id]), t.values[id])
		}
	}
	if kind&special != 0 {
		if use, put, ok := t.repair(f.s, i, r, n); ok {
			return f.replace(i, use, put)
		}
	}
	switch {
	case kind&drop != 0:
		return f.replace(i, n, "")
	case kind&mapped != 0:
		return f.replaceRune(i, n, rune(t.to[r]))
	default:
		return i + n
	}
}

// skipDropped is the place of the next character from i on that Fold keeps.
func (t *table) skipDropped(s string, i int) int {
	for i < len(s) {
		r, n := decode(s, i)
		if r > 0xFFFF || t.kinds[r]&drop == 0 {
			return i
		}
		i += n
	}
	return i
}

// folder is a folded text in the making. What lies between from and the current
// place is unchanged and not yet copied.
type folder struct {
	s       string
	out     strings.Builder
	runs    []run
	from    int
	changed bool

	placeless bool // runs are not wanted
}

// flush copies what is unchanged before i.
func (f *folder) flush(i int) {
	if !f.changed {
		f.changed = true
		f.out.Grow(len(f.s) + 16) // few replacements are longer
	}
	f.out.WriteString(f.s[f.from:i])
	f.from = i
}

// replace writes put for the n bytes at i, and says where to go on.
func (f *folder) replace(i, n int, put string) int {
	if f.s[i:i+n] == put {
		return i + n // a protected word
	}
	f.flush(i)
	f.record(i, n, len(put))
	f.out.WriteString(put)
	f.from = i + n
	return f.from
}

// replaceRune writes r for the n bytes at i, and says where to go on.
func (f *folder) replaceRune(i, n int, r rune) int {
	f.flush(i)
	f.record(i, n, utf8.RuneLen(r))
	f.out.WriteRune(r)
	f.from = i + n
	return f.from
}

// replaceSign writes a sign of ASCII for the full-width one at i, and says where to go
// on. It is replaceRune for what most posts have most of.
func (f *folder) replaceSign(i int, sign byte) int {
	if !f.changed {
		f.flush(i)
	} else {
		f.out.WriteString(f.s[f.from:i])
	}
	f.record(i, 3, 1)
	f.out.WriteByte(sign)
	f.from = i + 3
	return f.from
}

// record notes that n bytes at i become m bytes at the end of out.
func (f *folder) record(i, n, m int) {
	if n == m || f.placeless {
		return // characters of equal length keep the stretch going
	}
	if f.runs == nil {
		f.runs = make([]run, 0, 16+(len(f.s)-i)/24) // two for every comma of a post
	}
	at := f.out.Len()
	if last := len(f.runs) - 1; last >= 0 && int(f.runs[last].folded) == at {
		f.runs = f.runs[:last] // the stretch that would begin here is empty
	}
	if m > 0 {
		f.runs = append(f.runs, run{int32(at), int32(i), int32(n)})
	}
	f.runs = append(f.runs, run{folded: int32(at + m), original: int32(i + n)})
}

// stepAstral folds a character outside the Basic Multilingual Plane.
func (f *folder) stepAstral(i int, r rune, n int) int {
	switch {
	case r >= 0x1D400 && r < 0x1D6A4: // 𝐀: 13 alphabets of mathematics
		return f.replaceRune(i, n, 'a'+(r-0x1D400)%26)
	case r >= 0x1D7CE && r <= 0x1D7FF: // 𝟏: their digits
		return f.replaceRune(i, n, '0'+(r-0x1D7CE)%10)
	case r >= 0xE0000 && r <= 0xE01EF, r >= 0xF0000: // tags, variants, private use
		return f.replace(i, n, "")
	default:
		return i + n
	}
}

// repair undoes what machine conversion and dodging leave behind, where the
// neighbours show that it is that. It says how many bytes to use, and what to put.
func (t *table) repair(s string, i int, r rune, n int) (use int, put string, ok bool) {
	switch r {
	case '乙', '壹': // 乙個 for 一個, but not in 甲乙個別
		if t.isMeasure(s, i, n) {
			return n, "一", true
		}
	case '公': // 公升級 for 升級, but not in 14 公升級 or 辦公升級
		if next := s[i+n:]; (hasPrefix(next, "升級") || hasPrefix(next, "升级")) && !t.needsGong(s, i) {
			return n, "", true
		}
	default:
		if t.dodges(s, i, n) {
			return n, "", true
		}
	}
	return 0, "", false
}

const (
	// measures are the measure words before which 乙 and 壹 mean 一.
	measures = "個个份張张款件台臺輛辆隻只條条趟次顆颗杯瓶盒雙双把名位間间筆笔種种家"
	// ordinals before 乙 show that it counts: 甲乙.
	ordinals = "甲丙丁戊與与和、"
	// gongs are characters before 公 with which it is a word, and numbers of litres.
	gongs = "辦办主充老外相周為为因雷關关國国王太包愚濟济阿叔天家秉上諸诸一二三四五六七八九十百千兩两幾几半多0123456789"
)

func (t *table) isMeasure(s string, i, n int) bool {
	next, m := runeAt(s, i+n)
	if next < 0 || !slices.Contains(t.measures, next) || slices.Contains(t.ordinals, runeBefore(s, i)) {
		return false
	}
	after, _ := runeAt(s, i+n+m)
	return after != '別' && after != '别' && after != '人' && after != '体' && after != '體'
}

// needsGong reports whether the 公 at i belongs to what stands before it.
func (t *table) needsGong(s string, i int) bool {
	for i > 0 && s[i-1] == ' ' {
		i--
	}
	return slices.Contains(t.gongs, runeBefore(s, i))
}

// dodges reports whether the sign at i only keeps a filter from seeing a word: 退.款,
// or signs between single characters, 送.货.上.门.
func (t *table) dodges(s string, i, n int) bool {
	before := runeBefore(s, i)
	after, m := runeAt(s, i+n)
	if !isHan(before) || !isHan(after) {
		return false
	}
	if t.dodged[[2]rune{t.simple(before), t.simple(after)}] {
		return true
	}
	sign := s[i : i+n]
	j := i - utf8.RuneLen(before) // where before begins
	return (hasPrefix(s[i+n+m:], sign) && isHan(runeFrom(s, i+n+m+n))) ||
		(j >= n && s[j-n:j] == sign && isHan(runeBefore(s, j-n)))
}

// simple is the character that r becomes.
func (t *table) simple(r rune) rune {
	if t.kinds[r]&mapped != 0 {
		return rune(t.to[r])
	}
	return r
}

// runeFrom is the character at i, or -1 at the end.
func runeFrom(s string, i int) rune {
	r, _ := runeAt(s, i)
	return r
}

// runeAt is the character at i and its length, or -1 at the end.
func runeAt(s string, i int) (rune, int) {
	if i >= len(s) {
		return -1, 0
	}
	return decode(s, i)
}

// runeBefore is the character before i, or -1 at the beginning.
func runeBefore(s string, i int) rune {
	if i <= 0 {
		return -1
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return r
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

// isHan reports whether r is a Chinese character of the Basic Multilingual Plane.
func isHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF }
