/// Simulated time, in nanoseconds since the beginning.
public typealias Time = Int64

extension Time {
  static let microsecond: Time = 1_000
  static let millisecond: Time = 1_000_000
  static let second: Time = 1_000_000_000

  init(seconds: Double) { self = Time(seconds * 1e9) }
}

/// What will happen, ordered by (time, number of the entry): the order is total, so a seed replays exactly.
struct EventQueue<Event> {
  struct Entry {
    let time: Time
    let number: UInt64
    let event: Event
  }

  /// A binary heap: each entry is before those at 2i + 1 and 2i + 2.
  private var heap: [Entry] = []
  private var lastNumber: UInt64 = 0

  var count: Int { heap.count }

  mutating func add(_ event: Event, at time: Time) {
    lastNumber += 1
    heap.append(Entry(time: time, number: lastNumber, event: event))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard precedes(child, parent) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func popFirst() -> Entry? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if precedes(child, smallest) { smallest = child }
      }
      guard smallest != parent else { return first }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    (heap[left].time, heap[left].number) < (heap[right].time, heap[right].number)
  }
}

/// A queue whose ends cost nothing to add to and to take from.
struct Fifo<Element> {
  private var elements: [Element] = []
  private var head = 0

  var count: Int { elements.count - head }
  var isEmpty: Bool { head == elements.count }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func popFirst() -> Element? {
    guard head < elements.count else { return nil }
    defer {
      head += 1
      if head == elements.count {
        elements.removeAll(keepingCapacity: true)
        head = 0
      } else if head > 64, head * 2 > elements.count {
        elements.removeFirst(head)
        head = 0
      }
    }
    return elements[head]
  }

  mutating func removeAll() {
    elements = []
    head = 0
  }

  mutating func removeAll(where isUnwanted: (Element) -> Bool) {
    elements = elements[head...].filter { !isUnwanted($0) }
    head = 0
  }
}
