#!/usr/bin/env bash
# The five-minute tutorial of README.md.
set -euo pipefail
bash scripts/run_docs.sh README.md sql
