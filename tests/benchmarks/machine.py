"""What the figures were measured on: two probes beside every run, and the machine in a line."""

import hashlib
import os
import platform
import time
from pathlib import Path

FSYNCS = 200
HASHES = 20_000


def machine_line() -> str:
    """Name the machine."""
    models = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return f"{len(os.sched_getaffinity(0))} × {models[0] if models else platform.processor()}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def fsyncs_a_second(folder: Path) -> float:
    """Write a page and wait for the disk, over and over: what a commit cannot be faster than."""
    path = folder / "fsync-probe"
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    try:
        started = time.perf_counter()
        for _ in range(FSYNCS):
            os.write(file, b"x" * 8192)
            os.fdatasync(file)
        return FSYNCS / (time.perf_counter() - started)
    finally:
        os.close(file)
        path.unlink()


def hashes_a_second() -> float:
    """Hash a page over and over in one thread: how fast the processor is just now."""
    page = b"x" * 8192
    started = time.perf_counter()
    for _ in range(HASHES):
        hashlib.sha256(page).digest()
    return HASHES / (time.perf_counter() - started)
