package api

import (
	"bytes"
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"vane/dashboards/access"
	"vane/dashboards/ask"
	"vane/dashboards/web"
)

// answer is a body of a type.
type answer[T any] struct{ Body T }

// answerOf turns what a question gave into what huma sends.
func answerOf[T any](a *API, what string, body T, err error) (*answer[T], error) {
	if err != nil {
		return nil, a.problem(what, err)
	}
	return &answer[T]{body}, nil
}

// AboutTag is the tag that a question is about, as it comes in the address.
type AboutTag struct {
	Tag string `query:"tag" maxLength:"100" doc:"issue or domain, as /api/issues lists them; everything without it" example:"ticketing.pillar_seat"`
}

// Period is the window that a question is about.
type Period struct {
	From string `query:"from" maxLength:"40" doc:"first moment, RFC 3339, or a date of Beijing; 30 days before the end without it" example:"2026-03-01"`
	To   string `query:"to" maxLength:"40" doc:"moment before which posts count, or a last day; now without it" example:"2026-03-15"`
}

// KnownAt is the moment whose knowledge is asked for.
type KnownAt struct {
	At string `query:"at" maxLength:"40" doc:"as known at this moment, or at the end of this day; now without it"`
}

// operation is what all operations share; extra are statuses beside the usual ones.
func operation(id, path, summary string, extra ...int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: path, Summary: summary,
		Errors: append([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity,
			http.StatusTooManyRequests, http.StatusServiceUnavailable}, extra...),
		Responses: map[string]*huma.Response{"304": {Description: "the client's copy (If-None-Match) is still right"}},
	}
}

// register declares every operation.
func (a *API) register(api huma.API) {
	a.registerHotspots(api)
	guarded := huma.NewGroup(api)
	guarded.UseMiddleware(a.enter(api))
	huma.Register(guarded, operation("explain-hotspot", "/api/hotspots/{tag}", "why an issue is a hotspot, and its trend", http.StatusNotFound),
		func(ctx context.Context, in *struct {
			Tag string `path:"tag" maxLength:"100" example:"ticketing.pillar_seat"`
			By  string `query:"by" enum:"brand,region,channel" doc:"of a hotspot of a part of the issue's posts: the dimension of the part"`
			Key string `query:"key" maxLength:"100" doc:"and its value"`
			KnownAt
		}) (*answer[ask.Explanation], error) {
			body, err := a.Desk.Explain(ctx, in.Tag, in.By, in.Key, in.At)
			return answerOf(a, "explain hotspot", body, err)
		})
	huma.Register(guarded, operation("trends", "/api/trends", "how often something was said"),
		func(ctx context.Context, in *trendsInput) (*answer[ask.Trends], error) {
			body, err := a.Desk.Trends(ctx, ask.TrendsQuestion{Tag: in.Tag, From: in.From, To: in.To, Step: in.Step, By: in.By, Top: in.Top})
			return answerOf(a, "trends", body, err)
		})
	huma.Register(guarded, operation("search", "/api/search", "posts by what they say, a page at a time"),
		func(ctx context.Context, in *searchInput) (*answer[ask.Found], error) {
			body, err := a.Desk.Search(ctx, ask.SearchQuestion{
				Text: in.Q, From: in.From, To: in.To, Sort: in.Sort, After: in.After, Limit: in.Limit, Count: in.Facets,
				Tags: in.Tag, Channels: in.Channel, Sources: in.Source, Regions: in.Region, Brands: in.Brand, Voices: in.Voice,
			})
			return answerOf(a, "search", body, err)
		})
	huma.Register(guarded, operation("events", "/api/events", "posts put together by the thing that they are about"),
		func(ctx context.Context, in *struct {
			Period
			Limit int `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"events, those with most independent voices first"`
		}) (*answer[ask.Events], error) {
			body, err := a.Desk.ListEvents(ctx, in.From, in.To, in.Limit)
			return answerOf(a, "events", body, err)
		})
	huma.Register(guarded, operation("post", "/api/posts/{id}", "a post and what was understood of it", http.StatusNotFound),
		func(ctx context.Context, in *struct {
			ID string `path:"id" pattern:"^[0-9a-f]{32}$" maxLength:"32" doc:"32 hexadecimal digits"`
		}) (*answer[ask.StoredPost], error) {
			body, err := a.Desk.Post(ctx, in.ID)
			return answerOf(a, "post", body, err)
		})
	huma.Register(guarded, operation("issues", "/api/issues", "every issue and domain, with its name"),
		func(context.Context, *struct{}) (*answer[[]ask.Issue], error) {
			return &answer[[]ask.Issue]{a.Desk.Issues()}, nil
		})
	huma.Register(guarded, operation("sources", "/api/sources", "how every source does"),
		func(ctx context.Context, _ *struct{}) (*answer[[]web.Source], error) {
			body, err := a.Sources(ctx)
			return answerOf(a, "sources", body, err)
		})
	a.registerReport(guarded)
	a.registerCorrections(guarded)
	a.registerWords(guarded)
	correctFingerprint(api)
}

type trendsInput struct {
	AboutTag
	Period
	Step string `query:"step" enum:"10m,hour,day" default:"day" doc:"width of a bucket"`
	By   string `query:"by" enum:"tag,domain,nature,brand,channel,region,voice,source,sensitive" doc:"a line for each value of this; one line without it"`
	Top  int    `query:"top" minimum:"1" maximum:"200" default:"20" doc:"lines, largest first"`
}

type searchInput struct {
	Q string `query:"q" maxLength:"4000" doc:"+ and, (A|B) or, - not; \"A B\" holds blanks and signs; every post without it" example:"(柱子票|墙根票)+退款-转发抽奖"`
	Period
	Tag     []string `query:"tag,explode" maxItems:"20" doc:"issues or domains; of several one must hold, as of the filters below"`
	Channel []string `query:"channel,explode" maxItems:"20" enum:"微博,客户端,网站,微信,视频,论坛,数字报"`
	Source  []string `query:"source,explode" maxItems:"20" doc:"names of sources"`
	Region  []string `query:"region,explode" maxItems:"20"`
	Brand   []string `query:"brand,explode" maxItems:"20"`
	Voice   []string `query:"voice,explode" maxItems:"20" enum:"complaint,discussion,media,official,promotion"`
	Sort    string   `query:"sort" enum:"time,relevance,engagement" default:"time" doc:"newest, most telling or most answered first"`
	Limit   int      `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"posts of a page"`
	After   string   `query:"after" maxLength:"120" doc:"the page behind this place, which the page before says as next"`
	Facets  bool     `query:"facets" doc:"count all that is found, too: it reads all of it"`
}

// hotspotsOutput is a list of hotspots as it is sent.
type hotspotsOutput struct {
	ContentType string `header:"Content-Type"`
	ETag        string `header:"ETag"`
	Body        []byte
}

// registerHotspots declares the list that everybody asks for all the time: without
// parameters it comes from memory, past the gate, since that costs nothing.
func (a *API) registerHotspots(api huma.API) {
	op := operation("hotspots", "/api/hotspots", "what is said more often than usual, hottest first")
	schema := huma.SchemaFromType(api.OpenAPI().Components.Schemas, reflect.TypeFor[ask.Hotspots]())
	op.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
	enter := a.enter(api)
	op.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		if u := ctx.URL(); u.RawQuery != "" {
			enter(ctx, next)
			return
		}
		next(ctx)
	}}
	huma.Register(api, op, func(ctx context.Context, in *struct {
		KnownAt
		AboutTag
	}) (*hotspotsOutput, error) {
		if in.At == "" && in.Tag == "" {
			c, err := a.hotspots.get(ctx)
			if err != nil {
				return nil, a.problem("hotspots", err)
			}
			return &hotspotsOutput{ContentType: "application/json", ETag: c.etag, Body: c.body}, nil
		}
		body, err := a.hotspotsBody(ctx, in.At, in.Tag)
		if err != nil {
			return nil, a.problem("hotspots", err)
		}
		return &hotspotsOutput{ContentType: "application/json", ETag: etagOf(body), Body: body}, nil
	})
}

func (a *API) makeHotspots(ctx context.Context) ([]byte, error) { return a.hotspotsBody(ctx, "", "") }

func (a *API) hotspotsBody(ctx context.Context, at, tag string) ([]byte, error) {
	list, err := a.Desk.Hotspots(ctx, at, tag)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = huma.DefaultJSONFormat.Marshal(&out, list)
	return out.Bytes(), err
}

// registerReport declares the report, which leaves the house: analysts only, and
// recorded.
func (a *API) registerReport(api huma.API) {
	op := operation("report", "/api/report", "the analysts' report of a period, with where every number is from")
	op.Middlewares = huma.Middlewares{needs(api, access.Analyst)}
	huma.Register(api, op, func(ctx context.Context, in *struct {
		Kind    string `query:"kind" enum:"analysis,top10,complaints" default:"analysis"`
		Title   string `query:"title" maxLength:"100" doc:"the period and the kind without it"`
		From    string `query:"from" required:"true" maxLength:"40" doc:"first day" example:"2026-02-15"`
		To      string `query:"to" required:"true" maxLength:"40" doc:"last day" example:"2026-02-23"`
		Compare string `query:"compare" enum:"none,previous,year" default:"none" doc:"compare with as many days before, or with the same days a year before"`
	}) (*answer[ask.Report], error) {
		q := ask.ReportQuestion{Kind: in.Kind, Title: in.Title, From: in.From, To: in.To, Compare: in.Compare}
		if err := a.Audit.Record(ctx, a.Desk.Now(), access.Exported, "report "+in.Kind+" "+in.From+" "+in.To); err != nil {
			return nil, a.problem("report", err)
		}
		body, err := a.Desk.Report(ctx, q)
		return answerOf(a, "report", body, err)
	})
}

// correctFingerprint says in the schemas that fingerprints are written as strings, since
// no number of JavaScript holds 64 bits; the tag ,string is unknown to huma.
func correctFingerprint(api huma.API) {
	for _, schema := range api.OpenAPI().Components.Schemas.Map() {
		if _, ok := schema.Properties["fingerprint"]; ok {
			schema.Properties["fingerprint"] = &huma.Schema{Type: huma.TypeString, Pattern: "^[0-9]+$", Description: "equal for copies to the letter"}
		}
	}
}
