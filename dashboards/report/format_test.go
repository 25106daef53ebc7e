package report

import (
	"testing"
	"time"

	"vane"
)

// Figures that official reports printed, counted again.
func TestPublishedArithmetic(t *testing.T) {
	for _, c := range []struct {
		report              string
		total               uint64
		days                int
		perDay              string
		sensitive           uint64
		share               string
		lead                uint64
		leadShare, leadName string
	}{
		{"2026 春节", 14_109_158, 9, "156.8万", 1_301_570, "9.23%", 455_228, "34.98%", "交通出行"},
		{"2025 春节", 18_896_039, 9, "210.0万", 1_451_612, "7.68%", 566_531, "39.03%", "餐饮"},
		{"2022 双11", 48_930_596, 25, "195.7万", 5_483_663, "11.21%", 1_363_806, "24.87%", "快递"},
		{"2023 6·18", 98_704_996, 20, "493.5万", 13_698_298, "13.88%", 1_097_844, "8.01%", "演出票务"},
	} {
		for _, got := range [][2]string{
			{perDay(c.total, c.days), c.perDay},
			{Share(c.sensitive, c.total), c.share},
			{Share(c.lead, c.sensitive), c.leadShare},
		} {
			if got[0] != got[1] {
				t.Errorf("%s: %s, published %s", c.report, got[0], got[1])
			}
		}
	}
	if got := changeOfShare(1590, 1121); got != "下降4.69个百分点" {
		t.Errorf("from 15.90%% to 11.21%% is %s", got)
	}
}

func TestNumbersAsReportsWriteThem(t *testing.T) {
	for got, want := range map[string]string{
		count(0):                               "0",
		count(999):                             "999",
		count(14_109_158):                      "14,109,158",
		perDay(0, 9):                           "0",
		perDay(9, 10):                          "不足1",
		perDay(25, 10):                         "3",
		perDay(99_999, 10):                     "10000",
		perDay(100_000, 10):                    "1.0万",
		perDay(104_999, 10):                    "1.0万",
		perDay(105_000, 10):                    "1.1万",
		Share(0, 0):                            "—",
		Share(1, 3):                            "33.33%",
		Share(2, 3):                            "66.67%",
		Share(1, 1):                            "100.00%",
		changeOfShare(768, 923):                "上升1.55个百分点",
		changeOfShare(500, 500):                "持平",
		changeOfCount(100, 150):                "增长50.00%",
		changeOfCount(150, 100):                "下降33.33%",
		changeOfCount(0, 5):                    "上期为零，不计算增幅",
		changeOfCount(0, 0):                    "持平",
		list([]string{"甲"}):                    "甲",
		list([]string{"甲", "乙", "丙"}):          "甲、乙和丙",
		list(nil):                              "",
		ordinal(3) + ordinal(10) + ordinal(14): "三十十四",
		ordinal(20) + ordinal(35):              "二十三十五",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestSpans(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time {
		return time.Date(y, m, d, 0, 0, 0, 0, vane.Beijing()).UTC()
	}
	for _, c := range []struct {
		from, to time.Time
		want     string
		days     int
	}{
		{day(2026, 2, 15), day(2026, 2, 24), "2026年2月15日至2月23日", 9},
		{day(2026, 2, 15), day(2026, 2, 16), "2026年2月15日", 1},
		{day(2025, 12, 31), day(2026, 1, 3), "2025年12月31日至2026年1月2日", 3},
	} {
		w := vane.Window{From: c.from, To: c.to}
		if got := span(w); got != c.want || days(w) != c.days {
			t.Errorf("%s, %d days; want %s, %d", got, days(w), c.want, c.days)
		}
	}
}
