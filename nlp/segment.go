package nlp

import (
	"fmt"
	"unicode/utf8"

	"github.com/go-ego/gse"
)

// Token is one word of a segmented text, as a half-open range of bytes.
type Token struct {
	From, To int
	Freq     float32 // of the word in the dictionary, of some 33 million; 1 for an unknown character
}

// Segmenter cuts a text into words. Implementers must return tokens that cover
// the text without gaps, in order, and must be safe for concurrent use.
type Segmenter interface {
	Segment(s string) []Token
	// AppendTokens appends the tokens of s to tokens, whose room it uses.
	AppendTokens(tokens []Token, s string) []Token
}

// userWordFreq is the frequency of the words of the taxonomy. From 10 on the path
// finds a new word wherever nothing overlaps it; much higher, and it is found inside
// other words as well (跳票 in 电影跳票房).
const userWordFreq = 10

// NewSegmenter is the segmenter of the program: gse's dictionary and gse's path
// through it, in tables that are some ten times as fast and a tenth of the size. Words
// can't be added later: make a new segmenter, of the same dictionary, and swap it.
func NewSegmenter(dict *Words, words []string) (Segmenter, error) {
	d, err := newDictionary(dict, words)
	if err != nil {
		return nil, fmt.Errorf("build dictionary: %w", err)
	}
	return d, nil
}

func loadGse() (*gse.Segmenter, error) {
	seg := &gse.Segmenter{NotLoadHMM: true, SkipLog: true}
	if err := seg.LoadDictEmbed("zh_s"); err != nil {
		return nil, fmt.Errorf("load dictionary: %w", err)
	}
	return seg, nil
}

// gseSegmenter is gse itself. Segment is gse's forward Viterbi: the only one of its
// modes that keeps byte offsets and needs no HMM, whose tables are global.
type gseSegmenter struct {
	seg *gse.Segmenter
}

// NewReferenceSegmenter is gse itself: what the segmenter of the program must equal,
// and is measured against. It takes two seconds and some 150 MB.
func NewReferenceSegmenter(words []string) (Segmenter, error) {
	seg, err := loadGse()
	if err != nil {
		return nil, err
	}
	for _, w := range words {
		if !segmentable(w) {
			continue
		}
		// A word of the dictionary keeps the dictionary's frequency.
		if err := seg.AddToken(w, userWordFreq); err != nil {
			return nil, fmt.Errorf("add word %q to dictionary: %w", w, err)
		}
	}
	seg.CalcToken() // once: it goes over all words
	return gseSegmenter{seg}, nil
}

// segmentable reports whether w can be a word of the dictionary: an empty word would
// break all others, and one character is a word already.
func segmentable(w string) bool {
	return utf8.ValidString(w) && utf8.RuneCountInString(w) >= 2
}

func (g gseSegmenter) Segment(s string) []Token { return g.AppendTokens(nil, s) }

func (g gseSegmenter) AppendTokens(tokens []Token, s string) []Token {
	for _, t := range g.seg.Segment([]byte(s)) {
		tokens = append(tokens, Token{t.Start(), t.End(), float32(t.Token().Freq())})
	}
	return tokens
}
