package main

import (
	"fmt"
	"io/fs"
	"math"
	"path"
	"strconv"
	"strings"
)

const (
	// memoryShare of what is left for vane is its limit: the rest is for what the Go
	// runtime does not count, such as thread stacks and the program itself.
	memoryShare = 0.9
	// leastMemory is what vane works with in any case: the dictionary and the models need
	// two thirds of it. A lower limit would only keep the garbage collector busy.
	leastMemory = 384 << 20
)

// memoryLimit is the soft limit for vane's own memory in a container or a service that
// is limited: what there is less engineBytes, the embedded engine's own limit. 0: none.
// root is the root of the file system.
func memoryLimit(root fs.FS, engineBytes int64) (limit, container int64) {
	container = containerMemory(root)
	if container == math.MaxInt64 {
		return 0, 0
	}
	return max(leastMemory, int64(memoryShare*float64(container-engineBytes))), container
}

// containerMemory is the lowest memory limit of the process's control groups, of either
// version of Linux's interface, or MaxInt64. Inside a container /proc/self/cgroup may
// name a folder that is not to be seen there: its files are then those at the root.
func containerMemory(root fs.FS) int64 {
	least := int64(math.MaxInt64)
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return least // no Linux
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3) // id:controllers:/path
		if len(fields) != 3 {
			continue
		}
		base, file := "sys/fs/cgroup", "memory.max"
		switch {
		case fields[1] == "":
		case strings.Contains(","+fields[1]+",", ",memory,"):
			base, file = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		default:
			continue
		}
		for dir := path.Clean("/" + fields[2]); ; dir = path.Dir(dir) {
			least = min(least, limitIn(root, path.Join(base, dir, file)))
			if dir == "/" {
				break
			}
		}
	}
	return least
}

// limitIn is the limit that a file holds, or MaxInt64 for none. Version 1 writes a
// number near 2^63 for none.
func limitIn(root fs.FS, name string) int64 {
	const none = 1 << 62
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return math.MaxInt64
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || n <= 0 || n >= none { // "max"
		return math.MaxInt64
	}
	return n
}

// describeMemory is what an operator of a container that is too small should know.
func describeMemory(container, engineBytes int64) string {
	if engineBytes == 0 || container-engineBytes >= leastMemory {
		return ""
	}
	const mb = 1 << 20
	return fmt.Sprintf("the container has %d MB, of which the engine may use %d: set storage.engine.memory_bytes to at most %d, or give the container more",
		container/mb, engineBytes/mb, max(0, container-leastMemory))
}
