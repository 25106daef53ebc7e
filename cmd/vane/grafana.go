package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"vane/dashboards/grafana"
	"vane/storage/engine"
)

func (a *app) grafanaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "grafana",
		Short: "dashboards and alert rules for Grafana",
		Long: `Vane brings five dashboards (消费舆情总览, 热点详情, 问题透视, 采集健康, 入库流水线) and alert
rules for Grafana 12 with its official plugin grafana-clickhouse-datasource.`,
		Example: "  vane grafana provision --dir ~/grafana-provisioning",
	}
	cmd.AddCommand(a.grafanaProvisionCommand())
	return cmd
}

// provisionCommand is the command that root may run on another account's data.
const provisionCommand = "provision"

func (a *app) grafanaProvisionCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   provisionCommand,
		Short: "write what Grafana loads at its start: data source, dashboards, alert rules",
		Long: `Provision writes the files of a provisioning folder of Grafana: the data source with the
port and the read-only password of the embedded engine, which must be running
(vane run or vane engine), the dashboards and the alert rules. Files of an earlier time
are replaced. datasources/vane.yaml holds the password: it is readable by its owner
only, who must be the user that Grafana runs as. Beside Vane as a service root runs this,
for nobody else may read both, and then gives that file away.

With storage.dsn set, the data source is that server, and Grafana takes the read-only
user's name and password from its environment: VANE_CLICKHOUSE_USER and
VANE_CLICKHOUSE_PASSWORD.`,
		Example: `  vane grafana provision --dir ~/grafana-provisioning
  GF_PATHS_PROVISIONING=~/grafana-provisioning grafana server
  sudo vane grafana provision --dir /etc/grafana/provisioning --config /etc/vane/vane.yaml
  sudo chown grafana: /etc/grafana/provisioning/datasources/vane.yaml`,
		RunE: func(*cobra.Command, []string) error {
			if dir == "" {
				return wrongUse("--dir is missing: name the folder to write to, such as /etc/grafana/provisioning")
			}
			return a.provisionGrafana(dir)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "`DIR` to write to, Grafana's paths.provisioning")
	return cmd
}

// provisionGrafana writes the folder and says what it wrote.
func (a *app) provisionGrafana(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("find %s: %w", dir, err)
	}
	source, err := a.grafanaSource()
	if err != nil {
		return err
	}
	files, err := grafana.Provisioned(source, filepath.Join(dir, grafana.Boards))
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(files))
	for i, name := range names {
		names[i] = filepath.Join(dir, filepath.FromSlash(name))
		mode := os.FileMode(shared)
		if name == grafana.SecretFile {
			mode = personal
		}
		if err := writePassedOn(names[i], mode, bytesTo(files[name])); err != nil {
			return fmt.Errorf("%w: run it as a user that may write there, or name another --dir", err)
		}
	}
	if a.json {
		return a.printJSON(names)
	}
	for _, name := range names {
		fmt.Fprintln(a.out, name)
	}
	a.say("Grafana 以 GF_PATHS_PROVISIONING=%s 启动时读取；需要插件 grafana-clickhouse-datasource。", dir)
	return nil
}

// grafanaSource is where Grafana finds the posts.
func (a *app) grafanaSource() (grafana.Source, error) {
	if a.cfg.Storage.DSN != "" {
		s, err := a.cfg.Storage.Server()
		return grafana.Source{Host: s.Host, Port: s.Port, Database: s.Database, Secure: s.Secure}, err
	}
	reader, err := engine.AttachReader(a.engineDir())
	if err != nil {
		return grafana.Source{}, fmt.Errorf("%w: start vane run or vane engine on this --data-dir first, or set storage.dsn to your own ClickHouse", err)
	}
	return grafana.Source{Host: reader.Host, Port: reader.TCPPort, User: reader.User, Password: reader.Password, Database: engine.Database}, nil
}
