"""Pages, map, chart and files show of others what the interface shows, and hide what it hides."""

import csv
import io
import re
from urllib.parse import urlencode

from python_calamine import CalamineWorkbook

from tests.integration.publishing import hand_out_all, publish


def test_interface_table_map_file_and_chart_hide_the_same(app, gro, dina, reader):
    hand_out_all(gro)
    publish(app)
    july = {"from": "2026-07-01", "to": "2026-07-31", "indicator": "naloxone_per_100000", "within": "municipalities"}
    told = dina.get("/coverage", from_=july["from"], to=july["to"], within="municipalities", indicator="naloxone_per_100000").json
    hidden = {figure["area"] for figure in told["figures"] if figure["why_not"] == "hidden"}

    assert {"3222", "4627"} <= hidden
    at = reader("dina")
    table, drawn, sheet = (at.get(f"/coverage/{name}?{urlencode(july)}").text for name in ("areas", "map", "figures.csv"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(at.get(f"/coverage/figures.xlsx?{urlencode(july)}").data)).get_sheet_by_index(0).to_python()
    series = at.get("/coverage/areas/3222?from=2026-07-01&to=2026-09-30").text

    assert {area for area, row in re.findall(r'<tr>\s*<th scope="row"><a class="ds-link" href="/coverage/areas/(\d{4})[^>]*>(.*?)</tr>', table, re.DOTALL) if ": hidden" in row} == hidden
    assert {area for area, said in re.findall(r'href="/coverage/areas/(\d{4})[^"]*" aria-label="([^"]*)"', drawn) if "hidden" in said} == hidden
    assert {row["Area"] for row in csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff")), delimiter=";") if "hidden" in row["Why there is no figure"] and row["Handed out"] == ""} == hidden
    assert {row[book[0].index("Area")] for row in book[1:] if "hidden" in row[book[0].index("Why there is no figure")]} == hidden
    assert re.search(r'2026-07</th>(<td class="num">[^<]*</td>){3}<td class="num">:</td>', series), series
    assert "asker-servicepoint" not in series
