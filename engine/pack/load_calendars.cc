// Calendars of working days, and those that rest on others: a province's, a court's, a company's.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/base/text.h"
#include "engine/pack/loader.h"

namespace zhida::pack {
namespace {

constexpr int64_t kYearMin = 1900;
constexpr int64_t kYearMax = 2999;

// `2026-01-01` or `2026-01-01..2026-01-03`; nullopt after a report.
std::optional<feel::Period> ReadDays(const Node& node, int64_t year, Diagnostics& diagnostics) {
  const std::optional<std::string> text = ReadText(node, "a day", diagnostics);
  if (!text) return std::nullopt;
  const size_t dots = text->find("..");
  const std::optional<Date> first = Date::Parse(TrimAscii(text->substr(0, dots)));
  const std::optional<Date> last =
      dots == std::string::npos ? first : Date::Parse(TrimAscii(text->substr(dots + 2)));
  if (!first || !last) {
    diagnostics.Error("ZD2321", node.Where(), JsonQuote(*text) + " is no day and no stretch of days",
                      "write 2026-01-01 or 2026-01-01..2026-01-03");
    return std::nullopt;
  }
  if (*last < *first) {
    diagnostics.Error("ZD2322", node.Where(), "the stretch ends before it begins", "swap the two days");
    return std::nullopt;
  }
  if (first->civil().year != year || last->civil().year != year) {
    diagnostics.Error("ZD2323", node.Where(), JsonQuote(*text) + " is not all in " + std::to_string(year),
                      "move it to its year, or cut it at the turn of the year");
    return std::nullopt;
  }
  return feel::Period{first, last};
}

void AddDays(MappingReader& reader, std::string_view key, bool works, int64_t year, feel::Calendar* calendar,
             Diagnostics& diagnostics) {
  for (const Node* node : reader.List(key)) {
    const std::optional<feel::Period> days = ReadDays(*node, year, diagnostics);
    if (!days) continue;
    for (int64_t day = days->from->days; day <= days->to->days; ++day) {
      if (calendar->days.emplace(day, works).second) continue;
      diagnostics.Error("ZD2324", node->Where(), Date{day}.ToString() + " is listed twice",
                        "keep one of the two");
      break;
    }
  }
}

// A calendar as written, until the one that it rests on is known.
struct WrittenCalendar {
  feel::Calendar calendar;
  std::string base;  // "" for one that stands alone
  Location base_where;
  std::map<int64_t, Location> year_places;
  struct Promised {
    int64_t year;
    int64_t working_days;
    Location where;
  };
  std::vector<Promised> counts;  // `working_days` of a year, to be compared with the days
};

void LoadYear(const Entry& entry, WrittenCalendar* written, Diagnostics& diagnostics) {
  int64_t year = 0;
  for (const char c : entry.key)
    year = c >= '0' && c <= '9' && year <= kYearMax ? year * 10 + (c - '0') : kYearMax + 1;
  if (year < kYearMin || year > kYearMax) {
    diagnostics.Error("ZD2325", entry.KeyWhere(), JsonQuote(entry.key) + " is no year", "write it like 2026");
    return;
  }
  MappingReader reader(entry.value, diagnostics, "a year of a calendar");
  AddDays(reader, "off", false, year, &written->calendar, diagnostics);
  AddDays(reader, "work", true, year, &written->calendar, diagnostics);
  const Node* count = reader.Optional("working_days");
  if (const std::optional<int64_t> days = reader.OptionalInt("working_days", 0, 366))
    written->counts.push_back({year, *days, count->Where()});
  reader.OptionalString("cite");
  reader.Finish();
  written->calendar.years.push_back(year);
  written->year_places.emplace(year, entry.KeyWhere());
}

WrittenCalendar ReadCalendar(Loading& loading, const Item& item, MappingReader& reader) {
  Diagnostics& diagnostics = loading.diagnostics();
  WrittenCalendar written;
  feel::Calendar& calendar = written.calendar;
  calendar.id = ReadId(reader, "id", IdForm::kDashed);
  calendar.name = reader.OptionalString("name").value_or(calendar.id);
  if (const Node* base = reader.Optional("extends")) written.base_where = base->Where();
  written.base = reader.OptionalString("extends").value_or("");
  if (const Node* years = reader.RequiredMapping("years")) {
    for (const Entry& year : years->entries()) LoadYear(year, &written, diagnostics);
  }
  reader.Finish();
  std::sort(calendar.years.begin(), calendar.years.end());
  const auto repeated = std::unique(calendar.years.begin(), calendar.years.end());
  calendar.years.erase(repeated, calendar.years.end());
  loading.calendars.Declare(calendar.id, static_cast<int>(loading.model().calendars.size()),
                            item.node->Where(), diagnostics);
  return written;
}

// A deadline that runs across a year without data would be unknown, and nobody would see why.
void CheckGaps(const WrittenCalendar& written, Diagnostics& diagnostics) {
  const std::vector<int64_t>& years = written.calendar.years;
  for (size_t i = 1; i < years.size(); ++i) {
    if (years[i] == years[i - 1] + 1) continue;
    diagnostics.Error("ZD2326", written.year_places.at(years[i]),
                      "calendar " + JsonQuote(written.calendar.id) + " has " + std::to_string(years[i - 1]) +
                          " and " + std::to_string(years[i]) + " but no year between them",
                      "add what is missing: a deadline across the gap could not be counted");
  }
}

void CheckCounts(const WrittenCalendar& written, Diagnostics& diagnostics) {
  for (const WrittenCalendar::Promised& count : written.counts) {
    const int64_t found = written.calendar.WorkingDaysOfYear(count.year);
    if (found == count.working_days) continue;
    diagnostics.Error("ZD2328", count.where,
                      std::to_string(count.year) + " has " + std::to_string(found) +
                          " working days by its lists, not " + std::to_string(count.working_days),
                      "compare `off` and `work` with the notice");
  }
}

// Gives a calendar the days of the one that it rests on, its own days first. Bases come before.
void RestOn(const feel::Calendar& base, WrittenCalendar* written, Diagnostics& diagnostics) {
  for (const int64_t year : written->calendar.years) {
    if (base.HasYear(year)) continue;
    diagnostics.Error(
        "ZD2327", written->year_places.at(year),
        std::to_string(year) + " is not in calendar " + JsonQuote(base.id) + ", on which this one rests",
        "add the year there first");
  }
  written->calendar.years = base.years;
  for (const auto& [day, works] : base.days) written->calendar.days.emplace(day, works);
}

// Calendars in an order in which each comes after the one that it rests on.
void Resolve(Loading& loading, std::vector<WrittenCalendar>* all) {
  Diagnostics& diagnostics = loading.diagnostics();
  std::vector<bool> done(all->size(), false);
  const auto base_of = [all](const WrittenCalendar& written) {
    const auto found = std::find_if(all->begin(), all->end(), [&](const WrittenCalendar& other) {
      return other.calendar.id == written.base;
    });
    return static_cast<size_t>(found - all->begin());
  };
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t i = 0; i < all->size(); ++i) {
      WrittenCalendar& written = (*all)[i];
      const size_t base = written.base.empty() ? all->size() : base_of(written);
      if (done[i] || (base < all->size() && !done[base])) continue;
      if (written.base.empty()) {
        CheckGaps(written, diagnostics);
      } else if (base < all->size()) {
        RestOn((*all)[base].calendar, &written, diagnostics);
      } else {
        const std::string nearest = NearestName(written.base, loading.calendars.Ids());
        diagnostics.Error(
            "ZD2329", written.base_where, JsonQuote(written.base) + " is not a calendar",
            nearest.empty() ? "declare it in calendars/" : "did you mean " + JsonQuote(nearest) + "?");
      }
      CheckCounts(written, diagnostics);
      done[i] = moved = true;
    }
  }
  for (size_t i = 0; i < all->size(); ++i) {
    if (done[i]) continue;
    diagnostics.Error("ZD2330", (*all)[i].base_where,
                      "calendar " + JsonQuote((*all)[i].calendar.id) + " rests on itself",
                      "let one of the circle stand alone");
  }
}

}  // namespace

void LoadCalendars(Loading& loading) {
  std::vector<WrittenCalendar> all;
  for (const SourcePack& source : loading.sources()) {
    for (const Item& item : loading.ItemsBelow(source, "calendars")) {
      MappingReader reader(*item.node, loading.diagnostics(), "a calendar");
      if (!reader.is_mapping()) continue;
      all.push_back(ReadCalendar(loading, item, reader));
    }
  }
  Resolve(loading, &all);
  for (WrittenCalendar& written : all) loading.model().calendars.push_back(std::move(written.calendar));
}

}  // namespace zhida::pack
