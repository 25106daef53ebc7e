package crawler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"vane"
)

// Crawler makes passes over sources. It is safe for concurrent use: passes over
// different sources share its workers, and the pace of every host.
type Crawler struct {
	cfg       Config
	state     *State // may be nil
	log       *slog.Logger
	transport *http.Transport
	pace      *pace
	robots    *robots
	meter     *meter
	slots     *slots
	buffers   *sync.Pool // of *bytes.Buffer, for bodies that are read

	mu      sync.Mutex
	running map[string]bool // sources

	introduced sync.Once
}

// PassOptions are the parts of a pass that are not the source's.
type PassOptions struct {
	Progress func(PassProgress)    // told after every group of pages; may be nil
	Now      func() time.Time      // what dates are read against, and CollectedAt; nil is time.Now
	DryRun   func(vane.Post) error // gets the posts instead of the outbox; nothing is stored, and nothing counts as seen before

	// Window makes the pass a backfill: lists are read until everything on a page is
	// older than the window, known or not, and only posts inside it are taken. What
	// limits leave of it is done by later passes, within the same window. The zero
	// Window is none.
	Window vane.Window

	until time.Time // the pass ends then, as the source's quiet hours begin; zero for none
}

// New makes a crawler. Without a state it can only make dry runs. The state's outbox
// is bounded as configured from then on.
func New(cfg Config, state *State, log *slog.Logger) (*Crawler, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("crawler configuration: %w", err)
	}
	p := newPace()
	if state != nil {
		state.Limit(cfg)
	}
	return &Crawler{
		cfg:       cfg,
		state:     state,
		log:       log,
		transport: newTransport(cfg),
		pace:      p,
		robots:    newRobots(p, log),
		meter:     newMeter(),
		slots:     newSlots(cfg.Workers),
		buffers:   &sync.Pool{},
		running:   map[string]bool{},
	}, nil
}

// Close closes idle connections. The state is its owner's to close.
func (c *Crawler) Close() { c.transport.CloseIdleConnections() }

// Pass makes one pass over a source: what an earlier pass left, then its lists from
// the first page on until one holds known posts only. It returns when the pass has
// ended and its report is on disk. How the pass went, a cancelled ctx included, is
// the report's Reason; the error is about a source that is not valid, a state that
// can't be written, or the error that DryRun returned.
func (c *Crawler) Pass(ctx context.Context, src Source, opts PassOptions) (PassReport, error) {
	plan, err := compile(src)
	if err != nil {
		return PassReport{}, err
	}
	if plan.start = c.cfg.shard().starts(plan.start); len(plan.start) == 0 {
		return PassReport{}, fmt.Errorf("pass over %s: its hosts belong to another process than shard %s", src.Name, c.cfg.Shard)
	}
	if opts.Window != (vane.Window{}) {
		if err := opts.Window.Validate(); err != nil {
			return PassReport{}, fmt.Errorf("pass over %s: %w", src.Name, err)
		}
	}
	if err := c.checkRender(src); err != nil {
		return PassReport{}, err
	}
	c.introduce()
	if !c.start(src.Name) {
		return PassReport{}, fmt.Errorf("pass over %s: another one is running", src.Name)
	}
	defer c.stop(src.Name)
	if opts.Now == nil {
		opts.Now = time.Now
	}
	state := c.state
	if opts.DryRun != nil {
		// The same code on a state that is thrown away: what a dry run shows is what
		// a pass does.
		if state, err = OpenState(ctx, memoryPath); err != nil {
			return PassReport{}, err
		}
		defer state.Close()
	}
	if state == nil {
		return PassReport{}, errors.New("pass without a state: open one, or make a dry run")
	}
	return newPass(c, plan, state, opts).run(ctx)
}

// introduce warns, once, that the sites will not know who comes.
func (c *Crawler) introduce() {
	c.introduced.Do(func() {
		if c.cfg.Contact == "" {
			c.log.Warn("crawler.contact is empty: set it to a web or mail address, so that the operators of the sites can reach you")
		}
	})
}

func (c *Crawler) start(source string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running[source] {
		return false
	}
	c.running[source] = true
	return true
}

func (c *Crawler) stop(source string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.running, source)
}
