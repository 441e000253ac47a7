#include "engine/facts/value_reader.h"

#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/facts/short_date.h"
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

// Which keys a structure has had. A key twice is refused even where it is no member.
class SeenKeys {
 public:
  explicit SeenKeys(size_t members) : many_(members > kFewMax ? members - kFewMax : 0) {}
  // False if it is there already.
  bool AddMember(size_t place) {
    if (place >= kFewMax) return !std::exchange(many_[place - kFewMax], 1);
    const uint64_t before = std::exchange(few_, few_ | (uint64_t{1} << place));
    return before != few_;
  }
  bool AddOther(std::string_view key) {
    if (!others_) others_.emplace();
    return others_->emplace(key).second;
  }

 private:
  static constexpr size_t kFewMax = 64;
  uint64_t few_ = 0;
  std::vector<uint8_t> many_;
  std::optional<std::set<std::string, std::less<>>> others_;
};

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

inline bool ValueReader::ReadBoolean(const TypePlan& type, JsonCursor* cursor, int64_t* out, Fault* fault) {
  const char c = cursor->Peek();
  if (c != 't' && c != 'f') return WrongTypeFault(WantedText(type), *cursor, fault);
  *out = c == 't' ? 1 : 0;
  return TakeLiteral(cursor, fault);
}

inline bool ValueReader::ReadNumber(const TypePlan& type, JsonCursor* cursor, size_t row, Column* column,
                                    Fault* fault) {
  if (TakeShortScaled(cursor, type.input_scale, &column->integers[row])) return true;
  if (!StartsNumber(cursor->Peek())) return WrongTypeFault(WantedText(type), *cursor, fault);
  Number number;
  ShortNumber parsed;
  if (TakeShortNumber(cursor, &parsed)) {
    return FitNumber(parsed.mantissa, parsed.fraction, type, &number, fault) &&
           StoreNumber(number, row, column);
  }
  const std::string_view token = cursor->Token();
  cursor->Skip();
  if (!CheckNumberGrammar(token, fault)) return false;
  if (const std::optional<Decimal> decimal = Decimal::ParseJson(token)) {
    return FitNumber(*decimal, type, &number, fault) && StoreNumber(number, row, column);
  }
  return fault->Set(kOutOfRange, Excerpt(token) + " is out of range: it takes more than " +
                                     std::to_string(limits::kDecimalDigitsMax) +
                                     " digits; check the figure and its unit");
}

inline bool ValueReader::TakeStringFor(const TypePlan& type, JsonCursor* cursor, std::string_view* body,
                                       Fault* fault) {
  if (cursor->Peek() != '"') return WrongTypeFault(WantedText(type), *cursor, fault);
  return TakeString(cursor, &scratch_, body, fault);
}

inline bool ValueReader::ReadDate(const TypePlan& type, JsonCursor* cursor, int64_t* days, Fault* fault) {
  if (TakeShortDate(cursor, days)) return true;
  std::string_view body;
  return TakeStringFor(type, cursor, &body, fault) && ReadDateText(body, days, fault);
}

bool ValueReader::ReadDateTime(const TypePlan& type, JsonCursor* cursor, Value* out, Fault* fault) {
  std::string_view body;
  DateTime moment;
  if (!TakeStringFor(type, cursor, &body, fault) || !ReadDateTimeText(body, &moment, fault)) return false;
  *out = Value::OfDateTime(moment);
  return true;
}

inline bool ValueReader::ReadText(const TypePlan& type, JsonCursor* cursor, std::string_view* out,
                                  Fault* fault) {
  std::string_view body;
  if (!TakeStringFor(type, cursor, &body, fault)) return false;
  if (type.kind == pack::FactKind::kCode) {
    const std::optional<std::string_view> stable = codes_[static_cast<size_t>(type.code_list)].Check(body);
    if (!stable) return UnknownCode(body, type, fault);
    if (stable->data() != nullptr) {
      *out = *stable;
      return CheckTextSize(body, fault);
    }
  }
  if (!CheckTextSize(body, fault)) return false;
  *out = block_->KeepText(body);
  return true;
}

bool ValueReader::Read(const TypePlan& type, JsonCursor* cursor, int depth, size_t row, Column* column,
                       Fault* fault) {
  switch (type.kind) {
    case pack::FactKind::kBoolean:
      return ReadBoolean(type, cursor, &column->integers[row], fault);
    case pack::FactKind::kInteger:
    case pack::FactKind::kDecimal:
    case pack::FactKind::kRatio:
    case pack::FactKind::kMoney:
      return ReadNumber(type, cursor, row, column, fault);
    case pack::FactKind::kDate:
      return ReadDate(type, cursor, &column->integers[row], fault);
    case pack::FactKind::kDateTime:
      return ReadDateTime(type, cursor, &column->values[row], fault);
    case pack::FactKind::kString:
    case pack::FactKind::kCode:
      return ReadText(type, cursor, &column->texts[row], fault);
    case pack::FactKind::kList:
      return ReadList(type, cursor, depth, row, column, fault);
    case pack::FactKind::kStruct:
      return ReadStruct(type, cursor, depth, row, column, fault);
    case pack::FactKind::kSeries:
      return ReadSeries(type, cursor, depth, row, column, fault);
  }
  return false;
}

bool ValueReader::ReadInner(const TypePlan& type, bool nullable, JsonCursor* cursor, int depth, size_t row,
                            Column* column, Fault* fault) {
  State state = State::kKnown;
  if (cursor->Peek() == 'n') {
    if (!TakeLiteral(cursor, fault)) return false;
    state = nullable ? State::kAbsent : State::kMissing;
  } else if (!Read(type, cursor, depth, row, column, fault)) {
    return false;
  }
  column->state[row] = static_cast<uint8_t>(state);
  return true;
}

bool ValueReader::ReadList(const TypePlan& type, JsonCursor* cursor, int depth, size_t row, Column* column,
                           Fault* fault) {
  if (cursor->Peek() != '[') return WrongTypeFault(WantedText(type), *cursor, fault);
  if (depth >= limits::kTreeDepthMax) return TooDeep(fault);
  cursor->Skip();
  Column& items = column->items[0];
  Span& span = StartSpan(row, column);
  if (cursor->TakeIf(']')) return true;
  while (true) {
    if (!CheckItemCount(span.size + 1, fault)) return false;
    const size_t item = AddItem(&items);
    ++span.size;
    if (!ReadInner(*type.element, false, cursor, depth + 1, item, &items, fault)) {
      return fault->Within("item " + std::to_string(span.size));
    }
    if (cursor->TakeIf(']')) return true;
    if (!cursor->TakeIf(',')) return SyntaxFault(*cursor, "a comma or ]", fault);
  }
}

bool ValueReader::ReadStruct(const TypePlan& type, JsonCursor* cursor, int depth, size_t row, Column* column,
                             Fault* fault) {
  if (cursor->Peek() != '{') return WrongTypeFault(WantedText(type), *cursor, fault);
  if (depth >= limits::kTreeDepthMax) return TooDeep(fault);
  cursor->Skip();
  SeenKeys seen(type.members.size());
  const int members = static_cast<int>(type.members.size());
  int guess = 0;
  bool more = !cursor->TakeIf('}');
  while (more) {
    JsonCursor key_place = *cursor;
    std::string_view key;
    int member = guess;  // members mostly come in order
    if (guess < members && type.members[static_cast<size_t>(guess)].IsAt(cursor->token_begin())) {
      cursor->Skip();
    } else {
      if (cursor->Peek() != '"') return SyntaxFault(*cursor, "a key in quotes", fault);
      if (!TakeString(cursor, &scratch_, &key, fault)) return false;
      member = type.FindMember(key);
    }
    if (!cursor->TakeIf(':')) return SyntaxFault(*cursor, "a colon", fault);
    if (!(member >= 0 ? seen.AddMember(static_cast<size_t>(member)) : seen.AddOther(key))) {
      if (!TakeString(&key_place, &scratch_, &key, fault)) return false;
      return fault->Set(kKeyTwice, "the member " + Excerpt(key) + " is given twice; keep one");
    }
    if (member >= 0) {
      guess = member + 1;
      if (!ReadMember(type, static_cast<size_t>(member), cursor, depth, row, column, fault)) return false;
    } else if (!SkipValue(cursor, depth + 1, fault)) {
      return false;
    }
    more = !cursor->TakeIf('}');
    if (more && !cursor->TakeIf(',')) return SyntaxFault(*cursor, "a comma or }", fault);
  }
  return true;
}

bool ValueReader::ReadMember(const TypePlan& type, size_t place, JsonCursor* cursor, int depth, size_t row,
                             Column* column, Fault* fault) {
  const TypePlan::Member& plan = type.members[place];
  Column& member = column->items[place];
  if (ReadInner(*plan.type, plan.member->nullable, cursor, depth + 1, row, &member, fault)) return true;
  return fault->Within("member " + plan.member->id);
}

// Any entry of a series, whatever its shape.
bool ValueReader::ReadEntry(const TypePlan& type, JsonCursor* cursor, int depth, size_t row, Column* column,
                            Fault* fault) {
  std::string_view key;
  int32_t period = 0;
  if (cursor->Peek() != '"') return SyntaxFault(*cursor, "a period in quotes", fault);
  if (!TakeString(cursor, &scratch_, &key, fault) || !ReadPeriodText(key, type.period, &period, fault))
    return false;
  if (!cursor->TakeIf(':')) return SyntaxFault(*cursor, "a colon", fault);
  ++column->spans[row].size;
  AddInteger(period, &column->items[0]);
  Column& values = column->items[1];
  if (ReadInner(*type.element, false, cursor, depth + 1, AddItem(&values), &values, fault)) return true;
  return fault->Within("period " + PeriodText(type.period, period));
}

bool ValueReader::ReadSeries(const TypePlan& type, JsonCursor* cursor, int depth, size_t row, Column* column,
                             Fault* fault) {
  if (cursor->Peek() != '{') return WrongTypeFault(WantedText(type), *cursor, fault);
  if (depth >= limits::kTreeDepthMax) return TooDeep(fault);
  cursor->Skip();
  const TypePlan& element = *type.element;
  Column& periods = column->items[0];
  Column& values = column->items[1];
  Span& span = StartSpan(row, column);
  bool in_order = true;
  int32_t last = std::numeric_limits<int32_t>::min();
  bool more = !cursor->TakeIf('}');
  while (more) {
    if (!CheckItemCount(span.size + 1, fault)) return false;
    JsonCursor here = *cursor;  // its address goes nowhere, so it stays in registers
    int32_t period = 0;
    int64_t number = 0;
    if (element.is_number && TakeShortPeriod(&here, type.period, &period) && here.TakeIf(':') &&
        TakeShortScaled(&here, element.input_scale, &number)) {
      ++span.size;
      AddInteger(period, &periods);
      AddInteger(number, &values);
    } else {
      if (!ReadEntry(type, cursor, depth, row, column, fault)) return false;
      period = static_cast<int32_t>(periods.integers.back());
      in_order &= StateOf(values.state.back()) == State::kKnown;
      here = *cursor;
    }
    in_order &= period > last;
    last = period;
    more = !here.TakeIf('}');
    const bool sound = !more || here.TakeIf(',');
    *cursor = here;
    if (!sound) return SyntaxFault(*cursor, "a comma or }", fault);
  }
  return in_order || FinishSeries(type.period, row, column, fault);
}

}  // namespace zhida::facts
