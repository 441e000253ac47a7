// Policy: a measure with its clauses and its amount, as an officer wrote it, with every expression parsed.
// Immutable after loading; any thread.
#ifndef ZHIDA_ENGINE_PACK_POLICY_H_
#define ZHIDA_ENGINE_PACK_POLICY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/feel/ast.h"
#include "engine/feel/model.h"
#include "engine/pack/settlement.h"
#include "engine/value/money.h"

namespace zhida::pack {

struct Clause {
  enum class Form : uint8_t { kWhen, kAll, kAny, kNone };
  std::string id;
  std::string title;
  std::string article;
  std::string cite;
  std::string cure;
  std::string cured_by;
  std::optional<bool> curable;
  std::string refer_department;
  std::string refer_where;
  Form form = Form::kWhen;
  feel::Expression when;       // kWhen
  std::vector<Clause> parts;   // the other forms
  bool scope = false;          // top level only
  bool later_allowed = false;  // 容缺
  Location where;
};

struct PerElement {
  feel::Expression list;   // a list of structures
  std::string as;          // slot 0 of the three below, and of the rule's cap and floor
  feel::Expression where;  // root null: every element
  feel::Expression amount;
  feel::Expression object;  // what identifies an award; root null when not given
};

struct AmountRule {
  feel::Expression amount;  // yuan; root null when `per` is used
  std::optional<PerElement> per;
  feel::Expression cap;  // root null when there is none
  feel::Expression floor;
  MoneyRounding round;
};

// What becomes of an outcome that rests on promises: until when they are checked, and what follows if one is
// broken.
struct PromiseTerms {
  int64_t days = 0;
  bool working = true;   // days of `calendar`; else calendar days
  std::string calendar;  // id, where working
  std::string claw_back;
};

struct Policy {
  enum class Mode : uint8_t { kAutomatic, kOnClaim, kCommitment };
  std::string id;
  std::string title;
  std::string title_en;
  std::string department;
  std::string document;
  std::optional<Date> issued;
  bool official = false;              // else a sample
  std::optional<feel::Period> valid;  // from is already retro_from where there is one
  std::optional<feel::Period> window;
  int event_fact = -1;  // -1: the as-of date
  std::optional<int64_t> year;
  Mode mode = Mode::kOnClaim;
  std::vector<Clause> clauses;
  std::optional<AmountRule> amount;
  std::optional<PromiseTerms> promise;
  bool pay_conditional = false;  // pay_on: [eligible, conditional]
  SettlementRule settlement;     // combine, pool, share, event_key, ...
  Location where;
};

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_POLICY_H_
