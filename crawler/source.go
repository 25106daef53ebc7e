package crawler

import (
	"time"

	"vane"
)

// Kind is what a source's pages are.
type Kind string

// The kinds of sources.
const (
	HTML Kind = "html"
	Feed Kind = "feed" // RSS, Atom or JSON Feed
	JSON Kind = "json"
)

// Source is one place where posts are found, as a file of configs/sources says it.
// Nothing about a site is code.
type Source struct {
	Name    string        `yaml:"name"`    // as in the file name; part of every post's id, so it must not change
	Title   string        `yaml:"title"`   // for people, in Chinese
	Enabled bool          `yaml:"enabled"` // whether Run takes it
	Kind    Kind          `yaml:"kind"`    // html, feed or json
	Channel vane.Channel  `yaml:"channel"` // one of vane.Channels
	Region  string        `yaml:"region"`  // of every post that names none itself
	Zone    string        `yaml:"zone"`    // of dates without one: an IANA name or an offset such as +08:00
	Base    string        `yaml:"base"`    // what start and pages.url are relative to
	Start   []string      `yaml:"start"`   // first pages of the lists
	Every   time.Duration `yaml:"every"`   // between the starts of two passes
	Delay   time.Duration `yaml:"delay"`   // between two requests to one host
	Limits  Limits        `yaml:"limits"`
	ID      string        `yaml:"id"`      // regular expression on a post's URL whose first group is the site's own id; the field id goes before it
	List    *List         `yaml:"list"`    // kind html
	JSON    *JSONList     `yaml:"json"`    // kind json
	Detail  *Detail       `yaml:"detail"`  // pages of one post each; without it a list row is the post
	Gone    []string      `yaml:"gone"`    // CSS selectors, or text:WORDS, that show only on the notice of a deleted post
	Blocked []string      `yaml:"blocked"` // the same, for a page that keeps crawlers out: the pass ends, nothing is stored
}

// Limits bounds one pass.
type Limits struct {
	Pages int   `yaml:"pages"` // fetched in one pass; the rest waits for the next
	Depth int   `yaml:"depth"` // pages of one list
	Body  int64 `yaml:"body"`  // bytes of one page after decompression
}

// List says where the rows of a page are, and where the next page is.
type List struct {
	Item   string `yaml:"item"` // selector of a row
	Fields Fields `yaml:"fields"`
	Next   Field  `yaml:"next"`  // URL of the next page
	Pages  *Pages `yaml:"pages"` // or how to make it
}

// JSONList does the same for JSON, in the path syntax of gjson.
type JSONList struct {
	Items  string  `yaml:"items"` // path of the array of rows; empty if the answer is the array
	Fields Fields  `yaml:"fields"`
	Cursor *Cursor `yaml:"cursor"`
	Pages  *Pages  `yaml:"pages"`
}

// Pages makes the URLs of the second and later pages: {page} in URL becomes From,
// From+Step, … up to To.
type Pages struct {
	URL  string `yaml:"url"`
	From int    `yaml:"from"`
	To   int    `yaml:"to"`
	Step int    `yaml:"step"` // 0 is 1
}

// Cursor makes the URL of the next page from the answer: {cursor} in URL becomes
// what stands at Path. Nothing there, null or false ends the list.
type Cursor struct {
	Path string `yaml:"path"`
	URL  string `yaml:"url"`
}

// Detail says where the fields are on a post's own page. A field that is empty
// there keeps what the list row gave.
type Detail struct {
	Fields Fields `yaml:"fields"`
}

// Fields is where each part of a post is found.
type Fields struct {
	ID        Field `yaml:"id"`  // the site's own id; of a list row only
	URL       Field `yaml:"url"` // of the post's page; of a list row only
	Title     Field `yaml:"title"`
	Text      Field `yaml:"text"` // keeps its line breaks
	Author    Field `yaml:"author"`
	Region    Field `yaml:"region"`
	Published Field `yaml:"published"` // see ParseTime
	Views     Field `yaml:"views"`     // see ParseCount
	Likes     Field `yaml:"likes"`
	Comments  Field `yaml:"comments"`
	Shares    Field `yaml:"shares"`
}

// Field is selectors tried in order; the first that gives something counts. In
// YAML it is one selector or a list of them.
type Field []Selector

// Selector finds a string in a page, a row or a JSON value. In YAML it may be
// written as a plain string, which is Select.
type Selector struct {
	Select string `yaml:"select"` // CSS, xpath:EXPRESSION, or for JSON a gjson path; empty is the row itself
	Attr   string `yaml:"attr"`   // attribute instead of the text
	Regex  string `yaml:"regex"`  // first group, or the whole match, of what was found; no match is nothing found
	HTML   bool   `yaml:"html"`   // what was found is HTML as a string: take its text
	All    bool   `yaml:"all"`    // join all matches, in text with line breaks, instead of taking the first
	Const  string `yaml:"const"`  // this string, always
}

const (
	defaultEvery = 30 * time.Minute
	// defaultDelay is the pace of a patient reader, the usual choice of polite crawlers.
	defaultDelay = 2 * time.Second
	defaultPages = 1000
	defaultDepth = 50
	defaultBody  = 8 << 20 // large for a page of text
	defaultZone  = "Asia/Shanghai"
)

// DefaultSource is what a source file is read over.
func DefaultSource() Source {
	return Source{
		Enabled: true,
		Kind:    HTML,
		Channel: vane.Website,
		Zone:    defaultZone,
		Every:   defaultEvery,
		Delay:   defaultDelay,
		Limits:  Limits{Pages: defaultPages, Depth: defaultDepth, Body: defaultBody},
	}
}

// UnmarshalYAML reads a selector, or a list of selectors.
func (f *Field) UnmarshalYAML(decode func(any) error) error {
	var many []Selector
	if decode(&many) == nil {
		*f = many
		return nil
	}
	var one Selector
	if err := decode(&one); err != nil {
		return err
	}
	*f = Field{one}
	return nil
}

// UnmarshalYAML reads a plain string as Select, or the keys of a selector.
func (s *Selector) UnmarshalYAML(decode func(any) error) error {
	var plain string
	if decode(&plain) == nil {
		*s = Selector{Select: plain}
		return nil
	}
	type keys Selector // without this method
	return decode((*keys)(s))
}
