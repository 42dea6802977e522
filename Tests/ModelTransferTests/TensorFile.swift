import SweepModel

/// Files in the safetensors format, as other programs write them.
enum TensorFile {
  /// A tensor of binary32 values.
  struct Tensor {
    let path: String
    let shape: [Int]
    var values: [Float]

    init(_ path: String, _ shape: [Int], _ values: [Float]) {
      self.path = path
      self.shape = shape
      self.values = values
    }
  }

  /// The bytes of a file with these tensors, in their order.
  static func bytes(_ tensors: [Tensor]) -> [UInt8] {
    var data: [UInt8] = []
    var entries: [String] = []
    for tensor in tensors {
      let start = data.count
      for value in tensor.values {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { data += $0 }
      }
      let entry =
        "{\"dtype\":\"F32\",\"shape\":\(tensor.shape),\"data_offsets\":[\(start),\(data.count)]}"
      entries.append("\"\(tensor.path)\":\(entry)")
    }
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
  }
}
