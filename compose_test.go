package vane_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vane/yamlfile"
)

// compose is what compose.yaml says, as far as it is checked.
type compose struct {
	Services map[string]service `yaml:"services"`
	Configs  map[string]struct {
		Content string `yaml:"content"`
	} `yaml:"configs"`
	Volumes map[string]any `yaml:"volumes"`

	Name        string  `yaml:"name"`
	ClickHouse  service `yaml:"x-clickhouse"`
	Environment any     `yaml:"x-clickhouse-environment"`
	Vane        service `yaml:"x-vane"`
}

type service struct {
	Image       string              `yaml:"image"`
	Build       string              `yaml:"build"`
	Command     []string            `yaml:"command"`
	Environment map[string]string   `yaml:"environment"`
	Configs     []map[string]string `yaml:"configs"`
	Volumes     []string            `yaml:"volumes"`
	Ports       []string            `yaml:"ports"`
	DependsOn   []string            `yaml:"depends_on"`
	Restart     string              `yaml:"restart"`
	Ulimits     any                 `yaml:"ulimits"`
	Grace       string              `yaml:"stop_grace_period"`
}

// TestCompose checks that everything compose.yaml names is there, that versions are
// pinned, that nothing is published beyond loopback, and that it holds no secret.
func TestCompose(t *testing.T) {
	data, err := os.ReadFile("compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	if err := yamlfile.Decode("compose.yaml", data, &c); err != nil {
		t.Fatal(err)
	}
	for name, s := range c.Services {
		if !strings.Contains(s.Image, ":") || strings.HasSuffix(s.Image, ":latest") {
			t.Errorf("%s: image %q is not pinned", name, s.Image)
		}
		for _, other := range s.DependsOn {
			if _, ok := c.Services[other]; !ok {
				t.Errorf("%s depends on %s, which is not there", name, other)
			}
		}
		for _, config := range s.Configs {
			if c.Configs[config["source"]].Content == "" {
				t.Errorf("%s: config %v is not there", name, config)
			}
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to everybody", name, port)
			}
		}
		for _, volume := range s.Volumes {
			c.checkVolume(t, name, volume)
		}
		for key, value := range s.Environment {
			if secret.MatchString(key) && !strings.HasPrefix(value, "${") {
				t.Errorf("%s: %s is written in the file", name, key)
			}
		}
	}
	for name, config := range c.Configs {
		checkXML(t, name, config.Content)
	}
}

// TestImage checks that the image can write where compose.yaml mounts its volume, and
// that it is built without the passwords that lie beside it.
func TestImage(t *testing.T) {
	for file, want := range map[string][]string{
		"Dockerfile":    {"--chown=65532:65532 /data/vane /var/lib/vane", "USER 65532"},
		".dockerignore": {".env", "cluster", ".git"},
		".gitignore":    {"/.env", "/cluster/"},
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range want {
			if !strings.Contains(string(text), line) {
				t.Errorf("%s: no %q", file, line)
			}
		}
	}
}

var secret = regexp.MustCompile(`PASSWORD|SECRET`)

// checkVolume finds the file or the named volume that is mounted. cluster/ is the
// operator's.
func (c compose) checkVolume(t *testing.T, service, volume string) {
	t.Helper()
	from, _, _ := strings.Cut(volume, ":")
	if !strings.HasPrefix(from, "./") {
		if _, ok := c.Volumes[from]; !ok {
			t.Errorf("%s: volume %s is not there", service, from)
		}
	} else if _, err := os.Stat(from); err != nil && from != "./cluster" {
		t.Errorf("%s: %v", service, err)
	}
}

// checkXML reads a configuration of ClickHouse, and finds passwords in it.
func checkXML(t *testing.T, name, content string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(content))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("config %s: %v", name, err)
			return
		}
		element, ok := token.(xml.StartElement)
		if ok && slices.Contains([]string{"password", "secret"}, element.Name.Local) &&
			!slices.ContainsFunc(element.Attr, func(a xml.Attr) bool { return a.Name.Local == "from_env" }) {
			t.Errorf("config %s: a %s is written in the file", name, element.Name.Local)
		}
	}
}
