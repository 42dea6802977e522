import Foundation

/// A queue whose one reader sleeps while it is empty.
final class WorkQueue<Element: Sendable>: @unchecked Sendable {
  // Safe: every access to the two variables is under the condition's lock.
  private let condition = NSCondition()
  private var elements: [Element] = []
  private var isClosed = false

  func add(_ element: Element) {
    condition.withLock {
      elements.append(element)
      condition.signal()
    }
  }

  /// Lets the reader end once it has taken what is there.
  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }

  /// Waits for elements and takes all that are there; nil once the queue is closed and empty.
  func takeAll() -> [Element]? {
    condition.withLock {
      while elements.isEmpty, !isClosed { condition.wait() }
      guard !elements.isEmpty else { return nil }
      defer { elements = [] }
      return elements
    }
  }

  /// Waits for an element and takes it; nil once the queue is closed and empty.
  func takeFirst() -> Element? {
    condition.withLock {
      while elements.isEmpty, !isClosed { condition.wait() }
      return elements.isEmpty ? nil : elements.removeFirst()
    }
  }
}

/// Bytes of the stack of each thread that is started.
let threadStackBytes = 8 << 20

/// Starts a thread of its own, outside the cooperative pool, which must not be blocked.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
  let thread = Thread(block: body)
  thread.name = name
  thread.stackSize = threadStackBytes
  thread.start()
}
