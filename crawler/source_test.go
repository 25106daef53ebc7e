package crawler

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/yamlfile"
)

const yamlSource = `
name: forum
title: 车主论坛
channel: 论坛
base: https://forum.example.com
start: [/list]
every: 15m
delay: 500ms
limits: {depth: 3}
id: /post/(\d+)
list:
  item: li
  fields:
    url: {select: a, attr: href}
    published: [time, {select: .meta, regex: '发布时间：(.+)'}]
    region: {const: 广东}
  next: a.next
detail:
  fields:
    title: h1
    text: {select: .floor, all: true}
`

func TestSourceIsReadFromYAML(t *testing.T) {
	got := DefaultSource()
	if err := yamlfile.Decode("forum.yaml", []byte(yamlSource), &got); err != nil {
		t.Fatal(err)
	}
	want := DefaultSource()
	want.Name, want.Title, want.Channel = "forum", "车主论坛", vane.Forum
	want.Base, want.Start, want.ID = "https://forum.example.com", []string{"/list"}, `/post/(\d+)`
	want.Every, want.Delay, want.Limits.Depth = 15*time.Minute, 500*time.Millisecond, 3
	want.List = &List{
		Item: "li",
		Fields: Fields{
			URL:       Field{{Select: "a", Attr: "href"}},
			Published: Field{{Select: "time"}, {Select: ".meta", Regex: "发布时间：(.+)"}},
			Region:    Field{{Const: "广东"}},
		},
		Next: Field{{Select: "a.next"}},
	}
	want.Detail = &Detail{Fields: Fields{Title: Field{{Select: "h1"}}, Text: Field{{Select: ".floor", All: true}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("source differs (-want +got):\n%s", diff)
	}
	if err := got.Validate(); err != nil {
		t.Error(err)
	}
}

func TestAMistakeInYAMLIsReportedWithItsPlace(t *testing.T) {
	for mistake, want := range map[string]string{
		"    title: {selekt: h1}": "selekt",
		"    titel: h1":           "titel",
		"    title: {all: 17}":    "forum.yaml:",
		"    title: [h1, {x: 1}]": "x",
	} {
		src := DefaultSource()
		err := yamlfile.Decode("forum.yaml", []byte(strings.Replace(yamlSource, "    title: h1", mistake, 1)), &src)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "forum.yaml:") {
			t.Errorf("%s: %v, want the place and %q", mistake, err, want)
		}
	}
}

func TestValidateNamesTheKeyAndWhatToDo(t *testing.T) {
	for want, spoil := range map[string]func(*Source){
		"name: \"大\"":                             func(s *Source) { s.Name = "大" },
		"title: is missing":                       func(s *Source) { s.Title = "" },
		"channel: \"广播\" is unknown: use one":     func(s *Source) { s.Channel = "广播" },
		"kind: \"pdf\" is unknown":                func(s *Source) { s.Kind = "pdf"; s.List = nil },
		"zone: zone \"Mars\"":                     func(s *Source) { s.Zone = "Mars" },
		"base: link \"ftp://x\"":                  func(s *Source) { s.Base = "ftp://x" },
		"start: is missing":                       func(s *Source) { s.Start = nil },
		"start[0]: link":                          func(s *Source) { s.Base = "" },
		"every: is 0":                             func(s *Source) { s.Every = 0 },
		"delay: is -1s":                           func(s *Source) { s.Delay = -time.Second },
		"limits.pages: is 0":                      func(s *Source) { s.Limits.Pages = 0 },
		"limits.depth: is 0":                      func(s *Source) { s.Limits.Depth = 0 },
		"limits.body: is 0":                       func(s *Source) { s.Limits.Body = 0 },
		"id: error parsing regexp":                func(s *Source) { s.ID = "(" },
		"list: is missing":                        func(s *Source) { s.List = nil },
		"list.item: is missing":                   func(s *Source) { s.List.Item = "" },
		"list.item: select \"li[\"":               func(s *Source) { s.List.Item = "li[" },
		"list.fields.url: is missing":             func(s *Source) { s.List.Fields.URL = nil },
		"list.fields.title: select \"xpath:(\"":   func(s *Source) { s.List.Fields.Title = Field{{Select: "xpath:("}} },
		"list.fields.title: regex \"(\"":          func(s *Source) { s.List.Fields.Title = Field{{Select: "a", Regex: "("}} },
		"list.fields.title: const \"x\" stands":   func(s *Source) { s.List.Fields.Title = Field{{Select: "a", Const: "x"}} },
		"list.pages: stands beside list.next":     func(s *Source) { s.List.Pages = &Pages{URL: "/list?page={page}", From: 2, To: 3} },
		"list.pages.url: \"/list\" has no {page}": func(s *Source) { s.List.Pages, s.List.Next = &Pages{URL: "/list", From: 2, To: 3}, nil },
		"list.pages: goes from 3 to 2":            func(s *Source) { s.List.Pages, s.List.Next = &Pages{URL: "/{page}", From: 3, To: 2}, nil },
		"list.fields: has neither id nor url":     func(s *Source) { s.Detail, s.List.Fields.URL = nil, nil },
		"list.fields: has neither title nor text": func(s *Source) { s.Detail = nil },
		"detail.fields: has id or url":            func(s *Source) { s.Detail.Fields.ID = Field{{Select: "b"}} },
		"detail.fields: has neither title": func(s *Source) {
			s.Kind, s.List, s.JSON, s.Detail.Fields = JSON, nil, &JSONList{Fields: Fields{URL: Field{{Select: "url"}}}}, Fields{}
		},
		"json: is for kind json": func(s *Source) { s.JSON = &JSONList{} },
		"list: is for kind html": func(s *Source) { s.Kind = Feed },
		"json: is missing":       func(s *Source) { s.Kind, s.List = JSON, nil },
		"json.cursor: needs path": func(s *Source) {
			s.Kind, s.List, s.JSON = JSON, nil, &JSONList{Fields: Fields{URL: Field{{Select: "url"}}}, Cursor: &Cursor{}}
		},
		"json.fields.url: select \"a\" with attr": func(s *Source) {
			s.Kind, s.List, s.JSON = JSON, nil, &JSONList{Fields: Fields{URL: Field{{Select: "a", Attr: "href"}}}}
		},
		"gone: \"[\"":    func(s *Source) { s.Gone = []string{"["} },
		"blocked: \"[\"": func(s *Source) { s.Blocked = []string{"["} },
	} {
		src := DefaultSource()
		if err := yamlfile.Decode("forum.yaml", []byte(yamlSource), &src); err != nil {
			t.Fatal(err)
		}
		spoil(&src)
		if err := src.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestValidateReportsAllProblemsAtOnce(t *testing.T) {
	err := Source{Name: "x"}.Validate()
	for _, key := range []string{"title:", "channel:", "start:", "every:", "limits.pages:", "kind:"} {
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%v does not name %s", err, key)
		}
	}
}

func TestConfigValidate(t *testing.T) {
	if err := DefaultConfig().Validate(); err != nil {
		t.Errorf("the defaults: %v", err)
	}
	err := Config{Patience: -1, Contact: "a\nb", Environ: []string{"PATH=/bin", "COLLY_IGNORE_ROBOTSTXT=y"}}.Validate()
	for _, want := range []string{"workers", "timeout", "attempts", "outbox_max", "patience", "contact", "COLLY_IGNORE_ROBOTSTXT"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "PATH") {
		t.Errorf("%v names a variable that does no harm", err)
	}
}
