#!/usr/bin/env bash
# A validation as N processes of one thread each under GNU parallel: run.sh EXPERIMENT [PRESET [SHARDS]]
# The same command again goes on from the journals that are there. With --sshloginfile the processes run on other machines, on a folder that all see.

set -euo pipefail
experiment=$1 preset=${2:-quick} shards=${3:-8}
folder=$PWD/$experiment-$preset
mkdir -p "$folder"

seq "$shards" | parallel --retries 3 saddlepoint validate "$experiment" --preset "$preset" --shard "{}/$shards" --resume --threads 1 \
  -o "$folder/{}-$shards.journal"
saddlepoint merge "$folder"/*-"$shards".journal -o "$folder.csv" --plot "$folder.svg"
