package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"vane"
)

// tenThousand is 万, the unit in which reports count from there on.
const tenThousand = 10_000

// count writes a number of posts with separators: 14,109,158.
func count(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// perDay writes total/days (日均): in 万 with one decimal from 1万 on, else an
// integer; both rounded half up. Less than one a day is not rounded: 不足1.
func perDay(total uint64, days int) string {
	d := uint64(max(days, 1))
	if total > 0 && total < d {
		return "不足1"
	}
	if total < tenThousand*d {
		return strconv.FormatUint((2*total+d)/(2*d), 10)
	}
	tenths := (2*total + d*tenThousand/10) / (d * tenThousand / 5)
	return fmt.Sprintf("%d.%d万", tenths/10, tenths%10)
}

// basisPoints is part of whole in hundredths of a percent, rounded half up. Nothing
// of nothing is 0.
func basisPoints(part, whole uint64) int64 {
	if whole == 0 {
		return 0
	}
	const all = 10_000
	return int64((2*all*part + whole) / (2 * whole))
}

// percent writes hundredths of a percent with two decimals: 9.23%.
func percent(points int64) string { return fmt.Sprintf("%d.%02d%%", points/100, points%100) }

// Share writes part of whole: 9.23%. Of nothing there is no share: —.
func Share(part, whole uint64) string {
	if whole == 0 {
		return "—"
	}
	return percent(basisPoints(part, whole))
}

// changeOfShare says how a share changed, in 百分点 and never in percent: it is the
// difference of the two shares as they are printed, so that readers can check it.
func changeOfShare(before, now int64) string {
	switch d := now - before; {
	case d > 0:
		return fmt.Sprintf("上升%d.%02d个百分点", d/100, d%100)
	case d < 0:
		return fmt.Sprintf("下降%d.%02d个百分点", -d/100, -d%100)
	default:
		return "持平"
	}
}

// changeOfCount says how a number of posts changed, in percent of what it was.
func changeOfCount(before, now uint64) string {
	switch {
	case before == 0 && now == 0:
		return "持平"
	case before == 0:
		return "上期为零，不计算增幅"
	case now > before:
		return "增长" + percent(basisPoints(now-before, before))
	case now < before:
		return "下降" + percent(basisPoints(before-now, before))
	default:
		return "持平"
	}
}

// dayOf writes a day of Beijing: 2月15日.
func dayOf(t time.Time) string { return t.In(vane.Beijing()).Format("1月2日") }

// span writes a window of whole days as readers say it, the last day included:
// 2026年2月15日至2月23日.
func span(w vane.Window) string {
	from, last := w.From.In(vane.Beijing()), w.To.Add(-time.Nanosecond).In(vane.Beijing())
	switch {
	case from.YearDay() == last.YearDay() && from.Year() == last.Year():
		return from.Format("2006年1月2日")
	case from.Year() == last.Year():
		return from.Format("2006年1月2日") + "至" + last.Format("1月2日")
	default:
		return from.Format("2006年1月2日") + "至" + last.Format("2006年1月2日")
	}
}

// days is the number of days a window touches.
func days(w vane.Window) int { return len(vane.Daily.Buckets(w)) }

// list joins names as Chinese does: 甲、乙和丙.
func list(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], "、") + "和" + names[n-1]
	}
	return strings.Join(names, "")
}

// ordinal is 一, 二, … as sections and points are numbered; n from 1 to 99.
func ordinal(n int) string {
	const digits = "零一二三四五六七八九"
	digit := func(d int) string { return string([]rune(digits)[d]) }
	switch {
	case n < 10:
		return digit(n)
	case n < 20:
		return strings.TrimSuffix("十"+digit(n%10), "零")
	default:
		return strings.TrimSuffix(digit(n/10)+"十"+digit(n%10), "零")
	}
}

// clock writes an hour of Beijing: 2月15日14时.
func clock(t time.Time) string { return t.In(vane.Beijing()).Format("1月2日15时") }
