package grafana_test

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// dashboardState is what a reader has chosen: what Grafana and the plugin fill into
// a query before ClickHouse sees it.
type dashboardState struct {
	values   map[string][]string // by variable
	from, to time.Time
	interval time.Duration // width of a bucket
}

// all is the value of a variable that is set to All.
const all = "$__all"

// expand does to a query what Grafana 12 and version 4 of the ClickHouse plugin do,
// in their order: $__conditionalAll, variables, macros. Unlike them it refuses what
// they would pass on and ClickHouse would stumble over.
func (d dashboardState) expand(sql string) (string, error) {
	sql, err := d.expandConditions(sql)
	if err != nil {
		return "", err
	}
	if sql, err = d.expandVariables(sql); err != nil {
		return "", err
	}
	return d.expandMacros(sql)
}

var bareVariable = regexp.MustCompile(`^\$(\w+)$`)

// expandConditions replaces $__conditionalAll(condition, $variable) by the condition,
// or by 1=1 where the variable is All or empty. The last one goes first.
func (d dashboardState) expandConditions(sql string) (string, error) {
	const macro = "$__conditionalAll"
	for {
		at := strings.LastIndex(sql, macro+"(")
		if at < 0 {
			return sql, nil
		}
		args, _ := arguments(sql[at+len(macro):])
		if len(args) != 2 {
			return "", fmt.Errorf("%s has %d arguments, not a condition and a variable: %.80s", macro, len(args), sql[at:])
		}
		name := bareVariable.FindStringSubmatch(strings.TrimSpace(args[1]))
		if name == nil {
			return "", fmt.Errorf("%s wants a bare $variable, not %q", macro, args[1])
		}
		value, known := d.values[name[1]]
		if !known {
			return "", fmt.Errorf("%s names the unknown variable %s", macro, name[1])
		}
		condition := args[0]
		if text := strings.Join(value, ","); text == "" || text == all {
			condition = "1=1"
		}
		for _, special := range []string{"$$", "$&", "$`", "$'"} {
			if strings.Contains(condition, special) {
				return "", fmt.Errorf("%s: JavaScript's replace changes %q in %q", macro, special, condition)
			}
		}
		sql = strings.Replace(sql, macro+"("+args[0]+","+args[1]+")", condition, 1)
	}
}

// arguments splits "(a, b) …" at its commas and says where the bracket ends. Neither
// Grafana nor the plugin knows strings: a comma or bracket in quotes counts.
func arguments(s string) (args []string, end int) {
	depth, from := 0, 1
	for i, r := range s {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r != ',' || depth != 1:
			continue
		}
		if depth == 0 {
			return append(args, s[from:i]), i + 1
		}
		if r == ',' {
			args, from = append(args, s[from:i]), i+1
		}
	}
	return nil, len(s)
}

var variable = regexp.MustCompile(`\$(\w+)|\$\{(\w+)(?::(\w+))?\}`)

// expandVariables fills in ${name:format}. A bare $name is refused: it would not be
// quoted.
func (d dashboardState) expandVariables(sql string) (string, error) {
	var problem error
	done := variable.ReplaceAllStringFunc(sql, func(match string) string {
		m := variable.FindStringSubmatch(match)
		if strings.HasPrefix(m[1], "__") {
			return match // a macro
		}
		value, known := d.values[m[1]+m[2]]
		switch {
		case !known:
			problem = fmt.Errorf("unknown variable %s", match)
		case m[3] == "singlequote":
			return singleQuoted(value)
		case m[3] == "percentencode":
			return percentEncoded(value, isList(m[2]))
		default:
			problem = fmt.Errorf("%s is not quoted: write ${%s:percentencode}", match, m[1]+m[2])
		}
		return match
	})
	return done, problem
}

// singleQuoted is Grafana's format singlequote. It leaves a backslash as it is.
func singleQuoted(values []string) string {
	var quoted []string
	for _, v := range values {
		quoted = append(quoted, "'"+strings.ReplaceAll(v, "'", `\'`)+"'")
	}
	return strings.Join(quoted, ",")
}

// percentEncoded is Grafana's format percentencode: encodeURIComponent and !'()* too. A
// variable that takes several values is a list, also when it has one.
func percentEncoded(values []string, list bool) string {
	text := strings.Join(values, ",")
	if list || len(values) > 1 {
		text = "{" + text + "}"
	}
	return strings.NewReplacer("+", "%20").Replace(url.QueryEscape(text))
}

// isList reports whether a variable of the dashboards takes several values.
func isList(name string) bool {
	return slices.Contains([]string{"source", "channel", "region", "domain", "issue", "brand", "process"}, name)
}

var macro = regexp.MustCompile(`\$__(\w+)`)

// expandMacros replaces the plugin's macros.
func (d dashboardState) expandMacros(sql string) (string, error) {
	for {
		at := macro.FindStringSubmatchIndex(sql)
		if at == nil {
			return sql, nil
		}
		name, end := sql[at[2]:at[3]], at[1]
		var args []string
		if strings.HasPrefix(sql[end:], "(") {
			var length int
			if args, length = arguments(sql[end:]); args == nil {
				return "", fmt.Errorf("macro $__%s has no closing bracket", name)
			}
			end += length
		}
		text, err := d.macro(name, args)
		if err != nil {
			return "", err
		}
		sql = sql[:at[0]] + text + sql[end:]
	}
}

// macro is the plugin's table of macros, with the number of arguments of each.
func (d dashboardState) macro(name string, args []string) (string, error) {
	date := func(t time.Time) string { return "toDate('" + t.UTC().Format(time.DateOnly) + "')" }
	second := func(t time.Time) string { return fmt.Sprintf("toDateTime(%d)", t.Unix()) }
	milli := func(t time.Time) string { return fmt.Sprintf("fromUnixTimestamp64Milli(%d)", t.UnixMilli()) }
	between := func(column string, text func(time.Time) string) string {
		return fmt.Sprintf("%s >= %s AND %[1]s <= %[3]s", column, text(d.from), text(d.to))
	}
	arg := func(i int) string { return strings.TrimSpace(slices.Concat(args, []string{"", ""})[i]) }
	twice := fmt.Sprintf("(%s) AND (%s)", between(arg(0), date), between(arg(1), second))
	rules := map[string]struct {
		args int // -1: as many as one likes, and ignored
		text string
	}{
		"fromTime":        {-1, second(d.from)},
		"toTime":          {-1, second(d.to)},
		"fromTime_ms":     {-1, milli(d.from)},
		"toTime_ms":       {-1, milli(d.to)},
		"interval_s":      {-1, fmt.Sprint(int(math.Max(d.interval.Seconds(), 1)))},
		"timeFilter":      {1, between(arg(0), second)},
		"timeFilter_ms":   {1, between(arg(0), milli)},
		"dateFilter":      {1, between(arg(0), date)},
		"dateTimeFilter":  {2, twice},
		"dt":              {2, twice},
		"timeInterval":    {1, fmt.Sprintf("toStartOfInterval(toDateTime(%s), INTERVAL %d second)", arg(0), int(math.Max(d.interval.Seconds(), 1)))},
		"timeInterval_ms": {1, fmt.Sprintf("toStartOfInterval(toDateTime64(%s, 3), INTERVAL %d millisecond)", arg(0), max(d.interval.Milliseconds(), 1))},
	}
	rule, known := rules[name]
	if !known {
		return "", fmt.Errorf("unknown macro $__%s", name)
	}
	if rule.args >= 0 && rule.args != len(args) {
		return "", fmt.Errorf("macro $__%s has %d arguments, not %d", name, len(args), rule.args)
	}
	return rule.text, nil
}

// TestExpand holds the expander to the rules of Grafana and the plugin.
func TestExpand(t *testing.T) {
	d := dashboardState{
		values: map[string][]string{
			"any": {all}, "one": {"微博"}, "two": {"a", "b"}, "empty": {""}, "brand": {"$__fromTime"}, "quote": {`it's`}, "trap": {`a\`}, "free": {`100% it's (1+1)\n`},
		},
		from: time.Unix(1_741_924_800, 0), to: time.Unix(1_741_928_400, 500e6), interval: 10 * time.Minute,
	}
	for _, c := range []struct{ sql, want string }{
		{"x = ${one:singlequote}", "x = '微博'"},
		{"x IN (${two:singlequote})", "x IN ('a','b')"},
		{"x = ${quote:singlequote}", `x = 'it\'s'`},
		{"x = ${trap:singlequote}", `x = 'a\'`},
		{"f('${free:percentencode}')", "f('100%25%20it%27s%20%281%2B1%29%5Cn')"},
		{"f('${two:percentencode}')", "f('%7Ba%2Cb%7D')"},
		{"f('${brand:percentencode}')", "f('%7B%24__fromTime%7D')"},
		{"$__conditionalAll(x IN (${any:singlequote}), $any)", "1=1"},
		{"$__conditionalAll(has(x, ${empty:singlequote}), $empty)", "1=1"},
		{"$__conditionalAll(hasAny(x, [${two:singlequote}]), $two)", "hasAny(x, ['a','b'])"},
		{"$__conditionalAll(x = ${one:singlequote}, $one) AND $__conditionalAll(y, $any)", "x = '微博' AND 1=1"},
		{"$__fromTime $__toTime()", "toDateTime(1741924800) toDateTime(1741928400)"},
		{"$__fromTime_ms $__toTime_ms", "fromUnixTimestamp64Milli(1741924800000) fromUnixTimestamp64Milli(1741928400500)"},
		{"$__timeFilter(t)", "t >= toDateTime(1741924800) AND t <= toDateTime(1741928400)"},
		{"$__timeFilter_ms( t )", "t >= fromUnixTimestamp64Milli(1741924800000) AND t <= fromUnixTimestamp64Milli(1741928400500)"},
		{"$__dateFilter(d)", "d >= toDate('2025-03-14') AND d <= toDate('2025-03-14')"},
		{"$__dt(d, t)", "(d >= toDate('2025-03-14') AND d <= toDate('2025-03-14')) AND (t >= toDateTime(1741924800) AND t <= toDateTime(1741928400))"},
		{"$__timeInterval(f(a, b))", "toStartOfInterval(toDateTime(f(a, b)), INTERVAL 600 second)"},
		{"$__timeInterval(f(t)) AS time", "toStartOfInterval(toDateTime(f(t)), INTERVAL 600 second) AS time"},
		{"$__timeInterval_ms(t)", "toStartOfInterval(toDateTime64(t, 3), INTERVAL 600000 millisecond)"},
		{"intDiv(t, $__interval_s) * $__interval_s", "intDiv(t, 600) * 600"},
	} {
		if got, err := d.expand(c.sql); err != nil || got != c.want {
			t.Errorf("%s\n got %s, %v\nwant %s", c.sql, got, err, c.want)
		}
	}
	for _, c := range []struct{ sql, want string }{
		{"x = $one", "not quoted"},
		{"x = '${one}'", "not quoted"},
		{"x = ${one:raw}", "not quoted"},
		{"x = '${one:queryparam}'", "not quoted"},
		{"x = ${other:singlequote}", "unknown variable ${other:singlequote}"},
		{"$__conditionalAll(x = ${other:singlequote}, $other)", "unknown variable other"},
		{"$__conditionalAll(x = ${one:singlequote}, ${one})", "bare $variable"},
		{"$__conditionalAll(x, y, $one)", "has 3 arguments"},
		{"$__conditionalAll(position(x, ')'), $one)", "has 1 arguments"},
		{"$__conditionalAll(match(x, 'a$'), $one)", "JavaScript"},
		{"$__timeFliter(t)", "unknown macro $__timeFliter"},
		{"$__timeFilter(a, b)", "has 2 arguments, not 1"},
		{"$__timeFilter(a", "no closing bracket"},
		{"$__from", "unknown macro $__from"},
	} {
		if got, err := d.expand(c.sql); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %q, %v, want an error with %q", c.sql, got, err, c.want)
		}
	}
}
