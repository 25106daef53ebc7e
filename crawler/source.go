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
	Map  Kind = "sitemap" // sitemaps and sitemap indexes
)

// Source is one place where posts are found, as a file of configs/sources says it.
// Nothing about a site is code.
type Source struct {
	Name    string        `yaml:"name"`    // as in the file name; part of every post's id, so it must not change
	Title   string        `yaml:"title"`   // for people, in Chinese
	Enabled bool          `yaml:"enabled"` // whether Run takes it
	Kind    Kind          `yaml:"kind"`    // html, feed, json or sitemap
	Channel vane.Channel  `yaml:"channel"` // one of vane.Channels
	Region  string        `yaml:"region"`  // of every post that names none itself
	Zone    string        `yaml:"zone"`    // of dates without one: an IANA name or an offset such as +08:00
	Base    string        `yaml:"base"`    // what start and pages.url are relative to
	Start   []string      `yaml:"start"`   // first pages of the lists; of kind sitemap also /robots.txt, for the sitemaps it names
	Every   time.Duration `yaml:"every"`   // between the starts of two passes
	Cron    string        `yaml:"cron"`    // when passes start, in the source's zone, as "*/20 8-22 * * *"; goes before every
	Adapt   *Adapt        `yaml:"adapt"`   // the busier the source, the sooner its next pass; every is where it begins
	Quiet   string        `yaml:"quiet"`   // hours without scheduled passes, in the source's zone, as 01:00-06:00
	Follow  *Follow       `yaml:"follow"`  // detail pages are fetched again, for changes and for their deletion
	Delay   time.Duration `yaml:"delay"`   // between two requests to one host
	Limits  Limits        `yaml:"limits"`
	ID      string        `yaml:"id"`      // regular expression on a post's URL whose first group is the site's own id; the field id goes before it
	Daily   bool          `yaml:"daily"`   // a row that is there again on another day is another post, as on a list of what is hot
	Request Request       `yaml:"request"` // how pages are asked for
	Render  bool          `yaml:"render"`  // load pages in the browser of crawler.chromium, for sites whose scripts make the page
	List    *List         `yaml:"list"`    // kind html
	JSON    *JSONList     `yaml:"json"`    // kind json
	Sitemap *Sitemap      `yaml:"sitemap"` // kind sitemap; may be left out
	Detail  *Detail       `yaml:"detail"`  // pages of one post each; without it a list row is the post
	Gone    []string      `yaml:"gone"`    // CSS selectors, or text:WORDS, that show only on the notice of a deleted post
	Blocked []string      `yaml:"blocked"` // the same, for a page that keeps crawlers out: the pass ends, nothing is stored
	Failing []string      `yaml:"failing"` // the same, for a page that says with status 200 that the site fails: it is fetched again later
}

// Request is how the pages of a source are asked for.
type Request struct {
	Body    string            `yaml:"body"`    // of list pages, which are then asked for by POST; {page} and {cursor} stand for what json.pages and json.cursor say
	Headers map[string]string `yaml:"headers"` // of every page; none that says who asks or opens a door, see Validate
}

// Limits bounds one pass.
type Limits struct {
	Pages int           `yaml:"pages"` // fetched in one pass; the rest waits for the next
	Depth int           `yaml:"depth"` // pages of one list
	Body  int64         `yaml:"body"`  // bytes of one page after decompression
	Time  time.Duration `yaml:"time"`  // of one pass, 0 for as long as it takes; the rest waits for the next
}

// Adapt bounds the time between two passes over a source that sets its own pace.
type Adapt struct {
	Min time.Duration `yaml:"min"`
	Max time.Duration `yaml:"max"`
}

// Follow says how long and how often a post's own page is fetched again.
type Follow struct {
	For   time.Duration `yaml:"for"` // after it was published
	Every time.Duration `yaml:"every"`
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

// Sitemap says which pages of a sitemap are posts. The addresses are regular
// expressions on the whole URL.
type Sitemap struct {
	Include string        `yaml:"include"` // take these only; empty is all
	Exclude string        `yaml:"exclude"` // of those, not these
	Newer   time.Duration `yaml:"newer"`   // only what the sitemap says was changed so lately; 0 is all. What has no lastmod is taken
}

// Pages makes the URLs of the second and later pages: {page} in URL becomes From,
// From+Step, … up to To. With request.body, {page} stands there; the first page
// then is From-Step.
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
// there keeps what the list row gave. Of an HTML page without a selector for the
// text, the main text is found without one, as are title and date if they have no
// selector either.
type Detail struct {
	Fields Fields  `yaml:"fields"`
	Thread *Thread `yaml:"thread"`
}

// Thread says where the comments under a post are. Each becomes a post of its own;
// its URL is that of the post, with #ID of the comment behind it.
type Thread struct {
	URL    string    `yaml:"url"`    // of the first page of comments; {id} in it, and in further pages, is the site's own id of the post
	Link   Field     `yaml:"link"`   // or where the post's page leads to it; with neither, comments stand on the post's own page
	List   *List     `yaml:"list"`   // of HTML
	JSON   *JSONList `yaml:"json"`   // of JSON
	Depth  int       `yaml:"depth"`  // pages of comments under one post; 0 is 10
	Newest bool      `yaml:"newest"` // the newest comments come first, so a page of known ones is the last
}

// Fields is where each part of a post is found.
type Fields struct {
	ID        Field `yaml:"id"`  // the site's own id; of a row only
	URL       Field `yaml:"url"` // of the post's page; of a list row only
	Title     Field `yaml:"title"`
	Text      Field `yaml:"text"` // keeps its line breaks
	Author    Field `yaml:"author"`
	Region    Field `yaml:"region"`
	Published Field `yaml:"published"` // see ParseTime
	Views     Field `yaml:"views"`     // see ParseCount; on a list of what is hot, the heat it shows
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
