import Foundation
import SweepModel
import Testing

/// Trials that end before their last epoch, through worker, wire, store, report, export and rerun.
@Suite struct EarlyEndTests {
  private func specification(_ scratch: Scratch, callbacks: String) throws -> String {
    let text = """
      name: early
      master_seed: 1
      trials: 20
      data: {kind: sequence, length: 12}
      model:
        - dense: {units: 6, activation: tanh, kernel_regularizer: {l2: {l2: 0.001}}}
        - dense: {units: 1}
      training:
        loss: mean_squared_error
        optimizer:
          nadam:
            learning_rate: {exponential_decay: {initial_learning_rate: 0.1, decay_steps: 40, decay_rate: 0.9}}
            clipnorm: 1
        epochs: 30
        batch_size: 4
        validation_split: 0.25
        callbacks: \(callbacks)
      """
    return try scratch.write(text, to: "early.yaml")
  }

  @Test func histories() throws {
    let scratch = try Scratch()
    let file = try specification(
      scratch, callbacks: "[early_stopping: {patience: 2, restore_best_weights: true}]")
    let run = try Program.run("run", file, "--format", "json", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    let export = try Program.run("export", "--format", "jsonl", "--history", in: scratch).output
    var lengths: [Int] = []
    for line in export.split(separator: "\n") {
      let trial = try JSONValue(parsing: line.utf8)
      #expect(trial["status"] == "completed")
      guard case .array(let loss)? = trial["history"]?["val_loss"],
        case .array(let metric)? = trial["history"]?["val_mean_squared_error"]
      else {
        Issue.record("\(line)")
        return
      }
      lengths.append(loss.count)
      // The trained model's metric is that of one of its epochs.
      let final = try #require(trial["metrics"]?["val_mean_squared_error"])
      #expect(metric.contains(final))
    }
    #expect(lengths.count == 20)
    #expect(Set(lengths).count > 2, "\(lengths)")

    let rows = try Program.run("export", "--format", "csv", "--history", in: scratch).output
    #expect(rows.split(separator: "\n").count == 1 + lengths.reduce(0, +))
    // Alone and in the debug build, too: the same bits.
    for program in [Program.path, Program.debugPath] {
      let rerun = try Program.run(
        "rerun", "74298876fc8d8048", "--format", "json", in: scratch, program: program)
      #expect(try rerun.json["verdict"] == "identical", "\(rerun.output)")
    }
  }

  @Test func unknownColumnsAreErrorsOfCheck() throws {
    let scratch = try Scratch()
    let file = try specification(scratch, callbacks: "[early_stopping: {monitor: val_los}]")
    let check = try Program.run("check", file, in: scratch)
    #expect(check.status != 0)
    #expect(check.errorLines.count == 1)
    #expect(
      check.errors.contains(
        "early.yaml:17:41: the history has no column val_los: "
          + "there are loss, mean_squared_error, val_loss, val_mean_squared_error"),
      "\(check.errors)")
  }

  /// A plateau gives each trial a rate of its own.
  @Test func plateausTrainAlone() throws {
    let scratch = try Scratch()
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
      .replacingOccurrences(
        of: "batch_size: all",
        with: "batch_size: all\n  callbacks: [reduce_lr_on_plateau: {monitor: loss, patience: 3}]")
    let file = try scratch.write(text, to: "plateau.yaml")
    #expect(try Program.run("run", file, "--trials", "6", in: scratch).status == 0)
    let rerun = try Program.run("rerun", "74298876fc8d8048", "--format", "json", in: scratch)
    #expect(try rerun.json["verdict"] == "identical")
  }
}
