// The bodies of the kernels, compiled once for each instruction set by the files that include this one.
#if defined(ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_INL_H_
#undef ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_INL_H_
#else
#define ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <bit>

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

// What a condition comes to: rows for which it is sure, and can be.
template <typename Take>
HWY_INLINE void EachWordOf(const NearLiteral* literals, size_t count, const uint64_t* planes, size_t words,
                           Take take) {
  const Words d;
  if (count == 1) {  // as most are
    const uint64_t* const a = planes + literals->a * words;
    const uint64_t* const b = planes + literals->b * words;
    const uint64_t* const open = planes + literals->open * words;
    for (size_t w = 0; w < words; w += hn::Lanes(d)) {
      const auto holds = hn::AndNot(hn::Load(d, b + w), hn::Load(d, a + w));
      take(w, hn::Load(d, planes + kAllRows * words + w), holds, hn::Or(holds, hn::Load(d, open + w)));
    }
    return;
  }
  for (size_t w = 0; w < words; w += hn::Lanes(d)) {
    const auto all = hn::Load(d, planes + kAllRows * words + w);
    auto sure = all;
    auto can = all;
    auto sure_or = hn::Zero(d);
    auto can_or = hn::Zero(d);
    auto sure_and = all;
    auto can_and = all;
    for (size_t i = 0; i < count; ++i) {
      const NearLiteral& literal = literals[i];
      const auto holds = hn::AndNot(hn::Load(d, planes + literal.b * words + w),
                                    hn::Load(d, planes + literal.a * words + w));
      sure_and = hn::And(sure_and, holds);
      can_and = hn::And(can_and, hn::Or(holds, hn::Load(d, planes + literal.open * words + w)));
      if (!literal.ends_and) continue;
      sure_or = hn::Or(sure_or, sure_and);
      can_or = hn::Or(can_or, can_and);
      sure_and = all;
      can_and = all;
      if (!literal.ends_or) continue;
      sure = hn::And(sure, sure_or);
      can = hn::And(can, can_or);
      sure_or = hn::Zero(d);
      can_or = hn::Zero(d);
    }
    take(w, all, sure, can);
  }
}

void Open(const NearLiteral* literals, size_t count, const uint64_t* planes, size_t words, uint64_t* out) {
  const Words d;
  EachWordOf(literals, count, planes, words,
             [&](size_t w, auto, auto sure, auto can) { hn::Store(hn::AndNot(sure, can), d, out + w); });
}

void OrOf(const uint64_t* planes, const uint32_t* which, size_t count, size_t words, uint64_t* out) {
  const Words d;
  for (size_t w = 0; w < words; w += hn::Lanes(d)) {
    auto all = hn::Zero(d);
    for (size_t i = 0; i < count; ++i) all = hn::Or(all, hn::Load(d, planes + which[i] * words + w));
    hn::Store(all, d, out + w);
  }
}

// Most words hold few rows, so the first are written without asking how many there are.
size_t List(const uint64_t* rows, const uint64_t* within, const uint64_t* open, size_t words, uint32_t* out) {
  uint32_t* const begin = out;
  for (size_t w = 0; w < words; ++w) {
    uint64_t bits = rows[w] & within[w];
    const size_t count = static_cast<size_t>(std::popcount(bits));
    const auto next = [&] {
      const auto bit = static_cast<uint32_t>(std::countr_zero(bits)) & 63u;
      bits &= bits - 1;
      return static_cast<uint32_t>(w * 64 + bit) | static_cast<uint32_t>(open[w] >> bit & 1) * kOpenRow;
    };
    for (size_t i = 0; i < kRowsBeyond; ++i) out[i] = next();
    for (size_t i = kRowsBeyond; i < count; ++i) out[i] = next();
    out += count;
  }
  return static_cast<size_t>(out - begin);
}

// Planes lie far apart, so that the machine cannot guess which comes next.
HWY_INLINE void Fetch(const uint64_t* plane, size_t words) {
  constexpr size_t kLine = 8;
  for (size_t w = 0; w < words; w += kLine) hwy::Prefetch(plane + w);
}

void Fails(const NearCondition* conditions, size_t count, const NearLiteral* literals, const uint64_t* planes,
           size_t words, uint64_t* out) {
  const Words d;
  constexpr uint32_t kAhead = 4;
  for (size_t i = 0; i < count; ++i, out += words) {
    const uint32_t begin = conditions[i].begin;
    const uint32_t end = conditions[i].end;
    if (begin + kAhead < conditions[count - 1].end) {
      const NearLiteral& next = literals[begin + kAhead];
      Fetch(planes + next.a * words, words);
      Fetch(planes + next.b * words, words);
      Fetch(planes + next.open * words, words);
    }
    EachWordOf(literals + begin, end - begin, planes, words,
               [&](size_t w, auto all, auto, auto can) { hn::Store(hn::AndNot(can, all), d, out + w); });
  }
}

// Rows without a failed condition are at 2 * depth of the stack, those with one beside them.
template <size_t kWords>
class NearRunner {
 public:
  NearRunner(const uint64_t* fails, size_t words, uint64_t* stack)
      : fails_(fails), any_words_(words), stack_(stack) {}

  void Run(const NearStep* steps, size_t count, bool all, NearSink* sink) {
    constexpr size_t kAhead = 6;
    size_t at = 0;
    while (at < count) {
      const NearStep& step = steps[at];
      if (at + kAhead < count && !Emits(steps[at + kAhead])) Fetch(FailsOf(steps[at + kAhead]), Count());
      if (Emits(step)) {
        if (all || step.kind == NearStep::Kind::kEmit)
          sink->Take(step.target, None(step.depth), One(step.depth));
        else if (Any(One(step.depth)))
          sink->TakeOne(step.target, One(step.depth));
        ++at;
      } else if (step.straight > 0) {
        const NearStep& emit = steps[at + step.straight];
        if (all || emit.kind == NearStep::Kind::kEmit) {
          if (Straight<true>(&step, emit.depth)) sink->Take(emit.target, None(emit.depth), One(emit.depth));
        } else if (Straight<false>(&step, emit.depth)) {
          sink->TakeOne(emit.target, One(emit.depth));
        }
        at += step.straight + 1u;
      } else {
        const bool left = step.kind == NearStep::Kind::kMust ? Go<false>(step) : Go<true>(step);
        at = left ? at + 1 : step.next;
      }
    }
  }

 private:
  HWY_INLINE size_t Count() const { return kWords != 0 ? kWords : any_words_; }
  uint64_t* None(size_t depth) const { return stack_ + 2 * depth * Count(); }
  uint64_t* One(size_t depth) const { return stack_ + (2 * depth + 1) * Count(); }

  HWY_INLINE bool Any(const uint64_t* plane) const {
    const Words d;
    auto any = hn::Zero(d);
    for (size_t w = 0; w < Count(); w += hn::Lanes(d)) any = hn::Or(any, hn::Load(d, plane + w));
    return !hn::AllTrue(d, hn::Eq(any, hn::Zero(d)));
  }

  static bool Emits(const NearStep& step) {
    return step.kind == NearStep::Kind::kEmit || step.kind == NearStep::Kind::kEmitOne;
  }
  const uint64_t* FailsOf(const NearStep& step) const { return fails_ + step.target * Count(); }

  // All steps up to a policy, without the planes between; kNone: rows without a failed condition matter too.
  template <bool kNone>
  HWY_INLINE bool Straight(const NearStep* step, size_t depth) const {
    const Words d;
    const size_t count = step->straight;
    const uint64_t* const none_in = None(step->depth - 1u);
    const uint64_t* const one_in = One(step->depth - 1u);
    auto any = hn::Zero(d);
    // Two vectors at a time, since what takes long is to guess where the loops end.
    const size_t step_words = hn::Lanes(d) * (kWords % (2 * hn::Lanes(d)) == 0 && kWords != 0 ? 2 : 1);
    const size_t second = step_words - hn::Lanes(d);
    for (size_t w = 0; w < Count(); w += step_words) {
      auto none = hn::Load(d, none_in + w);
      auto one = hn::Load(d, one_in + w);
      auto none2 = hn::Load(d, none_in + w + second);
      auto one2 = hn::Load(d, one_in + w + second);
      for (size_t i = 0; i < count; ++i) {
        const uint64_t* const fails = FailsOf(step[i]) + w;
        const auto may = hn::Set(d, uint64_t{0} - static_cast<uint64_t>(step[i].kind));
        const auto fail = hn::Load(d, fails);
        const auto fail2 = hn::Load(d, fails + second);
        one = hn::Or(hn::AndNot(fail, one), hn::And(may, hn::And(fail, none)));
        none = hn::AndNot(fail, none);
        one2 = hn::Or(hn::AndNot(fail2, one2), hn::And(may, hn::And(fail2, none2)));
        none2 = hn::AndNot(fail2, none2);
      }
      hn::Store(one, d, One(depth) + w);
      hn::Store(one2, d, One(depth) + w + second);
      any = hn::Or(any, hn::Or(one, one2));
      if constexpr (kNone) {
        hn::Store(none, d, None(depth) + w);
        hn::Store(none2, d, None(depth) + w + second);
        any = hn::Or(any, hn::Or(none, none2));
      }
    }
    return !hn::AllTrue(d, hn::Eq(any, hn::Zero(d)));
  }

  template <bool kMay>
  HWY_INLINE bool Go(const NearStep& step) const {
    const Words d;
    const uint64_t* const fails = FailsOf(step);
    const uint64_t* const none_in = None(step.depth - 1u);
    const uint64_t* const one_in = One(step.depth - 1u);
    uint64_t* const none_out = None(step.depth);
    uint64_t* const one_out = One(step.depth);
    auto any = hn::Zero(d);
    for (size_t w = 0; w < Count(); w += hn::Lanes(d)) {
      const auto fail = hn::Load(d, fails + w);
      const auto none_before = hn::Load(d, none_in + w);
      const auto none = hn::AndNot(fail, none_before);
      auto one = hn::AndNot(fail, hn::Load(d, one_in + w));
      if constexpr (kMay) one = hn::Or(one, hn::And(fail, none_before));
      hn::Store(none, d, none_out + w);
      hn::Store(one, d, one_out + w);
      any = hn::Or(any, hn::Or(none, one));
    }
    return !hn::AllTrue(d, hn::Eq(any, hn::Zero(d)));
  }

  const uint64_t* const fails_;
  const size_t any_words_;
  uint64_t* const stack_;
};

void RunNear(const NearStep* steps, size_t count, const uint64_t* fails, size_t words, uint64_t* stack,
             bool all, NearSink* sink) {
  constexpr size_t kUsual = 16;
  if (words == kUsual)
    NearRunner<kUsual>(fails, words, stack).Run(steps, count, all, sink);
  else
    NearRunner<0>(fails, words, stack).Run(steps, count, all, sink);
}

}  // namespace HWY_NAMESPACE
}  // namespace zhida::batch
HWY_AFTER_NAMESPACE();

#endif
