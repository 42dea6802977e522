import Checkpoints
import FuzzSupport
import Randomness
import SweepModel

/// Model files with a spoilt record or spoilt tensors whose digests are right.
enum SealedModel {
  /// The file with one to four values of its tensors replaced, and their digests taken anew.
  static func withOtherValues(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard let header = try? JSONValue(parsing: bytes[8..<8 + length]),
      case .object(var members) = header, case .object(let metadata)? = header["__metadata__"]
    else { return bytes }
    var data = Array(bytes[(8 + length)...])
    for _ in 0...Int.random(in: 0..<4, using: &random) where data.count >= 4 {
      let place = Int.random(in: 0..<data.count / 4, using: &random) * 4
      let value = numbers[Int.random(in: 0..<numbers.count, using: &random)]
      withUnsafeBytes(of: value.bitPattern.littleEndian) {
        data.replaceSubrange(place..<place + 4, with: $0)
      }
    }
    let ends = members.filter { !$0.name.hasPrefix("@") }.compactMap { member -> Int? in
      guard case .array(let offsets)? = member.value["data_offsets"],
        case .integer(let end)? = offsets.last
      else { return nil }
      return Int(end)
    }
    let variables = min(ends.max() ?? 0, data.count)
    let digests = [
      "weights_sha256": Digest<SealedModel>(hashing: data[..<variables]).hex,
      "state_sha256": Digest<SealedModel>(hashing: data[variables...]).hex,
    ]
    let replaced = metadata.map { member in
      digests[member.name].map { .init(member.name, .string($0)) } ?? member
    }
    members = members.map { $0.name == "__metadata__" ? .init($0.name, .object(replaced)) : $0 }
    let written = Array(JSONValue.object(members).text.utf8)
    let count = (0..<8).map { UInt8(truncatingIfNeeded: written.count >> (8 * $0)) }
    return count + written + data
  }

  private static let numbers: [Float] = [
    -1, 0.5, 4, 399, 1e9, -1e30, 1e30, .nan, .infinity, -0.0, .leastNonzeroMagnitude,
  ]

  /// The file with one to four values of its record replaced, and its digest taken anew.
  static func mutated(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard let header = try? JSONValue(parsing: bytes[8..<8 + length]),
      case .object(var members) = header, case .object(let metadata)? = header["__metadata__"],
      case .string(let text)? = header["__metadata__"]?["seedsweep_record"],
      var record = try? JSONValue(parsing: text.utf8)
    else { return bytes }
    for _ in 0...Int.random(in: 0..<4, using: &random) { record = spoilt(record, &random) }
    // The variant's digest is beside it, too.
    if let specification = record["specification"],
      let variant = try? ResolvedVariant(canonicalJSON: specification.canonicalText.utf8),
      Bool.random(using: &random)
    {
      record = record.replacing("variant_sha256", .string(variant.digest.hex))
    }
    let sealed = record.canonicalText
    let digest = ModelFile.recordDigest(of: sealed, header: header)
    let replaced = metadata.map { member in
      switch member.name {
      case "seedsweep_record": JSONValue.Member(member.name, .string(sealed))
      case "seedsweep_record_sha256": JSONValue.Member(member.name, .string(digest))
      default: member
      }
    }
    members = members.map { $0.name == "__metadata__" ? .init($0.name, .object(replaced)) : $0 }
    let written = Array(JSONValue.object(members).text.utf8)
    let count = (0..<8).map { UInt8(truncatingIfNeeded: written.count >> (8 * $0)) }
    return count + written + bytes[(8 + length)...]
  }

  private static let values: [JSONValue] = [
    .null, .boolean(true), .integer(0), .integer(-1), .integer(1), .integer(.max),
    .integer(.min), .integer(1 << 40), .number(1e300), .number(-0.5), "", "nan", "relu",
    "ffffffffffffffff", "7ff8000000000000", [], .object([]), .array([.integer(1 << 40)]),
    .array([.integer(3), .integer(.max), .integer(.max)]),
  ]

  /// The value with one value in it replaced, taken out or doubled.
  private static func spoilt(_ value: JSONValue, _ random: inout SplitMix64) -> JSONValue {
    switch value {
    case .object(var members) where !members.isEmpty && Int.random(in: 0..<8, using: &random) > 0:
      let place = Int.random(in: 0..<members.count, using: &random)
      if Int.random(in: 0..<12, using: &random) == 0 {
        members.remove(at: place)
      } else {
        members[place] = .init(members[place].name, spoilt(members[place].value, &random))
      }
      return .object(members)
    case .array(var values) where !values.isEmpty && Int.random(in: 0..<8, using: &random) > 0:
      let place = Int.random(in: 0..<values.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: values.remove(at: place)
      case 1: values.append(values[place])
      default: values[place] = spoilt(values[place], &random)
      }
      return .array(values)
    default: return values.randomElement(using: &random) ?? .null
    }
  }
}

extension JSONValue {
  /// The object with another value of that name.
  fileprivate func replacing(_ name: String, _ value: JSONValue) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.map { $0.name == name ? Member(name, value) : $0 })
  }
}
