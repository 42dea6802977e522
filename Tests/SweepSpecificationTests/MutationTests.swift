import Randomness
import SweepModel
import SweepSpecification
import Testing

/// Pieces of YAML that are put into the text, because single bytes seldom make one.
private let pieces = [
  "[", "]", "{", "}", ": ", ":", "- ", "? ", "*a", "&a ", "!!str ", "! ", "| \n", "> \n", "'", "\"",
  "#", " #", "%", "\n---\n", "\n...\n", "\t", "\n", "\r", "\r\n", "  ", "~", "null", "é",
  "\u{1F600}",
  "\0", "\u{85}", "\u{2028}", "\u{FEFF}", "<<: ", "0x", "1e999", ".nan", "\\u0000", "@", "`", ",",
  "a: &a ", "model.0", "model", "training", "dense", "adam", "18446744073709551616", "base: ",
]

private func mutated(_ text: [UInt8], by random: inout SplitMix64) -> [UInt8] {
  var text = text
  for _ in 0..<Int.random(in: 1...2, using: &random) {
    let position = Int.random(in: 0...text.count, using: &random)
    let end = Int.random(in: position...min(text.count, position + 12), using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: text.removeSubrange(position..<end)
    case 1: text.insert(UInt8.random(in: 0...255, using: &random), at: position)
    case 2: text.insert(contentsOf: Array(text[position..<end]), at: position)
    case 3: text = Array(text.prefix(position))
    case 4 where position < text.count:
      let other = Int.random(in: 0..<text.count, using: &random)
      text.swapAt(position, other)
    default:
      let piece = pieces.randomElement(using: &random) ?? ""
      text.insert(contentsOf: Array(piece.utf8), at: position)
    }
  }
  return text
}

// The last has a file that ends with a carriage return.
@Test(arguments: [UInt64.random(in: 0...UInt64.max), 1, 3_473_303_688_449_150_931])
func mutationsAreReadOrRefusedAtAPlace(_ seed: UInt64) throws {
  var random = SplitMix64(state: seed)
  let reader = SpecificationReader(vocabulary: vocabulary)
  var accepted = 0
  let count = 4_000
  for _ in 0..<count {
    let bytes = mutated(Array(example.utf8), by: &random)
    do throws(SpecificationError) {
      let specification = try reader.read(bytes, file: "test.yaml")
      accepted += 1
      expectPosition(of: specification.error(at: "training.epochs", message: ""), in: bytes)
      expectValid(specification)
    } catch {
      #expect(!error.message.isEmpty && !error.description.contains { $0.isNewline })
      expectPosition(of: error, in: bytes)
    }
  }
  print("mutations from seed \(seed): \(accepted) of \(count) accepted")
  // Were all refused, or none, the mutations would test little.
  #expect((count / 100..<count - 1_000).contains(accepted))
}

/// What every specification holds, whatever it was read from.
private func expectValid(_ specification: Specification) {
  #expect((1...Limits.trials).contains(specification.trials))
  #expect(specification.variants.first?.name == "base")
  #expect(Set(specification.variants.map(\.setting)).count == specification.variants.count)
  for variant in specification.variants {
    #expect((1...Int(Limits.epochs)).contains(variant.setting.training.epochs))
    for layer in variant.setting.layers where layer.kind == "dense" {
      #expect((1...Int(Limits.units)).contains(layer.integer("units")))
    }
  }
}

private func expectPosition(of error: SpecificationError, in bytes: [UInt8]) {
  // What is no UTF-8 is refused where it stands; up to there, every wrong byte decodes to one scalar.
  expectPosition(of: error, in: String(decoding: bytes, as: UTF8.self))
}
