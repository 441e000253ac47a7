#include "engine/pack/ids.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/builtins.h"
#include "engine/feel/lexer.h"

namespace zhida::pack {
namespace {

// Longer ids and names are slips of the pen, and messages repeat them.
constexpr size_t kIdBytesMax = 128;

// Words of FEEL's grammar: an expression that uses such a name would be read otherwise.
constexpr std::array<std::string_view, 20> kKeywords = {
    "if", "for", "some",    "every", "true", "false", "null",   "function",  "external", "and",
    "or", "not", "between", "in",    "then", "else",  "return", "satisfies", "instance", "of"};
// What packs add to FEEL, apart from built-in functions.
constexpr std::array<std::string_view, 9> kPackWords = {"as_of", "Y",     "today",   "item", "under",
                                                        "zone",  "known", "unknown", "cause"};

template <size_t kCount>
bool Contains(const std::array<std::string_view, kCount>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// What is wrong with `name` as a name in expressions; "" if nothing.
std::string NameFault(std::string_view name, bool global) {
  const std::string normal = feel::NormalisedName(name);
  if (normal.size() > kIdBytesMax * 2) return "is longer than " + std::to_string(kIdBytesMax * 2) + " bytes";
  feel::Lexer lexer(normal);
  feel::NameRun run;
  if (!lexer.ScanName(&run) || run.pieces.back().text_end != normal.size()) return "cannot be a name in FEEL";
  if (Contains(kKeywords, normal)) return "is a word of FEEL";
  if (global && (Contains(kPackWords, normal) || feel::FindBuiltin(normal) >= 0))
    return "is taken by expressions themselves";
  return "";
}

std::string NameAdvice(std::string_view fault) {
  if (fault.starts_with("cannot"))
    return "begin it with a letter, and use letters, digits, spaces and . / - ' + * only";
  return "choose another";
}

}  // namespace

std::string PlaceText(const Location& where) {
  std::string text = where.file;
  if (where.line > 0) text += ":" + std::to_string(where.line) + ":" + std::to_string(where.column);
  return text;
}

bool IsId(std::string_view text, IdForm form) {
  if (text.empty() || text.size() > kIdBytesMax) return false;
  const bool dashed = form == IdForm::kDashed;
  if (!IsLower(text[0]) && !(dashed && IsDigit(text[0]))) return false;
  if (!IsLower(text.back()) && !IsDigit(text.back()) && (dashed || text.back() != '_')) return false;
  return std::all_of(text.begin(), text.end(), [dashed](char c) {
    return IsLower(c) || IsDigit(c) || c == '_' || (dashed && (c == '-' || c == '.'));
  });
}

std::string ReadId(MappingReader& reader, std::string_view key, IdForm form) {
  std::string id = reader.RequiredString(key);
  if (id.empty() || IsId(id, form)) return id;
  if (form == IdForm::kWord) {
    reader.Error(key, "ZD2011", JsonQuote(id) + " is no id",
                 "begin with a small letter and use small letters, digits and _ only, like rd_increase");
  } else {
    reader.Error(key, "ZD2011", JsonQuote(id) + " is no id",
                 "use small letters, digits, - _ and . only, like fj-rd-increment");
  }
  return "";
}

std::string ReadName(MappingReader& reader, std::string_view key, const std::string& fallback, bool global) {
  // The id becomes a name as well, and may be a word that expressions have taken.
  const std::string id_fault = fallback.empty() ? "" : NameFault(fallback, global);
  if (!id_fault.empty())
    reader.Error("id", "ZD2013", "the id " + JsonQuote(fallback) + " " + id_fault, "choose another");
  std::optional<std::string> name = reader.OptionalString(key);
  if (!name) return fallback;
  const std::string fault = NameFault(*name, global);
  if (fault.empty()) return std::string(TrimAscii(*name));
  reader.Error(key, fault.starts_with("cannot") ? "ZD2012" : "ZD2013",
               "the name " + JsonQuote(*name) + " " + fault, NameAdvice(fault));
  return fallback;
}

void CheckMemberName(const std::string& name, const Location& where, Diagnostics& diagnostics) {
  const std::string fault = NameFault(name, false);
  if (fault.empty()) return;
  diagnostics.Error(fault.starts_with("cannot") ? "ZD2012" : "ZD2013", where,
                    "the name " + JsonQuote(name) + " " + fault, NameAdvice(fault));
}

bool IdTable::Declare(const std::string& id, int index, const Location& where, Diagnostics& diagnostics) {
  if (id.empty()) return true;
  const auto [entry, added] = entries_.try_emplace(id, Entry{index, where});
  if (!added) {
    diagnostics.Error("ZD2014", where,
                      "the " + std::string(sort_) + " id " + JsonQuote(id) + " is already used at " +
                          PlaceText(entry->second.where),
                      "choose another id for one of the two");
    return false;
  }
  ids_.push_back(&entry->first);
  return true;
}

int IdTable::Find(std::string_view id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? -1 : found->second.index;
}

std::vector<std::string> IdTable::Ids() const {
  std::vector<std::string> ids;
  for (const std::string* id : ids_) ids.push_back(*id);
  return ids;
}

void NameTable::Declare(const std::string& sort, const std::string& id, const std::string& name,
                        feel::Symbol::Kind kind, int index, const Location& where, Diagnostics& diagnostics) {
  for (const std::string* written : {&id, &name}) {
    if (written->empty()) continue;
    const auto [place, added] =
        entries_.try_emplace(feel::NormalisedName(*written), Entry{kind, index, *written, where});
    const Entry& entry = place->second;
    if (added) {
      written_.push_back(*written);
    } else if (entry.kind != kind || entry.index != index) {
      const std::string clash = entry.written == *written
                                    ? " is already declared at "
                                    : " is the same name as " + JsonQuote(entry.written) + " declared at ";
      diagnostics.Error("ZD2015", where,
                        "the " + sort + " " + JsonQuote(*written) + clash + PlaceText(entry.where),
                        "rename one of the two");
    }
  }
}

const NameTable::Entry* NameTable::Find(std::string_view normal) const {
  const auto found = entries_.find(normal);
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<std::string> NameTable::Written() const { return written_; }

}  // namespace zhida::pack
