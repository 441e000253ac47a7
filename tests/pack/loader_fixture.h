// A small good pack for tests of the loader, and words about packs.
#ifndef ZHIDA_TESTS_PACK_LOADER_FIXTURE_H_
#define ZHIDA_TESTS_PACK_LOADER_FIXTURE_H_

#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/pack/pack_files.h"

namespace zhida::pack {

inline constexpr const char* kBase = R"(
== pack.yaml
id: p
version: 1.0.0
kind: firm
== schema.yaml
key: uscc
facts:
  - {id: uscc, name: 信用代码, type: string, check: uscc}
  - {id: revenue, name: 营业收入, type: series(year) of money, unit: 万元, max_age: P1Y}
  - {id: staff, name: 从业人数, type: integer, nullable: true}
  - {id: area, name: 登记地, type: code(division), commitment: allowed}
  - {id: opened, name: 成立日期, type: date}
  - id: hires
    name: 新招用人员
    type: list of struct
    members:
      - {id: date, name: 招用日期, type: date, nullable: true}
      - {id: pay, name: 工资, type: money, unit: 千元}
== lists/index.yaml
lists:
  - {id: division, name: 行政区划, tree: prefix, open: true, codes: {"35": 福建, "3505": 泉州}}
)";

// The pack with files added or replaced.
inline Files With(const std::string& more) {
  Files files = FilesOf(kBase);
  for (auto& [path, bytes] : FilesOf(more)) files[path] = bytes;
  return files;
}

// All that is said about files, which need not load.
inline std::string Said(const Files& files) {
  Diagnostics diagnostics;
  LoadPackFiles(files, &diagnostics);
  return diagnostics.Text();
}

inline const feel::Definition& DefinitionOf(const Pack& pack, std::string_view id) {
  for (const feel::Definition& definition : pack.model.definitions) {
    if (definition.id == id) return definition;
  }
  throw std::out_of_range(std::string(id));
}

inline std::string TypeOf(const Pack& pack, std::string_view id) {
  return feel::TypeText(*DefinitionOf(pack, id).type);
}

}  // namespace zhida::pack

#endif  // ZHIDA_TESTS_PACK_LOADER_FIXTURE_H_
