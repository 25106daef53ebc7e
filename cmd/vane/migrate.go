package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"vane/crawler"
)

func (a *app) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "bring the database's schema and the crawl state up to date",
		Long: `Migrate brings the schema of the embedded engine, or of the server at storage.dsn, and
the crawl state of the data directory, if there is one, up to date and says what it did.
vane run and whatever reads posts do the same; doctor and backup do not. Use it alone
before an upgrade of many processes.`,
		Example: "  vane migrate\n  vane migrate --config configs/vane.yaml --json",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.migrate(cmd.Context()) },
	}
}

func (a *app) migrate(ctx context.Context) (err error) {
	var opened stack
	defer opened.close(&err)
	cfg, err := a.server(ctx, &opened)
	if err != nil {
		return err
	}
	store, err := a.connected(ctx, cfg, &opened)
	if err != nil {
		return err
	}
	applied, err := store.Migrate(ctx)
	if err != nil {
		return err
	}
	if _, err := os.Stat(a.stateFile()); err == nil {
		// Whoever has it open has brought it up to date.
		if _, err := a.openState(ctx, &opened); err != nil && !errors.Is(err, crawler.ErrInUse) {
			return err
		}
	}
	if a.json {
		return a.printJSON(applied)
	}
	for _, name := range applied {
		fmt.Fprintln(a.out, name)
	}
	fmt.Fprintf(a.out, "%d migrations applied; the schema is up to date\n", len(applied))
	return nil
}
