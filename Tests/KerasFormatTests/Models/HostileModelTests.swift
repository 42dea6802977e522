import Foundation
import KerasFormat
import SweepModel
import Testing

/// What must be refused in one line.
struct HostileModelTests {
  @Test(
    .enabled(if: KnownAnswers.isThere, "the cases are not beside the project"),
    arguments: [
      ("lambda_marshalled.keras", "Lambda"), ("class_os_getcwd.keras", "os.getcwd"),
      ("class_in_argument.keras", "os.getcwd"),
      ("keras_module_gadget.keras", "keras.config.enable_unsafe"),
      ("zip_traversal.keras", "member"), ("zip_two_configs.keras", "twice"),
      ("zip_bomb.keras", "16777216"),
      ("json_deep.keras", "deep"), ("json_nan.json", "NaN"), ("json_infinity.json", "Infinity"),
      ("json_units_1e300.json", "units"), ("json_duplicate_key.json", "units"),
      ("bad_layer_name.keras", "name"),
    ])
  func wholeFiles(file: String, word: String) throws {
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.read(path: KnownAnswers.path("hostile", file))
    }
    let text = try #require(error?.description)
    #expect(text.contains(word), "\(text)")
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    #expect(text.utf8.count < 1_000)
  }

  @Test(
    .enabled(if: KnownAnswers.isThere, "the cases are not beside the project"),
    arguments: [
      "h5_external_link", "h5_virtual", "h5_huge_shape", "h5_soft_cycle", "h5_hard_cycle",
      "h5_gzip_bomb", "h5_string_weights", "h5_truncated", "h5_empty",
    ])
  func variables(file: String) throws {
    let dense = try Self.dense()
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.weights(
        path: KnownAnswers.path("hostile", "\(file).weights.h5"), into: dense)
    }
    #expect(error?.description.contains("\n") == false)
  }

  @Test(.enabled(if: KnownAnswers.isThere, "the cases are not beside the project"))
  func valuesThatAreNotFiniteAreNamed() throws {
    let model = try KerasModelFile.weights(
      path: KnownAnswers.path("hostile", "h5_nan_weights.weights.h5"), into: try Self.dense())
    #expect(model.notes.contains("2 of the 4 values of dense/kernel are not finite"))
    #expect(model.variables[0].values[0].isNaN)
  }

  private static func dense() throws -> KerasArchitecture {
    try architecture(#"{"class_name":"Dense","config":{"name":"dense","units":2}}"#, inputs: [2])
  }

  /// A Dense layer with one more member in its configuration.
  private static func dense(with member: String) -> String {
    #"{"class_name":"Dense","config":{"name":"dense","units":2,\#(member)}}"#
  }

  @Test(arguments: [
    #""kernel_initializer":{"module":"os","class_name":"Zeros","config":{}}"#,
    #""kernel_initializer":{"module":"kerasx.initializers","class_name":"Zeros","config":{}}"#,
    #""kernel_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},"registered_name":"Mine>Zeros"}"#,
    #""activation":{"class_name":"function","module":"os","config":"system"}"#,
    #""activation":{"class_name":"function","module":"keras.src.utils","config":"get_file"}"#,
    #""activation":{"class_name":"__lambda__","config":{"code":"x"}}"#,
    #""bias_initializer":{"class_name":"Zeros","config":{"seed":{"class_name":"Lambda","config":{}}}}"#,
    #""anything":{"deep":[{"deeper":{"class_name":"getcwd","module":"os","config":{}}}]}"#,
    #""kernel_regularizer":{"class_name":"MyRegularizer","config":{}}"#,
    #""activation":"my_activation""#,
    #""kernel_initializer":{"class_name":5,"config":{}}"#,
  ])
  func codeAtEveryDepth(member: String) throws {
    let error = #expect(throws: KerasFileError.self) {
      try architecture(Self.dense(with: member), inputs: [2])
    }
    #expect(error?.code == .refused || error?.code == .malformed)
  }

  @Test(arguments: [
    "-1", "0", "2.5", "2147483648", "9223372036854775808", "1e300", "\"2\"", "true", "null", "[2]",
    "{}",
  ])
  func unitsThatAreNone(units: String) throws {
    #expect(throws: KerasFileError.self) {
      try architecture(
        #"{"class_name":"Dense","config":{"name":"dense","units":\#(units)}}"#, inputs: [2])
    }
  }

  @Test(arguments: [
    "[null, -1]", "[null, 0]", "[null, 1e300]", "[null, 2.5]", "[]", "[[null, 2], [null, 2]]", "5",
    "[null, 1, 1, 1, 1, 1, 1, 1, 1, 1]", "[null, 16777217]",
  ])
  func shapesThatAreNone(shape: String) throws {
    let text = """
      {"class_name":"Sequential","config":{"layers":[{"class_name":"InputLayer",
       "config":{"batch_shape":\(shape),"name":"in"}},
       {"class_name":"Dense","config":{"name":"dense","units":2}}]}}
      """
    #expect(throws: KerasFileError.self) {
      try KerasModelFile.read(bytes: Array(text.utf8), name: "model.json")
    }
  }

  @Test(arguments: ["", "[]", "{}", "5", "null", "{\"class_name\":\"Sequential\"}", "{\"a\":"])
  func documentsThatAreNone(text: String) throws {
    #expect(throws: KerasFileError.self) {
      try KerasModelFile.read(bytes: Array(text.utf8), name: "model.json")
    }
  }

  @Test func deepDocumentsEndAtOnce() throws {
    let models = String(
      repeating: #"{"class_name":"Sequential","config":{"name":"m","layers":["#, count: 30)
    let text =
      models + #"{"class_name":"Dense","config":{"units":2}}"# + String(repeating: "]}}", count: 30)
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.read(bytes: Array(text.utf8), name: "model.json")
    }
    #expect(error?.code == .overLimit)
  }

  /// Changed bytes of an architecture never end the process, and are refused in one line.
  @Test func mutations() throws {
    let text = try KerasModelFile.architecture(of: Examples.everyLayer)
    let bytes = Array(text.utf8)
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let words = ["null", "-1", "[]", "{}", "1e99", "true", "\"x\"", "[[1]]", "\"Lambda\""]
    for _ in 0..<1_500 {
      var changed = bytes
      for _ in 0...next(3) {
        let place = next(changed.count)
        if next(2) == 0 {
          changed[place] = UInt8(next(256))
        } else {
          // In the place of a value.
          let start = changed[place...].firstIndex(of: UInt8(ascii: ":")) ?? place
          let end = changed[start...].firstIndex(of: UInt8(ascii: ",")) ?? start
          if end > start {
            changed.replaceSubrange(start + 1..<end, with: words[next(words.count)].utf8)
          }
        }
      }
      do throws(KerasFileError) {
        _ = try KerasModelFile.read(bytes: changed, name: "model.json")
      } catch {
        #expect(!error.description.contains("\n"))
      }
    }
  }
}
