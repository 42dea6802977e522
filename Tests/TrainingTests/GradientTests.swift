import Foundation
import Kernels
import SweepModel
import Testing
import Training

/// Gradients against finite differences of a forward pass in binary64 that is written here anew.
@Suite struct GradientTests {
  static let models: [[Configuration]] = [
    [dense(3)],
    [dense(4, "tanh"), dense(3)],
    [dense(5, "sigmoid"), dense(3, "tanh")],
    [dense(6, "relu"), dense(4, "sigmoid"), dense(3)],
    [
      dense(5, "tanh", bias: false), dense(4, "relu", biasInitializer: "glorot_uniform"),
      dense(3, "sigmoid"),
    ],
    [dense(5, leakyRelu), dense(4, elu), dense(3, "selu")],
    [dense(5, gelu(approximate: false)), dense(4, gelu(approximate: true)), dense(3)],
    [dense(5, "silu"), dense(4, "softplus"), dense(3)],
    [dense(6, "softmax"), dense(4, "tanh"), dense(3, "softmax")],
    [dense(6, "hard_sigmoid"), dense(5, "hard_sigmoid_keras2"), dense(3, "hard_sigmoid")],
    [
      activation("tanh"), dense(5), activation("softmax"), dense(4), activation(elu),
      dense(3), activation(gelu(approximate: false)), activation("softplus"),
    ],
  ]

  private static let leakyRelu = Configuration(
    kind: "leaky_relu", arguments: ["negative_slope": .number(0.3)])
  private static let elu = Configuration(kind: "elu", arguments: ["alpha": .number(0.7)])

  private static func gelu(approximate: Bool) -> Configuration {
    Configuration(kind: "gelu", arguments: ["approximate": .boolean(approximate)])
  }

  @Test(arguments: models.indices, [1, 2, 9])
  func gradientsAreTheSlopesOfTheLoss(_ model: Int, _ samples: Int) throws {
    let layers = Self.models[model]
    let data = unevenData(samples: samples, inputs: 4, targets: 3)
    // A step of rate 1 subtracts the gradient, a step of rate 0 leaves the first values.
    let start = try values(layers, data, rate: 0)
    let end = try values(layers, data, rate: 1)
    let network = PlainNetwork(layers: layers, data: data)
    for variable in start.indices {
      for element in start[variable].indices {
        let gradient = Double(start[variable][element]) - Double(end[variable][element])
        let slope = network.slope(at: start, variable: variable, element: element)
        #expect(abs(gradient - slope) < 1e-6 + 1e-5 * abs(slope), "\(variable), \(element)")
      }
    }
  }

  static let classifiers: [(layers: [Configuration], loss: Configuration)] = [
    ([dense(3, "softmax")], entropy(categorical)),
    ([dense(5, "tanh"), dense(3, "softmax")], entropy(sparse)),
    ([dense(6, "relu"), dense(40)], entropy(categorical, fromLogits: true)),
    ([dense(5, "sigmoid"), dropout(0), dense(33)], entropy(sparse, fromLogits: true)),
  ]

  @Test(arguments: classifiers.indices, [1, 2, 9])
  func gradientsOfCrossEntropiesAreItsSlopes(_ number: Int, _ samples: Int) throws {
    let (layers, loss) = Self.classifiers[number]
    let classes = layers[layers.count - 1].integer("units")
    let data = classData(
      samples: samples, inputs: 4, classes: classes, oneHot: loss.kind == categorical)
    let start = try values(layers, data, loss: loss, rate: 0)
    let end = try values(layers, data, loss: loss, rate: 1)
    let network = PlainNetwork(layers: layers, data: data, loss: loss.kind)
    for variable in start.indices {
      for element in start[variable].indices {
        let gradient = Double(start[variable][element]) - Double(end[variable][element])
        let slope = network.slope(at: start, variable: variable, element: element)
        #expect(abs(gradient - slope) < 1e-6 + 1e-5 * abs(slope), "\(variable), \(element)")
      }
    }
  }

  private func values(
    _ layers: [Configuration], _ data: TrainingData,
    loss: Configuration = Configuration(kind: "mean_squared_error"), rate: Double
  ) throws -> [[Float]] {
    let sketch = VariantSketch(
      layers: layers, data: data, loss: loss, optimizer: sgd(rate: rate), metrics: [loss])
    let trainer = Trainer(plan: try sketch.plan(), kernels: try .selected, lanes: 1)
    _ = trainer.train([firstTrial], keepsHistory: false)
    return trainer.variableValues(lane: 0)
  }
}

/// A network of dense layers in binary64, in the most direct way.
struct PlainNetwork {
  let layers: [Configuration]
  let data: TrainingData
  var loss = "mean_squared_error"

  /// The change of the loss with one value, by a central difference.
  func slope(at values: [[Float]], variable: Int, element: Int) -> Double {
    let distance = 1e-6
    var values = values.map { $0.map(Double.init) }
    values[variable][element] += distance
    let above = loss(values)
    values[variable][element] -= 2 * distance
    return (above - loss(values)) / (2 * distance)
  }

  /// The mean, over samples, of the mean squared error or of a cross-entropy.
  func loss(_ values: [[Double]]) -> Double {
    let inputs = data.inputShape[0]
    let targets = data.targetShape[0]
    var sum = 0.0
    for sample in 0..<data.sampleCount {
      let x = data.inputs[sample * inputs..<(sample + 1) * inputs].map(Double.init)
      let y = predict(x, values)
      let target = data.targets[sample * targets..<(sample + 1) * targets].map(Double.init)
      guard loss == "mean_squared_error" else {
        sum += crossEntropy(y, target)
        continue
      }
      for element in 0..<targets {
        let difference = y[element] - target[element]
        sum += difference * difference / Double(targets)
      }
    }
    return sum / Double(data.sampleCount)
  }

  func predict(_ sample: [Double], _ values: [[Double]]) -> [Double] {
    var x = sample
    var variable = 0
    for layer in layers where layer.kind != "dropout" {
      guard layer.kind == "dense" else {
        x = activate(layer.configuration("activation"), x)
        continue
      }
      let kernel = values[variable]
      let units = layer.integer("units")
      let hasBias = layer.boolean("use_bias")
      let bias = hasBias ? values[variable + 1] : Array(repeating: 0, count: units)
      variable += hasBias ? 2 : 1
      let z = (0..<units).map { unit in
        x.indices.reduce(bias[unit]) { $0 + x[$1] * kernel[$1 * units + unit] }
      }
      let isLeftToTheLoss = layer == layers.last && loss != "mean_squared_error"
      x = isLeftToTheLoss ? z : activate(layer.configuration("activation"), z)
    }
    return x
  }

  /// −Σ p log q, from the logits; a target of one value is the number of the class.
  private func crossEntropy(_ logits: [Double], _ target: [Double]) -> Double {
    let isNumber = target.count == 1
    let total = logOfSum(logits)
    return logits.indices.reduce(0) { sum, place in
      let share = isNumber ? (place == Int(target[0]) ? 1 : 0) : target[place]
      return sum + share * (total - logits[place])
    }
  }

  /// The logarithm of the sum of exponentials, by Newton's method from the power of 2 below.
  private func logOfSum(_ logits: [Double]) -> Double {
    let sum = logits.reduce(0) { $0 + exponential($1) }
    return (0..<6).reduce(Double(sum.exponent) * 0.6931471805599453) { guess, _ in
      guess - 1 + sum / exponential(guess)
    }
  }

  private func activate(_ activation: Configuration, _ z: [Double]) -> [Double] {
    guard activation.kind == "softmax" else { return z.map { activate(activation, $0) } }
    let powers = z.map(exponential)
    return powers.map { $0 / powers.reduce(0, +) }
  }

  private func activate(_ activation: Configuration, _ z: Double) -> Double {
    switch activation.kind {
    case "relu": max(z, 0)
    case "leaky_relu": z > 0 ? z : activation.number("negative_slope") * z
    case "elu": z > 0 ? z : activation.number("alpha") * (exponential(z) - 1)
    case "selu":
      1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * (exponential(z) - 1))
    case "gelu":
      activation.boolean("approximate")
        ? 0.5 * z * (1 + tanh(0.7978845608028654 * (z + 0.044715 * z * z * z)))
        : 0.5 * z * erfc(-z / 2.0.squareRoot())
    case "silu": z / (1 + exponential(-z))
    case "softplus": logOfSum([0, z])
    case "tanh": 1 - 2 / (exponential(2 * z) + 1)
    case "sigmoid": 1 / (1 + exponential(-z))
    case "hard_sigmoid": min(max(z / 6 + 0.5, 0), 1)
    case "hard_sigmoid_keras2": min(max(0.2 * z + 0.5, 0), 1)
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
