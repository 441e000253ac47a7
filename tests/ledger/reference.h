// The ledger in a hundred lines: maps, no storage, no chain. What the real one answers is compared with this.
#ifndef ZHIDA_TESTS_LEDGER_REFERENCE_H_
#define ZHIDA_TESTS_LEDGER_REFERENCE_H_

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/ledger/ledger.h"

namespace zhida::ledger {

// Written from docs/ledger.md, with words for states and codes for answers ("" is done, "same" is so before).
class Reference {
 public:
  struct Pay {
    std::string id, state, policy, account, by, file;
    int64_t fen = 0, back = 0, asked = 0;
    std::pair<std::string, int> pool;
    std::map<std::pair<std::string, std::string>, int64_t> references;
  };
  struct Pool {
    bool closed = false;
    int64_t budget = 0;
  };

  std::string SetBudget(const std::pair<std::string, int>& name, int64_t total) {
    if (pools.contains(name) && pools[name].closed) return "ZD7113";
    if (total < Used(name)) return "ZD7115";
    pools[name].budget = total;
    return "";
  }
  std::string Close(const std::pair<std::string, int>& name) {
    if (!pools.contains(name)) return "ZD7112";
    pools[name].closed = true;
    return "";
  }
  std::string Carry(const std::pair<std::string, int>& name) {
    if (!pools.contains(name)) return "ZD7112";
    if (!pools[name].closed) return "ZD7116";
    const int64_t free = pools[name].budget - Used(name);
    if (free == 0) return "";
    const std::pair<std::string, int> next{name.first, name.second + 1};
    if (pools.contains(next) && pools[next].closed) return "ZD7113";
    pools[name].budget -= free;
    pools[next].budget += free;
    return "";
  }
  std::string Reserve(const Reservation& r, const std::string& by) {
    auto& attempts = keys[{r.key.subject, r.key.part}];
    const std::pair<std::string, int> pool{r.pool, r.pool_year};
    if (!attempts.empty() && attempts.back().state != "void" && attempts.back().state != "returned") {
      const Pay& old = attempts.back();
      if (old.policy != r.policy || old.pool != pool) return "ZD7122";
      if (old.fen != r.amount_fen) return "ZD7120";
      return old.account != r.payee.account ? "ZD7121" : "same";
    }
    if (!pools.contains(pool)) return "ZD7112";
    if (pools[pool].closed) return "ZD7113";
    if (r.amount_fen > pools[pool].budget - Used(pool)) return "ZD7114";
    const int attempt = static_cast<int>(attempts.size()) + 1;
    attempts.push_back({PaymentId(r.key, attempt),
                        r.hold.empty() ? "reserved" : "held",
                        r.policy,
                        r.payee.account,
                        by,
                        "",
                        r.amount_fen,
                        0,
                        0,
                        pool,
                        {}});
    return "";
  }
  std::string Apply(Pay* pay, const std::string& kind, int64_t fen, const std::string& reference) {
    static const std::set<std::tuple<std::string, std::string, std::string>> ways = {
        {"hold", "reserved", "held"},
        {"release", "held", "reserved"},
        {"withdraw", "exported", "reserved"},
        {"pending", "exported", "pending"},
        {"pending", "unknown", "pending"},
        {"unknown", "exported", "unknown"},
        {"unknown", "pending", "unknown"},
        {"post", "exported", "paid"},
        {"post", "pending", "paid"},
        {"post", "unknown", "paid"},
        {"reject", "exported", "rejected"},
        {"reject", "pending", "rejected"},
        {"reject", "unknown", "rejected"},
        {"void", "reserved", "void"},
        {"void", "held", "void"},
        {"void", "rejected", "void"}};
    if (kind == "return" || kind == "recover" || kind == "demand") {
      const auto known = pay->references.find({kind, reference});
      if (known != pay->references.end()) return known->second == fen ? "same" : "ZD7136";
      if (pay->state != "paid") return "ZD7131";
      int64_t* const sum = kind == "demand" ? &pay->asked : &pay->back;
      if (fen <= 0 || *sum + fen > pay->fen) return "ZD7132";
      *sum += fen;
      pay->references[{kind, reference}] = fen;
      if (pay->back == pay->fen) pay->state = "returned";
      return "";
    }
    const bool posted = kind == "post" && (pay->state == "paid" || pay->state == "returned");
    if (posted && fen != 0 && fen != pay->fen) return "ZD7132";
    if (posted) return "same";
    for (const auto& [step, from, to] : ways) {
      if (step != kind) continue;
      if (to == pay->state && kind != "release" && kind != "withdraw") return "same";
      if (from != pay->state) continue;
      if (kind == "post" && fen != 0 && fen != pay->fen) return "ZD7132";
      pay->state = to;
      return "";
    }
    return "ZD7131";
  }
  std::string Export(const std::string& file, const std::vector<Pay*>& pays, const std::string& by) {
    if (!files.insert(file).second) return "";
    std::set<Pay*> seen;
    for (Pay* const pay : pays) {
      std::string fault = pay->state != "reserved" ? "ZD7131" : pay->by == by ? "ZD7133" : "";
      if (!seen.insert(pay).second) fault = "ZD7137";
      if (!fault.empty()) files.erase(file);
      if (!fault.empty()) return fault;
    }
    for (Pay* const pay : pays) pay->state = "exported", pay->file = file;
    return "";
  }
  // What of a budget is reserved or paid and has not come back.
  int64_t Used(const std::pair<std::string, int>& name) const {
    int64_t used = 0;
    for (const auto& [key, attempts] : keys) {
      for (const Pay& pay : attempts) {
        if (pay.pool == name && pay.state != "void") used += pay.fen - pay.back;
      }
    }
    return used;
  }

  std::map<std::pair<std::string, int>, Pool> pools;
  std::map<std::pair<std::string, std::string>, std::vector<Pay>> keys;
  std::set<std::string> files;
};

}  // namespace zhida::ledger

#endif  // ZHIDA_TESTS_LEDGER_REFERENCE_H_
