package definition

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// name is an id and its Chinese name.
type name struct{ id, zh string }

// names are those of the shipped taxonomy. Counts keep ids only, so the names have to
// stand in the queries.
type names struct{ domains, issues []name }

var (
	domainID = regexp.MustCompile(`(?m)^domain: *([a-z0-9_]+) *$`)
	domainZh = regexp.MustCompile(`(?m)^zh: *(\S+) *$`)
	issueZh  = regexp.MustCompile(`(?m)^  - id: *([a-z0-9_.]+) *\n    zh: *(\S+) *$`)
)

func readNames(configs fs.FS) (names, error) {
	var found names
	files, err := fs.Glob(configs, "taxonomy/*.yaml")
	if err != nil {
		return found, fmt.Errorf("list the taxonomy: %w", err)
	}
	for _, file := range files {
		if strings.HasPrefix(path.Base(file), "_") {
			continue
		}
		text, err := fs.ReadFile(configs, file)
		if err != nil {
			return found, fmt.Errorf("read the taxonomy: %w", err)
		}
		id, zh := domainID.FindSubmatch(text), domainZh.FindSubmatch(text)
		if id == nil || zh == nil {
			return found, fmt.Errorf("%s has no line %q or none %q", file, "domain: ID", "zh: NAME")
		}
		found.domains = append(found.domains, name{string(id[1]), string(zh[1])})
		for _, issue := range issueZh.FindAllSubmatch(text, -1) {
			found.issues = append(found.issues, name{string(issue[1]), string(issue[2])})
		}
	}
	return found, nil
}

// Names that the rest of Vane gives to voices, natures (投诉性质) and the reasons why a
// pass over a source ended.
func voiceNames() []name {
	return []name{{"complaint", "投诉"}, {"discussion", "讨论"}, {"media", "媒体"}, {"official", "官方"}, {"promotion", "推广"}}
}

func natureNames() []name {
	return []name{
		{"quality", "质量"}, {"after_sales", "售后服务"}, {"contract", "合同"}, {"price", "价格"}, {"false_advertising", "虚假宣传"},
		{"safety", "安全"}, {"counterfeit", "假冒"}, {"measurement", "计量"}, {"dignity", "人格权益"}, {"other", "其他"},
	}
}

func reasonNames() []name {
	return []name{
		{"done", "全部读完"}, {"seen", "已无新内容"}, {"budget", "到达上限"}, {"error", "列表页出错"}, {"robots", "robots.txt 不允许"},
		{"blocked", "被网站拦截"}, {"cancelled", "程序停止"}, {"killed", "程序中断"},
	}
}

// naming is an expression for the name of the id in a column. An id without a name,
// such as that of a domain which the user added, stays.
func naming(known []name, column string) string {
	var ids, zh []string
	for _, n := range known {
		ids = append(ids, quote(n.id))
		zh = append(zh, quote(n.zh))
	}
	return fmt.Sprintf("transform(toString(%s), [%s], [%s], toString(%[1]s))", column, strings.Join(ids, ", "), strings.Join(zh, ", "))
}

func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
