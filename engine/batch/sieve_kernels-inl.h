// The bodies of the kernels, compiled once for each instruction set by the files that include this one.
#if defined(ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_INL_H_
#undef ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_INL_H_
#else
#define ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_INL_H_
#endif

#include <hwy/highway.h>

#include "engine/batch/sieve_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace zhida::batch {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Words = hn::CappedTag<uint64_t, kWordsStep>;

void OrFromTheEnd(uint64_t* planes, size_t count, size_t words) {
  const Words d;
  for (size_t w = 0; w < words; w += hn::Lanes(d)) {
    auto all = hn::Zero(d);
    for (size_t i = count; i-- > 0;) {
      uint64_t* const at = planes + i * words + w;
      all = hn::Or(all, hn::Load(d, at));
      hn::Store(all, d, at);
    }
  }
}

void Unite(uint64_t* planes, size_t words, const Union* unions, size_t count, const SlotPair* pairs) {
  const Words d;
  for (size_t u = 0; u < count; ++u) {
    for (size_t w = 0; w < words; w += hn::Lanes(d)) {
      auto all = hn::Zero(d);
      for (uint32_t p = unions[u].begin; p < unions[u].end; ++p) {
        const auto in = hn::Load(d, planes + pairs[p].in * words + w);
        all = hn::Or(all, hn::AndNot(hn::Load(d, planes + pairs[p].out * words + w), in));
      }
      hn::Store(all, d, planes + unions[u].target * words + w);
    }
  }
}

// The planes that a step works on. Sure rows are at 2 * depth of the stack, possible ones beside them.
// A block of the usual size has its number of words built in, so that loops over words unroll.
template <bool kSureOnly, size_t kWords>
class Runner {
 public:
  Runner(const Step* steps, const uint64_t* planes, size_t words, uint64_t* stack)
      : steps_(steps), planes_(planes), any_words_(words), stack_(stack) {}

  void Run(size_t count, SieveSink* sink) {
    size_t at = 0;
    while (at < count) {
      const Step& step = steps_[at];
      switch (step.kind) {
        case Step::Kind::kLiteral:
          at = Literal(step) ? at + 1 : step.next;
          break;
        case Step::Kind::kAny: {
          size_t after = 0;
          const bool left = Any(at, &after);
          at = left ? after : step.next;
          break;
        }
        default:
          sink->Take(step.next, Sure(step.depth), kSureOnly ? Sure(step.depth) : Open(step.depth));
          ++at;
          break;
      }
    }
  }

 private:
  HWY_INLINE size_t Count() const { return kWords != 0 ? kWords : any_words_; }
  uint64_t* Sure(size_t depth) const { return stack_ + 2 * depth * Count(); }
  uint64_t* Open(size_t depth) const { return stack_ + (2 * depth + 1) * Count(); }

  HWY_INLINE bool Literal(const Step& step) const {
    const Words d;
    const uint64_t* const a = planes_ + step.a * Count();
    const uint64_t* const b = planes_ + step.b * Count();
    const uint64_t* const open = planes_ + step.open * Count();
    const uint64_t* const sure_in = Sure(step.depth - 1u);
    const uint64_t* const open_in = Open(step.depth - 1u);
    uint64_t* const sure_out = Sure(step.depth);
    uint64_t* const open_out = Open(step.depth);
    auto any = hn::Zero(d);
    for (size_t w = 0; w < Count(); w += hn::Lanes(d)) {
      const auto holds = hn::AndNot(hn::Load(d, b + w), hn::Load(d, a + w));
      const auto sure = hn::And(hn::Load(d, sure_in + w), holds);
      hn::Store(sure, d, sure_out + w);
      if constexpr (kSureOnly) {
        any = hn::Or(any, sure);
      } else {
        const auto can = hn::And(hn::Load(d, open_in + w), hn::Or(holds, hn::Load(d, open + w)));
        hn::Store(can, d, open_out + w);
        any = hn::Or(any, can);
      }
    }
    return !hn::AllTrue(d, hn::Eq(any, hn::Zero(d)));
  }

  // *after is where the steps of the alternatives end.
  HWY_INLINE bool Any(size_t at, size_t* after) const {
    const Words d;
    const size_t depth = steps_[at].depth;
    auto any = hn::Zero(d);
    size_t end = at;
    for (size_t w = 0; w < Count(); w += hn::Lanes(d)) {
      const auto sure_in = hn::Load(d, Sure(depth - 1) + w);
      const auto open_in = kSureOnly ? sure_in : hn::Load(d, Open(depth - 1) + w);
      auto sure_out = hn::Zero(d);
      auto open_out = hn::Zero(d);
      auto sure = sure_in;
      auto can = open_in;
      for (end = at + 1;; ++end) {
        const Step& part = steps_[end];
        const auto holds = hn::AndNot(hn::Load(d, planes_ + part.b * Count() + w),
                                      hn::Load(d, planes_ + part.a * Count() + w));
        sure = hn::And(sure, holds);
        if constexpr (!kSureOnly)
          can = hn::And(can, hn::Or(holds, hn::Load(d, planes_ + part.open * Count() + w)));
        if (part.kind == Step::Kind::kPart) continue;
        sure_out = hn::Or(sure_out, sure);
        open_out = hn::Or(open_out, can);
        sure = sure_in;
        can = open_in;
        if (part.kind == Step::Kind::kLastOfAll) break;
      }
      hn::Store(sure_out, d, Sure(depth) + w);
      if constexpr (kSureOnly) {
        any = hn::Or(any, sure_out);
      } else {
        hn::Store(open_out, d, Open(depth) + w);
        any = hn::Or(any, open_out);
      }
    }
    *after = end + 1;
    return !hn::AllTrue(d, hn::Eq(any, hn::Zero(d)));
  }

  const Step* const steps_;
  const uint64_t* const planes_;
  const size_t any_words_;
  uint64_t* const stack_;
};

void Run(const Step* steps, size_t count, const uint64_t* planes, size_t words, uint64_t* stack,
         bool sure_only, SieveSink* sink) {
  const auto with = [&](auto runner) { runner.Run(count, sink); };
  constexpr size_t kUsual = 16;
  if (words == kUsual) {
    if (sure_only)
      with(Runner<true, kUsual>(steps, planes, words, stack));
    else
      with(Runner<false, kUsual>(steps, planes, words, stack));
  } else {
    if (sure_only)
      with(Runner<true, 0>(steps, planes, words, stack));
    else
      with(Runner<false, 0>(steps, planes, words, stack));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace zhida::batch
HWY_AFTER_NAMESPACE();

#endif
