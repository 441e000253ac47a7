#include "engine/capi/ledger_rows.h"

#include <cerrno>
#include <optional>
#include <utility>

#include "engine/facts/arrow_column.h"
#include "engine/facts/arrow_writer.h"

namespace zhida::capi {
namespace {

using facts::ArrowBuffer;
using facts::ArrowCell;
using facts::ArrowColumn;
using facts::ArrowShape;

constexpr int64_t kPageRows = 4'096;  // of a stream of ours

// --- In.

struct Field {
  const char* name;
  bool required;
  std::string* (*text)(ledger::Reservation*);  // null: a number
  void (*number)(ledger::Reservation*, int64_t);
};

using R = ledger::Reservation;
const Field kFields[] = {
    {"subject", true, [](R* r) { return &r->key.subject; }, nullptr},
    {"kind", true, [](R* r) { return &r->key.kind; }, nullptr},
    {"object", false, [](R* r) { return &r->key.object; }, nullptr},
    {"year", true, nullptr, [](R* r, int64_t value) { r->key.year = static_cast<int32_t>(value); }},
    {"part", false, [](R* r) { return &r->key.part; }, nullptr},
    {"policy", true, [](R* r) { return &r->policy; }, nullptr},
    {"pool", true, [](R* r) { return &r->pool; }, nullptr},
    {"pool_year", false, nullptr, [](R* r, int64_t value) { r->pool_year = static_cast<int32_t>(value); }},
    {"amount_fen", true, nullptr, [](R* r, int64_t value) { r->amount_fen = value; }},
    {"payee_name", true, [](R* r) { return &r->payee.name; }, nullptr},
    {"payee_account", true, [](R* r) { return &r->payee.account; }, nullptr},
    {"payee_bank", false, [](R* r) { return &r->payee.bank; }, nullptr},
    {"memo", false, [](R* r) { return &r->memo; }, nullptr},
    {"subject_name", false, [](R* r) { return &r->subject_name; }, nullptr},
    {"hold", false, [](R* r) { return &r->hold; }, nullptr},
    {"link", false, [](R* r) { return &r->link; }, nullptr},
};

class ReservationReader {
 public:
  ReservationReader(ArrowArrayStream* rows, Diagnostics* diagnostics)
      : stream_(*rows), diagnostics_(*diagnostics) {
    rows->release = nullptr;
  }
  ~ReservationReader() { stream_.release(&stream_); }

  bool Bind() {
    ArrowSchema schema{};
    if (const int status = stream_.get_schema(&stream_, &schema); status != 0) return StreamFailed();
    shape_ = facts::ParseArrowSchema(schema);
    schema.release(&schema);
    bool good = true;
    for (const Field& field : kFields) {
      size_t at = 0;
      while (at < shape_.children.size() && shape_.children[at].name != field.name) ++at;
      if (at == shape_.children.size()) {
        if (field.required) good = Fault(std::string("there is no column ") + field.name, "add it");
        continue;
      }
      const facts::ArrowType& type = shape_.children[at].type;
      if (field.text != nullptr ? !type.is_text() : !type.is_integer()) {
        good = Fault(std::string("column ") + field.name + " is of type " + shape_.children[at].text,
                     field.text != nullptr ? "give text" : "give whole numbers");
        continue;
      }
      bound_.push_back({&field, at});
    }
    return good;
  }

  bool Read(size_t rows_max, const std::function<bool(const std::vector<R>&)>& take) {
    std::vector<R> rows;
    while (true) {
      ArrowArray batch{};
      if (stream_.get_next(&stream_, &batch) != 0) return StreamFailed();
      if (batch.release == nullptr) break;
      const std::unique_ptr<ArrowArray, void (*)(ArrowArray*)> release(&batch,
                                                                       [](ArrowArray* a) { a->release(a); });
      std::string what;
      if (!facts::CheckArray(shape_, batch, 0, &what)) return Fault(what, "check the program that made it");
      for (int64_t row = 0; row < batch.length; ++row) {
        if (!ReadRow(batch, row, &rows.emplace_back())) return false;
        if (rows.size() == rows_max) {
          if (!take(rows)) return false;
          rows.clear();
        }
      }
    }
    return rows.empty() || take(rows);
  }

 private:
  struct Bound {
    const Field* field;
    size_t child;
  };

  bool ReadRow(const ArrowArray& batch, int64_t row, R* out) {
    ++row_;
    for (const Bound& bound : bound_) {
      const ArrowShape& shape = shape_.children[bound.child];
      const ArrowCell cell = facts::LocateCell(shape, *batch.children[bound.child], batch.offset + row);
      if (cell.status == ArrowCell::Status::kNull) continue;
      if (cell.status == ArrowCell::Status::kBad) return BadCell(bound, "is not sound");
      if (bound.field->text != nullptr) {
        std::string_view text;
        if (!facts::TextOf(shape.type, cell, &text)) return BadCell(bound, "is not sound");
        // An empty part is the usual one.
        if (!text.empty()) *bound.field->text(out) = text;
        continue;
      }
      const int128_t number = facts::IntegerOf(shape.type, cell);
      const bool is_year = bound.field->name != std::string_view("amount_fen");
      if (number < (is_year ? INT32_MIN : INT64_MIN) || number > (is_year ? INT32_MAX : INT64_MAX)) {
        return BadCell(bound, "is out of range");
      }
      bound.field->number(out, static_cast<int64_t>(number));
    }
    return true;
  }

  bool BadCell(const Bound& bound, const char* what) {
    return Fault("row " + std::to_string(row_) + ", column " + bound.field->name + " " + what,
                 "mend the cell; rows before it may be reserved already, and repeating is safe");
  }
  bool StreamFailed() {
    const char* const text = stream_.get_last_error(&stream_);
    return Fault(std::string("the stream of reservations failed: ") + (text == nullptr ? "" : text),
                 "mend the source and repeat the call");
  }
  bool Fault(std::string what, std::string mend) {
    diagnostics_.Error("ZD7150", {}, std::move(what), std::move(mend));
    return false;
  }

  ArrowArrayStream stream_;
  Diagnostics& diagnostics_;
  ArrowShape shape_;
  std::vector<Bound> bound_;
  int64_t row_ = 0;
};

// --- Out.

std::shared_ptr<const ArrowColumn> Int64Column(std::string name, std::vector<int64_t> values) {
  auto column = std::make_shared<ArrowColumn>();
  column->format = "l";
  column->name = std::move(name);
  column->length = static_cast<int64_t>(values.size());
  column->buffers = {ArrowBuffer{}, facts::BufferOf(std::move(values))};
  return column;
}

// One column of rows of type T: its name and how to get it.
template <typename T>
struct Out {
  const char* name;
  int64_t (*number)(const T&);
  std::string (*text)(const T&);
};

using P = ledger::Payment;
const Out<P> kPaymentColumns[] = {
    {"number", [](const P& p) { return p.number; }, nullptr},
    {"id", nullptr, [](const P& p) { return p.id; }},
    {"state", nullptr, [](const P& p) { return std::string(ledger::StateName(p.state)); }},
    {"subject", nullptr, [](const P& p) { return p.reserve.key.subject; }},
    {"kind", nullptr, [](const P& p) { return p.reserve.key.kind; }},
    {"object", nullptr, [](const P& p) { return p.reserve.key.object; }},
    {"year", [](const P& p) { return int64_t{p.reserve.key.year}; }, nullptr},
    {"part", nullptr, [](const P& p) { return p.reserve.key.part; }},
    {"attempt", [](const P& p) { return int64_t{p.reserve.attempt}; }, nullptr},
    {"policy", nullptr, [](const P& p) { return p.reserve.policy; }},
    {"pool", nullptr, [](const P& p) { return p.reserve.pool; }},
    {"pool_year", [](const P& p) { return int64_t{p.reserve.pool_year}; }, nullptr},
    {"amount_fen", [](const P& p) { return p.amount_fen(); }, nullptr},
    {"returned_fen", [](const P& p) { return p.returned_fen; }, nullptr},
    {"demanded_fen", [](const P& p) { return p.demanded_fen; }, nullptr},
    {"payee_name", nullptr, [](const P& p) { return p.reserve.payee.name; }},
    {"payee_account", nullptr, [](const P& p) { return p.reserve.payee.account; }},
    {"payee_bank", nullptr, [](const P& p) { return p.reserve.payee.bank; }},
    {"memo", nullptr, [](const P& p) { return p.reserve.memo; }},
    {"link", nullptr, [](const P& p) { return p.reserve.link; }},
    {"file", nullptr, [](const P& p) { return p.file; }},
    {"reserved_by", nullptr, [](const P& p) { return p.reserve.actor; }},
    {"reserved_at", [](const P& p) { return p.reserve.at; }, nullptr},
};

using E = ledger::Entry;
const Out<E> kEntryColumns[] = {
    {"seq", [](const E& e) { return e.seq; }, nullptr},
    {"kind", nullptr, [](const E& e) { return std::string(ledger::EntryKindName(e.kind)); }},
    {"at", [](const E& e) { return e.at; }, nullptr},
    {"actor", nullptr, [](const E& e) { return e.actor; }},
    {"payment", [](const E& e) { return e.payment; }, nullptr},
    {"subject", nullptr, [](const E& e) { return e.key.subject; }},
    {"event", nullptr, [](const E& e) { return e.key.kind; }},
    {"object", nullptr, [](const E& e) { return e.key.object; }},
    {"event_year", [](const E& e) { return int64_t{e.key.year}; }, nullptr},
    {"part", nullptr, [](const E& e) { return e.key.part; }},
    {"attempt", [](const E& e) { return int64_t{e.attempt}; }, nullptr},
    {"policy", nullptr, [](const E& e) { return e.policy; }},
    {"payee_name", nullptr, [](const E& e) { return e.payee.name; }},
    {"payee_account", nullptr, [](const E& e) { return e.payee.account; }},
    {"payee_bank", nullptr, [](const E& e) { return e.payee.bank; }},
    {"memo", nullptr, [](const E& e) { return e.memo; }},
    {"link", nullptr, [](const E& e) { return e.link; }},
    {"pool", nullptr, [](const E& e) { return e.pool; }},
    {"pool_year", [](const E& e) { return int64_t{e.pool_year}; }, nullptr},
    {"amount_fen", [](const E& e) { return e.amount_fen; }, nullptr},
    {"file", nullptr, [](const E& e) { return e.file; }},
    {"reference", nullptr, [](const E& e) { return e.reference; }},
    {"reason", nullptr, [](const E& e) { return e.reason; }},
    {"digest", nullptr, [](const E& e) { return ledger::DigestHex(e.digest); }},
};

template <typename T>
std::shared_ptr<const ArrowColumn> BatchOf(const std::vector<T>& rows, std::span<const Out<T>> columns) {
  auto batch = std::make_shared<ArrowColumn>();
  batch->format = "+s";
  batch->length = static_cast<int64_t>(rows.size());
  batch->buffers = {ArrowBuffer{}};
  for (const Out<T>& column : columns) {
    if (column.number != nullptr) {
      std::vector<int64_t> values;
      for (const T& row : rows) values.push_back(column.number(row));
      batch->children.push_back(Int64Column(column.name, std::move(values)));
    } else {
      std::vector<std::string> texts;
      for (const T& row : rows) texts.push_back(column.text(row));
      batch->children.push_back(facts::Utf8Column(column.name, texts));
    }
  }
  return batch;
}

// A stream whose pages come from the ledger.
template <typename T>
struct LedgerStream {
  std::span<const Out<T>> columns;
  // Fills the next page, empty at the end; false when the ledger fails.
  std::function<bool(std::vector<T>*, Diagnostics*)> next;
  std::string error;

  static LedgerStream* Of(ArrowArrayStream* stream) {
    return static_cast<LedgerStream*>(stream->private_data);
  }

  static int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
    try {
      facts::ExportSchema(BatchOf<T>({}, Of(stream)->columns), out);
      return 0;
    } catch (const std::exception& problem) {
      Of(stream)->error = problem.what();
      return ENOMEM;
    }
  }
  static int GetNext(ArrowArrayStream* stream, ArrowArray* out) noexcept {
    out->release = nullptr;
    LedgerStream* const self = Of(stream);
    try {
      std::vector<T> rows;
      Diagnostics diagnostics;
      if (!self->next(&rows, &diagnostics)) {
        self->error = diagnostics.Text();
        return EIO;
      }
      if (!rows.empty()) facts::ExportArray(BatchOf<T>(rows, self->columns), out);
      return 0;
    } catch (const std::exception& problem) {
      self->error = problem.what();
      return EIO;
    }
  }
  static const char* GetLastError(ArrowArrayStream* stream) {
    return Of(stream)->error.empty() ? nullptr : Of(stream)->error.c_str();
  }
  static void Release(ArrowArrayStream* stream) {
    delete Of(stream);
    stream->release = nullptr;
  }
  static void Export(LedgerStream stream, ArrowArrayStream* out) {
    *out = {&GetSchema, &GetNext, &GetLastError, &Release, new LedgerStream(std::move(stream))};
  }
};

// Collects rows until a page is full.
template <typename T>
auto Collect(std::vector<T>* rows) {
  return [rows](const T& row) {
    rows->push_back(row);
    return static_cast<int64_t>(rows->size()) < kPageRows;
  };
}

}  // namespace

bool ReadReservations(ArrowArrayStream* rows, size_t rows_max,
                      const std::function<bool(const std::vector<ledger::Reservation>&)>& take,
                      Diagnostics* diagnostics) {
  ReservationReader reader(rows, diagnostics);
  return reader.Bind() && reader.Read(rows_max, take);
}

void ExportPayments(std::shared_ptr<ledger::Ledger> ledger, ledger::PaymentFilter filter,
                    ArrowArrayStream* out) {
  auto next = [ledger = std::move(ledger), filter = std::move(filter)](std::vector<P>* rows,
                                                                       Diagnostics* diagnostics) mutable {
    if (!ledger->ForEachPayment(filter, Collect(rows), diagnostics)) return false;
    if (!rows->empty()) filter.after_number = rows->back().number;
    return true;
  };
  LedgerStream<P>::Export({kPaymentColumns, std::move(next), ""}, out);
}

void ExportEntries(std::shared_ptr<ledger::Ledger> ledger, int64_t after_seq, ArrowArrayStream* out) {
  auto next = [ledger = std::move(ledger), after_seq](std::vector<E>* rows,
                                                      Diagnostics* diagnostics) mutable {
    if (!ledger->ForEachEntry(after_seq, Collect(rows), diagnostics)) return false;
    if (!rows->empty()) after_seq = rows->back().seq;
    return true;
  };
  LedgerStream<E>::Export({kEntryColumns, std::move(next), ""}, out);
}

}  // namespace zhida::capi
