package main

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"vane"
	"vane/dashboards/access"
	"vane/dashboards/ask"
	"vane/nlp"
)

const (
	// wordsEvery is how often emerging words are looked for: it reads five weeks of posts.
	wordsEvery = 6 * time.Hour
	// wordsQueued are kept for the board: more are a week's work.
	wordsQueued = 100
	// wordsSpan is what is looked through.
	wordsSpan = 7 * 24 * time.Hour
)

// liveAnalyzer is an analyzer that can be exchanged while posts go through it.
type liveAnalyzer struct{ current atomic.Pointer[nlp.Analyzer] }

// Analyze implements [vane.Analyzer].
func (l *liveAnalyzer) Analyze(p vane.Post) vane.Mention { return l.current.Load().Analyze(p) }

// wordDesk lets analysts decide about emerging words in a running vane, as vane words
// does beside it.
type wordDesk struct {
	app   *app
	flow  *flow
	retag chan struct{} // holds that stored posts are to be tagged anew

	mu        sync.Mutex // guards what follows, and the file of accepted words
	queue     ask.WordQueue
	retagging bool
}

func newWordDesk(a *app, f *flow) *wordDesk {
	return &wordDesk{app: a, flow: f, retag: make(chan struct{}, 1)}
}

// run looks for words now and then, and tags posts anew when a word was accepted, until
// ctx ends.
func (d *wordDesk) run(ctx context.Context) error {
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return d.app.every(ctx, wordsEvery, "search for words", d.look) })
	work.Go(func() error {
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-d.retag:
				if err := d.retagAll(ctx); err != nil && ctx.Err() == nil {
					d.app.log.Error("retagging failed: run vane retag to go on", "err", err)
				}
			}
		}
	})
	return work.Wait()
}

// look finds the words of the last week.
func (d *wordDesk) look(ctx context.Context) error {
	now := time.Now().UTC()
	w := vane.Window{From: vane.Daily.Floor(now.Add(-wordsSpan)), To: now}
	found, err := findWords(ctx, d.flow.store, d.flow.analyzer.current.Load(), d.app.cfg.Words, w, wordsQueued)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue = ask.WordQueue{Window: w, At: now, Words: found}
	return nil
}

// Queue implements [ask.WordKeeper].
func (d *wordDesk) Queue(ctx context.Context) (ask.WordQueue, error) {
	verdicts, err := d.flow.store.WordVerdicts(ctx)
	if err != nil {
		return ask.WordQueue{}, err
	}
	d.mu.Lock()
	q := d.queue
	q.Retagging = d.retagging || len(d.retag) > 0
	d.mu.Unlock()
	q.Decided = verdicts
	q.Words = slices.DeleteFunc(slices.Clone(q.Words), func(w vane.EmergingWord) bool {
		return slices.ContainsFunc(verdicts, func(v vane.WordVerdict) bool { return v.Word == w.Word })
	})
	return q, nil
}

// Accept implements [ask.WordKeeper]: new posts with the word get its issue from now on,
// stored ones if asked to.
func (d *wordDesk) Accept(ctx context.Context, word string, issue vane.Tag, retag bool) error {
	word, err := wordOf(word)
	if err != nil {
		return ask.Mistake{Field: "word", Says: err.Error()}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.app.cfg.accept(d.app.configFile, word, string(issue)); err != nil {
		return ask.Mistake{Field: "word", Says: err.Error()}
	}
	if err := d.decide(ctx, vane.WordVerdict{Word: word, Accepted: true, Issue: issue}); err != nil {
		return err
	}
	analyzer, err := d.app.analyzer()
	if err != nil {
		return err
	}
	if err := d.flow.store.Promote(ctx, analyzer.TaxonomyVersion()); err != nil {
		return err
	}
	d.flow.analyzer.current.Store(analyzer)
	if retag {
		select {
		case d.retag <- struct{}{}:
		default: // it is to be done already
		}
	}
	return nil
}

// Reject implements [ask.WordKeeper].
func (d *wordDesk) Reject(ctx context.Context, word string) error {
	word, err := wordOf(word)
	if err != nil {
		return ask.Mistake{Field: "word", Says: err.Error()}
	}
	return d.decide(ctx, vane.WordVerdict{Word: word})
}

// decide records and keeps a verdict of who asks.
func (d *wordDesk) decide(ctx context.Context, v vane.WordVerdict) error {
	v.At = time.Now().UTC()
	if err := d.app.audit().Record(ctx, v.At, access.Corrected, verdictText(v)); err != nil {
		return err
	}
	return d.flow.store.SaveWordVerdict(ctx, v)
}

// retagAll tags stored posts anew.
func (d *wordDesk) retagAll(ctx context.Context) error {
	d.setRetagging(true)
	defer d.setRetagging(false)
	start, analyzer := time.Now(), d.flow.analyzer.current.Load()
	r := retagger{d.flow.store, analyzer, analyzer.TaxonomyVersion(), func(int) {}}
	w := allTime(start)
	days, err := d.flow.store.Outdated(ctx, r.taxonomy, w)
	if err != nil {
		return err
	}
	posts := 0
	err = r.each(ctx, days, w, func(_, anew []vane.Mention) error {
		posts += len(anew)
		return d.flow.store.Insert(ctx, anew)
	})
	d.app.log.Info("stored posts tagged anew", "posts", posts, "took", time.Since(start).Round(time.Millisecond))
	return err
}

func (d *wordDesk) setRetagging(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.retagging = on
}
