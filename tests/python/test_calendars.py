"""The calendar of the national pack against two packages that keep the same data, and deadlines by it."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
import zhida
from conftest import ROOT


@pytest.fixture(scope="module")
def national():
    return zhida.load(ROOT / "rules" / "national")


def days(first: int, last: int):
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += timedelta(1)


def is_worked(pack, day: date) -> bool:
    """A limit of one working day received the day before is due on the day itself only if it is worked."""
    return pack.deadline("cn", day - timedelta(1), 1).due == day


def test_working_days_agree_with_two_packages(national):
    theirs = holidays.country_holidays("CN", years=range(2020, 2027))
    differ = [
        day
        for day in days(2020, 2026)
        if day != date(2020, 1, 1)
        and not (is_worked(national, day) == chinese_calendar.is_workday(day) == theirs.is_working_day(day))
    ]
    assert differ == []


@pytest.mark.parametrize(
    ("received", "limits"),
    [
        ("2021-04-29", {1: "2021-04-30"}),
        ("2021-04-30", {1: "2021-05-06", 2: "2021-05-07"}),
        ("2021-05-07", {2: "2021-05-10"}),
        ("2020-01-23", {3: "2020-02-05", 10: "2020-02-14"}),
        ("2022-09-29", {3: "2022-10-09", 7: "2022-10-13", 10: "2022-10-18"}),
        ("2024-02-09", {1: "2024-02-18", 3: "2024-02-20"}),
        ("2025-09-30", {1: "2025-10-09", 3: "2025-10-11"}),
        ("2025-04-01", {60: "2025-06-30"}),
        ("2026-02-13", {1: "2026-02-14", 3: "2026-02-25"}),
        ("2026-02-14", {1: "2026-02-24"}),
        ("2026-09-24", {3: "2026-09-30"}),
        ("2026-09-30", {3: "2026-10-10", 10: "2026-10-20"}),
        ("2026-03-02", {30: "2026-04-14"}),
    ],
)
def test_due_days(national, received, limits):
    found = {limit: national.deadline("cn", received, limit) for limit in limits}
    assert {limit: str(deadline.due) for limit, deadline in found.items()} == limits
    assert not any(deadline.provisional for deadline in found.values())


def test_beyond_the_data_a_deadline_is_provisional(national):
    deadline = national.deadline("cn", "2026-12-31", 1)
    assert deadline.provisional
    assert deadline.data_to == 2026
    assert "暂定" in str(deadline)


def test_receipt_after_closing_and_stops(national):
    late = national.deadline("cn", "2021-04-30T17:45", 1, closing="17:30")
    assert (str(late.start), str(late.due)) == ("2021-05-06", "2021-05-07")
    assert late.elapsed == 0
    stopped = national.deadline("cn", "2026-03-02", 3, stops=[("2026-03-02", "2026-04-14")], on="2026-03-20")
    assert str(stopped.due) == "2026-04-17"
    assert stopped.paused
    still = national.deadline("cn", "2026-03-02", 3, stops=[("2026-03-03", None)], on="2026-03-20")
    assert still.due is None
    assert (still.used, still.left) == (1, 2)
    assert "停表" in str(still)


@pytest.mark.parametrize(
    ("on", "level"),
    [
        ("2021-03-04", "open"),
        ("2021-03-08", "half"),
        ("2021-03-11", "near"),
        ("2021-03-15", "due"),
        ("2021-03-16", "overdue"),
    ],
)
def test_warnings_are_graded(national, on, level):
    assert national.deadline("cn", "2021-03-01", 10, on=on).level == level


def test_elapsed_days_count_the_first_one(national):
    review = national.deadline("cn", "2020-03-18", 10, on="2020-03-26")
    assert (review.elapsed, review.used) == (7, 6)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("cm", "2021-03-01", 1), zhida.UsageError, "did you mean cn"),
        (("cn", "2019-12-31", 1), zhida.DataError, "begin with 2020"),
        (("cn", "2021-03-01", 0), zhida.DataError, "at least one day"),
        (("cn", "2021-03-01", 4000), zhida.DataError, "too long"),
        (("cn", "2021-03-40", 1), zhida.UsageError, "no date"),
        (("cn", "2021-03-01T25:00", 1), zhida.UsageError, "no time of day"),
    ],
)
def test_what_cannot_be_counted_is_told(national, arguments, error, says):
    with pytest.raises(error, match=says):
        national.deadline(*arguments)


def test_a_stop_that_ends_before_it_begins(national):
    with pytest.raises(zhida.DataError, match="started before it is stopped"):
        national.deadline("cn", "2021-03-01", 3, stops=[("2021-03-03", "2021-03-02")])
