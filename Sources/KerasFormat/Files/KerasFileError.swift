import SweepModel

/// Why a Keras file is not read or written: what is wrong, where, and how to mend it.
package struct KerasFileError: Error, Hashable, Sendable {
  /// What kind of fault it is.
  package enum Code: Hashable, Sendable {
    /// The system does not give the file, or does not take it.
    case system
    /// It is empty, or another kind of file.
    case otherKind
    /// It ends too early.
    case truncated
    /// It breaks the rules of its format.
    case malformed
    /// It may be well formed, but has what no file of a model needs and what can do harm: links to
    /// other files, code, names that lead elsewhere.
    case refused
    /// A part of the format that is not read here.
    case unsupported
    /// It is larger than ``Limits`` allow.
    case overLimit
    /// What was asked for is not in it.
    case missing
    /// It has something else than was asked for: another shape, another type.
    case mismatch
  }

  /// What kind of fault it is.
  package let code: Code
  /// The file's path or name.
  package let file: String
  /// The member of an archive.
  package let member: String?
  /// Where in the file: an object's path, `byte 16`, a path in JSON.
  package let place: String?
  /// What is wrong and how to mend it, on one line.
  package let reason: String

  /// An error.
  package init(
    _ code: Code, file: String, member: String? = nil, place: String? = nil, _ reason: String
  ) {
    self.code = code
    self.file = file
    self.member = member
    self.place = place
    self.reason = reason
  }
}

extension KerasFileError: CustomStringConvertible {
  /// The file, the place and the reason, on one line.
  package var description: String {
    let places = [Quotation.path(file), member.map(Quotation.path), place.map(Quotation.path)]
    return (places.compactMap(\.self) + [reason]).joined(separator: ": ")
  }
}
