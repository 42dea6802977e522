import SweepModel

extension ArgumentRule {
  /// Lengths down and across, or one for both; Keras always writes both.
  ///
  /// - Parameter usual: The length whose pair is written here as one, as the default is.
  static func pair(_ name: String, usual: Int64? = nil) -> ArgumentRule {
    ArgumentRule(
      name: name,
      reading: .custom(own: name) { argument, _, _ throws(KerasFileError) in
        let lengths = try lengths(argument)
        let isUsual = lengths.allSatisfy { $0 == usual.map { .integer($0) } }
        return .list(isUsual ? [lengths[0]] : lengths)
      },
      writing: .custom { configuration, _ in pair(configuration, name) })
  }

  private static func lengths(_ argument: JSONNode) throws(KerasFileError) -> [ArgumentValue] {
    let nodes = argument.isList ? try argument.list() : [argument]
    guard (1...2).contains(nodes.count) else {
      throw argument.error(.malformed, "there are \(nodes.count) lengths, not 1 or 2")
    }
    var lengths: [ArgumentValue] = []
    for node in nodes { lengths.append(.integer(try node.integer(in: 1...Limits.windowLength))) }
    return lengths
  }

  private static func pair(_ configuration: Configuration, _ name: String) -> JSONValue {
    let values = configuration.integers(name).map { JSONValue.integer(Int64($0)) }
    return .array(values.count == 1 ? values + values : values)
  }

  /// Lengths that must be 1.
  static func onlyPair(_ name: String) -> ArgumentRule {
    ArgumentRule(
      name: name, reading: .only(.one), writing: .constant([.integer(1), .integer(1)]))
  }

  /// Whether windows lie within samples; Keras takes the word in capitals too.
  static let padding = ArgumentRule(
    name: "padding",
    reading: .custom(own: "padding") { argument, _, _ throws(KerasFileError) in
      let word = try argument.string().lowercased()
      guard ["valid", "same"].contains(word) else {
        throw argument.error(.unsupported, "\(argument.shown) is not one of valid, same")
      }
      return .text(word)
    }, writing: .value(own: "padding"))

  /// The strides of a pooling layer, which are its pool's size where it does not say.
  static let poolingStrides = ArgumentRule(
    name: "strides",
    reading: .custom(own: "strides") { argument, configuration, _ throws(KerasFileError) in
      let strides = try lengths(argument)
      let size = try configuration["pool_size"].map { node throws(KerasFileError) in
        try lengths(node)
      }
      return strides == size ?? [.integer(2), .integer(2)] ? nil : .list(strides)
    },
    writing: .custom { configuration, _ in
      pair(configuration, configuration.arguments["strides"] == nil ? "pool_size" : "strides")
    })

  /// The axis of a normalization: a number, or a list of one, as Keras 3 writes it of some.
  static func axis(isList: Bool) -> ArgumentRule {
    ArgumentRule(
      name: "axis",
      reading: .custom(own: "axis") { argument, _, _ throws(KerasFileError) in
        let axes = argument.isList ? try argument.list() : [argument]
        guard axes.count == 1 else {
          throw argument.error(
            .unsupported, "it normalizes over \(axes.count) axes, but SeedSweep only over the last")
        }
        return .integer(try axes[0].integer(in: -1...Int64(Limits.axes)))
      },
      writing: .custom { configuration, _ in
        let axis = JSONValue.integer(Int64(configuration.integer("axis")))
        return isList ? [axis] : axis
      })
  }

  /// What a recurrent layer gives for positions that a mask leaves out: zeros in a Bidirectional, else
  /// the output before.
  static let zeroOutput = ArgumentRule(
    name: "zero_output_for_mask",
    reading: .custom(own: nil) { argument, configuration, reader throws(KerasFileError) in
      let isZero = try argument.boolean()
      let givesAll = try configuration["return_sequences"]?.boolean() ?? false
      guard !isZero || !givesAll || reader.isInBidirectional else {
        throw argument.error(
          .unsupported, "SeedSweep has zero_output_for_mask only in a Bidirectional")
      }
      return nil
    },
    writing: .custom { configuration, writer in
      .boolean(writer.isInBidirectional && configuration.boolean("return_sequences"))
    })

  /// The layer of a Bidirectional, called forward_NAME.
  static let direction = ArgumentRule(
    name: "layer",
    reading: .custom(own: "layer") { argument, _, reader throws(KerasFileError) in
      .configuration(try reader.direction(argument, prefix: "forward_"))
    },
    writing: .custom { configuration, writer throws(KerasFileError) in
      try writer.direction(configuration, isForward: true)
    })

  /// The layer of a Bidirectional for the other direction, which here always has the same settings.
  static let backwardLayer = ArgumentRule(
    name: "backward_layer",
    reading: .custom(own: nil) { argument, configuration, reader throws(KerasFileError) in
      let own = try reader.direction(
        try configuration.required("layer"), prefix: "forward_")
      let other = try reader.direction(argument, prefix: "backward_")
      guard other == own.turned || other.withoutName == own.turned.withoutName else {
        throw argument.error(
          .unsupported,
          "its backward layer has other settings than its forward layer, which SeedSweep has not")
      }
      return nil
    },
    writing: .custom { configuration, writer throws(KerasFileError) in
      try writer.direction(configuration, isForward: false)
    })
}

extension Configuration {
  /// The same recurrent layer from the other end.
  var turned: Configuration {
    Configuration(
      kind: kind,
      arguments: arguments.merging(["go_backwards": .boolean(!boolean("go_backwards"))]) { $1 })
  }

  /// The same without its name.
  var withoutName: Configuration {
    Configuration(kind: kind, arguments: arguments.filter { $0.key != "name" })
  }

  /// The same with another value of an argument, or without it.
  func with(_ name: String, _ value: ArgumentValue?) -> Configuration {
    var arguments = arguments
    arguments[name] = value
    return Configuration(kind: kind, arguments: arguments)
  }
}
