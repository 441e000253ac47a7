#include "engine/facts/json_row_reader.h"

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
    targets_[fact] = {nullptr, &plan.type, plan.fact->nullable, plan.fact->check_uscc};
  }
}

inline JsonRowReader::Said& JsonRowReader::Touch(size_t fact) {
  Said& said = said_[fact];
  if (!said.touched) {
    said.touched = true;
    touched_.push_back(fact);
  }
  return said;
}

void JsonRowReader::Begin(FactBlock* block) {
  values_.Begin(block);
  kept_ = block->said();
  for (size_t fact = 0; fact < targets_.size(); ++fact) {
    targets_[fact].column = &block->mutable_column(static_cast<int>(fact));
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
  for (const size_t fact : touched_) {
    if (!good) ClearCell(fact);
    if (!good && kept_ != nullptr) {
      kept_->facts[fact].said[row_] = 0;
      kept_->facts[fact].dates[row_] = kUndated;
      kept_->row_dates[row_] = kUndated;
    }
    said_[fact] = Said();
  }
  touched_.clear();
  deferred_.clear();
  undeclared_.clear();
  unlearnt_.clear();
  row_date_ = kUndated;
  warnings_ = RowWarnings();
  return good;
}

bool JsonRowReader::ReadObject(JsonCursor* cursor, std::string* field, Fault* fault) {
  if (cursor->Peek() != '{') {
    JsonCursor look = *cursor;
    if (!SkipValue(&look, 0, fault)) return false;
    return fault->Set(kNotAnObject, "a row is one object; write {\"key\": value, ...} on one line");
  }
  cursor->Skip();
  bool more = !cursor->TakeIf('}');
  int previous = -1;
  while (more) {
    if (!ReadField(cursor, &previous, field, fault)) return false;
    more = !cursor->TakeIf('}');
    if (more && !cursor->TakeIf(',')) return SyntaxFault(*cursor, "a comma or }", fault);
  }
  return cursor->at_end() || SyntaxFault(*cursor, "the end of the row", fault);
}

// A key that was not guessed.
int JsonRowReader::FindKey(JsonCursor* cursor, int previous, std::string_view* key, Fault* fault) {
  if (cursor->Peek() != '"') {
    SyntaxFault(*cursor, "a key in quotes", fault);
    return kNoKey;
  }
  if (!TakeString(cursor, &key_scratch_, key, fault)) return kNoKey;
  int place = keys_.Find(*key);
  if (place < 0) place = keys_.Learn(*key);
  if (place >= 0) keys_.NoteFollower(previous, place);
  return place;
}

inline bool JsonRowReader::ReadField(JsonCursor* cursor, int* previous, std::string* field, Fault* fault) {
  int place = keys_.Guess(*previous, cursor->token_begin());
  if (place >= 0) {
    cursor->Skip();
  } else {
    std::string_view key;
    place = FindKey(cursor, *previous, &key, fault);
    if (place == kNoKey) return false;
    if (place < 0) return ReadUnlearnt(key, cursor, field, fault);
  }
  if (!cursor->TakeIf(':')) return SyntaxFault(*cursor, "a colon", fault);
  *previous = place;
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
      return ReadCompanionDate(cursor, &Touch(fact).date, fault);
    case KeyRole::kSource:
      return ReadSource(cursor, fault);
    case KeyRole::kRowDate:
      return ReadCompanionDate(cursor, &row_date_, fault);
    case KeyRole::kUndeclared:
      undeclared_.push_back(place);
      return SkipValue(cursor, 1, fault);
  }
  return false;
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
  Said& said = Touch(fact);
  if (cursor->Peek() == 'n') {
    if (target.nullable) said.supplied = Supplied::kNull;
    return TakeLiteral(cursor, fault);
  }
  said.supplied = Supplied::kValue;
  const TypePlan& type = *target.type;
  if (type.is_number && TakeShortScaled(cursor, type.input_scale, &target.column->integers[row_]))
    return true;
  if (type.kind == pack::FactKind::kSeries) {
    return values_.ReadSeries(type, cursor, 1, row_, target.column, fault);
  }
  if (!values_.Read(type, cursor, 1, row_, target.column, fault)) return false;
  if (target.check_uscc && !UsccCheckHolds(target.column->texts[row_])) {
    said.bad_check_digit = true;
    ++warnings_.bad_check_digits;
  }
  return true;
}

bool JsonRowReader::ReadState(size_t fact, JsonCursor* cursor, Fault* fault) {
  Said& said = Touch(fact);
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
    Column& column = *targets_[fact].column;
    if (!states_.Check(fact, said.mark, said.supplied, fault)) {
      *field = plan_.facts[fact].fact->id + "@state";
      return false;
    }
    if (said.bad_check_digit && IgnoresValue(said.mark)) --warnings_.bad_check_digits;
    if (kept_ != nullptr) {
      KeepSaid(fact, said, &column);
      continue;
    }
    const uint8_t state = states_.Resolve(fact, said.mark, said.supplied, said.date, row_date_, &warnings_);
    // A value that is not known leaves nothing behind; but the subject has its name whatever is known of it.
    const bool leaves = StateOf(state) != State::kKnown && said.supplied == Supplied::kValue;
    if (leaves && static_cast<int>(fact) != key) ClearRow(row_, &column);
    column.state[row_] = state;
  }
  return true;
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
