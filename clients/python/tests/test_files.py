"""Exports that went through pandas and a spreadsheet come back as they were."""

from __future__ import annotations

import json

import pandas as pd
import pytest


@pytest.fixture
def exported(server, tmp_path):
    """An export with every kind of value, texts with line ends and marks, and what looks like a number."""
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "indicator,area,period,source,value,numerator,denominator,level,flag,missing,status,comment,citation,url\n"
        'migrant-casualties,MAR,2020,ministry,1234,,,,,,P,"1 = 1, ""quoted""\nand more",Law 1,https://example.org/1\n'
        "migrant-casualties,NAM,2020,ministry,7,,,,,,A,NA is Namibia,,\n"
        "regularisation,LBY,2021,ministry,,1234.125,9000,,,,E,,,\n"
        "dual-nationality,TUN,2021,ministry,,,,comprehensive,,,A,007,,\n"
        "cities-with-crisis-measures,MAR/casablanca,2021,ministry,,,,,,confidential,Q,,,\n",
        encoding="utf-8",
    )
    server.cli("push", str(rows))
    path = tmp_path / "exported.csv"
    server.cli("export", "--output", str(path))
    return path


def check(server, path, *options):
    """Every row says what the registry holds. An id of its own keeps the file from being taken for the first one."""
    summary = json.loads(server.cli("push", "--dry-run", "--anew", str(path), "--format", "json", *options))
    assert (summary["rows"], summary["unchanged"], summary["refused"], summary["blank"]) == (5, 5, 0, 0), (
        summary
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("comma", {}),
        ("semicolon", {"sep": ";", "decimal": ","}),
        ("tab", {"sep": "\t", "encoding": "utf-16"}),
        ("mark", {"encoding": "utf-8-sig", "lineterminator": "\r\n"}),
    ],
)
def test_csv_comes_back(server, exported, tmp_path, name, written):
    frame = pd.read_csv(exported)
    path = tmp_path / f"{name}.csv"
    frame.to_csv(path, index=False, **written)
    decimal = ("--decimal", "comma" if "decimal" in written else "point")
    check(server, path, *decimal)


def test_a_workbook_comes_back(server, exported, tmp_path):
    pytest.importorskip("openpyxl")
    path = tmp_path / "exported.xlsx"
    pd.read_csv(exported).to_excel(path, index=False)
    check(server, path)
