"""One job with AiiDA: prints when it was seen to run, and when its end was known, in seconds from before the submission."""
import sys
import threading
import time

from aiida import engine, load_profile, orm
from aiida.common.exceptions import NotExistent

load_profile()
folder, seconds = sys.argv[1], sys.argv[2]
try:
    computer = orm.load_computer("slurm")
except NotExistent:
    computer = orm.Computer(label="slurm", hostname="localhost", transport_type="core.local", scheduler_type="core.slurm", workdir=folder).store()
    computer.set_minimum_job_poll_interval(10.0)
    computer.configure(safe_interval=0.0, use_login_shell=False)
code = orm.InstalledCode(label="sleep", computer=computer, filepath_executable="/bin/sh", default_calc_job_plugin="core.templatereplacer")
builder = code.get_builder()
builder.template = orm.Dict(dict={"input_file_name": "in.sh", "input_file_template": "sleep " + seconds, "cmdline_params": ["in.sh"], "output_file_name": "out"})
builder.metadata.options.resources = {"num_machines": 1, "tot_num_mpiprocs": 1}
builder.metadata.options.withmpi = False
builder.metadata.options.queue_name = "standard"
builder.metadata.options.max_wallclock_seconds = 600
before = orm.QueryBuilder().append(orm.CalcJobNode).count()
began = time.monotonic()


def tell_running() -> None:
    while True:
        found = orm.QueryBuilder().append(orm.CalcJobNode, project=["*"]).order_by({orm.CalcJobNode: {"id": "desc"}}).all()
        state = found[0][0].get_scheduler_state() if len(found) > before else None
        if state is not None and state.value in ("running", "done"):
            print("running", time.monotonic() - began, flush=True)
            return
        time.sleep(0.1)


threading.Thread(target=tell_running, daemon=True).start()
engine.run(builder)
print("ended", time.monotonic() - began, flush=True)
