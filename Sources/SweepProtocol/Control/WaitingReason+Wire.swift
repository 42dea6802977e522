import SweepModel

extension Seedsweep_V1_WaitingReason {
  /// The reason as it travels.
  init(_ reason: WaitingReason) {
    self.init()
    code = reason.code.rawValue
    isBlocking = reason.isBlocking
    sweep = reason.sweep ?? ""
    variant = reason.variant ?? ""
    variants = UInt32(clamping: reason.variants)
    workers = UInt32(clamping: reason.workers)
    connected = UInt32(clamping: reason.connected)
    trials = reason.trials
    host = reason.host ?? ""
    key = reason.key ?? ""
    address = reason.address ?? ""
    detail = reason.detail ?? ""
    if let time = reason.seconds { seconds = time }
    if let time = reason.retrySeconds { retrySeconds = time }
  }
}

extension WaitingReason {
  /// Reads a reason; only coordinators of the same protocol send them, so that its code is known.
  init(_ wire: Seedsweep_V1_WaitingReason) throws(ProtocolError) {
    self.init(try require(Code(rawValue: wire.code), "code"), isBlocking: wire.isBlocking)
    try require(wire.seconds.isFinite, "seconds")
    try require(wire.retrySeconds.isFinite, "retry_seconds")
    func text(_ text: String) -> String? { text.isEmpty ? nil : text.harmless }
    sweep = text(wire.sweep)
    variant = text(wire.variant)
    variants = Int(wire.variants)
    workers = Int(wire.workers)
    connected = Int(wire.connected)
    trials = wire.trials
    host = text(wire.host)
    key = text(wire.key)
    address = text(wire.address)
    detail = text(wire.detail)
    seconds = wire.hasSeconds ? wire.seconds : nil
    retrySeconds = wire.hasRetrySeconds ? wire.retrySeconds : nil
  }
}
