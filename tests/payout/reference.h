// A second settlement, written from docs/settlement.md for tests: one subject at a time, every legal set
// tried, plain sums, no sharing. Slow and short.
#ifndef ZHIDA_TESTS_PAYOUT_REFERENCE_H_
#define ZHIDA_TESTS_PAYOUT_REFERENCE_H_

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/payout/world.h"

namespace zhida::payout {

// The lines of world.h's TextOf(), sorted as the settlement has them: ReferenceTexts() below.
namespace reference {

using pack::Form;
using pack::Membership;

constexpr int32_t kYear = 2026;

// One award with what is decided of it.
struct Case {
  const MadeAward* made = nullptr;
  const pack::Policy* policy = nullptr;
  bool runs = true;   // competes
  bool open = false;  // undecided
  std::string status = "pay";
  std::string reason;
  int64_t due = 0;
  int64_t fen = 0;
  int part = 1;
  int64_t order = 0;
  bool rival_open = false;

  const std::vector<Membership>& combine() const { return policy->settlement.combine; }
  void End(const std::string& with, const std::string& why) {
    runs = false;
    status = with;
    reason = why;
    fen = 0;
  }
};

class Reference {
 public:
  explicit Reference(const World& world) : world_(world), settlement_(world.pack->settlement) {}

  std::vector<std::string> Run() {
    std::map<std::string, std::vector<const MadeAward*>> subjects;
    for (const MadeAward& award : world_.awards) subjects[award.subject].push_back(&award);
    for (auto& [subject, awards] : subjects) {
      std::stable_sort(awards.begin(), awards.end(), [](const MadeAward* a, const MadeAward* b) {
        return std::tie(a->policy, a->object, a->year, a->fen) <
               std::tie(b->policy, b->object, b->year, b->fen);
      });
      Subject(awards);
    }
    for (size_t pool = 0; pool < settlement_.pools.size(); ++pool) Pool(static_cast<int>(pool));
    for (Case& each : cases_) WithoutPool(&each);
    std::vector<std::string> texts;
    for (const Case& each : cases_) {
      if (each.status != "open") texts.push_back(Text(each));
    }
    return texts;
  }

 private:
  static std::string Text(const Case& each) {
    std::string text = each.made->subject + "/" + each.made->policy;
    if (!each.made->object.empty()) text += "/" + each.made->object;
    text += " " + each.status + " " + std::to_string(each.fen);
    if (!each.reason.empty()) text += " " + each.reason;
    if (each.part != 1) text += " part " + std::to_string(each.part);
    if (each.order != 0) text += " order " + std::to_string(each.order);
    return text + (each.rival_open ? " ~" : "");
  }

  const pack::Policy& PolicyOf(const std::string& id) const { return *world_.pack->FindPolicy(id); }
  bool IsMember(const std::string& policy, int group) const {
    const auto& combine = PolicyOf(policy).settlement.combine;
    return std::any_of(combine.begin(), combine.end(), [&](const Membership& m) { return m.group == group; });
  }
  // The key of a membership: the object for ONCE_ID, what the award says, or nothing.
  std::string KeyOf(const Case& each, const Membership& member) const {
    for (const MadeLink& link : each.made->links) {
      if (link.group == settlement_.groups[static_cast<size_t>(member.group)].id) return link.key;
    }
    return member.form == Form::kOnceId ? each.made->object : "";
  }
  int64_t SumOf(const Case& each, const Membership& member) const {
    for (const MadeLink& link : each.made->links) {
      if (link.group == settlement_.groups[static_cast<size_t>(member.group)].id) return link.fen;
    }
    return kNoFen;
  }
  bool IsOwn(const Case& each, const MadePayment& paid) const {
    return PolicyOf(paid.policy).settlement.event_key.kind == each.policy->settlement.event_key.kind &&
           paid.year == each.made->year && paid.object == each.made->object;
  }
  bool Counts(const Case& each, const MadePayment& paid) const {
    for (const Membership& member : each.combine()) {
      if (!IsMember(paid.policy, member.group)) continue;
      if (member.form == Form::kTopup || member.form == Form::kStaged) return true;
      const bool year = each.made->year == kNoYear || each.made->year == paid.year;
      if (member.form == Form::kMax && year) return true;
    }
    return false;
  }
  std::vector<const MadePayment*> PaymentsOf(const Case& each) const {
    std::vector<const MadePayment*> payments;
    for (const MadePayment& paid : world_.history) {
      if (paid.subject == each.made->subject) payments.push_back(&paid);
    }
    return payments;
  }
  int64_t Paid(const Case& each) const {
    int64_t sum = 0;
    for (const MadePayment* paid : PaymentsOf(each))
      sum += IsOwn(each, *paid) || Counts(each, *paid) ? paid->fen : 0;
    return sum;
  }

  void Subject(const std::vector<const MadeAward*>& awards) {
    std::vector<Case> mine;
    for (const MadeAward* made : awards) {
      Case each;
      each.made = made;
      each.policy = &PolicyOf(made->policy);
      for (const MadePayment* paid : PaymentsOf(each)) {
        if (IsOwn(each, *paid)) each.part = std::max(each.part, paid->part + 1);
      }
      mine.push_back(each);
    }
    for (Case& each : mine) Begin(&each);
    for (Case& each : mine) FindOpenRivals(&each, mine);
    const std::vector<bool> best = BestSet(&mine);
    for (size_t i = 0; i < mine.size(); ++i) {
      if (mine[i].runs && !best[i]) {
        bool once = false;
        for (size_t j = 0; j < mine.size(); ++j) {
          if (mine[j].runs && best[j] && Excludes(mine[i], mine[j], &once)) break;
        }
        mine[i].End("nothing", once ? "identity_used" : "given_up");
      }
    }
    Compute(&mine, best);
    for (size_t i = 0; i < mine.size(); ++i) Judge(&mine[i], mine);
    Limit(&mine);
    DoubleKeys(&mine);
    for (Case& each : mine) cases_.push_back(each);
  }

  void Begin(Case* each) {
    if (each->made->outcome == pack::Outcome::kUndetermined) {
      each->open = true;
      return each->End("open", "");
    }
    for (const Membership& member : each->combine()) {
      if (member.form != Form::kOnceId || !each->runs) continue;
      const std::string key = KeyOf(*each, member);
      if (key.empty()) {
        each->open = true;
        each->End("hold", "identity_unknown");
        continue;
      }
      for (const MadePayment* paid : PaymentsOf(*each)) {
        if (IsMember(paid->policy, member.group) && paid->object == key && !IsOwn(*each, *paid)) {
          each->End("nothing", "identity_used");
        }
      }
    }
  }

  bool Excludes(const Case& a, const Case& b, bool* once) const {
    for (const Membership& m : a.combine()) {
      for (const Membership& n : b.combine()) {
        const bool both = m.group == n.group && m.form == n.form;
        if (!both || (m.form != Form::kMax && m.form != Form::kOnceId)) continue;
        *once = m.form == Form::kOnceId;
        if (*once ? KeyOf(a, m) == KeyOf(b, n) : a.made->year == b.made->year) return true;
      }
    }
    return false;
  }

  void FindOpenRivals(Case* each, const std::vector<Case>& mine) {
    if (!each->runs && !each->open) return;
    for (const Case& other : mine) {
      if (&other == each || !other.open) continue;
      bool once = false;
      bool rivals = Excludes(*each, other, &once);
      // Whose identity is not known may be anybody's rival.
      for (const Membership& m : other.combine()) {
        const bool unknown = m.form == Form::kOnceId && KeyOf(other, m).empty();
        for (const Membership& n : each->combine())
          rivals = rivals || (unknown && n.group == m.group && n.form == m.form);
      }
      each->rival_open = each->rival_open || rivals;
    }
  }

  // All sets of awards, legal ones only, the first of the largest value.
  std::vector<bool> BestSet(std::vector<Case>* mine) {
    const size_t count = mine->size();
    std::vector<bool> best(count, false);
    int64_t best_value = -1;
    for (uint32_t bits = 0; bits < uint32_t{1} << count; ++bits) {
      // The first award is the highest bit, so that larger numbers come first in order.
      std::vector<bool> taken(count);
      for (size_t i = 0; i < count; ++i) taken[i] = (bits >> (count - 1 - i) & 1) != 0;
      bool legal = true;
      for (size_t i = 0; i < count; ++i) {
        bool met = false;
        bool once = false;
        for (size_t j = 0; j < count; ++j)
          met = met || (j != i && taken[j] && Excludes((*mine)[i], (*mine)[j], &once));
        legal = legal && ((*mine)[i].runs ? taken[i] != met : !taken[i]);
      }
      if (!legal) continue;
      const int64_t value = Compute(mine, taken);
      if (value < best_value) continue;
      best = taken;
      best_value = value;
    }
    return best;
  }

  int64_t Compute(std::vector<Case>* mine, const std::vector<bool>& taken) {
    // Upper levels first; chains are as long as there are policies at most.
    std::vector<bool> done(mine->size(), false);
    int64_t sum = 0;
    for (size_t pass = 0; pass <= mine->size(); ++pass) {
      for (size_t i = 0; i < mine->size(); ++i) {
        Case& each = (*mine)[i];
        if (done[i] || !taken[i]) continue;
        int64_t due = std::max<int64_t>(0, each.made->fen);
        bool ready = true;
        for (const Membership& member : each.combine()) {
          if (member.form != Form::kTopup && member.form != Form::kIncl && member.form != Form::kPctUpper)
            continue;
          int64_t upper = std::max<int64_t>(0, SumOf(each, member));
          for (const int policy : member.of) {
            bool seen = false;
            for (size_t j = 0; j < mine->size(); ++j) {
              if (PolicyIndex((*mine)[j]) != policy) continue;
              seen = true;
              ready = ready && (!taken[j] || done[j]);
              if (taken[j]) upper += (*mine)[j].due;
            }
            if (!seen) upper += PaidBy(each, policy);
          }
          if (member.form == Form::kIncl && member.of.empty()) upper += PaidByOthers(each, member.group);
          upper = std::max<int64_t>(0, upper);
          if (member.form == Form::kPctUpper) {
            // All rates of the tests are whole percentages.
            const int64_t percent = *(*Decimal::Multiply(member.rate, Decimal::FromInt(100))).ToScaled(0);
            const int64_t part = (2 * upper * percent + 100) / 200;
            due = each.made->fen < 0 ? part : std::min(due, part);
          } else {
            due = std::max<int64_t>(0, due - upper);
          }
        }
        if (!ready) continue;
        done[i] = true;
        each.due = due;
        each.fen = std::max<int64_t>(0, due - Paid(each));
        sum += each.fen;
      }
    }
    return sum;
  }

  int PolicyIndex(const Case& each) const {
    return static_cast<int>(each.policy - world_.pack->policies.data());
  }

  bool OfYear(const Case& each, const MadePayment& paid) const {
    return each.made->year == kNoYear || paid.year == each.made->year;
  }
  int64_t PaidBy(const Case& each, int policy) const {
    int64_t sum = 0;
    for (const MadePayment* paid : PaymentsOf(each)) {
      const bool other = !IsOwn(each, *paid) && !Counts(each, *paid) && OfYear(each, *paid);
      if (other && paid->policy == world_.pack->policies[static_cast<size_t>(policy)].id) sum += paid->fen;
    }
    return sum;
  }
  int64_t PaidByOthers(const Case& each, int group) const {
    int64_t sum = 0;
    for (const MadePayment* paid : PaymentsOf(each)) {
      const bool other = !IsOwn(each, *paid) && !Counts(each, *paid) && OfYear(each, *paid);
      if (other && paid->policy != each.made->policy && IsMember(paid->policy, group)) sum += paid->fen;
    }
    return sum;
  }

  void Judge(Case* each, const std::vector<Case>& mine) {
    if (!each->runs) return;
    bool holds = false;
    bool reduced = false;
    for (const Membership& member : each->combine()) {
      reduced =
          reduced || ((member.form == Form::kIncl || member.form == Form::kTopup) && each->made->fen > 0);
      for (const Case& other : mine) {
        if (!other.open || !std::binary_search(member.of.begin(), member.of.end(), PolicyIndex(other)))
          continue;
        each->rival_open = true;
        holds = holds || member.form != Form::kPctUpper;
      }
    }
    if (holds) return each->End("hold", "upper_open");
    if (each->fen > 0) return;
    int64_t own = 0;
    for (const MadePayment* paid : PaymentsOf(*each)) own += IsOwn(*each, *paid) ? paid->fen : 0;
    const char* why = each->due > 0 ? "already_paid" : reduced ? "upper_covers" : "zero";
    each->End("nothing", own > each->due ? "overpaid" : why);
  }

  void Limit(std::vector<Case>* mine) {
    for (const Form form : {Form::kCapYear, Form::kCapContrib}) {
      std::map<std::tuple<int, int, std::string>, int64_t> left;
      for (Case& each : *mine) {
        for (const Membership& member : each.combine()) {
          if (member.form != form || !each.runs) continue;
          const int64_t given = SumOf(each, member);
          const std::optional<int64_t> fixed =
              settlement_.groups[static_cast<size_t>(member.group)].limit.fen;
          if (given == kNoFen && !fixed) {
            each.End("hold", "limit_unknown");
            continue;
          }
          const int year = each.made->year == kNoYear ? kYear : each.made->year;
          const std::string key = KeyOf(each, member);
          const auto [room, fresh] =
              left.try_emplace({member.group, year, key}, given == kNoFen ? *fixed : given);
          for (const MadePayment* paid : PaymentsOf(each)) {
            const int of = paid->year == kNoYear ? paid->paid_year : paid->year;
            const bool same = key.empty() || key == paid->object;
            if (fresh && of == year && same && IsMember(paid->policy, member.group))
              room->second -= paid->fen;
          }
          if (fresh) room->second = std::max<int64_t>(0, room->second);
          const int64_t before = each.fen;
          each.fen = std::min(each.fen, room->second);
          room->second -= each.fen;
          if (before > 0 && each.fen == 0)
            each.End("nothing", form == Form::kCapYear ? "year_cap" : "contribution_cap");
        }
      }
    }
  }

  void DoubleKeys(std::vector<Case>* mine) {
    std::set<Case*> twice;
    for (Case& a : *mine) {
      for (Case& b : *mine) {
        const bool same = a.policy->settlement.event_key.kind == b.policy->settlement.event_key.kind &&
                          a.made->year == b.made->year && a.made->object == b.made->object;
        if (&a != &b && same && a.runs && b.runs && a.fen > 0 && b.fen > 0) twice.insert(&a);
      }
    }
    for (Case* each : twice) each->End("hold", "duplicate_key");
  }

  // What each of `turns` gets of `free` in one round, those in `out` left aside.
  static std::vector<int64_t> GiveOut(const pack::Pool& pool, const std::vector<Case*>& turns,
                                      const std::set<Case*>& out, int64_t free) {
    std::vector<int64_t> given(turns.size(), 0);
    int64_t asked = 0;
    for (Case* each : turns) asked += out.count(each) != 0 ? 0 : each->fen;
    bool full = false;
    for (size_t i = 0; i < turns.size(); ++i) {
      if (out.count(turns[i]) != 0) continue;
      if (pool.control == pack::Control::kOpen ||
          (pool.control == pack::Control::kProrata && asked <= free)) {
        given[i] = turns[i]->fen;
      } else if (pool.control != pack::Control::kProrata) {
        full = full || turns[i]->fen > free;
        if (!full) given[i] = turns[i]->fen;
        if (!full) free -= given[i];
      }
    }
    if (pool.control != pack::Control::kProrata || asked <= free) return given;
    const int64_t units = free / pool.unit_fen;
    int64_t left = units;
    std::vector<std::pair<int64_t, size_t>> rests;
    for (size_t i = 0; i < turns.size(); ++i) {
      if (out.count(turns[i]) != 0) continue;
      given[i] = turns[i]->fen * units / asked * pool.unit_fen;
      left -= turns[i]->fen * units / asked;
      if (turns[i]->fen - given[i] >= pool.unit_fen) rests.emplace_back(-(turns[i]->fen * units % asked), i);
    }
    std::sort(rests.begin(), rests.end());
    for (size_t i = 0; i < rests.size() && left > 0; ++i, --left) given[rests[i].second] += pool.unit_fen;
    return given;
  }

  static bool TooSmall(const Case& each, int64_t given) {
    const int64_t least = each.policy->settlement.min_pay.fen.value_or(0);
    return given > 0 && (given < least || (given == least && each.policy->settlement.min_pay_inclusive));
  }

  void Pool(int index) {
    const pack::Pool& pool = settlement_.pools[static_cast<size_t>(index)];
    const pack::Budget* budget = pool.FindBudget(kYear);
    int64_t free = budget == nullptr ? 0 : budget->total_fen;
    for (const MadePayment& paid : world_.history) {
      if (PolicyOf(paid.policy).settlement.pool == index && paid.paid_year == kYear) free -= paid.fen;
    }
    std::vector<Case*> turns;
    for (Case& each : cases_) {
      if (each.policy->settlement.pool != index || !each.runs) continue;
      const bool turn = pool.order_by.empty() || pool.control == pack::Control::kProrata;
      if (!turn && each.made->order.empty()) {
        each.End("hold", "order_unknown");
      } else if (pool.control != pack::Control::kOpen && free < 0) {
        each.End("hold", "pool_overcommitted");
      } else {
        turns.push_back(&each);
      }
    }
    std::stable_sort(turns.begin(), turns.end(), [&pool](const Case* a, const Case* b) {
      if (pool.order_by.empty() || a->made->order == b->made->order) return false;
      if (a->made->order.empty() || b->made->order.empty()) return b->made->order.empty();
      return pool.order_by[0].descending ? b->made->order < a->made->order : a->made->order < b->made->order;
    });
    for (size_t i = 0; i < turns.size(); ++i) turns[i]->order = static_cast<int64_t>(i + 1);
    std::set<Case*> out;
    std::vector<int64_t> given;
    for (int64_t round = 0; round <= pool.refill; ++round) {
      given = GiveOut(pool, turns, out, free);
      const size_t before = out.size();
      for (size_t i = 0; i < turns.size(); ++i) {
        if (TooSmall(*turns[i], given[i])) out.insert(turns[i]);
      }
      if (out.size() == before) break;
    }
    for (size_t i = 0; i < turns.size(); ++i) {
      const int64_t asked = turns[i]->fen;
      if (out.count(turns[i]) != 0) {
        turns[i]->End("nothing", "below_minimum");
      } else if (given[i] == 0) {
        const bool queue = pool.control == pack::Control::kFirstCome;
        turns[i]->End(queue ? "hold" : "nothing", queue ? "budget_queue" : "budget");
      } else {
        turns[i]->fen = given[i];
        if (given[i] < asked) turns[i]->reason = "budget";
      }
    }
  }

  void WithoutPool(Case* each) {
    if (each->runs && each->policy->settlement.pool < 0 && TooSmall(*each, each->fen))
      each->End("nothing", "below_minimum");
  }

  const World& world_;
  const pack::Settlement& settlement_;
  std::vector<Case> cases_;
};

}  // namespace reference

inline std::vector<std::string> ReferenceTexts(const World& world) {
  return reference::Reference(world).Run();
}

}  // namespace zhida::payout

#endif  // ZHIDA_TESTS_PAYOUT_REFERENCE_H_
