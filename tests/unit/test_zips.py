"""A zip depends on nothing but the names and contents in it."""

import hashlib
import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from supply.zips import SUMS, with_sums, zipped

FILES = st.dictionaries(st.from_regex(r"[a-z]{1,8}\.(csv|txt)", fullmatch=True), st.binary(max_size=200), min_size=1, max_size=5)


@given(FILES)
def test_the_same_files_give_the_same_bytes_in_whatever_order_and_come_out_again(files):
    packed = zipped(files)

    assert packed == zipped(dict(reversed(list(files.items()))))
    found = zipfile.ZipFile(io.BytesIO(packed))
    assert {name: found.read(name) for name in found.namelist()} == files


def test_sums_are_those_of_the_files():
    files = with_sums({"b.csv": b"two", "a.csv": b"one"})

    assert files[SUMS].decode().splitlines() == [f"{hashlib.sha256(b'one').hexdigest()}  a.csv", f"{hashlib.sha256(b'two').hexdigest()}  b.csv"]
