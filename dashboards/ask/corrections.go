package ask

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"vane"
	"vane/dashboards/access"
)

// Corrector keeps what analysts hold of posts; storage implements it.
type Corrector interface {
	// Correct keeps a judgement and applies it to its post.
	Correct(ctx context.Context, c vane.PostCorrection) error
	// PostCorrections lists the judgements, newest first. A place that no page named is
	// [vane.ErrPlace].
	PostCorrections(ctx context.Context, after string, limit int) (vane.CorrectionPage, error)
	// Corrected gives mentions the judgements that analysts made of their texts, and tells
	// the last judgement of each that has one.
	Corrected(ctx context.Context, mentions []vane.Mention) (map[vane.ID]vane.PostCorrection, error)
}

// mostTags of one post: more is no judgement.
const mostTags = 10

// judged are the sentiments that an analyst can give, by their labels: a person tells
// good from bad, and no finer.
func judged() map[string]vane.Sentiment {
	return map[string]vane.Sentiment{"negative": -0.6, "neutral": 0, "positive": 0.6}
}

// CorrectionOrder asks to correct a post. What is nil stays as it is.
type CorrectionOrder struct {
	Post        string
	Fingerprint string // of the text that was judged, as the post told it; "" is the present one
	Seen        string // digest of the judgement that was seen; "" is whatever there is
	Tags        *[]string
	Sentiment   *string // negative, neutral or positive
	Sensitive   *bool
}

// Overtaken says that a post was judged anew since it was read: nothing was changed.
type Overtaken struct {
	Post vane.Mention         // as it is now
	By   *vane.PostCorrection // an analyst's judgement of it; nil: it was tagged anew
}

func (o Overtaken) Error() string {
	return fmt.Sprintf("post: %s was judged anew since it was read: read it again", o.Post.ID)
}

// Correction is an analyst's judgement, and what became of it.
type Correction struct {
	vane.PostCorrection
	State string `json:"state" enum:"applied,replaced,text_changed,gone" doc:"replaced: by a later one; text_changed: the post was edited since, and the judgement rests; gone: the post is not stored any more"`
}

// Corrections is the answer of [Desk.Corrections].
type Corrections struct {
	Corrections []Correction `json:"corrections" nullable:"false" doc:"newest first"`
	Next        string       `json:"next,omitempty" doc:"asks for the next page, as after; absent if there is none"`
}

// Corrections lists what analysts corrected; limit 0 is 20.
func (d *Desk) Corrections(ctx context.Context, after string, limit int) (Corrections, error) {
	if limit == 0 {
		limit = usualPosts
	}
	if limit < 1 || limit > mostPosts {
		return Corrections{}, mistake("limit", "%d corrections: use 1 to %d", limit, mostPosts)
	}
	page, err := d.Corrector.PostCorrections(ctx, after, limit)
	if errors.Is(err, vane.ErrPlace) {
		return Corrections{}, mistake("after", "%s", err)
	}
	if err != nil {
		return Corrections{}, err
	}
	ids := make([]vane.ID, len(page.Corrections))
	for i, c := range page.Corrections {
		ids[i] = c.Post
	}
	stored, err := d.MentionsByID(ctx, ids)
	if err != nil {
		return Corrections{}, err
	}
	a := Corrections{Corrections: []Correction{}, Next: page.Next}
	for _, c := range page.Corrections {
		a.Corrections = append(a.Corrections, Correction{c, stateOf(c, stored)})
	}
	return a, nil
}

func stateOf(c vane.PostCorrection, stored map[vane.ID]vane.Mention) string {
	m, ok := stored[c.Post]
	switch {
	case !ok:
		return "gone"
	case !c.Latest:
		return "replaced"
	case !c.Holds(&m):
		return "text_changed"
	}
	return "applied"
}

// MentionsByID are the stored posts of some ids.
func (d *Desk) MentionsByID(ctx context.Context, ids []vane.ID) (map[vane.ID]vane.Mention, error) {
	found, err := d.History.Mentions(ctx, slices.DeleteFunc(slices.Clone(ids), vane.ID.IsZero))
	if err != nil {
		return nil, err
	}
	byID := make(map[vane.ID]vane.Mention, len(found))
	for _, m := range found {
		byID[m.ID] = m
	}
	return byID, nil
}

// Correct records, keeps and applies an analyst's judgement, and gives it as it is kept.
// A post whose text is another one by now is a [Mistake], one that was judged anew since
// it was seen is [Overtaken].
func (d *Desk) Correct(ctx context.Context, o CorrectionOrder) (Correction, error) {
	id, err := vane.ParseID(o.Post)
	if err != nil || id.IsZero() {
		return Correction{}, mistake("post", "%q is no id of a post: write its 32 hexadecimal digits", Cut(o.Post, 40))
	}
	d.correcting.Lock() // from reading to keeping, so that of two at once the second sees the first
	defer d.correcting.Unlock()
	m, err := d.Reader.Post(ctx, id)
	if err != nil {
		return Correction{}, err
	}
	if now := strconv.FormatUint(m.Fingerprint, 10); o.Fingerprint != "" && o.Fingerprint != now {
		return Correction{}, mistake("fingerprint", "the text of the post was changed since it was read: read it again")
	}
	if m.Body() == "" {
		return Correction{}, mistake("post", "the text of this post is no longer kept: it can't be judged")
	}
	c := vane.PostCorrection{
		Post: id, At: d.Now().UTC().Truncate(time.Millisecond), User: access.From(ctx).Name, Fingerprint: m.Fingerprint,
		Before: m.Judgement(), After: m.Judgement(), Latest: true,
	}
	if err := d.judge(&c.After, o); err != nil {
		return Correction{}, err
	}
	if err := d.overtaken(ctx, m, c.After, o.Seen); err != nil {
		return Correction{}, err
	}
	object := fmt.Sprintf("post %s: tags %s, sentiment %s, sensitive %t", id, strings.Join(tagIDs(c.After.Tags), " "), c.After.Sentiment.Label(), c.After.Sensitive)
	if err := d.Audit.Record(ctx, d.Now(), access.Corrected, object); err != nil {
		return Correction{}, err
	}
	// Who leaves the page does not leave a judgement that is kept and does not count.
	return Correction{c, "applied"}, d.Corrector.Correct(context.WithoutCancel(ctx), c)
}

// overtaken is [Overtaken] if a post is judged otherwise than what was seen, unless it is
// what is wanted: a form that is sent twice, or again because the judgement was kept and
// could not be applied.
func (d *Desk) overtaken(ctx context.Context, m vane.Mention, wanted vane.Judgement, seen string) error {
	if seen == "" {
		return nil
	}
	now := []vane.Mention{m}
	fixed, err := d.Corrector.Corrected(ctx, now)
	if err != nil {
		return err
	}
	if digest := now[0].Judgement().Digest(); digest == seen || digest == wanted.Digest() {
		return nil
	}
	o := Overtaken{Post: now[0]}
	if c, ok := fixed[m.ID]; ok && c.Holds(&now[0]) {
		o.By = &c
	}
	return o
}

// judge changes a judgement as an order says.
func (d *Desk) judge(j *vane.Judgement, o CorrectionOrder) error {
	if o.Tags != nil {
		tags, err := d.matches(*o.Tags, j.Tags)
		if err != nil {
			return err
		}
		j.Tags = tags
	}
	if o.Sentiment != nil {
		value, known := judged()[*o.Sentiment]
		if !known {
			return mistake("sentiment", "%q is unknown: use negative, neutral or positive", Cut(*o.Sentiment, 40))
		}
		if j.Sentiment.Label() != *o.Sentiment {
			j.Sentiment = value
		}
	}
	if o.Sensitive != nil {
		j.Sensitive = *o.Sensitive
	}
	return nil
}

// matches are issues as a post carries them; those that it has already keep their
// evidence.
func (d *Desk) matches(tags []string, had []vane.TagMatch) ([]vane.TagMatch, error) {
	if len(tags) > max(mostTags, len(had)) {
		return nil, mistake("tags", "%d issues of one post: give at most %d", len(tags), mostTags)
	}
	matches := []vane.TagMatch{}
	for _, s := range slices.Compact(slices.Sorted(slices.Values(tags))) {
		// What the post has already may be of an older taxonomy.
		if i := slices.IndexFunc(had, func(t vane.TagMatch) bool { return string(t.ID) == s }); i >= 0 {
			matches = append(matches, had[i])
			continue
		}
		tag, err := d.tag(s)
		if err != nil || s == "" || tag.IsDomain() {
			return nil, mistake("tags", "%q is no issue of the taxonomy: write domain.issue", Cut(s, 80))
		}
		matches = append(matches, vane.TagMatch{ID: tag, Name: d.Names[tag], Nature: d.NatureOf[tag], Rule: vane.ByAnalyst})
	}
	return matches, nil
}

func tagIDs(matches []vane.TagMatch) []string {
	ids := make([]string, len(matches))
	for i, m := range matches {
		ids[i] = string(m.ID)
	}
	return ids
}
