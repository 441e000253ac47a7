// Conditions on one fact of a small domain: the interpreter is asked about every member once, at compile
// time. So any condition on one boolean or one date, however it is written, becomes a set of stretches, and
// is right by construction.

#include <vector>

#include "engine/plan/lowering.h"

namespace zhida::plan {

using feel::ExprPtr;

namespace {

// Dates outside these years go to the interpreter one by one. Fifty thousand days at half a microsecond each.
constexpr int64_t kFirstYear = 1940;
constexpr int64_t kLastYear = 2079;

GraphBuilder::Stretch Days(int64_t low, int64_t high_exclusive, Truth truth) {
  GraphBuilder::Stretch stretch;
  stretch.has_low = true;
  stretch.low = Decimal::FromInt(low);
  stretch.has_high = true;
  stretch.high = Decimal::FromInt(high_exclusive);
  stretch.truth = truth;
  return stretch;
}

// Asks about one fact's values in turn.
class Asker {
 public:
  Asker(const feel::Model& model, const ExprPtr& expr, int fact, feel::Dates dates)
      : model_(model), fact_(fact), dates_(std::move(dates)) {
    expression_.root = expr;
    expression_.slot_count = SlotCount(*expr);
  }
  Truth Ask(Value value) const {
    OneFact subject(fact_, std::move(value));
    return feel::Interpreter(model_, subject, feel::Reading::kPromised, dates_).Evaluate(expression_).truth();
  }

 private:
  const feel::Model& model_;
  int fact_;
  feel::Dates dates_;
  feel::Expression expression_;
};

}  // namespace

NodeId Lowering::TabulateBoolean(const ExprPtr& expr, int fact, const Where& where) {
  const Asker asker(model_, expr, fact, DatesOf(where));
  std::vector<GraphBuilder::Stretch> stretches;
  for (int64_t value = 0; value <= 1; ++value) {
    const zhida::Truth truth = asker.Ask(Value::Boolean(value == 1));
    if (truth != zhida::Truth::kFalse) stretches.push_back(Days(value, value + 1, truth));
  }
  const ColumnId column = graph_.NumberColumn(graph_.Fact(fact, 0), kNone);
  return graph_.TestNumber(column, stretches, asker.Ask(Value::Null()));
}

NodeId Lowering::TabulateDate(const ExprPtr& expr, int fact, const Where& where) {
  const Asker asker(model_, expr, fact, DatesOf(where));
  const int64_t first = Date::FromCivil(kFirstYear, 1, 1)->days;
  const int64_t last = Date::FromCivil(kLastYear, 12, 31)->days;
  std::vector<GraphBuilder::Stretch> stretches;
  int64_t begin = first;
  zhida::Truth current = asker.Ask(Value::OfDate(Date{first}));
  for (int64_t day = first + 1; day <= last + 1; ++day) {
    const zhida::Truth truth = day > last ? zhida::Truth::kError : asker.Ask(Value::OfDate(Date{day}));
    if (truth == current && day <= last) continue;
    if (current != zhida::Truth::kFalse) stretches.push_back(Days(begin, day, current));
    begin = day;
    current = truth;
  }
  GraphBuilder::Stretch earlier = Days(0, first, zhida::Truth::kError);
  earlier.has_low = false;
  GraphBuilder::Stretch later = Days(last + 1, 0, zhida::Truth::kError);
  later.has_high = false;
  stretches.push_back(earlier);
  stretches.push_back(later);
  const ColumnId column = graph_.NumberColumn(graph_.Fact(fact, 0), kNone);
  return graph_.TestNumber(column, stretches, asker.Ask(Value::Null()));
}

}  // namespace zhida::plan
