#include "engine/facts/scalar_rules.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/facts/words.h"

namespace zhida::facts {
namespace {

constexpr size_t kExcerptCodePointsMax = 40;

std::string NumberText(int128_t mantissa, int scale) {
  if (const std::optional<Decimal> number = Decimal::FromScaled(mantissa, scale)) return number->ToString();
  const std::string digits = zhida::ToString(mantissa);
  return scale == 0 ? digits : digits + "e" + std::to_string(-scale);
}

bool TooFine(const std::string& number, const TypePlan& type, Fault* fault) {
  std::string reason = number + " has more digits after the point than ";
  if (type.kind == pack::FactKind::kInteger) {
    return fault->Set(kTooFine, number + " is not a whole number; supply it rounded as its source rounds it");
  }
  if (type.kind == pack::FactKind::kMoney) {
    const std::string_view unit = MoneyUnitText(type.unit);
    reason += "the " + std::to_string(type.input_scale) + " that reach a fen";
    if (!unit.empty()) reason.append(" in ").append(unit);
  } else {
    reason += "the " + std::to_string(type.input_scale) + " of the fact";
  }
  return fault->Set(kTooFine, reason + "; supply it rounded as its source rounds it");
}

bool OutOfRange(const std::string& number, const TypePlan& type, Fault* fault) {
  std::string reason = Excerpt(number) + " is out of range: it takes more than " +
                       std::to_string(limits::kDecimalDigitsMax) + " digits";
  if (type.kind == pack::FactKind::kMoney) reason += " in fen";
  return fault->Set(kOutOfRange, reason + "; check the figure and its unit");
}

// `stored` is known to have at most 34 digits.
void Store(int128_t stored, const TypePlan& type, Number* out) {
  if (stored >= std::numeric_limits<int64_t>::min() && stored <= std::numeric_limits<int64_t>::max()) {
    out->integer = static_cast<int64_t>(stored);
    out->wide.reset();
  } else {
    out->integer = 0;
    out->wide = Decimal::FromScaled(stored, type.stored_scale);
  }
}

uint64_t HeadOf(std::string_view code) { return WordOf(code.data(), code.size()); }
uint64_t TailOf(std::string_view code) {
  return code.size() > 8 ? WordOf(code.data() + 8, code.size() - 8) : 0;
}

const char* PeriodExample(PeriodKind kind) {
  switch (kind) {
    case PeriodKind::kYear:
      return "2024";
    case PeriodKind::kQuarter:
      return "2024Q1";
    case PeriodKind::kMonth:
      return "2024-01";
  }
  return "2024";
}

}  // namespace

bool FitNumber(int128_t mantissa, int scale, const TypePlan& type, Number* out, Fault* fault) {
  constexpr int kPowerMax = 38;
  const int shift = type.input_scale - scale;
  if (mantissa == 0) {
    Store(0, type, out);
    return true;
  }
  if (shift < 0) {
    if (-shift > kPowerMax) return TooFine(NumberText(mantissa, scale), type, fault);
    const int128_t unit = PowerOfTen(-shift);
    if (mantissa % unit != 0) return TooFine(NumberText(mantissa, scale), type, fault);
    mantissa /= unit;
    scale = type.input_scale;
  }
  const int zeros = std::max(shift, 0);
  if (zeros > kPowerMax || DigitCount(mantissa) + zeros > limits::kDecimalDigitsMax) {
    return OutOfRange(NumberText(mantissa, scale), type, fault);
  }
  Store(mantissa * PowerOfTen(zeros), type, out);
  return true;
}

bool FitNumber(const Decimal& number, const TypePlan& type, Number* out, Fault* fault) {
  const std::optional<int128_t> stored = number.ToScaled(type.input_scale);
  if (!stored && number.scale() > type.input_scale) return TooFine(number.ToString(), type, fault);
  if (!stored || DigitCount(*stored) > limits::kDecimalDigitsMax)
    return OutOfRange(number.ToString(), type, fault);
  Store(*stored, type, out);
  return true;
}

bool StoreNumber(const Number& number, size_t row, Column* column) {
  column->integers[row] = number.integer;
  if (number.wide) column->wide.emplace_back(static_cast<uint32_t>(row), *number.wide);
  return true;
}

bool ReadDateText(std::string_view text, int64_t* days, Fault* fault) {
  if (const std::optional<Date> date = Date::Parse(text)) {
    *days = date->days;
    return true;
  }
  const std::optional<DateTime> moment = DateTime::Parse(text);
  if (!moment) {
    return fault->Set(kBadDate, Excerpt(text) + " is not a date of the calendar; write it like 2026-01-31");
  }
  if (moment->time.seconds != 0 || moment->time.nanos != 0) {
    return fault->Set(kNotMidnight, Excerpt(text) +
                                        " is a moment and not a whole day; write the date alone, like " +
                                        moment->date.ToString());
  }
  *days = moment->date.days;
  return true;
}

bool ReadDateTimeText(std::string_view text, DateTime* out, Fault* fault) {
  const std::optional<DateTime> moment = DateTime::Parse(text);
  if (!moment) {
    return fault->Set(kBadDate,
                      Excerpt(text) + " is not a date and time; write it like 2026-01-31T09:30:00+08:00");
  }
  *out = *moment;
  return true;
}

bool ReadPeriodText(std::string_view text, PeriodKind kind, int32_t* period, Fault* fault) {
  if (const std::optional<int32_t> parsed = ParsePeriod(kind, text)) {
    *period = *parsed;
    return true;
  }
  return fault->Set(kBadPeriod,
                    Excerpt(text) + " is not a period of this series; write it like " + PeriodExample(kind));
}

bool FinishSeries(PeriodKind kind, size_t row, Column* series, Fault* fault) {
  Span& span = series->spans[row];
  Column& periods = series->items[0];
  Column& values = series->items[1];
  const auto period = [&](uint32_t i) { return periods.integers[i]; };
  const auto known = [&](uint32_t i) { return StateOf(values.state[i]) == State::kKnown; };
  const auto in_order = [&] {
    for (uint32_t i = span.begin; i < span.begin + span.size; ++i) {
      if (!known(i) || (i > span.begin && period(i - 1) >= period(i))) return false;
    }
    return true;
  };
  if (in_order()) return true;
  std::vector<uint32_t> order(span.size);
  std::iota(order.begin(), order.end(), span.begin);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return period(a) < period(b); });
  const auto twin = std::adjacent_find(order.begin(), order.end(),
                                       [&](uint32_t a, uint32_t b) { return period(a) == period(b); });
  if (twin != order.end()) {
    return fault->Set(kPeriodTwice, "the period " + PeriodText(kind, static_cast<int32_t>(period(*twin))) +
                                        " is given twice; keep one");
  }
  std::erase_if(order, [&](uint32_t i) { return !known(i); });
  ArrangeItems(span.begin, order, &periods);
  ArrangeItems(span.begin, order, &values);
  span.size = static_cast<uint32_t>(order.size());
  return true;
}

bool TextTooLong(std::string_view text, Fault* fault) {
  return fault->Set(kTextTooLong, "a text of " + std::to_string(text.size()) + " bytes, and at most " +
                                      std::to_string(limits::kStringBytesMax) + " are taken; shorten it");
}

bool TooManyItems(Fault* fault) {
  return fault->Set(kTooManyItems, "more than " + std::to_string(limits::kListItemsMax) +
                                       " items; supply only those that the policies ask for");
}

bool UnknownState(std::string_view word, Fault* fault) {
  return fault->Set(kBadState,
                    Excerpt(word) +
                        " is not a state; write known, committed, absent, missing, stale, conflict or "
                        "not_authorised");
}

bool NoSubjectFault(const pack::Schema& schema, Fault* fault) {
  const std::string& key = schema.facts[static_cast<size_t>(schema.key)].id;
  const std::string kind = schema.kind.empty() ? "" : " (the pack is about a " + schema.kind + ")";
  return fault->Set(kNoSubject,
                    "there is no " + key + ", which names the subject" + kind + "; supply it in every row");
}

bool UnknownCode(std::string_view code, const TypePlan& type, Fault* fault) {
  return fault->Set(kNotInCodeList, Excerpt(code) + " is not in the code list " + type.code_list_id +
                                        "; correct it, or leave it out if it is not known");
}

std::string Excerpt(std::string_view text) {
  size_t end = 0;
  for (size_t i = 0; i < kExcerptCodePointsMax && end < text.size(); ++i) NextCodePoint(text, &end);
  if (end == text.size()) return JsonQuote(text);
  return JsonQuote(std::string(text.substr(0, end)) + "…");
}

std::optional<std::string_view> CodeCache::Check(std::string_view code) {
  const uint64_t hash = HashOf(code);
  if (!slots_.empty()) {
    const Entry* const entry = code.size() > kShortBytesMax
                                   ? FindLong(hash, code)
                                   : FindShort(hash, HeadOf(code), TailOf(code), code.size());
    if (entry != nullptr) return entry->listed ? entry->code : std::string_view();
  }
  const std::optional<std::string_view> stable = LookUp(code);
  if (stable) Remember(hash, code, *stable);
  return stable;
}

uint64_t CodeCache::HashOf(std::string_view code) {
  return code.size() > kShortBytesMax ? HashBytes(code) : HashWords(HeadOf(code), TailOf(code), code.size());
}

const CodeCache::Entry* CodeCache::FindLong(uint64_t hash, std::string_view code) const {
  const size_t mask = slots_.size() - 1;
  for (size_t i = hash & mask; slots_[i].entry != 0; i = (i + 1) & mask) {
    if (slots_[i].tag != TagOf(hash)) continue;
    const Entry& entry = entries_[slots_[i].entry - 1];
    if (entry.code == code) return &entry;
  }
  return nullptr;
}

std::optional<std::string_view> CodeCache::LookUp(std::string_view code) const {
  if (list_ == nullptr || !list_->Has(code)) return std::nullopt;
  const feel::Code* row = list_->Find(code);
  return row != nullptr && row->code == code ? std::string_view(row->code) : std::string_view();
}

void CodeCache::Remember(uint64_t hash, std::string_view code, std::string_view stable) {
  // Open lists accept any number of codes of any length; the usual ones are few and short.
  constexpr size_t kCodesMax = 65'536;
  constexpr size_t kCodeBytesMax = 64;
  if (entries_.size() >= kCodesMax || code.size() > kCodeBytesMax) return;
  if (2 * (entries_.size() + 1) > slots_.size()) Grow();
  const bool listed = stable.data() != nullptr;
  const std::string_view kept = listed ? stable : std::string_view(own_.emplace_back(code));
  entries_.push_back({kept, HeadOf(kept), TailOf(kept), listed});
  const size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  while (slots_[i].entry != 0) i = (i + 1) & mask;
  slots_[i] = {TagOf(hash), static_cast<uint32_t>(entries_.size())};
}

void CodeCache::Grow() {
  slots_.assign(std::max<size_t>(2 * slots_.size(), 64), Slot());
  const size_t mask = slots_.size() - 1;
  for (size_t entry = 0; entry < entries_.size(); ++entry) {
    const uint64_t hash = HashOf(entries_[entry].code);
    size_t i = hash & mask;
    while (slots_[i].entry != 0) i = (i + 1) & mask;
    slots_[i] = {TagOf(hash), static_cast<uint32_t>(entry + 1)};
  }
}

}  // namespace zhida::facts
