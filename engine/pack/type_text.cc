#include "engine/pack/type_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "engine/base/text.h"

namespace zhida::pack {
namespace {

// `list of list of ...`: deeper than anybody means.
constexpr size_t kTypeWordsMax = 8;

constexpr Named<FactKind> kPlainTypes[] = {
    {"boolean", FactKind::kBoolean}, {"integer", FactKind::kInteger}, {"ratio", FactKind::kRatio},
    {"money", FactKind::kMoney},     {"date", FactKind::kDate},       {"datetime", FactKind::kDateTime},
    {"string", FactKind::kString},   {"struct", FactKind::kStruct},
};
constexpr Named<PeriodKind> kPeriods[] = {
    {"year", PeriodKind::kYear}, {"quarter", PeriodKind::kQuarter}, {"month", PeriodKind::kMonth}};

// Words of other languages, and what they are here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kOtherWords = {{
    {"number", "decimal(2), or money or ratio"},
    {"decimal", "decimal(2), with the most digits after the point"},
    {"float", "decimal(6), which is exact"},
    {"double", "decimal(6), which is exact"},
    {"int", "integer"},
    {"bool", "boolean"},
    {"text", "string"},
    {"enum", "code(x) and declare the list x"},
    {"code", "code(x) with the id of a list"},
    {"list", "list of string, or of another type"},
    {"series", "series(year) of money, or another period and type"},
    {"object", "struct with members"},
}};

constexpr std::string_view kTypeList =
    "boolean, integer, decimal(s), ratio, money, date, datetime, string, code(list), list of T, struct, "
    "series(year|quarter|month) of T";

class TypeParser {
 public:
  TypeParser(const Node& node, Loading& loading) : node_(node), rest_(node.text()), loading_(loading) {}

  std::optional<TypeWords> Run() {
    TypeWords type;
    for (bool more = true; more;) {
      if (type.words.size() == kTypeWordsMax) return Wrong("this type is nested too deeply", "use a struct");
      std::optional<TypeWords::Word> word = ParseWord();
      if (!word) return std::nullopt;
      more = word->kind == FactKind::kList || word->kind == FactKind::kSeries;
      type.words.push_back(std::move(*word));
      SkipSpace();
      if (more && !Take("of "))
        return Wrong(Quoted() + " lacks the type of its elements", "write \"list of T\"");
    }
    if (!rest_.empty()) return Wrong(JsonQuote(rest_) + " cannot follow the type", Advice());
    for (size_t i = 1; i < type.words.size(); ++i) {
      const FactKind inner = type.words[i].kind;
      const bool parts = inner == FactKind::kStruct || inner == FactKind::kList || inner == FactKind::kSeries;
      if (type.words[i - 1].kind == FactKind::kSeries && parts)
        return Wrong("a series holds single values", "use a list of struct with a member for the period");
    }
    return type;
  }

 private:
  std::string Quoted() const { return JsonQuote(node_.text()); }
  static std::string Advice() { return "the types are " + std::string(kTypeList); }

  std::nullopt_t Wrong(std::string what, std::string mend) {
    loading_.diagnostics().Error("ZD2201", node_.Where(), std::move(what), std::move(mend));
    return std::nullopt;
  }

  void SkipSpace() { rest_ = TrimAscii(rest_); }
  bool Take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    SkipSpace();
    return true;
  }

  // What stands between the parentheses behind `word`; nullopt if it has none.
  std::optional<std::string> TakeArgument(std::string_view word) {
    const size_t close = rest_.find(')');
    const std::string_view after = TrimAscii(rest_.substr(word.size()));
    if (!after.starts_with('(') || close == std::string_view::npos) return std::nullopt;
    const size_t open = rest_.find('(');
    std::string argument(TrimAscii(rest_.substr(open + 1, close - open - 1)));
    rest_.remove_prefix(close + 1);
    SkipSpace();
    return argument;
  }

  std::optional<TypeWords::Word> ParseWord() {
    SkipSpace();
    const size_t end = std::min(rest_.find_first_of(" ("), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    TypeWords::Word result;
    for (const Named<FactKind>& plain : kPlainTypes) {
      if (plain.name != word) continue;
      result.kind = plain.value;
      if (result.kind == FactKind::kMoney) result.scale = 2;
      if (result.kind == FactKind::kRatio) result.scale = kScaleMax;
      rest_.remove_prefix(end);
      return result;
    }
    if (word == "list" && rest_.starts_with("list of")) {
      result.kind = FactKind::kList;
      rest_.remove_prefix(end);
      return result;
    }
    if (word == "decimal") return ParseDecimal();
    if (word == "code") return ParseCode();
    if (word == "series") return ParseSeries();
    return Unknown(word);
  }

  std::optional<TypeWords::Word> ParseDecimal() {
    const std::optional<std::string> digits = TakeArgument("decimal");
    if (!digits) return Unknown("decimal");
    TypeWords::Word word;
    word.kind = FactKind::kDecimal;
    const auto [end, error] = std::from_chars(digits->data(), digits->data() + digits->size(), word.scale);
    const bool number = error == std::errc() && end == digits->data() + digits->size();
    if (number && word.scale >= 0 && word.scale <= kScaleMax) return word;
    return Wrong("decimal(" + *digits + ") must name the most digits after the point, 0 to " +
                     std::to_string(kScaleMax),
                 "write decimal(2)");
  }

  std::optional<TypeWords::Word> ParseCode() {
    std::optional<std::string> list = TakeArgument("code");
    if (!list || list->empty()) return Unknown("code");
    TypeWords::Word word;
    word.kind = FactKind::kCode;
    word.code_list = *std::move(list);
    loading_.ReferToList(word.code_list, node_.Where());
    return word;
  }

  std::optional<TypeWords::Word> ParseSeries() {
    const std::optional<std::string> period = TakeArgument("series");
    if (!period) return Unknown("series");
    TypeWords::Word word;
    word.kind = FactKind::kSeries;
    for (const Named<PeriodKind>& known : kPeriods) {
      if (known.name != *period) continue;
      word.period = known.value;
      return word;
    }
    return Wrong("a series has no period " + JsonQuote(*period),
                 "write series(year), series(quarter) or series(month)");
  }

  std::nullopt_t Unknown(std::string_view word) {
    std::string mend;
    std::vector<std::string> words = {"decimal", "code", "list", "series"};
    for (const Named<FactKind>& plain : kPlainTypes) words.emplace_back(plain.name);
    for (const auto& [other, here] : kOtherWords) {
      if (other == word) mend = "write " + std::string(here);
    }
    if (mend.empty()) {
      const std::string near = NearestName(word, words);
      mend = near.empty() ? Advice() : "did you mean " + JsonQuote(near) + "?";
    }
    return Wrong("unknown type " + Quoted(), std::move(mend));
  }

  const Node& node_;
  std::string_view rest_;
  Loading& loading_;
};

}  // namespace

bool TypeWords::Holds(FactKind kind) const {
  return std::any_of(words.begin(), words.end(), [kind](const Word& word) { return word.kind == kind; });
}

std::optional<TypeWords> ParseTypeWords(const Node& node, Loading& loading) {
  const std::optional<std::string> text = ReadText(node, "a type", loading.diagnostics());
  if (!text) return std::nullopt;
  return TypeParser(node, loading).Run();
}

FactTypePtr MakeFactType(const TypeWords& words, MoneyUnit unit, std::vector<FactMember> members) {
  FactTypePtr inner;
  for (size_t i = words.words.size(); i-- > 0;) {
    const TypeWords::Word& word = words.words[i];
    auto type = std::make_shared<FactType>();
    type->kind = word.kind;
    type->scale = word.scale;
    if (word.kind == FactKind::kMoney) type->unit = unit;
    type->code_list = word.code_list;
    type->period = word.period;
    type->element = inner;
    if (word.kind == FactKind::kStruct) type->members = std::move(members);
    inner = std::move(type);
  }
  return inner;
}

feel::TypePtr ParseResultType(const Node& node, Loading& loading) {
  if (node.text() == "number") return feel::NumberType(-1);
  const std::optional<TypeWords> words = ParseTypeWords(node, loading);
  if (!words) return nullptr;
  if (words->Holds(FactKind::kStruct) || words->Holds(FactKind::kSeries)) {
    loading.diagnostics().Error("ZD2201", node.Where(), JsonQuote(node.text()) + " cannot be stated here",
                                "leave it out; it follows from the expression");
    return nullptr;
  }
  return ExpressionType(*MakeFactType(*words, MoneyUnit{}, {}), false);
}

}  // namespace zhida::pack
