// Calendars of working days.
#include <algorithm>

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

void LoadYear(const Entry& entry, feel::Calendar* calendar, Diagnostics& diagnostics) {
  int64_t year = 0;
  for (const char c : entry.key)
    year = c >= '0' && c <= '9' && year <= kYearMax ? year * 10 + (c - '0') : kYearMax + 1;
  if (year < kYearMin || year > kYearMax) {
    diagnostics.Error("ZD2325", entry.KeyWhere(), JsonQuote(entry.key) + " is no year", "write it like 2026");
    return;
  }
  MappingReader reader(entry.value, diagnostics, "a year of a calendar");
  AddDays(reader, "off", false, year, calendar, diagnostics);
  AddDays(reader, "work", true, year, calendar, diagnostics);
  reader.OptionalString("cite");
  reader.Finish();
  calendar->years.push_back(year);
}

void LoadCalendar(Loading& loading, const Item& item) {
  Diagnostics& diagnostics = loading.diagnostics();
  MappingReader reader(*item.node, diagnostics, "a calendar");
  if (!reader.is_mapping()) return;
  feel::Calendar calendar;
  calendar.id = ReadId(reader, "id", IdForm::kDashed);
  calendar.name = reader.OptionalString("name").value_or(calendar.id);
  if (const Node* years = reader.RequiredMapping("years")) {
    for (const Entry& year : years->entries()) LoadYear(year, &calendar, diagnostics);
  }
  reader.Finish();
  std::sort(calendar.years.begin(), calendar.years.end());
  loading.calendars.Declare(calendar.id, static_cast<int>(loading.model().calendars.size()),
                            item.node->Where(), diagnostics);
  loading.model().calendars.push_back(std::move(calendar));
}

}  // namespace

void LoadCalendars(Loading& loading) {
  for (const SourcePack& source : loading.sources()) {
    for (const Item& item : loading.ItemsBelow(source, "calendars")) LoadCalendar(loading, item);
  }
}

}  // namespace zhida::pack
