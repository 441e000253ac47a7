#include "engine/explain/cure_day.h"

#include <algorithm>
#include <memory>
#include <set>

#include "engine/explain/motion.h"
#include "engine/feel/verdict.h"

namespace zhida::explain {
namespace {

constexpr int64_t kDaysAhead = 36'525;
constexpr int64_t kYearsAhead = 5;

DaySet Both(const DaySet& a, const DaySet& b) {
  DaySet both;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const int64_t first = std::max(a[i].first, b[j].first);
    const int64_t last = std::min(a[i].second, b[j].second);
    if (first <= last) both.emplace_back(first, last);
    (a[i].second < b[j].second ? i : j)++;
  }
  return both;
}

DaySet Either(const DaySet& a, const DaySet& b) {
  DaySet all(a);
  all.insert(all.end(), b.begin(), b.end());
  std::sort(all.begin(), all.end());
  DaySet joined;
  for (const auto& [first, last] : all) {
    if (!joined.empty() && first <= joined.back().second + 1) {
      joined.back().second = std::max(joined.back().second, last);
    } else {
      joined.emplace_back(first, last);
    }
  }
  return joined;
}

int64_t NewYear(int64_t year) { return Date::FromCivil(year, 1, 1).value_or(Date{}).days; }

}  // namespace

std::optional<Date> CureDays::First(const Part& condition, bool want) const {
  const Looks looks = LooksOf(pack_.model, condition);
  const bool moves =
      looks.as_of || (looks.dated() && policy_.event_fact < 0) || (looks.year && !policy_.year);
  if (!moves) return std::nullopt;
  const int64_t ahead =
      looks.year && !policy_.year ? NewYear(as_of_.civil().year + kYearsAhead) - as_of_.days : kDaysAhead;
  const Days days = Solve(condition, as_of_.days + ahead);
  const DaySet& wanted = want ? days.when_true : days.when_false;
  if (wanted.empty() || wanted.front().first <= as_of_.days) return std::nullopt;
  return Date{wanted.front().first};
}

CureDays::Days CureDays::Solve(const Part& part, int64_t last) const {
  std::vector<Part> parts;
  const Shape shape = ShapeOf(pack_.model, part, &parts);
  if (shape == Shape::kAtom) {
    const feel::Expr& expr = *part.root;
    const bool two_ends = expr.op == feel::Op::kInRange && expr.args[1] != nullptr && expr.args[2] != nullptr;
    return two_ends ? SolveRange(part, last) : SolveAtom(part, last);
  }
  Days days = Solve(parts[0], last);
  if (shape == Shape::kNot) std::swap(days.when_true, days.when_false);
  for (size_t i = 1; i < parts.size(); ++i) {
    const Days other = Solve(parts[i], last);
    const bool all = shape == Shape::kAll;
    days.when_true = all ? Both(days.when_true, other.when_true) : Either(days.when_true, other.when_true);
    days.when_false =
        all ? Either(days.when_false, other.when_false) : Both(days.when_false, other.when_false);
  }
  return days;
}

// The two ends one after the other: each may move its own way. Strict: false only where both are known.
CureDays::Days CureDays::SolveRange(const Part& part, int64_t last) const {
  const auto half = [&](size_t left_out) {
    auto expr = std::make_shared<feel::Expr>(*part.root);
    expr->args[left_out] = nullptr;
    return SolveAtom(PartOf(part, expr), last);
  };
  const Days low = half(2);
  const Days high = half(1);
  const DaySet low_known = Either(low.when_true, low.when_false);
  const DaySet high_known = Either(high.when_true, high.when_false);
  return {Both(low.when_true, high.when_true),
          Either(Both(low.when_false, high_known), Both(high.when_false, low_known))};
}

CureDays::Days CureDays::SolveAtom(const Part& part, int64_t last) const {
  Days days;
  const std::vector<int64_t> cuts = Cuts(LooksOf(pack_.model, part), last);
  for (size_t i = 0; i + 1 < cuts.size(); ++i) SolveStretch(part, cuts[i], cuts[i + 1] - 1, &days);
  days.when_true = Either(days.when_true, {});
  days.when_false = Either(days.when_false, {});
  return days;
}

// Within a stretch nothing dated changes, so an atom that moves one way changes at most once.
void CureDays::SolveStretch(const Part& part, int64_t first, int64_t last, Days* days) const {
  const auto add = [days](Truth truth, int64_t from, int64_t to) {
    if (truth == Truth::kTrue) days->when_true.emplace_back(from, to);
    if (truth == Truth::kFalse) days->when_false.emplace_back(from, to);
  };
  const Truth begin = At(part, first);
  const Motion motion = MotionOf(pack_.model, *part.root);
  if (motion == Motion::kAnyWay) return add(begin, first, first);
  const Truth end = motion == Motion::kStill || first == last ? begin : At(part, last);
  if (begin == end) return add(begin, first, last);
  // Working days beyond the calendar end in unknown, where halving has nothing to hold on to.
  const bool decided =
      (begin == Truth::kFalse && end == Truth::kTrue) || (begin == Truth::kTrue && end == Truth::kFalse);
  if (!decided) return add(begin, first, first);
  int64_t before = first;
  int64_t after = last;
  while (after - before > 1) {
    const int64_t middle = before + (after - before) / 2;
    (At(part, middle) == begin ? before : after) = middle;
  }
  add(begin, first, before);
  add(end, after, last);
}

// The first day, every later one on which something that the atom reads changes, and the day after the last.
std::vector<int64_t> CureDays::Cuts(const Looks& looks, int64_t last) const {
  std::set<int64_t> cuts = {as_of_.days, last + 1};
  const auto cut = [&](int64_t day) {
    if (day > as_of_.days && day <= last) cuts.insert(day);
  };
  const auto cut_at = [&](const feel::Period& period) {
    if (period.from) cut(period.from->days);
    if (period.to) cut(period.to->days + 1);
  };
  if (looks.year && !policy_.year) {
    for (int64_t year = as_of_.civil().year + 1; NewYear(year) <= last; ++year) cut(NewYear(year));
  }
  if (policy_.event_fact >= 0) return {cuts.begin(), cuts.end()};
  for (const int parameter : looks.parameters) {
    for (const feel::ParameterVersion& version :
         pack_.model.parameters[static_cast<size_t>(parameter)].versions)
      cut_at(version.in_force);
  }
  for (const int zone : looks.zones) {
    for (const feel::ZoneMember& member : pack_.model.zones[static_cast<size_t>(zone)].members)
      cut_at(member.in_force);
  }
  if (looks.trees) {
    for (const feel::CodeList& list : pack_.model.code_lists) {
      for (const feel::Code& code : list.codes()) cut_at(code.in_force);
    }
  }
  return {cuts.begin(), cuts.end()};
}

Truth CureDays::At(const Part& part, int64_t day) const {
  feel::Dates dates;
  dates.as_of = Date{day};
  dates.year = policy_.year.value_or(dates.as_of.civil().year);
  dates.event = policy_.event_fact < 0 ? Value::OfDate(dates.as_of)
                                       : facts_.Get(policy_.event_fact, feel::Reading::kPromised);
  feel::Interpreter interpreter(pack_.model, facts_, feel::Reading::kPromised, dates);
  return feel::ToVerdict(Evaluate(interpreter, part)).truth;
}

}  // namespace zhida::explain
