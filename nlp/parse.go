package nlp

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// op is what an expression of a rule does.
type op uint8

const (
	opWord     op = iota // the word occurs
	opGroup              // a word of the group occurs
	opAny                // A|B: one of them
	opBefore             // A>B: in one clause, in this order, close together
	opClause             // A~~B: in one clause
	opSentence           // A~B: in one sentence
	opAnd                // A+B: in one text
	opNot                // A-B: A, and B nowhere in the text
)

// expr is a parsed rule.
type expr struct {
	op   op
	word string // of opWord: as written; of opGroup: the name
	kids []expr
	col  int // where it begins in the rule, in characters from 1
}

// syntaxError is a mistake in a rule.
type syntaxError struct {
	col int // in characters from 1
	msg string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("column %d: %s", e.col, e.msg) }

// precedence of the operators, loosest first.
func precedence(op op) int {
	switch op {
	case opAnd, opNot:
		return 1
	case opSentence:
		return 2
	case opClause:
		return 3
	case opBefore:
		return 4
	default:
		return 0
	}
}

// lexeme is one sign, word or group of a rule.
type lexeme struct {
	kind rune // one of ( ) | + - ~ ≈ > for signs, w for a word, $ for a group, 0 at the end
	text string
	col  int
}

// clauseSign stands for ~~ in a lexeme.
const clauseSign = '≈'

// signs are the characters that a word can hold only between quotation marks.
const signs = `()|+-~>$"`

// parseRule parses one rule:
//
//	rule   = near { ("+" | "-") near }
//	near   = operand { ("~" | "~~" | ">") operand }   > binds tighter than ~~, ~~ than ~
//	operand = word | "$" group | "(" rule { "|" rule } ")"
func parseRule(rule string) (expr, error) {
	p := &parser{}
	if err := p.lex(rule); err != nil {
		return expr{}, err
	}
	e, err := p.expression(1)
	if err != nil {
		return expr{}, err
	}
	switch next := p.peek(); next.kind {
	case 0:
		return e, nil
	case '|':
		return expr{}, &syntaxError{next.col, "alternatives need parentheses: (A|B)"}
	case ')':
		return expr{}, &syntaxError{next.col, "this ) closes nothing"}
	default:
		return expr{}, &syntaxError{next.col, fmt.Sprintf("an operator is missing before %q", next.text)}
	}
}

type parser struct {
	lexemes []lexeme
	next    int
	depth   int
}

// maxDepth bounds the nesting of parentheses, so that no rule exhausts the stack.
const maxDepth = 50

func (p *parser) peek() lexeme { return p.lexemes[p.next] }

func (p *parser) take() lexeme {
	l := p.lexemes[p.next]
	if l.kind != 0 {
		p.next++
	}
	return l
}

// expression parses operators of at least the given precedence, left to right.
func (p *parser) expression(min int) (expr, error) {
	left, err := p.operand()
	if err != nil {
		return expr{}, err
	}
	for {
		sign := p.peek()
		op, ok := operator(sign.kind)
		if !ok || precedence(op) < min {
			return left, nil
		}
		p.take()
		right, err := p.expression(precedence(op) + 1)
		if err != nil {
			return expr{}, err
		}
		if op != opAnd && op != opNot && (left.wide() || right.wide()) {
			return expr{}, &syntaxError{sign.col, fmt.Sprintf("+ and - may not stand beside %s, which looks at one sentence or clause only", sign.text)}
		}
		left = expr{op: op, kids: []expr{left, right}, col: left.col}
	}
}

func operator(sign rune) (op, bool) {
	switch sign {
	case '+':
		return opAnd, true
	case '-':
		return opNot, true
	case '~':
		return opSentence, true
	case clauseSign:
		return opClause, true
	case '>':
		return opBefore, true
	default:
		return 0, false
	}
}

// operand parses a word, a group or parentheses.
func (p *parser) operand() (expr, error) {
	l := p.take()
	switch l.kind {
	case 'w':
		return expr{op: opWord, word: l.text, col: l.col}, nil
	case '$':
		return expr{op: opGroup, word: l.text, col: l.col}, nil
	case '(':
		return p.alternatives(l)
	case 0:
		return expr{}, &syntaxError{l.col, "the expression ends where a word should be"}
	default:
		return expr{}, &syntaxError{l.col, fmt.Sprintf("a word should be where %q is", l.text)}
	}
}

// alternatives parses the rest of ( A | B ).
func (p *parser) alternatives(open lexeme) (expr, error) {
	if p.depth++; p.depth > maxDepth {
		return expr{}, &syntaxError{open.col, fmt.Sprintf("parentheses are nested more than %d deep", maxDepth)}
	}
	any := expr{op: opAny, col: open.col}
	for {
		if k := p.peek(); k.kind == '|' || k.kind == ')' {
			return expr{}, &syntaxError{k.col, "an alternative is empty"}
		}
		kid, err := p.expression(1)
		if err != nil {
			return expr{}, err
		}
		any.kids = append(any.kids, kid)
		switch l := p.take(); l.kind {
		case '|':
		case ')':
			p.depth--
			if len(any.kids) == 1 {
				return kid, nil
			}
			return any, nil
		case 0:
			return expr{}, &syntaxError{open.col, "this ( is not closed"}
		default:
			return expr{}, &syntaxError{l.col, fmt.Sprintf("an operator is missing before %q", l.text)}
		}
	}
}

// wide reports whether e looks at the whole text.
func (e expr) wide() bool {
	if e.op == opAnd || e.op == opNot {
		return true
	}
	for _, k := range e.kids {
		if k.wide() {
			return true
		}
	}
	return false
}

// lex cuts a rule into lexemes, the last of which has kind 0.
func (p *parser) lex(rule string) error {
	if !utf8.ValidString(rule) {
		return &syntaxError{1, "the expression is not valid UTF-8"}
	}
	for i, col := 0, 1; ; {
		for i < len(rule) && (rule[i] == ' ' || rule[i] == '\t') {
			i, col = i+1, col+1
		}
		l, n, err := lexeOne(rule[i:], col)
		if err != nil {
			return err
		}
		p.lexemes = append(p.lexemes, l)
		if l.kind == 0 {
			return nil
		}
		col += utf8.RuneCountInString(rule[i : i+n])
		i += n
	}
}

// lexeOne reads the lexeme that s begins with, and says how many bytes it is.
func lexeOne(s string, col int) (lexeme, int, error) {
	switch {
	case s == "":
		return lexeme{col: col}, 0, nil
	case strings.HasPrefix(s, "~~"):
		return lexeme{clauseSign, "~~", col}, 2, nil
	case s[0] == '"':
		return quoted(s, col)
	case s[0] == '$':
		name := plainWord(s[1:])
		if name == "" {
			return lexeme{}, 0, &syntaxError{col, "$ without the name of a group"}
		}
		return lexeme{'$', name, col}, 1 + len(name), nil
	case strings.IndexByte(signs, s[0]) >= 0:
		return lexeme{rune(s[0]), s[:1], col}, 1, nil
	}
	word := plainWord(s)
	if i := strings.IndexAny(word, "（）｜＋～＞＄－"); i >= 0 {
		r, _ := utf8.DecodeRuneInString(word[i:])
		return lexeme{}, 0, &syntaxError{col + utf8.RuneCountInString(word[:i]), fmt.Sprintf("%q is a full-width sign: write the half-width one, or the word in quotation marks", r)}
	}
	return lexeme{'w', word, col}, len(word), nil
}

// quoted reads a word in quotation marks.
func quoted(s string, col int) (lexeme, int, error) {
	n := strings.IndexByte(s[1:], '"')
	if n < 0 {
		return lexeme{}, 0, &syntaxError{col, "this quotation mark is not closed"}
	}
	if strings.TrimSpace(s[1:1+n]) == "" {
		return lexeme{}, 0, &syntaxError{col, "the word in quotation marks is empty"}
	}
	return lexeme{'w', s[1 : 1+n], col}, n + 2, nil
}

// plainWord is the beginning of s that a word without quotation marks may be.
func plainWord(s string) string {
	if i := strings.IndexAny(s, signs+" \t"); i >= 0 {
		return s[:i]
	}
	return s
}
