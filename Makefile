.DEFAULT_GOAL := help
.PHONY: help test lint fuzz docs release

help: ## this list
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+): .*## /\1\t/' | expand -t 12

test: ## every test that needs nothing but Go
	go test ./...

lint: ## gofmt, vet, staticcheck
	@test -z "$$(git ls-files '*.go' | xargs gofmt -l)" || { git ls-files '*.go' | xargs gofmt -l; exit 1; }
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

FUZZTIME ?= 30s
fuzz: ## every fuzz test, FUZZTIME (30s) each
	@git grep -l '^func Fuzz' -- '*_test.go' | while read -r file; do \
	  grep -oE '^func Fuzz[A-Za-z0-9]+' $$file | while read -r _ name; do \
	    echo "== $$name, $$(dirname $$file)"; \
	    go test ./$$(dirname $$file) -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) </dev/null || exit 1; \
	  done || exit 1; \
	done

docs: ## what is generated: the reference of commands, licences
	go test ./cmd/stakeout -run Reference -update
	go run ./internal/licences > THIRD_PARTY_LICENSES

release: ## programs for every system, in dist/
	.ci/release
