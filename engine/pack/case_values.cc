#include "engine/pack/case_values.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/pack/constant.h"
#include "engine/pack/json_reader.h"
#include "engine/value/value.h"

namespace zhida::pack {
namespace {

bool IsJsonWord(std::string_view text) { return text == "true" || text == "false" || text == "null"; }

// Calls `append` for each item or entry, with commas between.
template <class Range, class Append>
void AppendParts(char open, char close, const Range& parts, std::string* json, const Append& append) {
  *json += open;
  bool first = true;
  for (const auto& part : parts) {
    if (!first) *json += ',';
    first = false;
    append(part);
  }
  *json += close;
}

void AppendScalar(const Node& node, bool as_text, std::string* json) {
  const std::string_view text = node.text();
  const bool bare = !node.quoted() && !as_text && (IsJsonWord(text) || IsJsonNumber(text));
  *json += bare ? std::string(text) : JsonQuote(text);
}

bool IsTextual(const FactType& type) {
  return type.kind == FactKind::kString || type.kind == FactKind::kCode || type.kind == FactKind::kDate ||
         type.kind == FactKind::kDateTime;
}

const FactType* MemberType(const FactType& type, std::string_view key) {
  for (const FactMember& member : type.members) {
    if (member.id == key || member.name == key) return member.type.get();
  }
  return nullptr;
}

// JSON has no other way to write a word than between quotes.
bool IsWord(const Node& node) {
  return node.is_scalar() && (!node.quoted() || node.file().ends_with(".json"));
}

// The cause in `unknown(cause)`; missing for a bare `unknown`.
std::optional<Cause> UnknownCause(const Node& node) {
  if (!IsWord(node)) return std::nullopt;
  if (node.text() == "unknown") return Cause::kMissing;
  for (const Cause cause :
       {Cause::kVagueRule, Cause::kConflict, Cause::kNotAuthorised, Cause::kStale, Cause::kMissing}) {
    if (node.text() == "unknown(" + std::string(CauseName(cause)) + ")") return cause;
  }
  return std::nullopt;
}

class ExpectedReader {
 public:
  explicit ExpectedReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  std::optional<Value> Read(const Node& node, const feel::Type& type) {
    if (node.is_null()) return Value::Null();
    if (const std::optional<Cause> cause = UnknownCause(node)) return Value::Unknown(*cause);
    switch (type.kind) {
      case feel::TypeKind::kAny:
      case feel::TypeKind::kNull:
        if (node.is_sequence() || node.is_mapping()) break;
        return ReadConstant(node, "an expected value", diagnostics_);
      case feel::TypeKind::kList:
        return ReadList(node, type);
      case feel::TypeKind::kStruct:
        return ReadStruct(node, type);
      case feel::TypeKind::kSeries:
      case feel::TypeKind::kRange:
        return Wrong(node, type);
      default:
        if (std::optional<Value> value = ReadScalar(node, type.kind)) return value;
        return Wrong(node, type);
    }
    return ReadAnything(node);
  }

 private:
  std::nullopt_t Wrong(const Node& node, const feel::Type& type) {
    const bool no_text = type.kind == feel::TypeKind::kSeries || type.kind == feel::TypeKind::kRange;
    diagnostics_.Error(
        "ZD2810", node.Where(),
        "the expected value must be " + feel::TypeText(type) +
            (node.is_scalar() ? ", found " + JsonQuote(node.text()) : ""),
        no_text ? "expect what an expression makes of it instead" : "write such a value, unknown, or error");
    return std::nullopt;
  }

  static std::optional<Value> ReadScalar(const Node& node, feel::TypeKind kind) {
    if (!node.is_scalar()) return std::nullopt;
    const std::string text(node.text());
    switch (kind) {
      case feel::TypeKind::kBoolean:
        if (node.quoted() || (text != "true" && text != "false")) return std::nullopt;
        return Value::Boolean(text == "true");
      case feel::TypeKind::kNumber:
        if (const auto number = ParseQuantity(text)) return Value::Number(*number);
        return std::nullopt;
      case feel::TypeKind::kString:
        return Value::String(text);
      case feel::TypeKind::kDate:
        if (const auto date = Date::Parse(text)) return Value::OfDate(*date);
        return std::nullopt;
      case feel::TypeKind::kTime:
        if (const auto time = TimeOfDay::Parse(text)) return Value::OfTime(*time);
        return std::nullopt;
      case feel::TypeKind::kDateTime:
        if (const auto moment = DateTime::Parse(text)) return Value::OfDateTime(*moment);
        return std::nullopt;
      case feel::TypeKind::kMonthDuration:
        if (const auto months = ParseMonthDuration(text)) return Value::OfMonths(*months);
        return std::nullopt;
      case feel::TypeKind::kDayDuration:
        if (const auto days = ParseDayDuration(text)) return Value::OfDayDuration(*days);
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  std::optional<Value> ReadList(const Node& node, const feel::Type& type) {
    if (!node.is_sequence()) return Wrong(node, type);
    std::vector<Value> items;
    for (const Node& item : node.items()) {
      std::optional<Value> value = Read(item, *type.element);
      if (!value) return std::nullopt;
      items.push_back(*std::move(value));
    }
    return Value::List(std::move(items));
  }

  std::optional<Value> ReadStruct(const Node& node, const feel::Type& type) {
    if (!node.is_mapping()) return Wrong(node, type);
    auto names = std::make_shared<std::vector<std::string>>();
    Struct result;
    MappingReader reader(node, diagnostics_, "an expected structure");
    bool whole = true;
    for (const feel::Member& member : type.members) {
      const bool by_name = !member.name.empty() && reader.Has(member.name);
      const std::string& key = by_name ? member.name : member.id;
      // A value of null counts, so Required() would not do.
      if (!reader.Has(key)) {
        reader.Required(key);
        whole = false;
        continue;
      }
      std::optional<Value> value = Read(*node.Find(key), *member.type);
      whole = whole && value.has_value();
      names->push_back(member.id);
      result.values.push_back(value.value_or(Value::Null()));
    }
    reader.Finish();
    if (!whole) return std::nullopt;
    result.names = std::move(names);
    return Value::OfStruct(std::move(result));
  }

  // A list or a structure of what has no type of its own.
  std::optional<Value> ReadAnything(const Node& node) {
    const feel::TypePtr any = feel::MakeType(feel::TypeKind::kAny);
    if (node.is_sequence()) return ReadList(node, *feel::ListOf(any));
    std::vector<feel::Member> members;
    for (const Entry& entry : node.entries()) members.push_back({std::string(entry.key), "", any});
    return ReadStruct(node, *feel::StructOf(std::move(members)));
  }

  Diagnostics& diagnostics_;
};

}  // namespace

void AppendJson(const Node& node, std::string* json) {
  switch (node.kind()) {
    case Node::Kind::kNull:
      *json += "null";
      break;
    case Node::Kind::kScalar:
      AppendScalar(node, false, json);
      break;
    case Node::Kind::kSequence:
      AppendParts('[', ']', node.items(), json, [json](const Node& item) { AppendJson(item, json); });
      break;
    case Node::Kind::kMapping:
      AppendParts('{', '}', node.entries(), json, [json](const Entry& entry) {
        *json += JsonQuote(entry.key) + ":";
        AppendJson(entry.value, json);
      });
      break;
  }
}

void AppendFactJson(const Node& node, const FactType& type, std::string* json) {
  if (node.is_scalar()) {
    AppendScalar(node, IsTextual(type) && !node.file().ends_with(".json"), json);
  } else if (node.is_sequence() && type.kind == FactKind::kList) {
    AppendParts('[', ']', node.items(), json,
                [&type, json](const Node& item) { AppendFactJson(item, *type.element, json); });
  } else if (node.is_mapping() && (type.kind == FactKind::kStruct || type.kind == FactKind::kSeries)) {
    AppendParts('{', '}', node.entries(), json, [&type, json](const Entry& entry) {
      *json += JsonQuote(entry.key) + ":";
      const FactType* inner =
          type.kind == FactKind::kSeries ? type.element.get() : MemberType(type, entry.key);
      if (inner != nullptr) {
        AppendFactJson(entry.value, *inner, json);
      } else {
        AppendJson(entry.value, json);
      }
    });
  } else {
    AppendJson(node, json);
  }
}

std::optional<std::string> ExpectedText(const Node& node, const feel::Type& type, Diagnostics& diagnostics) {
  // A bare `unknown` stands for every cause here, and only here.
  if (UnknownCause(node) || (IsWord(node) && node.text() == "error")) return std::string(node.text());
  const std::optional<Value> value = ExpectedReader(diagnostics).Read(node, type);
  if (!value) return std::nullopt;
  return value->ToText();
}

}  // namespace zhida::pack
