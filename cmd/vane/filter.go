package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vane"
	"vane/nlp"
)

// filterFlags say which posts a command is about.
type filterFlags struct {
	from, to                                         string
	tags, channels, sources, regions, brands, voices []string
}

func (fl *filterFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&fl.from, "from", "", "first `TIME` (default: the oldest post)")
	f.StringVar(&fl.to, "to", "", "last day, or `TIME` before which posts count (default: the newest post)")
	f.StringSliceVar(&fl.tags, "tag", nil, "issues or domains")
	f.StringSliceVar(&fl.channels, "channel", nil, "微博, 客户端, 网站, 微信, 视频, 论坛, 数字报")
	f.StringSliceVar(&fl.sources, "source", nil, "names of sources")
	f.StringSliceVar(&fl.regions, "region", nil, "regions, as 广东")
	f.StringSliceVar(&fl.brands, "brand", nil, "brands, as in brands.yaml")
	f.StringSliceVar(&fl.voices, "voice", nil, "complaint, discussion, media, official, promotion")
}

// filter reads the flags. Of each flag's values one must hold.
func (fl *filterFlags) filter() (vane.Filter, error) {
	f := vane.Filter{
		Tags: named[vane.Tag](fl.tags), Channels: named[vane.Channel](fl.channels), Voices: named[vane.Voice](fl.voices),
		Sources: fl.sources, Regions: fl.regions, Brands: fl.brands,
	}
	for _, c := range f.Channels {
		if !slices.Contains(vane.Channels(), c) {
			return f, wrongUse("--channel %q: use one of %s", c, list(vane.Channels()))
		}
	}
	for _, v := range f.Voices {
		if !slices.Contains(vane.Voices(), v) {
			return f, wrongUse("--voice %q: use one of %s", v, list(vane.Voices()))
		}
	}
	if fl.from == "" && fl.to == "" {
		return f, nil
	}
	from := fl.from
	if from == "" {
		from = time.Unix(0, 0).UTC().Format(time.RFC3339)
	}
	var err error
	f.Window, err = window(from, fl.to, time.Now())
	return f, err
}

func named[T ~string](values []string) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i] = T(v)
	}
	return out
}

func list[T any](values []T) string { return strings.Trim(fmt.Sprint(values), "[]") }

// warnOfTags tells of tags that the taxonomy does not have: posts may still carry one
// of an older taxonomy, so it is no mistake to ask for it.
func (a *app) warnOfTags(tags []vane.Tag) error {
	if len(tags) == 0 {
		return nil
	}
	names, err := a.cfg.issueNames()
	if err != nil {
		return err
	}
	for _, tag := range tags {
		if names[tag] == "" {
			a.say("vane: the taxonomy has no tag %q; posts tagged by an older one may still carry it", tag)
		}
	}
	return nil
}

// expression reads what is searched for; the parts of a command line must all hold.
func expression(args []string) (vane.Expression, error) {
	var x vane.Expression
	for _, arg := range args {
		part, err := nlp.ParseSearch(arg)
		if err != nil {
			return x, usageError{fmt.Errorf("%w, in %q", err, clipped(arg))}
		}
		x.All, x.None = append(x.All, part.All...), append(x.None, part.None...)
	}
	return x, nil
}

// clipped is the beginning of what a user typed, for a message.
func clipped(s string) string {
	const most = 200
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
