/// What an element of a dataset is.
package enum HDF5ElementType: Hashable, Sendable {
  /// IEEE 754 binary16.
  case float16
  /// The upper half of a binary32, as Keras stores what it trained in `bfloat16`.
  case bfloat16
  /// IEEE 754 binary32.
  case float32
  /// IEEE 754 binary64.
  case float64
  /// A whole number of 1, 2, 4 or 8 bytes.
  case integer(bytes: Int, isSigned: Bool)
  /// Text.
  case text
  /// Anything else, in words.
  case other(String)
}

extension HDF5ElementType: CustomStringConvertible {
  /// NumPy's name, where it has one.
  package var description: String {
    switch self {
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .float32: "float32"
    case .float64: "float64"
    case .integer(let bytes, let isSigned): "\(isSigned ? "int" : "uint")\(8 * bytes)"
    case .text: "text"
    case .other(let words): words
    }
  }
}

/// A group to be written: attributes, groups and datasets.
///
/// Attributes and members are written in the order given, so that equal values give equal bytes.
package struct HDF5Group: Hashable, Sendable {
  /// A member of a group.
  package enum Member: Hashable, Sendable {
    /// A group.
    case group(HDF5Group)
    /// Values.
    case dataset(HDF5Array)
  }

  /// Its attributes.
  package var attributes: [HDF5Attribute]
  /// Its members and their names.
  package private(set) var members: [(name: String, member: Member)] = []

  /// A group without members.
  package init(attributes: [HDF5Attribute] = []) { self.attributes = attributes }

  package static func == (left: Self, right: Self) -> Bool {
    left.attributes == right.attributes
      && left.members.elementsEqual(right.members) { $0.name == $1.name && $0.member == $1.member }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(attributes)
    for member in members { hasher.combine(member.name) }
  }

  /// Puts values at a path such as `layers/dense/vars/0`; groups that are missing are made.
  ///
  /// - Precondition: nothing is there, and no part of the path before the last is a dataset.
  package mutating func insert(_ array: HDF5Array, at path: String) {
    insert(.dataset(array), at: Self.names(path))
  }

  /// Changes the group at a path, which is made where there is none.
  ///
  /// - Precondition: no part of the path is a dataset.
  package mutating func updateGroup(at path: String, _ update: (inout HDF5Group) -> Void) {
    updateGroup(at: Self.names(path)[...], update)
  }

  private static func names(_ path: String) -> [String] {
    path.split(separator: "/").map(String.init)
  }

  private mutating func insert(_ member: Member, at names: [String]) {
    guard let last = names.last else { preconditionFailure("a member has a name") }
    updateGroup(at: names.dropLast()) { group in
      precondition(!group.members.contains { $0.name == last }, "\(last) is there already")
      group.members.append((last, member))
    }
  }

  private mutating func updateGroup(
    at names: ArraySlice<String>, _ update: (inout HDF5Group) -> Void
  ) {
    guard let first = names.first else { return update(&self) }
    let index = members.firstIndex { $0.name == first } ?? members.endIndex
    if index == members.endIndex { members.append((first, .group(HDF5Group()))) }
    guard case .group(var group) = members[index].member else {
      preconditionFailure("\(first) is a dataset")
    }
    group.updateGroup(at: names.dropFirst(), update)
    members[index].member = .group(group)
  }
}

/// An attribute to be written.
package struct HDF5Attribute: Hashable, Sendable {
  /// What an attribute can hold.
  package enum Value: Hashable, Sendable {
    /// One text.
    case text(String)
    /// A list of texts; where it is long, it is divided among attributes `name0`, `name1`…, as Keras
    /// does.
    case texts([String])
  }

  /// The name.
  package let name: String
  /// The value.
  package let value: Value

  /// One text.
  package init(_ name: String, _ text: String) {
    self.name = name
    value = .text(text)
  }

  /// A list of texts.
  package init(_ name: String, _ texts: [String]) {
    self.name = name
    value = .texts(texts)
  }
}

/// Values of a dataset to be written.
package struct HDF5Array: Hashable, Sendable {
  /// The values, row-major.
  package enum Values: Hashable, Sendable {
    /// Binary32.
    case floats([Float])
    /// Whole numbers of 4 bytes.
    case int32([Int32])
    /// Whole numbers of 8 bytes.
    case int64([Int64])
  }

  /// The shape; empty for one number.
  package let shape: [Int]
  /// The values.
  package let values: Values
  /// Its attributes.
  package var attributes: [HDF5Attribute]

  /// Values of a dataset.
  ///
  /// - Precondition: there are as many values as the shape has.
  package init(shape: [Int], _ values: Values, attributes: [HDF5Attribute] = []) {
    let count =
      switch values {
      case .floats(let values): values.count
      case .int32(let values): values.count
      case .int64(let values): values.count
      }
    precondition(count == shape.reduce(1, *), "there are as many values as the shape has")
    self.shape = shape
    self.values = values
    self.attributes = attributes
  }

  /// One whole number.
  package init(scalar value: Int32) { self.init(shape: [], .int32([value])) }

  /// One number.
  package init(scalar value: Float) { self.init(shape: [], .floats([value])) }
}
