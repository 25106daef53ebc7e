package crawler

import (
	"os"
	"strings"
	"testing"
)

// Every hanzi of plane 1 is one of Big5's 5401 frequent ones, and none comes twice:
// a run that began one position off would break that.
func TestEUCTWPlane1IsBig5(t *testing.T) {
	seen := map[string]bool{}
	for high := 0x44; high <= 0x7D; high++ {
		for low := 0x21; low <= 0x7E; low++ {
			if high == 0x7D && low > 0x4B {
				break
			}
			s := string(decodeEUCTW([]byte{byte(high) | 0x80, byte(low) | 0x80}))
			if n := []rune(s); len(n) != 1 || n[0] == '\uFFFD' || seen[s] {
				t.Fatalf("position %x%x is %q, seen before: %v", high, low, s, seen[s])
			}
			seen[s] = true
		}
	}
	if len(seen) != 5401 {
		t.Errorf("%d hanzi, want 5401", len(seen))
	}
}

func TestDecodeEUCTW(t *testing.T) {
	for in, want := range map[string]string{
		"":                  "",
		"abc":               "abc",
		"\xc4\xa1\xc4\xa2":  "一乙", // the first two of plane 1
		"a\xa1\xa1b":        "a\u3000b",
		"\x8e\xa2\xa1\xa1x": "\uFFFDx", // plane 2
		"\xc4":              "\uFFFD",
		"\x8e\xa2":          "\uFFFD\uFFFD",
		"\xfe\xfe":          "\uFFFD",
	} {
		if got := string(decodeEUCTW([]byte(in))); got != want {
			t.Errorf("%q is read as %q, want %q", in, got, want)
		}
	}
}

func TestEUCTWPageIsRead(t *testing.T) {
	data, err := os.ReadFile(realData(t, "charsets/EUC-TW/_ude_euc-tw1.txt"))
	if err != nil {
		t.Fatal(err)
	}
	got := string(toUTF8(data, ""))
	for _, word := range []string{"維基大典", "網路", "二千一百八十九"} {
		if !strings.Contains(got, word) {
			t.Errorf("%q is not in %q", word, got)
		}
	}
}

func FuzzDecodeEUCTW(f *testing.F) {
	f.Add([]byte("\xc4\xa1a\x8e\xa2\xa1\xa1"))
	f.Fuzz(func(t *testing.T, body []byte) { decodeEUCTW(body) })
}
