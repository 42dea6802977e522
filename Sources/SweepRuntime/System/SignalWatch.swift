import Dispatch
import Foundation

/// Turns signals into calls on a thread of its own for as long as it lives.
public final class SignalWatch: @unchecked Sendable {
  // Safe: the sources are only cancelled, once, at the end.
  private let sources: [any DispatchSourceSignal]

  /// Calls `handler` for each of `signals` that arrives, instead of what they do by default.
  public init(_ signals: [Int32], handler: @escaping @Sendable (Int32) -> Void) {
    let queue = DispatchQueue(label: "seedsweep.signals")
    sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { handler(number) }
      source.resume()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }
}
