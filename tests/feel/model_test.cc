#include "engine/feel/model.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zhida::feel {
namespace {

Date Day(std::string_view text) { return Date::Parse(text).value(); }

Period Between(std::string_view from, std::string_view to) {
  Period period;
  if (!from.empty()) period.from = Day(from);
  if (!to.empty()) period.to = Day(to);
  return period;
}

TEST(ModelTest, PeriodsContainBothEnds) {
  const Period period = Between("2026-01-01", "2026-01-31");
  EXPECT_TRUE(period.Covers(Day("2026-01-01")));
  EXPECT_TRUE(period.Covers(Day("2026-01-31")));
  EXPECT_FALSE(period.Covers(Day("2025-12-31")));
  EXPECT_FALSE(period.Covers(Day("2026-02-01")));
  EXPECT_TRUE(Period{}.Covers(Day("0001-01-01")));
}

TEST(ModelTest, FindsTheVersionInForce) {
  Parameter parameter;
  parameter.versions = {{Between("", "2020-12-31"), {Value::Number(1)}, "a"},
                        {Between("2021-01-01", "2021-12-31"), {Value::Number(2)}, "b"},
                        {Between("2023-01-01", ""), {Value::Number(3)}, "c"}};
  const auto on = [&](std::string_view day) -> std::string {
    const ParameterVersion* version = parameter.InForce(Day(day));
    return version == nullptr ? "none" : version->citation;
  };
  EXPECT_EQ(on("1999-01-01"), "a");
  EXPECT_EQ(on("2020-12-31"), "a");
  EXPECT_EQ(on("2021-01-01"), "b");
  EXPECT_EQ(on("2021-12-31"), "b");
  EXPECT_EQ(on("2022-06-01"), "none");
  EXPECT_EQ(on("2023-01-01"), "c");
  EXPECT_EQ(on("2099-01-01"), "c");
  EXPECT_EQ(Parameter().InForce(Day("2026-01-01")), nullptr);
}

CodeList Industries(bool open) {
  CodeList list;
  list.id = "industry";
  list.shape = CodeList::Shape::kPrefix;
  list.open = open;
  for (const char* code : {"C", "C26", "C261", "I", "I65"})
    list.Add({code, std::string("name of ") + code, "", {}});
  list.Add({"C43", "old", "", Between("", "2017-09-30")});
  list.Add({"C44", "split", "", Between("", "2010-12-31")});
  list.Add({"C44", "again", "", Between("2015-01-01", "")});
  return list;
}

std::string Under(const CodeList& list, std::string_view code, std::string_view ancestor,
                  std::string_view day) {
  Cause cause = Cause::kVagueRule;
  const Truth truth = list.Under(code, ancestor, Day(day), &cause);
  EXPECT_EQ(list.Under(code, ancestor, Day(day)), truth);
  return std::string(TruthName(truth)) +
         (truth == Truth::kUnknown ? " " + std::string(CauseName(cause)) : "");
}

TEST(ModelTest, PrefixTrees) {
  const CodeList list = Industries(false);
  EXPECT_EQ(Under(list, "C26", "C", "2026-01-01"), "true");
  EXPECT_EQ(Under(list, "C26", "C26", "2026-01-01"), "true");
  EXPECT_EQ(Under(list, "C261", "C26", "2026-01-01"), "true");
  EXPECT_EQ(Under(list, "C", "C26", "2026-01-01"), "unknown missing") << "a section is too coarse to tell";
  EXPECT_EQ(Under(list, "C26", "I", "2026-01-01"), "false");
  EXPECT_FALSE(list.Has("C2614"));
  EXPECT_EQ(Under(list, "C2614", "C", "2026-01-01"), "error");
  EXPECT_EQ(Under(list, "C26", "C2", "2026-01-01"), "error");
  EXPECT_EQ(list.Find("C2614"), nullptr);
  EXPECT_EQ(list.Find(""), nullptr);
}

TEST(ModelTest, OpenPrefixTrees) {
  const CodeList list = Industries(true);
  EXPECT_TRUE(list.Has("C2614"));
  EXPECT_TRUE(list.Has("C26"));
  EXPECT_FALSE(list.Has("Z1"));
  EXPECT_FALSE(list.Has(""));
  EXPECT_EQ(list.Find("C2614")->code, "C261");
  EXPECT_EQ(list.Find("C2999")->code, "C");
  EXPECT_EQ(Under(list, "C2614", "C261", "2026-01-01"), "true");
  EXPECT_EQ(Under(list, "C2614", "C26", "2026-01-01"), "true");
  EXPECT_EQ(Under(list, "C2614", "C2614", "2026-01-01"), "true");
  EXPECT_EQ(Under(list, "C26145", "C2614", "2026-01-01"), "true");
  EXPECT_EQ(Under(list, "C2614", "C2615", "2026-01-01"), "false");
  EXPECT_EQ(Under(list, "Z1", "C", "2026-01-01"), "error");
}

TEST(ModelTest, CodesHaveDates) {
  const CodeList list = Industries(true);
  EXPECT_EQ(Under(list, "C43", "C", "2017-09-30"), "true");
  EXPECT_EQ(Under(list, "C43", "C", "2017-10-01"), "unknown stale");
  EXPECT_EQ(Under(list, "C43", "I", "2017-10-01"), "unknown stale")
      << "not even no is known of a code out of force";
  EXPECT_EQ(Under(list, "C4312", "C", "2017-10-01"), "true") << "a code below an open list has no period";
  EXPECT_EQ(Under(list, "C44", "C", "2010-12-31"), "true");
  EXPECT_EQ(Under(list, "C44", "C", "2012-01-01"), "unknown stale");
  EXPECT_EQ(Under(list, "C44", "C", "2015-01-01"), "true");
  EXPECT_EQ(Under(list, "C261", "C43", "2026-01-01"), "false") << "an ancestor need not be in force";
  EXPECT_EQ(list.Find("C44")->name, "again");
  EXPECT_EQ(list.codes().size(), 8u);
}

TEST(ModelTest, FlatLists) {
  CodeList list;
  list.Add({"A", "优", "", {}});
  list.Add({"AB", "良", "", {}});
  EXPECT_EQ(Under(list, "A", "A", "2026-01-01"), "true");
  EXPECT_EQ(Under(list, "AB", "A", "2026-01-01"), "false");
  list.open = true;
  EXPECT_FALSE(list.Has("ABC")) << "only prefix trees are open";
}

TEST(ModelTest, ParentTrees) {
  CodeList list;
  list.shape = CodeList::Shape::kParent;
  list.Add({"fj", "福建", "", {}});
  list.Add({"qz", "泉州", "fj", {}});
  list.Add({"zz", "漳州", "fj", {}});
  // Moved from one city to another in 2020, and its town is gone since 2024.
  list.Add({"county", "县", "zz", Between("", "2019-12-31")});
  list.Add({"county", "县", "qz", Between("2020-01-01", "")});
  list.Add({"town", "镇", "county", Between("", "2023-12-31")});
  list.Add({"street", "街道", "town", {}});
  EXPECT_EQ(Under(list, "county", "zz", "2019-12-31"), "true");
  EXPECT_EQ(Under(list, "county", "zz", "2020-01-01"), "false");
  EXPECT_EQ(Under(list, "town", "qz", "2020-01-01"), "true");
  EXPECT_EQ(Under(list, "town", "fj", "2020-01-01"), "true");
  EXPECT_EQ(Under(list, "town", "town", "2024-01-01"), "unknown stale");
  EXPECT_EQ(Under(list, "street", "qz", "2024-01-01"), "false")
      << "the way up leads through a town that has ended";
  EXPECT_EQ(Under(list, "fj", "county", "2024-01-01"), "unknown missing");
  EXPECT_EQ(Under(list, "zz", "county", "2019-01-01"), "unknown missing");
  EXPECT_EQ(Under(list, "zz", "county", "2024-01-01"), "false");
}

TEST(ModelTest, ParentTreesWithACircleEnd) {
  CodeList list;
  list.shape = CodeList::Shape::kParent;
  list.Add({"a", "", "b", {}});
  list.Add({"b", "", "a", {}});
  list.Add({"c", "", "gone", {}});
  EXPECT_EQ(Under(list, "a", "b", "2026-01-01"), "true");
  EXPECT_EQ(Under(list, "a", "c", "2026-01-01"), "false");
  EXPECT_EQ(Under(list, "c", "a", "2026-01-01"), "false");
}

TEST(ModelTest, ZonesHaveDates) {
  Zone zone;
  zone.members = {{"350521", Between("2012-01-01", "")},
                  {"350503", Between("", "2011-12-31")},
                  {"350503", Between("2011-12-31", "2015-12-31")}};
  EXPECT_EQ(zone.MembersOn(Day("2010-01-01")), (std::vector<std::string>{"350503"}));
  EXPECT_EQ(zone.MembersOn(Day("2011-12-31")), (std::vector<std::string>{"350503"}))
      << "once, though twice a member";
  EXPECT_EQ(zone.MembersOn(Day("2014-01-01")), (std::vector<std::string>{"350521", "350503"}));
  EXPECT_EQ(zone.MembersOn(Day("2016-01-01")), (std::vector<std::string>{"350521"}));
  EXPECT_TRUE(Zone().MembersOn(Day("2016-01-01")).empty());
}

// Notices of the general office of the State Council on holidays, 2020 to 2026.
struct YearNotice {
  int64_t year;
  std::vector<std::pair<const char*, const char*>> off;
  std::vector<const char*> work;
  int working_days;
};

const YearNotice kNotices[] = {
    {2020,
     {{"2020-01-01", "2020-01-01"},
      {"2020-01-24", "2020-02-02"},
      {"2020-04-04", "2020-04-06"},
      {"2020-05-01", "2020-05-05"},
      {"2020-06-25", "2020-06-27"},
      {"2020-10-01", "2020-10-08"}},
     {"2020-01-19", "2020-04-26", "2020-05-09", "2020-06-28", "2020-09-27", "2020-10-10"},
     249},
    {2021,
     {{"2021-01-01", "2021-01-03"},
      {"2021-02-11", "2021-02-17"},
      {"2021-04-03", "2021-04-05"},
      {"2021-05-01", "2021-05-05"},
      {"2021-06-12", "2021-06-14"},
      {"2021-09-19", "2021-09-21"},
      {"2021-10-01", "2021-10-07"}},
     {"2021-02-07", "2021-02-20", "2021-04-25", "2021-05-08", "2021-09-18", "2021-09-26", "2021-10-09"},
     250},
    {2022,
     {{"2022-01-01", "2022-01-03"},
      {"2022-01-31", "2022-02-06"},
      {"2022-04-03", "2022-04-05"},
      {"2022-04-30", "2022-05-04"},
      {"2022-06-03", "2022-06-05"},
      {"2022-09-10", "2022-09-12"},
      {"2022-10-01", "2022-10-07"},
      {"2022-12-31", "2022-12-31"}},
     {"2022-01-29", "2022-01-30", "2022-04-02", "2022-04-24", "2022-05-07", "2022-10-08", "2022-10-09"},
     249},
    {2023,
     {{"2023-01-01", "2023-01-02"},
      {"2023-01-21", "2023-01-27"},
      {"2023-04-05", "2023-04-05"},
      {"2023-04-29", "2023-05-03"},
      {"2023-06-22", "2023-06-24"},
      {"2023-09-29", "2023-10-06"}},
     {"2023-01-28", "2023-01-29", "2023-04-23", "2023-05-06", "2023-06-25", "2023-10-07", "2023-10-08"},
     249},
    {2024,
     {{"2024-01-01", "2024-01-01"},
      {"2024-02-10", "2024-02-17"},
      {"2024-04-04", "2024-04-06"},
      {"2024-05-01", "2024-05-05"},
      {"2024-06-10", "2024-06-10"},
      {"2024-09-15", "2024-09-17"},
      {"2024-10-01", "2024-10-07"}},
     {"2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29",
      "2024-10-12"},
     251},
    {2025,
     {{"2025-01-01", "2025-01-01"},
      {"2025-01-28", "2025-02-04"},
      {"2025-04-04", "2025-04-06"},
      {"2025-05-01", "2025-05-05"},
      {"2025-05-31", "2025-06-02"},
      {"2025-10-01", "2025-10-08"}},
     {"2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"},
     248},
    {2026,
     {{"2026-01-01", "2026-01-03"},
      {"2026-02-15", "2026-02-23"},
      {"2026-04-04", "2026-04-06"},
      {"2026-05-01", "2026-05-05"},
      {"2026-06-19", "2026-06-21"},
      {"2026-09-25", "2026-09-27"},
      {"2026-10-01", "2026-10-07"}},
     {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"},
     248},
};

Calendar StateCouncil() {
  Calendar calendar;
  calendar.id = "cn";
  for (const YearNotice& notice : kNotices) {
    calendar.years.push_back(notice.year);
    for (const auto& [first, last] : notice.off) {
      for (int64_t day = Day(first).days; day <= Day(last).days; ++day) calendar.days[day] = false;
    }
    for (const char* day : notice.work) calendar.days[Day(day).days] = true;
  }
  return calendar;
}

TEST(ModelTest, CalendarsCountTheWorkingDaysOfAYear) {
  const Calendar calendar = StateCouncil();
  for (const YearNotice& notice : kNotices) {
    const Date first = Date::FromCivil(notice.year, 1, 1).value();
    const Date last = Date::FromCivil(notice.year, 12, 31).value();
    int count = 0;
    for (Date day = first; day <= last; ++day.days) count += calendar.IsWorkingDay(day) ? 1 : 0;
    EXPECT_EQ(count, notice.working_days) << notice.year;
    // From the day before: the interval is open on the left. Days of 2019 are not counted, so it need not
    // have data.
    EXPECT_EQ(calendar.WorkingDaysBetween(Date{first.days - 1}, last), notice.working_days) << notice.year;
  }
  EXPECT_TRUE(calendar.HasYear(2020));
  EXPECT_FALSE(calendar.HasYear(2027));
}

// Due dates: the count starts on the next working day.
struct DueCase {
  const char* from;
  int64_t days;
  const char* due;  // "" where a year without data is met
};

constexpr DueCase kDueDates[] = {
    {"2021-04-29", 1, "2021-04-30"},
    {"2021-04-30", 1, "2021-05-06"},
    {"2021-04-30", 2, "2021-05-07"},
    {"2021-05-07", 2, "2021-05-10"},
    {"2020-01-23", 3, "2020-02-05"},
    {"2020-01-23", 10, "2020-02-14"},
    {"2022-09-29", 3, "2022-10-09"},
    {"2022-09-29", 7, "2022-10-13"},
    {"2022-09-29", 10, "2022-10-18"},
    {"2024-02-09", 1, "2024-02-18"},
    {"2024-02-09", 3, "2024-02-20"},
    {"2025-09-30", 1, "2025-10-09"},
    {"2025-09-30", 3, "2025-10-11"},
    {"2025-04-01", 60, "2025-06-30"},
    {"2026-02-13", 1, "2026-02-14"},
    {"2026-02-13", 3, "2026-02-25"},
    {"2026-02-14", 1, "2026-02-24"},
    {"2026-09-24", 3, "2026-09-30"},
    {"2026-09-30", 3, "2026-10-10"},
    {"2026-09-30", 10, "2026-10-20"},
    {"2026-12-31", 1, ""},
    {"2026-02-14", 0, "2026-02-14"},
    {"2026-02-15", 0, "2026-02-15"},
    {"2026-02-24", -1, "2026-02-14"},
    {"2020-01-01", -1, ""},
    {"2027-06-01", 1, ""},
    {"2026-01-01", 1'000'000'000, ""},
};

TEST(ModelTest, CalendarsGiveDueDates) {
  const Calendar calendar = StateCouncil();
  for (const DueCase& one : kDueDates) {
    const std::optional<Date> due = calendar.AddWorkingDays(Day(one.from), one.days);
    EXPECT_EQ(due ? due->ToString() : "", one.due) << one.from << " + " << one.days;
    if (!due || one.days == 0) continue;
    EXPECT_EQ(calendar.WorkingDaysBetween(Day(one.from), *due), one.days) << one.from << " to " << one.due;
  }
}

TEST(ModelTest, CalendarsCountBackwardsAsNegative) {
  const Calendar calendar = StateCouncil();
  EXPECT_EQ(calendar.WorkingDaysBetween(Day("2026-02-13"), Day("2026-02-25")), 3);
  EXPECT_EQ(calendar.WorkingDaysBetween(Day("2026-02-25"), Day("2026-02-13")), -3);
  EXPECT_EQ(calendar.WorkingDaysBetween(Day("2026-02-14"), Day("2026-02-14")), 0);
  EXPECT_EQ(calendar.WorkingDaysBetween(Day("2026-12-30"), Day("2027-01-01")), std::nullopt);
  EXPECT_EQ(calendar.WorkingDaysBetween(Day("2027-01-01"), Day("2026-12-30")), std::nullopt);
  EXPECT_EQ(calendar.WorkingDaysBetween(Day("2026-12-30"), Day("9999-12-31")), std::nullopt);
}

TEST(ModelTest, FindsListsAndCalendarsById) {
  Model model;
  model.code_lists.push_back(Industries(false));
  model.calendars.push_back(StateCouncil());
  EXPECT_EQ(model.FindCodeList("industry"), &model.code_lists[0]);
  EXPECT_EQ(model.FindCodeList("other"), nullptr);
  EXPECT_EQ(model.FindCalendar("cn"), &model.calendars[0]);
  EXPECT_EQ(model.FindCalendar("court"), nullptr);
}

}  // namespace
}  // namespace zhida::feel
