/// What can go wrong, one kind each.
public enum Fault: String, CaseIterable, Sendable {
  // A worker's process
  case killWorker, killWorkerAtGrant, killWorkerAtResult, killWorkerAfterSend, loseMachine
  case stopWorker, drainWorker, addWorker, hangTrainer, slowWorker
  // The coordinator's process and its store
  case killCoordinator, killInCommit, killBeforeAcknowledgement, killAfterAcknowledgement
  case stopCoordinator, drainCoordinator, secondCoordinator, restoreSnapshot
  case diskFull, storeBusy
  // The network
  case breakConnection, halfOpenAtWorker, halfOpenAtCoordinator, partition, partitionOneWay
  case breakAll, refuseConnections, delayMessages
  case duplicateMessages, dropMessages, reorderMessages, corruptMessages
  // Strangers and liars
  case garbage, wrongFrames, replay, helloFlood, otherVersion, wrongResults, rejectVariant
  case wrongBits, claimFailures, cloneWorker, revokeKey, oversizedMessage
  // Clients
  case submitJob, cancelJob

  /// Whether it is of a coordinator that stays for whatever clients ask of it.
  var isOfClients: Bool { self == .submitJob || self == .cancelJob }

  /// How often it comes, compared with the others.
  var weight: Double {
    switch self {
    case .killWorker, .breakConnection, .partitionOneWay, .killCoordinator: 2
    case .hangTrainer, .restoreSnapshot, .helloFlood, .breakAll, .rejectVariant,
      .oversizedMessage:
      0.3
    case .wrongResults, .wrongBits, .claimFailures, .otherVersion, .drainCoordinator: 0.5
    default: 1
    }
  }
}
