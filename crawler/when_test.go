package crawler

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Dates are read as if on Monday 2026-11-23 at 10:00:00 in Shanghai.
func testNow(t testing.TB) (time.Time, *time.Location) {
	t.Helper()
	zone, err := ParseZone("")
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 11, 23, 10, 0, 0, 0, zone), zone
}

// goodDates are pairs of what a site shows and when that is, in Shanghai.
const goodDates = `
刚刚                               = 2026-11-23 10:00:00
刚才                               = 2026-11-23 10:00:00
剛剛                               = 2026-11-23 10:00:00
just now                           = 2026-11-23 10:00:00
刚刚 来自 微博网页版               = 2026-11-23 10:00:00
30秒前                             = 2026-11-23 09:59:30
30秒钟前                           = 2026-11-23 09:59:30
3分钟前                            = 2026-11-23 09:57:00
3 分钟前                           = 2026-11-23 09:57:00
３分钟前                           = 2026-11-23 09:57:00
3分鐘前                            = 2026-11-23 09:57:00
3分钟之前                          = 2026-11-23 09:57:00
五分钟前                           = 2026-11-23 09:55:00
十分钟前                           = 2026-11-23 09:50:00
十五分钟前                         = 2026-11-23 09:45:00
二十分钟前                         = 2026-11-23 09:40:00
四十五分钟前                       = 2026-11-23 09:15:00
半小时前                           = 2026-11-23 09:30:00
半个小时前                         = 2026-11-23 09:30:00
一个半小时前                       = 2026-11-23 08:30:00
1小时前                            = 2026-11-23 09:00:00
两小时前                           = 2026-11-23 08:00:00
两个小时前                         = 2026-11-23 08:00:00
2小时前 来自iPhone                 = 2026-11-23 08:00:00
2 小時前                           = 2026-11-23 08:00:00
发布于 3小时前                     = 2026-11-23 07:00:00
3 minutes ago                      = 2026-11-23 09:57:00
1 hour ago                         = 2026-11-23 09:00:00
1天前                              = 2026-11-22 10:00:00
3天前                              = 2026-11-20 10:00:00
三天前                             = 2026-11-20 10:00:00
3天前 广东                         = 2026-11-20 10:00:00
2周前                              = 2026-11-09 10:00:00
两个星期前                         = 2026-11-09 10:00:00
今天 08:15                         = 2026-11-23 08:15:00
今天08:15                          = 2026-11-23 08:15:00
今天 8:15                          = 2026-11-23 08:15:00
今天                               = 2026-11-23 00:00:00
今天 10:02                         = 2026-11-23 10:00:00
昨天 12:30                         = 2026-11-22 12:30:00
昨天 12：30                        = 2026-11-22 12:30:00
昨天 12:30:45                      = 2026-11-22 12:30:45
昨天                               = 2026-11-22 00:00:00
昨天 下午3:20                      = 2026-11-22 15:20:00
昨天 晚上 8点                      = 2026-11-22 20:00:00
昨天 中午12:05                     = 2026-11-22 12:05:00
昨天 凌晨1点30分                   = 2026-11-22 01:30:00
编辑于 昨天 22:10                  = 2026-11-22 22:10:00
编辑于昨天 22:10 浙江              = 2026-11-22 22:10:00
前天                               = 2026-11-21 00:00:00
前天 09:05                         = 2026-11-21 09:05:00
11-20 12:30                        = 2026-11-20 12:30:00
11-20                              = 2026-11-20 00:00:00
1-2 3:04                           = 2026-01-02 03:04:00
11/20 12:30                        = 2026-11-20 12:30:00
11月20日                           = 2026-11-20 00:00:00
11月20日 12:30                     = 2026-11-20 12:30:00
11月20号                           = 2026-11-20 00:00:00
11-24 12:30                        = 2025-11-24 12:30:00
12月31日 23:59                     = 2025-12-31 23:59:00
编辑于 11-20                       = 2026-11-20 00:00:00
发布于 11-20 IP属地：广东          = 2026-11-20 00:00:00
2026年11月20日 12:30               = 2026-11-20 12:30:00
2026年11月20日12:30                = 2026-11-20 12:30:00
2026年11月20日12时30分05秒         = 2026-11-20 12:30:05
2026年11月20日 下午 3:07           = 2026-11-20 15:07:00
2026年11月20日                     = 2026-11-20 00:00:00
2026年1月2日                       = 2026-01-02 00:00:00
2026年11月20日 星期五 12:30        = 2026-11-20 12:30:00
2026年11月20日（星期五）           = 2026-11-20 00:00:00
2026/11/20                         = 2026-11-20 00:00:00
2026/1/2 3:04                      = 2026-01-02 03:04:00
2026.11.20                         = 2026-11-20 00:00:00
2026.11.20 12:30                   = 2026-11-20 12:30:00
2019/2/28 11:25:05                 = 2019-02-28 11:25:05
2019-09-15 14:08:57                = 2019-09-15 14:08:57
2019-09-15 14:08                   = 2019-09-15 14:08:00
2019-09-15                         = 2019-09-15 00:00:00
2024-02-29                         = 2024-02-29 00:00:00
2026-11-20 02:30 PM                = 2026-11-20 14:30:00
2026-11-20 12:05 AM                = 2026-11-20 00:05:00
发布时间：2026-11-20 12:30         = 2026-11-20 12:30:00
发布时间:2026-11-20                = 2026-11-20 00:00:00
发布日期：2026年11月20日           = 2026-11-20 00:00:00
发表于 2026-11-20 12:30:05         = 2026-11-20 12:30:05
发表于2026-11-20 12:30             = 2026-11-20 12:30:00
最后更新于 2026-11-20 12:30        = 2026-11-20 12:30:00
投诉时间: 2026-11-20 12:30         = 2026-11-20 12:30:00
更新 2026-11-20                    = 2026-11-20 00:00:00
2026-11-20 12:30 发布              = 2026-11-20 12:30:00
2026-11-20 12:30 来自 HUAWEI Mate  = 2026-11-20 12:30:00
[2026-11-20 12:30]                 = 2026-11-20 12:30:00
（2026-11-20）                     = 2026-11-20 00:00:00
1732337731                         = 2024-11-23 12:55:31
1732337731123                      = 2024-11-23 12:55:31.123
1732337731.0                       = 2024-11-23 12:55:31
20261120                           = 2026-11-20 00:00:00
20261120123005                     = 2026-11-20 12:30:05
2026-11-20T12:30:05+08:00          = 2026-11-20 12:30:05
2026-11-20T04:30:05Z               = 2026-11-20 12:30:05
2026-11-20T04:30:05.678Z           = 2026-11-20 12:30:05.678
2026-11-20T12:30:05                = 2026-11-20 12:30:05
2026-11-20T12:30:05+0800           = 2026-11-20 12:30:05
2026-11-20 04:30:05 UTC            = 2026-11-20 12:30:05
2026-11-20 12:30:05 CST            = 2026-11-20 12:30:05
2026-11-20 12:30 GMT+8             = 2026-11-20 12:30:00
Fri, 20 Nov 2026 04:30:05 GMT      = 2026-11-20 12:30:05
Fri, 20 Nov 2026 12:30:05 +0800    = 2026-11-20 12:30:05
Fri, 20 Nov 2026 12:30:05 CST      = 2026-11-20 12:30:05
Fri, 20 Nov 2026 12:30:05          = 2026-11-20 12:30:05
Thu, 2 Jul 2026 12:30 +0800        = 2026-07-02 12:30:00
20 Nov 2026 04:30:05 GMT           = 2026-11-20 12:30:05
Friday, 20-Nov-26 04:30:05 GMT     = 2026-11-20 12:30:05
Fri Nov 20 12:30:05 +0800 2026     = 2026-11-20 12:30:05
Fri Nov 20 12:30:05 2026           = 2026-11-20 12:30:05
Fri Nov 20 12:30:05 CST 2026       = 2026-11-20 12:30:05
Fri Nov 20 2026 12:30:05 GMT+0800 (中国标准时间) = 2026-11-20 12:30:05
Nov 20, 2026                       = 2026-11-20 00:00:00
Fri Nov 20 2026                    = 2026-11-20 00:00:00
Fri, Nov 20, 2026                  = 2026-11-20 00:00:00
Fri, 20 Nov 2026                   = 2026-11-20 00:00:00
Nov 20 2026                        = 2026-11-20 00:00:00
Dec 28 Sat 2013                    = 2013-12-28 00:00:00
Dec 28 Sat 2013 12:30              = 2013-12-28 12:30:00
November 20, 2026 3:04 PM          = 2026-11-20 15:04:00
2000-01-01                         = 2000-01-01 00:00:00
大前天 12:30                       = 2026-11-20 12:30:00
昨日 08:15                         = 2026-11-22 08:15:00
昨天12点                           = 2026-11-22 12:00:00
昨晚 8点                           = 2026-11-22 20:00:00
昨晚8:30                           = 2026-11-22 20:30:00
今早 8:15                          = 2026-11-23 08:15:00
今天凌晨0:15                       = 2026-11-23 00:15:00
3天以前                            = 2026-11-20 10:00:00
2小时前更新                        = 2026-11-23 08:00:00
1个小时前                          = 2026-11-23 09:00:00
25小时前                           = 2026-11-22 09:00:00
365天前                            = 2025-11-23 10:00:00
2026年11月20日 上午10时05分        = 2026-11-20 10:05:00
2026 年 11 月 20 日 12:30          = 2026-11-20 12:30:00
2026年 11月 20日                   = 2026-11-20 00:00:00
2026年11月20日（五）12:30          = 2026-11-20 12:30:00
2026-11-20 周五 12:30              = 2026-11-20 12:30:00
2026-11-20 星期五                  = 2026-11-20 00:00:00
2026–11–20                         = 2026-11-20 00:00:00
2026-11-20　12:30                  = 2026-11-20 12:30:00
2026/11/20 下午3:07:08             = 2026-11-20 15:07:08
2026-11-20 12:30:05.123            = 2026-11-20 12:30:05.123
2026-11-20T12:30Z                  = 2026-11-20 20:30:00
2026-11-20 12:30:05 +08:00         = 2026-11-20 12:30:05
2026-11-20 12:30 已编辑            = 2026-11-20 12:30:00
编辑于 2026-11-20 12:30・IP 属地广东 = 2026-11-20 12:30:00
编辑于 11-20 · 广东                = 2026-11-20 00:00:00
11-20 12:30 来自 iPhone客户端      = 2026-11-20 12:30:00
11月20日 下午 3:07                 = 2026-11-20 15:07:00
投诉于2026-11-20                   = 2026-11-20 00:00:00
发布：2026-11-20                   = 2026-11-20 00:00:00
3 weeks ago                        = 2026-11-02 10:00:00
`

func TestParseTime(t *testing.T) {
	now, zone := testNow(t)
	for line := range strings.Lines(strings.TrimSpace(goodDates)) {
		in, want, _ := strings.Cut(strings.TrimSpace(line), "= ")
		in = strings.TrimSpace(in)
		got, err := ParseTime(in, now, zone)
		if err != nil {
			t.Errorf("ParseTime(%q): %v", in, err)
		} else if got := got.In(zone).Format("2006-01-02 15:04:05.999"); got != want {
			t.Errorf("ParseTime(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestParseTimeRefusesWhenInDoubt(t *testing.T) {
	now, zone := testNow(t)
	for in, why := range map[string]string{
		"":                              "nothing",
		"12:30":                         "which day?",
		"上周三":                           "which hour, and is it this one?",
		"星期三 12:30":                     "this week or the last?",
		"3个月前":                          "any day of a month",
		"1年前":                           "any day of a year",
		"半天前":                           "when is half a day?",
		"百分钟前":                          "not a number that is read",
		"前":                             "before what?",
		"19/2/28":                       "three ways to read it",
		"Dec 28 Sun 2013":               "that was a Saturday",
		"Thu, 20 Nov 2026 12:30:05 GMT": "that is a Friday",
		"11.20":                         "a price?",
		"20-11":                         "no month 20",
		"13-01 12:30":                   "no month 13",
		"2026-11":                       "no day",
		"2026年11月":                      "no day",
		"2026-11/20":                    "two kinds of separators",
		"2026年11-20":                    "two kinds of separators",
		"2026-02-29":                    "no such day",
		"2026-11-31 12:30":              "no such day",
		"2026-11-20 24:30":              "no such hour",
		"2026-11-20 12:60":              "no such minute",
		"2026-11-20 12":                 "hour, or something else?",
		"2026-11-20 凌晨15:00":            "contradicts itself",
		"2026-11-20 晚上12:00":            "which midnight?",
		"2026-11-20 晚上":                 "which hour?",
		"2026-11-20 至 2026-11-21":       "two dates",
		"2026-11-20 截止":                 "a deadline",
		"2026-11-20 12:30 BST":          "two zones of that name",
		"2026-11-20 12:30 +99:00":       "no such zone",
		"2026-11-24":                    "the future",
		"今天 10:30":                      "the future",
		"明天 08:00":                      "the future",
		"2099-01-01":                    "the future",
		"1999-12-31":                    "before the first forum",
		"1970-01-01 08:00:00":           "an empty field",
		"0":                             "an empty field",
		"173233773":                     "nine digits",
		"17323377311":                   "eleven digits",
		"20261320":                      "no month 13",
		"99999999":                      "an id",
		"已处理":                           "not a date",
		"1.2万":                          "a count",
		"Nov 20":                        "no year",
		"几分钟前":                          "how many?",
		"1分钟内":                          "within is not ago",
		"半个月前":                          "half of which month?",
		"9999天前":                        "before the first forum",
		"1小时30分钟前":                      "two units",
		"2天前 12:30":                     "a distance and a clock",
		"今晚 8点":                         "the future",
		"昨晚":                            "which hour?",
		"昨天 25:00":                      "no such hour",
		"前天下午":                          "which hour?",
		"20/11/2026":                    "day or month first?",
		"11/20/2026":                    "day or month first?",
		"2026-00-10":                    "no month 0",
		"2026-11-00":                    "no day 0",
		"0000-00-00 00:00:00":           "an empty field",
		"2月29日":                         "no such day this year or last",
		"11月31日":                        "no such day",
		"民國115年11月20日":                  "another calendar",
		"115/11/20":                     "another calendar, or not",
		"二〇二六年十一月二十日":                   "not a form that is read",
		"1732337731000000":              "microseconds?",
		"-1":                            "no time",
		"2026":                          "no day",
		"Sun, 31 Feb 2026 12:00:00 GMT": "no such day",
		"来源：新华网 2026-11-20":             "something else stands first",
		"2026-11-20 12:30 阅读 123":       "something else stands behind it",
		"<time>2026-11-20</time>":       "a tag",
		"Mon, 20 Foo 2026 12:30:05 GMT": "no such month",
	} {
		got, err := ParseTime(in, now, zone)
		if err == nil {
			t.Errorf("ParseTime(%q) = %v, want an error: %s", in, got, why)
		}
	}
}

func TestParseTimeReadsClocksInTheSourceZone(t *testing.T) {
	now, _ := testNow(t)
	tokyo, err := ParseZone("+09:00")
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseTime("昨天 12:30", now, tokyo)
	if want := time.Date(2026, 11, 22, 3, 30, 0, 0, time.UTC); err != nil || !got.Equal(want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if got, err := ParseTime("2026-11-20 12:30:05 CST", now, tokyo); err == nil {
		t.Errorf("CST outside China was read as %v", got)
	}
}

func TestParseTimeAroundNewYear(t *testing.T) {
	_, zone := testNow(t)
	newYear := time.Date(2027, 1, 1, 0, 10, 0, 0, zone)
	for in, want := range map[string]string{
		"12-31 23:50": "2026-12-31 23:50",
		"01-01 00:05": "2027-01-01 00:05",
		"01-01 00:20": "2026-01-01 00:20",
		"昨天 23:50":    "2026-12-31 23:50",
		"20分钟前":       "2026-12-31 23:50",
	} {
		got, err := ParseTime(in, newYear, zone)
		if got := got.In(zone).Format("2006-01-02 15:04"); err != nil || got != want {
			t.Errorf("ParseTime(%q) = %s, %v, want %s", in, got, err, want)
		}
	}
}

func TestParseZone(t *testing.T) {
	for name, want := range map[string]int{"": 8, "Asia/Shanghai": 8, "+08:00": 8, "+0900": 9, "UTC": 0, "GMT-5": -5} {
		zone, err := ParseZone(name)
		if err != nil {
			t.Errorf("ParseZone(%q): %v", name, err)
			continue
		}
		if _, got := time.Unix(0, 0).In(zone).Zone(); got != want*3600 {
			t.Errorf("ParseZone(%q) is %d s from UTC, want %d h", name, got, want)
		}
	}
	for _, name := range []string{"Local", "Mars/Olympus", "+99:00", "8"} {
		if zone, err := ParseZone(name); err == nil {
			t.Errorf("ParseZone(%q) = %v, want an error", name, zone)
		}
	}
}

// The table is what the parser promises; it has to be worth the name.
func TestTheTableOfDatesIsLarge(t *testing.T) {
	if n := strings.Count(strings.TrimSpace(goodDates), "\n") + 1; n < 150 {
		t.Errorf("%d dates are in the table, want 150", n)
	}
}

// dateParts are what dates are made of, and what stands around them.
func dateParts() []string {
	parts := strings.Fields("0 1 2 9 11 12 20 23 29 30 31 60 99 1999 2000 2026 2027 9999 1732337731 4102444800 " +
		"- / . : ： 年 月 日 号 时 分 秒 点 T Z + +08:00 -12:00 GMT CST AM PM 上午 下午 凌晨 晚上 昨晚 今早 " +
		"今天 昨天 前天 大前天 明天 刚刚 前 之前 半 个 三 十 分钟 小时 天 周 星期五 ago hours Fri, Nov Feb 发布于 来自iPhone ( )")
	return append(parts, " ", " ", " ")
}

// Whatever a site writes, a post is never said to be from the future of the moment
// when it was fetched, nor from before 2000.
func TestParseTimeIsNeverOutOfBounds(t *testing.T) {
	zones := []string{"Asia/Shanghai", "UTC", "-11:00", "+14:00"}
	var good []string
	for line := range strings.Lines(strings.TrimSpace(goodDates)) {
		in, _, _ := strings.Cut(line, "= ")
		good = append(good, strings.TrimSpace(in))
	}
	earliest := time.Date(earliestYear, 1, 1, 0, 0, 0, 0, time.FixedZone("", 14*3600))
	read := 0
	rapid.Check(t, func(t *rapid.T) {
		zone, err := ParseZone(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		now := time.UnixMilli(rapid.Int64Range(earliest.UnixMilli(), 4102444800000).Draw(t, "now"))
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(dateParts()), 1, 12).Draw(t, "parts"), "")
		if rapid.Bool().Draw(t, "whole") {
			s = rapid.SampledFrom(good).Draw(t, "date")
		}
		got, err := ParseTime(s, now, zone)
		if err != nil {
			return
		}
		read++
		if got.After(now) || got.Before(earliest) {
			t.Fatalf("ParseTime(%q) at %v in %v = %v", s, now, zone, got)
		}
	})
	if read == 0 {
		t.Error("no date was read at all")
	}
}

func FuzzParseTime(f *testing.F) {
	for line := range strings.Lines(goodDates) {
		in, _, _ := strings.Cut(line, "= ")
		f.Add(strings.TrimSpace(in))
	}
	now, zone := testNow(f)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTime(s, now, zone)
		if err == nil && (got.After(now) || got.In(zone).Year() < earliestYear) {
			t.Errorf("ParseTime(%q) = %v, which no post can have", s, got)
		}
	})
}

func BenchmarkParseTime(b *testing.B) {
	now, zone := testNow(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseTime("发布时间：2026-11-20 12:30", now, zone); err != nil {
			b.Fatal(err)
		}
	}
}
