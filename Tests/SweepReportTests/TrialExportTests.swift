import Foundation
import SweepModel
import SweepReport
import Testing

@Suite struct TrialExportTests {
  private static let other = Example.variant("other", metrics: ["accuracy", "mean_squared_error"])
  private static let sweep = Sweep(
    name: "sequence", masterSeed: MasterSeed(42), trials: 8, variants: [Example.base, other])
  private static let weights = WeightsDigest(hashing: "weights".utf8).hex
  private static let history = HistoryDigest(hashing: "history".utf8).hex

  /// Variants with other metrics share the columns; what a variant does not measure is empty.
  @Test func csvHasARowForEachTrial() {
    let (weights, history) = (Self.weights, Self.history)
    #expect(
      export(as: .csv, withHistory: false) == """
        sweep,variant,index,seed,status,diverged_at_epoch,reason,metrics.mean_squared_error,\
        metrics.accuracy,weights_sha256,history_sha256,seconds
        sequence,base,0,6d3e048f1022172d,completed,,,0.05,,\(weights),\(history),0.5
        sequence,base,3,bad56946354ba891,diverged,2,,nan,,\(weights),\(history),0.5
        sequence,other,1,03d7b32dadd083f4,completed,,,0.125,0.5,\(weights),\(history),0.5
        sequence,other,5,a4d91a963122544e,failed,,"out of memory, ""killed""
        by the system",,,,,0.5

        """)
  }

  @Test func csvWithHistoryHasARowForEachEpoch() {
    #expect(
      export(as: .csv, withHistory: true) == """
        sweep,variant,index,seed,status,epoch,history.loss,history.mean_squared_error,\
        history.accuracy
        sequence,base,0,6d3e048f1022172d,completed,1,0.5,0.75,
        sequence,base,0,6d3e048f1022172d,completed,2,0.25,0.05,
        sequence,base,3,bad56946354ba891,diverged,1,0.5,0.75,
        sequence,base,3,bad56946354ba891,diverged,2,0.25,nan,
        sequence,other,1,03d7b32dadd083f4,completed,1,0.5,0.75,0.75
        sequence,other,1,03d7b32dadd083f4,completed,2,0.25,0.125,0.5
        sequence,other,5,a4d91a963122544e,failed,,,,

        """)
  }

  /// Validation has columns of its own, in the order of the variants' results.
  @Test func validationIsExportedUnderItsNames() {
    let variant = Self.validated
    let sweep = Sweep(
      name: "sequence", masterSeed: MasterSeed(42), trials: 1, variants: [Example.base, variant])
    var result = Example.completed(0, [0.5, 0.75])
    result.outcome = .completed(
      TrialResult.Measurements(
        metrics: [0.5, 0.75], weightsDigest: WeightsDigest(hashing: "weights".utf8),
        historyDigest: HistoryDigest(hashing: "history".utf8), variableFingerprints: [],
        history: [1, 2, 3, 4]))
    let rows = { (withHistory: Bool) in
      let export = TrialExport(sweep, as: .csv, withHistory: withHistory)
      return export.header + export.lines(of: result, variant: variant)
    }
    #expect(
      rows(false) == """
        sweep,variant,index,seed,status,diverged_at_epoch,reason,metrics.mean_squared_error,\
        metrics.val_mean_squared_error,weights_sha256,history_sha256,seconds
        sequence,split,0,6d3e048f1022172d,completed,,,0.5,0.75,\(Self.weights),\
        \(Self.history),0.5

        """)
    #expect(
      rows(true) == """
        sweep,variant,index,seed,status,epoch,history.loss,history.mean_squared_error,\
        history.val_loss,history.val_mean_squared_error
        sequence,split,0,6d3e048f1022172d,completed,1,1.0,2.0,3.0,4.0

        """)
    let json = TrialExport(sweep, as: .jsonl, withHistory: true).lines(of: result, variant: variant)
    #expect(
      json.contains(
        "\"metrics\":{\"mean_squared_error\":0.5,\"val_mean_squared_error\":0.75}"))
    #expect(
      json.contains(
        "\"history\":{\"loss\":[1.0],\"mean_squared_error\":[2.0],\"val_loss\":[3.0],"
          + "\"val_mean_squared_error\":[4.0]}"))
  }

  private static var validated: NamedVariant {
    var variant = Example.base.variant
    variant.training.validationSplit = 0.25
    return NamedVariant(name: "split", variant: variant)
  }

  @Test func jsonLinesAreDocumentsWithTheSecondsLast() throws {
    let lines = export(as: .jsonl, withHistory: true).split(separator: "\n")
    #expect(
      lines[0] == """
        {"sweep":"sequence","variant":"base","index":0,"seed":"6d3e048f1022172d",\
        "status":"completed","metrics":{"mean_squared_error":0.05},\
        "weights_sha256":"\(Self.weights)","history_sha256":"\(Self.history)",\
        "history":{"loss":[0.5,0.25],"mean_squared_error":[0.75,0.05]},"seconds":0.5}
        """)
    #expect(lines.count == 4)
    for line in lines {
      #expect(line.hasSuffix(",\"seconds\":0.5}"))
      #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
    }
    let without = export(as: .jsonl, withHistory: false)
    #expect(!without.contains("\"history\":"))
  }

  /// A carriage return with its line feed, and a quote with an accent on it, are each one character
  /// to Swift; RFC 4180 is about the bytes.
  @Test(arguments: ["a\r\nb", "a\rb", "\"\u{301}", "a,\u{301}b", "\"", "a\n"])
  func csvQuotesWhateverNeedsIt(reason: String) {
    let export = TrialExport(Self.sweep, as: .csv, withHistory: false)
    let line = export.lines(
      of: Example.result(5, .failed(reason: reason)), variant: Example.base)
    let quoted = reason.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
    #expect(
      Array(line.utf8).starts(
        with: Array(
          "sequence,base,5,a4d91a963122544e,failed,,\"\(quoted)\",".utf8)))
  }

  private func export(as format: TrialExport.Format, withHistory: Bool) -> String {
    let export = TrialExport(Self.sweep, as: format, withHistory: withHistory)
    let failed = TrialResult.Outcome.failed(reason: "out of memory, \"killed\"\nby the system")
    let base = [Example.results[0], Example.results[3]]
    let other = [Example.completed(1, [0.5, 0.125]), Example.result(5, failed)]
    return export.header
      + base.map { export.lines(of: $0, variant: Example.base) }.joined()
      + other.map { export.lines(of: $0, variant: Self.other) }.joined()
  }
}
