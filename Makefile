# What one does here, by name: `make test`. The scripts do the work, so that nothing depends on make.
python ?= .venv/bin/python

.PHONY: help demo lint test one full newest lowest goldens pages site bench

help:            ## this list
	@sed -n 's/^\([a-z]*\): *## */\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo:            ## run kblint on the deployment that failed
	scripts/demo

lint:            ## ruff and mypy
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

test:            ## what must hold before a change lands
	scripts/test

one:             ## one test by a word of its name: make one name=LB002
	$(python) -m pytest -q -k '$(name)' --ignore tests/lab

full:            ## with the long proofs
	scripts/test --full

newest:          ## with the newest dependencies of the day
	scripts/test --newest

lowest:          ## with the lowest dependencies allowed
	scripts/test --lowest

goldens:         ## rewrite the golden reports; review the difference
	$(python) -m pytest -q -n auto --dist loadfile --ignore tests/lab --update-goldens

pages:           ## README, pictures and pages that are made from the code
	$(python) scripts/readme.py && $(python) scripts/rule_format.py && $(python) -m scripts.architecture

site:            ## the site of docs/, in build/site; it needs pip install '.[docs]'
	$(python) -m scripts.site

bench:           ## where the time goes
	$(python) -m benchmarks.judging
