// Ids and names: how things of a pack are called, and that no two are called the same.
//
// One thread. Texts are copied. Fails with diagnostics ZD2011 to ZD2016.
// Source: DMN 1.5 section 10.3.1.2 (names of FEEL); docs/pack-format.md.
#ifndef ZHIDA_ENGINE_PACK_IDS_H_
#define ZHIDA_ENGINE_PACK_IDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/feel/scope.h"
#include "engine/pack/tree.h"

namespace zhida::pack {

// `rules/a.yaml:3:5`, for a second place in a message.
std::string PlaceText(const Location& where);

// Ids that expressions may use are words: rd_increase. The others may hold `-` and `.` too: fj-rd-increment.
enum class IdForm : uint8_t { kWord, kDashed };
bool IsId(std::string_view text, IdForm form);

// Reads a required id. "" after a report.
std::string ReadId(MappingReader& reader, std::string_view key, IdForm form);
// Reads an optional FEEL name; `fallback` when there is none, or after a report. Names of things that
// expressions see on their own (`global`) must not be those of FEEL itself.
std::string ReadName(MappingReader& reader, std::string_view key, const std::string& fallback, bool global);

// Reports a name of a member or an entry that expressions could not use.
void CheckMemberName(const std::string& name, const Location& where, Diagnostics& diagnostics);

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

// Things of one sort, each with an id of its own.
class IdTable {
 public:
  explicit IdTable(std::string_view sort) : sort_(sort) {}  // "policy", which must outlive it

  // False, after a report that names both places, if the id is taken. An empty id is never taken.
  bool Declare(const std::string& id, int index, const Location& where, Diagnostics& diagnostics);
  void Reserve(size_t more) { entries_.reserve(entries_.size() + more); }
  int Find(std::string_view id) const;  // -1 if there is none
  std::vector<std::string> Ids() const;

 private:
  struct Entry {
    int index;
    Location where;
  };
  std::string_view sort_;
  TextMap<Entry> entries_;
  std::vector<const std::string*> ids_;  // the keys of entries_, in the order of declaration
};

// The names that expressions may use: ids and names of facts, definitions, tables and parameters.
class NameTable {
 public:
  struct Entry {
    feel::Symbol::Kind kind = feel::Symbol::Kind::kFact;
    int index = 0;
    std::string written;
    Location where;
  };

  // Declares one thing under its id and its name. `sort` is "fact". Reports both places of a clash.
  void Declare(const std::string& sort, const std::string& id, const std::string& name,
               feel::Symbol::Kind kind, int index, const Location& where, Diagnostics& diagnostics);
  // `normal` is a normalised name.
  const Entry* Find(std::string_view normal) const;
  std::vector<std::string> Written() const;

 private:
  TextMap<Entry> entries_;
  std::vector<std::string> written_;
};

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_IDS_H_
