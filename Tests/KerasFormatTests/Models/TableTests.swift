import SweepModel
import Testing
import Training

@testable import KerasFormat

/// Whatever Training has is in the table, and the table has nothing else.
struct TableTests {
  private static let families: [ConfigurationFamily] = [
    .layer, .activation, .initializer, .regularizer, .loss, .metric, .optimizer, .schedule,
  ]

  @Test(arguments: families)
  func everyKindIsThere(family: ConfigurationFamily) {
    for schema in TrainingVocabulary.vocabulary[family]
    where !["accuracy", "acc"].contains(schema.kind) {
      #expect(
        CorrespondenceTable.all.contains { $0.family == family && $0.kind == schema.kind },
        "\(family) \(schema.kind)")
    }
    for entry in CorrespondenceTable.all where entry.family == family {
      #expect(TrainingVocabulary.vocabulary.schema(family, kind: entry.kind) != nil)
    }
  }

  /// Every argument is read by a rule or implied by the class, in some entry of its kind.
  @Test(arguments: families)
  func everyArgumentIsThere(family: ConfigurationFamily) {
    for schema in TrainingVocabulary.vocabulary[family] {
      let entries = CorrespondenceTable.all.filter {
        $0.family == family && $0.kind == schema.kind
      }
      guard !entries.isEmpty else { continue }
      // Every layer has these, as in Keras, outside the table.
      for parameter in schema.parameters where !["name", "trainable"].contains(parameter.name) {
        #expect(
          entries.contains { entry in
            entry.implied[parameter.name] != nil
              || entry.arguments.contains { $0.own == parameter.name }
          }, "\(family) \(schema.kind) \(parameter.name)")
      }
      // What a rule is for must be an argument.
      for own in entries.flatMap({ $0.arguments.compactMap(\.own) }) {
        #expect(schema.parameters.contains { $0.name == own }, "\(schema.kind) \(own)")
      }
    }
  }

  @Test(arguments: [
    ("Conv2D", "conv2d"), ("MaxPooling2D", "max_pooling2d"), ("LSTM", "lstm"),
    ("LeakyReLU", "leaky_re_lu"), ("ReLU", "re_lu"), ("ELU", "elu"), ("InputLayer", "input_layer"),
    ("BatchNormalization", "batch_normalization"), ("RMSprop", "rm_sprop"), ("AdamW", "adam_w"),
    ("GlobalAveragePooling1D", "global_average_pooling1d"), ("SGD", "sgd"), ("Adam", "adam"),
    ("PReLU", "p_re_lu"), ("GRUCell", "gru_cell"), ("Sequential", "sequential"),
  ])
  func snakeCase(className: String, name: String) {
    #expect(SnakeCase.name(ofClass: className) == name)
  }
}

extension ArgumentRule {
  fileprivate var own: String? {
    switch reading {
    case .value(let own): own
    case .custom(let own, _): own
    case .only, .trainingOnly, .ignored: nil
    }
  }
}
