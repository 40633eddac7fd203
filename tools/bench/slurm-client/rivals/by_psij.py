"""One job with PSI/J: prints when it was seen to run, and when its end was known, in seconds from before the submission."""
import sys
import time
from datetime import timedelta

from psij import Job, JobAttributes, JobExecutor, JobSpec, JobState

seconds = sys.argv[2]
executor = JobExecutor.get_instance("slurm")
spec = JobSpec(executable="/bin/sleep", arguments=[seconds])
spec.attributes = JobAttributes(duration=timedelta(minutes=10), queue_name="standard")
began = time.monotonic()
job = Job(spec)
executor.submit(job)
job.wait(target_states=[JobState.ACTIVE, JobState.COMPLETED, JobState.FAILED])
print("running", time.monotonic() - began, flush=True)
job.wait()
print("ended", time.monotonic() - began, flush=True)
