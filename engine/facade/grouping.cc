#include "engine/facade/grouping.h"

#include <algorithm>

#include "engine/base/text.h"

namespace zhida::facade {

namespace {

constexpr std::string_view kStates[] = {"unknown", "absent", "error"};
constexpr std::string_view kStateMarks = "ua!";  // the keys of these groups; others begin with kValueMark
constexpr char kValueMark = '=';

bool MayGroup(feel::TypeKind kind) {
  switch (kind) {
    case feel::TypeKind::kBoolean:
    case feel::TypeKind::kNumber:
    case feel::TypeKind::kString:
    case feel::TypeKind::kDate:
      return true;
    default:
      return false;
  }
}

bool MayGroup(pack::FactKind kind) {
  return kind != pack::FactKind::kList && kind != pack::FactKind::kStruct && kind != pack::FactKind::kSeries;
}

// What stands above a code in its list, the top first, the code itself last.
std::vector<std::string> Chain(const feel::CodeList& list, const feel::Code& code) {
  std::vector<std::string> chain;
  if (list.shape == feel::CodeList::Shape::kPrefix) {
    for (size_t size = 1; size <= code.code.size(); ++size) {
      const std::string prefix = code.code.substr(0, size);
      const feel::Code* found = list.Find(prefix);
      if (found != nullptr && found->code == prefix) chain.push_back(prefix);
    }
    return chain;
  }
  const feel::Code* at = &code;
  while (at != nullptr && std::find(chain.begin(), chain.end(), at->code) == chain.end()) {
    chain.push_back(at->code);
    at = at->parent.empty() ? nullptr : list.Find(at->parent);
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

int FindDefinition(const pack::Pack& pack, std::string_view word) {
  const std::vector<feel::Definition>& all = pack.model.definitions;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& one) { return one.id == word || one.name == word; });
  return found == all.end() ? -1 : static_cast<int>(found - all.begin());
}

void ReportUnknown(const pack::Pack& pack, const std::string& word, Diagnostics* diagnostics) {
  std::vector<std::string> names;
  for (const pack::Fact& fact : pack.schema.facts) names.insert(names.end(), {fact.id, fact.name});
  for (const feel::Definition& one : pack.model.definitions) names.insert(names.end(), {one.id, one.name});
  const std::string near = NearestName(word, names);
  diagnostics->Error("ZD6008", {}, "there is no fact or definition " + JsonQuote(word) + " to group by",
                     near.empty() ? "name a fact of the schema" : "did you mean " + near + "?");
}

}  // namespace

std::optional<Grouping> Grouping::Open(const pack::Pack& pack, std::string_view word,
                                       Diagnostics* diagnostics) {
  Grouping grouping;
  grouping.pack_ = &pack;
  grouping.word_ = word;
  std::string name(word);
  const size_t colon = name.rfind(':');
  if (colon != std::string::npos) {
    const std::string level = name.substr(colon + 1);
    const bool fine = level.size() == 1 && level[0] >= '1' && level[0] <= '9';
    if (!fine) {
      diagnostics->Error("ZD6008", {}, JsonQuote(word) + " names no level",
                         "write a level from 1, the top of the list, to 9, such as industry:1");
      return std::nullopt;
    }
    grouping.level_ = level[0] - '0';
    name.resize(colon);
  }
  grouping.fact_ = pack.schema.Find(name);
  if (grouping.fact_ >= 0) {
    const pack::Fact& fact = pack.schema.facts[static_cast<size_t>(grouping.fact_)];
    grouping.name_ = fact.name;
    if (fact.type->kind == pack::FactKind::kCode)
      grouping.list_ = pack.model.FindCodeList(fact.type->code_list);
    if (MayGroup(fact.type->kind) && (grouping.level_ == 0 || grouping.list_ != nullptr)) return grouping;
  } else {
    grouping.definition_ = FindDefinition(pack, name);
    if (grouping.definition_ < 0) {
      ReportUnknown(pack, name, diagnostics);
      return std::nullopt;
    }
    const feel::Definition& one = pack.model.definitions[static_cast<size_t>(grouping.definition_)];
    grouping.name_ = one.name;
    if (MayGroup(one.type->kind) && grouping.level_ == 0) return grouping;
  }
  diagnostics->Error("ZD6008", {}, JsonQuote(word) + " cannot group subjects",
                     grouping.level_ > 0 ? "levels are for facts of a code list"
                                         : "group by a code, a text, a number, a date or a yes or no");
  return std::nullopt;
}

std::vector<std::string> Grouping::Defaults(const pack::Pack& pack) {
  const auto with_list = [&](std::string_view list) -> std::string {
    for (const pack::Fact& fact : pack.schema.facts) {
      if (fact.type->kind == pack::FactKind::kCode && fact.type->code_list == list) return fact.id;
    }
    return "";
  };
  std::vector<std::string> words;
  if (const std::string place = with_list("division"); !place.empty()) {
    words.push_back(place + ":3");
  } else if (const std::string county = with_list("county"); !county.empty()) {
    words.push_back(county);
  }
  if (const int size = FindDefinition(pack, "size"); size >= 0) {
    if (MayGroup(pack.model.definitions[static_cast<size_t>(size)].type->kind)) words.emplace_back("size");
  }
  if (const std::string industry = with_list("industry"); !industry.empty()) {
    words.push_back(industry + ":1");
  }
  return words;
}

std::string Grouping::KeyOf(const facts::FactBlock& block, size_t row, pack::SubjectJudge& judge) const {
  if (fact_ < 0) return KeyOfValue(judge.DefinitionValue(definition_));
  return KeyOfValue(block.Get(fact_, row, feel::Reading::kPromised));
}

std::string Grouping::KeyOfValue(const Value& value) const {
  if (value.is_unknown()) return std::string(1, kStateMarks[0]);
  if (value.is_null()) return std::string(1, kStateMarks[1]);
  if (value.is_error()) return std::string(1, kStateMarks[2]);
  if (value.kind() != ValueKind::kString) return kValueMark + value.ToText();
  return kValueMark + (list_ == nullptr ? value.string() : Listed(value.string()));
}

std::string Grouping::Listed(const std::string& code) const {
  const feel::Code* found = list_->Find(code);
  if (found == nullptr) return code;
  if (level_ == 0) return found->code;
  const std::vector<std::string> chain = Chain(*list_, *found);
  return chain[std::min(chain.size(), static_cast<size_t>(level_)) - 1];
}

void Grouping::Write(const std::string& key, JsonWriter* json) const {
  const size_t state = kStateMarks.find(key.front());
  if (state != std::string_view::npos) {
    json->Key("value").Null().Key("state").String(kStates[state]);
    return;
  }
  const std::string value = key.substr(1);
  const feel::Code* code = list_ == nullptr ? nullptr : list_->Find(value);
  json->Key("value").String(value).OptionalString("name", code == nullptr ? "" : code->name);
}

}  // namespace zhida::facade
