#!/usr/bin/env bash
# A reanalysis by an array of a real Slurm, on this one node: four tasks over a year, one of them killed and requeued, then compared
# byte for byte with what one process makes. Needs root and Debian's packages slurm-wlm and munge; starts its own daemons with their
# files in a scratch folder, and ends them.
#
#   tests/cluster/slurm.sh PATH/TO/vaeda OBSERVATIONS.csv
set -euo pipefail
vaeda=$(readlink -f "$1") observations=$(readlink -f "$2")
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
scratch=$(mktemp -d)
export SLURM_CONF=$scratch/slurm.conf PATH=$(dirname "$vaeda"):$PATH
daemons=()
end() {
    for pid in "${daemons[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    [[ ${KEEP:-} ]] || rm -rf "$scratch"
}
trap end EXIT

mkdir -p /run/munge /var/log/munge /var/lib/munge "$scratch"/{state,spool}
[[ -f /etc/munge/munge.key ]] || dd if=/dev/urandom of=/etc/munge/munge.key bs=128 count=8 status=none
chown -R munge: /etc/munge /run/munge /var/log/munge /var/lib/munge
chmod 400 /etc/munge/munge.key
pgrep -x munged >/dev/null || runuser -u munge -- munged

cat >"$SLURM_CONF" <<CONF
ClusterName=one
SlurmctldHost=$(hostname)
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
JobRequeue=1
MinJobAge=3600
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
SlurmctldPort=16817
SlurmdPort=16818
NodeName=$(hostname) CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
slurmctld -D >"$scratch/slurmctld.log" 2>&1 & daemons+=($!)
slurmd -D -N "$(hostname)" >"$scratch/slurmd.log" 2>&1 & daemons+=($!)
for _ in $(seq 60); do
    [[ $(sinfo -h -o %t 2>/dev/null) == idle* ]] && break
    sleep 1
done
sinfo

mkdir "$scratch/runs" && cd "$scratch/runs"
export OBSERVATIONS=$observations OUT=$scratch/runs/array MEMBERS=${MEMBERS:-4}
job=$(sbatch --parsable --export=ALL "$here/reanalysis.sbatch")
echo "job $job"

# Once a task has done a block: killed as a node's failure kills it, and requeued.
until grep -q ' dates, ' "$OUT/reanalysis.log" 2>/dev/null; do sleep 0.5; done
task=$(squeue -h -t R -j "$job" -o %i | head -1)
echo "requeued: $task"
scontrol requeue "$task"

while squeue -h -j "$job" | grep -q .; do
    # Requeued tasks wait two minutes otherwise.
    squeue -h -t PD -j "$job" -o %i | xargs -r -n1 -I{} scontrol update JobId={} StartTime=now 2>/dev/null || true
    sleep 1
done
cat reanalysis-*.out

vaeda assimilate "$OBSERVATIONS" --out "$scratch/runs/alone" --members "$MEMBERS" --shard 1/1
diff -r --exclude=reanalysis.log "$scratch/runs/array" "$scratch/runs/alone"
grep -c 'are left' "$OUT/reanalysis.log" | sed 's/$/ starts of tasks/'
echo "the array's folder is that of one process, byte for byte"
