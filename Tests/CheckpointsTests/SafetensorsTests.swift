import Testing

@testable import Checkpoints

/// The headers of safetensors files, whoever wrote them.
@Suite struct SafetensorsTests {
  private func complaint(_ text: String, dataBytes: Int) -> String? {
    do throws(SafetensorsHeader.Problem) {
      _ = try SafetensorsHeader(parsing: Array(text.utf8), dataBytes: dataBytes)
      return nil
    } catch {
      return error.message
    }
  }

  @Test func aHeaderComesBack() throws {
    var header = SafetensorsHeader()
    header.add("b/kernel", .binary32, shape: [2, 3])
    header.add("a", .binary64, shape: [])
    header.add("none", .binary32, shape: [0, 4])
    header.metadata = ["note": "ü \"quoted\"\n"]
    let bytes = header.encoded
    #expect(bytes.count % 8 == 0)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length == bytes.count - 8)
    #expect(try SafetensorsHeader(parsing: Array(bytes[8...]), dataBytes: 32) == header)
  }

  /// In the order of bytes, whatever the order of names.
  @Test func theOrderIsThatOfTheBytes() throws {
    let header = try SafetensorsHeader(
      parsing: Array(
        #"{"z":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#.utf8)
        + Array(#""a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#.utf8), dataBytes: 12)
    #expect(header.entries.map(\.name) == ["z", "a"])
  }

  @Test(arguments: [
    ("[]", 0, "not a JSON object"),
    ("{", 0, "cannot be read: line 1, column 2"),
    (
      #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
      0, "has this name twice"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3, "the file is cut"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "more than it says"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "do not begin where"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "takes 8 bytes, not 4"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "impossible shape"),
    (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4, "impossible shape"),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0,
      "impossible shape"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[281474976710655,281474976710655],"data_offsets":[0,0]}}"#, 0,
      "impossible shape"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "lacks its dtype"),
    (#"{"a":{"dtype":"BOOL","shape":[4],"data_offsets":[0,4]}}"#, 4, "convert it to float32"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e300]}}"#, 4, "lacks its dtype"),
    (#"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#, 4, "axes"),
    (#"{"__metadata__":{"a":1}}"#, 0, "not a text"),
    (#"{"__metadata__":[]}"#, 0, "not an object"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      4, "do not begin where"
    ),
  ])
  func malformedHeadersAreRefused(text: String, dataBytes: Int, reason: String) {
    #expect(complaint(text, dataBytes: dataBytes)?.contains(reason) == true)
  }

  @Test func namesInMessagesAreOneLine() {
    let message = complaint(#"{"a\n\u001b[31mb":{"dtype":"F32"}}"#, dataBytes: 0)
    #expect(message?.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
  }
}
