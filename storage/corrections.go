package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"vane"
)

// Correct keeps an analyst's judgement and applies it to the post at once: as an edit
// does, a new version replaces the one before, and every trend follows. Done again with
// the same correction, it changes nothing.
//
// The judgement is kept first, and then the post is read: an insert of the post that is
// on its way meanwhile either finds the judgement in its second look, or is read here.
func (s *Store) Correct(ctx context.Context, c vane.PostCorrection) error {
	before, err := json.Marshal(c.Before)
	if err != nil {
		return fmt.Errorf("encode the judgement before: %w", err)
	}
	tags := columnsOf(c.After.Tags)
	err = s.insertRows(ctx, "insert_post_corrections", 1, func(int) []any {
		return []any{c.Post[:], c.At, c.User, c.Fingerprint, string(before), tags.ids, tags.names, tags.natures, float32(c.After.Sentiment), c.After.Sensitive}
	})
	if err != nil {
		return fmt.Errorf("keep the correction of post %s: %w", c.Post, err)
	}
	if err := s.recorrect(ctx, c.Post); err != nil {
		return fmt.Errorf("the correction of post %s is kept, and not applied yet: %w; make it again", c.Post, err)
	}
	return nil
}

// recorrect writes a post anew, as its last correction says.
func (s *Store) recorrect(ctx context.Context, id vane.ID) error {
	m, err := s.Post(ctx, id)
	if err != nil {
		return err
	}
	if m.Body() == "" {
		return nil // its text was dropped: what tags it anew has nothing to read
	}
	var rows []struct {
		Folded string `ch:"folded"`
	}
	if err := s.selectRows(ctx, &rows, "folded", params{"id": id.String()}); err != nil {
		return err
	}
	if len(rows) > 0 {
		m.Folded = rows[0].Folded
	}
	s.forgetGenerations() // another process may have retagged since: an older version would not count
	return s.Insert(ctx, []vane.Mention{m})
}

// Corrected gives mentions the judgements that analysts made of their texts, and tells
// which.
func (s *Store) Corrected(ctx context.Context, mentions []vane.Mention) (map[vane.ID]vane.PostCorrection, error) {
	if len(mentions) == 0 {
		return nil, nil
	}
	known, err := s.judgements(ctx, len(mentions), func(i int) vane.ID { return mentions[i].ID })
	if err != nil {
		return nil, err
	}
	holding := map[vane.ID]vane.PostCorrection{}
	for i := range mentions {
		m := &mentions[i]
		if c, ok := known[textOf(m)]; ok {
			c.Apply(m)
			holding[m.ID] = c
		}
	}
	return holding, nil
}

// text is a text of a post.
type text struct {
	post        vane.ID
	fingerprint uint64
}

func textOf(m *vane.Mention) text { return text{m.ID, m.Fingerprint} }

// judgements are the last judgements of the texts of some posts.
func (s *Store) judgements(ctx context.Context, n int, id func(i int) vane.ID) (map[text]vane.PostCorrection, error) {
	ctx, err := withIDs(ctx, n, id)
	if err != nil {
		return nil, err
	}
	var rows []correctionRow
	if err := s.selectRows(ctx, &rows, "corrections_of_batch", nil); err != nil {
		return nil, err
	}
	known := make(map[text]vane.PostCorrection, len(rows))
	for _, r := range rows {
		if known[text{r.ID, r.Fingerprint}], err = r.correction(); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// applyCorrections gives a batch what analysts held of it.
func (s *Store) applyCorrections(ctx context.Context, batch []entry) (map[text]vane.PostCorrection, error) {
	known, err := s.judgements(ctx, len(batch), func(i int) vane.ID { return batch[i].id })
	for i := range batch {
		m := &batch[i].mention
		if c, ok := known[textOf(m)]; ok {
			c.Apply(m)
		}
	}
	return known, err
}

// correctAgain writes those of a batch anew that were judged while it was written: known
// is what was found before.
func (s *Store) correctAgain(ctx context.Context, batch []entry, known map[text]vane.PostCorrection) error {
	now, err := s.judgements(ctx, len(batch), func(i int) vane.ID { return batch[i].id })
	if err != nil || len(now) == 0 {
		return err
	}
	var again []entry
	for _, e := range batch {
		t := textOf(&e.mention)
		if c, ok := now[t]; ok && !c.At.Equal(known[t].At) {
			again = append(again, e)
		}
	}
	return s.write(ctx, again)
}

// PostCorrections lists the judgements, the newest first, a page at a time. A place that
// no page named is [vane.ErrPlace].
func (s *Store) PostCorrections(ctx context.Context, after string, limit int) (vane.CorrectionPage, error) {
	if limit < 1 || limit > maxPage {
		return vane.CorrectionPage{}, fmt.Errorf("list %d corrections: ask for 1 to %d", limit, maxPage)
	}
	p, err := correctionPlace(after)
	if err != nil {
		return vane.CorrectionPage{}, err
	}
	var rows []correctionRow
	if err := s.selectRows(ctx, &rows, "post_corrections", p.with("limit", limit+1)); err != nil {
		return vane.CorrectionPage{}, err
	}
	page := vane.CorrectionPage{Corrections: []vane.PostCorrection{}}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		page.Next = fmt.Sprintf("%d.%s", last.At.UnixMilli(), last.ID)
	}
	for _, r := range rows {
		c, err := r.correction()
		if err != nil {
			return page, err
		}
		page.Corrections = append(page.Corrections, c)
	}
	return page, nil
}

// correctionPlace reads what Next of a page says.
func correctionPlace(after string) (params, error) {
	p := params{"first": after == "", "at": int64(0), "id": vane.ID{}.String()}
	if after == "" {
		return p, nil
	}
	at, id, _ := strings.Cut(after, ".")
	moment, err := strconv.ParseInt(at, 10, 64)
	if err != nil || moment < 0 || moment > lastMoment.UnixMilli() {
		return nil, fmt.Errorf("%q: %w", after, vane.ErrPlace)
	}
	post, err := vane.ParseID(id)
	if err != nil || post.IsZero() {
		return nil, fmt.Errorf("%q: %w", after, vane.ErrPlace)
	}
	return p.with("at", moment).with("id", post.String()), nil
}

type correctionRow struct {
	ID          vane.ID   `ch:"id"`
	At          time.Time `ch:"at"`
	User        string    `ch:"user"`
	Fingerprint uint64    `ch:"fingerprint"`
	Before      string    `ch:"before"`
	Tags        []string  `ch:"tags"`
	TagNames    []string  `ch:"tag_names"`
	TagNatures  []string  `ch:"tag_natures"`
	Sentiment   float32   `ch:"sentiment"`
	Sensitive   bool      `ch:"sensitive"`
	Latest      bool      `ch:"latest"`
}

func (r correctionRow) correction() (vane.PostCorrection, error) {
	c := vane.PostCorrection{
		Post: r.ID, At: r.At.UTC(), User: r.User, Fingerprint: r.Fingerprint, Latest: r.Latest,
		After: vane.Judgement{Tags: make([]vane.TagMatch, len(r.Tags)), Sentiment: vane.Sentiment(r.Sentiment), Sensitive: r.Sensitive},
	}
	for i, tag := range r.Tags {
		c.After.Tags[i] = vane.TagMatch{ID: vane.Tag(tag), Name: r.TagNames[i], Nature: r.TagNatures[i], Rule: vane.ByAnalyst}
	}
	if err := json.Unmarshal([]byte(r.Before), &c.Before); err != nil {
		return c, fmt.Errorf("decode a correction of post %s: %w", r.ID, err)
	}
	return c, nil
}
