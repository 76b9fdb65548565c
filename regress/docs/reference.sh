#!/usr/bin/env bash
# docs/reference.md is what the comments on the objects say, and every object has one.
set -euo pipefail
bash scripts/reference.sh --check
