"""Files in a zip whose bytes depend on nothing but their names and contents. Knows no feature."""

import hashlib
import io
import zipfile
from collections.abc import Mapping

BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The first instant a zip can hold: when files were packed is nobody's concern."""
SUMS = "SHA256SUMS"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Pack files, in the order of their names. The same files give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=BEGINNING)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            packed.writestr(entry, content, compresslevel=9)
    return target.getvalue()


def with_sums(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Add the SHA-256 of each file, as `sha256sum --check` reads them."""
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return {**files, SUMS: sums.encode()}
