package grafana_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// linksOf are the links of a panel: on its cells, lines and slices.
func (p panel) linksOf() []panelLink {
	list := slices.Clone(p.FieldConfig.Defaults.Links)
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if property.ID != "links" {
				continue
			}
			for _, l := range asMaps(property.Value) {
				title, _ := l["title"].(string)
				address, _ := l["url"].(string)
				list = append(list, panelLink{title, address})
			}
		}
	}
	return list
}

var filledIn = regexp.MustCompile(`\$\{([^}]*)\}`)

// safeIn is what may be filled into a link: variables and cells in an encoded form,
// ids and times that a query has made, the time range.
var safeIn = regexp.MustCompile(`^(\w+:queryparam|__data\.fields\.[^.:]+:percentencode|__data\.fields\.(id|from_ms|to_ms):raw|__field\.labels\.id|__url_time_range)$`)

// TestLinks follows every link: it leads to a board of ours, sets variables that this
// board has, keeps those that both have, and says a time range. The only other links
// are to the original posts.
func TestLinks(t *testing.T) {
	all := boards(t, finished(t))
	found := map[string]bool{}
	for name, b := range all {
		for _, p := range b.allPanels() {
			for _, l := range p.linksOf() {
				if l.URL == "${__data.fields.url:raw}" {
					if !strings.Contains(p.Targets[0].RawSQL, "'https://') OR startsWith(") {
						t.Errorf("%s: panel %s links to an address that its query does not check", name, p.Title)
					}
					continue
				}
				address, query, _ := strings.Cut(l.URL, "?")
				target, known := all[strings.TrimPrefix(address, "/d/vane-")]
				if !known || l.Title == "" {
					t.Errorf("%s: panel %s links to %s", name, p.Title, address)
					continue
				}
				found[name+" > "+strings.TrimPrefix(address, "/d/vane-")] = true
				b.checkLink(t, name+": panel "+p.Title, query, target)
			}
		}
	}
	for _, want := range []string{"overview > hotspot", "overview > issues", "overview > crawl", "crawl > issues", "pipeline > crawl", "issues > issues"} {
		if !found[want] {
			t.Errorf("no link %s", want)
		}
	}
}

func (b board) checkLink(t *testing.T, where, query string, target board) {
	t.Helper()
	var set []string
	for parameter := range strings.SplitSeq(query, "&") {
		for _, m := range filledIn.FindAllStringSubmatch(parameter, -1) {
			if !safeIn.MatchString(m[1]) {
				t.Errorf("%s: %s is filled into a link as it is", where, m[0])
			}
		}
		key, _, _ := strings.Cut(parameter, "=")
		if name, kept := strings.CutSuffix(key, ":queryparam}"); kept {
			name = strings.TrimPrefix(name, "${")
			if !slices.Contains(b.variables(), name) {
				t.Errorf("%s: keeps %s, which its board has not", where, name)
			}
			key = "var-" + name
		}
		if name, isVariable := strings.CutPrefix(key, "var-"); isVariable {
			set = append(set, name)
		}
	}
	for _, name := range target.variables() {
		if slices.Contains(b.variables(), name) && !slices.Contains(set, name) {
			t.Errorf("%s: the link forgets %s", where, name)
		}
	}
	for _, name := range set {
		if !slices.Contains(target.variables(), name) {
			t.Errorf("%s: the link sets %s, which %s has not", where, name, target.UID)
		}
	}
	if !strings.HasSuffix(query, "&${__url_time_range}") && !strings.Contains(query, "&from=${__data.fields.from_ms:raw}&to=") {
		t.Errorf("%s: the link says no time range: %s", where, query)
	}
	if _, err := url.ParseQuery(filledIn.ReplaceAllString(query, "x=x")); err != nil {
		t.Errorf("%s: %v", where, err)
	}
}

// TestPostsAreShownAsText: what posts say is hostile. No panel draws HTML or Markdown,
// and no cell but as text.
func TestPostsAreShownAsText(t *testing.T) {
	panels := []string{"stat", "timeseries", "table", "piechart"}
	cells := []string{"", "auto", "color-text", "color-background", "gauge"}
	for name, b := range boards(t, finished(t)) {
		for _, p := range b.allPanels() {
			if !slices.Contains(panels, p.Type) {
				t.Errorf("%s: panel %s is of the type %s, which may draw what posts say as HTML", name, p.Title, p.Type)
			}
			kinds := []string{p.FieldConfig.Defaults.Custom.CellOptions.Type}
			for _, o := range p.FieldConfig.Overrides {
				for _, property := range o.Properties {
					if options, is := property.Value.(map[string]any); is && property.ID == "custom.cellOptions" {
						kind, _ := options["type"].(string)
						kinds = append(kinds, kind)
					}
				}
			}
			for _, kind := range kinds {
				if !slices.Contains(cells, kind) {
					t.Errorf("%s: panel %s draws cells as %s", name, p.Title, kind)
				}
			}
		}
	}
}
