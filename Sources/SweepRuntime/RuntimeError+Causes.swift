import TrialStore
import ZeroMQTransport

extension RuntimeError {
  /// What a store refused or could not do.
  public init(_ error: StoreError) {
    self.init(error.kind == .input ? .input : .environment, error.description)
  }

  /// Listening failed.
  init(listening error: ZeroMQError) {
    if error.isAddressInUse {
      self.init(
        .environment,
        "\(error): another process listens there; choose another port, or `tcp://HOST:*` for a "
          + "free one")
    } else {
      self.init(badAddress: error)
    }
  }

  /// An address cannot be used.
  init(badAddress error: ZeroMQError) {
    guard !error.isForeignAddress else {
      self.init(
        .input, "\(error): no such name is known, or this machine does not have that address")
      return
    }
    self.init(
      error.isBadAddress ? .input : .environment,
      error.isBadAddress
        ? "\(error): an address has the form tcp://HOST:PORT, such as tcp://127.0.0.1:7733"
        : error.description)
  }
}
