import Foundation
import Synchronization

/// A queue from many threads to one, with a descriptor that the one can poll beside its socket.
final class Mailbox<Element: Sendable>: Sendable {
  /// Readable while elements wait.
  let descriptor: Int32
  private let writeDescriptor: Int32
  private let elements = Mutex<[Element]>([])

  init() throws(RuntimeError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw RuntimeError(.environment, "cannot open a pipe: \(SystemCall.errorText)")
    }
    descriptor = ends[0]
    writeDescriptor = ends[1]
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
  }

  deinit {
    close(descriptor)
    close(writeDescriptor)
  }

  /// Adds an element and wakes whoever polls.
  func post(_ element: Element) {
    let wasEmpty = elements.withLock { elements in
      elements.append(element)
      return elements.count == 1
    }
    // One byte while the queue is not empty is enough, so that the pipe can never be full.
    if wasEmpty { _ = withUnsafeBytes(of: UInt8(1)) { write(writeDescriptor, $0.baseAddress, 1) } }
  }

  /// Takes out all elements, in the order of their arrival.
  func takeAll() -> [Element] {
    // Emptied first: an element that is posted between the two steps wakes the poller once more.
    var buffer = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &buffer, buffer.count) > 0 {}
    return elements.withLock { elements in
      defer { elements = [] }
      return elements
    }
  }
}
