package web

import (
	_ "embed"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"vane"
	"vane/dashboards/ask"
)

//go:embed phrases.tsv
var phraseTable string

// mistakeTable has in Chinese what is wrong with a question, by a part of the English.
//
//go:embed mistakes.tsv
var mistakeTable string

// language is what the board's own words are written in. What people wrote, and what
// is said of it, stays Chinese.
type language string

const (
	chinese language = "zh-CN"
	english language = "en"
)

// clock, hour and day write a moment of Beijing.
func (l language) clock(t time.Time) string { return l.write(t, "1月2日 15:04", "2 Jan 15:04") }
func (l language) hour(t time.Time) string  { return l.write(t, "1月2日15时", "2 Jan 15h") }
func (l language) day(t time.Time) string   { return l.write(t, "1月2日", "2 Jan") }

func (l language) write(t time.Time, zh, en string) string {
	if l == english {
		zh = en
	}
	return t.In(vane.Beijing()).Format(zh)
}

// languageCookie keeps a reader's choice.
const languageCookie = "lang"

// phrases are the board's words in a language, by the Chinese ones.
func phrases(l language) func(any) string {
	if l == chinese {
		return func(s any) string { return fmt.Sprint(s) }
	}
	words := map[string]string{}
	for line := range strings.Lines(phraseTable) {
		if zh, en, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t"); ok {
			words[zh] = en
		}
	}
	return func(s any) string {
		if en, ok := words[fmt.Sprint(s)]; ok {
			return en
		}
		return fmt.Sprint(s)
	}
}

var inColumn = regexp.MustCompile(`column (\d+)`)

// mistake tells what is wrong with a question. One that mistakes.tsv lacks stays as it is.
func (l language) mistake(m ask.Mistake) string {
	if l == english {
		return m.Error()
	}
	for line := range strings.Lines(mistakeTable) {
		en, zh, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if !strings.Contains(m.Says, en) {
			continue
		}
		if at := inColumn.FindStringSubmatch(m.Says); at != nil {
			zh = "第 " + at[1] + " 个字：" + zh
		}
		return zh + "。"
	}
	return m.Error()
}

// languageOf is the language that a request asks for: by its address, or as chosen
// before.
func languageOf(r *http.Request) language {
	asked := r.FormValue("lang")
	if c, err := r.Cookie(languageCookie); asked == "" && err == nil {
		asked = c.Value
	}
	if asked == string(english) {
		return english
	}
	return chinese
}

// keepLanguage remembers a choice made by the address.
func keepLanguage(w http.ResponseWriter, r *http.Request, l language) {
	if r.FormValue("lang") == "" {
		return
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // a language is no secret, and loopback has no TLS
		Name: languageCookie, Value: string(l), Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// other is the address of the same page in the other language.
func other(r *http.Request, l language) string {
	if r.Method != http.MethodGet {
		return "/"
	}
	q := r.URL.Query()
	q.Set("lang", string(english))
	if l == english {
		q.Set("lang", string(chinese))
	}
	return r.URL.Path + "?" + q.Encode()
}
