package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"vane/storage/engine"
)

func (a *app) engineCommand() *cobra.Command {
	var install bool
	cmd := &cobra.Command{
		Use:   "engine",
		Short: "run the embedded ClickHouse alone",
		Long: `Engine starts the embedded ClickHouse on the data directory, prints where it listens,
and keeps it running until it is interrupted, so that Grafana or a ClickHouse client
can read it. With --install it only fetches the engine's library into the cache.`,
		Example: "  vane engine --install\n  vane engine --data-dir ~/vane",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !install {
				return a.engineAlone(cmd.Context())
			}
			library, err := a.installEngine(cmd.Context())
			if err == nil {
				a.say("引擎：%s", library)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&install, "install", false, "fetch the engine's library and end")
	cmd.AddCommand(&cobra.Command{
		Use:                engineChild,
		Short:              "be the engine's process",
		Hidden:             true,
		DisableFlagParsing: true,                                                // its arguments are the engine's own
		PersistentPreRunE:  func(*cobra.Command, []string) error { return nil }, // it reads no configuration
		RunE:               func(_ *cobra.Command, args []string) error { return engine.Serve(args) },
	})
	return cmd
}

// engineChild is the command that the supervisor starts the engine's process with.
const engineChild = "child"

// engineAlone runs the engine until ctx ends.
func (a *app) engineAlone(ctx context.Context) (err error) {
	e, err := a.startEngine(ctx)
	if err != nil {
		return err
	}
	var opened stack
	defer opened.close(&err)
	opened.push(e.Close)
	reader := e.ReadOnly()
	if a.json {
		err = a.printJSON(reader)
	} else {
		_, err = fmt.Fprintf(a.out, "ClickHouse 已启动（只读用户）\n  native  %s:%d\n  http    %s:%d\n  用户    %s\n  密码    %s\n",
			reader.Host, reader.TCPPort, reader.Host, reader.HTTPPort, reader.User, reader.Password)
	}
	if err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
