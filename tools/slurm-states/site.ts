import type { Cluster } from "../cluster/src/index.js";

export const hooksFolder = "/var/lib/slurm/hooks";
const scriptsFolder = "/etc/slurm/scripts";

const nodeScripts = ["prolog", "epilog", "controller-prolog"] as const;
const bufferScripts = ["setup", "data-in", "data-out"] as const;
const hooks = [...nodeScripts, ...bufferScripts] as const;

/** Scripts of the site, whose content scenarios change. */
export type Hook = (typeof hooks)[number];

/** What a site may have and the clusters of tests have not: scripts, power saving, ports for MPI, a burst buffer. */
const settings = `
Prolog=${scriptsFolder}/prolog
Epilog=${scriptsFolder}/epilog
PrologSlurmctld=${scriptsFolder}/controller-prolog
PrologFlags=Alloc
RequeueExitHold=43
InactiveLimit=5
MpiParams=ports=13000-13001
SuspendProgram=/bin/true
ResumeProgram=/bin/true
SuspendTime=86400
SuspendTimeout=1
ResumeTimeout=8
BurstBufferType=burst_buffer/lua
AccountingStorageTRES=gres/gpu,gres/gpu:a100,license/matlab,bb/lua
`;

/** Functions of a burst buffer: three run a hook, the others do nothing. @see etc/burst_buffer.lua.example of Slurm */
const burstBuffer = `
local function run(name)
  local result = os.execute("sh ${hooksFolder}/" .. name) -- a status in Lua 5.1, later whether it is 0
  if result == 0 or result == true then return slurm.SUCCESS, "" end
  return slurm.ERROR, "the buffer is broken"
end
local function nothing() return slurm.SUCCESS, "" end
slurm_bb_job_process = nothing
function slurm_bb_pools() return slurm.SUCCESS, '{"pools":[{"id":"fast","quantity":100,"granularity":1}]}' end
slurm_bb_job_teardown = nothing
function slurm_bb_setup() return run("setup") end
function slurm_bb_data_in() return run("data-in") end
slurm_bb_test_data_in = nothing
function slurm_bb_real_size() return slurm.SUCCESS end
slurm_bb_paths = nothing
slurm_bb_pre_run = nothing
slurm_bb_post_run = nothing
function slurm_bb_data_out() return run("data-out") end
slurm_bb_test_data_out = nothing
function slurm_bb_get_status() return slurm.SUCCESS, "" end
`;

/** Makes a cluster of tests the site that the scenarios need. One that is it already is only started again. */
export async function furnish(cluster: Cluster): Promise<void> {
  const script = `set -eu
! grep -q '^RequeueExitHold=' /etc/slurm/slurm.conf || exit 0
mkdir -p ${scriptsFolder}
install -d -o slurm ${hooksFolder}
cd ${hooksFolder} && touch ${hooks.join(" ")} && chown slurm ./*
for name in ${nodeScripts.join(" ")}; do
  printf '#!/bin/sh\\n. ${hooksFolder}/%s\\n' "$name" > "${scriptsFolder}/$name"
  chmod +x "${scriptsFolder}/$name"
done
cat > /etc/slurm/burst_buffer.lua
printf 'StageInTimeout=600\\n' > /etc/slurm/burst_buffer.conf
sed -i '/^AccountingStorageTRES=/d' /etc/slurm/slurm.conf
cat >> /etc/slurm/slurm.conf <<'SETTINGS'
${settings}
SETTINGS
`;
  const { exitCode, stderr } = await cluster.exec(["bash", "-c", script], { input: burstBuffer });
  if (exitCode !== 0) throw new Error(`${cluster.name}: ${stderr}`);
  await cluster.stopDaemon("slurmctld");
  await cluster.startDaemon("slurmctld");
  await cluster.exec(["sh", "-c", "scontrol reconfigure; sleep 3"]);
}
