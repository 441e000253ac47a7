#include "engine/plan/coded_codes.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/parallel.h"
#include "engine/facts/coded_bytes.h"

namespace zhida::plan {

using facts::ByteReader;
using facts::ByteWriter;

namespace {

constexpr size_t kCacheLine = 64;
constexpr uint32_t kMeaning = 1;  // raised when codes of the same plan mean something else than before

// What makes codes what they are, but for the kinds of texts.
std::string Identity(const Codebook& codes, const pack::Pack& pack, const facts::DateRules& rules) {
  const auto day = [](const std::optional<Date>& date) { return date ? date->ToString() : std::string("-"); };
  return pack.digest + " as of " + rules.as_of.ToString() + " facts " + day(rules.facts_date) + " known " +
         day(rules.known_on) + (rules.undated_is_stale ? " undated stale " : " undated fresh ") +
         std::to_string(kMeaning) + " " + Sha256Hex(codes.Description());
}

enum class Form : uint32_t { kNarrow, kWide, kNarrowList, kWideList };

// The highest of them; 0 if there are none. Plain, so that the compiler makes wide instructions of it.
template <class T>
T Highest(const T* codes, size_t count) {
  T highest = 0;
  for (size_t i = 0; i < count; ++i) highest = std::max(highest, codes[i]);
  return highest;
}

bool ListsHold(const CodeSpan& span, size_t rows, size_t items) {
  bool holds = span.begins[rows] == items;
  for (size_t row = 0; row < rows; ++row) {
    const uint8_t list = span.lists[row];
    holds &= span.begins[row] <= span.begins[row + 1];
    holds &= list == kUnknownCode || list == kAskCode || list == kFirstCode;
  }
  return holds;
}

}  // namespace

std::string WriteBinding(const Codebook& codes, const pack::Pack& pack, const facts::DateRules& rules) {
  ByteWriter out;
  out.Text(Identity(codes, pack, rules));
  for (size_t coded = 0; coded < codes.column_count(); ++coded) {
    if (!codes.IsText(coded)) continue;
    const size_t count = codes.CodeCount(coded) - kFirstCode;
    out.Put<uint32_t>(static_cast<uint32_t>(count));
    for (size_t kind = 0; kind < count; ++kind)
      out.Text(codes.ExampleOf(coded, static_cast<Code>(kFirstCode + kind)));
  }
  return out.Take();
}

bool AdoptBinding(std::string_view binding, const Codebook& codes, const pack::Pack& pack,
                  const facts::DateRules& rules, int threads) {
  ByteReader in(binding);
  if (in.Text() != Identity(codes, pack, rules)) return false;
  std::vector<std::vector<std::string_view>> examples(codes.column_count());
  for (size_t coded = 0; coded < examples.size(); ++coded) {
    if (!codes.IsText(coded)) continue;
    examples[coded].resize(in.Count(4, UINT16_MAX));
    for (std::string_view& example : examples[coded]) example = in.Text();
  }
  if (!in.ok() || !in.at_end()) return false;
  // Each example is answered for every test of its column, which takes a while; columns do not meet.
  std::atomic<bool> adopted{true};
  ParallelFor(examples.size(), threads, [&](size_t coded) {
    Codebook::Local local(codes);
    if (adopted && !codes.Adopt(coded, examples[coded], &local)) adopted = false;
  });
  return adopted;
}

std::string WriteCodes(const CodedRows& rows, size_t columns, const facts::FactBlock& block,
                       const facts::ReadCounts& counts) {
  ByteWriter out;
  std::vector<int> committed;
  for (int fact = 0; fact < static_cast<int>(block.schema().facts.size()); ++fact) {
    if (block.any_committed(fact)) committed.push_back(fact);
  }
  out.Put<int64_t>(counts.undated);
  out.Put<int64_t>(counts.refused_commitments);
  out.Put<uint32_t>(static_cast<uint32_t>(committed.size()));
  for (const int fact : committed) out.Put<uint32_t>(static_cast<uint32_t>(fact));
  const size_t count = rows.row_count();
  for (size_t coded = 0; coded < columns; ++coded) {
    const CodeSpan span = rows.At(coded, 0);
    const bool list = span.begins != nullptr;
    const size_t size = list ? span.begins[count] : count;
    const bool narrow = span.narrow != nullptr || size == 0;
    out.Align(8);
    out.Put(static_cast<uint32_t>(list ? (narrow ? Form::kNarrowList : Form::kWideList)
                                       : (narrow ? Form::kNarrow : Form::kWide)));
    out.Put<uint32_t>(static_cast<uint32_t>(size));
    if (list) {
      out.Align(kCacheLine);
      out.Raw(span.begins, (count + 1) * sizeof(uint32_t));
      out.Raw(span.lists, count);
    }
    out.Align(kCacheLine);
    if (size == 0) continue;
    if (narrow)
      out.Raw(span.narrow, size);
    else
      out.Raw(span.wide, size * sizeof(Code));
  }
  return out.Take();
}

bool ReadCodes(std::string_view bytes, const Codebook& codes, size_t rows, size_t facts, CodedRows* out,
               GroupNotes* notes) {
  if (reinterpret_cast<uintptr_t>(bytes.data()) % kCacheLine != 0) return false;
  ByteReader in(bytes);
  notes->undated = in.Get<int64_t>();
  notes->refused_commitments = in.Get<int64_t>();
  const size_t committed = in.Count(4, facts);
  notes->committed_facts.resize(committed);
  for (int& fact : notes->committed_facts) {
    const auto number = in.Get<uint32_t>();
    if (number >= facts) return false;
    fact = static_cast<int>(number);
  }
  std::vector<CodeSpan> spans(codes.column_count());
  for (size_t coded = 0; coded < spans.size(); ++coded) {
    CodeSpan& span = spans[coded];
    in.Align(8);
    const auto form = static_cast<Form>(in.Get<uint32_t>());
    const auto size = in.Get<uint32_t>();
    const bool list = form == Form::kNarrowList || form == Form::kWideList;
    const bool narrow = form == Form::kNarrow || form == Form::kNarrowList;
    if (!in.ok() || form > Form::kWideList || list != (codes.ListOf(coded) != kNone)) return false;
    if (!list && size != rows) return false;
    if (list) {
      in.Align(kCacheLine);
      // The bytes begin on a boundary, and so does what was aligned within them.
      span.begins = reinterpret_cast<const uint32_t*>(in.Raw((rows + 1) * sizeof(uint32_t)).data());
      span.lists = reinterpret_cast<const uint8_t*>(in.Raw(rows).data());
      if (!in.ok() || !ListsHold(span, rows, size)) return false;
    }
    in.Align(kCacheLine);
    const std::string_view raw = in.Raw(size * (narrow ? sizeof(uint8_t) : sizeof(Code)));
    if (!in.ok()) return false;
    size_t highest = 0;
    if (narrow) {
      span.narrow = reinterpret_cast<const uint8_t*>(raw.data());
      highest = Highest(span.narrow, size);
    } else {
      span.wide = reinterpret_cast<const Code*>(raw.data());
      highest = Highest(span.wide, size);
    }
    if (size > 0 && highest >= codes.CodeCount(coded)) return false;
  }
  out->Borrow(rows, std::move(spans));
  return in.ok();
}

}  // namespace zhida::plan
