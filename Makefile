# Everything happens in scripts/, which also work when called directly. Only relative paths here: make splits at spaces.
.PHONY: help run test check lint bundle docs catalogue bench fuzz lock sbom clean
export SOURCE PORT PYTHON

help:
	@echo 'make run    set up and serve the page (SOURCE=table.parquet for your own table, PORT=5007 for another port)'
	@echo 'make test   set up and run every check, the browser stories included'
	@echo 'make check  every check but those in a browser'
	@echo 'make check PART="readers state"   the quick tests of some folders of tests/, in less than a minute'
	@echo 'make lint   style, types and import contracts only'
	@echo 'make bundle join the modules of the offline designer into one script (needs node and npm)'
	@echo 'make docs   build the documentation site (build/docs/index.html)'
	@echo 'make catalogue  collect the texts that are marked for translation'
	@echo 'make bench  the benchmark suite'
	@echo 'make fuzz   ten thousand damaged files and texts of every kind (FILES=1000 for fewer)'
	@echo 'make lock   write the locks in locks/ anew, after a change of pyproject.toml or constraints.txt (needs uv)'
	@echo 'make sbom   list every part of the installation with its licence (dist/sbom.cdx.json, CycloneDX)'
	@echo 'make clean  remove caches and build products, but not .venv and node_modules'

run:
	@sh scripts/run.sh

test:
	@sh scripts/setup.sh browser
	@sh scripts/check.sh browser

check:
	@sh scripts/setup.sh check
	@sh scripts/check.sh $(if $(PART),part $(PART),check)

lint:
	@sh scripts/setup.sh check
	@sh scripts/check.sh lint

bundle:
	@sh scripts/setup.sh check
	@sh scripts/javascript.sh bundle

docs:
	@sh scripts/setup.sh check
	@sh scripts/docs.sh

catalogue:
	@sh scripts/setup.sh check
	@.venv/bin/python scripts/catalogue.py

bench:
	@sh scripts/setup.sh check
	@.venv/bin/python -m pytest tests/bench --benchmark-only

FILES ?= 10000
fuzz:
	@sh scripts/setup.sh check
	@.venv/bin/python -m tests.fuzz --files $(FILES)

lock:
	@sh scripts/lock.sh

sbom:
	@sh scripts/setup.sh check
	@.venv/bin/python scripts/sbom.py

clean:
	@rm -rf .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks build dist
	@find vanas_panel tests scripts -name __pycache__ -prune -exec rm -rf {} +
