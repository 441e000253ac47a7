#include "engine/facts/json_tokens.h"

#include <simdjson.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/text.h"

namespace zhida::facts {
namespace {

std::string Column(std::string_view text, size_t offset) {
  return "column " + std::to_string(CodePointCount(text.substr(0, offset)) + 1);
}

bool Utf8Fault(std::string_view text, Fault* fault) {
  size_t bad = 0;
  IsValidUtf8(text, &bad);
  return fault->Set(kNotUtf8, "byte " + std::to_string(bad + 1) +
                                  " of the row is not UTF-8; save the file as UTF-8 (it may be GBK)");
}

// The first bare control character inside a string.
size_t FindControlCharacter(std::string_view text) {
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (in_string && static_cast<unsigned char>(text[i]) < 0x20) return i;
    if (in_string && text[i] == '\\') {
      ++i;  // what is escaped ends no string
    } else if (text[i] == '"') {
      in_string = !in_string;
    }
  }
  return text.size();
}

bool ControlCharacterFault(std::string_view text, Fault* fault) {
  return fault->Set(kBadSyntax,
                    "not JSON: " + Column(text, FindControlCharacter(text)) +
                        " has a bare control character inside a string; write it as \\t, \\n or \\u0000");
}

}  // namespace

class JsonTokens::Impl {
 public:
  bool Load(std::string_view text, Fault* fault) {
    if (text.size() > parser_.capacity()) Reserve(text.size());
    const simdjson::padded_string_view padded(text.data(), text.size(), text.size() + kJsonPaddingBytes);
    simdjson::ondemand::json_iterator iterator;
    const simdjson::error_code error = parser_.iterate_raw(padded).get(iterator);
    text_ = text;
    switch (error) {
      case simdjson::SUCCESS:
        // Behind the last token the first stage writes the length of the text, so a cursor needs no count.
        offsets_ = iterator.position();
        return true;
      case simdjson::EMPTY:
        return fault->Set(kBadSyntax, "there is no JSON here; write one object");
      case simdjson::UTF8_ERROR:
        return Utf8Fault(text, fault);
      case simdjson::UNCLOSED_STRING:
        return fault->Set(kBadSyntax, "a string is opened and never closed; add the missing quote");
      case simdjson::UNESCAPED_CHARS:
        return ControlCharacterFault(text, fault);
      case simdjson::MEMALLOC:
        throw std::bad_alloc();
      default:
        return fault->Set(kBadSyntax, std::string("not JSON: ") + simdjson::error_message(error));
    }
  }

  JsonCursor cursor() const { return {text_.data(), static_cast<uint32_t>(text_.size()), offsets_}; }

 private:
  void Reserve(size_t bytes) {
    constexpr size_t kBytesMin = size_t{16} << 10;
    const size_t wanted = std::max({bytes, 2 * parser_.capacity(), kBytesMin});
    if (parser_.allocate(wanted, static_cast<size_t>(limits::kTreeDepthMax)) != simdjson::SUCCESS) {
      throw std::bad_alloc();
    }
  }

  simdjson::ondemand::parser parser_;
  std::string_view text_;
  const uint32_t* offsets_ = nullptr;
};

JsonTokens::JsonTokens() : impl_(std::make_unique<Impl>()) {
  static_assert(kJsonPaddingBytes >= simdjson::SIMDJSON_PADDING);
}
JsonTokens::~JsonTokens() = default;
bool JsonTokens::Load(std::string_view text, Fault* fault) { return impl_->Load(text, fault); }
JsonCursor JsonTokens::cursor() const { return impl_->cursor(); }

bool SyntaxFault(const JsonCursor& cursor, std::string_view wanted, Fault* fault) {
  std::string reason = "not JSON: ";
  if (cursor.at_end()) {
    reason.append("the row ends where ").append(wanted).append(" is wanted; is it cut off?");
    return fault->Set(kBadSyntax, std::move(reason));
  }
  const std::string_view token = cursor.Token();
  if (token == "NaN" || token == "Infinity") return NotFiniteFault(token, fault);
  const std::string found = JsonQuote(token.substr(0, std::min<size_t>(token.size(), 24)));
  reason.append(Column(cursor.text(), cursor.offset())).append(" has ").append(found);
  reason.append(" where ").append(wanted).append(" is wanted; correct it");
  return fault->Set(kBadSyntax, std::move(reason));
}

// What Python and others write for numbers that are none.
bool NotFiniteFault(std::string_view token, Fault* fault) {
  return fault->Set(kNotFinite,
                    std::string(token) +
                        " is not a number that can be judged; leave the key out if the value is not known");
}

bool TooDeep(Fault* fault) {
  return fault->Set(kTooDeep, "lists and objects are nested more than " +
                                  std::to_string(limits::kTreeDepthMax) + " deep; flatten them");
}

}  // namespace zhida::facts
