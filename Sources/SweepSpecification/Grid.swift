import SweepModel

/// The variants that `grid:` makes: every combination of the values of its dotted keys.
///
/// Each key is an *axis*, each combination a *point*. Points come in the order written, the last key
/// changing fastest. A grid is small on paper and large in effect, so its limits are checked before any
/// of it is written out.
struct Grid: Sendable {
  /// The points, in order.
  let points: [Point]
  private let axes: [Axis]
  private let numbers: [String: Int]

  /// One combination.
  struct Point: Sendable {
    /// The variant's name, unique in the grid.
    let name: String
    /// For each axis the number of the value, from 0.
    fileprivate let choices: [Int]
  }

  /// A key and its values.
  fileprivate struct Axis: Sendable {
    let override: Override
    let values: [SourceNode]
    /// The key in the notation of ``Specification/position(of:variant:)``.
    let path: String
    /// What stands for each value in names.
    let labels: [String]
  }

  /// Reads the grid; one that is not there, or empty, has no points.
  ///
  /// - Parameter variants: the entries of `variants`, whose names are taken.
  /// - Throws: `SpecificationError` at the key, the value or the variant that is wrong.
  init(_ entry: SourceNode.Entry?, beside variants: [SourceNode.Entry])
    throws(SpecificationError)
  {
    let keys = try Self.keys(of: entry)
    guard let entry, !keys.isEmpty else {
      (points, axes, numbers) = ([], [], [:])
      return
    }
    var axes: [Axis] = []
    for key in keys { axes.append(try Self.axis(key)) }
    try Override.checkDisjoint(axes.map(\.override), in: "the grid")
    try Self.checkSize(axes, beside: variants.count, at: entry.keyPosition)
    let choices = Self.combinations(of: axes.map(\.values.count))
    let names = try Self.names(choices, axes, at: entry.keyPosition)
    numbers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    for variant in variants where numbers[variant.key] != nil {
      throw SpecificationError(
        "the grid makes a variant \(variant.key.quoted), too; choose another name",
        at: variant.keyPosition)
    }
    points = zip(names, choices).map { Point(name: $0, choices: $1) }
    self.axes = axes
  }

  /// What a point sets, in the order of the keys.
  func overrides(of point: Point) -> [Override] {
    zip(axes, point.choices).map { Override($0.override, value: $0.values[$1]) }
  }

  /// Where the first value stands that a point has and `twin`, of the same setting, has not; its last
  /// value, where `twin` is no point.
  func position(of point: Point, unlike twin: String) -> SourcePosition {
    let other = numbers[twin].map { points[$0].choices }
    let differing = axes.indices.first { other?[$0] != point.choices[$0] } ?? 0
    let axis = other == nil ? axes.count - 1 : differing
    return axes[axis].values[point.choices[axis]].position
  }

  /// The path under which ``SourceMap`` has the value that the point of that name sets at `path`; nil
  /// where there is no such point, or it sets nothing that encloses `path`.
  func value(of path: String, inPointNamed name: String) -> String? {
    guard let number = numbers[name] else { return nil }
    for (axis, choice) in zip(axes, points[number].choices) where path.hasPrefix(axis.path) {
      let rest = path.dropFirst(axis.path.count)
      guard rest.isEmpty || rest.first == "." || rest.first == "[" else { continue }
      return "grid.\(axis.path)[\(choice)]\(rest)"
    }
    return nil
  }

  private static func keys(of grid: SourceNode.Entry?) throws(SpecificationError)
    -> [SourceNode.Entry]
  {
    guard let grid, !grid.value.isNull else { return [] }
    guard case .mapping(let entries) = grid.value.content else {
      throw grid.value.mismatch("grid", "a mapping of dotted keys to lists of values")
    }
    guard entries.count <= Limits.gridKeys else {
      throw SpecificationError(
        "the grid has \(entries.count) keys; the limit is \(Limits.gridKeys)",
        at: entries[Limits.gridKeys].keyPosition)
    }
    return entries
  }

  private static func axis(_ entry: SourceNode.Entry) throws(SpecificationError) -> Axis {
    let override = try Override(entry, in: "the grid")
    let key = entry.key.quoted
    guard case .list(let values) = entry.value.content else {
      let advice = entry.value.text.map { "; write [\($0)]" } ?? ""
      throw SpecificationError(
        "the grid needs a list of values for \(key), not \(entry.value.found)"
          + (advice.utf8.count <= Limits.nameLength ? advice : ""), at: entry.value.position)
    }
    guard !values.isEmpty else {
      throw SpecificationError(
        "the grid has no values for \(key); write some, or leave the key out",
        at: entry.value.position)
    }
    guard values.count < Limits.variants else {
      throw SpecificationError(
        "the grid has \(values.count) values for \(key); a sweep may have \(Limits.variants) "
          + "variants", at: entry.keyPosition)
    }
    var seen: Set<String> = []
    for value in values {
      if let text = value.text, !seen.insert(text).inserted {
        throw SpecificationError(
          "the grid has the value \(text.quoted) of \(key) twice", at: value.position)
      }
    }
    return Axis(
      override: override, values: values, path: Override.path(dottedKey: entry.key),
      labels: GridNames.labels(of: values))
  }

  /// Saturates: a few long lists multiply beyond all bounds.
  private static func checkSize(
    _ axes: [Axis], beside variants: Int, at position: SourcePosition
  ) throws(SpecificationError) {
    func product(_ factors: [Int]) -> Int {
      factors.reduce(1) { product, factor in
        let (value, overflow) = product.multipliedReportingOverflow(by: factor)
        return overflow ? .max : value
      }
    }
    let count = product(axes.map(\.values.count))
    // The base is a variant as well.
    guard count <= Limits.variants - 1 - variants else {
      let factors = axes.map { String($0.values.count) }
      let terms = factors.count > 1 && factors.count <= 8 ? factors.joined(separator: " × ") : ""
      let total = count == .max ? "far too many" : String(count)
      throw SpecificationError(
        "the grid makes \(total) variants\(terms.isEmpty ? "" : " (\(terms))"); with the base"
          + "\(variants > 0 ? " and those of `variants`" : "") a sweep may have "
          + "\(Limits.variants)", at: position)
    }
    // Each value stands in as many points as there are combinations of the other keys.
    let nodes = axes.reduce(0.0) { sum, axis in
      let own = axis.values.reduce(0.0) { $0 + Double($1.count) }
      return sum + own * Double(count / axis.values.count)
    }
    guard nodes <= Double(Limits.gridNodes) else {
      throw SpecificationError(
        "the grid, written out, has more than \(Limits.gridNodes) values, the limit; "
          + "make fewer variants, or override less in each", at: position)
    }
  }

  /// Every combination of numbers below `counts`, the last changing fastest.
  private static func combinations(of counts: [Int]) -> [[Int]] {
    counts.reduce([[]]) { combinations, count in
      combinations.flatMap { combination in (0..<count).map { combination + [$0] } }
    }
  }

  /// The names of all points: with whole keys, or, where one would be too long, with their initials.
  private static func names(_ choices: [[Int]], _ axes: [Axis], at position: SourcePosition)
    throws(SpecificationError) -> [String]
  {
    let keys = GridNames.keys(axes.map(\.override.components))
    func names(_ keys: [String]) -> [String] {
      choices.map { choice in
        axes.indices.map { "\(keys[$0])-\(axes[$0].labels[choice[$0]])" }.joined(separator: "--")
      }
    }
    func isTooLong(_ name: String) -> Bool { name.utf8.count > Limits.nameLength }
    var all = names(keys)
    if all.contains(where: isTooLong) { all = names(GridNames.initials(of: keys)) }
    if let long = all.first(where: isTooLong) {
      throw SpecificationError(
        "the grid makes a variant whose name is longer than \(Limits.nameLength) characters, "
          + "\(long.quoted); vary fewer keys, or name the settings under `variants`",
        at: position)
    }
    var seen: Set<String> = []
    if let double = all.first(where: { !seen.insert($0).inserted }) {
      throw SpecificationError(
        "the grid makes two variants of the name \(double.quoted); "
          + "name the settings under `variants`", at: position)
    }
    return all
  }
}
