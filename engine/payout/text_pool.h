// TextPool: many short texts in few blocks, each named by eight bytes. Owns the bytes; views live as long as
// the pool. Texts are at most limits::kStringBytesMax long. One thread fills it, any may read it then.
#ifndef ZHIDA_ENGINE_PAYOUT_TEXT_POOL_H_
#define ZHIDA_ENGINE_PAYOUT_TEXT_POOL_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace zhida::payout {

struct TextRef {
  uint64_t block : 24 = 0;
  uint64_t begin : 20 = 0;
  uint64_t size : 20 = 0;
  bool operator==(const TextRef&) const = default;
};
static_assert(sizeof(TextRef) == sizeof(uint64_t));

class TextPool {
 public:
  TextRef Add(std::string_view text) {
    if (text.empty()) return {};
    if (used_ + text.size() > kBlockBytes || blocks_.empty()) {
      blocks_.push_back(std::make_unique<char[]>(kBlockBytes));
      used_ = 0;
    }
    std::copy(text.begin(), text.end(), blocks_.back().get() + used_);
    TextRef ref;
    ref.block = blocks_.size() - 1;
    ref.begin = used_;
    ref.size = text.size();
    used_ += text.size();
    return ref;
  }
  std::string_view View(TextRef ref) const {
    return ref.size == 0 ? std::string_view()
                         : std::string_view(blocks_[ref.block].get() + ref.begin, ref.size);
  }

 private:
  static constexpr size_t kBlockBytes = (size_t{1} << 20) - 1;
  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t used_ = 0;
};

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_TEXT_POOL_H_
