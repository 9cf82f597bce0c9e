# make lab | test | test-slow | test-browser | test-colab | demo | build | site | bench.
# Each sets up .venv by itself, from requirements.lock, on a machine with nothing but
# Python 3.11 to 3.13 and make.
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# uv installs where this points, which may be an environment that is active already.
export VIRTUAL_ENV := $(CURDIR)/.venv
# Without its cache of modules, Python takes three times as long to import TensorFlow.
export PYTHONDONTWRITEBYTECODE :=
# Most tests wait for kernels or imports on one core: two at a time.
PYTEST := pytest --numprocesses 2 --dist loadgroup
ROOT_FLAG := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)

.PHONY: lab test test-slow test-browser test-colab demo build site bench

lab: .venv/ready
	jupyter lab $(ROOT_FLAG) --ServerApp.root_dir=. $(firstword $(wildcard lectures/*.ipynb))

test: .venv/ready
	ruff check . && ruff format --check .
	autograder build --check
	$(PYTEST) -m "not slow and not browser and not colab"

test-slow: .venv/ready
	$(PYTEST) -m slow

test-browser: .venv/ready
	$(PYTEST) -m browser

test-colab: .venv/ready
	$(PYTEST) -m colab

demo: .venv/ready
	autograder demo

build: .venv/ready
	autograder build

site: .venv/ready
	python site/build.py

bench: .venv/ready
	python -m autograder.bench

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	|| { echo "Python 3.11 to 3.13 is needed: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	python -m pip install --quiet --disable-pip-version-check uv
	uv pip sync --quiet requirements.lock
	uv pip install --quiet --no-deps --no-build-isolation --editable .
	jupyter kernelspec install --sys-prefix --log-level=ERROR --name cnnlab-zygote \
	  autograder/kernels/cnnlab-zygote
	@touch $@
