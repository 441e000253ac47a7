// Awards: what settlement wants to know of a pair beside its amount.
#include <utility>

#include "engine/pack/judging.h"
#include "engine/value/money.h"

namespace zhida::pack {

using feel::Reading;

namespace {

// What cannot be computed is not known to settlement, which then waits for a person.
Value Asked(const feel::Expression& expression, feel::Interpreter& interpreter,
            const std::vector<Value>& locals) {
  if (expression.root == nullptr) return Value::Null();
  Value value = interpreter.Evaluate(expression, locals);
  return value.is_error() ? Value::Unknown(Cause::kMissing) : value;
}

JudgedSum SumOf(const Sum& sum, feel::Interpreter& interpreter, const std::vector<Value>& locals) {
  if (!sum.given()) return {};
  if (sum.fen) return {true, sum.fen};
  const Value value = interpreter.Evaluate(sum.expression, locals);
  JudgedSum judged{true, std::nullopt};
  if (value.kind() == ValueKind::kNumber && !value.number().is_negative())
    judged.fen = ToFen(value.number(), {});
  return judged;
}

}  // namespace

JudgedAwards SubjectJudge::Impl::Awards(const Policy& policy, Outcome outcome) {
  const SettlementRule& rule = policy.settlement;
  // An eligible pair rests on no promise, so neither does anything that goes with it.
  const Reading reading = outcome == Outcome::kEligible ? Reading::kVerified : Reading::kPromised;
  Context& own = ContextOf(policy);
  feel::Interpreter& interpreter = InterpreterOf(own, reading);
  feel::Interpreter& plain = InterpreterOf(ContextOf(-1, as_of_.civil().year), reading);

  JudgedAwards result;
  if (rule.event_key.year == EventKey::Year::kOfPolicy) result.year = own.year;
  if (rule.event_key.year == EventKey::Year::kFixed) result.year = rule.event_key.fixed_year;
  result.min_pay = SumOf(rule.min_pay, interpreter, {});
  if (rule.pool >= 0) {
    const Pool& pool = pack_.settlement.pools[static_cast<size_t>(rule.pool)];
    for (const OrderKey& key : pool.order_by) result.order.push_back(Asked(key.by, plain, {}));
    result.region = Asked(pool.region, plain, {});
  }
  const bool per_element = policy.amount && policy.amount->per;
  const Payee& payee = rule.payee ? *rule.payee : pack_.settlement.payee;
  feel::Interpreter& of_payee = rule.payee ? interpreter : plain;
  result.has_payee = payee.account.root != nullptr;

  const auto add = [&](const Amount& amount, Value object, const std::vector<Value>& locals) {
    JudgedAward award;
    award.fen = amount.fen;
    award.unclipped_fen = amount.unclipped_fen;
    award.object = std::move(object);
    for (const Membership& member : rule.combine) {
      JudgedAward::Link link;
      const bool by_object = member.form == Form::kOnceId && member.key.root == nullptr;
      link.key = by_object ? award.object : Asked(member.key, interpreter, locals);
      const bool caps = member.form == Form::kCapYear || member.form == Form::kCapContrib;
      link.sum = caps ? SumOf(pack_.settlement.groups[static_cast<size_t>(member.group)].limit, plain, {})
                      : SumOf(member.upper, interpreter, locals);
      award.links.push_back(std::move(link));
    }
    const std::vector<Value>& of_locals = rule.payee ? locals : std::vector<Value>();
    award.payee_name = Asked(payee.name, of_payee, of_locals);
    award.payee_account_name = Asked(payee.account_name, of_payee, of_locals);
    award.payee_account = Asked(payee.account, of_payee, of_locals);
    award.payee_bank = Asked(payee.bank, of_payee, of_locals);
    result.awards.push_back(std::move(award));
  };

  if (outcome == Outcome::kUndetermined) {
    // Nobody knows for which elements there would be one.
    const Value unknown = Value::Unknown(Cause::kMissing);
    const std::vector<Value> locals = per_element ? std::vector<Value>{unknown} : std::vector<Value>();
    add({}, per_element ? unknown : Asked(rule.event_key.object, interpreter, {}), locals);
    return result;
  }
  if (!per_element) {
    add(AmountOf(policy, interpreter), Asked(rule.event_key.object, interpreter, {}), {});
    return result;
  }
  std::vector<ElementAmount> each;
  AmountOf(policy, interpreter, &each);
  for (const ElementAmount& element : each) {
    if (!element.amount.known()) continue;
    const std::vector<Value> locals = {element.element};
    add(element.amount, Asked(policy.amount->per->object, interpreter, locals), locals);
  }
  return result;
}

}  // namespace zhida::pack
