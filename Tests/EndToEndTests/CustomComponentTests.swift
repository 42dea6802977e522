import Foundation
import SweepModel
import Testing

/// The program of examples/custom-worker beside the plain one.
@Suite struct CustomComponentTests {
  private static let custom = Program.path(of: "custom-program")
  private static let renewed = ["ACME_VERSION": "2"]
  private static let example = Program.root
    .appendingPathComponent("examples/custom-worker/scale.yaml").path
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func run(
    _ arguments: String..., environment: [String: String] = [:]
  ) throws -> Ended {
    try RunningProgram(
      arguments, in: scratch, program: Self.custom, environment: environment
    ).end()
  }

  private func seed(_ index: UInt64) -> String {
    MasterSeed(1).trialSeed(at: TrialIndex(index)).description
  }

  private func weights(_ store: String) throws -> [String] {
    let export = try run("export", "--format", "jsonl", "--store", store)
    #expect(export.status == 0, "\(export.errors)")
    return try export.output.split(separator: "\n").compactMap {
      try JSONValue(parsing: $0.utf8)["weights_sha256"]?.text
    }
  }

  /// `run` starts workers of the program that runs; a trial again is the same trial; other programs say why
  /// they cannot train it.
  @Test func aCustomProgramIsTheWholeProgram() throws {
    let ended = try run("run", Self.example, "--trials", "6", "--workers", "2", "--format", "json")
    #expect(ended.status == 0, "\(ended.errors)")
    let rerun = try run("rerun", seed(3), "--format", "json")
    #expect(rerun.status == 0, "\(rerun.errors)")
    #expect(try rerun.json["verdict"] == "identical")
    let fromSpecification = try run("rerun", seed(3), "--spec", Self.example, "--format", "json")
    #expect(try fromSpecification.json["weights_sha256"] == (try rerun.json["weights_sha256"]))

    let plain = try Program.run("rerun", seed(3), in: scratch)
    #expect(plain.status == 2)
    #expect(
      plain.errors
        == "error: acme-scale: this variant needs initializer acme_sparse_normal version 1 from module AcmeComponents; "
        + "this program does not have it: use the program that has AcmeComponents with "
        + "acme_sparse_normal version 1\n")
    let other = try run("rerun", seed(3), environment: Self.renewed)
    #expect(other.status == 2)
    #expect(
      other.errors
        == "error: acme-scale: this variant needs layer acme_scale version 1 from module AcmeComponents; this program "
        + "has version 2: use the program that has AcmeComponents with acme_scale version 1\n")
    let longer = try run("run", Self.example, "--trials", "7", environment: Self.renewed)
    #expect(longer.status == 2)
    #expect(longer.errors.contains("needs layer acme_scale version 1 from module AcmeComponents"))
    let unknown = try Program.run("check", Self.example, in: scratch)
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("unknown initializer `acme_sparse_normal`"))
    #expect(
      unknown.errors.hasSuffix(
        "a custom initializer needs a program in which it is registered\n"))
    // What needs no component any program can do.
    #expect(try Program.run("report", in: scratch).status == 0)
  }

  /// A model file of custom components is whole for the program that has them, and tells every other one
  /// what it lacks.
  @Test func aModelOfCustomComponentsIsSavedAndLoaded() throws {
    let model = "m.safetensors"
    let trained = try run(
      "train", seed(3), "--spec", Self.example, "--save", model, "--format", "json")
    #expect(trained.status == 0, "\(trained.errors)")
    let fromStore = try run("run", Self.example, "--trials", "4", "--workers", "1")
    #expect(fromStore.status == 0, "\(fromStore.errors)")
    #expect(
      try trained.json["weights_sha256"]?.text == weights("seedsweep.sqlite").last)
    try scratch.write("x\n0.25\n0.5\n", to: "x.csv")
    let predicted = try run("predict", model, "--data", "x.csv")
    #expect(predicted.status == 0, "\(predicted.errors)")
    #expect(predicted.output.split(separator: "\n").count == 3)
    let evaluated = try run("evaluate", model, "--format", "json")
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    #expect(try evaluated.json["verdict"] == "identical")
    let again = try run(
      "train", seed(3), "--model", model, "--save", "again.safetensors", "--format", "json")
    #expect(try again.json["weights_sha256"] == trained.json["weights_sha256"])

    let lacks =
      "this variant needs initializer acme_sparse_normal version 1 from module AcmeComponents; this "
      + "program does not have it: use the program that has AcmeComponents with acme_sparse_normal "
      + "version 1\n"
    for command in [
      ["predict", model, "--data", "x.csv"], ["evaluate", model],
      ["train", seed(3), "--model", model, "--save", "plain.safetensors"],
    ] {
      let plain = try RunningProgram(command, in: scratch).end()
      #expect(plain.status == 2 && plain.output.isEmpty && plain.errorLines.count == 1)
      #expect(plain.errors.hasSuffix(lacks), "\(plain.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("plain.safetensors")))
    let other = try run("predict", model, "--data", "x.csv", environment: Self.renewed)
    #expect(other.status == 2 && other.output.isEmpty)
    #expect(other.errors.contains("needs layer acme_scale version 1 from module AcmeComponents"))

    // Where it came from any program can say.
    let shown = try Program.run("show", model, in: scratch)
    #expect(shown.status == 0, "\(shown.errors)")
    #expect(shown.output.contains("acme_scale/scale  [10]"))
    for component in [
      "initializer acme_sparse_normal version 1 from module AcmeComponents",
      "layer acme_scale version 1 from module AcmeComponents",
    ] { #expect(shown.output.contains(component), "\(shown.output)") }
    let exported = try Program.run("export-model", model, "--save", "m.keras", in: scratch)
    #expect(exported.status == 2 && exported.errorLines.count == 1)
    #expect(
      exported.errors.contains(
        "m.safetensors: Keras has no initializer acme_sparse_normal version 1"),
      "\(exported.errors)")
  }

  /// A plain coordinator cannot read the specification; it may serve what a custom one has registered. A plain
  /// worker, and one of another version, wait beside; so does the sweep until the right one comes.
  @Test func onlyTheRightWorkersGetTrials() throws {
    let local = try run(
      "run", Self.example, "--trials", "6", "--workers", "1", "--store", "local.sqlite")
    #expect(local.status == 0, "\(local.errors)")

    let coordinator = try RunningProgram(
      [
        "coordinator", Self.example, "--trials", "6", "--listen", "tcp://127.0.0.1:*",
        "--exit-when-done", "--log-level", "info",
      ], in: scratch, program: Self.custom)
    let endpoint = try CoordinatorProgram.endpoint(of: coordinator)
    let worker = ["worker", "--connect", endpoint, "--slots", "1", "--log-level", "info"]
    let plain = try RunningProgram(worker, in: scratch)
    let other = try RunningProgram(
      worker, in: scratch, program: Self.custom, environment: Self.renewed)
    var waiting: JSONValue?
    try wait {
      let status = try Program.run(
        "status", "--connect", endpoint, "--format", "json", in: scratch)
      guard status.status == 0, case .array(let reasons)? = try status.json["waiting"] else {
        return false
      }
      waiting = reasons.first { $0["code"] == "component_missing" }
      return waiting?["workers"] == .integer(2) || !coordinator.isRunning
    }
    #expect(waiting?["blocking"] == .boolean(true))
    #expect(waiting?["detail"] == "layer acme_scale version 1 from module AcmeComponents")
    #expect(waiting?["trials"] == .integer(6))
    wait { coordinator.errors.contains("no connected worker has what") || !coordinator.isRunning }
    let watch = try RunningProgram(["watch", "--connect", endpoint], in: scratch)
    wait { watch.errors.contains("layer acme_scale version 1") || !watch.isRunning }

    let right = try RunningProgram(worker, in: scratch, program: Self.custom)
    let ended = try coordinator.end()
    #expect(ended.status == 0, "\(ended.errors)")
    for program in [plain, other, right, watch] {
      let one = try program.end()
      #expect(one.status == 0, "\(one.errors)")
      #expect(!one.errors.contains("cannot train"), "\(one.errors)")
    }
    #expect(try weights("seedsweep.sqlite") == (try weights("local.sqlite")))
  }

  @Test func aProgramWhoseComponentsCannotBeDoesNotStart() throws {
    let ended = try run("doctor", environment: ["ACME_PROBLEM": "1"])
    #expect(ended.status == 2)
    #expect(ended.errors.hasPrefix("error: this program's components: layer acme_scale version 1"))
    #expect(ended.errors.split(separator: "\n").count == 1)
    let doctor = try run("doctor", "--format", "json")
    #expect(
      try doctor.json["facts"]?["components"]?.text.contains("layer acme_scale version 1")
        == true)
    #expect(try !Program.run("doctor", in: scratch).output.contains("components"))
  }

  /// A client need not have the components of a sweep that it submits; a coordinator must.
  @Test func coordinatorsReadWhatTheyHaveTheComponentsFor() throws {
    let custom = try RunningProgram(
      ["coordinator", "--listen", "tcp://127.0.0.1:*", "--store", "custom.sqlite"], in: scratch,
      program: Self.custom)
    let endpoint = try CoordinatorProgram.endpoint(of: custom)
    let submitted = try Program.run("submit", Self.example, "--connect", endpoint, in: scratch)
    #expect(submitted.status == 0, "\(submitted.errors)")
    custom.send(SIGTERM)
    _ = try custom.end()

    let (plain, other) = try CoordinatorProgram.start(in: scratch)
    let refused = try Program.run("submit", Self.example, "--connect", other, in: scratch)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("unknown initializer `acme_sparse_normal`"))
    plain.send(SIGTERM)
    _ = try plain.end()
  }
}
