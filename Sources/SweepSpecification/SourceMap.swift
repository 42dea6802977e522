/// Where the values of a specification stand, by path.
///
/// Paths join keys with dots and put indices in brackets: `model[1].dense.units`. What a variant
/// overrides is found under `variants.NAME`: `variants.slow.training.optimizer`. The values of the grid
/// are found under `grid`, by path and number: `grid.training.epochs[1]`.
struct SourceMap: Sendable {
  private var positions: [String: SourcePosition] = [:]
  private let start: SourcePosition
  private let grid: Grid

  /// Maps a document that has been checked, so that its keys are short.
  init(_ root: SourceNode, grid: Grid) {
    start = root.position
    self.grid = grid
    guard case .mapping(let entries) = root.content else { return }
    for entry in entries {
      switch entry.key {
      case "variants": addVariants(entry)
      case "grid": addGrid(entry)
      default: add(entry, path: entry.key)
      }
    }
  }

  /// The place of a path, or of the nearest path that encloses it; the document's start where none
  /// does.
  func position(of path: String) -> SourcePosition { nearest(to: path) ?? start }

  /// The place in a variant's overrides of a path, or of the nearest that encloses it; nil where the
  /// variant overrides neither.
  func position(of path: String, overriddenIn variant: String) -> SourcePosition? {
    // The value of a point stands in the map, so that the search ends there at the latest.
    if let value = grid.value(of: path, inPointNamed: variant) { return nearest(to: value) }
    return nearest(to: path, under: "variants.\(variant).")
  }

  private func nearest(to path: String, under prefix: String = "") -> SourcePosition? {
    var path = Substring(path)
    while !path.isEmpty {
      if let position = positions[prefix + path] { return position }
      path = path.lastIndex { $0 == "." || $0 == "[" }.map { path[..<$0] } ?? ""
    }
    return nil
  }

  private mutating func addVariants(_ variants: SourceNode.Entry) {
    positions["variants"] = variants.keyPosition
    guard case .mapping(let entries) = variants.value.content else { return }
    for variant in entries {
      let path = "variants.\(variant.key)"
      positions[path] = variant.keyPosition
      guard case .mapping(let overrides) = variant.value.content else { continue }
      for override in overrides {
        add(override, path: "\(path).\(Override.path(dottedKey: override.key))")
      }
    }
  }

  private mutating func addGrid(_ grid: SourceNode.Entry) {
    positions["grid"] = grid.keyPosition
    guard case .mapping(let axes) = grid.value.content else { return }
    for axis in axes { add(axis, path: "grid.\(Override.path(dottedKey: axis.key))") }
  }

  /// A value that has parts stands where its key stands.
  private mutating func add(_ entry: SourceNode.Entry, path: String) {
    switch entry.value.content {
    case .plain, .quoted: positions[path] = entry.value.position
    case .list, .mapping:
      positions[path] = entry.keyPosition
      addParts(of: entry.value, path: path)
    }
  }

  private mutating func addParts(of node: SourceNode, path: String) {
    switch node.content {
    case .plain, .quoted: break
    case .mapping(let entries):
      for entry in entries { add(entry, path: "\(path).\(entry.key)") }
    case .list(let nodes):
      for (index, node) in nodes.enumerated() {
        positions["\(path)[\(index)]"] = node.position
        addParts(of: node, path: "\(path)[\(index)]")
      }
    }
  }
}
