import SweepSpecification
import Testing

private func help(for key: String) throws -> String {
  let text = example.replacing(line: "  epochs: 100", with: "  \(key): 1")
  let message = try #require(failure(of: text)).message
  return String(message.drop { $0 != ";" }.dropFirst(2))
}

/// A key under `training`, and the key that was meant.
@Test(arguments: [
  ("epoch", "epochs"), ("epcohs", "epochs"), ("eopchs", "epochs"), ("epochss", "epochs"),
  ("Epochs", "epochs"), ("EPOCHS", "epochs"), ("optimiser", "optimizer"), ("los", "loss"),
  ("lsos", "loss"), ("batchSize", "batch_size"), ("batch-size", "batch_size"),
  ("batchsize", "batch_size"), ("shuffel", "shuffle"), ("shufle", "shuffle"),
  ("validationSplit", "validation_split"),
])
func nearNamesAreSuggested(_ written: String, _ meant: String) throws {
  #expect(try help(for: written) == "did you mean `\(meant)`?")
}

@Test(arguments: ["patience", "x", "lr", "verbose", "earlystop", "\"\"", "\"é\""])
func namesThatAreNotNearGetTheList(_ written: String) throws {
  #expect(
    try help(for: written)
      == "valid keys: `loss`, `optimizer`, `epochs`, `batch_size`, `shuffle`, "
      + "`validation_split`, `callbacks` and `class_weight`")
}
