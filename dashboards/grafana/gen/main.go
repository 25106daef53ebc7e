// Command gen writes overview.json from the package definition, queries/*.sql and
// the names of the domains in configs/taxonomy. Run it in dashboards/grafana:
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
	overview, err := definition.Overview(os.DirFS("queries"), vane.Configs())
	if err != nil {
		return err
	}
	return os.WriteFile("overview.json", overview, 0o644) // #nosec G306 -- a file of the repository, for everyone
}
