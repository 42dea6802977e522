import Foundation

/// Waits on a thread of its own until standard input closes: it is a pipe that a parent which starts
/// workers never writes to, so that it closes when the parent ends, however that happens.
enum ParentWatch {
  static func start(whenGone: @escaping @Sendable () -> Void) {
    let thread = Thread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { break }
      }
      whenGone()
    }
    thread.start()
  }
}

/// The program that runs.
enum Executable {
  /// Its file, for starting it again as a worker.
  static var path: String {
    // The link names the file even where the program was found by PATH or has moved since.
    if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      return path
    }
    return Bundle.main.executablePath ?? CommandLine.arguments[0]
  }
}
