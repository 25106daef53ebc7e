//go:build unix

package hotspot

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that the program has used: on a machine that is
// shared, the time on the clock says little.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
