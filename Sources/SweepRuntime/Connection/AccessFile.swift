import Scheduling
import SweepModel
import ZeroMQTransport

/// Where a coordinator is and who it is, as it writes it for workers and clients: one JSON object.
///
/// ```
/// {
///   "address": "tcp://node7:43121",
///   "public_key": "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7",
///   "epoch": 3,
///   "pid": 4711,
///   "host": "node7"
/// }
/// ```
///
/// It is a hint where to connect, never a reason to trust: what a worker or client believes is the
/// coordinator's key in its own directory of keys.
public struct AccessFile: Hashable, Sendable {
  /// The address to connect to.
  public let address: String
  /// The coordinator's key; nil where it uses none.
  public let publicKey: CurvePublicKey?
  /// The start of the coordinator over its store.
  public let epoch: CoordinatorEpoch
  /// Its process, where it runs.
  public let pid: Int32
  /// The machine where it runs.
  public let host: String

  /// The content of an access file.
  public init(
    address: String, publicKey: CurvePublicKey?, epoch: CoordinatorEpoch, pid: Int32, host: String
  ) {
    self.address = address
    self.publicKey = publicKey
    self.epoch = epoch
    self.pid = pid
    self.host = host
  }

  /// Whether both were written by the same process.
  func isOfSameProcess(as other: AccessFile) -> Bool {
    (epoch, pid, host) == (other.epoch, other.pid, other.host)
  }

  /// The text of the file.
  public var text: String {
    let value: JSONValue = [
      "address": .string(address), "public_key": publicKey.map { .string($0.z85) } ?? .null,
      "epoch": .integer(Int64(clamping: epoch.rawValue)), "pid": .integer(Int64(pid)),
      "host": .string(host),
    ]
    return value.indentedText + "\n"
  }

  /// Reads the text of a file. Members that it does not know are passed over.
  ///
  /// - Throws: ``Objection`` that says what is wrong with it.
  public init(parsing bytes: [UInt8]) throws(Objection) {
    guard bytes.count <= Limits.accessFileBytes else {
      throw Objection("it is longer than \(Limits.accessFileBytes) bytes")
    }
    guard !bytes.isEmpty else { throw Objection("it is empty") }
    guard let value = try? JSONValue(parsing: bytes), case .object = value else {
      throw Objection("it is not a JSON object")
    }
    func required(_ name: String) throws(Objection) -> JSONValue {
      guard let member = value[name] else { throw Objection("it has no `\(name)`") }
      return member
    }
    guard case .string(let address) = try required("address") else {
      throw Objection("its `address` is not a text")
    }
    do {
      try EndpointPolicy(hasKeys: true, isInsecureAllowed: true).checkConnecting(to: address)
    } catch { throw Objection(error.message) }
    self.address = address
    switch try required("public_key") {
    case .null: publicKey = nil
    case .string(let text):
      guard let key = CurvePublicKey(z85: text) else {
        throw Objection("its `public_key` is not of 40 characters of Z85")
      }
      publicKey = key
    default: throw Objection("its `public_key` is neither a text nor null")
    }
    guard case .integer(let epoch) = try required("epoch"), epoch >= 0 else {
      throw Objection("its `epoch` is not a whole number from 0 on")
    }
    self.epoch = CoordinatorEpoch(UInt64(epoch))
    guard case .integer(let pid) = try required("pid"), let pid = Int32(exactly: pid), pid > 0
    else {
      throw Objection("its `pid` is not the number of a process")
    }
    self.pid = pid
    guard case .string(let host) = try required("host") else {
      throw Objection("its `host` is not a text")
    }
    self.host = host
  }

  /// What is wrong with the text of an access file.
  public struct Objection: Error, Hashable, Sendable, CustomStringConvertible {
    /// One clause for people.
    public let description: String

    init(_ description: String) { self.description = description }
  }
}
