import Foundation
import Scheduling

/// Worker processes of this machine that live no longer than whoever started them.
///
/// Each reads from a pipe that the parent never writes to: when the parent ends, however it ends, the
/// pipe closes and the workers end too. Each is in a process group of its own, so that Ctrl-C reaches
/// the parent alone, which then ends them in good order.
final class WorkerProcesses: @unchecked Sendable {
  // Safe: every access to the variables is under the condition's lock.
  private let condition = NSCondition()
  private var running: [pid_t: WorkerID] = [:]
  private var isEnding = false
  private var deathsInARow = 0

  private let executable: String
  private let arguments: [String]
  private let pipeToWorkers: (read: Int32, write: Int32)
  private let report: @Sendable (Event) -> Void

  /// What happens to worker processes.
  enum Event: Sendable {
    /// One ended though nobody asked it to; another is being started.
    case ended(WorkerID, LossCause)
    /// They keep ending without getting anything done.
    case gaveUp(RuntimeError)
  }

  /// Deaths without a result in between after which no more workers are started: more than it takes
  /// to find a trial that crashes its workers in the largest lease.
  private static let mostDeathsInARow = 32

  /// How long workers that were told to end are waited for before they are killed.
  private static let patienceSeconds = 10.0

  /// Starts `count` workers that connect to `endpoint`. `report` is called on other threads.
  init(
    executable: String, endpoint: String, count: Int, memoryShare: UInt64,
    dataDirectory: String, logLevel: String, logFormat: String,
    report: @escaping @Sendable (Event) -> Void
  ) throws(RuntimeError) {
    self.executable = executable
    self.report = report
    arguments =
      [
        "worker", "--connect", endpoint, "--slots", "1", "--memory-share", String(memoryShare),
        "--exit-with-parent", "--log-level", logLevel, "--log-format", logFormat,
      ] + (dataDirectory.isEmpty ? [] : ["--data=\(dataDirectory)"])
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw RuntimeError(.environment, "cannot open a pipe: \(SystemCall.errorText)")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    pipeToWorkers = (ends[0], ends[1])
    for _ in 0..<count { try start() }
  }

  /// The coordinator got something done: workers that end now do not end in a row.
  func noteProgress() {
    condition.withLock { deathsInARow = 0 }
  }

  /// From now on workers end because there is no more work: none is replaced.
  func expectEnds() {
    condition.withLock { isEnding = true }
  }

  /// Tells all workers to end and waits until they have.
  func end() {
    condition.withLock {
      isEnding = true
      close(pipeToWorkers.write)
      let deadline = Date(timeIntervalSinceNow: Self.patienceSeconds)
      while !running.isEmpty, condition.wait(until: deadline) {}
      for process in running.keys { kill(process, SIGKILL) }
    }
  }

  // Only now: a worker that was being started while the others were told to end still reads it.
  deinit { close(pipeToWorkers.read) }

  private func start() throws(RuntimeError) {
    var generator = SystemRandomNumberGenerator()
    let identity = WorkerID.random(using: &generator)
    let process = try spawn(arguments + ["--identity", identity.hex])
    condition.withLock { running[process] = identity }
    startThread(named: "wait for worker \(identity)") { [self] in
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      noteEnd(of: process, identity, LossCause(waitStatus: status))
    }
  }

  private func noteEnd(of process: pid_t, _ identity: WorkerID, _ cause: LossCause) {
    let deaths: Int? = condition.withLock {
      running[process] = nil
      condition.signal()
      guard !isEnding else { return nil }
      // A worker that was asked to leave, and did, is replaced but not counted.
      if cause != .exited(status: 0) { deathsInARow += 1 }
      return deathsInARow
    }
    guard let deaths else { return }
    report(.ended(identity, cause))
    guard deaths < Self.mostDeathsInARow else {
      report(
        .gaveUp(
          RuntimeError(
            .environment,
            "\(deaths) worker processes in a row ended before they had a result: see their "
              + "messages above, and try `seedsweep doctor`")))
      return
    }
    // The first ones are replaced at once; a machine that cannot run workers is not kept busy.
    if deaths > 4 { usleep(100_000) }
    guard !condition.withLock({ isEnding }) else { return }
    do { try start() } catch { report(.gaveUp(error)) }
  }

  private func spawn(_ arguments: [String]) throws(RuntimeError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipeToWorkers.read, STDIN_FILENO)
    // Standard output is the coordinator's, for its results.
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Signals that the parent ignores, or handles by ignoring and watching, must work in workers.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&defaults, number) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    posix_spawnattr_setsigmask(&attributes, &unblocked)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var texts: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
    texts.append(nil)
    defer { for text in texts { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, executable, &actions, &attributes, &texts, environ)
    guard code == 0 else {
      throw RuntimeError(
        .environment,
        "cannot start a worker process (\(executable)): \(String(cString: strerror(code)))")
    }
    return process
  }
}

extension LossCause {
  /// Reads what `waitpid` says of a process that has ended.
  fileprivate init(waitStatus: Int32) {
    let signal = waitStatus & 0x7f
    self = signal == 0 ? .exited(status: waitStatus >> 8 & 0xff) : .killed(signal: signal)
  }
}
