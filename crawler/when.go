package crawler

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/width"
)

const (
	// futureTolerance is how far a site's clock may be ahead of ours. A date within
	// it counts as now; one beyond it was misread.
	futureTolerance = 5 * time.Minute
	// earliestYear is before the first post that could be crawled; an earlier date
	// was misread.
	earliestYear = 2000
)

// errNoDate is in every error about a string that is in no known form.
var errNoDate = errors.New("is in no form of date that can be read without doubt")

// ParseTime reads when something was published, as Chinese sites write it: 3分钟前,
// 昨天 12:30, 11-20 12:30, 2026年11月20日, Unix seconds or milliseconds, the RFC
// forms. now is the moment the page was fetched; zone is where a clock without a
// zone is read. A day without a clock is its midnight.
//
// It refuses when in doubt: 3个月前, a bare 12:30, 19/2/28, a day that does not
// exist, one before 2000, one in the future of now, are errors. The result is never
// after now.
func ParseTime(s string, now time.Time, zone *time.Location) (time.Time, error) {
	t, _, err := readTime(s, now, zone)
	return t, err
}

// readTime is ParseTime, and tells whether the date was told as a distance from
// now, so that it is only as exact as the moment of fetching.
func readTime(s string, now time.Time, zone *time.Location) (t time.Time, distance bool, err error) {
	bare := stripWords(foldWidth(s))
	now = now.In(zone)
	for _, form := range timeForms() {
		m := form.re.FindStringSubmatch(bare)
		if m == nil {
			continue
		}
		t, err := form.read(m, now)
		if err == nil {
			t, err = plausible(t, now)
		}
		if err != nil {
			return time.Time{}, false, fmt.Errorf("date %q %w", s, err)
		}
		return t, form.distance, nil
	}
	return time.Time{}, false, fmt.Errorf("date %q %w", s, errNoDate)
}

// errFuture may be the fault of this machine's clock, which is set right some day.
var errFuture = errors.New("would be in the future: is this machine's clock right?")

// plausible refuses what no crawled post can have.
func plausible(t, now time.Time) (time.Time, error) {
	switch {
	case isFuture(t, now):
		return time.Time{}, errFuture
	case t.Year() < earliestYear:
		return time.Time{}, fmt.Errorf("is before %d", earliestYear)
	case t.After(now):
		t = now
	}
	return t.UTC().Truncate(time.Millisecond), nil // as exact as the state and the store keep it
}

func isFuture(t, now time.Time) bool { return t.After(now.Add(futureTolerance)) }

// timeForm is one way to write a moment.
type timeForm struct {
	re       *regexp.Regexp
	read     func(m []string, now time.Time) (time.Time, error)
	distance bool
}

var (
	nowForm     = regexp.MustCompile(`(?i)^(?:刚刚|刚才|剛剛|剛才|just now)$`)
	agoForm     = regexp.MustCompile(`(?i)^(\d{1,5}|半|[一二两兩三四五六七八九十]{1,3}) ?(?:个|個)?(半)? ?(秒|分|小时|小時|钟头|天|日|周|星期|seconds?|minutes?|mins?|hours?|days?|weeks?)(?:钟|鐘)? ?(?:[之以]?前|ago)$`)
	dayWordForm = regexp.MustCompile(`^(今天|今日|昨天|昨日|前天|前日|大前天|[今昨][早晚])( ?.*)$`)
	dateForm    = regexp.MustCompile(`^(\d{4}) ?([-/.年]) ?(\d{1,2}) ?([-/.月]) ?(\d{1,2})(?: ?(?:日|号|號)(.*)|(\D.*)?)$`)
	monthForm   = regexp.MustCompile(`^(\d{1,2})([-/月])(\d{1,2})(?:(?:日|号|號)(.*)|(\D.*)?)$`)
	compactForm = regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$`)
	unixForm    = regexp.MustCompile(`^(\d{10})(\d{3})?(?:\.\d+)?$`)
	englishForm = regexp.MustCompile(`^(?:[A-Z][a-z]{2}|\d{1,2} [A-Z][a-z]{2}).*\d.*$`)
)

// timeForms is every form that is understood, in the order they are tried.
func timeForms() [8]timeForm {
	return [...]timeForm{
		{dateForm, readDate, false},
		{agoForm, readAgo, true},
		{dayWordForm, readDayWord, false},
		{monthForm, readMonthDay, false},
		{nowForm, func(_ []string, now time.Time) (time.Time, error) { return now, nil }, true},
		{unixForm, readUnix, false},
		{compactForm, readCompact, false},
		{englishForm, readEnglish, false},
	}
}

var oddSigns = strings.NewReplacer("\u200b", "", "\ufeff", "", "\u2010", "-", "\u2011", "-", "\u2013", "-", "\u2212", "-")

// foldWidth writes ０-９ and ： as 0-9 and :, and every run of white space as one
// space, so that one form of each sign is left.
func foldWidth(s string) string {
	return strings.Join(strings.Fields(width.Fold.String(oddSigns.Replace(s))), " ")
}

var (
	wordsBefore = regexp.MustCompile(`^(?:\p{Han}{0,6}?(?:时间|時間|日期|于|於)|发布|发表|更新|编辑|(?i:posted|published|updated)(?: on| at)?)(?: ?: ?| )?`)
	wordsAfter  = regexp.MustCompile(`[ ・·|]*(?:来自.*|來自.*|发布|发表|更新|已?编辑|提交|IP ?属地.*|[ ・·|](?:北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|香港|澳门|台湾))$`)
	brackets    = regexp.MustCompile(`^[\[(【](.*)[\])】]$`)
)

// stripWords drops what sites write around a date: 发布时间：, 编辑于, 来自iPhone,
// where the author's address is registered.
func stripWords(s string) string {
	if m := brackets.FindStringSubmatch(s); m != nil {
		s = strings.TrimSpace(m[1])
	}
	s = wordsBefore.ReplaceAllString(s, "")
	return strings.TrimSpace(wordsAfter.ReplaceAllString(s, ""))
}
