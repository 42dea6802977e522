import SweepModel
import Training

extension ModelFile {
  /// Checks that a training described by `other` can go on from this file: the same trial, of the same
  /// data, with at least as many epochs as are over.
  ///
  /// - Throws: ``CheckpointError`` with the first difference.
  public func check(isOf other: ModelRecord) throws(CheckpointError) {
    guard record.seed == other.seed else {
      throw CheckpointError(
        path, "it is the model of seed \(record.seed), not of \(other.seed)")
    }
    if let difference = record.representation.firstDifference(from: other.representation) {
      throw CheckpointError(
        path, "the data are represented otherwise than when it was trained: \(difference)")
    }
    let (own, new) = (record.variant.variant, other.variant.variant)
    guard own.dataDigest == new.dataDigest else {
      throw CheckpointError(
        path,
        "it was trained on other data: their digest was \(own.dataDigest) and is "
          + "\(new.dataDigest)")
    }
    var longer = own
    longer.training.epochs = new.training.epochs
    // By their texts: a whole number and the same binary64 are one number in JSON.
    guard longer.canonicalJSON == new.canonicalJSON else {
      throw CheckpointError(
        path,
        "it was trained by another specification: "
          + "\(longer.json.firstDifference(from: new.json, at: "") ?? "they differ")")
    }
    guard new.training.epochs >= record.position.epoch else {
      throw CheckpointError(
        path,
        "it is trained for \(record.position.epoch) epochs already, not "
          + "\(new.training.epochs)")
    }
    if record.position.isOver, own.training.epochs != new.training.epochs {
      throw CheckpointError(
        path,
        "its training ended in epoch \(record.position.epoch), by itself: more epochs change "
          + "nothing")
    }
  }
}

extension JSONValue {
  /// The first place in which `other` differs, in words.
  func firstDifference(from other: JSONValue, at path: String) -> String? {
    switch (self, other) {
    case (.object(let own), .object(let new)):
      for member in own {
        let place = path.isEmpty ? member.name : "\(path).\(member.name)"
        guard let value = other[member.name] else { return "\(place) is gone" }
        if let difference = member.value.firstDifference(from: value, at: place) {
          return difference
        }
      }
      for member in new where self[member.name] == nil {
        return "\(path.isEmpty ? "" : path + ".")\(member.name) is new"
      }
      return nil
    case (.array(let own), .array(let new)):
      for (position, (mine, others)) in zip(own, new).enumerated() {
        if let difference = mine.firstDifference(from: others, at: "\(path)[\(position)]") {
          return difference
        }
      }
      return own.count == new.count ? nil : "\(path) has \(new.count) entries, not \(own.count)"
    default:
      return canonicalText == other.canonicalText
        ? nil : "\(path) was \(shortText) and is \(other.shortText)"
    }
  }

  /// The value in a message: all of a digest, and the beginning of what is longer.
  private var shortText: String {
    let text = canonicalText
    return text.count <= 80 ? text : text.prefix(60) + "…"
  }
}
