// Rows written as a group of a coded file and read back, in memory.
#ifndef ZHIDA_TESTS_FACTS_CODED_CASE_H_
#define ZHIDA_TESTS_FACTS_CODED_CASE_H_

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/checksum.h"
#include "engine/facts/coded_group.h"
#include "engine/facts/ndjson.h"

namespace zhida::facts {

class CodedCase {
 public:
  // All must outlive the case.
  CodedCase(const pack::Pack& pack, const DateRules& rules)
      : pack_(pack), plan_(pack), states_(pack.schema, rules), values_(plan_) {}

  // Writes what a block that has kept what its rows said holds.
  void Write(const FactBlock& kept, const ReadCounts& counts) {
    WrittenGroup group = WriteGroup(kept, 0, counts);
    AddRejects("", &group);
    head_size_ = group.head.size();
    bytes_ = group.facts + group.head;
  }
  // Writes the rows of these lines, which have room behind them.
  void WriteLines(std::string_view lines, const DateRules& rules) {
    FactBlock kept(pack_.schema);
    kept.KeepSaid();
    std::vector<Reject> rejects;
    ReadCounts counts;
    NdjsonReader(pack_, rules).Read(lines, 1, 0, &kept, &rejects, &counts);
    Write(kept, counts);
  }

  // Null if the bytes are not sound.
  std::shared_ptr<GroupSource> Open() {
    GroupHead head;
    if (!head.Read(bytes_, head_size_, pack_.schema.facts.size())) return nullptr;
    return std::make_shared<GroupSource>(plan_, states_, &values_, bytes_, std::move(head));
  }
  // The whole block at once. False if the bytes are not sound.
  bool Read(FactBlock* block, ReadCounts* counts) {
    const auto source = Open();
    if (!source) return false;
    *counts = source->head().counts;
    return source->LoadAll(block, counts);
  }
  std::string& bytes() { return bytes_; }
  // Makes the checksums of the facts fit what the bytes are, as far as they can be found.
  void MendChecksums() {
    GroupHead head;
    if (!head.Read(bytes_, head_size_, pack_.schema.facts.size())) return;
    for (const GroupHead::Fact& fact : head.facts) {
      // Where the three numbers of the fact stand is found by their bytes.
      const uint64_t numbers[3] = {fact.begin, fact.size, fact.checksum};
      const std::string_view written(reinterpret_cast<const char*>(numbers), sizeof numbers);
      const size_t at = bytes_.rfind(written);
      if (fact.size == 0 || at == std::string::npos) continue;
      const uint64_t checksum = Checksum(std::string_view(bytes_).substr(fact.begin, fact.size));
      std::memcpy(bytes_.data() + at + 16, &checksum, sizeof checksum);
    }
  }

 private:
  const pack::Pack& pack_;
  const ReadingPlan plan_;
  const StateRules states_;
  ValuesReader values_;
  std::string bytes_;
  size_t head_size_ = 0;
};

}  // namespace zhida::facts

#endif  // ZHIDA_TESTS_FACTS_CODED_CASE_H_
