import Kernels
import Testing

/// Cross-entropy and accuracy: every set against the reference, and both against simple code.
@Suite struct ClassificationTests {
  private static let widths = [1, 2, 3, 10, 31, 32, 33, 64, 100]

  private struct Batch {
    let shape: RowsShape
    let logits: [Float]
    let classes: [Float]
    let oneHot: [Float]
    let probabilities: [Float]

    init(_ source: inout TensorSource, lanes: Int, rows: Int, width: Int) {
      shape = RowsShape(lanes: lanes, rows: rows, width: width)
      logits = source.values(rows * width * lanes)
      let numbers = (0..<rows * lanes).map { _ in source.number(in: 0...width - 1) }
      classes = numbers.map { Float($0) }
      var hot = [Float](repeating: 0, count: logits.count)
      for row in 0..<rows {
        for lane in 0..<lanes {
          hot[(row * width + numbers[row * lanes + lane]) * lanes + lane] = 1
        }
      }
      oneHot = hot
      probabilities = source.values(logits.count).map { max($0, 0) }
    }
  }

  /// Losses and gradient.
  private func run(
    _ kernels: KernelSet, _ shape: RowsShape, _ form: TargetForm, _ logits: [Float],
    _ targets: [Float]
  ) -> [[Float]] {
    var losses = [Float](repeating: .nan, count: shape.rows * shape.lanes)
    var gradient = [Float](repeating: .nan, count: logits.count)
    kernels.crossEntropy(
      shape, form, logits: logits, targets: targets, losses: &losses, gradient: &gradient,
      scale: 0.125)
    return [losses, gradient]
  }

  @Test(arguments: KernelSet.available, [1, 3, 8, 13, 16])
  func crossEntropyIsTheReferences(_ kernels: KernelSet, _ lanes: Int) {
    var source = TensorSource()
    for width in Self.widths {
      for rows in [1, 3, 70] {
        let batch = Batch(&source, lanes: lanes, rows: rows, width: width)
        let sparse = run(kernels, batch.shape, .sparse, batch.logits, batch.classes)
        let soft = run(kernels, batch.shape, .categorical, batch.logits, batch.probabilities)
        let own = (sparse + soft).map(bits)
        let expected =
          (run(.reference, batch.shape, .sparse, batch.logits, batch.classes)
          + run(.reference, batch.shape, .categorical, batch.logits, batch.probabilities))
          .map(bits)
        let areTheReferences = own == expected
        #expect(areTheReferences, "seed \(source.seed), \(batch.shape)")
        // A one-hot target is the class's number, to the bit.
        let oneHot = run(kernels, batch.shape, .categorical, batch.logits, batch.oneHot)
        let areTheSame = oneHot.map(bits) == sparse.map(bits)
        #expect(areTheSame, "seed \(source.seed), \(batch.shape)")
      }
    }
  }

  @Test(arguments: [2, 5, 40])
  func theReferenceIsNearBinary64(_ width: Int) {
    var source = TensorSource()
    let batch = Batch(&source, lanes: 1, rows: 20, width: width)
    let results = run(.reference, batch.shape, .categorical, batch.logits, batch.probabilities)
    for row in 0..<20 {
      let places = row * width..<(row + 1) * width
      let logits = batch.logits[places].map(Double.init)
      let exponentials = logits.map(exponential)
      let total = exponentials.reduce(0, +)
      let targets = batch.probabilities[places].map(Double.init)
      for (element, place) in places.enumerated() {
        let gradient = (exponentials[element] / total - targets[element]) / 8
        #expect(abs(Double(results[1][place]) - gradient) < 1e-6 * max(1, targets[element]))
      }
      let loss = zip(targets, logits).reduce(0) { $0 + $1.0 * (logarithm(total) - $1.1) }
      #expect(abs(Double(results[0][row]) - loss) < 1e-5 * max(1, loss))
    }
  }

  @Test(arguments: KernelSet.available, [1, 16])
  func whatIsNotANumberSpreadsOverItsRowAlone(_ kernels: KernelSet, _ lanes: Int) {
    for (special, place) in [(Float.nan, 0), (.nan, 4), (.infinity, 2)] {
      let shape = RowsShape(lanes: lanes, rows: 3, width: 5)
      var logits = [Float](repeating: 0.5, count: 15 * lanes)
      logits[(5 + place) * lanes] = special
      let targets = [Float](repeating: 1, count: 3 * lanes)
      let results = run(kernels, shape, .sparse, logits, targets)
      for (place, loss) in results[0].enumerated() { #expect(loss.isNaN == (place == lanes)) }
      for (place, value) in results[1].enumerated() {
        let isOfTheRow = (5..<10).contains(place / lanes) && place % lanes == 0
        #expect(value.isNaN == isOfTheRow)
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func impossibleClassesCostNothingUnlessMeant(_ kernels: KernelSet) {
    let shape = RowsShape(lanes: 1, rows: 1, width: 3)
    let logits: [Float] = [1, -.infinity, 1]
    // log 2, and a half less than 0 or than 1.
    let results = run(kernels, shape, .categorical, logits, [1, 0, 0])
    #expect(results == [[0x1.62e43p-1], [-0.0625, 0, 0.0625]])
    #expect(run(kernels, shape, .sparse, logits, [0]) == results)
    #expect(run(kernels, shape, .sparse, logits, [1])[0] == [.infinity])
  }

  @Test(arguments: KernelSet.available, [1, 3, 16])
  func accuracyIsThatOfTheFirstLargest(_ kernels: KernelSet, _ lanes: Int) {
    var source = TensorSource()
    for width in Self.widths {
      let shape = RowsShape(lanes: lanes, rows: 9, width: width)
      // Few different values, so that some are equal.
      let table: [Float] = [0, -0.0, 1, 2, -1, .nan, .infinity]
      let draw = { (source: inout TensorSource) in table[source.number(in: 0...6)] }
      let predictions = (0..<9 * width * lanes).map { _ in draw(&source) }
      let targets = (0..<9 * width * lanes).map { _ in draw(&source) }
      let classes = (0..<9 * lanes).map { _ in Float(source.number(in: 0...width - 1)) }
      let place = { (values: [Float], row: Int, lane: Int) in
        var best = 0
        for element in 1..<max(width, 1) where element < width {
          let value = values[(row * width + element) * lanes + lane]
          if value > values[(row * width + best) * lanes + lane] { best = element }
        }
        return best
      }
      for form in TargetForm.allCases {
        var hits = [Float](repeating: .nan, count: 9 * lanes)
        kernels.accuracy(
          shape, form, predictions: predictions, targets: form == .sparse ? classes : targets,
          values: &hits)
        for row in 0..<9 {
          for lane in 0..<lanes {
            let meant =
              form == .sparse ? Int(classes[row * lanes + lane]) : place(targets, row, lane)
            let hit: Float = place(predictions, row, lane) == meant ? 1 : 0
            #expect(hits[row * lanes + lane] == hit, "seed \(source.seed), \(shape)")
          }
        }
      }
    }
  }

  /// The power series, after halving the argument until it is small.
  private func exponential(_ x: Double) -> Double {
    if abs(x) > 0.5 {
      let half = exponential(x / 2)
      return half * half
    }
    return (1...18).reversed().reduce(1.0) { 1 + x / Double($1) * $0 }
  }

  /// Newton's method on the exponential, from the power of 2 below.
  private func logarithm(_ y: Double) -> Double {
    (0..<6).reduce(Double(y.exponent) * 0.6931471805599453) { x, _ in
      x - 1 + y / exponential(x)
    }
  }
}
