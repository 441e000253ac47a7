// What a reader of the pack's language calls a code. Pure; any thread.
#ifndef ZHIDA_ENGINE_EXPLAIN_CODE_NAME_H_
#define ZHIDA_ENGINE_EXPLAIN_CODE_NAME_H_

#include <string_view>

#include "engine/feel/model.h"

namespace zhida::explain {

// "" where the value is no code of the list. Lives as long as the model.
inline std::string_view CodeName(const feel::Model& model, std::string_view code_list, const Value& value) {
  if (code_list.empty() || value.kind() != ValueKind::kString) return "";
  for (const feel::CodeList& list : model.code_lists) {
    const feel::Code* code = list.id == code_list ? list.Find(value.string()) : nullptr;
    // An open list finds the nearest code above, whose name would be wrong here.
    if (code != nullptr && code->code == value.string()) return code->name;
  }
  return "";
}

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_CODE_NAME_H_
