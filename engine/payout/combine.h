// Combine: the awards of one subject against each other and against what it was paid before.
//
// Order: identities, then what excludes what (the exact best set), then what reads the upper level, then
// earlier payments, then limits of the year and of the contribution. Budgets come later. One Combiner a
// thread; it is reused from subject to subject. Source: docs/settlement.md.
#ifndef ZHIDA_ENGINE_PAYOUT_COMBINE_H_
#define ZHIDA_ENGINE_PAYOUT_COMBINE_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/payout/award.h"
#include "engine/payout/history.h"
#include "engine/payout/line.h"
#include "engine/payout/rivals.h"
#include "engine/payout/rules.h"
#include "engine/value/decimal.h"

namespace zhida::payout {

class Combiner {
 public:
  // `shared` marks the rows whose identity several subjects claim; empty: none. All outlive the combiner.
  Combiner(const Rules& rules, const AwardTable& awards, const History& history,
           std::span<const uint8_t> shared)
      : rules_(rules), awards_(awards), history_(history), shared_(shared) {}

  // Lines of one subject, in order, their rows set. Steps are appended to `steps`.
  void Run(std::span<Line> lines, std::span<const Payment> payments, std::vector<Step>* steps);

 private:
  // An award while it is looked at.
  struct Item {
    const Award* award = nullptr;
    const PolicyRules* rules = nullptr;
    Line* line = nullptr;
    bool competes = false;  // may be paid, as far as it is decided; in the end: is paid
    bool open = false;      // may become an award, or be paid, later
    bool chosen = false;
    int64_t due = 0;        // after what it reads of the upper level
    int128_t paid = 0;      // of earlier payments that it is reduced by
    int128_t paid_own = 0;  // of those, for this very event
    int64_t pay = 0;
    int32_t cause = -1;  // the policy that it gave way to
  };
  struct Told {
    uint32_t item;
    Step step;
  };
  // What a limit has left.
  struct Room {
    int group;
    int32_t year;
    std::string_view key;
    int128_t left;
  };
  // Awards that exclude each other have the same.
  struct Claim {
    int group = -1;
    int32_t year = kNoYear;
    std::string_view key;
    size_t item = 0;
    bool once = false;  // ONCE_ID
    bool key_known = true;
    bool SameAs(const Claim& other) const {
      return group == other.group && year == other.year && key == other.key;
    }
  };

  static std::span<const pack::Membership> CombineOf(const Item& item) { return item.rules->combine; }
  const Link& LinkOf(const Item& item, size_t membership) const {
    return awards_.links[item.award->links_begin + membership];
  }
  static void End(Item* item, Status status, Reason reason);
  bool IsOwn(const Item& item, const Payment& payment) const;
  bool Reduces(const Item& item, const Payment& payment) const;

  void Begin(std::span<Line> lines);
  void ReadPayments(Item* item);
  void ReadIdentity(Item* item);
  void CollectClaims();
  void MarkOpenRivals();
  void Choose();
  // Of awards that are tied together, ascending: the best legal set is chosen.
  void ChooseAmong(std::span<const size_t> component);
  bool IsOneGroup(std::span<const size_t> component) const;
  void ChooseBest(std::span<const size_t> component);
  Rivalry RivalryAmong(std::span<const size_t> component);
  void LeaveOut(size_t loser);
  bool ReadsOpenUpper(const Item& item, bool* holds) const;
  // What the upper level pays beside `item`, over those for which `taken` says yes.
  int128_t UpperOf(const Item& item, size_t membership);
  // Sets due and pay of a chosen item; keeps the steps if asked.
  void Compute(Item* item, bool keep_steps);
  void Limit(pack::Form form);
  void RefuseDoubleKeys();
  void Tell(const Item& item, const Step& step);
  void Finish(std::vector<Step>* steps);

  const Rules& rules_;
  const AwardTable& awards_;
  const History& history_;
  std::span<const uint8_t> shared_;
  std::span<const Payment> payments_;
  std::vector<Item> items_;
  uint32_t forms_ = 0;            // of all items
  std::vector<size_t> by_level_;  // items, those that read others behind them
  std::vector<Claim> claims_;     // of items that compete or are open, by group, year and key
  std::vector<Told> steps_;       // as they were taken
  // Room of single functions, kept from subject to subject so that most need no allocation.
  std::vector<uint32_t> keyed_;
  std::vector<Room> rooms_;
  std::vector<size_t> root_;
  std::vector<uint8_t> tied_;
  std::vector<size_t> together_;
  std::vector<uint8_t> seen_;
};

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_COMBINE_H_
