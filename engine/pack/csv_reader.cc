#include "engine/pack/csv_reader.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/pack/file_set.h"

namespace zhida::pack {

// Reads from the file's text and writes the texts of cells into the table's copy of it. A cell's text is
// never longer than its source, so it has room where its source stands.
class CsvReader {
 public:
  CsvReader(std::string_view text, std::string file, Diagnostics& diagnostics)
      : text_(text), cursor_(text), diagnostics_(diagnostics), table_(new CsvTable(std::move(file))) {
    table_->texts_ = text;
    // Each cell but the last is followed by one of these, so the cells need to be allocated only once.
    const auto ends_cell = [](char c) { return c == ',' || c == '\n' || c == '\r'; };
    table_->cells_.reserve(static_cast<size_t>(std::count_if(text.begin(), text.end(), ends_cell)) + 1);
  }

  std::unique_ptr<const CsvTable> Read() {
    while (at_ < text_.size() && mistake_count_ <= kFileMistakesMax) {
      if (SkipIdleLine()) continue;
      if (!ReadRow()) return nullptr;
    }
    if (!has_header_ && mistake_count_ == 0) {
      Mistake("ZD1002", {0, 0}, "the file holds only comments", "write it, or delete it");
    }
    return mistake_count_ > 0 ? nullptr : std::move(table_);
  }

 private:
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }  // the text holds no NUL
  bool at_row_end() const { return at_ >= text_.size() || text_[at_] == '\n' || text_[at_] == '\r'; }

  void SkipLineBreak() {
    if (next() == '\r') ++at_;
    if (next() == '\n') ++at_;
  }

  // A comment or an empty line.
  bool SkipIdleLine() {
    if (next() != '#' && !at_row_end()) return false;
    while (!at_row_end()) ++at_;
    SkipLineBreak();
    return true;
  }

  bool ReadRow();
  bool ReadCell();
  bool ReadQuotedCell(CsvCell* cell);
  void CheckWidth(size_t width, Position begin);
  void Mistake(const char* code, Position where, std::string what, std::string mend);

  std::string_view text_;
  size_t at_ = 0;
  TextCursor cursor_;
  Diagnostics& diagnostics_;
  std::unique_ptr<CsvTable> table_;
  bool has_header_ = false;
  size_t mistake_count_ = 0;
};

void CsvReader::Mistake(const char* code, Position where, std::string what, std::string mend) {
  const Location location{table_->file_, where.line, where.column};
  if (++mistake_count_ <= kFileMistakesMax) {
    diagnostics_.Error(code, location, std::move(what), std::move(mend));
  } else {
    diagnostics_.Error("ZD1009", location,
                       "this file has more than " + std::to_string(kFileMistakesMax) +
                           " mistakes (kFileMistakesMax), the rest is not read",
                       "mend those reported and try again");
  }
}

bool CsvReader::ReadRow() {
  const size_t first = table_->cells_.size();
  while (true) {
    if (!ReadCell()) return false;
    const size_t width = table_->cells_.size() - first;
    if (at_row_end()) {
      CheckWidth(width, table_->cells_[first].begin);
      SkipLineBreak();
      return true;
    }
    if (width == kCsvColumnsMax) {
      Mistake("ZD1043", cursor_.At(at_),
              "this row has more columns than kCsvColumnsMax = " + std::to_string(width), "split the table");
      return false;
    }
    ++at_;  // the comma
  }
}

void CsvReader::CheckWidth(size_t width, Position begin) {
  if (!has_header_) {
    has_header_ = true;
    table_->column_count_ = width;
    return;
  }
  if (width == table_->column_count_) return;
  const auto cells = [](size_t count) { return std::to_string(count) + (count == 1 ? " cell" : " cells"); };
  Mistake("ZD1042", begin,
          "this row has " + cells(width) + ", the header has " + std::to_string(table_->column_count_),
          width < table_->column_count_
              ? "add the missing commas"
              : "put a cell that holds a comma in quotes, or delete the extra cells");
}

bool CsvReader::ReadCell() {
  CsvCell cell;
  cell.begin = cursor_.At(at_);
  if (next() == '"') return ReadQuotedCell(&cell);
  const size_t first = at_;
  while (!at_row_end() && text_[at_] != ',') {
    if (text_[at_] == '"') {
      Mistake("ZD1041", cursor_.At(at_), "a quote stands inside a cell that is not in quotes",
              "put the whole cell in quotes and double the quote inside: \"a \"\"b\"\" c\"");
      return false;
    }
    ++at_;
  }
  cell.text = std::string_view(table_->texts_).substr(first, at_ - first);
  table_->cells_.push_back(cell);
  return true;
}

bool CsvReader::ReadQuotedCell(CsvCell* cell) {
  const size_t first = ++at_;
  size_t written = first;
  while (true) {
    if (at_ == text_.size()) {
      Mistake("ZD1040", cell->begin, "the quote opened here is never closed",
              "close it; a quote inside a cell is written twice");
      return false;
    }
    if (text_[at_] == '"') {
      ++at_;
      if (next() != '"') break;
    }
    table_->texts_[written++] = text_[at_++];
  }
  if (!at_row_end() && text_[at_] != ',') {
    Mistake("ZD1041", cursor_.At(at_), "text stands behind the closing quote",
            "put the whole cell in quotes; a quote inside a cell is written twice");
    return false;
  }
  cell->quoted = true;
  cell->text = std::string_view(table_->texts_).substr(first, written - first);
  table_->cells_.push_back(*cell);
  return true;
}

std::unique_ptr<const CsvTable> ReadCsv(std::string_view bytes, std::string file, Diagnostics& diagnostics) {
  const std::optional<std::string_view> text = CheckedText(bytes, file, diagnostics);
  if (!text) return nullptr;
  return CsvReader(*text, std::move(file), diagnostics).Read();
}

}  // namespace zhida::pack
