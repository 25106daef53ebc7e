package nlp

import (
	"bufio"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// goldenPairs reads lines "text => result"; a line without => stands for itself.
func goldenPairs(t testing.TB, name string) [][2]string {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var pairs [][2]string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		in, out, ok := strings.Cut(line, " => ")
		if !ok {
			out = in
		}
		pairs = append(pairs, [2]string{in, out})
	}
	return pairs
}

var markPattern = regexp.MustCompile(`\[(电话|身份证|银行卡|邮箱|微信|QQ|单号|车牌|姓名|地址)\]`)

// markedRanges lists the marks of a redacted text with the ranges of the original that
// they stand for.
func markedRanges(t *testing.T, original, redacted string) []personal {
	var ranges []personal
	at := 0
	rest := redacted
	for rest != "" {
		m := markPattern.FindStringIndex(rest)
		if m == nil {
			break
		}
		at += m[0]
		after := rest[m[1]:]
		next := markPattern.FindStringIndex(after)
		literal := after
		if next != nil {
			literal = after[:next[0]]
		}
		to := len(original)
		if literal != "" {
			n := strings.Index(original[min(at, len(original)):], literal)
			if n < 0 {
				t.Fatalf("%q is not %q with marks", redacted, original)
			}
			to = at + n
		}
		if literal == after {
			to = len(original) - len(literal)
		}
		ranges = append(ranges, personal{at, to, rest[m[0]:m[1]]})
		at, rest = to, after
	}
	return ranges
}

func TestRedactGolden(t *testing.T) {
	var hit, wrong, missed, negatives int
	pairs := goldenPairs(t, "redact.txt")
	for _, p := range pairs {
		got := Redact(p[0])
		if p[0] == p[1] {
			negatives++
		}
		if got != p[1] {
			t.Logf("%s\n got %s\nwant %s", p[0], got, p[1])
		}
		want := map[personal]bool{}
		for _, r := range markedRanges(t, p[0], p[1]) {
			want[r] = true
		}
		for _, r := range markedRanges(t, p[0], got) {
			if want[r] {
				hit++
				delete(want, r)
			} else {
				wrong++
			}
		}
		missed += len(want)
	}
	recall, precision := float64(hit)/float64(hit+missed), float64(hit)/float64(hit+wrong)
	t.Logf("%d lines, %d of them without personal data: %d found, %d wrong, %d missed: recall %.4f, precision %.4f",
		len(pairs), negatives, hit, wrong, missed, recall, precision)
	if recall < 0.98 || precision < 0.98 {
		t.Error("recall and precision must be at least 0.98")
	}
}

// checkRedact checks what must hold of every text.
func checkRedact(t interface{ Fatalf(string, ...any) }, s string) {
	once := Redact(s)
	if utf8.ValidString(s) && !utf8.ValidString(once) {
		t.Fatalf("Redact(%q) = %q is not valid UTF-8", s, once)
	}
	last := 0
	text := Fold(s).Text
	found := findPersonal(text)
	if len(found) > 0 && (!mayHoldPersonal(s) || !mayHoldPersonal(text)) {
		t.Fatalf("%q holds %v and would be passed over", s, found)
	}
	for _, p := range found {
		if p.from < last || p.to <= p.from || p.to > len(text) {
			t.Fatalf("%q: %s at [%d, %d) after %d", text, p.mark, p.from, p.to, last)
		}
		last = p.to
	}
}

// TestRedactTwice checks that what is redacted stays as it is: a post that is analysed
// again after a change of the taxonomy must not change.
func TestRedactTwice(t *testing.T) {
	for _, p := range goldenPairs(t, "redact.txt") {
		once := Redact(p[0])
		if twice := Redact(once); twice != once {
			t.Errorf("%s\nonce  %s\ntwice %s", p[0], once, twice)
		}
	}
}

func TestRedactProperties(t *testing.T) {
	pieces := []string{"1", "38", "13800138000", "-", " ", "电话", "：", "姓名", "张三", "京A", "12345", "@", "a.com", "微信", "abc123", "一三八", "零", "[电话]", "(", ")", "X", "地址", "路1号", "区", "\xff", "️⃣", "聯繫人", "地.址", "家住", "我叫", "：", "，", "。", "是", "二〇", "壹", "微 信", "\u0f35", "１３８", "𝟏", "挂", "雲", "手", "行動電話", "公升級", "\u200b"}
	rapid.Check(t, func(t *rapid.T) {
		checkRedact(t, strings.Join(rapid.SliceOf(rapid.SampledFrom(pieces)).Draw(t, "pieces"), ""))
	})
}

// TestRedactPassesNothingOver puts values behind every label, and both into every
// disguise that Fold sees through.
func TestRedactPassesNothingOver(t *testing.T) {
	labels := labelWords()
	values := []string{"张三", "王小明先生", "深圳市南山区科技路1号", "云南省昆明市五华区", "13800138000", "12345678", "12345", "a1234567", "wangxiao", "1234-5678-90", "440305199001011232", "sf1234567890", "一三八零零一三八零零零"}
	between := []string{"", ":", "是", "号码: ", "加", " ", "在", "(", "为:", "\""}
	disguises := map[string]func(string) string{
		"plain":          func(s string) string { return s },
		"full-width":     strings.NewReplacer(":", "：", "1", "１", "2", "②", "3", "𝟑", "a", "Ａ", "-", "－", "(", "（").Replace,
		"of mathematics": strings.NewReplacer("v", "𝓿", "x", "𝔁", "w", "𝘄", "q", "𝙌", "Q", "𝙌", "t", "𝙩", "e", "𝙚", "l", "𝙡", "i", "𝐈", "m", "𝐌", "1", "𝟏").Replace,
		"traditional": strings.NewReplacer("联", "聯", "举", "舉", "诉", "訴", "寄", "寄", "账", "帳", "单", "單", "电话", "電話", "云", "雲", "号", "號",
			"张", "張", "户", "戶", "码", "碼", "发", "發", "库", "庫", "机", "機", "现", "現", "为", "為", "一", "壹", "险", "險", "请", "請", "实", "實", "庭", "庭", "编", "編").Replace,
		"dodging":   func(s string) string { return strings.Join(strings.Split(s, ""), ".") },
		"spaced":    func(s string) string { return strings.Join(strings.Split(s, ""), " ") },
		"marked":    func(s string) string { return strings.Join(strings.Split(s, ""), "\u0f35") },
		"invisible": func(s string) string { return strings.Join(strings.Split(s, ""), "\u200b\xff") },
	}
	held := 0
	for name, disguise := range disguises {
		for _, label := range labels.matcher.patterns {
			for _, b := range between {
				for _, v := range values {
					s := disguise("我" + label + b + v + "等")
					if len(findPersonal(foldText(s))) == 0 {
						continue
					}
					if held++; !mayHoldPersonal(s) || !mayHoldPersonal(foldText(s)) {
						t.Fatalf("%s: %q is passed over", name, s)
					}
				}
			}
		}
	}
	t.Logf("%d texts with personal data", held)
}

// TestClauseEndsStay checks what the filter takes for granted: that a sign which ends an
// address does so once it is folded, too.
func TestClauseEndsStay(t *testing.T) {
	for _, r := range clauseEnds {
		if got := foldText("住" + string(r) + "1"); !strings.ContainsAny(got[len("住"):], addressEnds) {
			t.Errorf("%q becomes %q", r, got)
		}
	}
}

// TestRedactRealPosts does so for posts that people wrote.
func TestRedactRealPosts(t *testing.T) {
	for s := range realTexts(t) {
		checkRedact(t, s)
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("姓名：张三，电话：138-0013-8000，身份证440305199001011232，京A12345，a@b.com")
	f.Add("微信abc123 QQ12345678 订单号2023112812345678 地址：深圳市南山区科技路1号")
	f.Fuzz(func(t *testing.T, s string) { checkRedact(t, s) })
}

func TestIdentityCheckDigit(t *testing.T) {
	// 11010519491231002X is the example of GB 11643.
	for n, want := range map[string]bool{"11010519491231002x": true, "110105194912310020": false, "910105194912310029": false, "11010519491331002x": false} {
		if isIdentity(n) != want {
			t.Errorf("isIdentity(%s) = %v", n, !want)
		}
	}
}

func TestLuhn(t *testing.T) {
	for n, want := range map[string]bool{"4111111111111111": true, "4111111111111112": false, "79927398713": true} {
		if luhn(n) != want {
			t.Errorf("luhn(%s) = %v", n, !want)
		}
	}
}
