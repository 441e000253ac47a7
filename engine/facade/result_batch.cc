#include "engine/facade/result_batch.h"

#include <string>
#include <utility>

namespace zhida::facade {

using facts::ArrowColumn;
using facts::BytesOf;

namespace {

std::shared_ptr<ArrowColumn> NewColumn(const char* format, const char* name, size_t length) {
  auto column = std::make_shared<ArrowColumn>();
  column->format = format;
  column->name = name;
  column->length = static_cast<int64_t>(length);
  return column;
}

}  // namespace

ResultBatches::ResultBatches(const pack::Pack& pack) {
  std::vector<std::string> ids;
  for (const pack::Policy& policy : pack.policies) ids.push_back(policy.id);
  policies_ = facts::Utf8Column("", ids);
  std::vector<std::string> names;
  for (int i = 0; i < pack::kOutcomeCount; ++i)
    names.emplace_back(pack::OutcomeName(static_cast<pack::Outcome>(i)));
  outcomes_ = facts::Utf8Column("", names);
}

std::shared_ptr<const ArrowColumn> ResultBatches::Make(const facts::FactBlock& block,
                                                       const std::vector<batch::Pair>& pairs,
                                                       int64_t row_base) const {
  const size_t count = pairs.size();
  std::vector<int64_t> rows(count);
  std::vector<int32_t> offsets(count + 1, 0);
  std::vector<uint8_t> subjects;
  std::vector<int32_t> policies(count);
  std::vector<int8_t> outcomes(count);
  std::vector<int64_t> amounts(count);
  std::vector<uint8_t> valid((count + 7) / 8, 0);
  int64_t nulls = 0;
  for (size_t i = 0; i < count; ++i) {
    const batch::Pair& pair = pairs[i];
    rows[i] = block.input_row(pair.row) + row_base;
    const std::string_view subject = block.subject(pair.row);
    subjects.insert(subjects.end(), subject.begin(), subject.end());
    offsets[i + 1] = static_cast<int32_t>(subjects.size());
    policies[i] = static_cast<int32_t>(pair.policy);
    outcomes[i] = static_cast<int8_t>(pair.outcome);
    amounts[i] = pair.amount_fen;
    if (pair.has_amount) {
      valid[i / 8] = static_cast<uint8_t>(valid[i / 8] | (1U << (i % 8)));
    } else {
      ++nulls;
    }
  }
  auto row = NewColumn("l", "row", count);
  row->buffers = {{}, BytesOf(rows)};
  auto subject = NewColumn("u", "subject", count);
  subject->buffers = {{}, BytesOf(offsets), std::move(subjects)};
  auto policy = NewColumn("i", "policy", count);
  policy->buffers = {{}, BytesOf(policies)};
  policy->dictionary = policies_;
  auto outcome = NewColumn("c", "outcome", count);
  outcome->buffers = {{}, BytesOf(outcomes)};
  outcome->dictionary = outcomes_;
  auto amount = NewColumn("l", "amount_fen", count);
  amount->nullable = true;
  amount->null_count = nulls;
  amount->buffers = {nulls == 0 ? std::vector<uint8_t>{} : std::move(valid), BytesOf(amounts)};

  auto batch = NewColumn("+s", "", count);
  batch->buffers = {{}};
  batch->children = {row, subject, policy, outcome, amount};
  return batch;
}

void ResultBatches::ExportSchema(ArrowSchema* out) const {
  // The schema of a batch without rows is the schema of all batches.
  pack::Schema none;
  facts::ExportSchema(Make(facts::FactBlock(none), {}, 0), out);
}

}  // namespace zhida::facade
