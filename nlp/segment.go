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
}

// userWordFreq is the frequency of the words of the taxonomy. From 10 on the path
// finds a new word wherever nothing overlaps it; much higher, and it is found inside
// other words as well (跳票 in 电影跳票房).
const userWordFreq = 10

// gseSegmenter is gse with its simplified dictionary. Segment is gse's forward
// Viterbi: the only one of its modes that keeps byte offsets and needs no HMM,
// whose tables are global.
type gseSegmenter struct {
	seg *gse.Segmenter
}

// NewSegmenter loads the dictionary and adds words to it, which takes a second or
// two and some 150 MB. Words can't be added later: make a new segmenter and swap it.
func NewSegmenter(words []string) (Segmenter, error) {
	seg := &gse.Segmenter{NotLoadHMM: true, SkipLog: true}
	if err := seg.LoadDictEmbed("zh_s"); err != nil {
		return nil, fmt.Errorf("load dictionary: %w", err)
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

func (g gseSegmenter) Segment(s string) []Token {
	segments := g.seg.Segment([]byte(s))
	tokens := make([]Token, len(segments))
	for i := range segments {
		tokens[i] = Token{segments[i].Start(), segments[i].End(), float32(segments[i].Token().Freq())}
	}
	return tokens
}
