// Package report writes the analysts' reports (消费维权舆情分析报告): their numbers,
// Chinese prose, charts, tables and case candidates, as HTML, Markdown and Word.
//
//	Request ──gather──▶ Numbers ──compose──▶ Document ──render──▶ html, md, docx
//
// Every number in a document is a [Figure]: it has an id, the formula that made it
// and the queries it was counted with, so that whoever doubts it can count again.
// The same queries over the same posts give the same document to the byte.
package report
