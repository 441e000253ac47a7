#include "tests/ledger/postgres_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <glob.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace zhida::ledger {
namespace {

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "The test's PostgreSQL server: %s. ./dev setup installs postgresql-15.\n",
               what.c_str());
  std::exit(1);
}

std::string FindPrograms() {
  glob_t found{};
  std::string folder;
  if (glob("/usr/lib/postgresql/*/bin/postgres", 0, nullptr, &found) == 0) {
    folder = std::filesystem::path(found.gl_pathv[found.gl_pathc - 1]).parent_path();
  }
  globfree(&found);
  if (folder.empty()) Die("there is no /usr/lib/postgresql/*/bin/postgres");
  return folder;
}

int FreePort() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(probe, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    Die("no free port");
  }
  close(probe);
  return ntohs(address.sin_port);
}

// Starts a program with its output in `log`. The server refuses to run as root, so root becomes the user
// postgres. The child ends with us, however we end.
pid_t Spawn(const std::vector<std::string>& command, const std::string& log) {
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  if (geteuid() == 0) {
    const passwd* const user = getpwnam("postgres");
    if (user == nullptr || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) _exit(127);
    // Becoming somebody else forgets the wish.
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
  }
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

}  // namespace

PostgresServer& PostgresServer::Get(Commits commits) {
  static PostgresServer server(commits);
  return server;
}

PostgresServer::PostgresServer(Commits commits)
    : commits_(commits), programs_(FindPrograms()), port_(FreePort()) {
  char folder[] = "/tmp/zhida-postgres-XXXXXX";
  if (mkdtemp(folder) == nullptr) Die("no temporary folder");
  folder_ = folder;
  if (geteuid() == 0) {
    const passwd* const user = getpwnam("postgres");
    if (user == nullptr || chown(folder, user->pw_uid, user->pw_gid) != 0) Die("there is no user postgres");
  }
  const pid_t made = Spawn({programs_ + "/initdb", "-D", folder_ + "/data", "-A", "trust", "-U", "zhida",
                            "-N", "-E", "UTF8", "--locale=C.UTF-8"},
                           folder_ + "/log");
  int status = 0;
  waitpid(made, &status, 0);
  if (status != 0) Die("initdb failed; see " + folder_ + "/log");
  Start();
}

PostgresServer::~PostgresServer() {
  if (pid_ > 0) {
    kill(pid_, SIGQUIT);
    waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PostgresServer::Start() {
  const std::vector<std::string> command = {programs_ + "/postgres",
                                            "-D",
                                            folder_ + "/data",
                                            "-k",
                                            folder_,
                                            "-p",
                                            std::to_string(port_),
                                            "-c",
                                            "listen_addresses=127.0.0.1",
                                            "-c",
                                            commits_ == Commits::kDurable ? "fsync=on" : "fsync=off",
                                            "-c",
                                            "max_connections=40"};
  const std::string url = "postgresql://zhida@127.0.0.1:" + std::to_string(port_) + "/postgres";
  pid_ = Spawn(command, folder_ + "/log");
  for (int tries = 0; tries < 1'200; ++tries) {
    if (PQping(url.c_str()) == PQPING_OK) return;
    usleep(50'000);
    // While children of a killed server are still there, a new one ends at once.
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = Spawn(command, folder_ + "/log");
  }
  Die("it does not answer; see " + folder_ + "/log");
}

void PostgresServer::Kill() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string PostgresServer::NewPlace() {
  const std::string root = "postgresql://zhida@127.0.0.1:" + std::to_string(port_) + "/postgres";
  const std::string name = "place" + std::to_string(++places_);
  Run(root, "CREATE SCHEMA " + name);
  return root + "?options=-csearch_path%3D" + name;
}

void PostgresServer::Run(const std::string& url, const std::string& sql) {
  PGconn* const connection = PQconnectdb(url.c_str());
  PGresult* const result = PQexec(connection, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) Die(PQerrorMessage(connection));
  PQclear(result);
  PQfinish(connection);
}

}  // namespace zhida::ledger
