/// The sum of binary64 numbers, rounded once: the double nearest to what real arithmetic would give.
///
/// A plain sum depends on its order, so that a summary would depend on who adds up, and how. An
/// exactly rounded sum is a function of the *set* of its terms: there is no order to agree on, and any
/// other exact summation, such as Python's `math.fsum`, gives the same bits.
///
/// The sum is kept as a short list of doubles that do not overlap and whose real sum is that of all
/// terms so far; each addition is freed of its rounding error by Knuth's two-sum. For the numbers of
/// one experiment the list has two to four members, so that a term costs some ten additions.
///
/// - Order: any; the result is the same to the bit.
/// - Precondition: all terms are finite, and no partial sum overflows (scale them: see
///   ``BinaryScale``).
/// - Source: Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
///   Predicates", 1997, grow-expansion; the last rounding as in `math.fsum`.
package struct ExactSum {
  /// Non-overlapping, ascending in magnitude; none but the last can be zero.
  private var partials: [Double] = []

  /// The empty sum.
  package init() {}

  /// Adds one term.
  package mutating func add(_ term: Double) {
    var carried = term
    var kept = 0
    for position in partials.indices {
      let (sum, error) = twoSum(carried, partials[position])
      if error != 0 {
        partials[kept] = error
        kept += 1
      }
      carried = sum
    }
    if kept < partials.count {
      partials[kept] = carried
      partials.removeLast(partials.count - kept - 1)
    } else {
      partials.append(carried)
    }
  }

  /// The sum of all terms, rounded to nearest, ties to even; +0 of none.
  package var value: Double {
    guard var sum = partials.last else { return 0 }
    var position = partials.count - 1
    var error = 0.0
    while position > 0, error == 0 {
      position -= 1
      (sum, error) = twoSum(sum, partials[position])
    }
    // `sum` is rounded, but where the error is exactly half a unit, the partials below it decide the
    // tie: double the error, and see whether it reaches the neighbour.
    if position > 0, error.sign == partials[position - 1].sign {
      let twice = error * 2
      let neighbour = sum + twice
      if neighbour - sum == twice { sum = neighbour }
    }
    return sum
  }

  /// `left + right` rounded, and what the rounding left out: exact together.
  private func twoSum(_ left: Double, _ right: Double) -> (sum: Double, error: Double) {
    let sum = left + right
    let rightPart = sum - left
    let leftPart = sum - rightPart
    return (sum, (left - leftPart) + (right - rightPart))
  }
}
