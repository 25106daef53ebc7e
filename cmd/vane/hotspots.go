package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"vane"
	"vane/storage"
	"vane/storage/engine"
)

func (a *app) hotspotsCommand() *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "hotspots",
		Short: "what is said more often than usual, and why",
		Long: `Hotspots looks at the hours of every issue and domain up to TIME, and of every issue
by brand, region and channel; at the last ten minutes of every issue; and at the hot
lists. It finds what stands over its baseline, stores it, and lists the hotspots of the
last days, hottest first, each with the numbers that make it hot. While another vane
runs on the data directory, what that one found is listed.`,
		Example: "  vane hotspots\n  vane hotspots --at '2026-03-16 12:00' --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			when, err := vane.ParseEnd(at, time.Now())
			if err != nil {
				return usageError{err}
			}
			return a.hotspots(cmd.Context(), when)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "as known at `TIME` (default: now)")
	return cmd
}

func (a *app) hotspots(ctx context.Context, at time.Time) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openStore(ctx, &opened)
	if errors.Is(err, engine.ErrLocked) {
		return a.listHotspots(ctx, at)
	}
	if err != nil {
		return err
	}
	return a.detectAndList(ctx, store, at)
}

func (a *app) detectAndList(ctx context.Context, store *storage.Store, at time.Time) error {
	d, err := a.cfg.detection()
	if err != nil {
		return err
	}
	hotspots, err := d.detect(ctx, store, at)
	if err != nil {
		return err
	}
	return a.printHotspots(hotspots)
}

// listHotspots reads what a running vane found.
func (a *app) listHotspots(ctx context.Context, at time.Time) (err error) {
	var opened stack
	defer opened.close(&err)
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	hotspots, err := a.shown(store).Hotspots(ctx, at, a.cfg.Hotspot.Lookback)
	if err != nil {
		return err
	}
	return a.printHotspots(hotspots)
}
