import Foundation
import Testing

/// Data files that cannot be read: what each command says of them fits that command.
@Suite struct DataPathTests {
  private static let seed = "1e3f18356e752082"
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write(
      "a,b\n" + (0..<8).map { "\($0 % 3),\($0 % 5)\n" }.joined(), to: "table.csv")
    try scratch.write("", to: "empty.csv")
    try scratch.write(specification("table.csv"), to: "table.yaml")
    try FileManager.default.createDirectory(
      at: scratch.url.appendingPathComponent("folder"), withIntermediateDirectories: false)
    let trained = try Program.run(
      "train", Self.seed, "--spec", "table.yaml", "--save", "m.safetensors", in: scratch)
    #expect(trained.status == 0, "\(trained.errors)")
    let ran = try Program.run(
      "run", "table.yaml", "--workers", "1", "--store", "s.sqlite", in: scratch)
    #expect(ran.status == 0, "\(ran.errors)")
  }

  private func specification(_ path: String) -> String {
    """
    name: table
    master_seed: 1
    trials: 2
    data: {kind: csv, path: \(path), target: b}
    model: [dense: {units: 1}]
    training: {loss: mean_squared_error, optimizer: sgd, epochs: 2}
    """
  }

  private func expectLine(
    _ arguments: [String], _ message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let ended = try RunningProgram(arguments, in: scratch, environment: ["SEEDSWEEP_DATA": ""])
      .end(sourceLocation: sourceLocation)
    #expect(
      ended.status == 2 && ended.output.isEmpty && ended.errorLines.count == 1,
      "\(arguments): \(ended.status) \(ended.errors)", sourceLocation: sourceLocation)
    #expect(
      ended.errors.hasSuffix(message + "\n"), "\(arguments): \(ended.errors)",
      sourceLocation: sourceLocation)
  }

  /// What is said of a path that a specification names; files of the current directory.
  static let paths = [
    (
      "none.csv",
      "data.csv.path: none.csv: there is no such file in the current directory, the base directory "
        + "for relative data paths (set it with `--data DIRECTORY`)"
    ),
    ("/none.csv", "/none.csv: there is no such file"),
    ("folder", "folder: this is a directory; name a file in it"),
    ("empty.csv", "empty.csv: the file is empty"),
    (
      "table.csv/x", "table.csv/x: a part of this path is not a directory"
    ),
  ]

  @Test(arguments: paths) func pathsOfSpecifications(path: String, message: String) throws {
    try scratch.write(specification(path), to: "bad.yaml")
    for arguments in [
      ["check", "bad.yaml"], ["run", "bad.yaml"], ["rerun", Self.seed, "--spec", "bad.yaml"],
      ["train", Self.seed, "--spec", "bad.yaml", "--save", "x.safetensors"],
      ["coordinator", "bad.yaml", "--listen", "tcp://127.0.0.1:*"],
    ] {
      try expectLine(arguments, message)
    }
    // A client says what its own files are; of those that it has not, the coordinator speaks.
    let elsewhere = try Scratch()
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: elsewhere)
    let submitted = try Program.run("submit", "bad.yaml", "--connect", endpoint, in: scratch)
    #expect(submitted.status == 2, "\(submitted.errors)")
    if path.contains("none") {
      #expect(submitted.errors.contains("this client has no file \(path)"), "\(submitted.errors)")
    } else {
      #expect(submitted.errors.hasSuffix(message + "\n"), "\(submitted.errors)")
    }
    coordinator.send(SIGTERM)
    _ = try coordinator.end()
  }

  @Test(arguments: paths) func samplesOfModels(path: String, message: String) throws {
    // No base directory is set for them: `--data` is the file itself.
    let own = path == "none.csv" ? "none.csv: there is no such file" : message
    try expectLine(["predict", "m.safetensors", "--data", path], "error: \(own)")
    try expectLine(
      ["predict", "m.safetensors", "--data", "table.csv", "--targets", path], "error: \(own)")
    try expectLine(
      ["predict", "--sweep", "table", "--store", "s.sqlite", "--data", path], "error: \(own)")
    let based = message.replacingOccurrences(of: "data.csv.path: ", with: "")
    try expectLine(["evaluate", "m.safetensors", "--samples", path], "error: \(based)")
    try expectLine(
      ["evaluate", "m.safetensors", "--samples", "table.csv", "--targets", path],
      "error: \(based)")
  }

  /// The option that sets the base directory is the command's own.
  @Test func trainingDataThatAreElsewhere() throws {
    func absence(_ directory: String, _ option: String) -> String {
      "table.csv: there is no such file in \(directory), the base directory for relative data paths "
        + "(set it with `\(option) DIRECTORY`)"
    }
    let inFolder = absence("folder", "--data")
    for arguments in [
      ["check", "table.yaml"], ["run", "table.yaml"], ["rerun", Self.seed, "--store", "s.sqlite"],
      ["train", Self.seed, "--spec", "table.yaml", "--save", "x.safetensors"],
      ["train", Self.seed, "--model", "m.safetensors", "--save", "x.safetensors"],
      ["fetch-model", Self.seed, "--store", "s.sqlite", "--save", "x.safetensors"],
      ["evaluate", "m.safetensors"],
      ["coordinator", "table.yaml", "--listen", "tcp://127.0.0.1:*"],
    ] {
      try expectLine(arguments + ["--data", "folder"], inFolder)
    }
    let ensemble = ["predict", "--sweep", "table", "--store", "s.sqlite", "--data", "table.csv"]
    try expectLine(
      ensemble + ["--training-data", "folder"], absence("folder", "--training-data"))
    try expectLine(
      ["check", "table.yaml", "--data", "absent"],
      "table.csv: there is no directory absent, the base directory for relative data paths (set it "
        + "with `--data DIRECTORY`)")
    try FileManager.default.removeItem(atPath: scratch.path("table.csv"))
    try expectLine(["evaluate", "m.safetensors"], absence("the current directory", "--data"))
  }

  /// A file that this user may not read.
  @Test func filesOfOthers() throws {
    let setpriv = "/usr/bin/setpriv"
    guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: setpriv) else {
      print("skipped: only root can give files away, and setpriv is needed to be another user")
      return
    }
    #expect(chmod(scratch.url.path, 0o755) == 0 && chmod(scratch.path("table.csv"), 0o600) == 0)
    func asUser(_ arguments: String...) throws -> Ended {
      let rights = ["--reuid", "12345", "--regid", "12345", "--clear-groups", Program.path]
      return try RunningProgram(rights + arguments, in: scratch, program: setpriv).end()
    }
    // A checkout in a home that nobody else may enter.
    guard try asUser("--version").status == 0 else {
      print("skipped: other users cannot run \(Program.path)")
      return
    }
    for ended in [
      try asUser("check", "table.yaml"),
      try asUser("predict", "m.safetensors", "--data", "table.csv"),
    ] {
      #expect(ended.status == 2 && ended.errorLines.count == 1)
      #expect(
        ended.errors.hasSuffix(
          "table.csv: this user may not read it: change its permissions, or name another file\n"),
        "\(ended.errors)")
    }
  }
}
