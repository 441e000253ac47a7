#include "engine/facts/json_row.h"

#include <string>

#include "engine/base/limits.h"
#include "engine/facts/json_row_reader.h"

namespace zhida::facts {

class JsonSubjectReader::Impl {
 public:
  Impl(const pack::Pack& pack, const DateRules& rules) : rows_(pack, rules) {}

  bool Read(std::string_view json, FactBlock* block, Reject* reject, ReadCounts* counts) {
    block->Clear();
    ++counts->rows_read;
    Fault fault;
    std::string field;
    const bool good = ReadRow(json, block, &field, &fault);
    if (good) {
      block->AddRow(0);
    } else {
      ++counts->rows_rejected;
      *reject = {0, 0, std::move(field), fault.code, std::move(fault.reason)};
    }
    block->ResizeColumns(block->row_count());
    block->Finish();
    rows_.End(counts);
    return good;
  }

 private:
  bool ReadRow(std::string_view json, FactBlock* block, std::string* field, Fault* fault) {
    if (json.size() > limits::kLineBytesMax) {
      return fault->Set(kLineTooLong, "the facts have " + std::to_string(json.size()) +
                                          " bytes, and at most " + std::to_string(limits::kLineBytesMax) +
                                          " are taken; leave some out");
    }
    // The caller's text may end at the edge of its memory.
    padded_.assign(json);
    padded_.append(kJsonPaddingBytes, '\0');
    block->ResizeColumns(1);
    rows_.Begin(block);
    return rows_.ReadRow(std::string_view(padded_).substr(0, json.size()), 0, field, fault);
  }

  JsonRowReader rows_;
  std::string padded_;
};

JsonSubjectReader::JsonSubjectReader(const pack::Pack& pack, const DateRules& rules)
    : impl_(std::make_unique<Impl>(pack, rules)) {}
JsonSubjectReader::~JsonSubjectReader() = default;

bool JsonSubjectReader::Read(std::string_view json, FactBlock* block, Reject* reject, ReadCounts* counts) {
  return impl_->Read(json, block, reject, counts);
}

}  // namespace zhida::facts
