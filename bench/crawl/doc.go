// Package crawlbench measures what a crawled page costs: of Vane's whole pass, and of
// others that are made for the same job, in one run, on one server, at one
// parallelism, with the same records to show for it. Everything in it is a test.
//
//	go test ./bench/crawl -run '^$' -bench . -benchtime 1x -pages 5000 -rounds 3
//
// Scrapy takes part where it is installed (on Debian, python3-scrapy).
package crawlbench
