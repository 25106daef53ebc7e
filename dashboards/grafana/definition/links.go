package definition

import (
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// place is a dashboard as links know it.
type place struct {
	uid       string // /d/UID is its address
	file      string
	variables []string // that it has
}

// filters are the variables by which posts are chosen, from general to specific. The
// boards that have them share them, so that links keep them.
func filters() []string {
	return []string{"source", "channel", "region", "domain", "issue", "brand", "keyword"}
}

func overviewPlace() place {
	return place{"vane-overview", "overview.json", slices.Concat([]string{"datasource"}, filters(), []string{"heat"})}
}

func hotspotPlace() place {
	return place{"vane-hotspot", "hotspot.json", []string{"datasource", "heat", "hotspot"}}
}

func issuesPlace() place {
	return place{"vane-issues", "issues.json", slices.Concat([]string{"datasource", "split"}, filters())}
}

func crawlPlace() place {
	return place{"vane-crawl", "crawl.json", []string{"datasource", "source"}}
}

func pipelinePlace() place {
	return place{"vane-pipeline", "pipeline.json", []string{"datasource", "process"}}
}

const (
	// sameTime is the time range as it is.
	sameTime = "${__url_time_range}"
	// rowTime is the time range of the hidden columns from_ms and to_ms.
	rowTime = "from=${__data.fields.from_ms:raw}&to=${__data.fields.to_ms:raw}"
)

// set is a variable that a link sets, to an expression that Grafana fills in.
type set struct{ variable, value string }

// to is the address of another place: some variables set, the others kept as far as
// both places have them, and a time range.
func (p place) to(target place, when string, sets ...set) string {
	var parameters []string
	for _, name := range target.variables {
		i := slices.IndexFunc(sets, func(s set) bool { return s.variable == name })
		switch {
		case i >= 0:
			parameters = append(parameters, "var-"+name+"="+sets[i].value)
		case slices.Contains(p.variables, name):
			parameters = append(parameters, "${"+name+":queryparam}")
		}
	}
	return "/d/" + target.uid + "?" + strings.Join(append(parameters, when), "&")
}

// cellOf is the value of a column in the row that was clicked.
func cellOf(column string) string { return "${__data.fields." + column + ":percentencode}" }

// link is a link in a cell.
func link(title, url string) map[string]any { return map[string]any{"title": title, "url": url} }

// blank is a link that opens a new tab.
func blank(title, url string) map[string]any {
	return map[string]any{"title": title, "url": url, "targetBlank": true}
}

// chartLink is a link on a line or a slice.
func chartLink(title, url string) []cog.Builder[dashboard.DashboardLink] {
	return []cog.Builder[dashboard.DashboardLink]{
		dashboard.NewDashboardLinkBuilder(title).Type(dashboard.DashboardLinkTypeLink).Url(url),
	}
}

// original opens the post where it was found. Its query lets only http and https
// through.
func original() property { return links(blank("原文", "${__data.fields.url:raw}")) }
