import SweepModel

/// Why an archive, or what is compressed, cannot be read.
package struct ArchiveError: Error, Hashable, Sendable {
  /// What kind of fault it is.
  package enum Code: Hashable, Sendable {
    /// It breaks the rules of the format.
    case malformed
    /// It has what can do harm: names that lead elsewhere, sizes that only a bomb has.
    case refused
    /// It is larger than ``Limits`` allow.
    case overLimit
    /// A part of the format that is not read.
    case unsupported
  }

  /// What kind of fault it is.
  package let code: Code
  /// A member's name, which the message begins with; not what the file's owner wants everybody to read.
  package let memberName: [UInt8]?
  /// What is wrong, without anything that the file holds.
  package let reason: String
  /// The byte where that is.
  package let offset: Int?

  init(_ code: Code, member: [UInt8]? = nil, _ reason: String, atByte offset: Int? = nil) {
    self.code = code
    memberName = member
    self.reason = reason
    self.offset = offset
  }

  /// What breaks the rules of the format.
  init(member: [UInt8]? = nil, _ reason: String, atByte offset: Int? = nil) {
    self.init(.malformed, member: member, reason, atByte: offset)
  }
}

extension ArchiveError: CustomStringConvertible {
  /// The member, quoted, and the reason.
  package var description: String {
    (memberName.map { Quotation.text($0) + " " } ?? "") + reason
  }
}
