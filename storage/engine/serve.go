package engine

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// listenForever makes `clickhouse local` a server: two statements open the ports
// of the configuration, and the last one keeps the call from returning. It must use
// what sleepEachRow gives: a count() would leave the sleep out, run through the
// numbers at full speed, and end. The delay is how often the caller looks whether there
// is an answer, in microseconds: there never is.
const listenForever = `SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; ` +
	`SELECT sum(sleepEachRow(1)) FROM numbers(10000000000) ` +
	`SETTINGS max_block_size=1, max_threads=1, function_sleep_max_microseconds_per_block=0, max_execution_time=0, interactive_delay=10000000`

// Serve is the child's whole life: it loads the library and runs ClickHouse with
// the configuration that [Start] wrote, until standard input ends. It returns only
// when ClickHouse could not start. The arguments are those that Start gives.
func Serve(args []string) error {
	flags := flag.NewFlagSet("engine", flag.ContinueOnError)
	library := flags.String("library", "", "path of libchdb")
	config := flags.String("config", "", "configuration file written by the parent")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read engine arguments: %w", err)
	}
	stdin, err := terminalInput()
	if err != nil {
		return err
	}
	go exitWithParent(stdin)
	text, err := callLibrary(*library, []string{"clickhouse-local", "--config-file", *config, "--interactive", "--progress", "off", "--query", listenForever})
	if err != nil {
		return err
	}
	if text == "" {
		text = "it ended" // the reason, if any, is on standard error
	}
	return errors.New("run clickhouse: " + text)
}

// exitWithParent ends the process when the parent closes the pipe, or is killed.
// It does not shut the library down: 26.7.3 can hang there, and ClickHouse is
// built to be ended at any moment.
func exitWithParent(stdin io.Reader) {
	_, _ = io.Copy(io.Discard, stdin) // the parent writes nothing: this returns at the end
	os.Exit(0)
}
