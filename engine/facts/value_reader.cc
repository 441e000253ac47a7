#include "engine/facts/value_reader.h"

#include <optional>
#include <set>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/facts/short_number.h"

namespace zhida::facts {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool StartsNumber(char c) { return c == '-' || IsDigit(c); }

std::string NumberAdvice(std::string_view text) {
  Fault ignored;
  if (!text.empty() && text.size() <= 40 && CheckNumberGrammar(text, &ignored)) {
    return "; write " + std::string(text) + " without quotes";
  }
  return "; write digits without quotes, like 5000, or leave it out if it is not known";
}

std::string Advice(std::string_view wanted, const JsonCursor& cursor) {
  const std::string_view token = cursor.Token();
  const char c = token.front();
  if (wanted == "a number" || wanted == "a whole number") {
    return c == '"' ? NumberAdvice(token.substr(1, token.size() - 2)) : "; write digits, like 5000";
  }
  if (wanted == "true or false") return c == '"' ? "; write true or false without quotes" : "";
  if (wanted == "a date") return "; write it like \"2026-01-31\"";
  if (wanted == "a date and time") return "; write it like \"2026-01-31T09:30:00+08:00\"";
  if (wanted == "a list") return "; write it between [ and ]";
  if (wanted == "a structure") return "; write its members between { and }";
  if (wanted == "a series") return "; write its periods like {\"2024\": 1}";
  if (StartsNumber(c) && token.size() <= 40) return "; write \"" + std::string(token) + "\" with quotes";
  return "; write it between quotes";
}

}  // namespace

bool WrongTypeFault(std::string_view wanted, JsonCursor cursor, Fault* fault) {
  const JsonCursor place = cursor;
  const char c = cursor.Peek();
  std::string_view found = "a list";
  if (c == '{') {
    found = "an object";
  } else if (c != '[') {
    // A slip of the pen is told as such and not as another type.
    if (!SkipValue(&cursor, 1, fault)) return false;
    found = c == '"' ? "a text" : StartsNumber(c) ? "a number" : place.Token();
  }
  std::string reason(found);
  reason.append(" stands where ").append(wanted).append(" is wanted").append(Advice(wanted, place));
  return fault->Set(kWrongType, std::move(reason));
}

ValueReader::ValueReader(const ReadingPlan& plan) {
  codes_.reserve(plan.code_lists.size());
  for (const feel::CodeList* list : plan.code_lists) codes_.emplace_back(list);
}

bool ValueReader::ReadBoolean(const TypePlan& type, JsonCursor* cursor, int64_t* out, Fault* fault) {
  const char c = cursor->Peek();
  if (c != 't' && c != 'f') return WrongTypeFault(WantedText(type), *cursor, fault);
  std::string_view word;
  if (!TakeLiteral(cursor, &word, fault)) return false;
  *out = c == 't' ? 1 : 0;
  return true;
}

bool ValueReader::ReadNumber(const TypePlan& type, JsonCursor* cursor, Number* out, Fault* fault) {
  if (!StartsNumber(cursor->Peek())) return WrongTypeFault(WantedText(type), *cursor, fault);
  if (TakeShortScaled(cursor, type.input_scale, &out->integer)) {
    out->wide.reset();
    return true;
  }
  ShortNumber number;
  if (TakeShortNumber(cursor, &number)) return FitNumber(number.mantissa, number.fraction, type, out, fault);
  const std::string_view token = cursor->Token();
  cursor->Skip();
  if (!CheckNumberGrammar(token, fault)) return false;
  if (const std::optional<Decimal> decimal = Decimal::ParseJson(token)) {
    return FitNumber(*decimal, type, out, fault);
  }
  return fault->Set(kOutOfRange, Excerpt(token) + " is out of range: it takes more than " +
                                     std::to_string(limits::kDecimalDigitsMax) +
                                     " digits; check the figure and its unit");
}

bool ValueReader::TakeStringFor(const TypePlan& type, JsonCursor* cursor, std::string_view* body,
                                Fault* fault) {
  if (cursor->Peek() != '"') return WrongTypeFault(WantedText(type), *cursor, fault);
  return TakeString(cursor, &scratch_, body, fault);
}

bool ValueReader::ReadDate(const TypePlan& type, JsonCursor* cursor, int64_t* days, Fault* fault) {
  std::string_view body;
  return TakeStringFor(type, cursor, &body, fault) && ReadDateText(body, days, fault);
}

bool ValueReader::ReadText(const TypePlan& type, JsonCursor* cursor, Text* out, Fault* fault) {
  std::string_view body;
  if (!TakeStringFor(type, cursor, &body, fault)) return false;
  *out = {body, false};
  if (type.kind != pack::FactKind::kCode) return CheckTextSize(body, fault);
  const std::optional<std::string_view> stable = codes_[static_cast<size_t>(type.code_list)].Check(body);
  if (!stable) return UnknownCode(body, type, fault);
  if (stable->data() != nullptr) *out = {*stable, true};
  return CheckTextSize(body, fault);
}

bool ValueReader::ReadValue(const TypePlan& type, JsonCursor* cursor, int depth, Value* out, Fault* fault) {
  switch (type.kind) {
    case pack::FactKind::kBoolean: {
      int64_t truth = 0;
      if (!ReadBoolean(type, cursor, &truth, fault)) return false;
      *out = Value::Boolean(truth != 0);
      return true;
    }
    case pack::FactKind::kInteger:
    case pack::FactKind::kDecimal:
    case pack::FactKind::kRatio:
    case pack::FactKind::kMoney: {
      Number number;
      if (!ReadNumber(type, cursor, &number, fault)) return false;
      *out = NumberValue(number, type);
      return true;
    }
    case pack::FactKind::kDate: {
      int64_t days = 0;
      if (!ReadDate(type, cursor, &days, fault)) return false;
      *out = Value::OfDate(Date{days});
      return true;
    }
    case pack::FactKind::kDateTime: {
      std::string_view body;
      DateTime moment;
      if (!TakeStringFor(type, cursor, &body, fault) || !ReadDateTimeText(body, &moment, fault)) return false;
      *out = Value::OfDateTime(moment);
      return true;
    }
    case pack::FactKind::kString:
    case pack::FactKind::kCode: {
      Text text;
      if (!ReadText(type, cursor, &text, fault)) return false;
      *out = Value::String(std::string(text.view));
      return true;
    }
    case pack::FactKind::kList:
      return ReadList(type, cursor, depth, out, fault);
    case pack::FactKind::kStruct:
      return ReadStruct(type, cursor, depth, out, fault);
    case pack::FactKind::kSeries:
      return ReadSeries(type, cursor, depth, out, fault);
  }
  return false;
}

bool ValueReader::ReadInner(const TypePlan& type, bool nullable, JsonCursor* cursor, int depth, Value* out,
                            Fault* fault) {
  if (cursor->Peek() != 'n') return ReadValue(type, cursor, depth, out, fault);
  std::string_view word;
  if (!TakeLiteral(cursor, &word, fault)) return false;
  *out = nullable ? Value::Null() : Value::Unknown(Cause::kMissing);
  return true;
}

bool ValueReader::ReadList(const TypePlan& type, JsonCursor* cursor, int depth, Value* out, Fault* fault) {
  if (cursor->Peek() != '[') return WrongTypeFault(WantedText(type), *cursor, fault);
  if (depth >= limits::kTreeDepthMax) return TooDeep(fault);
  cursor->Skip();
  std::vector<Value> items;
  if (!cursor->TakeIf(']')) {
    while (true) {
      if (!CheckItemCount(items.size() + 1, fault)) return false;
      Value item;
      if (!ReadInner(*type.element, false, cursor, depth + 1, &item, fault)) {
        return fault->Within("item " + std::to_string(items.size() + 1));
      }
      items.push_back(std::move(item));
      if (cursor->TakeIf(']')) break;
      if (!cursor->TakeIf(',')) return SyntaxFault(*cursor, "a comma or ]", fault);
    }
  }
  *out = Value::List(std::move(items));
  return true;
}

bool ValueReader::ReadStruct(const TypePlan& type, JsonCursor* cursor, int depth, Value* out, Fault* fault) {
  if (cursor->Peek() != '{') return WrongTypeFault(WantedText(type), *cursor, fault);
  if (depth >= limits::kTreeDepthMax) return TooDeep(fault);
  cursor->Skip();
  Struct value{type.member_ids, std::vector<Value>(type.members.size(), Value::Unknown(Cause::kMissing))};
  std::vector<bool> seen(type.members.size());
  std::set<std::string, std::less<>>
      ignored;  // keys that are no members; a key twice is refused all the same
  size_t guess = 0;
  bool more = !cursor->TakeIf('}');
  while (more) {
    std::string_view key;
    if (cursor->Peek() != '"') return SyntaxFault(*cursor, "a key in quotes", fault);
    if (!TakeString(cursor, &scratch_, &key, fault)) return false;
    if (!cursor->TakeIf(':')) return SyntaxFault(*cursor, "a colon", fault);
    const int member = type.FindMember(key, guess);
    const bool first = member >= 0 ? !seen[static_cast<size_t>(member)] : ignored.emplace(key).second;
    if (!first) return fault->Set(kKeyTwice, "the member " + Excerpt(key) + " is given twice; keep one");
    if (member >= 0) {
      const size_t place = static_cast<size_t>(member);
      const TypePlan::Member& plan = type.members[place];
      seen[place] = true;
      guess = place + 1;
      if (!ReadInner(*plan.type, plan.member->nullable, cursor, depth + 1, &value.values[place], fault)) {
        return fault->Within("member " + plan.member->id);
      }
    } else if (!SkipValue(cursor, depth + 1, fault)) {
      return false;
    }
    more = !cursor->TakeIf('}');
    if (more && !cursor->TakeIf(',')) return SyntaxFault(*cursor, "a comma or }", fault);
  }
  *out = Value::OfStruct(std::move(value));
  return true;
}

bool ValueReader::ReadSeries(const TypePlan& type, JsonCursor* cursor, int depth, Value* out, Fault* fault) {
  if (cursor->Peek() != '{') return WrongTypeFault(WantedText(type), *cursor, fault);
  if (depth >= limits::kTreeDepthMax) return TooDeep(fault);
  cursor->Skip();
  Series series{type.period, {}};
  bool more = !cursor->TakeIf('}');
  while (more) {
    std::string_view key;
    int32_t period = 0;
    if (!CheckItemCount(series.entries.size() + 1, fault)) return false;
    if (cursor->Peek() != '"') return SyntaxFault(*cursor, "a period in quotes", fault);
    if (!TakeString(cursor, &scratch_, &key, fault) || !ReadPeriodText(key, type.period, &period, fault))
      return false;
    if (!cursor->TakeIf(':')) return SyntaxFault(*cursor, "a colon", fault);
    Value value;
    if (!ReadInner(*type.element, false, cursor, depth + 1, &value, fault)) {
      return fault->Within("period " + PeriodText(type.period, period));
    }
    series.entries.emplace_back(period, std::move(value));
    more = !cursor->TakeIf('}');
    if (more && !cursor->TakeIf(',')) return SyntaxFault(*cursor, "a comma or }", fault);
  }
  if (!FinishSeries(&series, fault)) return false;
  *out = Value::OfSeries(std::move(series));
  return true;
}

}  // namespace zhida::facts
