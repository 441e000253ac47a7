#include "engine/facts/ndjson.h"

#include <algorithm>
#include <string>

#include "engine/base/limits.h"
#include "engine/facts/json_row_reader.h"

namespace zhida::facts {
namespace {

// Columns grow by this many rows at once: few enough not to waste memory on hostile input, many enough to be
// cheap.
constexpr size_t kRowsPerGrowth = 128;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Takes the next line off `*text`, without its newline.
std::string_view TakeLine(std::string_view* text) {
  const size_t end = std::min(text->find('\n'), text->size());
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return line;
}

bool IsBlank(std::string_view line) {
  if (line.starts_with('{')) return false;  // as nearly all do, and the search is a call
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

bool LineTooLong(size_t bytes, Fault* fault) {
  return fault->Set(kLineTooLong,
                    "the line has " + std::to_string(bytes) + " bytes, and at most " +
                        std::to_string(limits::kLineBytesMax) +
                        " are taken; write one object a line and leave out what no policy asks for");
}

}  // namespace

class NdjsonReader::Impl {
 public:
  Impl(const pack::Pack& pack, const DateRules& rules) : rows_(pack, rules) {}

  int64_t Read(std::string_view text, int64_t first_line, int64_t row, FactBlock* block,
               std::vector<Reject>* rejects, ReadCounts* counts) {
    int64_t line = first_line;
    size_t columns_rows = block->row_count();
    // Editors and spreadsheets on Windows put a mark at the start of a file; it is no part of the first row.
    if (line == 1 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    for (; !text.empty(); ++line) {
      const std::string_view source = TakeLine(&text);
      if (IsBlank(source)) continue;
      if (block->row_count() == columns_rows) {
        columns_rows += text.empty() ? 1 : kRowsPerGrowth;  // one firm alone is one row
        block->ResizeColumns(columns_rows);
        rows_.Begin(block);
      }
      ++counts->rows_read;
      if (ReadLine(source, text.empty(), block)) {
        block->AddRow(row);
      } else {
        ++counts->rows_rejected;
        rejects->push_back({row, line, field_, fault_.code, fault_.reason});
      }
      ++row;
    }
    block->ResizeColumns(block->row_count());
    rows_.End(counts);
    return line - first_line;
  }

 private:
  // `last`: the line may lack its newline, and then the caller's bytes behind it may be anything.
  bool ReadLine(std::string_view line, bool last, FactBlock* block) {
    if (line.size() > limits::kLineBytesMax) {
      field_.clear();
      return LineTooLong(line.size(), &fault_);
    }
    if (last) {
      last_line_.assign(line);
      last_line_.append(kJsonPaddingBytes, '\0');
      line = std::string_view(last_line_).substr(0, line.size());
    }
    return rows_.ReadRow(line, block->row_count(), &field_, &fault_);
  }

  JsonRowReader rows_;
  std::string last_line_;
  std::string field_;
  Fault fault_;
};

NdjsonReader::NdjsonReader(const pack::Pack& pack, const DateRules& rules)
    : impl_(std::make_unique<Impl>(pack, rules)) {}
NdjsonReader::~NdjsonReader() = default;

int64_t NdjsonReader::Read(std::string_view text, int64_t first_line, int64_t first_row, FactBlock* block,
                           std::vector<Reject>* rejects, ReadCounts* counts) {
  return impl_->Read(text, first_line, first_row, block, rejects, counts);
}

}  // namespace zhida::facts
