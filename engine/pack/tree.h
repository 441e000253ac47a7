// Tree: one parsed YAML or JSON file, every part of which knows where it stands; and the kit to read it with.
//
// A Tree owns its strings and nodes in one arena, never changes once a reader has returned it, and any thread
// may read it. Nodes and string_views live as long as their Tree. Scalars stay text, exactly as written: the
// plain `no`, `1.10` and `2025-01-01` are the texts "no", "1.10" and "2025-01-01"; nothing is guessed.
// Nesting is at most limits::kTreeDepthMax, a file at most limits::kPackFileBytesMax.
// Readers and this kit add to a Diagnostics and never throw for bad input. Codes: ZD10xx reading, ZD20xx
// shape.
#ifndef ZHIDA_ENGINE_PACK_TREE_H_
#define ZHIDA_ENGINE_PACK_TREE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/value/temporal.h"

namespace zhida::pack {

// Mistakes that one file, or one mapping's unknown keys, may report. The next one is replaced by a note that
// there are more, because a hostile file could otherwise turn each of its bytes into a message.
inline constexpr size_t kFileMistakesMax = 100;
inline constexpr size_t kUnknownKeysMax = 20;
// Nodes of one file: 8 bytes of kPackFileBytesMax for each, which files of people do not reach. A node takes
// 40 to 130 bytes while it is read, so this bounds what a hostile file takes to some 200 MB.
inline constexpr size_t kFileNodesMax = size_t{1} << 20;

// Line and column count from 1; columns count code points. Line breaks are LF, CR LF and CR.
struct Position {
  int line = 1;
  int column = 1;
  bool operator==(const Position&) const = default;
};

struct Entry;

class Node {
 public:
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMapping };

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }  // plain `null`, `~` or nothing at all
  bool is_scalar() const { return kind_ == Kind::kScalar; }
  bool is_sequence() const { return kind_ == Kind::kSequence; }
  bool is_mapping() const { return kind_ == Kind::kMapping; }
  // True if the author put the text in quotes or in a block (`|`, `>`); never for JSON's numbers and
  // booleans.
  bool quoted() const { return quoted_; }
  std::string_view text() const;                       // scalars; "" for the others
  std::span<const Node> items() const;                 // sequences; empty for the others
  std::span<const Entry> entries() const;              // mappings, in the order written; empty for the others
  const Entry* FindEntry(std::string_view key) const;  // nullptr if absent; a binary search from 16 keys up
  const Node* Find(std::string_view key) const;

  Position begin() const { return begin_; }
  // Just behind the last character. Of a block mapping or list: the end of its last value.
  Position end() const { return end_; }
  const std::string& file() const { return *file_; }
  Location Where() const { return {*file_, begin_.line, begin_.column}; }
  // Where the byte `offset` of text() stands in the file: exact for one-line texts without escapes and for
  // literal blocks (`|`), else Where(). For mistakes inside expressions.
  Location WhereInText(size_t offset) const;

 private:
  friend class TreeBuilder;
  static constexpr size_t kIndexedFrom = 16;  // below this a linear search is as fast as a binary one

  Kind kind_ = Kind::kNull;
  bool quoted_ = false;
  uint16_t block_indent_ = 0;  // spaces before the lines of a literal block; 0: no literal block, or unknown
  uint32_t size_ = 0;          // bytes of text, items or entries
  Position begin_;
  Position end_;
  const void* data_ = nullptr;
  const std::string* file_ = nullptr;
};

struct Entry {
  std::string_view key;
  Position key_begin;
  Node value;
  Location KeyWhere() const { return {value.file(), key_begin.line, key_begin.column}; }
};

// "nothing", "text", "a list" or "a mapping"; for messages.
std::string_view KindName(Node::Kind kind);
// The first 40 characters in quotes; for messages.
std::string Excerpt(std::string_view text);

class Tree {
 public:
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  const Node& root() const { return root_; }
  const std::string& file() const { return file_; }

 private:
  friend class TreeBuilder;
  explicit Tree(std::string file) : file_(std::move(file)) {}
  std::string file_;
  std::pmr::monotonic_buffer_resource arena_;
  Node root_;
};

// What the YAML and JSON readers feed. Refuses duplicate keys and deep nesting; counts mistakes.
// Calls must nest: Open … Close, and in a mapping a Key (or DropKey) before every value.
class TreeBuilder {
 public:
  TreeBuilder(std::string file, Diagnostics& diagnostics);

  // A sequence or mapping begins. False if it is too deep: that is reported, and the reader must stop.
  bool Open(Node::Kind kind, Position begin);
  // The innermost one ends; without `end`, where its last value ended.
  void Close(std::optional<Position> end);
  void Key(std::string_view text, Position begin);
  void DropKey();  // the key was bad (and reported): the value that follows is read and thrown away
  void Null(Position begin, Position end);
  void Scalar(std::string_view text, bool quoted, Position begin, Position end, uint16_t block_indent = 0);

  bool expects_key() const { return !frames_.empty() && frames_.back().mapping && !frames_.back().has_key; }
  size_t depth() const { return frames_.size(); }
  bool in_mapping() const { return frames_.back().mapping; }
  Position open_at() const { return frames_.back().begin; }

  // Reports a mistake. False once there are kFileMistakesMax: the reader must stop.
  bool Mistake(std::string code, Position where, std::string what, std::string mend);
  bool ReportTooDeep(Position where);  // always false
  bool ok() const { return mistake_count_ == 0; }
  // The reader must stop: too many mistakes, or too many nodes (reported).
  bool gave_up() const { return mistake_count_ > kFileMistakesMax || node_count_ > kFileNodesMax; }
  // The tree, or null if there was any mistake. Call once, when every Open has been closed.
  std::unique_ptr<const Tree> Finish();

 private:
  struct Frame {
    bool mapping = false;
    bool has_key = false;
    bool drop = false;
    Position begin;
    size_t first = 0;  // of its children among items_ or entries_
    std::string_view key;
    Position key_begin;
  };

  std::string_view Keep(std::string_view text);
  Node NewNode(Node::Kind kind, Position begin, Position end) const;
  void AddValue(const Node& node);
  Node CloseSequence(const Frame& frame);
  Node CloseMapping(const Frame& frame);
  void ReportRepeats(std::span<const Entry> entries);

  std::unique_ptr<Tree> tree_;
  Diagnostics& diagnostics_;
  size_t mistake_count_ = 0;
  size_t node_count_ = 0;
  std::vector<Frame> frames_;
  std::vector<Node> items_;       // children of the sequences that are still open
  std::vector<Entry> entries_;    // children of the mappings that are still open
  std::vector<uint32_t> by_key_;  // scratch: the mapping being closed, in the order of its keys
};

// One value each, reported as `label` ("\"steps\" in a policy") if it is not what it should be.
// Numbers and booleans must not be quoted; dates may be, as JSON has no others.
std::optional<std::string> ReadText(const Node& node, std::string_view label, Diagnostics& diagnostics);
std::optional<bool> ReadBool(const Node& node, std::string_view label, Diagnostics& diagnostics);
std::optional<int64_t> ReadInt(const Node& node, int64_t min, int64_t max, std::string_view label,
                               Diagnostics& diagnostics);
std::optional<Date> ReadDate(const Node& node, std::string_view label, Diagnostics& diagnostics);
// The index of the text among `names`.
std::optional<size_t> ReadChoice(const Node& node, std::span<const std::string_view> names,
                                 std::string_view label, Diagnostics& diagnostics);

// One word of a pack and what it stands for:
// `constexpr Named<Mode> kModes[] = {{"automatic", Mode::kAutomatic}};`
template <class T>
struct Named {
  std::string_view name;
  T value;
};

// Reads one mapping: ask for every key that may stand there, then call Finish(), which reports all others.
// All mistakes are reported, each where it stands; a call that fails yields nothing (or its fallback), and if
// the node is no mapping that is said once and every call yields nothing. A key without a value counts as
// absent.
class MappingReader {
 public:
  // `what` names the thing in messages, with its article: "a policy". Keys that are asked for must outlive
  // the reader, as words of the language do.
  MappingReader(const Node& node, Diagnostics& diagnostics, std::string what);

  bool is_mapping() const { return node_.is_mapping(); }
  bool ok() const { return ok_; }  // nothing was wrong so far
  const Node& node() const { return node_; }
  const std::string& what() const { return what_; }

  bool Has(std::string_view key);              // written, even without a value
  const Node* Required(std::string_view key);  // any kind of value
  const Node* Optional(std::string_view key);
  const Node* RequiredMapping(std::string_view key);
  const Node* OptionalMapping(std::string_view key);
  std::string RequiredString(std::string_view key);  // not empty
  std::optional<std::string> OptionalString(std::string_view key);
  std::string TextOr(std::string_view key, std::string_view fallback);
  bool Bool(std::string_view key, bool fallback) { return OptionalBool(key).value_or(fallback); }
  std::optional<bool> OptionalBool(std::string_view key);
  std::optional<int64_t> RequiredInt(std::string_view key, int64_t min, int64_t max);
  std::optional<int64_t> OptionalInt(std::string_view key, int64_t min, int64_t max);
  std::optional<Date> RequiredDate(std::string_view key);
  std::optional<Date> OptionalDate(std::string_view key);
  std::vector<const Node*> RequiredList(std::string_view key);  // at least one item
  std::vector<const Node*> List(std::string_view key);
  std::vector<std::string> Strings(std::string_view key);  // a list of texts

  template <class T, size_t kCount>
  std::optional<T> RequiredEnum(std::string_view key, const Named<T> (&table)[kCount]) {
    const Node* value = Required(key);
    return value == nullptr ? std::nullopt : EnumOf(*value, key, table);
  }
  template <class T, size_t kCount>
  T Enum(std::string_view key, const Named<T> (&table)[kCount], T fallback) {
    const Node* value = Optional(key);
    return value == nullptr ? fallback : EnumOf(*value, key, table).value_or(fallback);
  }
  template <class T, size_t kCount>
  std::vector<T> Enums(std::string_view key, const Named<T> (&table)[kCount]) {  // a list of words
    std::vector<T> values;
    for (const Node* item : List(key)) {
      if (std::optional<T> value = EnumOf(*item, key, table)) values.push_back(*value);
    }
    return values;
  }

  // A mistake of the loader's own at the value of `key` (at the mapping if the key is absent).
  void Error(std::string_view key, std::string code, std::string what, std::string mend);
  // Reports every key that was never asked for, with the nearest known key or the list of known keys.
  void Finish();

 private:
  const Node* OfKind(const Node* value, std::string_view key, Node::Kind kind, std::string_view mend);
  std::vector<const Node*> ItemsOf(const Node* value, std::string_view key);
  std::optional<int64_t> IntOf(const Node* value, std::string_view key, int64_t min, int64_t max);
  std::string Label(std::string_view key) const;

  template <class T>
  std::optional<T> Typed(const Node* value, std::string_view key,
                         std::optional<T> (*read)(const Node&, std::string_view, Diagnostics&)) {
    return value == nullptr ? std::nullopt : Checked(read(*value, Label(key), diagnostics_));
  }
  template <class T>
  std::optional<T> Checked(std::optional<T> value) {
    if (!value) ok_ = false;
    return value;
  }
  template <class T, size_t kCount>
  std::optional<T> EnumOf(const Node& value, std::string_view key, const Named<T> (&table)[kCount]) {
    std::string_view names[kCount];
    for (size_t i = 0; i < kCount; ++i) names[i] = table[i].name;
    std::optional<size_t> choice = Checked(ReadChoice(value, names, Label(key), diagnostics_));
    return choice ? std::optional<T>(table[*choice].value) : std::nullopt;
  }

  // The entry of a key that may stand there from now on; null if it is not written.
  const Entry* Seek(std::string_view key);

  const Node& node_;
  Diagnostics& diagnostics_;
  std::string what_;
  bool ok_ = true;
  // Keys asked for, with repeats. Packs hold mappings by the hundred thousand, and few have more keys than
  // this.
  static constexpr size_t kUsualKeys = 24;
  alignas(std::string_view) std::array<std::byte, kUsualKeys * sizeof(std::string_view)> usual_keys_;
  std::pmr::monotonic_buffer_resource key_memory_{usual_keys_.data(), usual_keys_.size()};
  std::pmr::vector<std::string_view> known_{&key_memory_};
};

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_TREE_H_
