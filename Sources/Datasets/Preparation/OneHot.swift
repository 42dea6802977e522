import SweepModel

/// Class numbers as vectors: 1 at the class's place, 0 elsewhere.
struct OneHot {
  /// The number of classes: the length of a vector.
  let classes: Int

  /// The vectors of class numbers, one after the other.
  ///
  /// - Throws: ``PreparationProblem`` at the first number that is no class, or where there would be too
  ///   many values.
  func vectors(_ numbers: [Float]) throws(PreparationProblem) -> [Float] {
    let (count, overflows) = numbers.count.multipliedReportingOverflow(by: classes)
    guard !overflows, count <= Limits.dataValues else {
      throw PreparationProblem(
        argument: "one_hot",
        message: "\(numbers.count) vectors of \(classes) values are over the limit of "
          + "\(Limits.dataValues) values")
    }
    var vectors = [Float](repeating: 0, count: count)
    for (position, number) in numbers.enumerated() {
      guard number >= 0, number < Float(classes), number == number.rounded(.down) else {
        throw PreparationProblem(
          argument: "one_hot",
          message:
            "target \(position + 1) is \(content: "\(number)"), which is no class: of \(classes) classes the "
            + "numbers are 0 to \(classes - 1)")
      }
      vectors[position * classes + Int(number)] = 1
    }
    return vectors
  }
}
