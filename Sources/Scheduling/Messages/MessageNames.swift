extension CoordinatorMessage {
  /// The kind of the message, for logs.
  public var name: String {
    switch self {
    case .welcome: "welcome"
    case .refused: "refused"
    case .registerAgain: "register_again"
    case .registered(_, .heartbeat): "heartbeat"
    case .registered(_, .lease): "lease"
    case .registered(_, .leaseRevoked): "lease_revoked"
    case .registered(_, .leaseShortened): "lease_shortened"
    case .registered(_, .specification): "specification"
    case .registered(_, .acknowledged): "acknowledged"
    case .registered(_, .finished): "finished"
    }
  }
}
