import SweepModel
import SweepReport
import Testing

@Suite struct SeedListTests {
  /// The last index is one that only the inverse of a seed can give.
  private let list = SeedList(
    masterSeed: MasterSeed(.max),
    trials: [
      TrialReference(TrialIndex(0), TrialSeed(0xab)),
      TrialReference(TrialIndex((1 << 53) - 1), TrialSeed(1)),
      TrialReference(TrialIndex(.max), TrialSeed(.max)),
    ])

  @Test func text() {
    #expect(
      list.text(as: .text) == """
                           0  00000000000000ab
            9007199254740991  0000000000000001
        18446744073709551615  ffffffffffffffff

        """)
  }

  @Test func csv() {
    #expect(
      list.text(as: .csv) == """
        index,seed
        0,00000000000000ab
        9007199254740991,0000000000000001
        18446744073709551615,ffffffffffffffff

        """)
  }

  /// What readers of JSON would round is a string.
  @Test func json() {
    let json = list.text(as: .json)
    #expect(json.contains("\"master_seed\": \"18446744073709551615\""))
    #expect(json.contains("\"index\": 9007199254740991,"))
    #expect(json.contains("\"index\": \"18446744073709551615\","))
  }

  @Test func anEmptyListIsEmpty() {
    let empty = SeedList(masterSeed: MasterSeed(1), trials: [])
    #expect(empty.text(as: .text) == "")
    #expect(empty.text(as: .csv) == "index,seed\n")
  }
}
