package alerts

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"
	"time"
	"unicode"

	"vane"
)

// builtInMessage is how an alert reads unless configured.
//
//go:embed message.tmpl
var builtInMessage string

// Message is what a template is given.
type Message struct {
	Alert  vane.Alert
	Over   bool // the alert is resolved
	Missed bool // it was over before its receiver could be told
	Test   bool
}

const (
	// chatLimit is what a message to a chat group may hold in bytes: 企业微信 refuses
	// texts of more than 2048, the others take more.
	chatLimit = 2000
	// longLimit is for mail and webhooks.
	longLimit = 64 << 10
	// Of posts as much is repeated as helps to decide whether to look.
	lineLength, wordsShown = 60, 5
	addressLength          = 200
)

func messageFuncs() template.FuncMap {
	return template.FuncMap{
		"clock":   func(t time.Time) string { return t.In(vane.Beijing()).Format("1月2日 15:04") },
		"percent": func(share float64) string { return fmt.Sprintf("%.2f%%", 100*share) },
		"words":   func(w []string) string { return plain(strings.Join(w[:min(len(w), wordsShown)], "、"), lineLength) },
		"first":   func(p []vane.EvidencePost) []vane.EvidencePost { return p[:min(len(p), 1)] },
		"line":    func(title, text string) string { return plain(title+" "+text, lineLength) },
		"address": address,
	}
}

// plain is the first characters of a text on one line, without what moves a cursor,
// hides text, or calls people in a chat: posts are hostile input.
func plain(s string, length int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		case r == '@':
			return '＠'
		case r == '<':
			return '＜'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > length {
		return string(runes[:length]) + "…"
	}
	return s
}

// address is a link, left out when it is none or too long to be read.
func address(s string) string {
	if len(s) > addressLength || !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") ||
		strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= unicode.MaxASCII }) {
		return ""
	}
	return s
}

// packed is as many texts as fit into one message of limit bytes: the message and
// how many of the texts it holds, at least one. A text that is too long alone is
// cut, and says so.
func packed(texts []string, limit int) (message string, held int) {
	const cut = "…（过长，余下见看板）"
	for _, text := range texts {
		next := text
		if held > 0 {
			next = message + "\n\n" + text
		}
		if held > 0 && len(next) > limit {
			break
		}
		message, held = next, held+1
	}
	if len(message) > limit {
		message = strings.ToValidUTF8(message[:limit-len(cut)], "") + cut
	}
	return message, held
}
