package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"vane/storage/engine"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "what this program is made of",
		RunE: func(*cobra.Command, []string) error {
			v := struct {
				Vane   string `json:"vane"`
				Go     string `json:"go"`
				Engine string `json:"engine"` // of the embedded ClickHouse
			}{version(), goVersion(), engine.Version}
			if a.json {
				return a.printJSON(v)
			}
			fmt.Fprintf(a.out, "vane %s\n%s\nembedded ClickHouse %s\n", v.Vane, v.Go, v.Engine)
			return nil
		},
	}
}

// version is the module's version, or the revision it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}

func goVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.GoVersion
	}
	return "unknown"
}
