import SweepModel

/// Where a dataset's values are.
///
/// Source: HDF5 File Format Specification 3.0, IV.A.2.i.
enum HDF5Layout: Sendable {
  /// Pieces of the dataset, which a tree finds.
  struct Chunks: Sendable {
    /// The shape of a chunk.
    let shape: [Int]
    /// Where the tree is; nil where there is no chunk.
    let tree: UInt64?
  }

  /// All in one place, in the header or elsewhere.
  case contiguous(Range<Int>)
  /// Nowhere.
  case unwritten
  /// In chunks.
  case chunked(Chunks)

  private static let latest =
    "as h5py writes them with `libver='latest'`, are not read; save the file again with Keras, or "
    + "with `libver='earliest'`"

  init(_ bytes: HDF5Bytes, _ body: Range<Int>, shape: [Int], elementBytes: Int) throws(HDF5Problem)
  {
    var cursor = bytes.cursor(over: body)
    let version = try cursor.version(3...4, of: "a dataset's layout")
    switch try cursor.byte() {
    case 0: self = .contiguous(try cursor.take(try cursor.short()))
    case 1:
      let (address, size) = (try cursor.long(), try cursor.long())
      guard address != HDF5Bytes.undefined else {
        self = .unwritten
        return
      }
      self = .contiguous(try bytes.range(at: address, count: size))
    case 2 where version == 3:
      self = .chunked(try Self.chunks(&cursor, shape: shape, elementBytes: elementBytes))
    case 2:
      throw HDF5Problem(
        .unsupported, "indexed chunks, \(Self.latest)", atByte: body.lowerBound)
    case let kind:
      throw .malformed("a layout of class \(kind) is not known", atByte: body.lowerBound)
    }
  }

  /// Refuses a dataset that is made of others.
  static func refuseVirtual(_ bytes: HDF5Bytes, _ body: Range<Int>) throws(HDF5Problem) {
    var cursor = bytes.cursor(over: body)
    try cursor.take(1)
    guard try cursor.byte() != 3 else {
      throw HDF5Problem(
        .refused, "it is a virtual dataset, whose values are in other files: they are not opened")
    }
  }

  private static func chunks(_ cursor: inout HDF5Cursor, shape: [Int], elementBytes: Int)
    throws(HDF5Problem) -> Chunks
  {
    let start = cursor.position
    // The last axis is that of an element's bytes.
    let rank = try cursor.byte() - 1
    let tree = try cursor.long()
    guard rank == shape.count, rank > 0 else {
      throw .malformed("chunks of \(rank) axes do not fit \(shape.count)", atByte: start)
    }
    var sizes: [Int] = []
    for axis in 0..<rank {
      let size = try cursor.word()
      // A chunk larger than its dataset would be a way to ask for any amount of memory.
      guard size > 0, size <= max(1, shape[axis]) else {
        throw .malformed("a chunk is larger than the dataset", atByte: start)
      }
      sizes.append(size)
    }
    guard try cursor.word() == elementBytes else {
      throw .malformed("a chunk has elements of another size than the dataset", atByte: start)
    }
    return Chunks(shape: sizes, tree: tree == HDF5Bytes.undefined ? nil : tree)
  }
}
