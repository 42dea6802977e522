import SweepModel

/// Reads a dataset that is stored in chunks.
///
/// Source: HDF5 File Format Specification 3.0, III.A.1.
struct HDF5ChunkReader {
  let bytes: HDF5Bytes
  let shape: [Int]
  let elementBytes: Int
  let chunks: HDF5Layout.Chunks
  let filters: HDF5Filters

  private struct State {
    var values: [UInt8]
    /// The place of the last chunk: those that follow are greater, so that none comes twice.
    var last: [Int] = []
    var count = 0
  }

  /// All values' bytes, row-major.
  ///
  /// - Precondition: the caller expects as many values as the shape has.
  func values() throws(HDF5Problem) -> [UInt8] {
    let needed = shape.reduce(elementBytes, *)
    guard needed > 0 else { return [] }
    // Ceilings of quotients; their product is no more than the values are.
    let expected = zip(shape, chunks.shape).reduce(1) { $0 * (($1.0 + $1.1 - 1) / $1.1) }
    guard let tree = chunks.tree else {
      throw HDF5Problem(.malformed, "none of its \(expected) chunks is in the file")
    }
    // A dataset of so few chunks is not kept elsewhere: each entry of the tree takes bytes in the file.
    guard expected <= bytes.count / 16 else {
      throw HDF5Problem(
        .malformed, "the file is too small for \(expected) chunks of the dataset")
    }
    var state = State(values: [UInt8](repeating: 0, count: needed))
    try readNode(at: tree, level: nil, &state)
    guard state.count == expected else {
      throw HDF5Problem(.malformed, "\(expected - state.count) of \(expected) chunks are missing")
    }
    return state.values
  }

  private func readNode(at address: UInt64, level expected: Int?, _ state: inout State)
    throws(HDF5Problem)
  {
    var cursor = try bytes.cursor(at: address)
    let start = cursor.position
    try cursor.signature("TREE", "a tree of chunks")
    let (type, level) = (try cursor.byte(), try cursor.byte())
    let count = try cursor.short()
    guard type == 1, level <= Limits.modelFileTreeLevels, expected == nil || level == expected,
      count > 0
    else { throw .malformed("this is no node of a tree of chunks", atByte: start) }
    try cursor.take(16)
    for _ in 0..<count {
      let (size, mask) = (try cursor.word(), try cursor.number(4))
      var place: [Int] = []
      for _ in shape { place.append(Int(clamping: try cursor.long())) }
      try cursor.take(8)
      let child = try cursor.long()
      if level > 0 {
        let before = state.count
        try readNode(at: child, level: level - 1, &state)
        guard state.count > before else {
          throw .malformed("a node of a tree of chunks is empty", atByte: start)
        }
      } else {
        try readChunk(at: child, size, mask, place, &state)
      }
    }
  }

  private func readChunk(
    at address: UInt64, _ size: Int, _ mask: UInt64, _ place: [Int], _ state: inout State
  ) throws(HDF5Problem) {
    let stored = try bytes.range(at: address, count: UInt64(size))
    for axis in shape.indices {
      guard place[axis] < shape[axis], place[axis] % chunks.shape[axis] == 0 else {
        throw .malformed("a chunk is outside of the dataset", atByte: stored.lowerBound)
      }
    }
    guard state.last.isEmpty || state.last.lexicographicallyPrecedes(place) else {
      throw .malformed("the chunks are not in order", atByte: stored.lowerBound)
    }
    state.last = place
    state.count += 1
    let content = try filters.undo(
      bytes[stored], mask: mask, count: chunks.shape.reduce(elementBytes, *),
      elementBytes: elementBytes)
    copy(content, to: place, &state.values)
  }

  /// Copies what of a chunk is within the dataset, row by row of the last axis.
  private func copy(_ chunk: ArraySlice<UInt8>, to place: [Int], _ values: inout [UInt8]) {
    let last = shape.count - 1
    let sizes = shape.indices.map { min(chunks.shape[$0], shape[$0] - place[$0]) }
    let rowBytes = sizes[last] * elementBytes
    var position = [Int](repeating: 0, count: shape.count)
    while true {
      var (from, to) = (0, 0)
      for axis in shape.indices {
        from = from * chunks.shape[axis] + position[axis]
        to = to * shape[axis] + place[axis] + position[axis]
      }
      let start = chunk.startIndex + from * elementBytes
      let target = to * elementBytes
      values.replaceSubrange(target..<target + rowBytes, with: chunk[start..<start + rowBytes])
      var axis = last - 1
      while axis >= 0 {
        position[axis] += 1
        if position[axis] < sizes[axis] { break }
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
