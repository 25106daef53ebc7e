package definition

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// rows is what the tables share. Grafana's own migration of tables reads
// fieldConfig.defaults.custom without asking whether it is there; Inspect sets it.
func rows(title, description string, q query) *table.PanelBuilder {
	return table.NewPanelBuilder().
		Title(title).
		Description(description).
		Datasource(source()).
		WithTarget(q).
		Height(tableHeight).Span(whole).
		NoValue("—").
		ShowHeader(true).
		Footer(common.NewTableFooterOptionsBuilder().Show(false).Reducer([]string{})).
		Align(common.FieldTextAlignmentAuto).
		Inspect(false).
		ColorScheme(fixed("text"))
}

// property is one setting of an override.
type property = dashboard.DynamicConfigValue

func of(p ...property) []property { return p }

func unit(u string) property             { return property{Id: "unit", Value: u} }
func decimals(n int) property            { return property{Id: "decimals", Value: n} }
func least(n int) property               { return property{Id: "min", Value: n} }
func columnWidth(pixels int) property    { return property{Id: "custom.width", Value: pixels} }
func links(l ...map[string]any) property { return property{Id: "links", Value: l} }

// hidden keeps a column for links only. Grafana 12.2 and later know it by another
// name and translate.
func hidden() property { return property{Id: "custom.hidden", Value: true} }

// color fixes a colour; "" lets the thresholds choose.
func color(c string) property {
	if c == "" {
		return property{Id: "color", Value: map[string]any{"mode": "thresholds"}}
	}
	return property{Id: "color", Value: map[string]any{"mode": "fixed", "fixedColor": c}}
}

// cell chooses how a cell is drawn, with further options in pairs.
func cell(kind string, options ...string) property {
	value := map[string]any{"type": kind}
	for i := 0; i+1 < len(options); i += 2 {
		value[options[i]] = options[i+1]
	}
	return property{Id: "custom.cellOptions", Value: value}
}

// steps colours by value: a base, then pairs of the value from which on a colour holds.
func steps(base string, pairs ...any) property {
	list := []map[string]any{{"value": nil, "color": base}}
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, map[string]any{"value": pairs[i], "color": pairs[i+1]})
	}
	return property{Id: "thresholds", Value: map[string]any{"mode": "absolute", "steps": list}}
}

// heat colours a hotspot: half of the scale is worth a look, the top an answer.
func heat() property { return steps("transparent", 30, mild, 50, hot, 75, bad) }

// states colours where a hotspot stands.
func states() property {
	return mapping([][3]string{
		{"潜伏", "潜伏", mild}, {"爆发", "爆发", bad}, {"持续", "持续", hot}, {"反复", "反复", hot}, {"消退", "消退", calm}, {"平息", "平息", calm},
	})
}

// alertStates says in Chinese where an alert stands.
func alertStates() property {
	return mapping([][3]string{{"pending", "待确认", mild}, {"firing", "报警中", bad}, {"resolved", "已解除", calm}})
}

// reasons says in Chinese why a pass ended.
func reasons() property {
	colors := map[string]string{"error": bad, "blocked": bad, "robots": hot, "killed": hot, "budget": mild}
	var values [][3]string
	for _, n := range reasonNames() {
		color := colors[n.id]
		if color == "" {
			color = calm
		}
		values = append(values, [3]string{n.id, n.zh, color})
	}
	return mapping(values)
}

// mapping shows values (value, text, colour) in other words.
func mapping(values [][3]string) property {
	options := map[string]any{}
	for i, v := range values {
		options[v[0]] = map[string]any{"index": i, "text": v[1], "color": v[2]}
	}
	return property{Id: "mappings", Value: []map[string]any{{"type": "value", "options": options}}}
}

// bar draws a count as a bar behind its number.
func bar() []property {
	return of(unit(posts), color(plain), cell("gauge", "mode", "basic", "valueDisplayMode", "text"), least(0))
}

// hotness draws a heat on a ground of its colour.
func hotness() []property {
	return of(unit(degrees), decimals(0), columnWidth(90), heat(), color(""), cell("color-background", "mode", "basic"))
}
