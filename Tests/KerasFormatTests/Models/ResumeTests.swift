import KerasFormat
import SweepModel
import Testing
import Training

/// An optimizer's state is right where the next step is.
@Suite(.enabled(if: KnownAnswers.isThere, "the cases are not beside the project"))
struct ResumeTests {
  @Test func momentumOfTheTrainedVariables() throws {
    let (model, answers) = try read("k3_resume_sgd", "model.keras")
    #expect(model.frozen == ["frozen"])
    let state = try #require(model.optimizerState)
    #expect(state.iterations == 4)
    #expect(state.learningRate == 0.05)
    #expect(state.slots.count == 1)
    let gradients = try gradients(model, answers)
    try check(model, answers) { variable, place, weights in
      zip(zip(weights, gradients[variable.path] ?? []), state.slots[0][place].values).map {
        let momentum = 0.9 * $1 - 0.05 * $0.1
        return $0.0 + momentum
      }
    }
  }

  @Test func momentsOfTheOldAdam() throws {
    let (model, answers) = try read("k2_resume_legacy_adam", "legacy.h5")
    let state = try #require(model.optimizerState)
    #expect(state.iterations == 4)
    #expect(state.slots.count == 2)
    let gradients = try gradients(model, answers)
    // Of the fifth step.
    let first = 1 - 0.59049
    let second = 1 - 0.999 * 0.999 * 0.999 * 0.999 * 0.999
    let alpha = Float(0.03 * second.squareRoot() / first)
    try check(model, answers) { variable, place, weights in
      weights.indices.map { element in
        let gradient = gradients[variable.path]?[element] ?? 0
        let m = 0.9 * state.slots[0][place].values[element] + 0.1 * gradient
        let v = 0.999 * state.slots[1][place].values[element] + 0.001 * gradient * gradient
        return weights[element] - alpha * m / (v.squareRoot() + 1e-7)
      }
    }
  }

  @Test(arguments: [
    ("k3_dense_bn", "model.keras", 3), ("k3_dense_bn", "legacy.h5", 3),
    ("k2_dense_bn", "model.keras", 3), ("k2_dense_bn", "legacy.h5", 3),
  ])
  func momentsOfEveryForm(name: String, file: String, steps: Int64) throws {
    let (model, _) = try read(name, file)
    let state = try #require(model.optimizerState)
    #expect(state.iterations == steps)
    #expect(state.slots.count == 2)
    #expect(state.slots[0].map(\.path) == state.slots[1].map(\.path))
    #expect(state.slots[0].count == 8)
    // Velocities are means of squares.
    #expect(state.slots[1].allSatisfy { $0.values.allSatisfy { $0 >= 0 } })
    #expect(state.slots[0].contains { $0.values.contains { $0 < 0 } })
    #expect(model.optimizer?.kind == "adam")
    #expect(model.loss?.kind == "sparse_categorical_crossentropy")
    #expect(model.metrics.map(\.kind) == ["sparse_categorical_accuracy"])
  }

  @Test(arguments: [
    ("k2_as_r_saves", "legacy.h5"), ("k212_dense_bn", "model.keras"),
  ])
  func absentStateIsSaid(name: String, file: String) throws {
    let (model, _) = try read(name, file)
    #expect(model.optimizer != nil)
    #expect(model.optimizerState == nil)
    #expect(model.notes.contains { $0.contains("starts anew") })
  }

  private func read(
    _ name: String, _ file: String
  ) throws -> (ImportedModel, KnownAnswers.Answers) {
    (
      try KerasModelFile.read(path: KnownAnswers.path(name, file)),
      try KnownAnswers.answers(name)
    )
  }

  /// The gradients of the next step by the variables' paths.
  private func gradients(
    _ model: ImportedModel, _ answers: KnownAnswers.Answers
  ) throws -> [String: [Float]] {
    let (x, y) = (try #require(answers.train_x), try #require(answers.train_y))
    let probe = try TrainingProbe(
      layers: model.layers, inputShape: Array(x.shape.dropFirst()), inputs: x.floats,
      targets: y.floats)
    let training = try #require(probe.train(values: model.variables.map(\.values)))
    return Dictionary(
      uniqueKeysWithValues: zip(model.variables.map(\.path), training.gradients))
  }

  /// Compares the weights after the next step.
  private func check(
    _ model: ImportedModel, _ answers: KnownAnswers.Answers,
    step: (VariableValues, _ place: Int, [Float]) -> [Float]
  ) throws {
    let expected = try #require(answers.weights_after_next_step)
    let trained = model.variables.filter { variable in
      !model.frozen.contains { variable.path.hasPrefix($0 + "/") }
    }
    #expect(trained.count == expected.count)
    for (place, variable) in trained.enumerated() {
      #expect(difference(step(variable, place, variable.values), expected[place]) < 1e-5)
    }
  }
}
