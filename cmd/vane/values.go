package main

import (
	"vane"
	"vane/nlp"
)

// valueNames are what analysts call the values of dimensions that are stored as ids.
type valueNames struct {
	tags    map[vane.Tag]string
	natures map[string]string
}

func (c Config) valueNames() (valueNames, error) {
	tags, err := c.issueNames()
	return valueNames{tags, nlp.NatureNames()}, err
}

// of names one value. Issues keep their id beside the name: two may be called alike,
// and it is what --tag takes.
func (n valueNames) of(by vane.Dimension, key string) string {
	name := ""
	switch by {
	case vane.ByTag, vane.ByDomain:
		if name = n.tags[vane.Tag(key)]; name != "" {
			name += " " + key
		}
	case vane.ByNature:
		name = n.natures[key]
	case vane.ByVoice:
		name = voiceName(vane.Voice(key))
	case vane.BySensitive:
		name = map[string]string{"true": "吐槽类", "false": "非吐槽类"}[key]
	}
	if name == "" {
		name = oneLine(key, 60)
	}
	if name == "" {
		return "未注明"
	}
	return name
}

// voiceName is what analysts call a voice.
func voiceName(v vane.Voice) string {
	return map[vane.Voice]string{
		vane.Complaint: "投诉", vane.Discussion: "讨论", vane.Media: "媒体", vane.Official: "官方", vane.Promotion: "营销",
	}[v]
}
