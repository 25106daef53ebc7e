package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/ext"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"vane"
)

// The moments that the tables can keep: a slot is a 32-bit count of seconds.
var (
	firstMoment = time.Unix(0, 0).UTC()
	lastMoment  = time.Date(2106, 1, 1, 0, 0, 0, 0, time.UTC)
)

func storable(t time.Time) bool { return !t.Before(firstMoment) && t.Before(lastMoment) }

// slot is the hour a post was published in, in Unix seconds: all versions of a post
// in one slot replace each other, those in other slots must be deleted.
type slot int64

func slotOf(t time.Time) slot { return slot(t.Truncate(time.Hour).Unix()) }

// start is the first moment of the slot.
func (s slot) start() time.Time { return time.Unix(int64(s), 0).UTC() }

// claim says that a post was published in a slot, according to a version of it.
type claim struct {
	id      vane.ID
	slot    slot
	version version
}

// beats orders the claims of one post: the higher version counts. Two claims of one
// version for different hours must have an order too, the same for everybody, or the
// post would be counted in both.
func (c claim) beats(other claim) bool {
	if c.version != other.version {
		return c.version > other.version
	}
	return c.slot > other.slot
}

// Insert stores mentions. When it returns nil they are on disk and counted. It may
// be called again with the same mentions, with older ones, in any order, from
// anywhere, and after any crash: each post ends up counted once, as it was last
// collected, provided that an insert that failed is repeated until it succeeds.
//
// A post without id, or collected at a moment that can't be kept, is left out with
// a warning, for it would stop the whole batch for ever. A post published at a
// moment that can't be kept is stored as undated.
//
// What analysts held of a post is applied to each of its versions with the text that they
// judged: looked up before and after the posts are written, as authors are.
//
// Posts of forgotten authors, and forgotten posts, are left out in silence. Authors are
// looked up before and after the posts are written: one that is forgotten in between
// either has them found by Forget, or by the second look.
//
// The order makes it safe. First the batch claims its hours in post_slots, then it
// reads all claims ever made for its posts. So of two inserts that cross, at least
// one sees the other's claim. A post is written unless another hour's claim beats
// it, and every other hour's claim that it beats gets a tombstone, whether its row
// is there yet or not. Last the hours that changed are marked as touched.
func (s *Store) Insert(ctx context.Context, mentions []vane.Mention) error {
	batch, err := s.entries(ctx, mentions)
	if err != nil {
		return err
	}
	return s.write(ctx, batch)
}

// insertTimeout ends an insert whose server has gone silent, as behind a line that was
// cut: a batch takes a second, and waiting as long as a question may would keep all posts
// waiting. It is repeated anyway.
const insertTimeout = 90 * time.Second

// write stores a batch.
func (s *Store) write(ctx context.Context, batch []entry) error {
	if len(batch) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, insertTimeout, fmt.Errorf("clickhouse did not answer within %s", insertTimeout))
	defer cancel()
	judged, err := s.applyCorrections(ctx, batch)
	if err != nil {
		return fmt.Errorf("read corrections of %d posts: %w", len(batch), err)
	}
	if err := s.writeClaims(ctx, batch); err != nil {
		return fmt.Errorf("insert claims of %d posts: %w", len(batch), err)
	}
	known, err := s.readClaims(ctx, batch)
	if err != nil {
		return fmt.Errorf("read claims of %d posts: %w", len(batch), err)
	}
	live, dead := settle(batch, known)
	if err := s.writePosts(ctx, live, dead); err != nil {
		return fmt.Errorf("insert %d posts: %w", len(live), err)
	}
	if err := s.touch(ctx, live, dead); err != nil {
		return fmt.Errorf("mark the hours of %d posts: %w", len(live), err)
	}
	if err := s.correctAgain(ctx, batch, judged); err != nil {
		return fmt.Errorf("apply corrections that were made meanwhile: %w", err)
	}
	return s.buryForgotten(ctx, batch)
}

// buryForgotten takes back the posts of authors that were forgotten while they were
// written.
func (s *Store) buryForgotten(ctx context.Context, batch []entry) error {
	barred, err := s.barred(ctx, batch)
	if err != nil || len(barred) == 0 {
		return err
	}
	var ids []vane.ID
	for _, e := range batch {
		if slices.Contains(barred, e.mention.AuthorKey) {
			ids = append(ids, e.id)
		}
	}
	if err := errors.Join(s.bury(ctx, ids), s.scrub(ctx, ids)); err != nil {
		return fmt.Errorf("delete %d posts of authors that were forgotten meanwhile: %w", len(ids), err)
	}
	return nil
}

// entry is a mention on its way in, with what it claims.
type entry struct {
	claim
	mention vane.Mention
}

// entries are what of a batch is to be stored: without what can't be, without the
// posts of forgotten authors, and of a post that the batch holds several times the
// version that counts among the others. It comes before the claims, for a claim must be
// of a post that is written.
func (s *Store) entries(ctx context.Context, mentions []vane.Mention) ([]entry, error) {
	var refused []error
	batch := make([]entry, 0, len(mentions))
	for _, m := range mentions {
		if err := check(&m); err != nil {
			refused = append(refused, err)
			continue
		}
		generation, err := s.generationOf(ctx, m.TaxonomyVersion)
		if err != nil {
			return nil, err
		}
		batch = append(batch, entry{claim{m.ID, slotOf(m.PublishedAt), versionOf(&m, generation)}, m})
	}
	if len(refused) > 0 {
		s.log.Warn("posts can't be stored and were left out", "posts", len(refused), "of", len(mentions), "err", refused[0])
	}
	barred, err := s.barred(ctx, batch)
	if err != nil {
		return nil, err
	}
	return newest(slices.DeleteFunc(batch, func(e entry) bool { return slices.Contains(barred, e.mention.AuthorKey) })), nil
}

// newest keeps of every post the version that counts.
func newest(batch []entry) []entry {
	kept := batch[:0]
	at := make(map[vane.ID]int, len(batch))
	for _, e := range batch {
		switch i, ok := at[e.id]; {
		case !ok:
			at[e.id] = len(kept)
			kept = append(kept, e)
		case !kept[i].beats(e.claim):
			kept[i] = e
		}
	}
	return kept
}

// check says why a mention can't be stored, and brings its times into the form that
// they are stored in.
func check(m *vane.Mention) error {
	switch {
	case m.ID.IsZero():
		return fmt.Errorf("post %q of %q has no id", m.URL, m.Source)
	case !storable(m.CollectedAt):
		return fmt.Errorf("post %s %q was collected at %s, which is no possible time", m.ID, m.URL, m.CollectedAt.Format(time.RFC3339))
	}
	m.CollectedAt = m.CollectedAt.UTC().Truncate(time.Millisecond)
	if !storable(m.PublishedAt) {
		m.PublishedAt, m.Undated = m.CollectedAt, true
	}
	m.PublishedAt = m.PublishedAt.UTC().Truncate(time.Millisecond)
	return nil
}

// settle decides what the batch writes, given all claims known for its posts.
func settle(batch []entry, known map[vane.ID][]claim) (live []*entry, dead []claim) {
	live = make([]*entry, 0, len(batch))
	for i := range batch {
		e := &batch[i]
		if moved, ok := e.wins(known[e.id]); ok {
			live, dead = append(live, e), append(dead, moved...)
		}
	}
	return live, dead
}

// wins reports whether a claim is to be written, given all claims for its post, and
// which of their rows it buries.
func (c claim) wins(all []claim) (buried []claim, ok bool) {
	for _, other := range all {
		switch {
		case other.version == forgotten:
			return nil, false
		case other.slot == c.slot: // ClickHouse settles it, by version
		case other.beats(c):
			return nil, false
		default:
			buried = append(buried, claim{c.id, other.slot, other.version.tombstone()})
		}
	}
	return buried, true
}

func (s *Store) writeClaims(ctx context.Context, batch []entry) error {
	return s.insertRows(ctx, "insert_post_slots", len(batch), func(i int) []any {
		return []any{batch[i].id[:], batch[i].slot.start(), uint64(batch[i].version)}
	})
}

// readClaims finds all claims for the posts of the batch.
func (s *Store) readClaims(ctx context.Context, batch []entry) (map[vane.ID][]claim, error) {
	ctx, err := withIDs(ctx, len(batch), func(i int) vane.ID { return batch[i].id })
	if err != nil {
		return nil, err
	}
	rows, err := s.conn.Query(ctx, query("claims_of_batch"))
	if err != nil {
		return nil, err
	}
	known := make(map[vane.ID][]claim, len(batch))
	for rows.Next() {
		var c claim
		var start time.Time
		var v uint64
		if err := rows.Scan(&c.id, &start, &v); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		c.slot, c.version = slotOf(start), version(v)
		known[c.id] = append(known[c.id], c)
	}
	return known, errors.Join(rows.Err(), rows.Close())
}

// barred are the authors of a batch that are forgotten.
func (s *Store) barred(ctx context.Context, batch []entry) ([]vane.ID, error) {
	authors, err := withIDs(ctx, len(batch), func(i int) vane.ID { return batch[i].mention.AuthorKey })
	if err != nil {
		return nil, err
	}
	return s.selectIDs(authors, "forgotten_of_batch", nil)
}

// withIDs sends ids along with a query, as the external table batch, which has no
// limit that a list in the query would have.
func withIDs(ctx context.Context, n int, id func(i int) vane.ID) (context.Context, error) {
	t, err := ext.NewTable("batch", ext.Column("id", "FixedString(16)"))
	if err != nil {
		return nil, err
	}
	for i := range n {
		one := id(i)
		if err := t.Append(one[:]); err != nil {
			return nil, err
		}
	}
	return clickhouse.Context(ctx, clickhouse.WithExternalTable(t)), nil
}

// selectIDs runs a query for ids.
func (s *Store) selectIDs(ctx context.Context, name string, p params) ([]vane.ID, error) {
	var rows []struct {
		ID vane.ID `ch:"id"`
	}
	if err := s.selectRows(ctx, &rows, name, p); err != nil {
		return nil, err
	}
	ids := make([]vane.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, nil
}

// touch says that hours have changed, after they have and before the insert is
// acknowledged. A crash in between leaves the batch unacknowledged: it comes again.
func (s *Store) touch(ctx context.Context, live []*entry, dead []claim) error {
	written := map[slot]uint64{}
	for _, e := range live {
		written[e.slot]++
	}
	for _, d := range dead {
		written[d.slot]++
	}
	slots := slices.Collect(maps.Keys(written))
	return s.insertRows(ctx, "insert_touched", len(slots), func(i int) []any {
		return []any{slots[i].start(), token(), written[slots[i]]}
	})
}

// writePosts sends posts and tombstones as one block, so that a moved post is hardly
// ever seen twice or not at all.
func (s *Store) writePosts(ctx context.Context, live []*entry, dead []claim) error {
	return s.insertRows(ctx, "insert_posts", len(live)+len(dead), func(i int) []any {
		if i < len(live) {
			return values(&live[i].mention, uint64(live[i].version), alive)
		}
		d := dead[i-len(live)]
		return values(&vane.Mention{Post: vane.Post{ID: d.id, PublishedAt: d.slot.start(), CollectedAt: firstMoment}}, uint64(d.version), tombstone)
	})
}

// insertRows sends n rows as one block.
func (s *Store) insertRows(ctx context.Context, name string, n int, row func(i int) []any) error {
	if n == 0 {
		return nil
	}
	batch, err := s.conn.PrepareBatch(ctx, query(name), driver.WithCloseOnFlush())
	if err != nil {
		return err
	}
	defer batch.Close() // after Send it does nothing
	for i := range n {
		if err := batch.Append(row(i)...); err != nil {
			return err
		}
	}
	return batch.Send()
}
