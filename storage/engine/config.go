package engine

import (
	"errors"
	"fmt"
	"runtime"
)

const (
	// defaultMemoryBytes leaves room for a browser and an editor on a laptop with
	// 8 GB; counting a month of a million posts takes a tenth of it.
	defaultMemoryBytes = 2 << 30
	// minMemoryBytes is where ClickHouse begins to refuse ordinary queries.
	minMemoryBytes = 512 << 20
	maxPort        = 1<<16 - 1
)

// Config is how the embedded ClickHouse runs.
type Config struct {
	Library     string   `yaml:"-"`            // libchdb; empty: the one that Install put into CacheDir
	CacheDir    string   `yaml:"cache_dir"`    // where Install keeps libraries, shared by all data directories
	DataDir     string   `yaml:"-"`            // the engine's own folder; nothing else may write there
	TCPPort     int      `yaml:"tcp_port"`     // native protocol, on 127.0.0.1; 0: a free one, kept while it stays free
	HTTPPort    int      `yaml:"http_port"`    // HTTP protocol, likewise
	MemoryBytes int64    `yaml:"memory_bytes"` // of the whole server
	Threads     int      `yaml:"threads"`      // of one query; 0: all cores
	Command     []string `yaml:"-"`            // starts a child that calls Serve; empty: this program with the argument "engine"
}

// DefaultConfig is what an installation without a configuration runs with. The
// caller sets CacheDir and DataDir.
func DefaultConfig() Config { return Config{MemoryBytes: defaultMemoryBytes} }

// Validate names every key that can't be used.
func (c Config) Validate() error {
	var problems []error
	refuse := func(key, format string, args ...any) {
		problems = append(problems, fmt.Errorf("storage.engine."+key+": "+format, args...))
	}
	if c.TCPPort < 0 || c.TCPPort > maxPort {
		refuse("tcp_port", "%d is not a port: use 1 to %d, or 0 for a free one", c.TCPPort, maxPort)
	}
	if c.HTTPPort < 0 || c.HTTPPort > maxPort {
		refuse("http_port", "%d is not a port: use 1 to %d, or 0 for a free one", c.HTTPPort, maxPort)
	}
	if c.TCPPort != 0 && c.TCPPort == c.HTTPPort {
		refuse("http_port", "%d is tcp_port already: the two protocols need a port each", c.HTTPPort)
	}
	if c.MemoryBytes < minMemoryBytes {
		refuse("memory_bytes", "%d is too little for ClickHouse: give it at least %d", c.MemoryBytes, minMemoryBytes)
	}
	if c.Threads < 0 {
		refuse("threads", "%d is less than none: use 0 for all cores", c.Threads)
	}
	return errors.Join(problems...)
}

// threads is the number of threads of a query.
func (c Config) threads() int {
	if c.Threads == 0 {
		return runtime.NumCPU()
	}
	return c.Threads
}
