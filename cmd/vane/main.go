// Command vane monitors what consumers say: it crawls, understands, stores, and
// finds hotspots. See run.go for how the parts are joined.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"vane/storage"
)

// Exit codes, fixed so that scripts can rely on them.
const (
	exitDone     = 0
	exitFailed   = 1
	exitWrongUse = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run runs one command line and says how the process should exit. The first
// interrupt asks everything to end; a second one ends the process at once.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	root := newRoot(&app{in: in, out: out, errOut: errOut})
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	var wrong usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &wrong):
		fmt.Fprintf(errOut, "vane: %v\nTry 'vane --help', or --help behind the command.\n", err)
		return exitWrongUse
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(errOut, "vane: interrupted; what was acknowledged is stored")
		return exitFailed
	default:
		fmt.Fprintf(errOut, "vane: %v\n", err)
		if advice := storage.Advice(err); advice != "" {
			fmt.Fprintf(errOut, "vane: %s\n", advice)
		}
		return exitFailed
	}
}

// usageError is a mistake in the command line rather than in the work.
type usageError struct{ error }

func wrongUse(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}
