package crawler

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"strconv"
	"strings"
)

// shard is the part of the hosts that a process takes: those whose hash gives index.
// The zero shard is all of them.
type shard struct{ index, count uint32 }

// parseShard reads 1/3, the first of three.
func parseShard(s string) (shard, error) {
	if s == "" {
		return shard{}, nil
	}
	i, n, _ := strings.Cut(s, "/")
	index, err1 := strconv.ParseUint(i, 10, 16)
	count, err2 := strconv.ParseUint(n, 10, 16)
	if err1 != nil || err2 != nil || index < 1 || index > count {
		return shard{}, fmt.Errorf("%q is not a part such as 1/3, the first of three processes", s)
	}
	return shard{uint32(index - 1), uint32(count)}, nil
}

// shard is the process's part; Validate has seen that it can be read.
func (c Config) shard() shard {
	part, err := parseShard(c.Shard)
	if err != nil {
		return shard{}
	}
	return part
}

// owns reports whether a host is this process's. All sources with lists on one host
// are in one process, which so keeps the host's pace.
func (s shard) owns(host string) bool {
	if s.count == 0 {
		return true
	}
	h := fnv.New32a()
	h.Write([]byte(strings.ToLower(host))) // a hash never returns an error
	return h.Sum32()%s.count == s.index
}

// starts are the start pages that are this process's. The pages they lead to are
// too, wherever they lie: processes share nothing to hand them over by.
func (s shard) starts(all []*url.URL) []*url.URL {
	var own []*url.URL
	for _, u := range all {
		if s.owns(u.Hostname()) {
			own = append(own, u)
		}
	}
	return own
}
