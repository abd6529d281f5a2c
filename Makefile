# What a person types. Each target says what it does and does all of it on a fresh machine.
.PHONY: run test lint bench install setup release installable tables reference clean
.DEFAULT_GOAL := run

PREFIX ?= /usr/local
DESTDIR ?=

# Installs the system libraries that are missing (Debian), or names them.
setup:
	@Scripts/setup

release: setup
	swift build -c release --product moderate

# The binary that is installed and measured, with the Swift runtime linked in and the register of frame pointers free.
installable: setup
	swift build -c release --static-swift-stdlib --omit-frame-pointers --scratch-path .build-static --product moderate

# Builds, then judges posts in many languages so that verdicts are seen.
run: release
	@Scripts/tour .build/release/moderate

# Every test: the libraries, the built command as a process, and the tests that rules carry.
test: release
	@Scripts/setup tmux
	swift build -c release --build-tests
	MODERATE_BINARY="$(CURDIR)/.build/release/moderate" swift test -c release --skip-build
	.build/release/moderate rules test Rules

# Arrows between modules, form of the code, rule files.
lint: release
	Scripts/check-layers
	swift format lint --strict --parallel --recursive --configuration .swift-format Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources
	.build/release/moderate rules lint Rules

# The Unicode tables anew from the ICU of this machine; a test compares.
tables: setup
	Scripts/unicode-tables > Sources/CUnicodeTables/tables.c.new
	mv Sources/CUnicodeTables/tables.c.new Sources/CUnicodeTables/tables.c

# The reference of rule files in Documentation/Rules.md from Rules/schema.json; a test compares.
reference:
	Scripts/rules-reference

# Speed and memory beside a native floor, in one run.
bench: installable
	Benchmarks/run

# The binary, the rules, shell completions.
install: installable
	Scripts/install "$(DESTDIR)$(PREFIX)"

clean:
	rm -rf .build .build-static Benchmarks/.build
