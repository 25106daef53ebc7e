package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane/crawler"
)

func (a *app) doctorCommand() *cobra.Command {
	var setup error
	return &cobra.Command{
		Use:   "doctor",
		Short: "what is wrong with this installation, and what to do",
		Long: `Doctor looks at the configuration, the data directory and its secrets, the disk, the clock,
the crawl state, the engine with its schema, the taxonomy, the sources and the address of
the board, and says what to do about what is wrong. It works beside a running vane and
without one, and changes nothing. It ends with 1 if something is wrong.`,
		Example: "  vane doctor\n  vane doctor --config configs/vane.yaml --json",
		// A configuration that can't be read is a finding too.
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			setup = a.setup(cmd.Name())
			var wrong usageError
			if errors.As(setup, &wrong) {
				return setup
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := &doctor{app: a, now: time.Now()}
			d.examine(cmd.Context(), setup)
			return d.report()
		},
	}
}

// finding is what one check found.
type finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	Found string `json:"found"`
	Do    string `json:"do,omitempty"` // if it is not OK
}

// doctor makes checks one after another.
type doctor struct {
	*app
	now      time.Time
	findings []finding
}

func (d *doctor) ok(check, format string, args ...any) {
	d.findings = append(d.findings, finding{Check: check, OK: true, Found: fmt.Sprintf(format, args...)})
}

// wrong notes what is wrong, and what to do about it.
func (d *doctor) wrong(check, do, format string, args ...any) {
	d.findings = append(d.findings, finding{Check: check, Found: fmt.Sprintf(format, args...), Do: do})
}

// examine makes every check that can be made: what the others need comes first.
func (d *doctor) examine(ctx context.Context, setup error) {
	if setup != nil {
		d.wrong("配置", "按提示修改配置文件，再运行 vane check", "%v", setup)
		return
	}
	d.checkConfig()
	d.checkSecrets()
	if !d.checkDataDir() {
		d.checkLibrary()
		d.checkSources(nil)
		return
	}
	d.checkDisk()
	state := d.checkState(ctx)
	d.checkClickHouse(ctx)
	d.checkSources(state)
	d.checkBoard(ctx)
}

// report prints what was found, and fails if something is wrong.
func (d *doctor) report() error {
	wrong := 0
	for _, f := range d.findings {
		if !f.OK {
			wrong++
		}
	}
	if d.json {
		if err := d.printJSON(d.findings); err != nil {
			return err
		}
	} else {
		d.printFindings()
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d checks found something wrong", wrong, len(d.findings))
	}
	return nil
}

func (d *doctor) printFindings() {
	t := newTable(table.Row{"", "检查", "所见"}, 3)
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 3, WidthMax: 100}})
	for _, f := range d.findings {
		mark, found := "✓", f.Found
		if !f.OK {
			mark, found = "✗", f.Found+"\n→ "+f.Do
		}
		t.AppendRow(table.Row{mark, f.Check, found})
	}
	d.printTable(t)
}

// health is what the crawl state tells of the sources.
type health []crawler.SourceHealth
