// A PostgreSQL server of the program's own: made in a temporary folder, on a free loopback port, ended with
// the program.
#ifndef ZHIDA_TESTS_LEDGER_POSTGRES_SERVER_H_
#define ZHIDA_TESTS_LEDGER_POSTGRES_SERVER_H_

#include <sys/types.h>

#include <string>

namespace zhida::ledger {

class PostgresServer {
 public:
  // Durable commits wait for the disk. Those of tests need not: a server that is killed loses nothing by
  // that.
  enum class Commits { kQuick, kDurable };

  // The one server of this process, started at the first call, as that wants it. Fails the process when it
  // cannot be had.
  static PostgresServer& Get(Commits commits = Commits::kQuick);

  // The URL of an empty place for a ledger, a new one at each call.
  std::string NewPlace();
  // Runs one command; fails the process when it fails.
  void Run(const std::string& url, const std::string& sql);

  // Ends the server as a power cut would, and starts it again.
  void Kill();
  void Start();

  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

 private:
  explicit PostgresServer(Commits commits);

  Commits commits_;
  std::string folder_;
  std::string programs_;  // where initdb and postgres are
  int port_ = 0;
  pid_t pid_ = -1;
  int places_ = 0;
};

}  // namespace zhida::ledger

#endif  // ZHIDA_TESTS_LEDGER_POSTGRES_SERVER_H_
