"""One job with submitit: prints when it was seen to run, and when its end was known, in seconds from before the submission."""
import sys
import time

import submitit

folder, seconds = sys.argv[1], float(sys.argv[2])
executor = submitit.AutoExecutor(folder=folder, cluster="slurm")
executor.update_parameters(timeout_min=10, slurm_partition="standard", mem_gb=0.5)
began = time.monotonic()
job = executor.submit(time.sleep, seconds)
while job.state not in ("RUNNING", "COMPLETED"):
    time.sleep(0.05)
print("running", time.monotonic() - began, flush=True)
job.result()
print("ended", time.monotonic() - began, flush=True)
