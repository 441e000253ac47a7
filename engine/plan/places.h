// Places: how many of some bars a number has reached, for many numbers at once.
//
// Bars lie far apart where numbers are large, as a rule, so a table over the magnitude of the number, a few
// leading bits of it, tells the place but for one bar or two, which are then looked at; nothing branches on
// the number. Bars too dense for that are searched by halves. Immutable; any thread.
#ifndef ZHIDA_ENGINE_PLAN_PLACES_H_
#define ZHIDA_ENGINE_PLAN_PLACES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace zhida::plan {

// How many bars, ascending, are at or below the value.
size_t Reached(const std::vector<int64_t>& bars, int64_t value);

class Places {
 public:
  explicit Places(const std::vector<int64_t>& bars);  // ascending, below 65,536 of them

  // out[i] = base + the place of values[i], which must fit.
  void Find(const int64_t* values, size_t count, uint8_t base, uint8_t* out) const;
  void Find(const int64_t* values, size_t count, uint16_t base, uint16_t* out) const;

 private:
  size_t KeyOf(uint64_t above) const;
  bool Fill(int leading_bits, const std::vector<int64_t>& bars);
  template <typename Code>
  void FindAll(const int64_t* values, size_t count, Code base, Code* out) const;
  template <size_t kBars, typename Code>
  void FindFew(const int64_t* values, size_t count, Code base, Code* out) const;
  template <size_t kDoubtful, typename Code>
  void FindByTable(const int64_t* values, size_t count, Code base, Code* out) const;

  std::vector<int64_t> bars_;
  std::vector<uint16_t> begins_;  // by key: the bars of lesser keys; empty: no table
  int leading_bits_ = 0;
  size_t doubtful_ = 0;  // the most bars that share a key
  int64_t first_ = 0;    // the first bar
  uint64_t reach_ = 0;   // from the first bar to the last
};

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_PLACES_H_
