"""One worker job with dask-jobqueue, and one task on it: prints when it was there, and when the task's end was known, in seconds from before."""
import sys
import time

from dask.distributed import Client
from dask_jobqueue import SLURMCluster

seconds = float(sys.argv[2])
began = time.monotonic()
with SLURMCluster(queue="standard", cores=1, processes=1, memory="500MB", walltime="00:10:00", interface="lo", log_directory=sys.argv[1], scheduler_options={"dashboard_address": None}) as cluster, Client(cluster) as client:
    cluster.scale(jobs=1)
    client.wait_for_workers(1)
    print("running", time.monotonic() - began, flush=True)
    client.submit(time.sleep, seconds).result()
    print("ended", time.monotonic() - began, flush=True)
