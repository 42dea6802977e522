import Foundation
import Testing

/// What the README shows is what the program prints.
@Suite struct DocumentationTests {
  /// The commands of a page's code blocks that begin with `$ seedsweep`, with the output shown.
  private static func examples(in page: String) throws -> [(arguments: [String], output: String)] {
    let url = Program.root.appendingPathComponent(page)
    let blocks = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "```")
    // Every second part is inside a block; its first line is the block's language, here none.
    return blocks.enumerated().filter { !$0.offset.isMultiple(of: 2) }.compactMap { _, block in
      let lines = block.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
      guard let first = lines.first, first.hasPrefix("$ seedsweep ") else { return nil }
      let arguments = first.split(separator: " ").dropFirst(2).map(String.init)
      return (arguments, lines.dropFirst().joined(separator: "\n"))
    }
  }

  @Test func readmeShowsWhatIsPrinted() throws {
    let scratch = try Scratch()
    try FileManager.default.createSymbolicLink(
      at: scratch.url.appendingPathComponent("examples"),
      withDestinationURL: Program.root.appendingPathComponent("examples"))
    let examples = try Self.examples(in: "README.md")
    #expect(examples.count >= 2)
    for (arguments, output) in examples {
      if arguments.first == "compare" {
        // What the page says was run before.
        let small = "examples/learning-rates-small.yaml"
        #expect(try Program.run("run", small, in: scratch).status == 0)
      }
      let ended = try RunningProgram(arguments, in: scratch).end()
      #expect(ended.status == 0, "\(arguments): \(ended.errors)")
      #expect(ended.output == output, "\(arguments)")
    }
  }

  /// Every example is a good specification, without anything that is probably not meant; the quick
  /// ones come to results.
  @Test(arguments: [
    "sequence", "learning-rates", "learning-rates-small", "tagger", "iris", "optimizers",
  ])
  func examplesAreGood(name: String) throws {
    let scratch = try Scratch()
    let path = Program.root.appendingPathComponent("examples/\(name).yaml").path
    let root = Program.root.path
    let check = try Program.run("check", path, "--data", root, in: scratch)
    #expect(check.status == 0, "\(check.errors)")
    #expect(check.errors.isEmpty, "\(check.errors)")
    if ["sequence", "learning-rates", "optimizers"].contains(name) { return }
    let run = try Program.run("run", path, "--data", root, "--trials", "2", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains(" completed\n"), "\(run.output)")
  }

  @Test func readmesFirstSweepIsTheExample() throws {
    let readme = try String(
      contentsOf: Program.root.appendingPathComponent("README.md"), encoding: .utf8)
    let example = try String(contentsOfFile: Program.example, encoding: .utf8)
    let body = example.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n")
    #expect(readme.contains(body))
  }

  @Test(arguments: [
    "run", "rerun", "report", "compare", "export", "seeds", "check", "coordinator", "worker",
    "submit", "status", "watch", "cancel",
    "keys", "doctor",
  ])
  func everyCommandExplainsItself(command: String) throws {
    let scratch = try Scratch()
    let help = try Program.run("help", command, in: scratch)
    #expect(help.status == 0)
    #expect(help.output.contains("USAGE: seedsweep \(command)"))
    #expect(help.errors.isEmpty)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsArePrinted(shell: String) throws {
    let scratch = try Scratch()
    let script = try Program.run("--generate-completion-script", shell, in: scratch)
    #expect(script.status == 0)
    #expect(script.output.contains("rerun"))
  }
}
