package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"pgregory.net/rapid"
)

// document is what the tests need of /api/openapi.json.
type document struct {
	OpenAPI    string                          `json:"openapi"`
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]json.RawMessage `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	ID         string      `json:"operationId"`
	Summary    string      `json:"summary"`
	Parameters []parameter `json:"parameters"`
	Responses  map[string]struct {
		Description string `json:"description"`
		Content     map[string]struct {
			Schema json.RawMessage `json:"schema"`
		} `json:"content"`
	} `json:"responses"`
	path string
}

type parameter struct {
	Name     string         `json:"name"`
	In       string         `json:"in"`
	Required bool           `json:"required"`
	Example  any            `json:"example"`
	Schema   map[string]any `json:"schema"`
}

func documentOf(t *testing.T, server *httptest.Server) document {
	t.Helper()
	var doc document
	if resp := get(t, server.URL+"/api/openapi.json", &doc); resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
	return doc
}

func (d document) operations() []operation {
	var list []operation
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		if op, ok := d.Paths[path]["get"]; ok {
			op.path = path
			list = append(list, op)
		}
	}
	return list
}

// schema is a schema of the document as one that stands alone.
func (d document) schema(t *testing.T, raw json.RawMessage) *jsonschema.Resolved {
	t.Helper()
	text, err := json.Marshal(map[string]any{"$defs": d.Components.Schemas, "allOf": []json.RawMessage{raw}})
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(bytes.ReplaceAll(text, []byte("#/components/schemas/"), []byte("#/$defs/")), &s); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return resolved
}

func TestEveryOperationIsDescribed(t *testing.T) {
	doc := documentOf(t, filled(t))
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") {
		t.Errorf("OpenAPI %s", doc.OpenAPI)
	}
	for _, op := range doc.operations() {
		if op.ID == "" || op.Summary == "" {
			t.Errorf("%s has no name or summary", op.path)
		}
		for _, status := range []string{"200", "304", "401", "403", "422", "429", "503"} {
			if op.Responses[status].Description == "" {
				t.Errorf("%s says nothing of %s", op.path, status)
			}
		}
		for _, p := range op.Parameters {
			if p.Schema["type"] == "string" && p.Schema["maxLength"] == nil && p.Schema["enum"] == nil {
				t.Errorf("%s: %s is a text without bound", op.path, p.Name)
			}
		}
	}
}

// Whatever is asked, right or wrong, gets a status that is documented and a body of the
// documented form; what the schema of a parameter forbids is refused as such.
func TestRandomRequestsGetDocumentedAnswers(t *testing.T) {
	server := filled(t)
	doc := documentOf(t, server)
	ops, schemas := doc.operations(), map[string]*jsonschema.Resolved{}
	var ids []string
	for _, op := range ops {
		ids = append(ids, op.ID)
		for status, r := range op.Responses {
			for _, content := range r.Content {
				schemas[op.ID+status] = doc.schema(t, content.Schema)
			}
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		id := rapid.SampledFrom(ids).Draw(rt, "operation")
		op := ops[slices.Index(ids, id)]
		address, forbidden := drawAddress(rt, op)
		resp, err := server.Client().Get(server.URL + address)
		if err != nil {
			rt.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			rt.Fatal(err)
		}
		status := fmt.Sprint(resp.StatusCode)
		schema := schemas[op.ID+status]
		if schema == nil {
			rt.Fatalf("GET %s: %s is not documented: %.300s", address, status, body)
		}
		if forbidden != "" && status != "422" {
			rt.Fatalf("GET %s: %s though %s is forbidden: %.300s", address, status, forbidden, body)
		}
		var value any
		if err := json.Unmarshal(body, &value); err != nil {
			rt.Fatalf("GET %s: %v in %.300s", address, err, body)
		}
		if err := schema.Validate(value); err != nil {
			rt.Fatalf("GET %s: %s: %v in %.1000s", address, status, err, body)
		}
	})
}

// drawAddress draws a request, and names a parameter that its schema forbids.
func drawAddress(rt *rapid.T, op operation) (address, forbidden string) {
	address, query := op.path, url.Values{}
	good := rapid.Bool().Draw(rt, "sensible")
	for _, p := range op.Parameters {
		if p.In == "query" && !p.Required && rapid.Bool().Draw(rt, "leave out "+p.Name) {
			continue
		}
		value := drawValue(p, good).Draw(rt, p.Name)
		if !p.allows(value) {
			forbidden = p.Name
		}
		if p.In == "path" {
			address = strings.ReplaceAll(address, "{"+p.Name+"}", url.PathEscape(value))
		} else {
			query.Set(p.Name, value)
		}
	}
	if !good && rapid.IntRange(0, 9).Draw(rt, "unknown parameter") == 0 {
		query.Set("unknown", "1")
		forbidden = "unknown"
	}
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address, forbidden
}

// sensible are values that a person would give.
var sensible = map[string][]string{
	"from": {"2026-03-01", "2026-03-10 08:00", "2026-03-15T08:00:00Z"},
	"to":   {"2026-03-16", "2026-03-16 12:00"},
	"at":   {"2026-03-16", "2026-03-16T08:00:00Z", "2026-03-01"},
	"tag":  {"ticketing", "ticketing.pillar_seat", "telecom"},
	"id":   {postID(7).String(), postID(8).String(), postID(1000).String()},
	"top":  {"1", "200"}, "title": {"报告"},
	"q": {"script", "所有", "没有这个词"}, "limit": {"1", "7", "100"}, "facets": {"true", "false"}, "after": {"", "time.0.1773600000000." + postID(1).String()},
	"source": {"forum"}, "region": {"广东"}, "brand": {"某品牌"}, "key": {"某品牌", "广东"},
}

// drawValue draws values of a parameter: those of sensible or of its enum, or anything.
func drawValue(p parameter, good bool) *rapid.Generator[string] {
	values := slices.Clone(sensible[p.Name])
	p = p.single()
	if enum, ok := p.Schema["enum"].([]any); ok {
		for _, v := range enum {
			values = append(values, fmt.Sprint(v))
		}
	}
	if good {
		return rapid.SampledFrom(values)
	}
	return rapid.OneOf(
		rapid.SampledFrom(values),
		rapid.SampledFrom([]string{"0", "-1", "1e9", "9999-12-31", "0001-01-01", "' OR 1=1 --", "ticketing.", strings.Repeat("长", 300), "\x00", "%00", "%zz"}),
		rapid.StringN(1, 50, -1),
	)
}

// single is the parameter of one value, where several may be given.
func (p parameter) single() parameter {
	if items, ok := p.Schema["items"].(map[string]any); ok {
		p.Schema = items
	}
	return p
}

// allows reports whether the schema of the parameter allows the value; only what it can
// say of one is looked at.
func (p parameter) allows(value string) bool {
	p = p.single()
	if enum, ok := p.Schema["enum"].([]any); ok && !slices.Contains(enum, any(value)) {
		return false
	}
	if most, ok := p.Schema["maxLength"].(float64); ok && len([]rune(value)) > int(most) {
		return false
	}
	if pattern, ok := p.Schema["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(value) {
		return false
	}
	if p.Schema["type"] == "boolean" && value != "true" && value != "false" {
		return value == "0" || value == "1" // which mean the same
	}
	if p.Schema["type"] == "integer" {
		var n int
		if _, err := fmt.Sscanf(value+"|", "%d|", &n); err != nil || float64(n) < p.Schema["minimum"].(float64) || float64(n) > p.Schema["maximum"].(float64) {
			return false
		}
	}
	return true
}
