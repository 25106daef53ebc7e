package crawler

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Config is what holds for every source.
type Config struct {
	Contact      string        `yaml:"contact"`        // web or mail address in the user agent, for the sites' operators
	Workers      int           `yaml:"workers"`        // pages of one host fetched at one time, and pages of all hosts read at one time
	Timeout      time.Duration `yaml:"timeout"`        // of one request, its body included
	Patience     time.Duration `yaml:"patience"`       // how long a pass waits for a host that asked for time; longer, and its pages wait for the next pass
	Attempts     int           `yaml:"attempts"`       // fetches of a page that fails for a passing reason, before it is buried
	OutboxMax    int           `yaml:"outbox_max"`     // posts waiting to be stored; at so many, crawling pauses when the pages on their way are read
	OutboxBytes  int64         `yaml:"outbox_bytes"`   // likewise, in bytes
	MinFree      int64         `yaml:"min_free_bytes"` // crawling pauses while the disk of the state has less left; 0: it may fill up
	Chromium     string        `yaml:"chromium"`       // path of a Chromium, for sources with render; empty: those can't be crawled
	AllowPrivate bool          `yaml:"allow_private"`  // may connect to loopback and private addresses
	Shard        string        `yaml:"shard"`          // as 1/3: of three processes, this is the one that takes the first third of the hosts; empty: all of them

	Version      string   `yaml:"-"` // of the program, in the user agent
	AuthorSecret []byte   `yaml:"-"` // of the installation, see [vane.NewAuthorKey]
	Environ      []string `yaml:"-"` // the process environment, as os.Environ gives it, see Validate
}

const (
	// defaultWorkers keeps two cores busy: a page costs about a millisecond of
	// processor time and the network does the rest.
	defaultWorkers = 8
	// defaultTimeout is what the slowest public pages need.
	defaultTimeout = 30 * time.Second
	// defaultPatience is longer than an ordinary Retry-After and shorter than an
	// ordinary schedule.
	defaultPatience = 2 * time.Minute
	// defaultAttempts rides out an outage of some hours, as the wait doubles.
	defaultAttempts = 5
	// defaultOutboxMax is about 1 GB of disk at 1 KB a post.
	defaultOutboxMax = 1_000_000
	// defaultOutboxBytes is twice that: some posts are articles.
	defaultOutboxBytes = 2 << 30
	// defaultMinFree is what ClickHouse needs to merge a day of a large installation, and
	// what a person needs to clean up.
	defaultMinFree = 1 << 30
)

// DefaultConfig is the configuration of a crawler of public sites.
func DefaultConfig() Config {
	return Config{
		Workers:     defaultWorkers,
		Timeout:     defaultTimeout,
		Patience:    defaultPatience,
		Attempts:    defaultAttempts,
		OutboxMax:   defaultOutboxMax,
		OutboxBytes: defaultOutboxBytes,
		MinFree:     defaultMinFree,
	}
}

// Validate reports everything that is wrong, by key, and what to do about it.
func (c Config) Validate() error {
	var errs []error
	positive := func(key string, n int64) {
		if n <= 0 {
			errs = append(errs, fmt.Errorf("%s is %d: set it to more than 0", key, n))
		}
	}
	positive("workers", int64(c.Workers))
	positive("timeout", int64(c.Timeout))
	positive("attempts", int64(c.Attempts))
	positive("outbox_max", int64(c.OutboxMax))
	positive("outbox_bytes", c.OutboxBytes)
	if c.MinFree < 0 {
		errs = append(errs, fmt.Errorf("min_free_bytes is %d: set it to 0 or more", c.MinFree))
	}
	if c.Patience < 0 {
		errs = append(errs, fmt.Errorf("patience is %v: set it to 0 or more", c.Patience))
	}
	if strings.ContainsAny(c.Contact, "\r\n") {
		errs = append(errs, errors.New("contact has a line break: write it on one line"))
	}
	if _, err := parseShard(c.Shard); err != nil {
		errs = append(errs, fmt.Errorf("shard: %w", err))
	}
	// Colly lets COLLY_* variables override the code silently, robots.txt included.
	for _, kv := range c.Environ {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "COLLY_") {
			errs = append(errs, fmt.Errorf("environment variable %s would override the crawler's rules: unset it", name))
		}
	}
	return errors.Join(errs...)
}

// agentName is what robots.txt files know the crawler by.
const agentName = "Vane"

// userAgent says honestly who asks, and whom to write to.
func (c Config) userAgent() string {
	ua := agentName
	if c.Version != "" {
		ua += "/" + c.Version
	}
	if c.Contact != "" {
		ua += " (+" + c.Contact + ")"
	}
	return ua
}
