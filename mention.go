package vane

import "strings"

// Mention is a post and what was understood of it. It is a type of its own so
// that a post that was not analysed cannot be stored.
type Mention struct {
	Post
	Words           []string   `json:"words"` // content words, folded, each once, in order of appearance
	Tags            []TagMatch `json:"tags"`  // at most one per tag, ordered by tag
	Sentiment       Sentiment  `json:"sentiment"`
	Sensitive       bool       `json:"sensitive"` // 吐槽类信息: a negative evaluation of goods or services
	Voice           Voice      `json:"voice"`
	Entities        Entities   `json:"entities"`
	Folded          string     `json:"-"`                  // Body as searches compare it: simplified, half-width, lower case; "" if that changes nothing
	Fingerprint     uint64     `json:"fingerprint,string"` // equal for copies to the letter
	Sketch          Sketch     `json:"-"`                  // similar for near copies
	TaxonomyVersion uint32     `json:"taxonomy_version"`   // hash of the rules that tagged it
}

// Sketch stands for a text where texts are compared: near copies have similar
// sketches. nlp makes and compares them.
type Sketch [64]byte

// Tag names an issue as domain.issue, such as ticketing.pillar_seat, or a whole
// domain, such as ticketing. The empty Tag means every post.
type Tag string

// Domain is the part of a tag before the dot, which is the tag of the whole domain.
func (t Tag) Domain() Tag {
	domain, _, _ := strings.Cut(string(t), ".")
	return Tag(domain)
}

// IsDomain reports whether the tag names a whole domain.
func (t Tag) IsDomain() bool { return t != "" && t.Domain() == t }

// TagMatch is a tag with its evidence: which rule saw it, and where.
type TagMatch struct {
	ID     Tag    `json:"id"`
	Name   string `json:"name"` // in Chinese
	Nature string `json:"-"`    // 投诉性质 of the issue, as configs/taxonomy writes it: contract, price, …
	Rule   string `json:"rule"` // the term or rule of configs/taxonomy that matched
	Span   Span   `json:"span"` // in the text that was analysed
	Text   string `json:"text"` // what stands at Span
}

// Span is a half-open range [from, to) in Unicode code points.
type Span [2]int

// Sentiment is how a text feels, from -1 (bad) to 1 (good). Its label is derived
// and never stored beside it.
type Sentiment float32

// sentimentNeutral is the half width of the band around 0 that is called neutral.
const sentimentNeutral = 0.2

// Label is negative, neutral or positive.
func (s Sentiment) Label() string {
	switch {
	case s < -sentimentNeutral:
		return "negative"
	case s > sentimentNeutral:
		return "positive"
	default:
		return "neutral"
	}
}

// Voice is who speaks: volume of talk is not volume of complaints.
type Voice string

// The voices.
const (
	Complaint  Voice = "complaint"  // 消费者自述的投诉、求助、差评
	Discussion Voice = "discussion" // 网友讨论、提问、评论
	Media      Voice = "media"      // 媒体报道、热搜话题、判决新闻
	Official   Voice = "official"   // 监管部门、消协的通告、科普、提示
	Promotion  Voice = "promotion"  // 商家广告、软文、营销
)

// Voices lists every voice.
func Voices() []Voice { return []Voice{Complaint, Discussion, Media, Official, Promotion} }

// Entities are the things a post names, each list in order of appearance, without
// repetition, and bounded.
type Entities struct {
	Brands  []string  `json:"brands,omitempty"`  // names as in configs/brands.yaml, whatever the post calls them
	Places  []string  `json:"places,omitempty"`  // provinces and cities, bare and apart: 广东, 深圳; a district counts as its city
	Amounts []float64 `json:"amounts,omitempty"` // in yuan; of a range, both ends
	Demands []string  `json:"demands,omitempty"` // 诉求 of who speaks: 退款, 赔偿, 道歉, …
}
