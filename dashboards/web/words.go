package web

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"unicode/utf8"

	"vane"
	"vane/dashboards/ask"
)

// queuedWords is how many words one page shows.
const queuedWords = 50

// wordsPage is what templates/words.html shows.
type wordsPage struct {
	ask.Words
	Queue []queuedWord
	May   bool // decide
}

// queuedWord is a word that waits for a decision.
type queuedWord struct {
	vane.EmergingWord
	Says []template.HTML // what posts say around it
}

// Percent is which part of its posts carry the issue.
func (w queuedWord) Percent() string { return fmt.Sprintf("%.0f%%", 100*w.Share) }

func (b *Board) words(ctx context.Context, r *http.Request) (any, error) {
	if b.Desk == nil || b.Desk.Words == nil {
		return wordsPage{}, nil
	}
	list, err := b.Desk.EmergingWords(ctx, queuedWords)
	if err != nil {
		return nil, fmt.Errorf("list emerging words: %w", err)
	}
	page := wordsPage{Words: list, May: mayChange(r)}
	for _, w := range list.Words {
		q := queuedWord{EmergingWord: w}
		for _, s := range w.Samples {
			q.Says = append(q.Says, around(vane.Post{Title: s.Title, Text: s.Text}.Body(), w.Word))
		}
		page.Queue = append(page.Queue, q)
	}
	return page, nil
}

// around is what a text says around a word, which is marked.
func around(text, word string) template.HTML {
	const before, width = 30, 90 // characters
	text = strings.Join(strings.Fields(text), " ")
	at := strings.Index(strings.ToLower(text), word)
	if at < 0 || len(strings.ToLower(text)) != len(text) { // in another script or width
		return template.HTML(template.HTMLEscapeString(ask.Cut(text, width))) //nolint:gosec // escaped
	}
	runes, from := []rune(text), utf8.RuneCountInString(text[:at])
	span := vane.Span{from, from + utf8.RuneCountInString(word)}
	shown := vane.Span{max(0, from-before), min(len(runes), max(span[1], from+width))}
	return highlighted(vane.Snippet{Text: string(runes[shown[0]:shown[1]]), At: shown, Spans: []vane.Span{span}})
}

// acceptWord makes a word a term of an issue, as the form says.
func (b *Board) acceptWord(ctx context.Context, r *http.Request) (next string, err error) {
	return "/words", b.Desk.AcceptWord(ctx, r.PostForm.Get("word"), b.pickedIssue(r.PostForm.Get("issue")), r.PostForm.Get("retag") == "yes")
}

// rejectWord keeps a word from being proposed again.
func (b *Board) rejectWord(ctx context.Context, r *http.Request) (next string, err error) {
	return "/words", b.Desk.RejectWord(ctx, r.PostForm.Get("word"))
}
