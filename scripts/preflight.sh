#!/usr/bin/env bash
# What `make setup` needs of the machine; says the one apt line for whatever is missing.
set -u
python=${1:-python3}
missing=()
command -v git >/dev/null || missing+=(git)
if ! command -v "$python" >/dev/null; then
    missing+=(python3 python3-venv)
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 以上が必要です（今は $("$python" --version 2>&1)）。新しい Python を入れ、make PYTHON=python3.12 setup のように指定してください。" >&2
    exit 1
elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    missing+=(python3-venv)
fi
if [ ${#missing[@]} -gt 0 ]; then
    echo "足りないものがあります。次を実行してから、もう一度お試しください。" >&2
    echo "  sudo apt-get install -y ${missing[*]}" >&2
    exit 1
fi
