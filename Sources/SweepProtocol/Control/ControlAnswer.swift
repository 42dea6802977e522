import SweepModel

/// What the coordinator says to a client.
public struct ControlAnswer: Hashable, Sendable {
  /// The request that it answers.
  public var id: RequestID
  /// The answer.
  public var outcome: Outcome

  /// What became of a request.
  public enum Outcome: Hashable, Sendable {
    /// It is under way: ask again.
    case working
    /// The sweep is in the store and is being run.
    case submitted(SweepStatus, isNew: Bool, warnings: [String])
    /// No more trials of the sweep are lent. What the store has stays.
    case cancelled(SweepStatus)
    /// How things are.
    case status(CoordinatorStatus)
    /// The coordinator does not have these files of the submission: upload each from the position that it
    /// names, then submit again.
    case filesWanted([WantedFile])
    /// The coordinator has the file up to this position; all of it, and verified, where that is its size.
    case uploaded(position: Int)
    /// It cannot be done.
    case refused(ControlRefusal)
  }

  /// An answer.
  public init(id: RequestID, outcome: Outcome) {
    self.id = id
    self.outcome = outcome
  }
}

/// A file that the coordinator wants of a client.
public struct WantedFile: Hashable, Sendable {
  /// The file.
  public var file: FileDigest
  /// Bytes that are there.
  public var position: Int

  /// A file of which so many bytes are there.
  public init(file: FileDigest, position: Int) {
    self.file = file
    self.position = position
  }
}

/// Why a request is not granted.
public struct ControlRefusal: Hashable, Sendable {
  /// The kinds of reasons.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The client speaks another version of the messages.
    case wireProtocol = "protocol"
    /// What was given cannot be used.
    case input
    /// The client's key may not control.
    case notAllowed = "not_allowed"
    /// The coordinator's machine or disk failed, or it has too much to do.
    case environment
  }

  /// The kind.
  public var code: Code
  /// One line for people: what, where, and how to mend it.
  public var text: String

  /// A refusal.
  public init(_ code: Code, _ text: String) {
    self.code = code
    self.text = text
  }
}
