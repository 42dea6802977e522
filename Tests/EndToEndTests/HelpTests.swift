import Testing

/// Programs beside `seedsweep` say what they are for.
@Suite struct HelpTests {
  @Test(arguments: ["--help", "-h"]) func theSimulationHasHelp(option: String) throws {
    let ended = try Program.run(option, in: try Scratch(), program: Program.path(of: "simulate"))
    #expect(ended.status == 0)
    #expect(ended.errors.isEmpty)
    for word in ["--seeds N", "--seed S", "--scale"] { #expect(ended.output.contains(word)) }
  }
}
