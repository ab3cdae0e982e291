#!/usr/bin/env bash
# One shard of a validation, as a job of an array: submit.sh submits it.
#SBATCH --job-name=saddlepoint
#SBATCH --cpus-per-task=1
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --open-mode=append

set -euo pipefail
experiment=$1 preset=$2 shards=$3 folder=$4

# As many threads as --cpus-per-task says. A job that is requeued goes on from its journal.
exec saddlepoint validate "$experiment" --preset "$preset" --shard "$SLURM_ARRAY_TASK_ID/$shards" --resume \
  -o "$folder/$SLURM_ARRAY_TASK_ID-$shards.journal"
