import TrialStore
import ZeroMQTransport

extension RuntimeError {
  init(_ error: StoreError) {
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
    self.init(
      error.isBadAddress ? .input : .environment,
      error.isBadAddress
        ? "\(error): an address has the form tcp://HOST:PORT, such as tcp://127.0.0.1:7733"
        : error.description)
  }
}
