package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"vane/storage/engine"
)

// app is what every command shares: the streams, the global flags, and after
// setup the configuration and the log.
type app struct {
	in     io.Reader
	out    io.Writer // answers
	errOut io.Writer // logs and progress

	configFile string
	dataDir    string
	json       bool
	logLevel   string
	logFormat  string

	cfg    Config
	log    *slog.Logger
	engine *engine.Engine // if this command started one
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "vane",
		Short: "消费舆情风向标: consumer sentiment and hotspots",
		Long: `Vane (消费舆情风向标) crawls public consumer posts politely, tags each with the
consumer issue it is about, keeps exact trends, and finds what is breaking now.

  sources → crawler → outbox → nlp → storage → hotspot → dashboards`,
		Example: `  vane demo                       see the whole flow on a bundled sample site
  vane import posts.jsonl         take posts from a file
  vane trends --tag ticketing.pillar_seat --from 2026-03-01 --to 2026-03-15
  vane hotspots                   what is breaking now, and why
  vane run                        crawl on schedule, detect, and serve the board`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.setup(cmd.Name()) },
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&a.configFile, "config", "c", "", "configuration `FILE`; sources/ and taxonomy/ beside it go before the built-in ones")
	flags.StringVar(&a.dataDir, "data-dir", "", "`DIR` for everything vane writes (default: data_dir of the configuration, else ~/.local/share/vane)")
	flags.BoolVar(&a.json, "json", false, "answer in JSON")
	flags.StringVar(&a.logLevel, "log-level", "", "debug, info, warn or error (default: info for run, else warn)")
	flags.StringVar(&a.logFormat, "log-format", "text", "text, or json for a log collector: one object a line")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		a.demoCommand(), a.runCommand(), a.crawlCommand(), a.importCommand(),
		a.analyzeCommand(), a.trendsCommand(), a.hotspotsCommand(), a.eventsCommand(), a.wordsCommand(), a.correctionsCommand(), a.alertsCommand(), a.searchCommand(), a.exportCommand(), a.reportCommand(), a.coverageCommand(),
		a.evalCommand(), a.trainCommand(), a.retagCommand(), a.forgetCommand(),
		a.sourcesCommand(), a.mcpCommand(), a.usersCommand(), a.checkCommand(), a.doctorCommand(), a.backupCommand(), a.restoreCommand(), a.migrateCommand(), a.engineCommand(), a.grafanaCommand(), a.versionCommand(),
	)
	strictArguments(root)
	return root
}

// strictArguments makes wrong arguments of every command a wrong use, and a command
// that only has others under it show its help.
func strictArguments(cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		if c.HasSubCommands() && c.RunE == nil {
			strictArguments(c)
			continue
		}
		for _, sub := range c.Commands() {
			strictArgs(sub)
		}
		strictArgs(c)
	}
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return wrongUse("unknown command %q", args[0])
		}
		return nil
	}
	cmd.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
}

// strictArgs makes wrong arguments of one command a wrong use. One that reads its
// flags itself judges them itself.
func strictArgs(c *cobra.Command) {
	check := c.Args
	if c.DisableFlagParsing {
		return
	}
	if check == nil {
		check = cobra.NoArgs
	}
	c.Args = func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// setup reads what every command needs. Only run, which nobody watches, logs what
// goes well; the others draw progress instead.
func (a *app) setup(command string) error {
	level := slog.LevelWarn
	if command == "run" {
		level = slog.LevelInfo
	}
	if a.logLevel != "" {
		if err := level.UnmarshalText([]byte(a.logLevel)); err != nil {
			return wrongUse("--log-level %q: use debug, info, warn or error", a.logLevel)
		}
	}
	var err error
	if a.log, err = newLog(a.errOut, a.logFormat, level); err != nil {
		return err
	}
	cfg, err := loadConfig(a.configFile)
	if err != nil {
		return err
	}
	a.cfg = cfg
	a.limitMemory()
	if a.dataDir == "" {
		if a.dataDir, err = defaultDataDir(cfg); err != nil {
			return err
		}
	}
	return a.checkAccount(command, os.Geteuid())
}

// checkAccount refuses root on the data directory of a service: the files that it makes
// there would keep the service's account out, from the next start on. To write Grafana's
// files is root's work, and only reads there.
func (a *app) checkAccount(command string, uid int) error {
	owner, err := ownerOf(a.dataDir)
	if err != nil || uid != 0 || owner == 0 || command == provisionCommand {
		return nil //nolint:nilerr // a folder that is not there yet is nobody's
	}
	name := strconv.Itoa(owner)
	if u, err := user.LookupId(name); err == nil {
		name = u.Username
	}
	return wrongUse("the data directory %s belongs to %s, and files of root in it would keep that account out: run this as `sudo -u %s vane %s …`", a.dataDir, name, name, command)
}

// limitMemory sets the soft memory limit of this process to what its container leaves
// it, unless the user set one.
func (a *app) limitMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	engineBytes := a.cfg.Storage.Engine.MemoryBytes
	if a.cfg.Storage.DSN != "" {
		engineBytes = 0
	}
	limit, container := memoryLimit(os.DirFS("/"), engineBytes)
	if limit == 0 {
		return
	}
	if warning := describeMemory(container, engineBytes); warning != "" {
		a.log.Warn(warning)
	}
	debug.SetMemoryLimit(limit)
	a.log.Info("memory is limited", "container_bytes", container, "vane_bytes", limit)
}

// newLog writes lines for people, or objects for programs.
func newLog(out io.Writer, format string, level slog.Level) (*slog.Logger, error) {
	options := &slog.HandlerOptions{Level: level}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(out, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(out, options)), nil
	}
	return nil, wrongUse("--log-format %q: use text or json", format)
}

// terminal reports whether progress may be drawn: on a person's terminal, and not
// into a log file.
func (a *app) terminal() bool {
	f, ok := a.errOut.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// say writes a line for the person at the terminal, beside the answer.
func (a *app) say(format string, args ...any) {
	fmt.Fprintln(a.errOut, strings.TrimRight(fmt.Sprintf(format, args...), "\n"))
}
