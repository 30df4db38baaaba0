# What developers and operators run. `make help` lists it.
GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)

.DEFAULT_GOAL := help
.PHONY: help assets build run test soak bench eval train lint image

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

assets: ## Build the console's style and script with npm, when something of them changed
	@.ci/assets

build: assets ## Build the one static binary, bin/langnghe
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/langnghe .

run: build ## Run the product with both platforms simulated; open the address it prints
	@echo "Two phones to try it on: http://127.0.0.1:8080/sandbox (Ctrl-C ends)"
	@bin/langnghe sandbox

test: ## Run every test, with the race detector, in at most 10 minutes
	@.ci/deps
	@.ci/test

soak: ## Run the long ones: crash runs, large tables, a minute of each fuzz target
	@.ci/deps
	LANGNGHE_SOAK=1 $(GO) test -count=1 -timeout 6h ./...
	@.ci/fuzz 1m

bench: ## Measure throughput and latency beside the bound of this machine
	$(GO) test ./bench -run "^$$" -bench . -benchtime 1x -timeout 40m -v

eval: ## Score what the bot understands on the development set, and on LEARNED, a list of settled questions
	@$(GO) run ./eval bot/hear/testdata/dev.jsonl $(LEARNED)

train: ## Train the model anew from data/train, about a minute of one core
	: >data/model.bin
	$(GO) generate ./data

lint: ## Check format, vet, and staticcheck where it is installed
	@bad=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$bad" ] || { echo "run gofmt on: $$bad"; exit 1; }
	$(GO) vet ./...
	@if command -v staticcheck >/dev/null; then staticcheck ./...; else echo "not run: staticcheck is not installed"; fi

image: ## Build the container image langnghe:$(VERSION)
	docker build --build-arg VERSION=$(VERSION) --build-arg COMMIT=$(COMMIT) -t langnghe:$(VERSION) .
