package crawler

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// readAgo reads 3分钟前, 五分钟前, 半小时前. Months and years are not among the units:
// 3个月前 could be any day of a month.
func readAgo(m []string, now time.Time) (time.Time, error) {
	unit := agoUnit(m[3])
	n, err := agoNumber(m[1])
	switch {
	case err != nil:
		return time.Time{}, err
	case m[1] == "半" && (unit != time.Hour || m[2] != ""), m[2] != "" && unit != time.Hour:
		return time.Time{}, errNoDate // half a day, or of what?
	case m[1] == "半":
		return now.Add(-unit / 2), nil
	case m[2] != "":
		return now.Add(-time.Duration(n)*unit - unit/2), nil
	case unit >= 24*time.Hour:
		return now.AddDate(0, 0, -n*int(unit/(24*time.Hour))), nil
	default:
		return now.Add(-time.Duration(n) * unit), nil
	}
}

func agoUnit(word string) time.Duration {
	switch strings.TrimSuffix(strings.ToLower(word), "s") {
	case "秒", "second":
		return time.Second
	case "分", "minute", "min":
		return time.Minute
	case "小时", "小時", "钟头", "hour":
		return time.Hour
	case "周", "星期", "week":
		return 7 * 24 * time.Hour
	default: // 天, 日, day
		return 24 * time.Hour
	}
}

var twos = strings.NewReplacer("两", "二", "兩", "二")

// agoNumber reads 15, 五, 十五 and 二十.
func agoNumber(s string) (int, error) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, nil
	}
	const digits = "零一二三四五六七八九"
	tens, ones, hasTen := strings.Cut(twos.Replace(s), "十")
	if !hasTen {
		tens, ones = "", tens
	}
	value := func(han string, empty int) int {
		if han == "" {
			return empty
		}
		at := strings.Index(digits, han)
		if at < 0 || len(han) != len("一") {
			return -1
		}
		return at / len("一")
	}
	n := value(ones, 0)
	if hasTen {
		n += 10 * value(tens, 1)
	}
	if s != "半" && (n <= 0 || value(ones, 0) < 0 || value(tens, 1) < 0) {
		return 0, errNoDate
	}
	return n, nil
}

// readDayWord reads 昨天 12:30, and 昨晚 8点 as 昨天晚上 8点.
func readDayWord(m []string, now time.Time) (time.Time, error) {
	back := map[string]int{"昨天": 1, "昨日": 1, "昨早": 1, "昨晚": 1, "前天": 2, "前日": 2, "大前天": 3}[m[1]]
	rest := m[2]
	for _, part := range []string{"早", "晚"} {
		if strings.HasSuffix(m[1], part) {
			rest = part + "上" + rest
		}
	}
	day := now.AddDate(0, 0, -back)
	return onDay(day.Year(), int(day.Month()), day.Day(), rest, now.Location())
}

// readDate reads 2026-11-20 12:30, 2026年11月20日, 2026-11-20T12:30:00+08:00.
func readDate(m []string, now time.Time) (time.Time, error) {
	if (m[2] == "年") != (m[4] == "月") || m[2] != "年" && m[2] != m[4] {
		return time.Time{}, errNoDate
	}
	return onDay(digits(m[1]), digits(m[3]), digits(m[5]), m[6]+m[7], now.Location())
}

// readMonthDay reads 11-20 12:30: of this year, or of the last if that would be in
// the future.
func readMonthDay(m []string, now time.Time) (time.Time, error) {
	var err error
	for _, year := range []int{now.Year(), now.Year() - 1} {
		var t time.Time
		t, err = onDay(year, digits(m[1]), digits(m[3]), m[4]+m[5], now.Location())
		if err == nil && !isFuture(t, now) {
			return t, nil
		}
	}
	return time.Time{}, err
}

// readCompact reads 20261120 and 20261120123005.
func readCompact(m []string, now time.Time) (time.Time, error) {
	rest := ""
	if m[4] != "" {
		rest = " " + m[4] + ":" + m[5] + ":" + m[6]
	}
	return onDay(digits(m[1]), digits(m[2]), digits(m[3]), rest, now.Location())
}

// readUnix reads seconds or milliseconds since 1970.
func readUnix(m []string, _ time.Time) (time.Time, error) {
	seconds, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return time.Time{}, errNoDate
	}
	return time.Unix(seconds, int64(digits(m[2]))*int64(time.Millisecond)), nil
}

// digits is the value of a few digits, 0 for none.
func digits(s string) int {
	n, _ := strconv.Atoi(s) // the forms let only short runs of digits through
	return n
}

var clockForm = regexp.MustCompile(`^[T ,]*(?:[(]?(?:星期|礼拜|周)[一二三四五六日天][)]?[ ,]*|[(][一二三四五六日][)][ ,]*)?` +
	`(?:(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚) ?)?` +
	`(?:(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?|(\d{1,2})[时時点點](?:(\d{1,2})分?(?:(\d{1,2})秒)?)?)?` +
	`(?: ?([AaPp])\.?[Mm]\.?)?(?: ?([A-Z]{0,4}(?:[+-]\d{1,2}(?::?[0-5]\d)?)?))?$`)

// onDay puts the clock that rest begins with, or midnight, on a day that exists.
func onDay(year, month, day int, rest string, zone *time.Location) (time.Time, error) {
	m := clockForm.FindStringSubmatch(rest)
	if m == nil {
		return time.Time{}, errNoDate
	}
	hour, minute, second := digits(m[2]+m[6]), digits(m[3]+m[7]), digits(m[4]+m[8])
	hour, ok := hourOfDay(hour, m[1]+m[9], m[2]+m[6] != "")
	if !ok || minute > 59 || second > 60 {
		return time.Time{}, errNoDate
	}
	if m[10] != "" {
		var err error
		if zone, err = namedZone(m[10], zone); err != nil {
			return time.Time{}, err
		}
	}
	nanos := digits((m[5] + strings.Repeat("0", 9))[:9])
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, zone)
	if noon := time.Date(year, time.Month(month), day, 12, 0, 0, 0, zone); noon.Day() != day || int(noon.Month()) != month {
		return time.Time{}, errors.New("is a day that does not exist")
	}
	return t, nil
}

// hourOfDay adds the part of the day to an hour: 下午3 is 15. A part without a
// clock, or one that contradicts it such as 凌晨 15:00, is not read.
func hourOfDay(hour int, part string, hasClock bool) (int, bool) {
	switch {
	case part == "":
		return hour, hour <= 23
	case !hasClock || hour > 23:
		return 0, false
	}
	switch part {
	case "下午", "傍晚", "晚上", "晚":
		if hour == 12 && part != "下午" {
			return 0, false // 晚上12点 may be either midnight
		}
		if hour < 12 {
			hour += 12
		}
		return hour, hour >= 12
	case "中午":
		if hour < 3 {
			hour += 12
		}
		return hour, hour >= 11 && hour <= 14
	case "P", "p":
		return hour%12 + 12, hour >= 1 && hour <= 12
	case "A", "a":
		return hour % 12, hour >= 1 && hour <= 12
	default: // in the morning
		return hour, hour <= 12
	}
}

// namedZone reads the zone written behind a clock. CST is China's where the source
// is in China, and otherwise one of five zones: not read.
func namedZone(name string, source *time.Location) (*time.Location, error) {
	hours, ok := map[string]int{
		"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "HKT": 8, "JST": 9, "KST": 9,
		"EST": -5, "EDT": -4, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
	}[name]
	if ok {
		return time.FixedZone(name, hours*3600), nil
	}
	if _, offset := time.Unix(0, 0).In(source).Zone(); name == "CST" && offset == chinaOffset {
		return source, nil
	}
	if m := offsetForm.FindStringSubmatch(name); m != nil {
		if offset, ok := offsetSeconds(m[1], m[2], m[3]); ok {
			return time.FixedZone(name, offset), nil
		}
	}
	return nil, fmt.Errorf("is in a zone %q that is not known for sure", name)
}

var (
	englishZone = regexp.MustCompile(` ((?:UTC|GMT)?[+-]\d{2}:?\d{2}|[A-Z]{1,4})\b`)
	aside       = regexp.MustCompile(` ?\([^)]*\)$`)
)

// readEnglish reads RFC 1123, 850, 822 and ctime dates, with or without zone.
func readEnglish(m []string, now time.Time) (time.Time, error) {
	s := aside.ReplaceAllString(m[0], "")
	zone := now.Location()
	if at := englishZone.FindStringSubmatchIndex(s); at != nil && s[at[2]:at[3]] != "AM" && s[at[2]:at[3]] != "PM" {
		var err error
		if zone, err = namedZone(s[at[2]:at[3]], zone); err != nil {
			return time.Time{}, err
		}
		s = s[:at[0]] + s[at[1]:]
	}
	for _, layout := range []string{
		"Mon, 2 Jan 2006 15:04:05", "Mon, 2 Jan 2006 15:04", "Mon, 2 Jan 2006", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "2 Jan 2006",
		"Monday, 02-Jan-06 15:04:05", "Mon Jan 2 15:04:05 2006", "Mon Jan 2 2006 15:04:05", "Mon Jan 2 2006", "Mon, Jan 2, 2006",
		"Jan 2 Mon 2006", "Jan 2 Mon 2006 15:04", "Jan 2 Mon 2006 15:04:05", "Jan 2 2006", "Jan 2 2006 15:04", "Jan 2 2006 15:04:05",
		"Jan 2, 2006 15:04:05", "Jan 2, 2006 15:04", "Jan 2, 2006 3:04 PM", "Jan 2, 2006",
		"January 2, 2006 15:04", "January 2, 2006 3:04 PM", "January 2, 2006", "2 January 2006",
	} {
		t, err := time.ParseInLocation(layout, s, zone)
		if err != nil {
			continue
		}
		if strings.Contains(layout, "Mon") && !strings.Contains(s, t.Weekday().String()[:3]) {
			return time.Time{}, errors.New("names another day of the week than its own")
		}
		return t, nil
	}
	return time.Time{}, errNoDate
}
