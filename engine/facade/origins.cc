#include "engine/facade/origins.h"

#include <string>
#include <string_view>

#include "engine/feel/scope.h"
#include "engine/pack/json_reader.h"

namespace zhida::facade {

explain::Origins OriginsOf(const pack::Pack& pack, std::string_view subject_json) {
  explain::Origins origins;
  // Most subjects say nothing of the kind, and their texts need not be parsed once more.
  if (subject_json.find('@') == std::string_view::npos) return origins;
  Diagnostics ignored;
  const auto tree = pack::ReadJson(subject_json, "", ignored);
  if (!tree || !tree->root().is_mapping()) return origins;
  std::string row_date;
  for (const pack::Entry& entry : tree->root().entries()) {
    const size_t at = entry.key.rfind('@');
    const bool row = at == 0;
    const int fact = row ? 0 : pack.schema.Find(feel::NormalisedName(entry.key.substr(0, at)));
    if (at == std::string::npos) {
      if (fact >= 0) origins[fact];
      continue;
    }
    if (fact < 0 || !entry.value.is_scalar()) continue;
    const std::string text(entry.value.text());
    const std::string_view mark = entry.key.substr(at + 1);
    if (row && mark == "date") row_date = text;
    if (!row && mark == "date") origins[fact].date = text;
    if (!row && mark == "source") origins[fact].source = text;
  }
  for (auto& [fact, origin] : origins) {
    if (origin.date.empty()) origin.date = row_date;
  }
  return origins;
}

}  // namespace zhida::facade
