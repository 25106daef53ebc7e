package engine

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

// terminalInput puts a pseudo terminal in the place of standard input and returns
// what stood there.
//
// Without a terminal, `clickhouse local` installs an error handler that ends the
// process whenever a connection fails: a wrong password or a client that vanishes
// would take the whole server down (ClickHouse issue 115666). With one, and with
// --interactive, it only logs.
func terminalInput() (*os.File, error) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, fmt.Errorf("open a pseudo terminal: %w", err)
	}
	var number, locked int32
	if err := ioctl(master, syscall.TIOCGPTN, &number); err != nil {
		return nil, fmt.Errorf("number the pseudo terminal: %w", err)
	}
	if err := ioctl(master, syscall.TIOCSPTLCK, &locked); err != nil {
		return nil, fmt.Errorf("unlock the pseudo terminal: %w", err)
	}
	slave, err := syscall.Open("/dev/pts/"+strconv.Itoa(int(number)), syscall.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, fmt.Errorf("open the pseudo terminal: %w", err)
	}
	stdin, err := syscall.Dup(syscall.Stdin)
	if err != nil {
		return nil, fmt.Errorf("keep standard input: %w", err)
	}
	if err := syscall.Dup3(slave, syscall.Stdin, 0); err != nil {
		return nil, fmt.Errorf("replace standard input: %w", err)
	}
	go func() { _, _ = io.Copy(io.Discard, master) }() // whatever is shown there must not fill it up
	return os.NewFile(uintptr(stdin), "stdin"), nil
}

func ioctl(f *os.File, request uintptr, value *int32) error {
	//nolint:gosec // the kernel writes a C int there, as the two requests above say
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(unsafe.Pointer(value))); errno != 0 {
		return errno
	}
	return nil
}
