// Package vane is the vocabulary of Vane (消费舆情风向标), a monitor of consumer
// sentiment and hotspots. It holds the nouns that travel along the flow
//
//	sources ──▶ crawler ──▶ outbox ──▶ nlp ──▶ storage ──▶ hotspot ──▶ dashboards
//
// and the one sentence that joins them, [Ingest]: posts are leased from the
// outbox, understood, stored, and only then acknowledged.
//
//   - [Post] is what was said; crawler makes it.
//   - [Mention] is a post plus what was understood of it; nlp makes it.
//   - [Series] is how often something was said; storage counts it.
//   - [Hotspot] is what is being said more than it should be; hotspot finds it.
//
// A post enters once, is understood once, is stored once, and every number
// shown anywhere is a query over what is stored.
//
// The package imports the standard library only.
package vane
