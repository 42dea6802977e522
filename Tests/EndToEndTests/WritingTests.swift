import Foundation
import Testing

/// Places where nothing can be written: a line that says what, where and how to mend it, before any work.
@Suite struct WritingTests {
  private static let seed = "74298876fc8d8048"
  private let scratch: Scratch

  /// A place, and what is said of it.
  struct Place: CustomTestStringConvertible, Sendable {
    let path: String
    let problem: String
    var testDescription: String { path }
  }

  static let places: [Place] = {
    var places = [
      Place(path: "nowhere/deep", problem: "there is no directory nowhere/deep for nowhere/deep/"),
      Place(path: "notes.txt", problem: "a part of this path is not a directory"),
    ]
    // A directory that takes no files even from root; to others its permissions come first.
    if geteuid() == 0, FileManager.default.fileExists(atPath: "/proc/self") {
      places.append(Place(path: "/proc", problem: "/proc takes no new files"))
    }
    return places
  }()

  init() throws {
    scratch = try Scratch()
    try scratch.write("mine", to: "notes.txt")
  }

  private func expectRefusal(
    _ arguments: [String], _ place: Place, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let ended = try RunningProgram(arguments, in: scratch).end(sourceLocation: sourceLocation)
    let isMissing = !place.path.hasPrefix("/")
    #expect(
      ended.status == (isMissing ? 2 : 3) && ended.errorLines.count == 1,
      "\(arguments): \(ended.status) \(ended.errors)", sourceLocation: sourceLocation)
    #expect(ended.output.isEmpty, sourceLocation: sourceLocation)
    let errors = ended.errors
    #expect(
      errors.contains(place.problem), "\(arguments): \(errors)", sourceLocation: sourceLocation)
    for foreign in [
      "could not", "couldn’t", "doesn’t", "No such file", "Not a directory", "SQLite",
    ] {
      #expect(!errors.contains(foreign), "\(errors)", sourceLocation: sourceLocation)
    }
    #expect(try String(contentsOfFile: scratch.path("notes.txt"), encoding: .utf8) == "mine")
    #expect(!FileManager.default.fileExists(atPath: scratch.path("nowhere")))
  }

  @Test(arguments: places) func modelsAndTheirExports(place: Place) throws {
    let ran = try Program.run(
      "run", Program.example, "--trials", "2", "--workers", "1", in: scratch)
    #expect(ran.status == 0, "\(ran.errors)")
    let trained = try Program.run("fetch-model", Self.seed, "--save", "m.safetensors", in: scratch)
    #expect(trained.status == 0, "\(trained.errors)")
    // This would take hours: the place is looked at before.
    let slow = try scratch.write(
      """
      name: slow
      master_seed: 1
      trials: 2
      keep_history: false
      data: {kind: sequence, length: 1000}
      model: [dense: {units: 1000}, dense: {units: 1000}, dense: {units: 1}]
      training: {loss: mean_squared_error, optimizer: sgd, epochs: 100000}
      """, to: "slow.yaml")
    for name in ["m.safetensors", ""] where name != "" || place.path != "notes.txt" {
      try expectRefusal(
        ["train", Self.seed, "--spec", slow, "--save", "\(place.path)/\(name)"], place)
      try expectRefusal(["fetch-model", Self.seed, "--save", "\(place.path)/\(name)"], place)
    }
    for name in ["m.keras", "m.weights.h5", "m.json"] {
      try expectRefusal(
        ["export-model", "m.safetensors", "--save", "\(place.path)/\(name)"], place)
    }
    // A kept model is copied.
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
    let saved = try scratch.write(text + "\nsave: last\n", to: "saved.yaml")
    let kept = try Program.run(
      "run", saved, "--trials", "2", "--workers", "1", "--store", "kept.sqlite", in: scratch)
    #expect(kept.status == 0, "\(kept.errors)")
    try expectRefusal(
      [
        "fetch-model", Self.seed, "--store", "kept.sqlite", "--save",
        "\(place.path)/m.safetensors",
      ], place)
  }

  @Test(arguments: places) func storesAndTheirCopies(place: Place) throws {
    let ran = try Program.run(
      "run", Program.example, "--trials", "2", "--workers", "1", in: scratch)
    #expect(ran.status == 0, "\(ran.errors)")
    let store = "\(place.path)/s.sqlite"
    try expectRefusal(["run", Program.example, "--store", store], place)
    try expectRefusal(["backup", store], place)
    let listening = ["coordinator", Program.example, "--listen", "tcp://127.0.0.1:*"]
    try expectRefusal(listening + ["--store", store], place)
    try expectRefusal(listening + ["--access", "\(place.path)/access.json"], place)
    if place.path != "nowhere/deep" {
      try expectRefusal(["keys", "new", "--pair", "\(place.path)/own-keys"], place)
      try expectRefusal(["keys", "new", "key", "--out", "\(place.path)/own-keys"], place)
    }
  }
}
