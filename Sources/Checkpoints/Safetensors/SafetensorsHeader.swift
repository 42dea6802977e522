import SweepModel

/// The header of a safetensors file: which tensors it holds, where, and texts about them.
///
/// Source: https://github.com/huggingface/safetensors, "Format"; the order of the tensors here is that
/// of their bytes.
struct SafetensorsHeader: Hashable {
  /// A tensor of the file.
  struct Entry: Hashable {
    let name: String
    let type: ElementType
    let shape: [Int]
    /// Its bytes, from the end of the header.
    let bytes: Range<Int>
  }

  /// What the values of a tensor are.
  enum ElementType: String {
    case binary32 = "F32"
    case binary64 = "F64"

    /// Bytes of a value.
    var width: Int { self == .binary32 ? 4 : 8 }
  }

  /// The tensors, without gaps between their bytes.
  private(set) var entries: [Entry] = []
  /// Texts by name.
  var metadata: [String: String] = [:]

  /// Bytes of all tensors together.
  var dataBytes: Int { entries.last?.bytes.upperBound ?? 0 }

  /// A header of no tensors.
  init() {}

  /// Adds a tensor behind the others.
  mutating func add(_ name: String, _ type: ElementType, shape: [Int]) {
    let start = dataBytes
    let count = shape.reduce(1, *) * type.width
    entries.append(Entry(name: name, type: type, shape: shape, bytes: start..<start + count))
  }

  /// The file's first bytes: the header's length, then the header, which ends at a multiple of 8 bytes.
  var encoded: [UInt8] {
    let texts = metadata.sorted { $0.key < $1.key }
    var members = [
      JSONValue.Member("__metadata__", .object(texts.map { .init($0.key, .string($0.value)) }))
    ]
    for entry in entries {
      let value: JSONValue = [
        "dtype": .string(entry.type.rawValue),
        "shape": .array(entry.shape.map { .integer(Int64($0)) }),
        "data_offsets": [
          .integer(Int64(entry.bytes.lowerBound)), .integer(Int64(entry.bytes.upperBound)),
        ],
      ]
      members.append(.init(entry.name, value))
    }
    var text = Array(JSONValue.object(members).text.utf8)
    text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { [UInt8]($0) } + text
  }
}

extension SafetensorsHeader {
  /// Why a header cannot be read.
  struct Problem: Error {
    let message: String
  }

  /// Reads the text of a header that `dataBytes` bytes of tensors follow; nil where that is not known.
  ///
  /// - Throws: ``Problem`` where it is not such a header, its tensors have gaps or overlap, or are not
  ///   as large as the file says.
  init(parsing text: [UInt8], dataBytes: Int?) throws(Problem) {
    let json: JSONValue
    do { json = try JSONValue(parsing: text) } catch {
      throw Problem(message: "its header cannot be read: \(error)")
    }
    guard case .object(let members) = json else {
      throw Problem(message: "its header is not a JSON object")
    }
    var entries: [Entry] = []
    for member in members {
      if member.name == "__metadata__" {
        metadata = try Self.texts(member.value)
      } else {
        entries.append(try Self.entry(member))
      }
    }
    entries.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    var end = 0
    for entry in entries {
      guard entry.bytes.lowerBound == end else {
        throw Problem(
          message:
            "the bytes of tensor \(Self.quoted(entry.name)) do not begin where the last ended")
      }
      end = entry.bytes.upperBound
    }
    if let dataBytes, end != dataBytes {
      throw Problem(
        message: "its tensors take \(end) bytes, but \(dataBytes) follow the header: "
          + (dataBytes < end ? "the file is cut" : "the file has more than it says"))
    }
    self.entries = entries
  }

  private static func texts(_ value: JSONValue) throws(Problem) -> [String: String] {
    guard case .object(let members) = value else {
      throw Problem(message: "its __metadata__ is not an object")
    }
    var texts: [String: String] = [:]
    for member in members {
      guard case .string(let text) = member.value else {
        throw Problem(message: "its __metadata__ has a value that is not a text")
      }
      texts[member.name] = text
    }
    return texts
  }

  private static func entry(_ member: JSONValue.Member) throws(Problem) -> Entry {
    let name = quoted(member.name)
    guard case .string(let type)? = member.value["dtype"],
      case .array(let axes)? = member.value["shape"],
      case .array(let offsets)? = member.value["data_offsets"], offsets.count == 2,
      let start = offsets[0].size, let end = offsets[1].size, start <= end
    else { throw Problem(message: "tensor \(name) lacks its dtype, shape or data_offsets") }
    guard let type = ElementType(rawValue: type) else {
      throw Problem(message: Self.foreign(type, of: member.name))
    }
    guard axes.count <= Limits.axes else {
      throw Problem(message: "tensor \(name) has more than \(Limits.axes) axes")
    }
    var shape: [Int] = []
    var bytes = type.width
    for axis in axes {
      let (product, overflows) = bytes.multipliedReportingOverflow(by: axis.size ?? 0)
      guard let length = axis.size, !overflows else {
        throw Problem(message: "tensor \(name) has an impossible shape")
      }
      shape.append(length)
      bytes = product
    }
    guard bytes == end - start else {
      throw Problem(
        message: "tensor \(name) of shape \(shape) takes \(bytes) bytes, not \(end - start)")
    }
    return Entry(name: member.name, type: type, shape: shape, bytes: start..<end)
  }

  /// What to say of a tensor whose values are of another type than a model's.
  static func foreign(_ type: String, of name: String) -> String {
    "tensor \(quoted(name)) has the type \(quoted(type)): weights and masks must be F32, "
      + "so convert it to float32 before you save it"
  }

  /// A name out of a file, for messages.
  private static func quoted(_ name: String) -> String {
    "`"
      + name.prefix(80).unicodeScalars.map {
        $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0)
      }.joined() + "`"
  }
}

extension JSONValue {
  /// The value as a count or an offset.
  fileprivate var size: Int? {
    guard case .integer(let value) = self, value >= 0, value < 1 << 48 else { return nil }
    return Int(value)
  }
}
