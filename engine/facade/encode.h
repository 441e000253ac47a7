// Encode: the rows of an input into a coded file, with the codes of an engine's plan beside them.
//
// The values go into the file as they are read, by all threads and in order; then the file itself is read
// back group by group for the codes. From a coded file the values are taken as they are and only the codes
// are made anew. Memory does not grow with the number of rows.
#ifndef ZHIDA_ENGINE_FACADE_ENCODE_H_
#define ZHIDA_ENGINE_FACADE_ENCODE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/base/pipeline.h"
#include "engine/facade/engine.h"
#include "engine/facade/screen_input.h"

namespace zhida::facade {

struct EncodeHooks {
  // Before each piece, on any thread but one at a time; false stops.
  std::function<bool()> go_on;
  // A piece that was read: its counts, and its rejects as NDJSON.
  std::function<void(const facts::ReadCounts& counts, std::string_view rejects)> merged;
  std::function<int64_t()> rows_read;  // so far
};

enum class Encoded : uint8_t { kDone, kFailed, kStopped };
// `*bytes` is the size of the file. After kFailed *error tells why; only after kDone is there a file.
Encoded Encode(const Engine& engine, const facts::DateRules& rules, ScreenInput* input,
               const OrderedPipeline& pipeline, const std::string& path, const EncodeHooks& hooks,
               uint64_t* bytes, std::string* error);

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_ENCODE_H_
