#!/usr/bin/env bash
# A validation as a job array and a job that merges its journals: submit.sh EXPERIMENT [PRESET [SHARDS]]
# The same command again goes on where a shard has failed.

set -euo pipefail
experiment=$1 preset=${2:-quick} shards=${3:-8}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$PWD/$experiment-$preset
mkdir -p "$folder"

array=$(sbatch --parsable --array="1-$shards" --output="$folder/shard-%a.log" \
  "$here/shard.sh" "$experiment" "$preset" "$shards" "$folder")
# Begins when every shard has ended with exit status 0, and is cancelled if one cannot.
merge=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes --job-name=merge --output="$folder/merge.log" \
  --wrap "saddlepoint merge '$folder'/*-$shards.journal -o '$folder.csv' --plot '$folder.svg'")
echo "shards: $array, merge: $merge, table: $folder.csv"
