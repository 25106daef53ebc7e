package nlp

import (
	"cmp"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"vane"
)

// Config is what can be set about the analysis.
type Config struct {
	MaxText  int `yaml:"max_text"`  // bytes of a post that are analysed; the rest is stored only
	MaxWords int `yaml:"max_words"` // content words kept of a post
}

const (
	// defaultMaxText is far beyond a complaint; what is longer is a document, whose
	// first part says what it is about.
	defaultMaxText = 64 << 10
	// defaultMaxWords is enough to compare what posts talk about; all words of long
	// posts would be most of the stored bytes.
	defaultMaxWords = 64
)

// DefaultConfig is what the program uses unless configured.
func DefaultConfig() Config {
	return Config{MaxText: defaultMaxText, MaxWords: defaultMaxWords}
}

// Validate names the values that can't be.
func (c Config) Validate() error {
	if c.MaxText < 1 {
		return fmt.Errorf("nlp.max_text is %d bytes: it must be at least 1", c.MaxText)
	}
	if c.MaxWords < 0 {
		return fmt.Errorf("nlp.max_words is %d: it must be at least 0", c.MaxWords)
	}
	return nil
}

// Analyzer understands posts: fold → redact → segment → tag → feel. It is safe for
// concurrent use, and never changes: for new rules make a new one and swap them.
type Analyzer struct {
	config      Config
	taxonomy    Taxonomy
	rules       *rules
	segmenter   Segmenter
	feeler      Feeler
	gazetteer   *gazetteer
	second      *second // nil: the rules have the last word
	version     uint32
	evaluations *sync.Pool // of *evaluation
}

// New compiles the taxonomy and loads the segmenter's dictionary from gse, which takes
// a second or two the first time. The rules have the last word: see WithJudge. Its
// error names every mistake in the taxonomy.
func New(tax Taxonomy, config Config) (*Analyzer, error) {
	return newAnalyzer(LoadWords, tax, config)
}

// NewFrom is New with a dictionary at hand, which takes a quarter of a second.
func NewFrom(dict *Words, tax Taxonomy, config Config) (*Analyzer, error) {
	return newAnalyzer(func() (*Words, error) { return dict, nil }, tax, config)
}

func newAnalyzer(load func() (*Words, error), tax Taxonomy, config Config) (*Analyzer, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	r, err := compile(tax)
	if err != nil {
		return nil, err
	}
	dict, err := load()
	if err != nil {
		return nil, err
	}
	seg, err := NewSegmenter(dict, r.userWords())
	if err != nil {
		return nil, err
	}
	r.measureWords(seg)
	feeler, err := shippedFeeler()
	if err != nil {
		return nil, err
	}
	a := &Analyzer{
		config: config, taxonomy: tax, rules: r, segmenter: seg, feeler: feeler, gazetteer: baseGazetteer(),
		evaluations: &sync.Pool{New: func() any { return newEvaluation(r, config.MaxWords) }},
	}
	return a.WithJudge(nil), nil
}

// WithFeeler is an analyzer that is equal but for who says how a text feels.
func (a *Analyzer) WithFeeler(f Feeler) *Analyzer {
	other := *a
	other.feeler = f
	return &other
}

// WithBrands is an analyzer that is equal but that it finds these brands. The error
// names every entry that can't be. Brands don't change the version of the taxonomy.
func (a *Analyzer) WithBrands(b Brands) (*Analyzer, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	other := *a
	other.gazetteer = newGazetteer(b, a.segmenter)
	return &other, nil
}

// CheckTaxonomy reports every mistake in the words and rules of a taxonomy, without
// loading the dictionary that examples need.
func CheckTaxonomy(tax Taxonomy) error {
	_, err := compile(tax)
	return err
}

// TaxonomyVersion is a hash of the rules, of the engine that runs them, and of the
// model that gives a second opinion: mentions
// of one version are tagged alike.
func (a *Analyzer) TaxonomyVersion() uint32 { return a.version }

// Issues lists what can be tagged, in the order of the taxonomy.
func (a *Analyzer) Issues() []IssueInfo { return a.rules.infos }

// AnalyzeText analyses a text without a post around it.
func (a *Analyzer) AnalyzeText(s string) vane.Mention { return a.Analyze(vane.Post{Text: s}) }

// Analyze understands a post. Title and Text of the mention are redacted; spans refer
// to its Body. Where the source gave no Region, it is the one province that the text
// names, itself or by its cities.
func (a *Analyzer) Analyze(p vane.Post) vane.Mention {
	p, folded := a.redact(p)
	text := folded.Text
	marks := marksIn(text)

	e := a.evaluations.Get().(*evaluation)
	defer a.evaluations.Put(e)
	tokens := a.segmenter.AppendTokens(e.tokens[:0], text)
	e.begin(text, tokens, marks)
	tags := e.tags()
	r := reading{text, p.Channel, a.feeler.Feel(text), len(tags) > 0}
	says := say(r)
	if a.second != nil {
		tags, says = a.reconsider(e, tags, says, r)
	}
	m := vane.Mention{
		Post:            p,
		Words:           contentWords(e.content, text, tokens, marks),
		Tags:            e.matches(tags, folded, clip(p.Body(), a.config.MaxText)),
		Sentiment:       says.feeling,
		Voice:           says.voice,
		Sensitive:       says.sensitive,
		TaxonomyVersion: a.version,
	}
	if text != clip(p.Body(), a.config.MaxText) {
		m.Folded = text
	}
	m.Fingerprint, m.Sketch = compared(text)
	var province string
	m.Entities, province = a.gazetteer.entities(text, tokens, e.scopesOf(text))
	m.Region = cmp.Or(m.Region, province)
	return m
}

// reconsider asks the model of tags for a second opinion on what rules and cues say.
func (a *Analyzer) reconsider(e *evaluation, tags []tag, says said, r reading) ([]tag, said) {
	tags, sensitive := a.second.opinion(e, tags, says)
	if tagged := len(tags) > 0; tagged != r.tagged {
		r.tagged = tagged
		says.voice = says.cues.voice(r)
		says.sensitive = says.cues.sensitive(says.voice, r)
	}
	if sensitive >= 0 {
		says.sensitive = sensitive > 0.5
	}
	return tags, says
}

// redact redacts a post, makes it valid UTF-8, and folds the part of its body that is
// analysed.
func (a *Analyzer) redact(p vane.Post) (vane.Post, Folded) {
	p.Title, p.Text = strings.ToValidUTF8(p.Title, "\uFFFD"), strings.ToValidUTF8(p.Text, "\uFFFD")
	body := p.Body()
	f := Fold(body)
	clean := !mayHoldPersonal(f.Text) || len(findPersonal(f.Text)) == 0
	if !clean {
		p.Title, p.Text = Redact(p.Title), Redact(p.Text)
		body = p.Body()
	}
	if clean && len(body) <= a.config.MaxText {
		return p, f
	}
	return p, Fold(clip(body, a.config.MaxText))
}

// clip is the beginning of s, at most max bytes and whole characters.
func clip(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max]
}

// CheckFailure is an example of the taxonomy that does not come out as it should.
type CheckFailure struct {
	File    string          `json:"file"`
	Issue   vane.Tag        `json:"issue"`
	Example bool            `json:"example"` // an example that lacks the tag; else a counter-example that got it
	Text    string          `json:"text"`
	Got     []vane.TagMatch `json:"got"`
}

func (f CheckFailure) String() string {
	var got []string
	for _, t := range f.Got {
		got = append(got, fmt.Sprintf("%s by %s at %q", t.ID, t.Rule, t.Text))
	}
	what := "counter-example got the tag"
	if f.Example {
		what = "example lacks the tag"
	}
	return fmt.Sprintf("%s: %s: %s: %s (got: %s)", f.File, f.Issue, what, f.Text, strings.Join(got, "; "))
}

// Check analyses every example and counter-example of the taxonomy.
func (a *Analyzer) Check() []CheckFailure {
	var failures []CheckFailure
	for _, file := range a.taxonomy {
		for _, is := range file.Issues {
			failures = append(failures, a.checkIssue(file.Name, is)...)
		}
	}
	return failures
}

func (a *Analyzer) checkIssue(file string, is Issue) []CheckFailure {
	var failures []CheckFailure
	check := func(texts []string, want bool) {
		for _, text := range texts {
			got := a.AnalyzeText(text).Tags
			if hasTag(got, vane.Tag(is.ID)) != want {
				failures = append(failures, CheckFailure{file, vane.Tag(is.ID), want, text, got})
			}
		}
	}
	check(is.Examples, true)
	check(is.Counter, false)
	return failures
}

func hasTag(tags []vane.TagMatch, id vane.Tag) bool {
	for _, t := range tags {
		if t.ID == id {
			return true
		}
	}
	return false
}
