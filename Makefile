# pg_tviews
#
#   make                build the library (cargo) and assemble the install script
#   make install        put them where the server of $(PG_CONFIG) finds them (DESTDIR is honoured)
#   make installcheck   run the regression tests against a running server (PGHOST, PGPORT, PGUSER, ...)
#   make uninstall, make clean
#
#   make demo           build, start a throwaway server, show TVIEWs on the Debian package catalogue
#   make demo-clean     stop that server and delete its directory
#   make bench          measure pg_tviews beside its alternatives: half an hour or more (bench/README.md)
#   make bench-quick    less of it, in a few minutes
#   make check          everything that is tested: linters, Rust tests, throwaway server, SQL tests
#   make lint           the linters only
#   make test-rust      the Rust tests that need no server
#   make check-STEP     one step of `make check` (scripts/check.sh --list names them)
#   make check-matrix   everything that involves a server, with PostgreSQL 16, 17 and 18 (scripts/matrix.sh)
#   make fuzz           random schemas, views and transactions, one session (SEED=, SECONDS=)
#   make soundness      random definitions and changes: the lineage must find every key that a change affects (SEED=, SECONDS=)
#   make fuzz-analyzer  the analyser under libFuzzer (SECONDS=; needs cargo-fuzz and a nightly toolchain)
#   make interleave     the same with two or three sessions, statement by statement (SEED=, SECONDS=)
#   make stress         many sessions at once (SECONDS=, CLIENTS=, SEED=)
#   make crash          load, then killed backends and immediate stops (ROUNDS=, SEED=)
#
# The first group follows PGXS. The second needs nothing installed beforehand: it installs what is
# missing when it may and says what to install when it may not.

EXTENSION = pg_tviews
export PATH := $(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin

DEVELOPER_GOALS = check lint test-rust demo demo-clean bench bench-quick fuzz soundness fuzz-analyzer interleave stress crash check-%

ifneq (,$(filter $(DEVELOPER_GOALS),$(MAKECMDGOALS)))

# These targets run before PostgreSQL is installed, so PGXS must not be included here.
# MAKEFLAGS and MAKELEVEL are not for the makes the scripts start.
RUN = env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL $(if $(PG_CONFIG),PG_CONFIG='$(PG_CONFIG)')

.PHONY: check lint test-rust demo demo-clean bench bench-quick fuzz soundness fuzz-analyzer interleave stress crash all install installcheck uninstall clean

check:
	@$(RUN) scripts/check.sh

lint:
	@$(RUN) scripts/check.sh lint

test-rust:
	cargo test

check-%:
	@$(RUN) scripts/check.sh $*

fuzz soundness interleave stress crash:
	@$(RUN) scripts/fuzz.sh $@ $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS)) \
	    $(if $(CLIENTS),--clients $(CLIENTS)) $(if $(ROUNDS),--rounds $(ROUNDS))

# No sanitizer: the analyser has no unsafe code. What it finds interesting stays in target/fuzz/corpus; an input that fails is written to target/fuzz/.
fuzz-analyzer:
	mkdir -p target/fuzz/corpus
	cargo +nightly fuzz run --sanitizer none --target-dir target/fuzz analyze target/fuzz/corpus fuzz/seeds -- \
	    -artifact_prefix=target/fuzz/ -timeout=10 -max_len=20000 -max_total_time=$(or $(SECONDS),60)

demo:
	@$(RUN) bench/demo/run.sh

demo-clean:
	@$(RUN) bench/demo/run.sh clean

# PUBLISH=1 puts the results into docs/.
bench:
	@$(RUN) bench/run.sh $(if $(PUBLISH),--publish)

bench-quick:
	@$(RUN) bench/run.sh --quick $(if $(PUBLISH),--publish)

all install installcheck uninstall clean:
	$(MAKE) $@

else

EXTENSION_VERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" $(EXTENSION).control)
ifeq (,$(EXTENSION_VERSION))
$(error no default_version found in $(EXTENSION).control)
endif

PG_CONFIG ?= $(or $(shell bash -c '. scripts/common.sh; find_pg_config'),pg_config)
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifeq (,$(wildcard $(PGXS)))
$(error no PostgreSQL development files found through "$(PG_CONFIG)"; install them (Debian: postgresql-server-dev-15) or set PG_CONFIG)
endif
PG_MAJOR := $(shell $(PG_CONFIG) --version | sed -n 's/^PostgreSQL \([0-9]*\).*/\1/p')

MODULES = $(EXTENSION)
INSTALL_SCRIPT_SQL := $(EXTENSION)--$(EXTENSION_VERSION).sql
# Steps in work: FROM--TO, see migrations/README.md.
STEPS := $(basename $(notdir $(filter-out migrations/$(EXTENSION)--%,$(wildcard migrations/*--*.sql))))
STEP_SCRIPTS := $(STEPS:%=$(EXTENSION)--%.sql)
DATA_built = $(INSTALL_SCRIPT_SQL) $(STEP_SCRIPTS)
# Released install scripts and steps.
DATA = $(wildcard migrations/$(EXTENSION)--*.sql)

# Every test file takes part: the lists are what the folders hold, 00_setup first.
REGRESS_FILES := $(basename $(notdir $(sort $(wildcard regress/sql/*.sql))))
REGRESS_ALL := $(filter 00_setup,$(REGRESS_FILES)) $(filter-out 00_setup,$(REGRESS_FILES))
ISOLATION_ALL := $(basename $(notdir $(sort $(wildcard regress/specs/*.spec))))
# Set on the command line to run some only: make installcheck REGRESS='00_setup 10_x' ISOLATION=
REGRESS = $(REGRESS_ALL)
ISOLATION = $(ISOLATION_ALL)
EXPECTED_DIR := $(if $(filter-out 15,$(PG_MAJOR)),--expecteddir=.)
REGRESS_OPTS = --inputdir=regress $(EXPECTED_DIR)
ISOLATION_OPTS = --inputdir=regress --outputdir=. $(EXPECTED_DIR)
REGRESS_PREP = tests-complete

# PGXS's own install rules cannot ask for permission; ours are below.
NO_INSTALL = 1

# The library is cargo's: no bitcode is made for it.
override with_llvm := no
include $(PGXS)

CARGO_FLAGS ?=
CARGO_TARGET := $(or $(CARGO_TARGET_DIR),target)
LIBRARY = $(EXTENSION)$(DLSUFFIX)
CARGO_LIBRARY = $(CARGO_TARGET)/release/lib$(EXTENSION)$(if $(filter darwin,$(PORTNAME)),.dylib,.so)

# Names the server of the last build; newer than the library when that has changed.
BUILT_FOR = $(CARGO_TARGET)/$(EXTENSION).built-for
SERVER := $(shell $(PG_CONFIG) --version) $(shell $(PG_CONFIG) --includedir-server)
$(shell mkdir -p $(CARGO_TARGET); echo '$(SERVER)' | cmp -s - $(BUILT_FOR) || echo '$(SERVER)' > $(BUILT_FOR))

RUST_SOURCES := Cargo.toml $(wildcard Cargo.lock build.rs) $(shell find src -name '*.rs')

$(LIBRARY): $(RUST_SOURCES) $(BUILT_FOR) $(EXTENSION).control
	PGRX_PG_CONFIG_PATH='$(shell command -v $(PG_CONFIG))' cargo build --release --lib --features pg$(PG_MAJOR) $(CARGO_FLAGS)
	cp $(CARGO_LIBRARY) $@.new
	mv -f $@.new $@

SQL_PARTS := $(sort $(wildcard sql/[0-9][0-9]_*.sql))
SQL_STRAY := $(filter-out $(SQL_PARTS),$(wildcard sql/*))

# The directory is a prerequisite too: a part that was removed or renamed leaves no newer file.
$(INSTALL_SCRIPT_SQL): $(SQL_PARTS) sql $(EXTENSION).control Makefile
	$(if $(SQL_PARTS),,$(error no parts found in sql/))
	$(if $(SQL_STRAY),$(error file outside the order NN_name.sql: $(SQL_STRAY)))
	{ printf '%s\n' '\echo Use "CREATE EXTENSION $(EXTENSION)" to load this file. \quit'; \
	  for part in $(SQL_PARTS); do printf '\n-- %s\n' "$$part"; cat "$$part" || exit 1; done; } > $@.new
	mv -f $@.new $@

.PHONY: scripts
scripts: $(DATA_built)

# Prints what can be run again of an install script.
RERUN = awk '/^-- sql\// { part = $$2 } \
    part ~ /^sql\/00_/ { if (/^((SET LOCAL|COMMENT|REVOKE|GRANT|SELECT) .*;|-- sql\/.*)$$/) print; next } part'

# step_rule FROM--TO,TO
define step_rule
$(EXTENSION)--$(1).sql: migrations/$(1).sql $(if $(filter $(EXTENSION_VERSION),$(2)),$(INSTALL_SCRIPT_SQL),migrations/$(EXTENSION)--$(2).sql) Makefile
	{ printf '%s\n\n' '\echo Use "ALTER EXTENSION $(EXTENSION) UPDATE" to load this file. \quit'; \
	  cat $$< && echo && $$(RERUN) $$(word 2,$$^); } > $$@.new
	mv -f $$@.new $$@
endef
$(foreach step,$(STEPS),$(eval $(call step_rule,$(step),$(lastword $(subst --, ,$(step))))))

# Empty, "sudo -n", or "false" after saying what to do.
AS_ROOT = $(if $(DESTDIR),,$(shell scripts/as-root.sh '$(pkglibdir)' '$(datadir)/extension'))

.PHONY: install installdirs uninstall tests-complete

install: all
	@set -e; as_root="$(AS_ROOT)"; test "$$as_root" != false; \
	run() { echo $$as_root "$$@"; $$as_root "$$@"; }; \
	run $(MKDIR_P) '$(DESTDIR)$(datadir)/extension' '$(DESTDIR)$(pkglibdir)'; \
	run $(INSTALL_DATA) $(EXTENSION).control $(DATA) $(DATA_built) '$(DESTDIR)$(datadir)/extension/'; \
	run $(INSTALL_SHLIB) $(LIBRARY) '$(DESTDIR)$(pkglibdir)/'

uninstall:
	@set -e; as_root="$(AS_ROOT)"; test "$$as_root" != false; \
	run() { echo $$as_root "$$@"; $$as_root "$$@"; }; \
	run rm -f $(addprefix '$(DESTDIR)$(datadir)/extension'/,$(EXTENSION).control $(notdir $(DATA) $(DATA_built))) \
		'$(DESTDIR)$(pkglibdir)/$(LIBRARY)'

# Fails when a test has no expected output, when an expected output has no test, and when two
# files would be mistaken for one another (pg_regress looks at ./sql/NAME.sql first, and the
# outputs of SQL tests and isolation specs share one folder).
TESTS := $(REGRESS_ALL) $(ISOLATION_ALL)
EXPECTED = $(basename $(notdir $(wildcard expected/*.out)))
NO_EXPECTED = $(filter-out $(EXPECTED),$(TESTS))
NO_TEST = $(strip $(foreach name,$(EXPECTED),$(if $(filter $(TESTS) $(foreach n,0 1 2 3 4 5 6 7 8 9,$(addsuffix _$(n),$(TESTS))),$(name)),,$(name))))
CLASHES = $(filter $(ISOLATION_ALL) $(basename $(notdir $(wildcard sql/*.sql))),$(REGRESS_ALL))

tests-complete:
	$(if $(NO_EXPECTED),$(error no expected/NAME.out for: $(NO_EXPECTED)))
	$(if $(NO_TEST),$(error no test in regress/ for expected/: $(NO_TEST)))
	$(if $(CLASHES),$(error test names used twice: $(CLASHES)))
	@:

clean: clean-cargo

.PHONY: clean-cargo
clean-cargo:
	cargo clean

endif
