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
	listPublic
	listCalm
	listBlame
	listAsks
	listRecord
	lists
)

var listNames = [lists]string{"complaint", "discussion", "media", "official", "promotion", "consumer", "civic", "public", "calm", "blame", "asks", "record"}

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
	headlineSays = 4 // for media
	placeSays    = 2 // for media in newspapers and on sites, and against it elsewhere
	titleAsks    = 9 // for discussion: more than the news it is about
	endAsks      = 2 // for discussion
	firstPerson  = 2 // for complaint
	issueSays    = 2 // for complaint: a tag
	badSays      = 3 // for complaint
	goodSays     = 6 // against complaint
	// loud is what official and promotion need: their words stand in complaints too.
	loud = 3
	// badFeeling is the sentiment below which a text evaluates negatively.
	badFeeling = -0.2
	// goodFeeling is the sentiment above which a tagged text tells of a happy end,
	// unless it also says as much of a complaint as angry says.
	goodFeeling, angry = 0.75, 4
)

// reading is what is known of a text when its voice is judged.
type reading struct {
	text    string // folded
	channel vane.Channel
	feeling vane.Sentiment
	tagged  bool // it names an issue
}

// say is what the cues of a text say.
func say(r reading) said {
	s := said{cues: voiceCues().sums(r.text), feeling: r.feeling}
	s.voice = s.cues.voice(r)
	s.sensitive = s.cues.sensitive(s.voice, r)
	return s
}

// voice says who speaks.
func (s cueSums) voice(r reading) vane.Voice {
	says := [len(voices)]float64{}
	copy(says[:], s[:len(voices)])
	mine := speaksOfMe(r.text)
	s.weighMood(&says, r, mine)
	s.weighForm(&says, r, mine)
	if says[listOfficial] < loud || mine {
		says[listOfficial] = 0
	}
	if says[listPromotion] < loud {
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

// weighMood weighs who the text is about, and how it feels.
func (s cueSums) weighMood(says *[len(voices)]float64, r reading, mine bool) {
	if mine {
		says[listComplaint] += firstPerson
	}
	if r.tagged && s[listMedia] < loud {
		says[listComplaint] += issueSays
	}
	switch {
	case r.feeling < badFeeling && !isHeadline(r.text):
		says[listComplaint] += badSays
	case r.feeling > -badFeeling && s[listComplaint] < angry && (!r.tagged || r.feeling > goodFeeling):
		says[listComplaint] -= goodSays
	}
}

// weighForm weighs where a text was said, and how it is built.
func (s cueSums) weighForm(says *[len(voices)]float64, r reading, mine bool) {
	switch {
	case !mine && isHeadline(r.text):
		says[listMedia] += headlineSays
	case r.channel == vane.Newspaper || r.channel == vane.Website && !mine:
		says[listMedia] += placeSays
	case r.channel == vane.Forum || mine:
		says[listMedia] -= placeSays
	}
	switch {
	case titleIsQuestion(r.text) && (s[listMedia] >= loud || !mine && (s[listComplaint] < angry || s[listDiscussion] >= loud)):
		says[listDiscussion] += titleAsks
	case strings.HasSuffix(strings.TrimSpace(r.text), "?"):
		says[listDiscussion] += endAsks
	}
}

// notMe are words with 我 in which no person speaks of themselves: the we of merchants
// and authorities.
var notMe = [...]string{"关注我们", "联系我们", "加入我们", "找到我们", "自我", "我国", "我市", "我省"}

// speaksOfMe reports whether a person speaks of themselves.
func speaksOfMe(text string) bool {
	const me = "我"
	found := false
	for rest := text; ; {
		i := strings.Index(rest, me)
		if i < 0 {
			return found || strings.Contains(text, "本人")
		}
		found = true
		if isNotMe(text, len(text)-len(rest)+i) {
			return speaksElsewhere(text)
		}
		rest = rest[i+len(me):]
	}
}

// isNotMe reports whether the 我 at i is in one of the words of notMe.
func isNotMe(text string, i int) bool {
	for _, w := range notMe {
		if from := i - strings.Index(w, "我"); from >= 0 && hasPrefix(text[from:], w) {
			return true
		}
	}
	return false
}

// speaksElsewhere reports whether a person speaks of themselves outside of notMe.
func speaksElsewhere(text string) bool {
	for _, w := range notMe {
		text = strings.ReplaceAll(text, w, "")
	}
	return strings.Contains(text, "我") || strings.Contains(text, "本人")
}

// isHeadline reports whether a text is one short phrase: headlines have no comma.
func isHeadline(text string) bool {
	return len(text) <= headline*utf8.UTFMax && utf8.RuneCountInString(text) <= headline && !strings.ContainsAny(text, ",。!?\n")
}

// titleIsQuestion reports whether the first sentence of a text is a question and
// short enough to be its title.
func titleIsQuestion(text string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= 0xE4:
			i += 2 // most bytes: Chinese characters
		case c == '?':
			return utf8.RuneCountInString(text[:i]) <= question
		case c == '!', c == '\n', c == 0xE3 && hasPrefix(text[i:], "。"):
			return false
		}
	}
	return false
}

const (
	// bought is how much about goods and services a complaint without a tag must say:
	// most complaints that name no issue are about neighbours, roads and offices.
	bought = 3
	// review is the length, in characters, up to which a text can be a buyer's review,
	// which names nothing but its feeling; scolds is what a phrase needs for that, and
	// grumbles what a sentence needs.
	review, scolds, grumbles = 80, 2, 1
	// worst is a feeling that says enough by itself.
	worst = -0.9
)

// sensitive reports whether a text evaluates goods or services negatively (吐槽类信息):
// it names an issue and doesn't tell of a happy end, or it feels bad and is about what
// consumers buy. What authorities publish and merchants advertise is no evaluation,
// nor is a question or a headline about a measure.
func (s cueSums) sensitive(voice vane.Voice, r reading) bool {
	switch {
	case voice == vane.Official || voice == vane.Promotion:
		return false
	case r.tagged && s.isGeneral(voice, r):
		return false
	case r.tagged && r.isTopic(voice):
		return !isCalm(r.text)
	case r.tagged:
		return r.feeling < goodFeeling || s[listComplaint] >= angry
	case r.feeling >= badFeeling || s[listCivic] > 0:
		return false
	case voice == vane.Complaint && s[listConsumer] >= bought:
		return true
	default:
		return s.isReview(r)
	}
}

// general is what a text about an issue as such must say for that: asking what law
// says, or counting complaints.
const general = 2

// isGeneral reports whether a text is about an issue as such, and about nobody's goods
// or services: a question of law, an explanation, a verdict, the complaints of a year.
func (s cueSums) isGeneral(voice vane.Voice, r reading) bool {
	switch voice {
	case vane.Media:
		return s[listRecord] >= general || isHeadline(r.text) && s[listAsks] >= general
	case vane.Discussion:
		return s[listAsks]+s[listRecord] >= general
	default:
		return s[listAsks] >= general && s[listComplaint] < angry
	}
}

// isTopic reports whether a text talks about what happened to others.
func (r reading) isTopic(voice vane.Voice) bool {
	return voice == vane.Media && isHeadline(r.text) || titleIsQuestion(r.text) && !speaksOfMe(r.text)
}

// isCalm reports whether the title of a text tells of a measure, a plan or a denial
// and blames nobody.
func isCalm(text string) bool {
	s := voiceCues().sums(titleOf(text))
	return s[listCalm] > 0 && s[listBlame] == 0
}

// titleOf is the questions that a text begins with, or its first characters.
func titleOf(text string) string {
	text = clip(text, question*3)
	if i := strings.LastIndexByte(text, '?'); i >= 0 {
		return text[:i]
	}
	return text
}

// isReview reports whether a text that feels bad is what a buyer says of a thing.
func (s cueSums) isReview(r reading) bool {
	if s[listPublic] > 0 || s[listMedia] >= loud || titleIsQuestion(r.text) || utf8.RuneCountInString(r.text) > review {
		return false
	}
	if isHeadline(r.text) {
		return s[listComplaint] >= scolds
	}
	return s[listComplaint]+s[listConsumer] >= grumbles || r.feeling < worst
}
