import SweepModel
import SweepSpecification
import Testing

private func learningRate(_ text: String) throws -> Double {
  let line = "  optimizer: {adam: {learning_rate: 0.001}}"
  let replacement = "  optimizer: {adam: {learning_rate: \(text)}}"
  return try read(example.replacing(line: line, with: replacement))
    .setting("base").training.optimizer.number("learning_rate")
}

/// Bits by Python's `struct.pack(">d", float(text)).hex()`; the last four lie at or beside a midpoint of
/// two binary64 numbers, or among the subnormals.
@Test(arguments: [
  ("0.1", 0x3fb9_9999_9999_999a), ("1e-7", 0x3e7a_d7f2_9abc_af48), ("1", 0x3ff0_0000_0000_0000),
  ("1.", 0x3ff0_0000_0000_0000), ("+.5", 0x3fe0_0000_0000_0000), ("5E+1", 0x4049_0000_0000_0000),
  ("9007199254740993", 0x4340_0000_0000_0000),
  ("9007199254740993.00000000000000000000000000000000001", 0x4340_0000_0000_0001),
  ("2.2250738585072011e-308", 0x000f_ffff_ffff_ffff), ("5e-324", 0x0000_0000_0000_0001),
])
func numbersAreCorrectlyRounded(_ text: String, _ bits: UInt64) throws {
  #expect(try learningRate(text).bitPattern == bits)
}

@Test func zeroHasNoSign() throws {
  let text = example.replacing(
    line: "  optimizer: {adam: {learning_rate: 0.001}}",
    with: "  optimizer: {sgd: {momentum: -0.0e9}}")
  let momentum = try read(text).setting("base").training.optimizer.number("momentum")
  #expect(momentum.bitPattern == 0)
}

@Test(arguments: [
  ("0", 0), ("1", 1), ("18446744073709551615", UInt64.max), ("0xffffffffffffffff", UInt64.max),
  ("0xDEADBEEFCAFEF00D", 0xdead_beef_cafe_f00d), ("9007199254740993", 9_007_199_254_740_993),
  ("0x0010", 16),
])
func masterSeedsKeepAll64Bits(_ text: String, _ seed: UInt64) throws {
  let text = example.replacing(line: "master_seed: 1", with: "master_seed: \(text)")
  #expect(try read(text).masterSeed == MasterSeed(seed))
}

@Test func boundsThemselvesAreAllowed() throws {
  let text = example.replacing(line: "trials: 100", with: "trials: \(Limits.trials)")
    .replacing(line: "  epochs: 100", with: "  epochs: \(Limits.epochs)")
    .replacing(line: "  batch_size: all", with: "  batch_size: \(Limits.batchSize)")
    .replacing(line: "  - dense: {units: 1}", with: "  - dense: {units: \(Limits.units)}")
  let specification = try read(text)
  #expect(specification.trials == Limits.trials)
  let setting = try specification.setting("base")
  #expect(setting.training.epochs == Int(Limits.epochs))
  #expect(setting.training.batchSize == .samples(Int(Limits.batchSize)))
  #expect(setting.layers[1].integer("units") == Int(Limits.units))
}
