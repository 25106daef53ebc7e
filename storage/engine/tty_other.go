//go:build !linux

package engine

import "os"

// terminalInput is needed on Linux only, as the libraries of other systems are not
// pinned yet.
func terminalInput() (*os.File, error) { return os.Stdin, nil }
