"""How gunicorn serves the service: `gunicorn -c config/gunicorn.py 'wsgi:create_app()'`, behind the nginx of config/nginx.conf.

The environment may say FORSYN_BIND, FORSYN_WORKERS and FORSYN_THREADS; PROMETHEUS_MULTIPROC_DIR makes /metrics speak for all workers.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Any

from gunicorn.arbiter import Arbiter
from prometheus_client import multiprocess

from supply import doctor

WORKERS_MIN = 2  # one goes on answering while another is replaced

bind = os.environ.get("FORSYN_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("FORSYN_WORKERS") or max(WORKERS_MIN, os.cpu_count() or 1))
threads = int(os.environ.get("FORSYN_THREADS") or 4)

preload_app = False  # each worker opens the database itself: no connection is ever shared across a fork
control_socket_disable = True  # nothing here is steered from outside; signals do
keepalive = 75  # longer than nginx keeps its side, so that it is nginx who closes
timeout = 120  # a batch of a thousand or a long report takes seconds; past this the worker hangs
graceful_timeout = 60  # what has begun is finished before a worker goes
max_requests = 50_000  # a leak in a library never grows for ever
max_requests_jitter = 5_000
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  the workers' heartbeat, in memory so that a slow disk never looks like a hang
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
accesslog = None  # nginx writes it, without query strings
errorlog = "-"


def on_starting(_server: Any) -> None:
    """Empty the folder of the workers' figures: those of the last start are nobody's."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        for old in Path(folder).glob("*.db"):
            old.unlink()


def post_worker_init(worker: Any) -> None:
    """Refuse to serve on a database that is not as it must be; the master then stops, and what is wrong stands in the log."""
    if wrong := doctor.what_is_wrong(worker.wsgi):
        for line in wrong:
            worker.log.error(line)
        sys.exit(Arbiter.APP_LOAD_ERROR)
    gc.collect()
    gc.freeze()  # what is loaded stays; looking through it again and again for what may go takes time from every request


def child_exit(_server: Any, worker: Any) -> None:
    """Take a worker that is gone out of the gauges."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)
