package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestMemoryLimitOfTheContainer(t *testing.T) {
	const gb = 1 << 30
	for _, c := range []struct {
		name   string
		files  map[string]string
		engine int64
		limit  int64
		warns  bool
	}{
		{"no Linux", nil, 2 * gb, 0, false},
		{"no limit", map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, 2 * gb, 0, false},
		{"a container", map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "4294967296\n"}, 2 * gb, 1932735283, false},
		{"a ClickHouse elsewhere", map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "4294967296\n"}, 0, 3865470566, false},
		{"a folder that is not seen inside", map[string]string{"proc/self/cgroup": "0::/../../docker/abc\n", "sys/fs/cgroup/memory.max": "4294967296\n"}, 0, 3865470566, false},
		{"a service, in a slice that has less", map[string]string{
			"proc/self/cgroup": "0::/system.slice/vane.service\n",
			"sys/fs/cgroup/system.slice/vane.service/memory.max":  "8589934592\n",
			"sys/fs/cgroup/system.slice/memory.max":               "4294967296\n",
			"sys/fs/cgroup/system.slice/other.service/memory.max": "1\n",
		}, 2 * gb, 1932735283, false},
		{"version 1", map[string]string{
			"proc/self/cgroup": "9:cpu,cpuacct:/x\n4:memory:/docker/abc\n", "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": "4294967296\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
		}, 0, 3865470566, false},
		{"too small for the engine", map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "1073741824\n"}, 2 * gb, leastMemory, true},
		{"nonsense", map[string]string{"proc/self/cgroup": "what\n0::/\n", "sys/fs/cgroup/memory.max": "a lot\n"}, 0, 0, false},
	} {
		root := fstest.MapFS{}
		for name, text := range c.files {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		limit, container := memoryLimit(root, c.engine)
		if limit != c.limit {
			t.Errorf("%s: %d, want %d", c.name, limit, c.limit)
		}
		if warning := describeMemory(container, c.engine); container > 0 && (warning != "") != c.warns || c.warns && !strings.Contains(warning, "storage.engine.memory_bytes") {
			t.Errorf("%s: %q", c.name, warning)
		}
	}
}
