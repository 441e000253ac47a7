// ParallelFor: one loop spread over threads.
//
// ParallelFor calls body(i) exactly once for every i in [0, count) and returns when all calls have ended.
// The caller owns body; it must be safe to call from several threads at once. The calling thread works too.
// threads == 1: a plain loop in rising order on the calling thread, which starts no thread and never touches
// the thread library, so that a process that forks afterwards is safe. threads <= 0: as many as the machine
// has. Otherwise at most that many threads; fewer if the machine or the host program allows fewer.
// The order of the calls is not defined beyond one thread: write results by index, merge them afterwards.
// Meant for blocks of work of 10 microseconds or more: with several threads one call costs up to about 0.2
// microseconds, and entering the loop some tens of microseconds.
// ParallelFor may be called from within body. Any thread may call it at any time.
// Fails only if body throws: no new calls are begun, running ones end, and the exception that came first is
// thrown again on the calling thread; then some indices have not been visited.
// Runs on oneTBB, or on std::thread when compiled with ZHIDA_PARALLEL_STD_THREAD (for ThreadSanitizer).
#ifndef ZHIDA_ENGINE_BASE_PARALLEL_H_
#define ZHIDA_ENGINE_BASE_PARALLEL_H_

#include <cstddef>
#include <functional>

namespace zhida {

// Calls body(i) once for every i in [0, count); see the head of this file.
void ParallelFor(size_t count, int threads, const std::function<void(size_t)>& body);

// The number of threads that ParallelFor(..., 0, ...) aims at; at least 1.
int HardwareThreads();

}  // namespace zhida

#endif  // ZHIDA_ENGINE_BASE_PARALLEL_H_
