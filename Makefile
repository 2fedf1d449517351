# Graft's tasks. `make` alone lists them.
PREFIX ?= /usr/local
DEMO_DIR ?= .build/demo
ours := $(CURDIR)/.deps
# Made by the command itself, with the shells' completions beside it.
page = .build/share/man/man1/graft.1
# The binary finds oneDNN below PREFIX/lib once installed, else where setup put it.
rpath = $(if $(shell ls -d '$(ours)/onednn' 2>/dev/null),-Xlinker -rpath -Xlinker '$$ORIGIN/../lib/graft' \
	-Xlinker -rpath -Xlinker '$(ours)/onednn/lib')
swift = PKG_CONFIG_PATH='$(ours)/lib/pkgconfig':"$$PKG_CONFIG_PATH" swift
# Tests run optimised code with all its checks: whole networks are computed.
tested = -Xswiftc -O $(rpath)
# These run a second time as on a processor with AVX2 alone, the commonest there is.
numerical = ^(ExecutionTests|ArchitecturesTests|TrainingTests|ModelsTests)\.
release = -c release --static-swift-stdlib $(rpath)

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## fetch what is missing: packages, oneDNN, the default weights
	scripts/setup.sh

weights: ## setup, with the weights of all published trunks
	scripts/setup.sh --weights efficientnet_lite1 --weights efficientnet_lite2

build: ## the release build: .build/release/graft, its manual page and completions
	$(swift) build $(release)
	@$(MAKE) --no-print-directory $(page)

test: setup lint ## setup, lint, build and run every test, build the examples
	$(swift) build --build-tests $(tested)
	$(swift) test --skip-build $(tested)
	case $$(uname -m) in x86_64) ONEDNN_MAX_CPU_ISA=AVX2 $(swift) test --skip-build $(tested) --filter '$(numerical)' ;; esac
	@$(MAKE) --no-print-directory examples
	@$(MAKE) --no-print-directory test-python

test-python: ## check and test the Python module with the tests' own build of graft
	scripts/python.sh test

wheel: build ## the Python module with the command inside: .build/dist/*.whl
	scripts/python.sh wheel

# In the build folder of the tests, so that the library is not compiled a second time; then SwiftPM has to plan anew each time.
examples: ## build the programs of Examples and run the smallest
	for package in Examples Examples/Neighbours; do \
		$(swift) build --package-path "$$package" --scratch-path '$(CURDIR)/.build' --disable-build-manifest-caching \
			$(tested) || exit 1; \
	done
	.build/debug/Neighbours

web: ## make the page of `graft export --to web` anew from Web/
	Web/build.sh

lint: ## check the code's format
	swift format lint --strict --recursive Package.swift Sources Tests Fuzzing Examples Web

demo: ## set up and build, then plan, train, evaluate and predict on Fashion-MNIST
	@scripts/demo.sh --announce
	@$(MAKE) --no-print-directory setup build
	@scripts/demo.sh '$(DEMO_DIR)'

install: $(page) ## install below PREFIX (default /usr/local)
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 .build/release/graft '$(DESTDIR)$(PREFIX)/bin/graft'
	cd .build/share && find . -type f -exec install -D -m 644 {} '$(DESTDIR)$(PREFIX)/share/{}' \;
	if [ -d .deps/onednn ]; then \
		install -d '$(DESTDIR)$(PREFIX)/lib/graft'; \
		install -m 644 .deps/onednn/lib/libdnnl.so.3 '$(DESTDIR)$(PREFIX)/lib/graft'; \
		install -m 644 .deps/onednn/share/doc/onednn/LICENSE '$(DESTDIR)$(PREFIX)/lib/graft/LICENSE.oneDNN'; \
		install -m 644 .deps/onednn/share/doc/onednn/THIRD-PARTY-PROGRAMS '$(DESTDIR)$(PREFIX)/lib/graft'; \
	fi
uninstall: ## remove what install put below PREFIX
	rm -f '$(DESTDIR)$(PREFIX)/bin/graft'
	rm -f $(patsubst %,'$(DESTDIR)$(PREFIX)/share/%',man/man1/graft.1 bash-completion/completions/graft \
		zsh/site-functions/_graft fish/vendor_completions.d/graft.fish)
	rm -rf '$(DESTDIR)$(PREFIX)/lib/graft'
.build/release/graft:
	$(MAKE) setup build
$(page): .build/release/graft scripts/man_page.py scripts/share.sh
	scripts/share.sh .build/release/graft .build/share

# The dump fails on the tests' module where no test was built; what counts is that the library's graphs are there.
docs: ## the library's reference, in .build/docs
	rm -rf .build/*/symbolgraph
	-$(swift) package dump-symbol-graph --minimum-access-level public --skip-synthesized-members >.build/docs.log 2>&1
	@ls .build/*/symbolgraph/Graft.symbols.json >/dev/null || { cat .build/docs.log; exit 1; }
	rm -f .build/*/symbolgraph/*Tests.symbols.json
	docc convert --warnings-as-errors $(wildcard Docs/Graft.docc) --output-path .build/docs --fallback-display-name Graft \
		--fallback-bundle-identifier graft --additional-symbol-graph-dir .build/*-*/symbolgraph

# Each takes options in a variable, as in make bench BENCH='--runs 6'; BENCH=--help lists them.
bench: build ## compare graft with PyTorch: minutes, wants a quiet machine
	Benchmarks/run.sh $(BENCH)

bench-all: build ## every benchmark into .build/benchmarks/benchmarks.md: hours, wants a quiet machine
	Benchmarks/all.sh $(ALL)

bench-warm: ## measure single-picture requests to one warm predictor beside the plan's own run
	GRAFT_BENCHMARKS=1 $(swift) build $(release) --product WarmPrediction
	python3 Benchmarks/warm_prediction.py $(WARM)

bench-loading: build ## compare graft with Keras at loading 553 MB of weights
	python3 Benchmarks/weight_loading.py --python "$$(scripts/peers.sh)" $(LOADING)

bench-training: build ## compare graft's steps of fine-tuning with Keras and PyTorch: wants a quiet machine
	python3 Benchmarks/training_speed.py --python "$$(scripts/peers.sh)" $(TRAINING)

bench-forward: build ## compare graft's forward pass with OpenVINO, ONNX Runtime, Keras and PyTorch: wants a quiet machine
	python3 Benchmarks/forward_speed.py --python "$$(scripts/peers.sh)" $(FORWARD)

bench-tutorial: build ## compare graft with Keras at its tutorial, from start to saved model: wants a quiet machine
	python3 Benchmarks/tutorial_speed.py --python "$$(scripts/peers.sh)" $(TUTORIAL)

bench-input: build ## compare graft's reading of photos with PyTorch and Keras: wants a quiet machine
	python3 Benchmarks/input_speed.py --python "$$(scripts/peers.sh)" $(INPUT)

bench-scaling: build ## measure graft with more threads and with more photos: wants a quiet machine
	python3 Benchmarks/scaling.py --python "$$(scripts/peers.sh)" $(SCALING)

bench-export: build ## the size of each exported file, and the time that each export takes
	python3 Benchmarks/export_sizes.py $(EXPORT)

# All networks' files take 15 GB; FILES=--small writes those of the small networks only.
conformance: weights ## compare with the reference implementations: fixtures, weight files, real photos
	"$$(scripts/peers.sh)" -W ignore Conformance/networks.py --check
	"$$(scripts/peers.sh)" -W ignore Conformance/weight_files.py --to .build/conformance/files $(FILES)
	"$$(scripts/peers.sh)" -W ignore Conformance/real_weights.py --dump .build/conformance
	GRAFT_CONFORMANCE='$(CURDIR)/.build/conformance' $(swift) test $(tested) --filter Conformance

fixtures: ## make Conformance/Fixtures again
	for program in operations gradients any_rank head_training optimizers losses metrics efficientnet_lite real_weights networks \
		real_networks keras_layers keras_variants augmentation training_steps; do \
		"$$(scripts/peers.sh)" -W ignore Conformance/$$program.py || exit 1; \
	done
	"$$(scripts/peers.sh)" -W ignore Conformance/weight_files.py --tiny

fuzz: ## feed hostile bytes to each reader of weight files, pictures and other files for FUZZ_SECONDS (120)
	Fuzzing/run.sh

torture: build ## kills, full disks, concurrent runs, closed outputs, little memory, few descriptors: four minutes
	python3 Fuzzing/torture.py $(TORTURE)

clean: ## remove what was built (not what setup fetched)
	rm -rf .build

.PHONY: help setup weights build test test-python wheel examples lint demo web install uninstall docs bench bench-all bench-export bench-warm bench-loading bench-forward bench-training bench-tutorial \
	bench-input bench-scaling conformance fixtures fuzz torture clean
