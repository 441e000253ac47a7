// CsvColumns: the columns of a CSV file by their names in its header.
// Refers to the table, which must outlive it. One thread. Fails with diagnostics ZD2023 and ZD2024.
#ifndef ZHIDA_ENGINE_PACK_CSV_COLUMNS_H_
#define ZHIDA_ENGINE_PACK_CSV_COLUMNS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/feel/model.h"
#include "engine/pack/csv_reader.h"

namespace zhida::pack {

class CsvColumns {
 public:
  // Reports columns that are missing, unknown or there twice.
  CsvColumns(const CsvTable& table, const std::vector<std::string>& required,
             const std::vector<std::string>& optional, Diagnostics& diagnostics);

  bool ok() const { return ok_; }
  bool Has(std::string_view column) const { return ColumnOf(column) >= 0; }
  // The text of a cell without spaces around it; "" if there is no such column.
  std::string_view Text(size_t row, std::string_view column) const;
  Location Where(size_t row, std::string_view column) const;
  // From the columns `from` and `to`; reports bad dates and a period that ends before it begins.
  feel::Period Period(size_t row, Diagnostics& diagnostics) const;

 private:
  int ColumnOf(std::string_view column) const;
  std::optional<Date> DateAt(size_t row, std::string_view column, Diagnostics& diagnostics) const;

  const CsvTable& table_;
  bool ok_ = true;
};

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_CSV_COLUMNS_H_
