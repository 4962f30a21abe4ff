"""JSON is written as Python writes it."""

import json
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supply import json_text
from supply.json_text import json_bytes, writer

values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(), lambda one: st.lists(one) | st.dictionaries(st.text(), one), max_leaves=20)


@pytest.mark.parametrize("written_in_c", [True, False])
@pytest.mark.parametrize("sort_keys", [True, False])
@given(values)
@example({"b": [10**400, -0.0, 1e16, float("nan")], "a": '\ud800\x1f\x7f"é'})
def test_what_is_written_is_what_python_writes(written_in_c, sort_keys, value):
    with pytest.MonkeyPatch.context() as patch:
        if not written_in_c:
            patch.setattr(json_text.python, "c_make_encoder", None)
        write = writer(default=date.isoformat, sort_keys=sort_keys)

    assert write(value) == json.dumps(value, ensure_ascii=False, sort_keys=sort_keys, separators=(",", ":"), default=date.isoformat)


@pytest.mark.parametrize("value", [object(), {1, 2}, {("a", "b"): 1}, b"bytes"])
def test_what_has_no_form_is_refused(value):
    with pytest.raises(TypeError):
        json_bytes(value)
