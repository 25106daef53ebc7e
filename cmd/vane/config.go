package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"vane"
	"vane/crawler"
	"vane/dashboards/access"
	"vane/dashboards/api"
	"vane/dashboards/web"
	"vane/hotspot"
	"vane/nlp"
	"vane/storage"
	"vane/storage/engine"
	"vane/yamlfile"
)

// Config is configs/vane.yaml: the sum of the packages' configurations.
type Config struct {
	DataDir string `yaml:"data_dir"`
	// AuthorSecret is the key of authors' pseudonyms; empty: the file author.key of the
	// data directory, made at the first run.
	AuthorSecret string `yaml:"author_secret"`

	Crawler crawler.Config      `yaml:"crawler"`
	NLP     nlpConfig           `yaml:"nlp"`
	Storage storageConfig       `yaml:"storage"`
	Hotspot hotspot.Config      `yaml:"hotspot"`
	Events  hotspot.EventConfig `yaml:"events"`
	Words   hotspot.WordConfig  `yaml:"words"`
	Web     web.Config          `yaml:"web"`
	Report  reportConfig        `yaml:"report"`
	Access  access.Config       `yaml:"access"`
	API     api.Config          `yaml:"api"`

	files fs.FS // sources and taxonomy: the user's folder over the built-in one
}

// nlpConfig is how posts are understood.
type nlpConfig struct {
	nlp.Config `yaml:",inline"`
	Model      string `yaml:"model"` // file that vane train wrote; empty: the shipped one
	Judge      string `yaml:"judge"` // the same for the model of tags; none: the rules alone
	// Accepted is the file of the words that analysts accept; empty: words.yaml beside the
	// configuration.
	Accepted string `yaml:"accepted"`
}

// reportConfig is how reports look.
type reportConfig struct {
	Font string `yaml:"font"` // file of the charts' letters; empty: one of the system's
}

// storageConfig is where posts are kept: a server by its dsn, or else the embedded
// engine.
type storageConfig struct {
	storage.Config `yaml:",inline"`
	Libchdb        string        `yaml:"libchdb"` // the engine's library, if not in the cache
	Engine         engine.Config `yaml:"engine"`
}

func defaultConfig() Config {
	return Config{
		Crawler: crawler.DefaultConfig(),
		NLP:     nlpConfig{Config: nlp.DefaultConfig()},
		Storage: storageConfig{Config: storage.DefaultConfig(), Engine: engine.DefaultConfig()},
		Hotspot: hotspot.DefaultConfig(),
		Events:  hotspot.DefaultEventConfig(),
		Words:   hotspot.DefaultWordConfig(),
		Web:     web.DefaultConfig(),
		Access:  access.DefaultConfig(),
		API:     api.DefaultConfig(),
	}
}

// loadConfig reads the configuration file over the defaults; "" is the defaults.
func loadConfig(file string) (Config, error) {
	cfg := defaultConfig()
	cfg.files = vane.Configs()
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return cfg, fmt.Errorf("read the configuration: %w", err)
		}
		if err := yamlfile.Decode(file, data, &cfg); err != nil {
			return cfg, err
		}
		cfg.files = overlay{os.DirFS(filepath.Dir(file)), vane.Configs()}
	}
	if err := cfg.Validate(); err != nil {
		return cfg, fmt.Errorf("%s: %w", orBuiltIn(file), err)
	}
	return cfg, nil
}

// Validate names every value of every section that can't work.
func (c Config) Validate() error {
	var errs []error
	if n := len(c.AuthorSecret); n > 0 && n < authorSecretBytes {
		errs = append(errs, fmt.Errorf("author_secret has %d characters, must have at least %d random ones", n, authorSecretBytes))
	}
	return errors.Join(append(errs, c.Crawler.Validate(), c.NLP.Validate(), c.Storage.Validate(), c.Storage.Engine.Validate(),
		c.Hotspot.Validate(), c.Events.Validate(), c.Words.Validate(), c.Web.Validate(), c.Access.Validate(), c.API.Validate())...)
}

func orBuiltIn(file string) string {
	if file == "" {
		return "built-in configuration"
	}
	return file
}

// overlay is two folders of which the first goes before the second, file by file.
type overlay [2]fs.FS

// Open opens the first folder's file, or else the second's.
func (o overlay) Open(name string) (fs.File, error) {
	f, err := o[0].Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o[1].Open(name)
	}
	return f, err
}

// names lists the files of both folders that match pattern, each once.
func (c Config) names(pattern string) ([]string, error) {
	layers := []fs.FS{c.files}
	if o, ok := c.files.(overlay); ok {
		layers = o[:]
	}
	found := map[string]bool{}
	for _, layer := range layers {
		names, err := fs.Glob(layer, pattern)
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", pattern, err)
		}
		for _, n := range names {
			found[n] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// sources reads every source file. All problems are reported at once.
func (c Config) sources() ([]crawler.Source, error) {
	names, err := c.names("sources/*.yaml")
	if err != nil {
		return nil, err
	}
	var sources []crawler.Source
	var errs []error
	for _, name := range names {
		s := crawler.DefaultSource()
		err := yamlfile.Read(c.files, name, &s)
		if err == nil {
			err = s.Validate()
			if err == nil && s.Name+".yaml" != path.Base(name) {
				err = fmt.Errorf("name is %q, must be the file's name without .yaml", s.Name)
			}
			if err != nil {
				err = fmt.Errorf("%s: %w", name, err)
			}
		}
		errs = append(errs, err)
		sources = append(sources, s)
	}
	return sources, errors.Join(errs...)
}

// source is the one source with that name.
func (c Config) source(name string) (crawler.Source, error) {
	sources, err := c.sources()
	if err != nil {
		return crawler.Source{}, err
	}
	var known []string
	for _, s := range sources {
		if s.Name == name {
			return s, nil
		}
		known = append(known, s.Name)
	}
	return crawler.Source{}, wrongUse("no source %q; the sources are: %s", name, strings.Join(known, ", "))
}

// taxonomy reads every file of rules.
func (c Config) taxonomy() (nlp.Taxonomy, error) {
	names, err := c.names("taxonomy/*.yaml")
	if err != nil {
		return nil, err
	}
	var tax nlp.Taxonomy
	var errs []error
	for _, name := range names {
		f := nlp.TaxonomyFile{Name: name}
		errs = append(errs, yamlfile.Read(c.files, name, &f))
		tax = append(tax, f)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return c.withAccepted(tax)
}

// issueNames are the Chinese names of every issue and domain.
func (c Config) issueNames() (map[vane.Tag]string, error) {
	tax, err := c.taxonomy()
	if err != nil {
		return nil, err
	}
	names := map[vane.Tag]string{}
	for _, file := range tax {
		names[vane.Tag(file.Domain)] = file.Zh
		for _, issue := range file.Issues {
			names[vane.Tag(issue.ID)] = issue.Zh
		}
	}
	return names, nil
}

// issueNatures are the natures (投诉性质) of every issue.
func (c Config) issueNatures() (map[vane.Tag]string, error) {
	tax, err := c.taxonomy()
	if err != nil {
		return nil, err
	}
	natures := map[vane.Tag]string{}
	for _, file := range tax {
		for _, issue := range file.Issues {
			natures[vane.Tag(issue.ID)] = issue.Nature
		}
	}
	return natures, nil
}

// defaultDataDir is where vane writes when nothing says otherwise.
func defaultDataDir(cfg Config) (string, error) {
	if cfg.DataDir != "" {
		return cfg.DataDir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find a place for data: %w; name one with --data-dir", err)
	}
	return filepath.Join(home, ".local", "share", "vane"), nil
}

// authorSecretBytes is the length of the key that turns authors into pseudonyms, and
// the least that a configured one must have.
const authorSecretBytes = 32

// authorKeyFile is where the data directory keeps that key.
const authorKeyFile = "author.key"

// authorSecret is the installation's key for authors' pseudonyms: the configured one,
// or that of the data directory, which is made at the first run. With another key
// every author counts as new.
func (c Config) authorSecret(dataDir string) ([]byte, error) {
	if c.AuthorSecret != "" {
		return []byte(c.AuthorSecret), nil
	}
	file := filepath.Join(dataDir, authorKeyFile)
	secret, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return makeSecret(file)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of authors' pseudonyms: %w", err)
	}
	if len(secret) != authorSecretBytes {
		return nil, fmt.Errorf("%s has %d bytes, not %d: restore it from a backup, or delete it, after which every author counts as new", file, len(secret), authorSecretBytes)
	}
	return secret, nil
}

// makeSecret writes a new key that only its owner may read.
func makeSecret(file string) ([]byte, error) {
	secret := make([]byte, authorSecretBytes)
	rand.Read(secret) // never fails
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	if err := os.WriteFile(file, secret, 0o600); err != nil {
		return nil, fmt.Errorf("keep the key of authors' pseudonyms: %w", err)
	}
	return secret, nil
}
