// A PostgreSQL server of the test's own: made in a temporary folder, on a free loopback port, ended with the
// test program.
#ifndef ZHIDA_TESTS_LEDGER_POSTGRES_SERVER_H_
#define ZHIDA_TESTS_LEDGER_POSTGRES_SERVER_H_

#include <sys/types.h>

#include <string>

namespace zhida::ledger {

class PostgresServer {
 public:
  // The one server of this process, started at the first call. Fails the process when it cannot be had.
  static PostgresServer& Get();

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
  PostgresServer();

  std::string folder_;
  std::string programs_;  // where initdb and postgres are
  int port_ = 0;
  pid_t pid_ = -1;
  int places_ = 0;
};

}  // namespace zhida::ledger

#endif  // ZHIDA_TESTS_LEDGER_POSTGRES_SERVER_H_
