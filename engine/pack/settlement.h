// What a pack says about money once amounts are known: groups of awards that meet, pools with budgets, who
// bears and who receives a payment. Read from settlement.yaml and from the policies' own keys, every name
// resolved. Immutable after loading; any thread. Source: docs/settlement.md.
#ifndef ZHIDA_ENGINE_PACK_SETTLEMENT_H_
#define ZHIDA_ENGINE_PACK_SETTLEMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/feel/ast.h"
#include "engine/value/decimal.h"
#include "engine/value/temporal.h"

namespace zhida::pack {

// How an award stands to the others of its group. MODIFIER, MIN_PAY, PRORATA and SHARE are the remaining four
// of the thirteen; they are no relation between awards and have keys of their own.
enum class Form : uint8_t {
  kAdd = 0,
  kMax,
  kTopup,
  kIncl,
  kPctUpper,
  kOnceId,
  kCapYear,
  kCapContrib,
  kStaged,
};
inline constexpr int kFormCount = 9;
std::string_view FormName(Form form);  // "ADD", "PCT_UPPER"

// A sum of money: nothing, whole fen, or an expression in yuan that is asked for each award.
struct Sum {
  std::optional<int64_t> fen;
  feel::Expression expression;  // root null: see fen
  bool given() const { return fen.has_value() || expression.root != nullptr; }
};

// One item of `combine`.
struct Membership {
  int group = -1;
  Form form = Form::kAdd;
  feel::Expression key;  // what makes awards rivals within the group; root null: the object for ONCE_ID
  std::vector<int> of;   // the policies of the upper level, ascending
  Sum upper;             // what the upper level pays, where no policy of the pack says so
  Decimal rate;          // PCT_UPPER
  Location where;
};

struct EventKey {
  enum class Year : uint8_t { kOnce, kOfPolicy, kFixed };
  std::string kind;
  feel::Expression object;  // root null: none
  Year year = Year::kOfPolicy;
  int64_t fixed_year = 0;
};

struct ShareLevel {
  std::string level;
  int64_t part = 0;
};

// Expressions for who is paid; each root may be null.
struct Payee {
  feel::Expression name;          // of the subject
  feel::Expression account_name;  // of the account; a payment waits where the two differ
  feel::Expression account;
  feel::Expression bank;
  bool given() const {
    return name.root != nullptr || account_name.root != nullptr || account.root != nullptr ||
           bank.root != nullptr;
  }
};

// The settlement keys of one policy.
struct SettlementRule {
  std::optional<int64_t> steps;
  std::vector<std::string> materials;
  std::vector<Membership> combine;
  int pool = -1;
  std::vector<ShareLevel> share;  // top level first
  EventKey event_key;
  Sum min_pay;
  bool min_pay_inclusive = false;  // the sum itself is not paid either
  std::optional<Payee> payee;      // instead of the pack's
  bool raised = false;             // a modifier has been worked into amount and cap
};

struct Group {
  std::string id;
  std::string title;
  bool all_subjects = false;  // identities count over all subjects
  Sum limit;                  // CAP_YEAR, CAP_CONTRIB
  Location where;
};

enum class Control : uint8_t { kOpen = 0, kFirstCome, kProrata, kRanked };
std::string_view ControlName(Control control);

struct Budget {
  int64_t year = 0;
  int64_t total_fen = 0;
  bool carry_over = false;  // what the year before left over is added
  bool closed = false;
  Location where;
};

struct OrderKey {
  feel::Expression by;
  bool descending = false;
};

struct Pool {
  std::string id;
  std::string title;
  Control control = Control::kFirstCome;
  int64_t unit_fen = 1;  // pro rata shares are whole numbers of it
  int64_t refill = 0;    // rounds in which what min_pay frees is given out again
  std::vector<OrderKey> order_by;
  std::vector<Budget> budgets;  // by rising year
  feel::Expression region;      // root null: no quotas
  std::vector<std::pair<std::string, int64_t>> quotas_fen;
  Location where;

  const Budget* FindBudget(int64_t year) const;
};

struct Settlement {
  std::vector<Group> groups;
  std::vector<Pool> pools;
  Payee payee;

  int FindGroup(std::string_view id) const;  // -1 if there is none
  int FindPool(std::string_view id) const;
};

// Test cases of settlement: awards in, payments out.
struct CaseLink {
  int group = -1;
  std::optional<std::string> key;
  std::optional<int64_t> fen;  // the limit, or what the upper level pays
};
struct CaseAward {
  std::string subject;
  int policy = -1;
  std::string outcome = "eligible";
  std::optional<std::string> object;
  std::optional<int64_t> year;
  std::optional<int64_t> amount_fen;
  std::optional<int64_t> unclipped_fen;
  std::optional<int64_t> min_pay_fen;
  std::vector<int64_t> order;
  std::string region;
  std::vector<CaseLink> links;
};
struct CaseHistory {
  std::string subject;
  std::string policy;
  std::string kind;
  std::string object;
  std::string region;
  std::optional<int64_t> year;
  int64_t part = 1;
  int64_t amount_fen = 0;
  Date date;
};
struct ExpectedAward {
  std::string subject;
  int policy = -1;
  std::string object;  // "" where the award has none
  std::optional<int64_t> fen;
  std::optional<std::string> status;
  std::optional<std::string> reason;
  std::optional<int64_t> part;
  std::optional<int64_t> order;
  std::optional<bool> rival_open;
  std::vector<std::pair<std::string, int64_t>> shares;
  Location where;
};
struct ExpectedPool {
  int pool = -1;
  std::optional<int64_t> paid_fen;
  std::optional<int64_t> left_fen;
  Location where;
};
struct SettlementCase {
  std::string id;
  std::string title;
  Date as_of;
  std::vector<CaseAward> awards;
  std::vector<CaseHistory> history;
  std::vector<std::pair<int, Budget>> budgets;  // of pools, in place of the pack's
  std::vector<ExpectedAward> expected;
  std::vector<ExpectedPool> expected_pools;
  Location where;
};

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_SETTLEMENT_H_
