package nlp

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// trait says what a character may be to personal data, as it is written or once it is
// folded. Most characters are nothing to them.
type trait uint32

const (
	traitCounts trait = 1 << iota // a letter, a digit, - or _: numbers and ids are runs of these
	traitDigit                    // of ASCII or Chinese
	traitJoins                    // may stand between the groups of a run
	traitFills                    // may stand between a label and its value
	traitArms                     // may end a label of numbers of six characters and more
	traitBares                    // may end a label of shorter ones, or of ids of letters, or be the province of a plate
	traitMarks                    // says that a value follows
	traitTells                    // is enough: @
	traitGone                     // may be dropped by Fold
	traitFirst                    // the first of the bits of characters before the last of a label
)

// The labels of names and addresses are told apart by their last two characters, in
// classes of three sorts: values follow names only behind a mark, and homes only with a
// number in the clause; the rest is enough.
const (
	nameClass, homeClass, restClass = 0, 3, 6
	classesEach, allClasses         = 3, 9

	traitLast = traitFirst << allClasses // the first of the bits of last characters
	allFirsts = traitLast - traitFirst
	allNames  = traitLast<<homeClass - traitLast
	allHomes  = traitLast<<restClass - traitLast<<homeClass
)

// mayHoldPersonal reports whether findPersonal could find anything in a text, folded or
// not. It looks for what all personal data have in common: nine digits, an @, some
// letters or digits behind what may be the end of a label, or the label of a name or of
// an address. It never says no to a text that holds something.
func mayHoldPersonal(s string) bool {
	t := personalTraits()
	var p prospect
	for i := 0; i < len(s); {
		var c trait
		switch b := s[i]; {
		case b < utf8.RuneSelf:
			c = t[b]
			i++
		case b > 0xE0 && b < 0xF0 && b != 0xED && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
			c = t[rune(b&0x0F)<<12|rune(s[i+1]&0x3F)<<6|rune(s[i+2]&0x3F)]
			i += 3
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			c = t.of(r)
			i += n
		}
		if c == 0 { // most often
			p.run, p.digits, p.before = 0, 0, 0
		} else if p.take(s, i, c) {
			return true
		}
	}
	return false
}

// prospect is what was seen of what may be personal data.
type prospect struct {
	run, digits int   // letters and digits without a break, and the digits among them
	before      trait // of the character before, and of the labels that a value may follow
	home        int   // behind the label of a home, or 0
}

// traitsAfter are the traits of labels that go on until their value.
const traitsAfter = traitArms | traitBares | allNames | allHomes

// take notes the traits of the character that ends at i, and reports whether that is
// enough.
func (p *prospect) take(s string, i int, c trait) bool {
	after := c & (traitArms | traitBares)
	if label := (p.before & allFirsts) << allClasses & c; label != 0 {
		after |= label & (allNames | allHomes)
		if label&allHomes != 0 {
			p.home = i
		}
		if label&^(allNames|allHomes) != 0 {
			return true
		}
	}
	switch {
	case c&traitTells != 0, c&traitMarks != 0 && p.before&(allNames|allHomes) != 0:
		return true
	case c&traitCounts != 0:
		p.run++
		if c&traitDigit != 0 {
			p.digits++
		}
	case c&(traitJoins|traitGone) == 0:
		p.run, p.digits = 0, 0
	}
	if p.home > 0 && c&traitDigit != 0 {
		if !strings.ContainsAny(s[p.home:i], clauseEnds) {
			return true
		}
		p.home = 0
	}
	if c&(traitCounts|traitJoins|traitFills|traitGone) != 0 {
		after |= p.before & traitsAfter
	}
	if c&traitGone != 0 {
		c |= p.before
	}
	p.before = after | c&allFirsts
	return p.digits >= leastDigits ||
		after&traitArms != 0 && p.run >= 6 && p.digits >= 4 ||
		after&traitBares != 0 && (p.run >= 6 || p.run == 5 && p.digits >= 3)
}

// clauseEnds end an address as they are written. Fold makes all of them one of
// addressEnds.
const clauseEnds = ",;!?、，；。！？\n"

// traitTable is the traits of the characters of the Basic Multilingual Plane.
type traitTable [1 << 16]trait

// of is the trait of a character that is neither ASCII nor Chinese.
func (t *traitTable) of(r rune) trait {
	switch {
	case r < 1<<16:
		return t[r]
	case r >= 0x1D400 && r <= 0x1D7FF: // letters and digits of mathematics
		return traitCounts | traitDigit | traitBares | traitArms // they may end a label, as 𝘄𝘅 does
	default:
		return traitGone
	}
}

// personalTraits is built once, in some milliseconds, and never changes.
var personalTraits = sync.OnceValue(func() *traitTable {
	folded := foldedTraits()
	written := *folded
	t := foldTable()
	for r := range rune(1 << 16) {
		if t.kinds[r]&mapped != 0 {
			written[r] |= folded[t.to[r]]
		}
		if t.kinds[r]&(drop|special) != 0 {
			written[r] |= traitGone
		}
	}
	for i, from := range t.phrases.patterns {
		written.addPhrase(folded, []rune(from), []rune(t.values[i]))
	}
	return &written
})

// addPhrase adds what the characters of a phrase become: that of the same place or, in a
// phrase that becomes shorter or longer, any.
func (t *traitTable) addPhrase(folded *traitTable, from, to []rune) {
	for i, r := range from {
		for j, put := range to {
			if i == j || len(from) != len(to) {
				t[r] |= folded[put]
			}
		}
	}
}

// foldedTraits is the traits of characters as they stand in a folded text.
func foldedTraits() *traitTable {
	t := &traitTable{}
	for r := range rune(utf8.RuneSelf) {
		if isAlnum(byte(r)) { //nolint:gosec // ASCII
			t.add(string(r), traitCounts)
		}
	}
	t.add("0123456789零〇一幺二两三四五六七八九", traitCounts|traitDigit)
	t.add("-_", traitCounts)
	t.add(groupSigns+"·•", traitJoins)
	t.add(valueMarks, traitFills|traitMarks)
	t.add(valueFillers+"加[", traitFills)
	t.add(plateProvinces, traitBares)
	t.add("@", traitTells)
	t.addLabels()
	return t
}

func (t *traitTable) add(chars string, c trait) {
	for _, r := range chars {
		t[r] |= c
	}
}

// addLabels adds the ends of the labels: of those of names and addresses the last two
// characters, since not all of their values have letters or digits.
func (t *traitTable) addLabels() {
	l := labelWords()
	for i, word := range l.matcher.patterns {
		chars := []rune(strings.TrimRight(word, valueMarks))
		last := len(chars) - 1
		switch kind := l.kinds[i]; {
		case kind == "public", kind == "code", kind == spelledKind:
		case kind == "wechat", kind == "qq":
			t[chars[last]] |= traitBares
		case kind != "name" && kind != "address":
			t[chars[last]] |= traitArms
		case last == 0:
			t[chars[last]] |= traitTells
		default:
			class := labelClass(kind, word) + int(chars[last])%classesEach
			t[chars[last-1]] |= traitFirst << class
			t[chars[last]] |= traitLast << class
		}
	}
}

// labelClass is the first class of the sort of a label of a name or an address.
func labelClass(kind, word string) int {
	switch {
	case kind == "name" && !strings.HasSuffix(word, "叫"):
		return nameClass
	case kind == "address" && isHome(word):
		return homeClass
	default:
		return restClass
	}
}
