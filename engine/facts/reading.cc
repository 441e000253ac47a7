#include "engine/facts/reading.h"

#include <iterator>

namespace zhida::facts {

void ReadCounts::Add(const ReadCounts& other) {
  rows_read += other.rows_read;
  rows_rejected += other.rows_rejected;
  undated += other.undated;
  bad_check_digits += other.bad_check_digits;
  refused_commitments += other.refused_commitments;
  for (const auto& [name, rows] : other.undeclared) undeclared[name] += rows;
  // The first names in order stay: a name among the first of all inputs is among the first of each part that
  // has it, so neither the names nor their counts depend on how the input was split.
  while (undeclared.size() > kUndeclaredNamesMax) undeclared.erase(std::prev(undeclared.end()));
}

void ReadCounts::AddUndeclared(const std::string& name, int64_t rows) {
  undeclared[name] += rows;
  if (undeclared.size() > kUndeclaredNamesMax) undeclared.erase(std::prev(undeclared.end()));
}

}  // namespace zhida::facts
