// A matcher in a service allocates nothing once it has met its subjects, where the index decides: every
// allocation of this program is counted.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "engine/facade/matcher.h"

namespace {
std::atomic<int64_t> allocations{0};
}  // namespace

void* operator new(size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new[](size_t size) { return operator new(size); }
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size == 0 ? 1 : size);
}
void* operator new[](size_t size, const std::nothrow_t& tag) noexcept { return operator new(size, tag); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

namespace zhida::facade {
namespace {

std::shared_ptr<const Engine> MakeEngine() {
  std::string policies = "[";
  for (int bar = 0; bar < 200; ++bar) {
    policies += (bar == 0 ? "" : ",") + std::string("{\"id\":\"p") + std::to_string(bar) +
                R"(","title":"p","clauses":[{"id":"a","article":"1","when":"staff >= )" +
                std::to_string(bar % 50) +
                R"json( and (area = \"A\" or not(bad)) and not(list contains(tags, \"y\"))"}])json" + "}";
  }
  Diagnostics diagnostics;
  const auto pack = pack::LoadPackFiles(
      {{"pack.json", R"({"id":"mini","version":"1.0.0","title":"mini","kind":"firm","status":"sample"})"},
       {"schema.json",
        R"({"kind":"firm","key":"id","facts":[{"id":"id","type":"string"},{"id":"staff","type":"integer"},
         {"id":"bad","type":"boolean"},{"id":"area","type":"string"},{"id":"cost","type":"money"},
         {"id":"tags","type":"list of string"}]})"},
       {"policies/all.json", policies + "]"}},
      &diagnostics);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return std::make_shared<const Engine>(pack, *Date::Parse("2026-06-30"), 1);
}

TEST(Allocation, NoneOnceTheSubjectsAreKnown) {
  std::vector<std::string> firms;
  for (int i = 0; i < 64; ++i) {
    firms.push_back("{\"id\":\"firm" + std::to_string(i) + "\",\"staff\":" + std::to_string(i) +
                    ",\"bad\":" + (i % 3 == 0 ? "true" : "false") + ",\"area\":\"" +
                    (i % 2 == 0 ? "A" : "B") + "\",\"cost\":" + std::to_string(i * 100) + ",\"tags\":[\"" +
                    (i % 5 == 0 ? "y" : "x") + "\"]}");
  }
  Matcher matcher(MakeEngine(), {});
  Diagnostics diagnostics;
  const auto all = [&] {
    size_t found = 0;
    for (const std::string& firm : firms) {
      found += matcher.Match(firm, point::Want::kEligible, &diagnostics)->size();
      found += matcher.Match(firm, point::Want::kOpen, &diagnostics)->size();
    }
    return found;
  };
  // The index learns from the first 2,048 subjects.
  size_t found = 0;
  for (int round = 0; round < 40; ++round) found = all();
  const int64_t before = allocations.load();
  EXPECT_EQ(all(), found);
  EXPECT_EQ(allocations.load() - before, 0);
  EXPECT_GT(found, 0U);
  EXPECT_GT(before, 0);
}

}  // namespace
}  // namespace zhida::facade
