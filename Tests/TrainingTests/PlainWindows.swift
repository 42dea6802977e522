import SweepModel

/// A network of layers with windows in binary64, in the most direct way.
struct PlainWindows {
  let layers: [Configuration]
  let shape: [Int]
  let data: TrainingData

  /// The change of the mean squared error with one value, by a central difference.
  func slope(at values: [[Float]], variable: Int, element: Int) -> Double {
    let distance = 1e-6
    var values = values.map { $0.map(Double.init) }
    values[variable][element] += distance
    let above = loss(values)
    values[variable][element] -= 2 * distance
    return (above - loss(values)) / (2 * distance)
  }

  private func loss(_ values: [[Double]]) -> Double {
    let inputs = data.inputShape[0], targets = data.targetShape[0]
    var sum = 0.0
    for sample in 0..<data.sampleCount {
      let x = data.inputs[sample * inputs..<(sample + 1) * inputs].map(Double.init)
      for (place, y) in predict(x, values).enumerated() {
        let difference = y - Double(data.targets[sample * targets + place])
        sum += difference * difference / Double(targets)
      }
    }
    return sum / Double(data.sampleCount)
  }

  private func predict(_ sample: [Double], _ values: [[Double]]) -> [Double] {
    var x = sample, shape = shape, variable = 0
    for layer in layers {
      switch layer.kind {
      case "conv2d":
        let bias = layer.boolean("use_bias") ? values[variable + 1] : nil
        (x, shape) = convolve(layer, x, shape, values[variable], bias)
        variable += bias == nil ? 1 : 2
      case "max_pooling2d": (x, shape) = pool(layer, x, shape)
      case "global_average_pooling1d":
        let width = layers[0].integer("filters")
        let steps = x.count / width
        x = (0..<width).map { c in
          (0..<steps).reduce(0) { $0 + x[$1 * width + c] } / Double(steps)
        }
      case "dense":
        let units = layer.integer("units")
        let kernel = values[variable], bias = values[variable + 1]
        variable += 2
        x = (0..<units).map { unit in
          let z = x.indices.reduce(bias[unit]) { $0 + x[$1] * kernel[$1 * units + unit] }
          return activate(layer, z)
        }
      default: break
      }
    }
    return x
  }

  /// Starts of the windows of an axis.
  private func starts(
    _ length: Int, _ window: Int, _ stride: Int, _ padding: String
  ) -> [Int] {
    guard padding == "same" else { return Array(every(stride, upTo: length - window)) }
    let count = (length + stride - 1) / stride
    let before = max(0, (count - 1) * stride + window - length) / 2
    return (0..<count).map { $0 * stride - before }
  }

  private func every(_ pace: Int, upTo last: Int) -> StrideThrough<Int> {
    stride(from: 0, through: last, by: pace)
  }

  private func pair(_ layer: Configuration, _ argument: String) -> [Int] {
    let values = layer.integers(argument)
    return values.count == 1 ? values + values : values
  }

  private func convolve(
    _ layer: Configuration, _ x: [Double], _ shape: [Int], _ kernel: [Double], _ bias: [Double]?
  ) -> ([Double], [Int]) {
    let size = pair(layer, "kernel_size"), strides = pair(layer, "strides")
    let filters = layer.integer("filters"), channels = shape[2]
    let rows = starts(shape[0], size[0], strides[0], layer.text("padding"))
    let columns = starts(shape[1], size[1], strides[1], layer.text("padding"))
    var y: [Double] = []
    for row in rows {
      for column in columns {
        for f in 0..<filters {
          var sum = bias?[f] ?? 0
          for k in 0..<size[0] where (0..<shape[0]).contains(row + k) {
            for l in 0..<size[1] where (0..<shape[1]).contains(column + l) {
              for c in 0..<channels {
                sum +=
                  x[((row + k) * shape[1] + column + l) * channels + c]
                  * kernel[((k * size[1] + l) * channels + c) * filters + f]
              }
            }
          }
          y.append(activate(layer, sum))
        }
      }
    }
    return (y, [rows.count, columns.count, filters])
  }

  private func pool(
    _ layer: Configuration, _ x: [Double], _ shape: [Int]
  ) -> ([Double], [Int]) {
    let size = pair(layer, "pool_size")
    let strides = layer.arguments["strides"] == nil ? size : pair(layer, "strides")
    let rows = starts(shape[0], size[0], strides[0], layer.text("padding"))
    let columns = starts(shape[1], size[1], strides[1], layer.text("padding"))
    var y: [Double] = []
    for row in rows {
      for column in columns {
        for c in 0..<shape[2] {
          var largest = -Double.infinity
          for k in row..<row + size[0] where (0..<shape[0]).contains(k) {
            for l in column..<column + size[1] where (0..<shape[1]).contains(l) {
              largest = max(largest, x[(k * shape[1] + l) * shape[2] + c])
            }
          }
          y.append(largest)
        }
      }
    }
    return (y, [rows.count, columns.count, shape[2]])
  }

  private func activate(_ layer: Configuration, _ z: Double) -> Double {
    switch layer.configuration("activation").kind {
    case "tanh": 1 - 2 / (exponential(2 * z) + 1)
    case "sigmoid": 1 / (1 + exponential(-z))
    default: z
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
}

func conv2d(
  _ filters: Int64, _ size: [Int64], _ activation: String = "linear", strides: [Int64] = [1],
  padding: String = "valid", bias: Bool = true
) -> Configuration {
  Configuration(
    kind: "conv2d",
    arguments: [
      "filters": .integer(filters), "kernel_size": .list(size.map { .integer($0) }),
      "strides": .list(strides.map { .integer($0) }), "padding": .text(padding),
      "activation": .configuration(Configuration(kind: activation)), "use_bias": .boolean(bias),
      "kernel_initializer": .configuration(Configuration(kind: "glorot_uniform")),
      "bias_initializer": .configuration(Configuration(kind: "zeros")),
    ])
}

func maxPooling(
  _ size: [Int64] = [2, 2], strides: [Int64]? = nil, padding: String = "valid"
) -> Configuration {
  var arguments: [String: ArgumentValue] = [
    "pool_size": .list(size.map { .integer($0) }), "padding": .text(padding),
  ]
  if let strides { arguments["strides"] = .list(strides.map { .integer($0) }) }
  return Configuration(kind: "max_pooling2d", arguments: arguments)
}

func reshape(_ shape: [Int]) -> Configuration {
  Configuration(
    kind: "reshape", arguments: ["target_shape": .list(shape.map { .integer(Int64($0)) })])
}
