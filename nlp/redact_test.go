package nlp

import (
	"bufio"
	"os"
	"regexp"
	"strings"
	"testing"
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
