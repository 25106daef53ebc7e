// Package grafana is Vane's dashboard for Grafana: overview.json and what Grafana
// needs to load it. The dashboard is generated from the package definition and the
// queries beside it; the finished files are embedded, so that a program can write
// them to where its Grafana looks.
package grafana

import (
	"embed"
	"io/fs"
)

//go:generate go run ./gen

//go:embed overview.json provisioning/*.yaml
var files embed.FS

// Files holds overview.json, provisioning/datasources.yaml and
// provisioning/dashboards.yaml.
func Files() fs.FS { return files }
