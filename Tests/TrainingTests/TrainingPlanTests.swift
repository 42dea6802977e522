import Kernels
import SweepModel
import Testing
import Training

/// Plans: names, sizes, and errors that name their place.
@Suite struct TrainingPlanTests {
  private func sketch(_ layers: [Configuration]) -> VariantSketch {
    VariantSketch(layers: layers, data: unevenData(samples: 10, inputs: 3, targets: 2))
  }

  @Test func variablesAreNamedAsKerasNamesThem() throws {
    let plan = try sketch([
      dense(4), dense(4, name: "hidden"), dense(4, bias: false), dense(2),
    ]).plan()
    #expect(
      plan.variables.map(\.path) == [
        "dense/kernel", "dense/bias", "hidden/kernel", "hidden/bias", "dense_1/kernel",
        "dense_2/kernel", "dense_2/bias",
      ])
    #expect(plan.variables.map(\.shape) == [[3, 4], [4], [4, 4], [4], [4, 4], [4, 2], [2]])
    #expect(plan.parameterCount == 12 + 4 + 16 + 4 + 16 + 8 + 2)
  }

  @Test func smallModelsArePackedAndLargeOnesAreNot() throws {
    #expect(try sketch([dense(10), dense(2)]).plan().packLanes == 16)
    #expect(try sketch([dense(1000), dense(1000), dense(2)]).plan().packLanes == 1)
  }

  /// The path and a part of the message of the error that a change to a good sketch causes.
  private func expectError(
    _ path: String, _ part: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout VariantSketch) -> Void
  ) {
    var sketch = sketch([dense(4, "relu"), dense(2)])
    change(&sketch)
    let error = #expect(throws: TrainingError.self, sourceLocation: sourceLocation) {
      try sketch.plan()
    }
    #expect(error?.path == path, sourceLocation: sourceLocation)
    #expect(error?.message.contains(part) == true, sourceLocation: sourceLocation)
    #expect(error?.description.contains("\n") == false, sourceLocation: sourceLocation)
  }

  @Test func countsOutOfBoundsAreErrors() {
    expectError("model", "0 layers") { $0.layers = [] }
    expectError("model", "1001 layers") { $0.layers = Array(repeating: dense(2), count: 1001) }
    expectError("training.epochs", "0 epochs") { $0.epochs = 0 }
    expectError("training.epochs", "epochs") { $0.epochs = .max }
    expectError("training.batch_size", "0 samples") { $0.batchSize = .samples(0) }
    expectError("training.batch_size", "samples") { $0.batchSize = .samples(.min) }
    expectError("metrics", "101 metrics") {
      $0.metrics = Array(repeating: $0.metrics[0], count: 101)
    }
  }

  @Test func unknownKindsAndArgumentsAreErrors() {
    expectError("model[1]", "unknown layer conv9d; known: dense") {
      $0.layers[1] = Configuration(kind: "conv9d")
    }
    expectError("model[0].dense.activation", "unknown activation hardplus") {
      $0.layers[0] = dense(4, "hardplus")
    }
    expectError("model[1].dense.units", "missing") {
      $0.layers[1] = Configuration(kind: "dense")
    }
    expectError("model[1].dense.units", "0 is not from 1") { $0.layers[1] = dense(0) }
    expectError("model[1].dense.name", "not a name") { $0.layers[1] = dense(2, name: "a/b") }
    expectError("training.loss", "unknown loss") { $0.loss = Configuration(kind: "hinge") }
    expectError("training.optimizer.sgd.learning_rate", "is not from 0") {
      $0.optimizer = sgd(rate: -1)
    }
    expectError("training.optimizer.sgd.momentum", "below 1") {
      $0.optimizer = sgd(rate: 1, momentum: 1)
    }
    expectError("metrics[0]", "unknown metric") { $0.metrics = [Configuration(kind: "nonsense")] }
  }

  @Test func shapesThatCannotBeComparedAreErrors() {
    expectError("training.loss", "shape [5] and the targets have shape [2]") {
      $0.layers[1] = dense(5)
    }
  }

  @Test func namesThatAreTakenAreErrors() {
    expectError("model[1].dense.name", "already called dense") {
      $0.layers[1] = dense(2, name: "dense")
    }
    expectError("model[1].dense", "already called dense") {
      $0.layers = [dense(4, name: "dense"), dense(2)]
    }
  }

  /// The two names were found by trying: the SHA-256 of both kernels' paths begins with the same
  /// four bytes.
  @Test func pathsThatWouldDrawTheSameNumbersAreErrors() {
    expectError("model[1]", "layer39822/kernel and layer28509/kernel") {
      $0.layers = [dense(4, name: "layer28509"), dense(2, name: "layer39822")]
    }
  }

  @Test func modelsThatAreTooLargeAreErrors() {
    expectError("model[0].dense", "more than 1073741824 parameters") {
      $0.layers = [dense(1 << 24), dense(1 << 24), dense(2)]
      $0.data = unevenData(samples: 1, inputs: 100, targets: 2)
    }
    expectError("model", "GiB of memory") {
      // 10,000 samples pass through 1,000,000 units at once.
      $0.layers = [dense(1_000_000), dense(1)]
      $0.data = unevenData(samples: 10_000, inputs: 1, targets: 1)
    }
  }

  @Test func moreStepsThanAreNumberedAreErrors() {
    expectError("training.epochs", "2³² steps") {
      $0.data = unevenData(samples: 10_000, inputs: 1, targets: 2)
      $0.batchSize = .samples(1)
      $0.epochs = 1_000_000
    }
  }

  @Test func otherDataAndOtherContractsAreErrors() throws {
    let sketch = sketch([dense(4), dense(2)])
    let other = unevenData(samples: 11, inputs: 3, targets: 2)
    let dataError = #expect(throws: TrainingError.self) {
      try TrainingPlan(variant: sketch.variant, data: other)
    }
    #expect(dataError?.path == "data")
    var variant = sketch.variant
    variant.contractVersion = 99
    let error = #expect(throws: TrainingError.self) {
      try TrainingPlan(variant: variant, data: sketch.data)
    }
    #expect(error?.path == "contract")
  }
}
