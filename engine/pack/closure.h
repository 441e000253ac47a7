// Closure: the packs that were asked for and all that they use, found, opened and put into order.
//
// Only pack.yaml of each pack is read here. Every pack stands once, packs that are used before those that use
// them. Packs come from folders, where `uses` looks beside the pack and then along the search path, or from
// memory. One thread. Fails with diagnostics ZD2030 to ZD2049; what could be opened is returned all the same,
// so that its own mistakes are found too.
#ifndef ZHIDA_ENGINE_PACK_CLOSURE_H_
#define ZHIDA_ENGINE_PACK_CLOSURE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/pack/file_set.h"
#include "engine/pack/pack.h"
#include "engine/pack/tree.h"
#include "engine/pack/version.h"

namespace zhida::pack {

// The kind of a pack that holds only what packs about any subject may use: calendars, lists.
inline constexpr std::string_view kAnyKind = "any";

// Packs of one closure. A country, its provinces, cities and counties are tens; the bound keeps chains of
// `uses` short enough to be walked by recursion.
inline constexpr size_t kClosurePacksMax = 256;

struct PackUse {
  std::string pack;
  std::string version;  // as written; "" when any will do
  Location where;
  Location version_where;
};

struct SourcePack {
  std::string folder;  // as given, or as found; "" for a single pack in memory
  std::string label;   // put before paths in messages: "rules/quanzhou/", or ""
  FileSet files;
  bool asked = false;  // asked for by the caller, not only used by another pack
  std::string id;
  std::string version;
  std::string title;
  std::string jurisdiction;
  std::string kind;
  bool official = false;
  std::vector<PackUse> uses;
  Location where;  // of the id
  Location kind_where;

  std::string FileLabel(std::string_view path) const { return label + std::string(path); }
};

// One YAML or JSON file of a pack; null after a report.
std::unique_ptr<const Tree> ReadTree(const SourcePack& source, const FileSet::File& file,
                                     Diagnostics& diagnostics);

struct Closure {
  std::vector<SourcePack> packs;
  bool whole = true;  // every pack that is asked for or used is there
};
Closure OpenFolders(const std::vector<std::string>& folders, const LoadOptions& options,
                    Diagnostics& diagnostics);
Closure OpenFiles(const std::map<std::string, std::string>& files, Diagnostics& diagnostics);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_CLOSURE_H_
