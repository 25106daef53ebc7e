package vane_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// statement is how SQL looks in a string of Go.
var statement = regexp.MustCompile(`(?is)\b(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|(CREATE|ALTER|DROP)\s+(TABLE|DATABASE|VIEW|USER)\s)`)

// TestNoStatementIsBuilt looks for SQL that is put together from values, in the Go
// code of the whole project: values are bound, whatever the database.
func TestNoStatementIsBuilt(t *testing.T) {
	files := token.NewFileSet()
	packages := map[string][]*ast.File{} // by folder
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && name == "bench" {
			return fs.SkipDir // it measures tables by names of its own
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		packages[path.Dir(name)] = append(packages[path.Dir(name)], file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range packages {
		c := constantsOf(folder)
		for _, file := range folder {
			ast.Inspect(file, func(n ast.Node) bool {
				if c.build(n) {
					t.Errorf("%s puts a statement together: bind its values", files.Position(n.Pos()))
				}
				return true
			})
		}
	}
}

// constants are the names of a package's constants: what is joined of them alone is
// written in the code.
type constants map[string]bool

func constantsOf(files []*ast.File) constants {
	c := constants{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.CONST {
				for _, spec := range d.Specs {
					for _, name := range spec.(*ast.ValueSpec).Names {
						c[name.Name] = true
					}
				}
			}
			return true
		})
	}
	return c
}

// build reports whether n joins SQL with a value: by +, or by a format with a verb.
func (c constants) build(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return n.Op == token.ADD && isStatement(n) && !c.written(n)
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.SelectorExpr); !ok || !strings.HasSuffix(f.Sel.Name, "printf") || len(n.Args) < 2 {
			return false
		}
		format, ok := n.Args[0].(*ast.BasicLit)
		return ok && isStatement(format) && strings.Contains(format.Value, "%")
	default:
		return false
	}
}

func (c constants) written(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return c.written(e.X) && c.written(e.Y)
	case *ast.Ident:
		return c[e.Name]
	case *ast.BasicLit:
		return true
	default:
		return false
	}
}

// isStatement reports whether a text, or the beginning of a joined one, is SQL.
func isStatement(e ast.Expr) bool {
	if b, ok := e.(*ast.BinaryExpr); ok {
		return isStatement(b.X) || isStatement(b.Y)
	}
	text, ok := e.(*ast.BasicLit)
	return ok && text.Kind == token.STRING && statement.MatchString(text.Value)
}

// TestBuiltStatementsAreSeen shows what the test above looks for.
func TestBuiltStatementsAreSeen(t *testing.T) {
	for code, want := range map[string]bool{
		"`SELECT a FROM b WHERE c = '` + value + `'`":             true,
		"`SELECT a FROM ` + table":                                false,
		"`SELECT a FROM ` + table + ` WHERE b = ` + value":        true,
		"`DELETE FROM ` + name":                                   true,
		`fmt.Sprintf("DELETE FROM posts WHERE id = %d", id)`:      true,
		`fmt.Appendf(nil, "DELETE FROM posts WHERE id = %d", id)`: false, // its format is not the first argument
		"`SELECT a ` + `FROM b WHERE c = ?`":                      false,
		`"SELECT a FROM b WHERE c = ?"`:                           false,
		`fmt.Errorf("select a post from %s", where)`:              false,
	} {
		e, err := parser.ParseExpr(code)
		if err != nil {
			t.Fatal(err)
		}
		got := false
		ast.Inspect(e, func(n ast.Node) bool {
			got = got || constants{"table": true}.build(n)
			return true
		})
		if got != want {
			t.Errorf("%s: built %v, want %v", code, got, want)
		}
	}
}
