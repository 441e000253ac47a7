// Reads one CSV file (decision tables, code lists) into rows of cells that know where they stand.
//
// RFC 4180: cells between commas, in double quotes if they hold a comma, a quote (doubled) or a line break;
// rows end with CR LF, LF or CR. All rows have as many cells as the first, the header. Cells are kept as
// written, spaces too. More than the RFC: a UTF-8 byte order mark; empty lines; comments, lines whose first
// character is `#` (a cell that begins a row with `#` is written in quotes).
//
// A CsvTable owns its texts and never changes; any thread may read it. ReadCsv returns null exactly if the
// file has a mistake; ragged rows are all reported, a broken quote ends the file. At most
// limits::kPackFileBytesMax bytes and kCsvColumnsMax columns. Source: RFC 4180.
#ifndef ZHIDA_ENGINE_PACK_CSV_READER_H_
#define ZHIDA_ENGINE_PACK_CSV_READER_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/pack/tree.h"

namespace zhida::pack {

// Columns of one file. A table for people has tens; the bound keeps one row of commas from filling the
// memory.
inline constexpr size_t kCsvColumnsMax = 4'096;

struct CsvCell {
  std::string_view text;
  Position begin;
  bool quoted = false;
};

class CsvTable {
 public:
  CsvTable(const CsvTable&) = delete;
  CsvTable& operator=(const CsvTable&) = delete;

  const std::string& file() const { return file_; }
  size_t row_count() const { return cells_.size() / column_count_; }  // with the header, row 0
  size_t column_count() const { return column_count_; }
  std::span<const CsvCell> Row(size_t row) const {
    return std::span<const CsvCell>(cells_).subspan(row * column_count_, column_count_);
  }
  Location Where(const CsvCell& cell) const { return {file_, cell.begin.line, cell.begin.column}; }

 private:
  friend class CsvReader;
  explicit CsvTable(std::string file) : file_(std::move(file)) {}
  std::string file_;
  std::string texts_;  // the file, with each quoted cell's text moved together
  size_t column_count_ = 1;
  std::vector<CsvCell> cells_;
};

std::unique_ptr<const CsvTable> ReadCsv(std::string_view bytes, std::string file, Diagnostics& diagnostics);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_CSV_READER_H_
