#include "engine/facts/json_row_reader.h"

#include <limits>
#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/facts/short_date.h"
#include "engine/facts/short_number.h"
#include "engine/facts/uscc.h"

namespace zhida::facts {
namespace {

// Names of keys that are only reported; a longer one is cut there.
constexpr size_t kReportedBytesMax = 128;

// What FindKey() says where no key stands; -1 is a key that the table does not hold.
constexpr int kNoKey = -2;

std::string ReportedName(std::string_view key) {
  if (key.size() <= kReportedBytesMax) return std::string(key);
  size_t end = 0;
  for (size_t next = 0; next <= kReportedBytesMax; NextCodePoint(key, &next)) end = next;
  return std::string(key.substr(0, end)) + "…";
}

}  // namespace

JsonRowReader::JsonRowReader(const pack::Pack& pack, const DateRules& rules)
    : plan_(pack),
      states_(pack.schema, rules),
      keys_(pack.schema),
      values_(plan_),
      targets_(pack.schema.facts.size()),
      said_(pack.schema.facts.size()) {
  for (size_t fact = 0; fact < targets_.size(); ++fact) {
    const FactPlan& plan = plan_.facts[fact];
    Target& target = targets_[fact];
    target.form = FormOf(plan);
    target.nullable = plan.fact->nullable;
    target.check_uscc = plan.fact->check_uscc;
    target.scale = plan.type.input_scale;
    target.type = &plan.type;
    if (target.form == Form::kCode) target.codes = &values_.codes(plan.type.code_list);
  }
}

JsonRowReader::Form JsonRowReader::FormOf(const FactPlan& plan) {
  switch (plan.type.kind) {
    case pack::FactKind::kBoolean:
      return Form::kBoolean;
    case pack::FactKind::kInteger:
    case pack::FactKind::kDecimal:
    case pack::FactKind::kRatio:
    case pack::FactKind::kMoney:
      return plan.type.input_scale == 0 ? Form::kWhole : Form::kDecimal;
    case pack::FactKind::kDate:
      return Form::kDate;
    case pack::FactKind::kCode:
      return plan.fact->check_uscc ? Form::kOther : Form::kCode;
    default:
      return Form::kOther;
  }
}

// Whether a value of the fact is known as soon as it is read.
inline bool JsonRowReader::Settles(size_t fact) const {
  const Target& target = targets_[fact];
  const bool settles = dated_ ? settling_date_ > target.settled_after : target.settled;
  return settles && !(marked_ && said_[fact].touched);
}

// From now on said_ tells of the fact.
inline void JsonRowReader::Note(size_t fact) {
  said_[fact].touched = true;
  touched_.push_back(fact);
}

inline JsonRowReader::Said& JsonRowReader::Touch(size_t fact) {
  Said& said = said_[fact];
  if (!said.touched) {
    Note(fact);
    order_.push_back(fact);
  }
  return said;
}

// For a mark or a date of the fact, whose value may be settled already.
JsonRowReader::Said& JsonRowReader::TouchMarked(size_t fact) {
  marked_ = true;
  Said& said = said_[fact];
  const bool is_settled = !said.touched && targets_[fact].states[row_] == static_cast<uint8_t>(State::kKnown);
  if (!is_settled) return Touch(fact);
  Note(fact);
  said.supplied = Supplied::kValue;
  return said;
}

// When the row's date is known, on which the values settled before may hang.
void JsonRowReader::Unsettle() {
  touched_ = order_;
  for (const size_t fact : touched_) {
    Said& said = said_[fact];
    if (!said.touched) said.supplied = Supplied::kValue;
    said.touched = true;
  }
}

void JsonRowReader::Begin(FactBlock* block) {
  values_.Begin(block);
  kept_ = block->said();
  for (size_t fact = 0; fact < targets_.size(); ++fact) {
    Target& target = targets_[fact];
    Column& column = block->mutable_column(static_cast<int>(fact));
    target.column = &column;
    target.states = column.state.data();
    target.integers = column.integers.data();
    target.texts = column.texts.data();
    const StateRules::Plain plain = states_.plain(fact, Supplied::kValue);
    const bool may_settle = kept_ == nullptr && static_cast<int>(fact) != plan_.schema.key;
    target.settled = may_settle && plain.state == static_cast<uint8_t>(State::kKnown) && plain.undated == 0;
    target.settled_after = may_settle ? states_.settled_after(fact) : std::numeric_limits<int64_t>::max();
  }
}

bool JsonRowReader::ReadRow(std::string_view text, size_t row, std::string* field, Fault* fault) {
  row_ = row;
  ++stamp_;
  field->clear();
  bool good = tokens_.Load(text, fault);
  if (good) {
    JsonCursor cursor = tokens_.cursor();
    good = ReadObject(&cursor, field, fault) && FinishRow(field, fault);
  }
  if (good) CountRow();
  if (!good) ClearRowCells();
  for (const size_t fact : touched_) said_[fact] = Said();
  touched_.clear();
  order_.clear();
  marked_ = false;
  dated_ = false;
  deferred_.clear();
  undeclared_.clear();
  unlearnt_.clear();
  row_date_ = kUndated;
  warnings_ = RowWarnings();
  return good;
}

// Takes away what a refused row has left.
void JsonRowReader::ClearRowCells() {
  for (const size_t fact : order_) {
    ClearCell(fact);
    if (kept_ == nullptr) continue;
    kept_->facts[fact].said[row_] = 0;
    kept_->facts[fact].dates[row_] = kUndated;
    kept_->row_dates[row_] = kUndated;
  }
}

bool JsonRowReader::ReadObject(JsonCursor* cursor, std::string* field, Fault* fault) {
  if (cursor->Peek() != '{') {
    JsonCursor look = *cursor;
    if (!SkipValue(&look, 0, fault)) return false;
    return fault->Set(kNotAnObject, "a row is one object; write {\"key\": value, ...} on one line");
  }
  cursor->Skip();
  bool more = !cursor->TakeIf('}');
  JsonCursor here = *cursor;  // its address goes nowhere, so it stays in registers
  while (more) {
    const int place = keys_.FindQuoted(here.token_begin(), here.token_size());
    if (!ReadQuick(place, &here)) {
      *cursor = here;
      if (!ReadField(place, cursor, field, fault)) return false;
      here = *cursor;
    }
    more = !here.TakeIf('}');
    if (more && !here.TakeIf(',')) {
      *cursor = here;
      return SyntaxFault(*cursor, "a comma or }", fault);
    }
  }
  *cursor = here;
  return cursor->at_end() || SyntaxFault(*cursor, "the end of the row", fault);
}

// Reads the key `place` at the cursor and its value, if that is a fact's in its usual form. False, and no
// step and nothing noted, for anything else, -1 among it.
[[gnu::always_inline]] inline bool JsonRowReader::ReadQuick(int place, JsonCursor* cursor) {
  if (place < 0) return false;
  JsonCursor next = *cursor;
  next.Skip();
  if (!next.TakeIf(':')) return false;
  const KeyTable::Entry& key = keys_.entry(place);
  if (key.meaning.role != KeyRole::kValue || keys_.IsSeen(place, stamp_)) return false;
  const size_t fact = static_cast<size_t>(key.meaning.fact);
  const Target& target = targets_[fact];
  int64_t integer = 0;
  switch (target.form) {
    case Form::kOther:
      return false;
    case Form::kWhole:
      if (!TakeShortScaled(&next, target.scale, &integer)) return false;
      target.integers[row_] = integer;
      break;
    case Form::kDecimal:
      if (!TakeShortScaled<uint128_t>(&next, target.scale, &integer)) return false;
      target.integers[row_] = integer;
      break;
    case Form::kBoolean:
      if (!TakeBoolean(&next, &integer)) return false;
      target.integers[row_] = integer;
      break;
    case Form::kDate:
      if (!TakeShortDate(&next, &integer)) return false;
      target.integers[row_] = integer;
      break;
    case Form::kCode: {
      ShortText text;
      if (!TakeShortText(&next, &text)) return false;
      const std::string_view code = target.codes->FindListed(text.head, text.tail, text.size);
      if (code.data() == nullptr) return false;
      target.texts[row_] = code;
      break;
    }
  }
  keys_.NoteSeen(place, stamp_);
  if (Settles(fact)) {
    target.states[row_] = static_cast<uint8_t>(State::kKnown);
    order_.push_back(fact);
  } else {
    Touch(fact).supplied = Supplied::kValue;
  }
  *cursor = next;
  return true;
}

// A key that did not come in this form lately.
int JsonRowReader::FindKey(JsonCursor* cursor, std::string_view* key, Fault* fault) {
  if (cursor->Peek() != '"') {
    SyntaxFault(*cursor, "a key in quotes", fault);
    return kNoKey;
  }
  const char* const token = cursor->token_begin();
  const size_t size = cursor->token_size();
  if (!TakeString(cursor, &key_scratch_, key, fault)) return kNoKey;
  int place = keys_.Find(*key);
  if (place < 0) place = keys_.Learn(*key);
  if (place >= 0) keys_.NoteQuoted(token, size, place);
  return place;
}

// `place` is -1 if the key is not found yet.
bool JsonRowReader::ReadField(int place, JsonCursor* cursor, std::string* field, Fault* fault) {
  if (place >= 0) {
    cursor->Skip();
  } else {
    std::string_view key;
    place = FindKey(cursor, &key, fault);
    if (place == kNoKey) return false;
    if (place < 0) return ReadUnlearnt(key, cursor, field, fault);
  }
  if (!cursor->TakeIf(':')) return SyntaxFault(*cursor, "a colon", fault);
  const JsonCursor value = *cursor;
  const int before = keys_.NoteSeen(place, stamp_);
  if (before < 0 && ReadMeaning(place, cursor, fault)) return true;
  return DeferKey(place, before, value, cursor, field, fault);
}

// After a key that came before, or whose value is at fault.
bool JsonRowReader::DeferKey(int place, int before, const JsonCursor& value, JsonCursor* cursor,
                             std::string* field, Fault* fault) {
  if (before >= 0) KeyTwiceFault(place, before, fault);
  const KeyMeaning meaning = keys_.entry(place).meaning;
  const bool excusable = before < 0 && meaning.role == KeyRole::kValue;
  *field = ReportedName(keys_.text(place));
  return Defer(excusable ? meaning.fact : -1, value, cursor, field, fault);
}

// Whether to read on after a fault of `*field`, whose value is at `value`: so long as the first fault may yet
// be excused. Bad syntax never is.
bool JsonRowReader::Defer(int fact, const JsonCursor& value, JsonCursor* cursor, std::string* field,
                          Fault* fault) {
  const std::string_view code = fault->code;
  if (code == kBadSyntax || code == kTooDeep || code == kNotFinite) return false;
  if (fact < 0 && deferred_.empty()) return false;
  // Behind a fault that nothing excuses no other can be the first.
  if (deferred_.empty() || deferred_.back().fact >= 0) deferred_.push_back({fact, *field, *fault});
  if (fact >= 0) {
    ClearCell(static_cast<size_t>(fact));
    said_[static_cast<size_t>(fact)].supplied = Supplied::kNothing;
  }
  *cursor = value;
  if (!SkipValue(cursor, 1, fault)) return false;
  field->clear();
  return true;
}

bool JsonRowReader::CheckDeferred(std::string* field, Fault* fault) {
  for (Deferred& deferred : deferred_) {
    if (deferred.fact >= 0 && IgnoresValue(said_[static_cast<size_t>(deferred.fact)].mark)) continue;
    *field = std::move(deferred.field);
    *fault = std::move(deferred.fault);
    return false;
  }
  return true;
}

bool JsonRowReader::KeyTwiceFault(int place, int before, Fault* fault) const {
  if (place == before) return fault->Set(kKeyTwice, "the key is given twice in the row; keep one");
  return fault->Set(
      kIdAndName, "it is also given as " + Excerpt(keys_.text(before)) + ", which means the same; keep one");
}

inline bool JsonRowReader::ReadMeaning(int place, JsonCursor* cursor, Fault* fault) {
  const KeyMeaning meaning = keys_.entry(place).meaning;
  const size_t fact = static_cast<size_t>(meaning.fact);
  return meaning.role == KeyRole::kValue ? ReadFact(fact, cursor, fault)
                                         : ReadCompanion(place, cursor, fault);
}

bool JsonRowReader::ReadCompanion(int place, JsonCursor* cursor, Fault* fault) {
  const KeyMeaning meaning = keys_.entry(place).meaning;
  const size_t fact = static_cast<size_t>(meaning.fact);
  switch (meaning.role) {
    case KeyRole::kValue:
      break;
    case KeyRole::kState:
      return ReadState(fact, cursor, fault);
    case KeyRole::kDate:
      return ReadCompanionDate(cursor, &TouchMarked(fact).date, fault);
    case KeyRole::kSource:
      return ReadSource(cursor, fault);
    case KeyRole::kRowDate:
      return ReadRowDate(cursor, fault);
    case KeyRole::kUndeclared:
      undeclared_.push_back(place);
      return SkipValue(cursor, 1, fault);
  }
  return false;
}

bool JsonRowReader::ReadRowDate(JsonCursor* cursor, Fault* fault) {
  if (!ReadCompanionDate(cursor, &row_date_, fault)) return false;
  if (row_date_ == kUndated) return true;
  Unsettle();
  dated_ = true;
  settling_date_ = states_.SettlingDate(row_date_);
  return true;
}

bool JsonRowReader::ReadUnlearnt(std::string_view key, JsonCursor* cursor, std::string* field, Fault* fault) {
  std::string name(key);
  if (!cursor->TakeIf(':')) return SyntaxFault(*cursor, "a colon", fault);
  const JsonCursor value = *cursor;
  if (unlearnt_.insert(name).second) {
    if (SkipValue(cursor, 1, fault)) return true;
  } else {
    fault->Set(kKeyTwice, "the key is given twice in the row; keep one");
  }
  *field = ReportedName(name);
  return Defer(-1, value, cursor, field, fault);
}

inline bool JsonRowReader::ReadFact(size_t fact, JsonCursor* cursor, Fault* fault) {
  const Target& target = targets_[fact];
  if (cursor->Peek() == 'n') {
    Said& said = Touch(fact);
    if (target.nullable) said.supplied = Supplied::kNull;
    return TakeLiteral(cursor, fault);
  }
  const bool settles = Settles(fact) && !target.check_uscc;
  if (settles) {
    order_.push_back(fact);
    if (ReadValue(target, cursor, fault)) {
      target.states[row_] = static_cast<uint8_t>(State::kKnown);
      return true;
    }
    Note(fact);
    said_[fact].supplied = Supplied::kValue;
    return false;
  }
  Said& said = Touch(fact);
  said.supplied = Supplied::kValue;
  if (!ReadValue(target, cursor, fault)) return false;
  if (target.check_uscc && !UsccCheckHolds(target.column->texts[row_])) {
    said.bad_check_digit = true;
    ++warnings_.bad_check_digits;
  }
  return true;
}

inline bool JsonRowReader::ReadValue(const Target& target, JsonCursor* cursor, Fault* fault) {
  const TypePlan& type = *target.type;
  if (type.is_number && TakeShortScaled(cursor, type.input_scale, &target.column->integers[row_]))
    return true;
  if (type.kind == pack::FactKind::kSeries)
    return values_.ReadSeries(type, cursor, 1, row_, target.column, fault);
  return values_.Read(type, cursor, 1, row_, target.column, fault);
}

bool JsonRowReader::ReadState(size_t fact, JsonCursor* cursor, Fault* fault) {
  Said& said = TouchMarked(fact);
  std::string_view word;
  if (cursor->Peek() == 'n') return TakeLiteral(cursor, fault);
  if (cursor->Peek() != '"') return WrongTypeFault("a state", *cursor, fault);
  if (!TakeString(cursor, &key_scratch_, &word, fault)) return false;
  const std::optional<Mark> mark = MarkFromWord(word);
  if (!mark) return UnknownState(word, fault);
  said.mark = *mark;
  return true;
}

bool JsonRowReader::ReadCompanionDate(JsonCursor* cursor, int64_t* days, Fault* fault) {
  if (TakeShortDate(cursor, days)) return true;
  std::string_view word;
  if (cursor->Peek() == 'n') return TakeLiteral(cursor, fault);
  if (cursor->Peek() != '"') return WrongTypeFault("a date", *cursor, fault);
  return TakeString(cursor, &key_scratch_, &word, fault) && ReadDateText(word, days, fault);
}

bool JsonRowReader::ReadSource(JsonCursor* cursor, Fault* fault) {
  std::string_view word;
  if (cursor->Peek() == 'n') return TakeLiteral(cursor, fault);
  if (cursor->Peek() != '"') return WrongTypeFault("a text", *cursor, fault);
  return TakeString(cursor, &key_scratch_, &word, fault);
}

bool JsonRowReader::FinishRow(std::string* field, Fault* fault) {
  if (!CheckDeferred(field, fault)) return false;
  if (!ResolveStates(field, fault)) return false;
  const int key = plan_.schema.key;
  if (key < 0) return true;
  const size_t place = static_cast<size_t>(key);
  const bool named = said_[place].supplied == Supplied::kValue && !IgnoresValue(said_[place].mark);
  if (named && !targets_[place].column->texts[row_].empty()) return true;
  *field = plan_.facts[place].fact->id;
  return NoSubjectFault(plan_.schema, fault);
}

// Settles the states of the row, now that its marks and dates are known.
bool JsonRowReader::ResolveStates(std::string* field, Fault* fault) {
  const int key = plan_.schema.key;
  for (const size_t fact : touched_) {
    const Said said = said_[fact];
    const Target& target = targets_[fact];
    if (!states_.Check(fact, said.mark, said.supplied, fault)) {
      TellContradiction(field, fault);
      return false;
    }
    if (said.bad_check_digit && IgnoresValue(said.mark)) --warnings_.bad_check_digits;
    if (kept_ != nullptr) {
      KeepSaid(fact, said, target.column);
      continue;
    }
    const uint8_t state = states_.Resolve(fact, said.mark, said.supplied, said.date, row_date_, &warnings_);
    // A value that is not known leaves nothing behind; but the subject has its name whatever is known of it.
    const bool leaves = StateOf(state) != State::kKnown && said.supplied == Supplied::kValue;
    if (leaves && static_cast<int>(fact) != key) ClearRow(row_, target.column);
    target.states[row_] = state;
  }
  return true;
}

// The first in the order of the row, which is not that in which facts were touched.
void JsonRowReader::TellContradiction(std::string* field, Fault* fault) const {
  for (const size_t fact : order_) {
    if (states_.Check(fact, said_[fact].mark, said_[fact].supplied, fault)) continue;
    *field = plan_.facts[fact].fact->id + "@state";
    return;
  }
}

// Dates and marks are resolved by whoever reads what is kept.
void JsonRowReader::KeepSaid(size_t fact, const Said& said, Column* column) {
  const bool ignored = IgnoresValue(said.mark);
  const Supplied supplied = ignored ? Supplied::kNothing : said.supplied;
  if (ignored) ClearRow(row_, column);
  column->state[row_] = static_cast<uint8_t>(supplied == Supplied::kValue ? State::kKnown : State::kMissing);
  kept_->facts[fact].said[row_] = PackSaid(supplied, said.mark);
  kept_->facts[fact].dates[row_] = said.date;
  kept_->row_dates[row_] = row_date_;
}

void JsonRowReader::ClearCell(size_t fact) { ClearRow(row_, targets_[fact].column); }

void JsonRowReader::CountRow() {
  warnings_.AddTo(&counts_);
  for (const int place : undeclared_) ++keys_.rows(place);
  for (const std::string& key : unlearnt_) counts_.AddUndeclared(ReportedName(key), 1);
}

void JsonRowReader::End(ReadCounts* counts) {
  for (int place = keys_.first_learnt(); place < keys_.size(); ++place) {
    int64_t& rows = keys_.rows(place);
    if (rows > 0) counts_.AddUndeclared(ReportedName(keys_.text(place)), rows);
    rows = 0;
  }
  counts->Add(counts_);
  counts_ = ReadCounts();
}

}  // namespace zhida::facts
