package nlp

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
)

var (
	//go:embed dict/chinese.txt
	chineseTable string
	//go:embed dict/forms.txt
	formsTable string
	//go:embed dict/dodged.txt
	dodgedWords string
)

// kind says what may happen to a character. One character can be of several kinds.
type kind uint8

const (
	plain   kind = 0
	mapped  kind = 1 << iota // becomes another character
	drop                     // is left out
	head                     // begins a phrase
	special                  // depends on its neighbours
)

// table is what Fold knows about the characters of the Basic Multilingual Plane.
type table struct {
	kinds    [1 << 16]kind
	to       [1 << 16]uint16
	phrases  *matcher
	values   []string // by phrase
	dodged   map[[2]rune]bool
	measures []rune
	ordinals []rune
	gongs    []rune
}

// foldTable is built once, in some milliseconds, and never changes.
var foldTable = sync.OnceValue(newFoldTable)

func newFoldTable() *table {
	t := &table{
		dodged:   map[[2]rune]bool{},
		measures: []rune(measures),
		ordinals: []rune(ordinals),
		gongs:    []rune(gongs),
	}
	t.addInvisible()
	t.addWidths()
	t.addRadicals()
	t.addTables()
	t.addDodged()
	for r := range rune(1 << 16) {
		t.close(r)
	}
	return t
}

func (t *table) add(from, to rune) {
	t.to[from] = uint16(to)
	t.kinds[from] |= mapped
}

// close follows mapped characters to their end: 髙 → 高, Ａ → a.
func (t *table) close(r rune) {
	for n := 0; n < 4 && t.kinds[r]&mapped != 0; n++ {
		next := rune(t.to[r])
		if t.kinds[next]&mapped == 0 || rune(t.to[next]) == r {
			return
		}
		t.to[r] = t.to[next]
	}
}

// addInvisible drops control and format characters, combining marks (送༵来༵), and
// private characters.
func (t *table) addInvisible() {
	for r := range rune(1 << 16) {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Mn, unicode.Me, unicode.Co) {
			t.kinds[r] |= drop
		}
	}
	t.kinds['\u3164'] |= drop // Hangul filler
	t.kinds['\uFFFD'] |= drop // what is left of a character that could not be decoded
	t.kinds['\n'], t.kinds['\t'] = plain, plain
	t.kinds['\u2028'], t.kinds['\u2029'] = plain, plain
	t.add('\u2028', '\n')
	t.add('\u2029', '\n')
	t.add('\u0085', '\n')
	t.kinds['\u0085'] = mapped
}

// addWidths maps full-width and encircled forms, spaces, and capital letters.
func (t *table) addWidths() {
	for r := rune('!'); r <= '~'; r++ {
		t.add(r-'!'+'！', r)
	}
	for r := rune('A'); r <= 'Z'; r++ {
		t.add(r, r|0x20)
		t.add('Ⓐ'+r-'A', r|0x20)
		t.add('ⓐ'+r-'A', r|0x20)
	}
	for _, zero := range []rune{'①' - 1, '❶' - 1, '➀' - 1, '➊' - 1} {
		for digit := rune(1); digit <= 9; digit++ {
			t.add(zero+digit, '0'+digit)
		}
	}
	t.add('⓪', '0')
	t.add('￥', '¥')
	for _, r := range "\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000" {
		t.add(r, ' ')
	}
}

// radicals are the 214 characters that the Kangxi radicals U+2F00… look like.
const radicals = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠"

func (t *table) addRadicals() {
	r := rune(0x2F00)
	for _, to := range radicals {
		t.add(r, to)
		r++
	}
}

// addTables adds the pairs and phrases of the embedded files. The later file wins.
func (t *table) addTables() {
	phrases := map[string]string{}
	for line := range strings.Lines(chineseTable + formsTable) {
		from, to, ok := strings.Cut(strings.TrimSpace(line), "\t")
		switch {
		case !ok || strings.HasPrefix(line, "#"):
		case from == "chars":
			t.addChars([]rune(to))
		case len([]rune(from)) == 1 && len([]rune(to)) == 1:
			t.add([]rune(from)[0], []rune(to)[0])
		default:
			phrases[from] = to
		}
	}
	t.addPhrases(phrases)
}

func (t *table) addChars(pairs []rune) {
	for i := 0; i+1 < len(pairs); i += 2 {
		t.add(pairs[i], pairs[i+1])
	}
}

func (t *table) addPhrases(phrases map[string]string) {
	var keys []string
	for from, to := range phrases {
		keys = append(keys, from)
		t.values = append(t.values, to)
		first, _ := decode(from, 0)
		t.kinds[first] |= head
	}
	t.phrases = newMatcher(keys)
}

// separators are the signs that posts put between the characters of a word.
const separators = ".*_-/|~^#·•・‧丶 "

func (t *table) addDodged() {
	for line := range strings.Lines(dodgedWords) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			w := []rune(word)
			for i := 0; i+1 < len(w); i++ {
				t.dodged[[2]rune{w[i], w[i+1]}] = true
			}
		}
	}
	for _, r := range separators + "．＊＿－／｜～＾＃　乙壹公" {
		t.kinds[r] |= special
	}
}
