# ai_gov の入口。「make help」で一覧を表示します。
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export AI_GOV_DATA_DIR ?= var
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check bench fuzz soak accuracy bench-peers docs lock clean

help: ## この一覧
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(STAMP) ## .venv に利用とテストに要るものをすべて入れる

$(STAMP): requirements/lock.txt pyproject.toml
	@bash scripts/preflight.sh $(PYTHON)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "依存パッケージを入れています（数分かかります）…"
	@$(BIN)/python -m pip install --quiet --progress-bar on --require-hashes -r requirements/lock.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: setup ## 実際のゲートウェイに自治体の依頼を十数件送り、判定・伏せ字・回答・記録を見せる
	@$(BIN)/ai-gov demo

serve: setup ## ゲートウェイを 127.0.0.1:8000 で動かす
	@$(BIN)/ai-gov serve

test: setup ## すべてのテスト
	@$(BIN)/python -m pytest -n 3

check: setup ## 書式・静的検査・型・依存の向き・規則・文書
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/ai-gov rules check
	@$(BIN)/python scripts/generate_docs.py --check

bench: setup ## 速度を、素通しの中継・データベースだけの書き込み・GiNZA・Presidio と同じ回で測る
	@$(BIN)/python benchmarks/gateway.py
	@$(BIN)/python benchmarks/store.py
	@$(BIN)/python benchmarks/detect.py
	@$(BIN)/python -m tests.detect.obfuscation

fuzz: setup ## 検知へ無作為な文字列を10分間入れる（atheris を .venv に入れます）
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet atheris
	@mkdir -p $(AI_GOV_DATA_DIR)/fuzz
	@$(BIN)/python scripts/fuzz_detect.py -max_total_time=600 -max_len=400 -len_control=0 $(AI_GOV_DATA_DIR)/fuzz

soak: setup ## 監査記録を1,000万件書き続ける（数時間・約20GB。件数は ROWS=100000 のように変えられます）
	@$(BIN)/python benchmarks/soak.py $(or $(ROWS),10000000)

bench-peers: setup ## LiteLLM と、Presidio（GiNZA）を付けた LiteLLM も同じ回で測る（別の仮想環境 .venv-peers に入れます）
	@test -x .venv-peers/bin/litellm || { $(PYTHON) -m venv .venv-peers && .venv-peers/bin/pip install --quiet \
	  'litellm[proxy]' presidio-analyzer presidio-anonymizer ginza ja-ginza; }
	@$(BIN)/python benchmarks/gateway.py --peers .venv-peers

accuracy: setup ## 検知の精度を測り docs/accuracy.md を作り直す（公表文も測るときは PUBLIC=文章.jsonl）
	@$(BIN)/python scripts/accuracy.py $(if $(PUBLIC),--public $(PUBLIC))

screenshots: setup ## 文書の画面の画像を撮り直す（Chromium が要ります）
	@AI_GOV_SCREENSHOTS=1 $(BIN)/python -m pytest -q tests/browser

docs: setup ## 生成される文書を作り直す
	@$(BIN)/python scripts/generate_docs.py

lock: ## requirements/lock.txt を作り直す（uv が要ります）
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements/lock.txt

clean: ## 作ったもの（.venv とデータ以外）を消す
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
