package nlp

import (
	"encoding/json"
	"hash/fnv"

	"vane"
)

// Taxonomy is the rules that name issues: the files of configs/taxonomy.
type Taxonomy []TaxonomyFile

// TaxonomyFile is one file of the taxonomy. The file that holds the common word
// groups has no domain and no issues.
type TaxonomyFile struct {
	Name   string              `yaml:"-" json:"-"` // of the file, for messages
	Domain string              `yaml:"domain" json:"domain"`
	Zh     string              `yaml:"zh" json:"zh"` // name of the domain
	Groups map[string][]string `yaml:"groups" json:"groups"`
	Issues []Issue             `yaml:"issues" json:"issues"`
}

// Issue is one issue and the words and rules that recognise it.
type Issue struct {
	ID        string   `yaml:"id" json:"id"` // domain.issue
	Zh        string   `yaml:"zh" json:"zh"` // name
	Means     string   `yaml:"means" json:"-"`
	Nature    string   `yaml:"nature" json:"nature"`       // 投诉性质, one of natures
	Terms     []string `yaml:"terms" json:"terms"`         // a word alone names the issue, unless negated
	Rules     []string `yaml:"rules" json:"rules"`         // (A|B)+(C~D)-E
	Strong    []string `yaml:"strong" json:"strong"`       // rules that give the tag in spite of Unless
	Exclude   []string `yaml:"exclude" json:"exclude"`     // 屏蔽词: a hit inside one of them does not count
	Negatable []string `yaml:"negatable" json:"negatable"` // rule words that do not count when negated
	Unless    []string `yaml:"unless" json:"unless"`       // tags that suppress this one; domain.* and * are patterns
	Examples  []string `yaml:"examples" json:"-"`          // texts that must get the tag
	Counter   []string `yaml:"counter" json:"-"`           // texts that must not
}

// IssueInfo is what a user interface needs to know of an issue.
type IssueInfo struct {
	ID       vane.Tag `json:"id"`
	Zh       string   `json:"zh"`
	Domain   string   `json:"domain"`
	DomainZh string   `json:"domain_zh"`
	Nature   string   `json:"nature"`
	NatureZh string   `json:"nature_zh"`
	Means    string   `json:"means"`
}

// NatureNames are the ten natures of the consumer associations' complaint
// statistics (投诉性质).
func NatureNames() map[string]string {
	return map[string]string{
		"quality": "质量", "after_sales": "售后服务", "contract": "合同", "price": "价格",
		"false_advertising": "虚假宣传", "safety": "安全", "counterfeit": "假冒",
		"measurement": "计量", "dignity": "人格权益", "other": "其他",
	}
}

// engineVersion counts changes of the engine that may change tags while the rules
// stay the same.
const engineVersion = 2

// version is the hash of everything in the taxonomy that decides about tags, and of
// the engine.
func (t Taxonomy) version() uint32 {
	h := fnv.New32a()
	enc := json.NewEncoder(h)
	for _, v := range []any{engineVersion, t} {
		if err := enc.Encode(v); err != nil {
			panic(err) // strings and maps of strings always encode
		}
	}
	return h.Sum32()
}
