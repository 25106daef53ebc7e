package nlp

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"vane"
)

//go:embed dict/voice.txt
var voiceTable string

// cues are the words of dict/voice.txt.
type cues struct {
	matcher *matcher
	lists   [][]cue // by pattern
}

// cue is a word of one list.
type cue struct {
	list   int
	weight float64
}

// The lists of dict/voice.txt: the voices in their order, then what a text is about.
const (
	listComplaint = iota
	listDiscussion
	listMedia
	listOfficial
	listPromotion
	listConsumer
	listCivic
	lists
)

var listNames = [lists]string{"complaint", "discussion", "media", "official", "promotion", "consumer", "civic"}

var voices = [...]vane.Voice{vane.Complaint, vane.Discussion, vane.Media, vane.Official, vane.Promotion}

var voiceCues = sync.OnceValue(func() *cues {
	c := &cues{}
	var words []string
	numbers := map[string]int{}
	for line := range strings.Lines(voiceTable) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] == "#" {
			continue
		}
		weight, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			panic("dict/voice.txt: " + err.Error()) // embedded, and read by every test
		}
		list := slices.Index(listNames[:], fields[0])
		for _, w := range fields[2:] {
			n, known := numbers[w]
			if !known {
				n = len(words)
				numbers[w] = n
				words = append(words, w)
				c.lists = append(c.lists, nil)
			}
			c.lists[n] = append(c.lists[n], cue{list, weight})
		}
	}
	c.matcher = newMatcher(words)
	return c
})

// maxCues is more than dict/voice.txt has.
const maxCues = 2048

// cueSums is how much the cues of each list say about a text. Every word counts once.
type cueSums [lists]float64

func (c *cues) sums(text string) (s cueSums) {
	var buf [128]hit
	var seen [maxCues]bool
	for _, h := range c.matcher.find(text, buf[:0]) {
		if seen[h.pattern] {
			continue
		}
		seen[h.pattern] = true
		for _, cue := range c.lists[h.pattern] {
			s[cue.list] += cue.weight
		}
	}
	return s
}

const (
	// headline is the length, in characters, up to which a text without a sentence
	// and without "I" is a headline or a topic of a hot list.
	headline = 36
	// question is how far into a text its first sentence may reach to be its title.
	question = 100
	// What is no cue, and how much it says.
	headlineSays  = 4 // for media
	newspaperSays = 4 // for media
	titleAsks     = 9 // for discussion: more than the news it is about
	endAsks       = 2 // for discussion
	firstPerson   = 2 // for complaint
	badSays       = 3 // for complaint
	// loud is what official and promotion need: their words stand in complaints too.
	loud = 3
	// badFeeling is the sentiment below which a text evaluates negatively.
	badFeeling = -0.2
	// goodFeeling is the sentiment above which a tagged text tells of a happy end,
	// unless it also says as much of a complaint as angry says.
	goodFeeling, angry = 0.75, 4
)

// voice says who speaks, from the cues of a folded text, its sentiment, and the
// channel of its post.
func (s cueSums) voice(text string, channel vane.Channel, feeling vane.Sentiment) vane.Voice {
	says := [len(voices)]float64{}
	copy(says[:], s[:len(voices)])
	mine := strings.Contains(text, "我") || strings.Contains(text, "本人")
	short := isHeadline(text)
	if mine {
		says[listComplaint] += firstPerson
	} else if short {
		says[listMedia] += headlineSays
	}
	if !short && feeling < badFeeling {
		says[listComplaint] += badSays
	}
	switch {
	case titleIsQuestion(text) && !mine:
		says[listDiscussion] += titleAsks
	case strings.HasSuffix(strings.TrimSpace(text), "?"):
		says[listDiscussion] += endAsks
	}
	if channel == vane.Newspaper {
		says[listMedia] += newspaperSays
	}
	if says[listOfficial] < loud || mine {
		says[listOfficial] = 0
	}
	if says[listPromotion] < loud || feeling < badFeeling {
		says[listPromotion] = 0
	}
	best := listDiscussion // the voice of a text that gives no sign
	for v := range says {
		if says[v] > says[best] {
			best = v
		}
	}
	return voices[best]
}

// isHeadline reports whether a text is one short phrase.
func isHeadline(text string) bool {
	return utf8.RuneCountInString(text) <= headline && !strings.ContainsAny(text, "。!?\n")
}

// titleIsQuestion reports whether the first sentence of a text is a question and
// short enough to be its title.
func titleIsQuestion(text string) bool {
	i := strings.IndexAny(text, "?。!\n")
	return i >= 0 && text[i] == '?' && utf8.RuneCountInString(text[:i]) <= question
}

// sensitive reports whether a text evaluates goods or services negatively (吐槽类信息):
// it names an issue, or a thing that consumers buy and a bad feeling. What authorities
// publish and merchants advertise is no evaluation, nor is a question without feeling.
func (s cueSums) sensitive(voice vane.Voice, tagged bool, feeling vane.Sentiment) bool {
	switch {
	case voice == vane.Official || voice == vane.Promotion:
		return false
	case tagged && voice == vane.Complaint:
		return feeling < goodFeeling || s[listComplaint] >= angry
	case tagged:
		return feeling < -badFeeling
	case voice == vane.Complaint:
		return feeling < badFeeling && s[listConsumer] > s[listCivic]
	default:
		return false
	}
}
