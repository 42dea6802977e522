import SweepModel

extension RandomStream {
  /// The order in which an epoch takes its samples: a permutation of `0..<count`, each equally
  /// likely.
  ///
  /// This is the specification; training draws whole packs at once with a kernel that must agree.
  ///
  /// - Parameters:
  ///   - epoch: from 0.
  ///   - stream: where the words come from: another than that of epochs divides the data into parts.
  /// - Precondition: `count < 2³²`.
  ///
  /// Source: Fisher and Yates' shuffle (Knuth, The Art of Computer Programming, 3.4.2, algorithm P)
  /// with the bounded integers of D. Lemire, "Fast random integer generation in an interval", 2019.
  public static func permutation(
    count: Int, seed: TrialSeed, epoch: UInt32, stream: RandomStream = .shuffle
  ) -> [UInt32] {
    var order = Array(0..<UInt32(count))
    var element: UInt32 = 0
    func nextWord() -> UInt32 {
      defer { element += 1 }
      return stream.word(seed: seed, instance: 0, step: epoch, element: element)
    }
    for last in stride(from: count - 1, to: 0, by: -1) {
      let bound = UInt32(last + 1)
      var product = nextWord().multipliedFullWidth(by: bound)
      if product.low < bound {
        // The words that would make some results likelier than others: (2³² − bound) mod bound.
        let threshold = (0 &- bound) % bound
        while product.low < threshold { product = nextWord().multipliedFullWidth(by: bound) }
      }
      order.swapAt(last, Int(product.high))
    }
    return order
  }
}
