package main

import (
	"fmt"
	"os"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"vane/bench/hotspot/nab"
	"vane/hotspot"
)

func (a *app) evalHotspotsCommand() *cobra.Command {
	cmd := a.evalSubcommand("hotspots", "sudden rises: folder in the layout of the Numenta Anomaly Benchmark", a.evalHotspots)
	cmd.Long = `Hotspots runs the detector of sudden rises over every labelled series of a folder in
the layout of the Numenta Anomaly Benchmark (FOLDER/NAME.csv with timestamp,value, and
labels/combined_windows.json), each row judged by those before it, and scores it as
the benchmark's standard profile does: 100 is perfect, 0 is silence. One configuration
serves all series. score takes the threshold that is best on all of them; score_loso
judges each series by the threshold that is best on the others.`
	cmd.Example = "  vane eval hotspots --gold nab --json"
	cmd.Flags().Lookup("gold").Usage = "labelled `DIR`"
	return cmd
}

func (a *app) evalHotspots(dir string) error {
	series, err := nab.Read(os.DirFS(dir))
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	scores := make([][]float64, len(series))
	for i, s := range series {
		shock := hotspot.NewShock(s.Step)
		for row, count := range s.Values {
			scores[i] = append(scores[i], shock.Add(s.Times[row], count))
		}
	}
	r := nab.Evaluate(nab.Standard(), series, scores)
	if a.json {
		return a.printJSON(r)
	}
	t := newTable(table.Row{"得分", "留一得分", "窗口", "命中", "误报段", "延迟中位数（小时）"}, 1)
	t.AppendRow(table.Row{
		fmt.Sprintf("%.1f", r.Score), fmt.Sprintf("%.1f", r.ScoreLOSO), r.Windows, r.Hits, r.FalseEpisodes, r.MedianDelay,
	})
	a.printTable(t)
	return nil
}
