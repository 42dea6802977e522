#!/usr/bin/env bash
# "I loaded the model I saved, and its accuracy is zero": trains the tagger, saves it, loads it in another process that uses
# other instructions of the processor, and makes the mistakes that lose models elsewhere, to show what happens here.
#
#   examples/reload.sh [PROGRAM]        PROGRAM is seedsweep (default: .build/release/seedsweep)
set -euo pipefail
cd "$(dirname "$0")/.."
program="$(realpath "${1:-.build/release/seedsweep}")"
folder="$(mktemp -d)"
trap 'rm -rf "${folder}"' EXIT
specification="${folder}/tagger.yaml"
model="${folder}/tagger.safetensors"
seed="$("${program}" seeds --master-seed 3 --count 1 | grep --only-matching --extended-regexp '[0-9a-f]{16}' | head -n 1)"
sed 's/^  epochs: .*/  epochs: 4/' examples/tagger.yaml >"${specification}"

say() { printf '\n== %s\n' "$1"; }
# Runs a command that must be refused, and shows its one line.
refused() {
  local status=0
  "$@" 2>"${folder}/refusal" >/dev/null || status="$?"
  [[ "${status}" -eq 2 && "$(wc -l <"${folder}/refusal")" -eq 1 ]] || {
    echo "error: status ${status}, not a refusal in one line: $*" >&2
    cat "${folder}/refusal" >&2
    exit 1
  }
  sed "s|${folder}/||g" "${folder}/refusal"
}
weights() { "${program}" show "$1" --format json | sed -n 's/.*"weights_sha256": "\(.*\)".*/\1/p'; }

say "Train and save"
"${program}" train "${seed}" --spec "${specification}" --save "${model}" | sed "s|${folder}/||g"

say "Load in a new process, with other instructions of the processor"
printf '%s\n' '{"id": "a", "tokens": ["the", "old", "dog", "sleeps"]}' '{"id": "b", "tokens": ["a", "zyzzyva"]}' \
  >"${folder}/new.jsonl"
SEEDSWEEP_ISA=reference "${program}" predict "${model}" --data "${folder}/new.jsonl" >"${folder}/reference.csv"
"${program}" predict "${model}" --data "${folder}/new.jsonl" >"${folder}/native.csv"
cmp "${folder}/reference.csv" "${folder}/native.csv"
cut -d, -f1-4 "${folder}/native.csv"
echo "the same predictions, bit for bit"

say "Mistake 1: the data are represented otherwise"
sed 's/{kind: tagging}/{kind: tagging, seed: 9}/' "${specification}" >"${folder}/other.yaml"
refused "${program}" train "${seed}" --spec "${folder}/other.yaml" --continue "${model}"

say "Mistake 2: a metric that means something else when it is resolved again"
sed 's/metrics: .*/metrics: [accuracy]/' "${specification}" >"${folder}/accuracy.yaml"
refused "${program}" check "${folder}/accuracy.yaml"

say "Mistake 3: randomness that is not restored"
sed 's/^  epochs: .*/  epochs: 2/' "${specification}" >"${folder}/half.yaml"
"${program}" train "${seed}" --spec "${folder}/half.yaml" --save "${folder}/half.safetensors" >/dev/null
"${program}" train "${seed}" --spec "${specification}" --continue "${folder}/half.safetensors" \
  --save "${folder}/resumed.safetensors" >/dev/null
[[ "$(weights "${folder}/resumed.safetensors")" == "$(weights "${model}")" ]]
echo "2 epochs and 2 more in another process: weights $(weights "${model}"), as after 4 at once"

say "Mistakes 4 and 5: custom layers, losses and metrics that the new session does not know"
sed 's/- dropout: .*/- acme_scale/' "${specification}" >"${folder}/custom.yaml"
refused "${program}" train "${seed}" --spec "${folder}/custom.yaml" --save "${folder}/custom.safetensors"
echo "(docs/custom-components.md; examples/custom-worker saves and loads such a model)"

say "Mistake 6: an initializer that runs after the load"
"${program}" evaluate "${model}"

say "And a file that was damaged on the way"
head -c 20000 "${model}" >"${folder}/cut.safetensors"
refused "${program}" show "${folder}/cut.safetensors"
