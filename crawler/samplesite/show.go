package samplesite

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"time"

	"vane"
)

// shownAgo is how a forum shows a date: the nearer, the vaguer the words, but
// always to the minute.
func shownAgo(t, now time.Time) string {
	t, now = t.In(vane.Beijing()), now.In(vane.Beijing())
	switch age := now.Sub(t); {
	case age < time.Minute:
		return "刚刚"
	case age < time.Hour:
		return fmt.Sprintf("%d分钟前", int(age/time.Minute))
	}
	clock := t.Format("15:04")
	for back, word := range []string{"今天", "昨天", "前天"} {
		if day := now.AddDate(0, 0, -back); day.Format(time.DateOnly) == t.Format(time.DateOnly) {
			return word + " " + clock
		}
	}
	if t.Year() == now.Year() {
		return t.Format("01-02 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// shownAgoTW is how the Traditional list shows a date: to the hour, later to the
// day. The post's own page has it to the minute.
func shownAgoTW(t, now time.Time) string {
	t, now = t.In(vane.Beijing()), now.In(vane.Beijing())
	switch age := now.Sub(t); {
	case age < time.Minute:
		return "剛剛"
	case age < time.Hour:
		return fmt.Sprintf("%d分鐘前", int(age/time.Minute))
	case age < 24*time.Hour:
		return fmt.Sprintf("%d小時前", int(age/time.Hour))
	case t.Year() == now.Year():
		return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
	default:
		return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
	}
}

// shownIn formats a moment on Beijing's clock.
func shownIn(layout string) func(time.Time) string {
	return func(t time.Time) string { return t.In(vane.Beijing()).Format(layout) }
}

const zonelessEvery = 9 // items of a feed have one whose date names no zone

// shownInFeed is the date of a feed item. Some feeds forget the zone.
func shownInFeed(p *Planted) string {
	if id, err := strconv.Atoi(p.NativeID); err == nil && id%zonelessEvery == 0 {
		return shownIn("Mon, 02 Jan 2006 15:04:05")(p.Published)
	}
	return shownIn(time.RFC1123Z)(p.Published)
}

// shownCount is 345, 3,456 or 1.2万; see asShown.
func shownCount(n uint64) string {
	switch {
	case n < 1000:
		return strconv.FormatUint(n, 10)
	case n < 10_000:
		return fmt.Sprintf("%d,%03d", n/1000, n%1000)
	case n%10_000 == 0:
		return fmt.Sprintf("%d万", n/10_000)
	default:
		return fmt.Sprintf("%d.%d万", n/10_000, n%10_000/1000)
	}
}

func shownCountTW(n uint64) string { return strings.ReplaceAll(shownCount(n), "万", "萬") }

var (
	topic   = regexp.MustCompile(`#[^#\n]+#`)
	mention = regexp.MustCompile(`@[\p{Han}\w]+`)
)

// microblogHTML is the text as the microblog's API has it: HTML with links, and now
// and then an icon that is no text.
func microblogHTML(p *Planted) string {
	text := strings.ReplaceAll(html.EscapeString(p.Text), "\n", "<br />")
	text = topic.ReplaceAllString(text, `<a href="/search?q=$0" data-hide=""><span class="surl-text">$0</span></a>`)
	text = mention.ReplaceAllString(text, `<a href='/n/user'>$0</a>`)
	if strings.HasSuffix(p.NativeID, "3") {
		text += ` <span class="url-icon"><img alt="" src="/static/angry.png" style="width:1em; height:1em;" /></span>`
	}
	return text
}

// lead is the beginning of a text, as feeds have it beside the whole.
func lead(text string) string {
	const length = 60
	line, _, _ := strings.Cut(text, "\n")
	if runes := []rune(line); len(runes) > length {
		return string(runes[:length]) + "…"
	}
	return line
}

// paragraphs is the text as the pages loop over it.
func paragraphs(text string) []string { return strings.Split(text, "\n") }
