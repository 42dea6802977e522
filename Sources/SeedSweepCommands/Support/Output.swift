import Foundation
import SweepReport
import SweepRuntime
import Synchronization

/// The three descriptors that a process begins with.
enum StandardDescriptors {
  /// Whether standard output was closed by whoever started this process.
  static let isOutputClosed = fcntl(STDOUT_FILENO, F_GETFD) < 0

  /// Takes those that are closed, so that no file that is opened later gets their numbers and with
  /// them what is meant for people.
  static func reserve() {
    _ = isOutputClosed
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is this one.
      _ = open("/dev/null", O_RDWR)
    }
  }
}

/// Standard output, for results only.
enum Output {
  private static let flushThreshold = 1 << 16
  private static let buffer = Mutex<[UInt8]>([])

  /// Whether it is a pipe that nobody reads any more.
  static var isAbandoned: Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    return poll(&output, 1, 0) > 0 && output.revents & Int16(POLLERR) != 0
  }

  /// Writes text as it is.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be written, as on a full disk.
  static func write(_ text: String) throws {
    let isFull = buffer.withLock { buffer in
      buffer += text.utf8
      return buffer.count >= flushThreshold
    }
    if isFull { try finish() }
  }

  /// Writes a line.
  static func line(_ text: String) throws { try write(text + "\n") }

  /// Sees to it that everything has been written.
  static func finish() throws {
    let bytes = buffer.withLock { buffer in
      defer { buffer = [] }
      return buffer
    }
    guard !bytes.isEmpty else { return }
    guard !StandardDescriptors.isOutputClosed else {
      throw CommandFailure(.environmentFailed, "cannot write to standard output: it is closed")
    }
    guard Descriptor.write(bytes, to: STDOUT_FILENO) else {
      throw CommandFailure(
        .environmentFailed,
        "cannot write to standard output: \(String(cString: strerror(errno)))")
    }
  }
}

/// Standard error, for people.
enum Diagnostics {
  /// Whether a person is likely to watch.
  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// The columns of the terminal; 80 where it does not say.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes one line, whatever stands in the names and paths of it.
  static func line(_ text: String) { write(onOneLine(text) + "\n") }

  /// The text with all escaped that a terminal would act on, or that begins another line.
  private static func onOneLine(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        line += "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars
      default: line.append(scalar)
      }
    }
    return String(line)
  }

  /// Writes a line for each warning.
  static func warn(_ warnings: [SweepWarning]) {
    for warning in warnings { line("warning: \(warning)") }
  }

  /// Writes a line for each thing that must not be overlooked, for forms that have no place for it.
  static func alarm(_ trust: TrustReport) {
    for alarm in trust.alarms { line("warning: \(alarm)") }
  }

  /// Writes text as it is. Where that fails there is nobody left to tell.
  static func write(_ text: String) { _ = Descriptor.write(Array(text.utf8), to: STDERR_FILENO) }
}

private enum Descriptor {
  /// Writes all bytes; false where the system refuses, with its reason in `errno`.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
