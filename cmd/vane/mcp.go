package main

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"vane/dashboards/ask"
	"vane/dashboards/mcp"
)

func (a *app) mcpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "mcp",
		Short: "answer an AI assistant on standard input and output",
		Long: `Mcp speaks the Model Context Protocol on standard input and output, for assistants
that start it themselves. It reads what is stored, through a running vane if there
is one, and changes nothing. Every answer carries its query and counts; what
strangers wrote is marked as untrusted. A running vane answers over HTTP too, at /mcp.`,
		Example: "  vane mcp --config configs/vane.yaml --data-dir ~/.local/share/vane",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.mcp(cmd.Context()) },
	}
}

func (a *app) mcp(ctx context.Context) (err error) {
	names, err := a.cfg.issueNames()
	if err != nil {
		return err
	}
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	assistant := mcp.Assistant{
		Desk: a.desk(store, names), Gate: ask.NewGate(a.cfg.API.Rate, time.Now), Audit: a.audit(),
		Version: version(), Log: a.log,
	}
	return assistant.Serve(ctx, io.NopCloser(a.in), stayingOpen{a.out})
}

// stayingOpen is a writer that the process closes, not who writes to it.
type stayingOpen struct{ io.Writer }

// Close does nothing.
func (stayingOpen) Close() error { return nil }
