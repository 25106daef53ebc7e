package nlp

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// show writes an expression with all its parentheses.
func (e expr) show() string {
	signs := map[op]string{opAny: "|", opBefore: ">", opClause: "~~", opSentence: "~", opAnd: "+", opNot: "-"}
	switch e.op {
	case opWord:
		return e.word
	case opGroup:
		return "$" + e.word
	}
	var kids []string
	for _, k := range e.kids {
		kids = append(kids, k.show())
	}
	return "(" + strings.Join(kids, signs[e.op]) + ")"
}

func TestParseRule(t *testing.T) {
	for rule, want := range map[string]string{
		"柱子票":               "柱子票",
		"$演出":               "$演出",
		`"4S 店"`:            "4S 店",
		"A|":                "",
		"(A|B)":             "(A|B)",
		"(A)":               "A",
		"A~B":               "(A~B)",
		"A~~B":              "(A~~B)",
		"A>B":               "(A>B)",
		"A+B-C":             "((A+B)-C)",
		"A-B+C":             "((A-B)+C)",
		"A+B~C~~D>E":        "(A+(B~(C~~(D>E))))",
		"A>B~~C~D+E":        "((((A>B)~~C)~D)+E)",
		"A~B~C":             "((A~B)~C)",
		"A~(B~C)":           "(A~(B~C))",
		"(A~B|C)+D":         "(((A~B)|C)+D)",
		"$演出+(柱子|立柱)~(挡|遮)": "($演出+((柱子|立柱)~(挡|遮)))",
		" A + ( B | C ) ":   "(A+(B|C))",
		"(A+B|C)-D":         "(((A+B)|C)-D)",
	} {
		if want == "" {
			continue
		}
		e, err := parseRule(rule)
		if err != nil {
			t.Errorf("%s: %v", rule, err)
		} else if got := e.show(); got != want {
			t.Errorf("%s\n got %s\nwant %s", rule, got, want)
		}
	}
}

func TestParseRuleSaysWhere(t *testing.T) {
	refuse := func(rule, want string) {
		t.Helper()
		_, err := parseRule(rule)
		var wrong *syntaxError
		if !errors.As(err, &wrong) {
			t.Errorf("%s is accepted", rule)
			return
		}
		if got := fmt.Sprintf("%d: %s", wrong.col, wrong.msg); !strings.HasPrefix(got, want) {
			t.Errorf("%s\n got %s\nwant %s", rule, got, want)
		}
	}
	refuse("", "1: the expression ends where a word should be")
	refuse("柱子+", "4: the expression ends where a word should be")
	refuse("(柱子|立柱", "1: this ( is not closed")
	refuse("演出+(柱子|(立柱)", "4: this ( is not closed")
	refuse("柱子)", "3: this ) closes nothing")
	refuse("(柱子||立柱)", "5: an alternative is empty")
	refuse("(|柱子)", "2: an alternative is empty")
	refuse("(柱子|)", "5: an alternative is empty")
	refuse("()", "2: an alternative is empty")
	refuse("柱子|立柱", "3: alternatives need parentheses")
	refuse("柱子 立柱", "4: an operator is missing before")
	refuse("(柱子 立柱)", "5: an operator is missing before")
	refuse("柱子(立柱)", "3: an operator is missing before")
	refuse("+柱子", "1: a word should be where")
	refuse("-柱子", "1: a word should be where")
	refuse("柱子~~~立柱", "5: a word should be where")
	refuse("(演出+柱子)~挡", "8: + and - may not stand beside ~")
	refuse("挡~~(演出-柱子)", "2: + and - may not stand beside ~~")
	refuse("挡>(票|演出+柱子)", "2: + and - may not stand beside >")
	refuse("$+柱子", "1: $ without the name of a group")
	refuse(`柱子+"4S 店`, "4: this quotation mark is not closed")
	refuse(`柱子+""`, "4: the word in quotation marks is empty")
	refuse("（柱子|立柱)", "1: '（' is a full-width sign")
	refuse("演出+柱子～挡", "6: '～' is a full-width sign")
	refuse(strings.Repeat("(", 60)+"柱子"+strings.Repeat(")", 60), "51: parentheses are nested")
	refuse("\xff", "1: the expression is not valid UTF-8")
}

func FuzzParseRule(f *testing.F) {
	f.Add("$演出+(柱子|立柱)~(挡|遮)-路由器")
	f.Add(`(A~B|"C d")>E~~$f`)
	f.Fuzz(func(t *testing.T, rule string) {
		e, err := parseRule(rule)
		var wrong *syntaxError
		if errors.As(err, &wrong) {
			if wrong.col < 1 || wrong.col > len(rule)+1 {
				t.Fatalf("%q: column %d", rule, wrong.col)
			}
			return
		}
		tax := Taxonomy{{Name: "a.yaml", Domain: "a", Zh: "甲", Issues: []Issue{{ID: "a.b", Zh: "乙", Nature: "other", Rules: []string{rule}}}}}
		if _, err := compile(tax); err != nil && !strings.Contains(err.Error(), "there is no group") && !strings.Contains(err.Error(), "nothing is left") {
			t.Fatalf("%q parses as %s, but: %v", rule, e.show(), err)
		}
	})
}
