package crawler

import "testing"

func TestParseCount(t *testing.T) {
	for in, want := range map[string]uint64{
		"0": 0, "7": 7, "3456": 3456, "3,456": 3456, "1,234,567": 1234567, "１２": 12,
		"1.2万": 12000, "1.25万": 12500, "1万": 10000, "10万+": 100000, "12 万": 120000, "2萬": 20000,
		"1.1万": 11000, "1.23456万": 12345, "3千": 3000, "3千万": 30000000, "1.5亿": 150000000, "142 万热度": 1420000,
		"2k": 2000, "2.5K": 2500, "1w": 10000, "1.5w+": 15000, "3M": 3000000, "999+": 999,
		"阅读 1.2万": 12000, "阅读：3,456次": 3456, "评论(23)": 23, "23条评论": 23, "1.2万次播放": 12000, "1420000.0": 1420000,
		"8 likes": 8,
	} {
		if got, err := ParseCount(in); err != nil || got != want {
			t.Errorf("ParseCount(%q) = %d, %v, want %d", in, got, err, want)
		}
	}
}

func TestParseCountRefusesWhenInDoubt(t *testing.T) {
	for _, in := range []string{
		"", "赞", "-5", "1.5", "12/34", "3-4", "1,23", "12,3456", "1.2.3万", "第3页 共9条", "2km", "99999999999999999999", "99999999999999亿",
	} {
		if got, err := ParseCount(in); err == nil {
			t.Errorf("ParseCount(%q) = %d, want an error", in, got)
		}
	}
}

func FuzzParseCount(f *testing.F) {
	for _, s := range []string{"1.2万", "3,456", "10万+", "评论(23)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := ParseCount(s); err != nil && n != 0 {
			t.Errorf("ParseCount(%q) = %d together with %v", s, n, err)
		}
	})
}
