"""The service's own gunicorn settings for the yardstick, which has no database of ours to examine before it serves."""

import sys
from pathlib import Path
from runpy import run_path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
globals().update({name: value for name, value in run_path(str(ROOT / "config" / "gunicorn.py")).items() if not name.startswith("__") and name != "post_worker_init"})
