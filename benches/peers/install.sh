#!/usr/bin/env bash
# The peers, at the versions that the reports name, in a virtual environment under target/peers (about 4 GB: PyTorch brings its GPU libraries).
# Needs Python 3.11 or newer and an MPI with its compiler wrapper (Debian: python3-venv, openmpi-bin, libopenmpi-dev).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python3 -m venv target/peers
target/peers/bin/pip install --quiet --requirement benches/peers/requirements.txt
echo "Now run: target/peers/bin/python benches/peers/run.py scaling-reports/DATE-NAME"
