// Package crawler collects public posts, politely and durably. A [Source] is pure
// configuration; a [Crawler] makes passes over sources:
//
//	frontier ──▶ robots ──▶ pace ──▶ changed? ──▶ fetch ──▶ charset ──▶ extract ──▶ seen? ──▶ outbox
//
// Everything that must survive a crash is in one SQLite file, the [State]: what is
// still to be fetched, what was seen, how every pass ended, and the posts that
// wait to be stored. One transaction marks a page done and puts its posts in the
// outbox, so that nothing is lost or doubled between the two. The file belongs to one
// process; others may look at it ([ReadState]). What a person wants forgotten is erased
// from it and does not come back ([State.Forget]).
//
// A pass over news stops at the first page of known posts. A backfill
// (PassOptions.Window) reads on through a span of days; a source that follows its
// posts fetches their pages again, for changes and for their deletion.
//
// Files that people already have come in through [Import].
//
// It is the only package that knows colly.
package crawler
