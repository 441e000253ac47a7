// zhida_generate: writes a made-up pack, its rules in neutral form, and firms.

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "bench/generator.h"
#include "engine/base/parallel.h"

namespace {

using zhida::bench::Firm;
using zhida::bench::Generator;
using zhida::bench::Shape;

constexpr const char* kHelp =
    R"(zhida_generate: a made-up pack and firms, for measuring

  --out DIR            where to write (required): DIR/pack, DIR/rules.json, DIR/firms.ndjson
  --rules N            policies (5000)
  --firms N            firms (1000000)
  --seed S             the same seed gives the same bytes (1)
  --missing F          share of unknown values of every fact, 0 to 1; without it from none to 95%, by fact
  --regex-share F      share of policies with a regular expression (0.005)
  --selectivity F      of the conditions that single out, one in F does (1)
  --amounts            policies with amounts
  --sorted             firms by region
  --rules-only, --firms-only
  --summary            judge 2,000 firms and say how often policies hold
)";

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "zhida_generate: %s\n", what.c_str());
  std::exit(2);
}

void Write(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  if (!out.flush()) Fail("cannot write " + path.string());
}

void WriteFirms(const Generator& generator, int64_t firms, const std::filesystem::path& path) {
  std::FILE* out = std::fopen(path.c_str(), "wb");
  if (out == nullptr) Fail("cannot write " + path.string() + ": " + std::strerror(errno));
  constexpr int64_t kChunk = 20'000;
  constexpr size_t kChunks = 8;
  std::vector<std::string> chunks(kChunks);
  for (int64_t first = 0; first < firms; first += kChunk * static_cast<int64_t>(kChunks)) {
    zhida::ParallelFor(kChunks, 0, [&](size_t c) {
      chunks[c].clear();
      const int64_t begin = first + static_cast<int64_t>(c) * kChunk;
      for (int64_t i = begin; i < std::min(firms, begin + kChunk); ++i) {
        chunks[c] += generator.Json(generator.MakeFirm(i));
        chunks[c] += '\n';
      }
    });
    for (const std::string& chunk : chunks) {
      if (std::fwrite(chunk.data(), 1, chunk.size(), out) != chunk.size())
        Fail("cannot write " + path.string());
    }
  }
  if (std::fclose(out) != 0) Fail("cannot write " + path.string());
}

void Summary(const Generator& generator) {
  constexpr int64_t kFirms = 2000;
  std::vector<int64_t> hits(generator.rules().size());
  size_t bytes = 0;
  for (int64_t i = 0; i < kFirms; ++i) {
    const Firm firm = generator.MakeFirm(i);
    bytes += generator.Json(firm).size() + 1;
    for (size_t rule = 0; rule < hits.size(); ++rule)
      hits[rule] += generator.Holds(generator.rules()[rule], firm) ? 1 : 0;
  }
  int64_t conditions = 0;
  std::set<std::string> distinct;
  for (const auto& rule : generator.rules()) {
    conditions += static_cast<int64_t>(rule.all.size());
    for (const auto& branch : rule.any) conditions += static_cast<int64_t>(branch.size());
  }
  int64_t all = 0;
  for (const int64_t hit : hits) all += hit;
  std::vector<int64_t> sorted = hits;
  std::sort(sorted.begin(), sorted.end());
  std::printf(
      "%zu rules, %lld conditions; %.0f bytes a firm; a firm satisfies %.1f rules; a rule %.3f%% of firms, "
      "median %.3f%%\n",
      hits.size(), static_cast<long long>(conditions), static_cast<double>(bytes) / kFirms,
      static_cast<double>(all) / kFirms,
      100.0 * static_cast<double>(all) / kFirms / static_cast<double>(hits.size()),
      100.0 * static_cast<double>(sorted[sorted.size() / 2]) / kFirms);
}

}  // namespace

int main(int argc, char** argv) {
  Shape shape;
  std::string out;
  bool rules = true;
  bool firms = true;
  bool summary = false;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const auto value = [&]() -> std::string {
      if (i + 1 >= argc) Fail(name + " needs a value");
      return argv[++i];
    };
    if (name == "--out")
      out = value();
    else if (name == "--rules")
      shape.rules = std::atoi(value().c_str());
    else if (name == "--firms")
      shape.firms = std::atoll(value().c_str());
    else if (name == "--seed")
      shape.seed = std::strtoull(value().c_str(), nullptr, 10);
    else if (name == "--missing")
      shape.missing = std::atof(value().c_str());
    else if (name == "--regex-share")
      shape.regex_share = std::atof(value().c_str());
    else if (name == "--selectivity")
      shape.selectivity = std::atof(value().c_str());
    else if (name == "--amounts")
      shape.amounts = true;
    else if (name == "--sorted")
      shape.sorted = true;
    else if (name == "--rules-only")
      firms = false;
    else if (name == "--firms-only")
      rules = false;
    else if (name == "--summary")
      summary = true;
    else if (name == "--help") {
      std::fputs(kHelp, stdout);
      return 0;
    } else
      Fail("unknown option " + name + "; see --help");
  }
  if (out.empty() && !summary) Fail("--out DIR is missing; see --help");
  if (shape.rules < 1 || shape.firms < 0) Fail("--rules must be at least 1, --firms not negative");
  const Generator generator(shape);
  if (summary) Summary(generator);
  if (out.empty()) return 0;
  if (rules) {
    for (const auto& [path, bytes] : generator.Pack())
      Write(std::filesystem::path(out) / "pack" / path, bytes);
    Write(std::filesystem::path(out) / "rules.json", generator.RulesJson() + "\n");
  }
  if (firms) {
    std::filesystem::create_directories(out);
    WriteFirms(generator, shape.firms, std::filesystem::path(out) / "firms.ndjson");
  }
  return 0;
}
