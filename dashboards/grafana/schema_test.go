package grafana_test

import (
	"encoding/json"
	"errors"
	"maps"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// targetOf is where the library expects a query of Grafana's own annotation store
// and finds one of ClickHouse.
var targetOf = regexp.MustCompile(`^annotations\.list\[\d+\]\.target\.`)

// schemaProblems holds a dashboard to Grafana's schema: wrong types, unknown and
// missing keys, by path.
func schemaProblems(t testing.TB, overview []byte) []string {
	t.Helper()
	plugins.RegisterDefaultPlugins()
	problems := messages(new(sdk.Dashboard).UnmarshalJSONStrict(overview))
	var raw struct{ Panels []rawPanel }
	if err := json.Unmarshal(overview, &raw); err != nil {
		return append(problems, err.Error())
	}
	for _, row := range raw.Panels {
		for _, p := range append(row.Panels, row) {
			problems = append(problems, p.fieldProblems(t)...)
		}
	}
	return problems
}

// messages are the library's complaints without those about what it can't know.
func messages(err error) []string {
	var list cog.BuildErrors
	if err != nil && !errors.As(err, &list) {
		return []string{err.Error()}
	}
	var texts []string
	for _, e := range list {
		if !targetOf.MatchString(e.Path) {
			texts = append(texts, e.Error())
		}
	}
	return texts
}

type rawPanel struct {
	Type, Title string
	FieldConfig *struct {
		Defaults  map[string]any
		Overrides []struct {
			Properties []struct {
				ID    string
				Value any
			}
		}
	}
	Panels []rawPanel
}

// fieldProblems looks where the library itself does not: into a panel's field
// options, and into each override as if its properties were options of the panel.
func (p rawPanel) fieldProblems(t testing.TB) []string {
	if p.FieldConfig == nil {
		return nil
	}
	problems := p.optionProblems(t, p.FieldConfig.Defaults)
	if p.FieldConfig.Overrides == nil {
		problems = append(problems, "panel "+p.Title+": no list of overrides")
	}
	for _, o := range p.FieldConfig.Overrides {
		options := maps.Clone(p.FieldConfig.Defaults)
		custom, _ := options["custom"].(map[string]any)
		custom = maps.Clone(custom)
		for _, property := range o.Properties {
			if name, isCustom := strings.CutPrefix(property.ID, "custom."); isCustom {
				custom[name] = property.Value
				options["custom"] = custom
			} else {
				options[property.ID] = property.Value
			}
		}
		problems = append(problems, p.optionProblems(t, options)...)
	}
	return problems
}

func (p rawPanel) optionProblems(t testing.TB, options map[string]any) []string {
	t.Helper()
	for _, link := range asMaps(options["links"]) {
		// The library has dashboard links for data links and wants their keys.
		for key, value := range map[string]any{"type": "link", "icon": "", "tooltip": "", "tags": []any{}, "asDropdown": false, "targetBlank": false, "includeVars": false, "keepTime": false} {
			if _, set := link[key]; !set {
				link[key] = value
			}
		}
	}
	text, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	problems := messages(new(sdk.FieldConfig).UnmarshalJSONStrict(text))
	if variant, known := cog.ConfigForPanelcfgVariant(p.Type); known && variant.StrictFieldConfigUnmarshaler != nil && options["custom"] != nil {
		if text, err = json.Marshal(options["custom"]); err != nil {
			t.Fatal(err)
		}
		_, err = variant.StrictFieldConfigUnmarshaler(text)
		problems = append(problems, messages(err)...)
	}
	for i := range problems {
		problems[i] = "panel " + p.Title + ": " + problems[i]
	}
	return problems
}

func asMaps(list any) []map[string]any {
	var maps []map[string]any
	items, _ := list.([]any)
	for _, item := range items {
		if m, isMap := item.(map[string]any); isMap {
			maps = append(maps, m)
		}
	}
	return maps
}

func TestSchema(t *testing.T) {
	for name, text := range finished(t) {
		if path.Ext(name) != ".json" {
			continue
		}
		for _, p := range schemaProblems(t, text) {
			t.Errorf("%s: %s", name, p)
		}
	}
}

// TestSchemaCheckSees plants faults in a finished file.
func TestSchemaCheckSees(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`"weekStart": "monday"`, `"weekBegin": "monday"`, "weekBegin"},
		{`"graphTooltip": 1`, `"graphTooltip": "1"`, "graphTooltip"},
		{`"noValue": "—"`, `"noVale": "—"`, "noVale"},
		{`"colorMode": "value"`, `"colourMode": "value"`, "colourMode"},
		{`"drawStyle": "line"`, `"drawStyle": 1`, "drawStyle"},
		{`"overrides": []`, `"overrides": null`, "overrides"},
		{`"custom.width"`, `"custom.widht"`, "widht"},
		{`"id": "decimals"`, `"id": "decimal"`, "decimal"},
		{`"id": "unit",`, `"id": "units",`, "units"},
	} {
		faulty := strings.Replace(string(finished(t)["overview.json"]), c.old, c.new, 1)
		if got := schemaProblems(t, []byte(faulty)); !strings.Contains(strings.Join(got, "\n"), c.want) {
			t.Errorf("%s: reported %q", c.new, got)
		}
	}
}
