package web

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"vane"
	"vane/dashboards/access"
	"vane/dashboards/ask"
	"vane/dashboards/report"
)

// shownPost is a post as lists show it.
type shownPost struct {
	vane.Mention
	Says  template.HTML
	Facts []string             // brands, amounts and demands, of a case
	Fixed *vane.PostCorrection // an analyst's judgement of this text
	Back  string               // address of the page that shows it; "" for who may not correct
}

// postList is posts with what their forms need.
type postList struct {
	Posts []shownPost
	Token string
	Pick  string  // id of the form that posts are picked for; "" where there is none
	First vane.ID // that can't be picked
}

// postForm is the form that corrects a post.
type postForm struct {
	shownPost
	Token string
}

// Form is the form of one of the posts.
func (l postList) Form(p shownPost) postForm { return postForm{p, l.Token} }

// List is a list of posts on this page.
func (v view) List(posts []shownPost) postList { return postList{Posts: posts, Token: v.Token} }

// Members is the list of an event's posts: any but the first may be picked to be split
// off, which gave the event its id.
func (v view) Members(e eventPage) postList {
	l := v.List(e.Posts)
	if e.May {
		l.Pick, l.First = "split", e.ID
	}
	return l
}

// Seen is the digest of what the page shows of the post.
func (p shownPost) Seen() string { return p.Judgement().Digest() }

// Label is the label of its sentiment.
func (p shownPost) Label() string { return p.Sentiment.Label() }

// mayChange reports whether who asks may change what is shown.
func mayChange(r *http.Request) bool { return access.From(r.Context()).Role.Allows(access.Analyst) }

// mayCorrect reports whether who asks may correct posts.
func (b *Board) mayCorrect(r *http.Request) bool {
	return b.Desk != nil && b.Desk.Corrector != nil && mayChange(r)
}

// shown prepares posts, with what analysts held of them.
func (b *Board) shown(ctx context.Context, r *http.Request, mentions []vane.Mention, says func(vane.Mention) template.HTML) ([]shownPost, error) {
	posts := make([]shownPost, len(mentions))
	var fixed map[vane.ID]vane.PostCorrection
	if b.Desk != nil && b.Desk.Corrector != nil {
		var err error
		if fixed, err = b.Desk.Corrector.Corrected(ctx, mentions); err != nil {
			return nil, fmt.Errorf("read corrections: %w", err)
		}
	}
	for i, m := range mentions {
		posts[i] = shownPost{Mention: m, Says: says(m)}
		if c, ok := fixed[m.ID]; ok && c.Holds(&m) {
			posts[i].Fixed = &c
		}
		if b.mayCorrect(r) {
			posts[i].Back = r.URL.RequestURI()
		}
	}
	return posts, nil
}

// evidence are the posts of some evidence in its order, as they are stored now. One whose
// text is not kept any more shows the text that the evidence has.
func (b *Board) evidence(ctx context.Context, posts []vane.EvidencePost) ([]vane.Mention, error) {
	if b.Desk == nil || b.Desk.History == nil {
		return nil, nil
	}
	ids := make([]vane.ID, len(posts))
	for i, p := range posts {
		ids[i] = p.ID
	}
	stored, err := b.Desk.MentionsByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read the posts of the evidence: %w", err)
	}
	var mentions []vane.Mention
	for _, p := range posts {
		m, ok := stored[p.ID]
		if !ok {
			m = vane.Mention{Post: vane.Post{URL: p.URL, Source: p.Source, PublishedAt: p.PublishedAt}}
		}
		if m.Body() == "" {
			m.Title, m.Text, m.Tags = p.Title, p.Text, nil
		}
		mentions = append(mentions, m)
	}
	return mentions, nil
}

// quoteWidth is how much of a post a list shows, in characters.
const quoteWidth = 160

// quoted is the part of a post where the rules of a tag (an issue, a domain, or "" for
// every tag) matched, with the matches marked.
func quoted(tag vane.Tag, width int) func(vane.Mention) template.HTML {
	return func(m vane.Mention) template.HTML {
		body := []rune(m.Body())
		var spans []vane.Span
		for _, t := range m.Tags {
			if tag == "" || t.ID == tag || t.ID.Domain() == tag {
				spans = append(spans, t.Span)
			}
		}
		spans = apart(spans, len(body))
		from := 0
		if len(spans) > 0 && spans[0][1] > width {
			const before = 30 // characters that lead to the first match
			from = max(0, spans[0][0]-before)
		}
		at := vane.Span{from, min(len(body), from+width)}
		spans = slices.DeleteFunc(spans, func(s vane.Span) bool { return s[1] > at[1] })
		says := highlighted(vane.Snippet{Text: string(body[at[0]:at[1]]), At: at, Spans: spans})
		if from > 0 {
			says = "…" + says
		}
		if at[1] < len(body) {
			says += "…"
		}
		return says
	}
}

// apart are spans in their order that don't overlap and lie in n characters; empty ones
// are left out.
func apart(spans []vane.Span, n int) []vane.Span {
	slices.SortFunc(spans, func(a, b vane.Span) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(b[1], a[1])) })
	var kept []vane.Span
	last := 0
	for _, s := range spans {
		s[0] = max(s[0], last)
		if s[1] > n || s[0] >= s[1] {
			continue
		}
		kept, last = append(kept, s), s[1]
	}
	return kept
}

// shownCases is how many candidates for 典型案例 a page has, and sampledCases among how
// many telling posts they are looked for.
const (
	shownCases   = 3
	sampledCases = 20
)

// telling are the posts of a window among which cases are looked for.
func (b *Board) telling(ctx context.Context, node vane.Node, w vane.Window) ([]vane.EvidencePost, error) {
	if b.CaseScore == nil {
		return nil, nil
	}
	posts, err := b.Reader.Telling(ctx, node, w, sampledCases)
	if err != nil {
		return nil, fmt.Errorf("look for cases: %w", err)
	}
	return posts, nil
}

// cases are the posts that serve best as 典型案例, best first.
func (b *Board) cases(telling []vane.Mention) []vane.Mention {
	fit := slices.DeleteFunc(slices.Clone(telling), func(m vane.Mention) bool { return b.CaseScore(m) <= 0 })
	slices.SortStableFunc(fit, func(x, y vane.Mention) int { return cmp.Compare(b.CaseScore(y), b.CaseScore(x)) })
	return fit[:min(shownCases, len(fit))]
}

// facts are what a case is about: who, how much, what is asked for.
func facts(m vane.Mention) []string {
	list := slices.Concat(m.Entities.Brands, m.Entities.Demands)
	for _, amount := range m.Entities.Amounts {
		list = append(list, fmt.Sprintf("%g 元", amount))
	}
	const most = 6
	return list[:min(most, len(list))]
}

// caseText is the whole of a case, which is short.
func caseText(m vane.Mention) template.HTML {
	const longest = 900
	return template.HTML(template.HTMLEscapeString(report.Excerpt(m.Body(), longest))) //nolint:gosec // escaped
}

// issueOption is an issue as an analyst picks it.
type issueOption struct {
	Tag  vane.Tag
	Name string
}

// Value is what a form sends of it.
func (i issueOption) Value() string { return i.Name + " " + string(i.Tag) }

// issueOptions are all issues, by their tags.
func (b *Board) issueOptions() []issueOption {
	var list []issueOption
	if b.Desk == nil {
		return nil
	}
	for _, issue := range b.Desk.Issues() {
		if !issue.Domain {
			list = append(list, issueOption{issue.Tag, issue.Name})
		}
	}
	return list
}

// pickedIssue is the id in what a form sends of an issue: its name and id, or either.
func (b *Board) pickedIssue(s string) string {
	fields := strings.Fields(s)
	if len(fields) == 0 {
		return ""
	}
	last := fields[len(fields)-1]
	for _, issue := range b.issueOptions() {
		if issue.Name == last {
			return string(issue.Tag)
		}
	}
	return last
}

// correct keeps the judgement that a form sends, and shows the page again that it is on.
func (b *Board) correct(ctx context.Context, r *http.Request) (next string, err error) {
	sensitive, sentiment := r.PostForm.Get("sensitive") == "true", r.PostForm.Get("sentiment")
	tags := slices.Clone(r.PostForm["tag"])
	for _, added := range r.PostForm["add"] {
		if tag := b.pickedIssue(added); tag != "" {
			tags = append(tags, tag)
		}
	}
	order := ask.CorrectionOrder{
		Post: r.PostForm.Get("post"), Fingerprint: r.PostForm.Get("fingerprint"), Seen: r.PostForm.Get("seen"), Tags: &tags, Sentiment: &sentiment, Sensitive: &sensitive,
	}
	c, err := b.Desk.Correct(ctx, order)
	return r.PostForm.Get("back") + "#p" + c.Post.String(), err
}
