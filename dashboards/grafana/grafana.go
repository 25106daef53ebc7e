// Package grafana is what Vane gives to Grafana: dashboards, alert rules, and the files
// by which Grafana loads them. Dashboards and rules are generated from the package
// definition and the queries beside it; the finished files are embedded, so that vane
// can write them to where its Grafana looks.
package grafana

import (
	"embed"
	"io/fs"
)

//go:generate go run ./gen

//go:embed *.json provisioning/*.yaml
var files embed.FS

// Files holds the dashboards, NAME.json, and provisioning/datasources.yaml,
// dashboards.yaml and alerting.yaml.
func Files() fs.FS { return files }
