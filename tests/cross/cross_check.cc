#include "tests/cross/cross_check.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/base/aligned.h"
#include "engine/base/json_writer.h"
#include "engine/base/parallel.h"
#include "engine/facts/ndjson.h"
#include "engine/pack/pack.h"
#include "engine/plan/coded_codes.h"
#include "engine/plan/plan.h"
#include "engine/point/point.h"
#include "tests/cross/explain_check.h"
#include "tests/facts/coded_case.h"
#include "tests/test_size.h"

namespace zhida::cross {

using batch::Fault;
using pack::Judgement;

namespace {

// A case that has been loaded and read.
struct Loaded {
  pack::PackPtr pack;
  Date as_of;
  std::unique_ptr<facts::FactBlock> block;
  std::unique_ptr<facts::FactBlock> first;  // the first row alone, or none if it is refused
  std::string text;                         // the rows as NDJSON, with room behind them
  size_t text_size = 0;
  facts::DateRules rules;
  std::vector<bool> accepted;  // by made row
  std::string problem;
};

// The first `size` bytes of the text.
std::unique_ptr<facts::FactBlock> ReadRows(const Loaded& loaded, size_t size,
                                           std::vector<facts::Reject>* rejects, facts::ReadCounts* counts) {
  auto block = std::make_unique<facts::FactBlock>(loaded.pack->schema);
  facts::NdjsonReader(*loaded.pack, loaded.rules)
      .Read({loaded.text.data(), size}, 1, 0, block.get(), rejects, counts);
  block->Finish();
  return block;
}

Loaded Load(const MadeCase& made) {
  Loaded loaded;
  Diagnostics diagnostics;
  loaded.pack = pack::LoadPackFiles(made.Files(), &diagnostics);
  if (!loaded.pack) {
    loaded.problem = "the pack does not load:\n" + diagnostics.Text();
    return loaded;
  }
  loaded.as_of = *Date::Parse(made.as_of);
  for (const MadeRow& row : made.rows) loaded.text += row.Json() + "\n";
  loaded.text_size = loaded.text.size();
  loaded.text.append(64, ' ');
  loaded.rules.as_of = loaded.as_of;
  std::vector<facts::Reject> rejects;
  facts::ReadCounts counts;
  loaded.first = ReadRows(loaded, loaded.text.find('\n') + 1, &rejects, &counts);
  rejects.clear();
  counts = {};
  loaded.block = ReadRows(loaded, loaded.text_size, &rejects, &counts);
  loaded.accepted.assign(made.rows.size(), true);
  for (const facts::Reject& reject : rejects) loaded.accepted[static_cast<size_t>(reject.row)] = false;
  if (counts.rows_read != static_cast<int64_t>(made.rows.size()) ||
      counts.rows_read != counts.rows_rejected + static_cast<int64_t>(loaded.block->row_count())) {
    loaded.problem = "the rows do not add up";
  }
  return loaded;
}

using Table = std::vector<std::vector<Judgement>>;  // row, policy

Table ByJudge(const Loaded& loaded) {
  Table table(loaded.block->row_count());
  for (size_t row = 0; row < table.size(); ++row) {
    const facts::BlockRow subject(*loaded.block, row);
    pack::SubjectJudge judge(*loaded.pack, loaded.as_of, subject);
    for (size_t policy = 0; policy < loaded.pack->policies.size(); ++policy) {
      table[row].push_back(judge.Decide(static_cast<int>(policy)));
    }
  }
  return table;
}

Table ByPoint(const Loaded& loaded, const plan::PlanPtr& plan) {
  Table table(loaded.block->row_count());
  const point::PointEngine engine(plan);
  point::PointEngine::Worker worker(engine);
  for (size_t row = 0; row < table.size(); ++row) worker.Run(*loaded.block, row, &table[row]);
  return table;
}

// The policies that a service asks for; the others stay ineligible.
Table ByPointEligible(const Loaded& loaded, const plan::PlanPtr& plan) {
  Table table(loaded.block->row_count());
  const point::PointEngine engine(plan);
  point::PointEngine::Worker worker(engine);
  std::vector<point::Match> matches;
  for (size_t row = 0; row < table.size(); ++row) {
    table[row].assign(plan->policies.size(), {pack::Outcome::kIneligible, pack::Reason::kNone, std::nullopt});
    worker.Find(*loaded.block, row, point::Want::kEligible, &matches);
    for (const point::Match& match : matches) table[row][static_cast<size_t>(match.policy)] = match.judgement;
  }
  return table;
}

// Rows and codes as a later run has them: the rows load their columns when asked, the codes lie in the file.
struct FromFile {
  FromFile(const Loaded& loaded, const plan::PlanPtr& plan)
      : coded(*loaded.pack, loaded.rules), block(loaded.pack->schema) {
    coded.WriteLines({loaded.text.data(), loaded.text_size}, loaded.rules);
    const batch::BatchEngine encoder(plan, {});
    facts::FactBlock whole(loaded.pack->schema);
    facts::ReadCounts counts;
    sound = coded.Read(&whole, &counts);
    if (!sound) return;
    plan::Codebook::Local local(encoder.codes());
    local.StartBlock();
    plan::CodedRows rows;
    encoder.codes().Encode(whole, 0, whole.row_count(), &local, &rows);
    const std::string written = plan::WriteCodes(rows, encoder.codes().column_count(), whole, counts);
    bytes.Resize(written.size() / sizeof(uint64_t) + 1);
    written.copy(reinterpret_cast<char*>(bytes.data()), written.size());
    codes_view = {reinterpret_cast<const char*>(bytes.data()), written.size()};
    binding = plan::WriteBinding(encoder.codes(), *loaded.pack, loaded.rules);
  }
  // For an engine that has not run yet.
  bool Open(const Loaded& loaded, const batch::BatchEngine& engine) {
    if (!sound || !plan::AdoptBinding(binding, engine.codes(), *loaded.pack, loaded.rules, 1)) return false;
    source = coded.Open();
    plan::GroupNotes notes;
    if (!source || !plan::ReadCodes(codes_view, engine.codes(), source->head().rows,
                                    loaded.pack->schema.facts.size(), &codes, &notes)) {
      return false;
    }
    block.FillLater(source, source->head().input_rows, source->head().irregular_rows, notes.committed_facts);
    return true;
  }

  facts::CodedCase coded;
  facts::FactBlock block;
  AlignedWords bytes;
  std::string_view codes_view;
  std::string binding;
  std::shared_ptr<facts::GroupSource> source;
  plan::CodedRows codes;
  bool sound = false;
};

// What a batch came to; "" or what is wrong with it as a whole.
std::string TableOf(const Loaded& loaded, const Evaluator& evaluator, const batch::BlockResult& result,
                    Table* table) {
  table->assign(loaded.block->row_count(), std::vector<Judgement>(loaded.pack->policies.size()));
  int64_t written = 0;
  if (evaluator.batch.bitmaps) {
    const batch::Bitmaps& bitmaps = result.bitmaps;
    const uint64_t* words = bitmaps.bits();
    for (size_t i = 0; i < bitmaps.blocks().size(); ++i) {
      const batch::Bitmaps::Block& of = bitmaps.blocks()[i];
      for (size_t bitmap = of.begin; bitmap < bitmaps.end(i); ++bitmap, words += of.words) {
        const int64_t before = written;
        for (size_t row = 0; row < of.rows; ++row) {
          if ((words[row / 64] >> row % 64 & 1) == 0) continue;
          Judgement& judgement = (*table)[of.first + row][static_cast<size_t>(bitmaps.policies()[bitmap])];
          judgement.outcome = static_cast<pack::Outcome>(bitmaps.outcomes()[bitmap]);
          ++written;
        }
        if (written == before) return "a bitmap has no bits";
      }
    }
    if (words != bitmaps.bits() + bitmaps.word_count()) return "bits lie beside the bitmaps";
  } else {
    const batch::Pairs& pairs = result.pairs;
    written = static_cast<int64_t>(pairs.size());
    if (pairs.row_ends.size() != table->size()) return "not all rows are there";
    for (size_t row = 0; row < table->size(); ++row) {
      for (size_t i = pairs.row_begin(row); i < pairs.row_ends[row]; ++i) {
        const batch::Cell pair = pairs.cells[i];
        if (i > pairs.row_begin(row) && pair.policy <= pairs.cells[i - 1].policy)
          return "its pairs are not in order";
        Judgement& judgement = (*table)[row][pair.policy];
        judgement.outcome = pair.outcome;
        if (pair.has_amount) judgement.amount_fen = pairs.amount_fen(i);
      }
    }
  }
  int64_t counted = 0;
  for (const batch::PolicyTotals& totals : result.totals) {
    for (int64_t count : totals.outcomes) counted += count;
  }
  if (evaluator.batch.eligible_only) return "";
  return written != result.work.pairs || counted != result.work.pairs ? "its pairs do not add up" : "";
}

std::string ByBatch(const Loaded& loaded, const plan::PlanPtr& plan, const Evaluator& evaluator, Fault fault,
                    Table* table, int64_t* judged) {
  batch::BatchOptions options = evaluator.batch;
  options.fault = fault;
  if (evaluator.every_other) {
    for (size_t i = 0; i < loaded.pack->policies.size(); ++i) options.policies.push_back(i % 2 == 0);
  }
  const batch::BatchEngine engine(plan, options);
  if (evaluator.late) {
    batch::BlockResult of_first;
    batch::BatchEngine::Worker(engine).Run(*loaded.first, nullptr, &of_first);
  }
  std::vector<batch::BlockResult> results(static_cast<size_t>(evaluator.threads));
  if (evaluator.coded) {
    FromFile file(loaded, plan);
    if (!file.Open(loaded, engine)) return "its bytes are refused";
    batch::BatchEngine::Worker(engine).Run(file.block, &file.codes, results.data());
    if (!file.source->ok()) return "its values are refused";
  } else {
    ParallelFor(results.size(), evaluator.threads, [&](size_t worker) {
      batch::BatchEngine::Worker(engine).Run(*loaded.block, nullptr, &results[worker]);
    });
  }
  *judged = results[0].work.judged_pairs;
  for (size_t worker = 0; worker < results.size(); ++worker) {
    Table of_worker;
    const std::string problem = TableOf(loaded, evaluator, results[worker], &of_worker);
    if (!problem.empty()) return problem;
    if (worker > 0 && of_worker != *table) return "its threads disagree";
    *table = std::move(of_worker);
  }
  return "";
}

std::string Text(const Judgement& judgement, bool with_reason) {
  std::string text(pack::OutcomeName(judgement.outcome));
  if (with_reason) text += " " + std::string(pack::ReasonName(judgement.reason));
  return text + " " + (judgement.amount_fen ? std::to_string(*judgement.amount_fen) : "-");
}

}  // namespace

const std::vector<Evaluator>& Evaluators() {
  static const std::vector<Evaluator> all = [] {
    std::vector<Evaluator> made = {{"point", Evaluator::Kind::kPoint, {}},
                                   {"point, eligible only", Evaluator::Kind::kPointEligible, {}}};
    const auto add = [&](std::string name) -> Evaluator& {
      Evaluator& added = made.emplace_back();
      added.name = "batch, " + std::move(name);
      added.batch.wanted = {true, true, true, true, true};
      return added;
    };
    constexpr size_t kBlockRows[] = {1, 7, 63, 64, 65, 512, 1024};
    for (const size_t rows : kBlockRows) add(std::to_string(rows) + " rows").batch.block_rows = rows;
    for (const batch::SieveKernels* kernels : batch::AllKernels()) {
      for (const size_t rows : kBlockRows) {
        if (rows != 1024 && !FullSize()) continue;
        Evaluator& added = add(std::string(kernels->name) + " kernels, " + std::to_string(rows) + " rows");
        added.batch.kernels = kernels;
        added.batch.block_rows = rows;
      }
    }
    for (const int threads : {2, 3, 8}) {
      Evaluator& added = add(std::to_string(threads) + " threads");
      added.threads = threads;
      added.batch.block_rows = 64;
    }
    add("every other policy").every_other = true;
    add("without the sieve").batch.with_sieve = false;
    add("patterns over their memory").batch.pattern_bytes = 1;
    add("texts seen late").late = true;
    add("from a coded file").coded = true;
    for (const size_t rows : {size_t{7}, size_t{1024}}) {
      Evaluator& added = add("bitmaps, " + std::to_string(rows) + " rows");
      added.batch.bitmaps = true;
      added.batch.block_rows = rows;
    }
    Evaluator& eligible = add("eligible pairs only");
    eligible.batch.eligible_only = true;
    eligible.batch.wanted = {true, false, false, false, false};
    return made;
  }();
  return all;
}

CheckResult Check(const MadeCase& made, Fault fault) {
  CheckResult result;
  const Loaded loaded = Load(made);
  if (!loaded.problem.empty()) {
    result.difference = loaded.problem;
    return result;
  }
  for (bool accepted : loaded.accepted) result.rejected += accepted ? 0 : 1;
  const plan::PlanPtr plan = plan::Compile(loaded.pack, loaded.as_of);
  const Table expected = ByJudge(loaded);
  for (const auto& row : expected) {
    for (const Judgement& judgement : row) ++result.outcomes[static_cast<size_t>(judgement.outcome)];
    result.pairs += static_cast<int64_t>(row.size());
  }
  if (fault == Fault::kNone)
    result.difference = CheckExplanations(plan, *loaded.first, *loaded.block, &result.near);
  for (const Evaluator& evaluator : Evaluators()) {
    Table got;
    const bool point = evaluator.kind == Evaluator::Kind::kPoint;
    const bool eligible_only =
        evaluator.kind == Evaluator::Kind::kPointEligible || evaluator.batch.eligible_only;
    if (point) {
      got = ByPoint(loaded, plan);
    } else if (evaluator.kind == Evaluator::Kind::kPointEligible) {
      got = ByPointEligible(loaded, plan);
    } else {
      int64_t judged = 0;
      const std::string problem = ByBatch(loaded, plan, evaluator, fault, &got, &judged);
      result.judged = std::max(result.judged, judged);
      if (!problem.empty()) {
        result.difference += evaluator.name + ": " + problem + "\n";
        continue;
      }
    }
    for (size_t row = 0; row < expected.size(); ++row) {
      for (size_t policy = 0; policy < expected[row].size(); ++policy) {
        if (evaluator.every_other && policy % 2 == 1) continue;
        // What is not written must not be eligible, and what is must be.
        if (eligible_only && expected[row][policy].outcome != pack::Outcome::kEligible &&
            got[row][policy].outcome != pack::Outcome::kEligible) {
          continue;
        }
        // Bitmaps hold no amounts.
        if (evaluator.batch.bitmaps) got[row][policy].amount_fen = expected[row][policy].amount_fen;
        // Only the point engine gives reasons.
        if (!point) got[row][policy].reason = expected[row][policy].reason;
        if (got[row][policy] == expected[row][policy]) continue;
        result.difference += evaluator.name + ": " + loaded.pack->policies[policy].id + " for " +
                             std::string(loaded.block->subject(row)) + " is " +
                             Text(got[row][policy], point) + ", the interpreter says " +
                             Text(expected[row][policy], point) + "\n";
        if (result.difference.size() > 2000) return result;
      }
    }
  }
  return result;
}

MadeCase Shrink(MadeCase made, Fault fault) {
  const auto still_differs = [&](const MadeCase& smaller) {
    const CheckResult result = Check(smaller, fault);
    return !result.difference.empty() && result.difference.rfind("the pack", 0) != 0;
  };
  if (!still_differs(made)) return made;
  // Drops items from the list that `list_of` finds in a case, as long as a difference remains. The last
  // `keep` stay.
  const auto drop_each = [&](auto list_of, size_t keep) {
    for (size_t i = list_of(made).size(); i-- > keep;) {
      MadeCase smaller = made;
      auto& list = list_of(smaller);
      list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
      if (still_differs(smaller)) made = std::move(smaller);
    }
  };
  drop_each(
      [](MadeCase & whole) -> auto& { return whole.policies; }, 0);
  drop_each(
      [](MadeCase & whole) -> auto& { return whole.rows; }, 0);
  for (size_t p = 0; p < made.policies.size(); ++p) {
    drop_each(
        [p](MadeCase & whole) -> auto& { return whole.policies[p].clauses; }, 0);
  }
  for (size_t r = 0; r < made.rows.size(); ++r) {
    drop_each(
        [r](MadeCase & whole) -> auto& { return whole.rows[r].members; }, 1);
  }
  return made;
}

std::string Report(const MadeCase& made, const CheckResult& result) {
  std::string text = "seed " + std::to_string(made.seed) + ", as of " + made.as_of + "\n" + result.difference;
  if (result.difference.rfind("the pack", 0) == 0) return text;
  for (const MadePolicy& policy : made.policies) text += policy.Json() + "\n";
  for (const MadeRow& row : made.rows) text += row.Json() + "\n";
  for (const auto& [path, bytes] : made.files) {
    if (path.rfind("tables/", 0) == 0 || path.rfind("definitions/", 0) == 0)
      text += path + " " + bytes + "\n";
  }
  const Loaded loaded = Load(made);
  if (loaded.pack) text += plan::Compile(loaded.pack, loaded.as_of)->Dump();
  return text;
}

std::string OracleLine(const MadeCase& made, int number) {
  const Loaded loaded = Load(made);
  JsonWriter json;
  json.BeginObject().Key("seed").Int(static_cast<int64_t>(made.seed)).Key("case").Int(number);
  json.Key("as_of").String(made.as_of);
  json.Key("options")
      .Raw(R"({"facts_date":null,"known_on":null,"undated":"fresh"})")
      .Key("files")
      .BeginObject();
  for (const auto& [path, bytes] : made.Files()) {
    std::string line = bytes;
    for (char& c : line) c = c == '\n' ? ' ' : c;
    json.Key(path).Raw(line);
  }
  json.EndObject().Key("rows").BeginArray();
  for (const MadeRow& row : made.rows) json.Raw(row.Json());
  json.EndArray().Key("answers").BeginArray();
  size_t judged = 0;
  for (size_t row = 0; row < made.rows.size(); ++row) {
    if (!loaded.pack || !loaded.accepted[row]) {
      json.Null();
      continue;
    }
    const facts::BlockRow subject(*loaded.block, judged++);
    pack::SubjectJudge judge(*loaded.pack, loaded.as_of, subject);
    json.BeginArray();
    for (size_t policy = 0; policy < loaded.pack->policies.size(); ++policy) {
      const pack::JudgementDetail detail = judge.Explain(static_cast<int>(policy));
      json.BeginObject().Key("policy").String(loaded.pack->policies[policy].id);
      json.Key("outcome").String(pack::OutcomeName(detail.judgement.outcome));
      json.OptionalString("reason", pack::ReasonName(detail.judgement.reason)).Key("amount_fen");
      if (detail.judgement.amount_fen) {
        json.Int(*detail.judgement.amount_fen);
      } else {
        json.Null();
      }
      json.Key("clauses").BeginObject();
      for (const pack::ClauseTruth& clause : detail.clauses) {
        json.Key(clause.id).BeginArray().String(TruthName(clause.truth));
        if (clause.truth == Truth::kUnknown) {
          json.String(CauseName(clause.cause));
        } else {
          json.Null();
        }
        json.EndArray();
      }
      json.EndObject().EndObject();
    }
    json.EndArray();
  }
  return json.EndArray().EndObject().Take();
}

}  // namespace zhida::cross
