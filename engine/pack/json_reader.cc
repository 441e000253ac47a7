#include "engine/pack/json_reader.h"

#include <simdjson.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/pack/file_set.h"
#include "engine/pack/json_faults.h"

namespace zhida::pack {
namespace {

namespace ondemand = simdjson::ondemand;

// Feeds what simdjson reads to a TreeBuilder, with the place of every token. False at the first thing that is
// not right; the fault finder then says what it was.
class JsonWalk {
 public:
  JsonWalk(const simdjson::padded_string& padded, ondemand::document& document, TreeBuilder& builder)
      : text_(padded.data(), padded.size()), cursor_(text_), document_(document), builder_(builder) {}

  bool Run() {
    ondemand::value root;
    if (document_.get_value().get(root) != simdjson::SUCCESS) return false;
    // Behind the last value there is no place any more; where there is one, more text stands there.
    return Value(root) && document_.current_location().error() == simdjson::OUT_OF_BOUNDS;
  }

 private:
  static constexpr const char* kSpace = " \t\r\n";

  Position At(const char* place) { return cursor_.At(static_cast<size_t>(place - text_.data())); }

  // The place behind the bracket that was read last: only spaces stand between it and the next token.
  Position BehindBracket() {
    const char* next = nullptr;
    const bool more = document_.current_location().get(next) == simdjson::SUCCESS;
    const std::string_view before = more ? text_.substr(0, static_cast<size_t>(next - text_.data())) : text_;
    return cursor_.At(before.find_last_not_of(kSpace) + 1);
  }

  bool Value(ondemand::value value) {
    ondemand::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    // The token runs up to the next one, so that spaces may follow it.
    std::string_view token = value.raw_json_token();
    token.remove_suffix(token.size() - (token.find_last_not_of(kSpace) + 1));
    switch (type) {
      case ondemand::json_type::object:
        return Object(value, token);
      case ondemand::json_type::array:
        return Array(value, token);
      default:
        return Scalar(value, type, token) && builder_.ok() && !builder_.gave_up();
    }
  }

  bool Object(ondemand::value value, std::string_view token) {
    if (!builder_.Open(Node::Kind::kMapping, At(token.data()))) return false;
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    for (auto result : object) {
      ondemand::field field;
      if (std::move(result).get(field) != simdjson::SUCCESS) return false;
      const char* quote = field.key().raw() - 1;
      std::string_view key;
      if (field.unescaped_key().get(key) != simdjson::SUCCESS || HoldsNul(key)) return false;
      builder_.Key(key, At(quote));
      if (!Value(field.value())) return false;
    }
    builder_.Close(BehindBracket());
    return builder_.ok();
  }

  bool Array(ondemand::value value, std::string_view token) {
    if (!builder_.Open(Node::Kind::kSequence, At(token.data()))) return false;
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    for (auto result : array) {
      ondemand::value item;
      if (std::move(result).get(item) != simdjson::SUCCESS || !Value(item)) return false;
    }
    builder_.Close(BehindBracket());
    return true;
  }

  bool Scalar(ondemand::value value, ondemand::json_type type, std::string_view token) {
    const Position begin = At(token.data());
    switch (type) {
      case ondemand::json_type::string: {
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS || HoldsNul(text)) return false;
        builder_.Scalar(text, true, begin, At(token.data() + token.size()));
        return true;
      }
      case ondemand::json_type::null:
        if (token != "null") return false;
        builder_.Null(begin, At(token.data() + token.size()));
        return true;
      case ondemand::json_type::boolean:
        if (token != "true" && token != "false") return false;
        break;
      default:
        // simdjson hands numbers over unchecked when they are taken as text.
        if (!IsJsonNumber(token)) return false;
        break;
    }
    builder_.Scalar(token, false, begin, At(token.data() + token.size()));
    return true;
  }

  static bool HoldsNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

  std::string_view text_;
  TextCursor cursor_;
  ondemand::document& document_;
  TreeBuilder& builder_;
};

std::unique_ptr<const Tree> Parse(std::string_view text, const std::string& file) {
  const simdjson::padded_string padded(text);
  ondemand::parser parser;
  ondemand::document document;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return nullptr;
  Diagnostics unsaid;  // the fault finder finds the same, with more to say
  TreeBuilder builder(file, unsaid);
  if (!JsonWalk(padded, document, builder).Run()) return nullptr;
  return builder.Finish();
}

}  // namespace

std::unique_ptr<const Tree> ReadJson(std::string_view bytes, std::string file, Diagnostics& diagnostics) {
  const std::optional<std::string_view> text = CheckedText(bytes, file, diagnostics);
  if (!text) return nullptr;
  if (auto tree = Parse(*text, file)) return tree;
  return FindJsonFaults(*text, std::move(file), diagnostics);
}

}  // namespace zhida::pack
