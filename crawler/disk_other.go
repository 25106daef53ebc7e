//go:build !linux && !darwin

package crawler

import "math"

// freeBytes can't be told here: what fills up says so itself.
func freeBytes(string) (int64, error) { return math.MaxInt64, nil }
