// Package report writes the analysts' reports (消费维权舆情分析报告): their numbers,
// Chinese prose, charts, tables and case candidates, as HTML, Markdown and Word.
//
//	Request ──gather──▶ Numbers ──compose──▶ Document ──render──▶ html, md, docx
//
// Every count of posts in the text and the tables of a document is a [Figure]: it has
// an id, the formula that made it and the queries it was counted with, so that whoever
// doubts it can count again. The numbers of a hotspot are as its detection stored them,
// and its components' sentences are theirs.
// The same queries over the same posts give the same document to the byte.
package report
