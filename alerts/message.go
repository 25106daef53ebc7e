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

// sample is a message of a kind.
type sample struct {
	kind string
	Message
}

// samples is one message of each kind that a template may be given.
func samples() []sample {
	at := time.Date(2026, 3, 16, 2, 0, 0, 0, time.UTC)
	firing := vane.Alert{
		Rule: "规则", Tag: "ticketing.pillar_seat", Name: "柱子票", State: vane.AlertFiring,
		Since: at, Held: at, Seen: at, Fired: at, PeakHeat: 60, To: []string{"值班群"},
		Hotspot: vane.Hotspot{
			Tag: "ticketing.pillar_seat", Name: "柱子票", State: vane.Emerging, From: at, To: at, Peak: at,
			Heat: 60, Posts: 120, Expected: 3.5, SensitiveShare: 0.8, Authors: 96, Texts: 90, Sources: 4,
			Components: vane.Components{{Name: "volume", Points: 60, Says: "120 条"}},
			Evidence: vane.Evidence{
				Words: []string{"柱子"}, First: at,
				Posts:    []vane.EvidencePost{{Title: "柱子票", Text: "看不到舞台", URL: "https://forum.example/1", PublishedAt: at}},
				Channels: []vane.Share{{Key: "论坛", Posts: 120}},
			},
		},
	}
	resolved := firing
	resolved.State, resolved.Resolved = vane.AlertResolved, at.Add(time.Hour)
	return []sample{
		{"firing", Message{Alert: firing}},
		{"resolved", Message{Alert: resolved, Over: true}},
		{"missed", Message{Alert: resolved, Over: true, Missed: true}},
		{"test", Message{Alert: vane.Alert{Rule: "规则"}, Test: true}},
	}
}

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
