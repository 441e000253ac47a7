#include "bench/generator.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <regex>

#include "engine/base/json_writer.h"
#include "engine/value/temporal.h"

namespace zhida::bench {

namespace {

// SplitMix64: small, fast, the same everywhere.
uint64_t Next(uint64_t* state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}
size_t Below(uint64_t* state, size_t bound) { return static_cast<size_t>(Next(state) % bound); }
double Unit(uint64_t* state) { return static_cast<double>(Next(state) >> 11) * 0x1.0p-53; }
// Small numbers are likelier: the first of n comes about as often as the last half together.
size_t Skewed(uint64_t* state, size_t bound) {
  const double u = Unit(state);
  return std::min(bound - 1, static_cast<size_t>(static_cast<double>(bound) * u * u));
}

constexpr std::array<const char*, 8> kWords = {"科技", "制造", "贸易", "电子",
                                               "机械", "建材", "食品", "服装"};
constexpr std::array<const char*, 6> kPlaces = {"晋江", "石狮", "南安", "惠安", "安溪", "永春"};
constexpr std::array<const char*, 4> kForms = {"有限公司", "股份有限公司", "合伙企业", "个体工商户"};

constexpr int64_t kFirstDay = 7305;  // 1990-01-01
constexpr int64_t kLastDay = 20453;  // 2025-12-31

// 1, 2 or 5 with zeros behind, or two digits of it: what people write into rules.
int64_t Round(double value) {
  if (value < 10) return static_cast<int64_t>(value);
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  constexpr std::array<double, 8> kSteps = {1, 1.5, 2, 3, 4, 5, 6, 8};
  double best = power;
  for (const double step : kSteps) {
    if (step * power <= value) best = step * power;
  }
  return static_cast<int64_t>(best);
}

// Digits after the point of the fact's smallest unit.
int ScaleOf(FactKind kind) { return kind == FactKind::kMoney ? 2 : kind == FactKind::kRatio ? 4 : 0; }

std::vector<FactShape> MakeFacts(double missing) {
  std::vector<FactShape> facts;
  const auto add = [&](std::string id, FactKind kind) -> FactShape& {
    facts.push_back({std::move(id), kind, 0, {}, 0, 0});
    return facts.back();
  };
  add("id", FactKind::kKey);
  FactShape& industry = add("industry", FactKind::kTree);
  for (char letter = 'A'; letter <= 'T'; ++letter) {
    for (int division = 0; division < 5; ++division) {
      for (int group = 1; group <= 3; ++group) {
        for (int kind = 1; kind <= 4; ++kind) {
          const int number = (letter - 'A') * 5 + division;
          industry.values.push_back(std::string(1, letter) + (number < 10 ? "0" : "") +
                                    std::to_string(number) + std::to_string(group) + std::to_string(kind));
        }
      }
    }
  }
  FactShape& region = add("region", FactKind::kTree);
  for (int city = 1; city <= 9; ++city) {
    for (int county = 1; county <= 10; ++county) {
      for (int town = 1; town <= 8; ++town) {
        region.values.push_back(std::to_string(350000000 + city * 100000 + county * 1000 + town));
      }
    }
  }
  for (int i = 1; i <= 10; ++i) {
    FactShape& code = add("code" + std::to_string(i), FactKind::kCode);
    for (int value = 0; value < 4 + 3 * i; ++value)
      code.values.push_back("k" + std::to_string(i) + std::to_string(10 + value));
  }
  for (int i = 1; i <= 12; ++i) {
    FactShape& number = add("count" + std::to_string(i), FactKind::kInteger);
    number.low = 1;
    number.high = std::pow(10.0, 1.5 + 0.25 * i);
  }
  for (int i = 1; i <= 14; ++i) {
    FactShape& money = add("money" + std::to_string(i), FactKind::kMoney);
    money.low = 1e5;
    money.high = 1e5 * std::pow(10.0, 3 + 0.3 * i);
  }
  for (int i = 1; i <= 4; ++i) {
    FactShape& ratio = add("ratio" + std::to_string(i), FactKind::kRatio);
    ratio.low = 10;
    ratio.high = 10000;
  }
  for (int i = 1; i <= 7; ++i) add("date" + std::to_string(i), FactKind::kDate);
  for (int i = 1; i <= 6; ++i) add("flag" + std::to_string(i), FactKind::kBoolean);
  for (int i = 1; i <= 3; ++i) {
    FactShape& tags = add("tags" + std::to_string(i), FactKind::kTags);
    for (int value = 0; value < 12 * i; ++value)
      tags.values.push_back("t" + std::to_string(i) + std::to_string(10 + value));
  }
  add("name", FactKind::kText);
  // From nothing missing to 95%, most facts little.
  constexpr std::array<double, 10> kMissing = {0, 0, 0.02, 0.05, 0.1, 0, 0.2, 0.35, 0.6, 0.95};
  for (size_t i = 1; i < facts.size(); ++i)
    facts[i].missing = missing >= 0 ? missing : i < 3 ? 0.01 : kMissing[i % kMissing.size()];
  return facts;
}

}  // namespace

Generator::Generator(const Shape& shape) : shape_(shape), facts_(MakeFacts(shape.missing)) {
  uint64_t state = shape.seed * 0x2545f4914f6cdd1du + 7;
  rules_.reserve(static_cast<size_t>(shape.rules));
  for (int i = 0; i < shape.rules; ++i) {
    Rule rule;
    std::string number = std::to_string(i + 1);
    rule.id = "p" + std::string(number.size() < 6 ? 6 - number.size() : 0, '0') + number;
    const size_t count = 4 + Below(&state, 5);
    const bool either = Unit(&state) < 0.2;
    for (size_t c = 0; c < count - (either ? 1 : 0); ++c)
      rule.all.push_back(MakeCondition(&state, c >= (i % 2 == 0 ? 2 : 1)));
    if (either) rule.any = {{MakeCondition(&state, true)}, {MakeCondition(&state, true)}};
    if (Unit(&state) < shape.regex_share) {
      Condition pattern;
      pattern.fact = static_cast<int>(facts_.size()) - 1;
      pattern.op = Condition::Op::kMatches;
      pattern.texts = {std::string(kWords[Below(&state, kWords.size())]) + ".*" +
                       kForms[Below(&state, kForms.size())] + "$"};
      rule.all.back() = pattern;
    }
    rules_.push_back(std::move(rule));
  }
}

// The first conditions of a rule single out; the later ones hold for most.
Condition Generator::MakeCondition(uint64_t* state, bool easy) const {
  Condition made;
  if (!easy && shape_.selectivity > 1) easy = Unit(state) * shape_.selectivity > 1;
  if (!easy && Unit(state) < 0.6) {
    // What almost every policy asks: the trade, or the place.
    made.fact = Unit(state) < 0.55 ? 1 : 2;
  } else {
    made.fact = 1 + static_cast<int>(Below(state, facts_.size() - 2));
  }
  const FactShape& fact = facts_[static_cast<size_t>(made.fact)];
  switch (fact.kind) {
    case FactKind::kTree: {
      made.op = Condition::Op::kUnder;
      const std::string& leaf = fact.values[Skewed(state, fact.values.size())];
      const bool industry = made.fact == 1;
      const double u = Unit(state);
      made.texts = {leaf.substr(0, industry ? (u < 0.6   ? 1
                                               : u < 0.9 ? 3
                                                         : 4)
                                            : (u < 0.6    ? 4
                                               : u < 0.93 ? 6
                                                          : 9))};
      if (easy) {
        made.texts = {leaf.substr(0, industry ? 3 : 6)};
        made.negated = true;
      }
      break;
    }
    case FactKind::kCode: {
      made.op = Condition::Op::kIn;
      const size_t wanted =
          easy ? fact.values.size() / 2 + Below(state, fact.values.size() / 4 + 1) : 1 + Below(state, 3);
      const size_t start = Skewed(state, fact.values.size());
      for (size_t i = 0; i < wanted; ++i) made.texts.push_back(fact.values[(start + i) % fact.values.size()]);
      std::sort(made.texts.begin(), made.texts.end());
      made.texts.erase(std::unique(made.texts.begin(), made.texts.end()), made.texts.end());
      made.negated = Unit(state) < 0.15;
      break;
    }
    case FactKind::kInteger:
    case FactKind::kMoney:
    case FactKind::kRatio: {
      const double share = easy ? 0.05 + 0.3 * Unit(state) : 0.4 + 0.5 * Unit(state);
      const double span = std::log(fact.high / fact.low);
      const int64_t unit = fact.kind == FactKind::kMoney ? 100 : 1;
      const int64_t bar = Round(fact.low * std::exp(span * share) / static_cast<double>(unit)) * unit;
      const double u = Unit(state);
      made.op = u < 0.6    ? Condition::Op::kAtLeast
                : u < 0.85 ? Condition::Op::kBelow
                           : Condition::Op::kBetween;
      made.low = bar;
      if (made.op == Condition::Op::kBelow) {
        made.low = Round(fact.low * std::exp(span * (1 - share)) / static_cast<double>(unit)) * unit;
      } else if (made.op == Condition::Op::kBetween) {
        made.high =
            Round(fact.low * std::exp(span * std::min(1.0, share + 0.5)) / static_cast<double>(unit)) * unit;
        if (made.high <= made.low) made.high = made.low * 2 + unit;
      }
      made.negated = made.op == Condition::Op::kBetween && Unit(state) < 0.1;
      break;
    }
    case FactKind::kDate: {
      made.op = Unit(state) < 0.6 ? Condition::Op::kAtLeast : Condition::Op::kBelow;
      // The first day of a year, of a quarter now and then.
      const int year = static_cast<int>((easy ? (made.op == Condition::Op::kAtLeast ? 1991 : 2014) : 2004) +
                                        Below(state, 12));
      const unsigned month = Unit(state) < 0.3 ? static_cast<unsigned>(1 + 3 * Below(state, 4)) : 1;
      made.low = Date::FromCivil(year, static_cast<int>(month), 1)->days;
      break;
    }
    case FactKind::kBoolean:
      made.op = Condition::Op::kIs;
      made.low = Unit(state) < 0.7 ? 1 : 0;
      break;
    case FactKind::kTags:
      made.op = Condition::Op::kHas;
      made.texts = {fact.values[Skewed(state, fact.values.size())]};
      made.negated = easy || Unit(state) < 0.3;
      break;
    case FactKind::kKey:
    case FactKind::kText:
      break;
  }
  return made;
}

Firm Generator::MakeFirm(int64_t number) const {
  uint64_t state = shape_.seed * 0x9e3779b97f4a7c15u + static_cast<uint64_t>(number) * 0xd1342543de82ef95u;
  Firm firm(facts_.size());
  for (size_t i = 0; i < facts_.size(); ++i) {
    const FactShape& fact = facts_[i];
    Cell& cell = firm[i];
    cell.known = Unit(&state) >= fact.missing;
    switch (fact.kind) {
      case FactKind::kKey: {
        std::array<char, 24> text{};
        std::snprintf(text.data(), text.size(), "9135%014lld", static_cast<long long>(number));
        cell.text = text.data();
        break;
      }
      case FactKind::kTree:
        cell.code = static_cast<int>(Skewed(&state, fact.values.size()));
        if (shape_.sorted && fact.id == "region") {
          cell.code = static_cast<int>(static_cast<double>(fact.values.size()) * static_cast<double>(number) /
                                       static_cast<double>(shape_.firms));
        }
        break;
      case FactKind::kCode:
        cell.code = static_cast<int>(Skewed(&state, fact.values.size()));
        break;
      case FactKind::kInteger:
      case FactKind::kMoney:
      case FactKind::kRatio:
        cell.number =
            static_cast<int64_t>(fact.low * std::exp(std::log(fact.high / fact.low) * Unit(&state)));
        break;
      case FactKind::kDate:
        cell.number =
            kFirstDay + static_cast<int64_t>(Below(&state, static_cast<size_t>(kLastDay - kFirstDay)));
        break;
      case FactKind::kBoolean:
        cell.number = Unit(&state) < 0.5 ? 1 : 0;
        break;
      case FactKind::kTags:
        for (size_t tag = Below(&state, 4); tag > 0; --tag)
          cell.tags.push_back(static_cast<int>(Skewed(&state, fact.values.size())));
        std::sort(cell.tags.begin(), cell.tags.end());
        cell.tags.erase(std::unique(cell.tags.begin(), cell.tags.end()), cell.tags.end());
        break;
      case FactKind::kText:
        cell.text = std::string("福建省泉州市") + kPlaces[Below(&state, kPlaces.size())] +
                    std::to_string(Below(&state, 100000)) + kWords[Below(&state, kWords.size())] +
                    kForms[Below(&state, kForms.size())];
        break;
    }
  }
  return firm;
}

std::string Generator::NumberText(const FactShape& fact, int64_t number) const {
  if (fact.kind == FactKind::kDate) return Date{number}.ToString();
  const int scale = ScaleOf(fact.kind);
  std::string text = std::to_string(number);
  if (scale == 0) return text;
  const size_t digits = static_cast<size_t>(scale);
  if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
  text.insert(text.size() - digits, ".");
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string Generator::Json(const Firm& firm) const {
  std::string json = "{";
  for (size_t i = 0; i < facts_.size(); ++i) {
    const Cell& cell = firm[i];
    const FactShape& fact = facts_[i];
    if (!cell.known && fact.kind != FactKind::kKey) continue;
    if (json.size() > 1) json += ',';
    json += '"' + fact.id + "\":";
    switch (fact.kind) {
      case FactKind::kKey:
      case FactKind::kText:
        json += '"' + cell.text + '"';
        break;
      case FactKind::kTree:
      case FactKind::kCode:
        json += '"' + fact.values[static_cast<size_t>(cell.code)] + '"';
        break;
      case FactKind::kDate:
        json += '"' + NumberText(fact, cell.number) + '"';
        break;
      case FactKind::kInteger:
      case FactKind::kMoney:
      case FactKind::kRatio:
        json += NumberText(fact, cell.number);
        break;
      case FactKind::kBoolean:
        json += cell.number != 0 ? "true" : "false";
        break;
      case FactKind::kTags:
        json += '[';
        for (const int tag : cell.tags)
          json += (json.back() == '[' ? "\"" : ",\"") + fact.values[static_cast<size_t>(tag)] + '"';
        json += ']';
        break;
    }
  }
  return json + "}";
}

bool Generator::Holds(const Condition& condition, const Firm& firm) const {
  const FactShape& fact = facts_[static_cast<size_t>(condition.fact)];
  const Cell& cell = firm[static_cast<size_t>(condition.fact)];
  if (!cell.known) return false;
  bool holds = false;
  switch (condition.op) {
    case Condition::Op::kUnder:
      holds = fact.values[static_cast<size_t>(cell.code)].starts_with(condition.texts[0]);
      break;
    case Condition::Op::kIn:
      holds = std::binary_search(condition.texts.begin(), condition.texts.end(),
                                 fact.values[static_cast<size_t>(cell.code)]);
      break;
    case Condition::Op::kAtLeast:
      holds = cell.number >= condition.low;
      break;
    case Condition::Op::kBelow:
      holds = cell.number < condition.low;
      break;
    case Condition::Op::kBetween:
      holds = cell.number >= condition.low && cell.number < condition.high;
      break;
    case Condition::Op::kIs:
      holds = cell.number == condition.low;
      break;
    case Condition::Op::kHas:
      holds = std::any_of(cell.tags.begin(), cell.tags.end(), [&](int tag) {
        return fact.values[static_cast<size_t>(tag)] == condition.texts[0];
      });
      break;
    case Condition::Op::kMatches:
      holds = std::regex_search(cell.text, std::regex(condition.texts[0]));
      break;
  }
  return holds != condition.negated;
}

bool Generator::Holds(const Rule& rule, const Firm& firm) const {
  const auto all = [&](const std::vector<Condition>& conditions) {
    return std::all_of(conditions.begin(), conditions.end(),
                       [&](const Condition& c) { return Holds(c, firm); });
  };
  return all(rule.all) && (rule.any.empty() || std::any_of(rule.any.begin(), rule.any.end(), all));
}

std::string Generator::Feel(const Condition& condition) const {
  const FactShape& fact = facts_[static_cast<size_t>(condition.fact)];
  const auto quoted = [](const std::string& text) { return '"' + text + '"'; };
  const auto number = [&](int64_t value) {
    const std::string text = NumberText(fact, value);
    return fact.kind == FactKind::kDate ? "date(\"" + text + "\")" : text;
  };
  std::string text;
  switch (condition.op) {
    case Condition::Op::kUnder:
      text = "under(" + fact.id + ", " + quoted(condition.texts[0]) + ")";
      break;
    case Condition::Op::kIn:
      text = fact.id + " in (";
      for (size_t i = 0; i < condition.texts.size(); ++i)
        text += (i > 0 ? ", " : "") + quoted(condition.texts[i]);
      text += ")";
      break;
    case Condition::Op::kAtLeast:
      text = fact.id + " >= " + number(condition.low);
      break;
    case Condition::Op::kBelow:
      text = fact.id + " < " + number(condition.low);
      break;
    case Condition::Op::kBetween:
      text = fact.id + " in [" + number(condition.low) + ".." + number(condition.high) + ")";
      break;
    case Condition::Op::kIs:
      return condition.low != 0 ? fact.id : "not(" + fact.id + ")";
    case Condition::Op::kHas:
      text = "list contains(" + fact.id + ", " + quoted(condition.texts[0]) + ")";
      break;
    case Condition::Op::kMatches:
      text = "matches(" + fact.id + ", " + quoted(condition.texts[0]) + ")";
      break;
  }
  return condition.negated ? "not(" + text + ")" : text;
}

std::string Generator::PolicyJson(const Rule& rule) const {
  JsonWriter json;
  json.BeginObject().Key("id").String(rule.id).Key("title").String("Policy " + rule.id);
  json.Key("clauses").BeginArray();
  int number = 0;
  for (const Condition& condition : rule.all) {
    json.BeginObject()
        .Key("id")
        .String("c" + std::to_string(++number))
        .Key("article")
        .String("1")
        .Key("when")
        .String(Feel(condition))
        .EndObject();
  }
  if (!rule.any.empty()) {
    json.BeginObject()
        .Key("id")
        .String("c" + std::to_string(++number))
        .Key("article")
        .String("1")
        .Key("any")
        .BeginArray();
    char branch = 'a';
    for (const auto& conditions : rule.any) {
      std::string text;
      for (const Condition& condition : conditions) text += (text.empty() ? "" : " and ") + Feel(condition);
      json.BeginObject()
          .Key("id")
          .String("c" + std::to_string(number) + std::string(1, branch++))
          .Key("when")
          .String(text)
          .EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
  if (shape_.amounts) json.Key("amount").String(std::to_string(1000 * (1 + rule.all.size())));
  return json.EndObject().Take();
}

std::vector<std::pair<std::string, std::string>> Generator::Pack() const {
  std::vector<std::pair<std::string, std::string>> files;
  files.emplace_back("pack.json", R"({"id":"bench","version":"1.0.0","kind":"firm"})");
  JsonWriter schema;
  schema.BeginObject().Key("kind").String("firm").Key("key").String("id").Key("facts").BeginArray();
  JsonWriter lists;
  lists.BeginObject().Key("lists").BeginArray();
  for (const FactShape& fact : facts_) {
    std::string type;
    switch (fact.kind) {
      case FactKind::kKey:
      case FactKind::kText:
        type = "string";
        break;
      case FactKind::kTree:
      case FactKind::kCode:
        type = "code(" + fact.id + ")";
        break;
      case FactKind::kInteger:
        type = "integer";
        break;
      case FactKind::kMoney:
        type = "money";
        break;
      case FactKind::kRatio:
        type = "decimal(4)";
        break;
      case FactKind::kDate:
        type = "date";
        break;
      case FactKind::kBoolean:
        type = "boolean";
        break;
      case FactKind::kTags:
        type = "list of string";
        break;
    }
    schema.BeginObject().Key("id").String(fact.id).Key("type").String(type).EndObject();
    if (fact.kind != FactKind::kTree && fact.kind != FactKind::kCode) continue;
    const bool tree = fact.kind == FactKind::kTree;
    lists.BeginObject().Key("id").String(fact.id).Key("file").String(fact.id + ".csv");
    if (tree) lists.Key("tree").String("prefix");
    lists.EndObject();
    std::vector<std::string> codes = fact.values;
    if (tree) {
      for (const std::string& leaf : fact.values) {
        for (const size_t length :
             fact.id == "industry" ? std::vector<size_t>{1, 3, 4} : std::vector<size_t>{4, 6})
          codes.push_back(leaf.substr(0, length));
      }
    }
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    std::string csv = "code,name\n";
    for (const std::string& code : codes) csv += code + "," + code + "\n";
    files.emplace_back("lists/" + fact.id + ".csv", csv);
  }
  files.emplace_back("schema.json", schema.EndArray().EndObject().Take());
  files.emplace_back("lists/index.json", lists.EndArray().EndObject().Take());
  constexpr size_t kPoliciesAFile = 2000;
  for (size_t first = 0; first < rules_.size(); first += kPoliciesAFile) {
    std::string bytes = "[\n";
    for (size_t i = first; i < std::min(rules_.size(), first + kPoliciesAFile); ++i)
      bytes += (i > first ? ",\n" : "") + PolicyJson(rules_[i]);
    files.emplace_back("policies/" + std::to_string(100000 + first) + ".json", bytes + "\n]\n");
  }
  return files;
}

std::string Generator::RulesJson() const {
  JsonWriter json;
  static constexpr std::array<const char*, 8> kOps = {"under",   "in", "at_least", "below",
                                                      "between", "is", "has",      "matches"};
  static constexpr std::array<const char*, 10> kKinds = {"key",   "tree", "code",    "integer", "money",
                                                         "ratio", "date", "boolean", "tags",    "text"};
  const auto write = [&](const Condition& condition) {
    json.BeginObject().Key("fact").String(facts_[static_cast<size_t>(condition.fact)].id);
    json.Key("op").String(kOps[static_cast<size_t>(condition.op)]).Key("negated").Bool(condition.negated);
    if (!condition.texts.empty()) {
      json.Key("texts").BeginArray();
      for (const std::string& text : condition.texts) json.String(text);
      json.EndArray();
    } else {
      json.Key("low").Int(condition.low);
      if (condition.op == Condition::Op::kBetween) json.Key("high").Int(condition.high);
    }
    json.EndObject();
  };
  json.BeginObject().Key("facts").BeginArray();
  for (const FactShape& fact : facts_) {
    json.BeginObject().Key("id").String(fact.id).Key("kind").String(kKinds[static_cast<size_t>(fact.kind)]);
    json.Key("scale").Int(ScaleOf(fact.kind)).Key("values").BeginArray();
    for (const std::string& value : fact.values) json.String(value);
    json.EndArray().EndObject();
  }
  json.EndArray().Key("rules").BeginArray();
  for (const Rule& rule : rules_) {
    json.BeginObject().Key("id").String(rule.id).Key("all").BeginArray();
    for (const Condition& condition : rule.all) write(condition);
    json.EndArray().Key("any").BeginArray();
    for (const auto& branch : rule.any) {
      json.BeginArray();
      for (const Condition& condition : branch) write(condition);
      json.EndArray();
    }
    json.EndArray().EndObject();
  }
  return json.EndArray().EndObject().Take();
}

}  // namespace zhida::bench
