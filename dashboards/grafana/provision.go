package grafana

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Source is the ClickHouse that Grafana is to ask. What is empty is left to environment
// variables of Grafana, as provisioning/datasources.yaml names them.
type Source struct {
	Host     string
	Port     int // of the native protocol
	User     string
	Password string
	Database string
	Secure   bool // TLS
}

// Provisioned are the files of a folder for Grafana's setting paths.provisioning, by
// their names in it. boards is where Grafana will find the folder's subfolder [Boards].
// The file [SecretFile] holds the password.
func Provisioned(s Source, boards string) (map[string][]byte, error) {
	port := ""
	if s.Port != 0 {
		port = strconv.Itoa(s.Port)
	}
	values := map[string]string{
		"VANE_CLICKHOUSE_HOST": s.Host, "VANE_CLICKHOUSE_PORT": port, "VANE_CLICKHOUSE_USER": s.User,
		"VANE_CLICKHOUSE_PASSWORD": s.Password, "VANE_CLICKHOUSE_DATABASE": s.Database, "VANE_DASHBOARDS": boards,
	}
	done := map[string][]byte{}
	for name, from := range map[string]string{SecretFile: "datasources", "dashboards/vane.yaml": "dashboards", "alerting/vane.yaml": "alerting"} {
		text, err := fs.ReadFile(files, "provisioning/"+from+".yaml")
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", from, err)
		}
		done[name] = []byte(fillIn(string(text), values))
	}
	if s.Secure {
		done[SecretFile] = []byte(strings.Replace(string(done[SecretFile]), "protocol: native\n", "protocol: native\n      secure: true\n", 1))
	}
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list dashboards: %w", err)
	}
	for _, name := range names {
		if done[path.Join(Boards, name)], err = fs.ReadFile(files, name); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	return done, nil
}

const (
	// SecretFile is the file of [Provisioned] that only Grafana may read.
	SecretFile = "datasources/vane.yaml"
	// Boards is the subfolder with the dashboards.
	Boards = "vane"
)

// fillIn puts values in the places of environment variables. Grafana takes a dollar for
// the beginning of one, and two for a dollar.
func fillIn(text string, values map[string]string) string {
	for name, value := range values {
		if value == "" {
			continue
		}
		quoted, _ := json.Marshal(value) // a string always encodes, and YAML reads it so
		text = strings.ReplaceAll(text, "${"+name+"}", strings.ReplaceAll(string(quoted), "$", "$$"))
	}
	return text
}
