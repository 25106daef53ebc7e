package mcp

import (
	"context"
	"time"

	"vane"
	"vane/dashboards/access"
	"vane/dashboards/ask"
)

// mostHotspots of a list; the counts say how many there are.
const mostHotspots = 30

type hotspotsInput struct {
	At  string `json:"at,omitempty" jsonschema:"as known at this moment, such as 2026-03-16 or 2026-03-16 12:00 (Beijing); now if empty"`
	Tag string `json:"tag,omitempty" jsonschema:"issue such as ticketing.pillar_seat, or domain such as ticketing; everything if empty"`
}

// shortHotspot is a hotspot in a list: its numbers and reasons, without evidence.
type shortHotspot struct {
	Tag       vane.Tag       `json:"tag"`
	By        vane.Dimension `json:"by,omitempty"`
	Key       string         `json:"key,omitempty"`
	Name      string         `json:"name"`
	State     vane.State     `json:"state"`
	From      time.Time      `json:"from"`
	To        time.Time      `json:"to"`
	Heat      float64        `json:"heat"`
	Posts     uint64         `json:"posts"`
	Expected  float64        `json:"expected"`
	Sensitive float64        `json:"sensitive_share"`
	Authors   uint64         `json:"authors"`
	Texts     uint64         `json:"texts"`
	Sources   uint64         `json:"sources"`
	Why       []string       `json:"why"`
}

func short(h vane.Hotspot) shortHotspot {
	s := shortHotspot{
		Tag: h.Tag, By: h.By, Key: word(h.Key), Name: word(h.Name), State: h.State, From: h.From, To: h.To, Heat: h.Heat, Posts: h.Posts, Expected: h.Expected,
		Sensitive: h.SensitiveShare, Authors: h.Authors, Texts: h.Texts, Sources: h.Sources, Why: []string{},
	}
	for _, c := range h.Components {
		s.Why = append(s.Why, ask.Cut(visible(c.Says), reasonLength)) // it may name a new word
	}
	return s
}

// hotspotsAnswer is a list with its query and counts.
type hotspotsAnswer struct {
	Query    ask.HotspotsQuery  `json:"query"`
	Counts   ask.HotspotsCounts `json:"counts"`
	Hotspots []shortHotspot     `json:"hotspots"`
}

func (a *Assistant) hotspots(ctx context.Context, in hotspotsInput, _ quoter) (any, error) {
	list, err := a.Desk.Hotspots(ctx, in.At, in.Tag)
	if err != nil {
		return nil, err
	}
	answer := hotspotsAnswer{Query: list.Query, Counts: list.Counts, Hotspots: []shortHotspot{}}
	for _, h := range list.Hotspots[:min(mostHotspots, len(list.Hotspots))] {
		answer.Hotspots = append(answer.Hotspots, short(h))
	}
	return answer, nil
}

type explainInput struct {
	Tag string `json:"tag" jsonschema:"issue, as the list of hotspots names it"`
	By  string `json:"by,omitempty" jsonschema:"brand, region or channel, if the list names it"`
	Key string `json:"key,omitempty" jsonschema:"likewise"`
	At  string `json:"at,omitempty" jsonschema:"as known at this moment; now if empty"`
}

// explanation is a hotspot with its evidence, the words of strangers marked.
type explanation struct {
	Note     string            `json:"note"`
	Query    ask.HotspotsQuery `json:"query"`
	Hotspot  shortHotspot      `json:"hotspot"`
	Channels []vane.Share      `json:"channels"`
	Regions  []vane.Share      `json:"regions"`
	Brands   []vane.Share      `json:"brands"`
	Demands  []vane.Share      `json:"demands"`
	Words    []string          `json:"words"`
	Posts    []quotedPost      `json:"posts"`
	Trend    vane.TrendQuery   `json:"trend"`
	Hours    []hour            `json:"hours"`
}

// hour is a point of a trend, as short as it can be.
type hour struct {
	At    time.Time `json:"at"`
	Posts uint64    `json:"posts"`
}

// quotedPost is what a stranger wrote, as evidence.
type quotedPost struct {
	ID          vane.ID   `json:"id"`
	Source      string    `json:"source"`
	URL         string    `json:"url,omitempty"`
	PublishedAt time.Time `json:"published_at"`
	Title       string    `json:"title,omitempty"`
	Text        string    `json:"text"`
}

func (q quoter) post(p vane.EvidencePost) quotedPost {
	return quotedPost{
		ID: p.ID, Source: word(p.Source), URL: link(p.URL), PublishedAt: p.PublishedAt,
		Title: q.quote(p.Title, quoteLength), Text: q.quote(p.Text, quoteLength),
	}
}

func (a *Assistant) explain(ctx context.Context, in explainInput, q quoter) (any, error) {
	e, err := a.Desk.Explain(ctx, in.Tag, in.By, in.Key, in.At)
	if err != nil {
		return nil, err
	}
	evidence := e.Hotspot.Evidence
	answer := explanation{
		Note: q.Note(), Query: e.Query, Hotspot: short(e.Hotspot), Words: []string{}, Posts: []quotedPost{}, Trend: e.Trend,
		Channels: shares(evidence.Channels), Regions: shares(evidence.Regions), Brands: shares(evidence.Brands), Demands: shares(evidence.Demands),
	}
	for _, w := range evidence.Words {
		answer.Words = append(answer.Words, word(w))
	}
	for _, p := range evidence.Posts {
		answer.Posts = append(answer.Posts, q.post(p))
	}
	for _, p := range e.Series.Points {
		answer.Hours = append(answer.Hours, hour{p.At, p.Posts})
	}
	return answer, nil
}

// shares are parts of a whole, whose names strangers may have made up.
func shares(list []vane.Share) []vane.Share {
	named := []vane.Share{}
	for _, s := range list {
		named = append(named, vane.Share{Key: word(s.Key), Posts: s.Posts})
	}
	return named
}

type trendsInput struct {
	Tag  string `json:"tag,omitempty" jsonschema:"issue or domain; every post if empty"`
	From string `json:"from,omitempty" jsonschema:"first day or moment of Beijing, such as 2026-03-01; 30 days before the end if empty"`
	To   string `json:"to,omitempty" jsonschema:"last day, or moment before which posts count; now if empty"`
	Step string `json:"step,omitempty" jsonschema:"10m, hour or day; day if empty"`
	By   string `json:"by,omitempty" jsonschema:"split by tag, domain, nature, brand, channel, region, voice, source or sensitive; not split if empty"`
	Top  int    `json:"top,omitempty" jsonschema:"lines of a split trend, largest first; 10 if 0"`
}

// usualLines of a split trend keep an answer short.
const usualLines = 10

func (a *Assistant) trends(ctx context.Context, in trendsInput, _ quoter) (any, error) {
	if in.Top == 0 {
		in.Top = usualLines
	}
	answer, err := a.Desk.Trends(ctx, ask.TrendsQuestion{Tag: in.Tag, From: in.From, To: in.To, Step: in.Step, By: in.By, Top: in.Top})
	if err != nil {
		return nil, err
	}
	for i := range answer.Series {
		answer.Series[i].Key = word(answer.Series[i].Key)
	}
	return answer, nil
}

type searchInput struct {
	Q       string   `json:"q" jsonschema:"what posts must say: (柱子票|墙根票)+退款-转发抽奖, + and, | or, - not; every post if empty"`
	From    string   `json:"from,omitempty" jsonschema:"first day or moment of Beijing; 30 days before the end if empty"`
	To      string   `json:"to,omitempty" jsonschema:"last day, or moment before which posts count; now if empty"`
	Tag     []string `json:"tag,omitempty" jsonschema:"issues or domains, of which one must hold"`
	Channel []string `json:"channel,omitempty" jsonschema:"微博, 客户端, 网站, 微信, 视频, 论坛, 数字报"`
	Region  []string `json:"region,omitempty" jsonschema:"such as 广东"`
	Brand   []string `json:"brand,omitempty"`
	Voice   []string `json:"voice,omitempty" jsonschema:"complaint, discussion, media, official, promotion"`
	Sort    string   `json:"sort,omitempty" jsonschema:"time, relevance or engagement; time if empty"`
	Limit   int      `json:"limit,omitempty" jsonschema:"posts, at most 20; 10 if 0"`
	After   string   `json:"after,omitempty" jsonschema:"next of the page before"`
}

const (
	// Posts of a page, which an assistant reads word by word.
	usualFound = 10
	mostFound  = 20
)

// foundAnswer is a page of posts, the words of strangers marked.
type foundAnswer struct {
	Note   string           `json:"note"`
	Query  ask.SearchQuery  `json:"query"`
	Counts ask.SearchCounts `json:"counts"`
	Posts  []foundPost      `json:"posts"`
	Next   string           `json:"next,omitempty"`
}

type foundPost struct {
	quotedPost
	Channel   vane.Channel   `json:"channel"`
	Region    string         `json:"region,omitempty"`
	Voice     vane.Voice     `json:"voice"`
	Sensitive bool           `json:"sensitive"`
	Sentiment vane.Sentiment `json:"sentiment"`
	Tags      []string       `json:"tags"`
	GoneAt    time.Time      `json:"gone_at,omitzero"`
}

func (a *Assistant) search(ctx context.Context, in searchInput, q quoter) (any, error) {
	if in.Limit == 0 {
		in.Limit = usualFound
	}
	if in.Limit < 1 || in.Limit > mostFound {
		return nil, ask.Mistake{Field: "limit", Says: "use 1 to 20, and after for what is behind them"}
	}
	found, err := a.Desk.Search(ctx, ask.SearchQuestion{
		Text: in.Q, From: in.From, To: in.To, Sort: in.Sort, After: in.After, Limit: in.Limit, Count: true,
		Tags: in.Tag, Channels: in.Channel, Regions: in.Region, Brands: in.Brand, Voices: in.Voice,
	})
	if err != nil {
		return nil, err
	}
	answer := foundAnswer{Note: q.Note(), Query: found.Query, Counts: found.Counts, Posts: []foundPost{}, Next: found.Next}
	for _, p := range found.Posts {
		answer.Posts = append(answer.Posts, q.found(p))
	}
	return answer, nil
}

func (q quoter) found(p ask.FoundPost) foundPost {
	f := foundPost{
		quotedPost: quotedPost{ID: p.ID, Source: word(p.Source), URL: link(p.URL), PublishedAt: p.PublishedAt, Title: q.quote(p.Title, quoteLength), Text: q.quote(p.Text, quoteLength)},
		Channel:    p.Channel, Region: word(p.Region), Voice: p.Voice, Sensitive: p.Sensitive, Sentiment: p.Sentiment, Tags: []string{}, GoneAt: p.GoneAt,
	}
	for _, t := range p.Tags {
		f.Tags = append(f.Tags, t.Name)
	}
	return f
}

type issuesInput struct{}

// issuesAnswer is the taxonomy's names.
type issuesAnswer struct {
	Counts struct {
		Issues int `json:"issues"`
	} `json:"counts"`
	Issues []ask.Issue `json:"issues"`
}

func (a *Assistant) issues(context.Context, issuesInput, quoter) (any, error) {
	answer := issuesAnswer{Issues: a.Desk.Issues()}
	answer.Counts.Issues = len(answer.Issues)
	return answer, nil
}

type reportInput struct {
	From    string `json:"from" jsonschema:"first day of the period, such as 2026-02-15"`
	To      string `json:"to" jsonschema:"last day of the period"`
	Kind    string `json:"kind,omitempty" jsonschema:"analysis, top10 or complaints; analysis if empty"`
	Compare string `json:"compare,omitempty" jsonschema:"none, previous or year; none if empty"`
}

// reportAnswer is a report whose text, which quotes posts, is marked as a whole.
type reportAnswer struct {
	Note string `json:"note"`
	ask.Report
}

// mostReport is the length, in characters, to which a report is cut; a whole one has
// about a tenth of it.
const mostReport = 30_000

func (a *Assistant) report(ctx context.Context, in reportInput, q quoter) (any, error) {
	if err := a.Audit.Record(ctx, a.Desk.Now(), access.Exported, "report "+in.Kind+" "+in.From+" "+in.To); err != nil {
		return nil, err
	}
	r, err := a.Desk.Report(ctx, ask.ReportQuestion{Kind: in.Kind, From: in.From, To: in.To, Compare: in.Compare})
	if err != nil {
		return nil, err
	}
	r.Markdown = q.quote(r.Markdown, mostReport)
	r.Figures = r.Figures[:min(mostFigures, len(r.Figures))]
	return reportAnswer{q.Note(), r}, nil
}

// mostFigures of a report; the counts say how many there are.
const mostFigures = 60
