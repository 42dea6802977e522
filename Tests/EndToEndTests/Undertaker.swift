import Foundation
import Synchronization

/// Ends what the tests started and could not end themselves, because they were killed or crashed.
///
/// A shell in a session of its own waits for the end of this process: it reads from a pipe that only
/// this process could write to. Then it kills whatever carries this run's mark in its environment, as
/// all descendants do, and removes this run's files.
enum Undertaker {
  /// The name of the variable whose value is this run's mark.
  static let variable = "SEEDSWEEP_TEST_RUN"

  /// This run's mark: a part of the names of all of its files.
  static let mark = "\(getpid())-\(UInt32.random(in: 0 ... .max))"

  /// Where the tests' scratch directories are.
  static let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
    "seedsweep-tests-\(mark)")

  /// A directory whose path is short, for sockets.
  static let shortDirectory = "/tmp/ss-\(mark)"

  /// Starts it, once. Without `setsid`, which is Linux's, nobody comes.
  static let isCalled: Bool = {
    for path in [directory.path, shortDirectory] {
      try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
    process.arguments = [
      "/bin/sh", "-c", script, "undertaker", directory.path, shortDirectory, mark,
    ]
    let pipe = Pipe()
    // No other child may keep it open.
    _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    process.standardInput = pipe
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    writingEnd.withLock { $0 = pipe }
    do { try process.run() } catch { return false }
    return true
  }()

  /// Kept open for as long as this process lives.
  private static let writingEnd = Mutex<Pipe?>(nil)

  /// Twice: what was being started while the others died.
  private static let script = """
    read -r nothing
    for round in 1 2; do
      for process in /proc/[0-9]*; do
        if grep -qsaz "^\(variable)=$3\\$" "$process/environ"; then kill -9 "${process#/proc/}"; fi
      done
      sleep 0.2
    done
    grep -s " $1/" /proc/mounts | while read -r device mount rest; do umount "$mount"; done
    rm -rf "$1" "$2"
    """
}
