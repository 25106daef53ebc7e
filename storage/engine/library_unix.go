//go:build linux || darwin

package engine

import (
	"fmt"
	"runtime"

	"github.com/ebitengine/purego"
)

// callLibrary runs `clickhouse local` with args and returns what it said when it
// came back. The library is loaded without cgo, so that Vane cross-compiles.
func callLibrary(path string, args []string) (string, error) {
	runtime.LockOSThread() // the reason of a failed dlopen is kept by thread
	defer runtime.UnlockOSThread()
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return "", fmt.Errorf("load library: %w", err)
	}
	var run func(argc int32, argv **byte) uintptr
	var failure func(result uintptr) string
	for name, fn := range map[string]any{"chdb_query_cmdline": &run, "chdb_result_error": &failure} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return "", fmt.Errorf("load library: %s is not the libchdb that Vane needs: %w", path, err)
		}
		purego.RegisterFunc(fn, symbol)
	}
	argv := make([]*byte, len(args)+1) // C wants a null pointer behind the last
	var pin runtime.Pinner
	defer pin.Unpin()
	for i, arg := range args {
		text := append([]byte(arg), 0)
		argv[i] = &text[0]
		pin.Pin(argv[i])
	}
	result := run(int32(len(args)), &argv[0])
	if result == 0 {
		return "", nil
	}
	return failure(result), nil
}
