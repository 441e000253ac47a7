#include "engine/pack/csv_columns.h"

#include <algorithm>

#include "engine/base/text.h"

namespace zhida::pack {

CsvColumns::CsvColumns(const CsvTable& table, const std::vector<std::string>& required,
                       const std::vector<std::string>& optional, Diagnostics& diagnostics)
    : table_(table) {
  std::vector<std::string> known = required;
  known.insert(known.end(), optional.begin(), optional.end());
  std::vector<std::string> seen;
  for (const CsvCell& cell : table.Row(0)) {
    const std::string name(TrimAscii(cell.text));
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      ok_ = false;
      const std::string near = NearestName(name, known);
      diagnostics.Error("ZD2023", table.Where(cell), "unknown column " + JsonQuote(name),
                        near.empty() ? "the columns are " + Join(known, ", ") : "did you mean " + near + "?");
    } else if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      ok_ = false;
      diagnostics.Error("ZD2023", table.Where(cell), "the column " + JsonQuote(name) + " is there twice",
                        "delete one of the two");
    }
    seen.push_back(name);
  }
  for (const std::string& name : required) {
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
    ok_ = false;
    diagnostics.Error("ZD2023", table.Where(table.Row(0)[0]), "the column " + JsonQuote(name) + " is missing",
                      "the first line names the columns: " + Join(known, ","));
  }
}

int CsvColumns::ColumnOf(std::string_view column) const {
  const std::span<const CsvCell> header = table_.Row(0);
  for (size_t i = 0; i < header.size(); ++i) {
    if (TrimAscii(header[i].text) == column) return static_cast<int>(i);
  }
  return -1;
}

std::string_view CsvColumns::Text(size_t row, std::string_view column) const {
  const int i = ColumnOf(column);
  return i < 0 ? std::string_view() : TrimAscii(table_.Row(row)[static_cast<size_t>(i)].text);
}

Location CsvColumns::Where(size_t row, std::string_view column) const {
  const int i = ColumnOf(column);
  return table_.Where(table_.Row(row)[static_cast<size_t>(std::max(i, 0))]);
}

std::optional<Date> CsvColumns::DateAt(size_t row, std::string_view column, Diagnostics& diagnostics) const {
  const std::string_view text = Text(row, column);
  if (text.empty()) return std::nullopt;
  const std::optional<Date> date = Date::Parse(text);
  if (!date) {
    diagnostics.Error("ZD2024", Where(row, column), JsonQuote(text) + " is no date",
                      "write a day of the calendar as 2025-09-30, or nothing");
  }
  return date;
}

feel::Period CsvColumns::Period(size_t row, Diagnostics& diagnostics) const {
  feel::Period period{DateAt(row, "from", diagnostics), DateAt(row, "to", diagnostics)};
  if (period.from && period.to && *period.to < *period.from) {
    diagnostics.Error(
        "ZD2021", Where(row, "to"),
        "the period ends on " + period.to->ToString() + ", before it begins on " + period.from->ToString(),
        "swap the two, or correct one");
  }
  return period;
}

}  // namespace zhida::pack
