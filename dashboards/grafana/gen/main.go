// Command gen writes the dashboards and alert rules from the package definition,
// queries/*.sql and the names in configs/taxonomy. Run it in dashboards/grafana:
//
//	go generate ./dashboards/grafana
package main

import (
	"fmt"
	"os"

	"vane"
	"vane/dashboards/grafana/definition"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	files, err := definition.Files(os.DirFS("queries"), vane.Configs())
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(name, text, 0o644); err != nil { // #nosec G306 -- files of the repository, for everyone
			return err
		}
	}
	return nil
}
