"""`make run`: bring everything up on this machine and serve it; nothing to set up before.

1. A secret key of this machine's own, kept in var/.
2. The database, brought to this version.
3. On the first start the reference data and two made-up years of a network.
4. The clock, which does what is due (alerts, notices) in a process of its own; it stops when the service does.
5. The service, on PORT or 8000.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from supply.settings import ROOT

VAR = ROOT / "var"


def start() -> None:
    """Bring the service up and become it."""
    VAR.mkdir(exist_ok=True)
    environ = os.environ | _secret()
    first = not (VAR / "furnished").exists() or not _has_database(environ)
    _flask(environ, "db", "upgrade")
    if first:
        _flask(environ, "reference", "load")
        _flask(environ, "demo")
        _flask(environ, "orders", "demo")
        (VAR / "furnished").touch()
    subprocess.Popen([_program("flask"), "jobs", "run", "--beside", str(os.getpid())], cwd=ROOT, env=environ)  # noqa: S603  the command is ours, whole
    port = environ.get("PORT", "8000")
    print(_welcome(port), flush=True)  # noqa: T201  a person waits for it
    command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "config" / "gunicorn.py"), "--bind", f"127.0.0.1:{port}", "wsgi:create_app()"]
    os.chdir(ROOT)
    os.execve(sys.executable, command, environ)  # noqa: S606  the command is ours, whole


def _secret() -> dict[str, str]:
    """Give the key of this machine, made on the first start, unless one is set."""
    if "FORSYN_SECRET_KEY" in os.environ or "FORSYN_SECRET_KEY_FILE" in os.environ:
        return {}
    path = VAR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return {"FORSYN_SECRET_KEY_FILE": str(path)}


def _has_database(environ: dict[str, str]) -> bool:
    """Whether the embedded database is there; one that is set from outside is not looked for."""
    return "FORSYN_DATABASE_URL" in environ or (VAR / "forsyn.sqlite").exists()


def _flask(environ: dict[str, str], *words: str) -> None:
    if subprocess.run([_program("flask"), *words], cwd=ROOT, env=environ, check=False).returncode:  # noqa: S603  the command is ours, whole
        raise SystemExit(f"flask {' '.join(words)} failed; what it said stands above")


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _welcome(port: str) -> str:
    return "\n".join(
        [
            "",
            f"  Forsyn: http://127.0.0.1:{port}/",
            "",
            "  Made-up accounts, password forsyn-demo:",
            "    alma@example.no   depot in Oslo",
            "    birk@example.no   municipality of Oslo",
            "    cato@example.no   the Directorate (sees everything, changes nothing)",
            "    dina@example.no   municipality of Bergen",
            "    erik@example.no   approver, Oslo",
            "    frida@example.no  administrator (people, keys, reference data; no stock)",
            "    gro@example.no    depot in the whole country (blocks lots and re-dates them everywhere)",
            "",
        ]
    )


if __name__ == "__main__":
    start()
