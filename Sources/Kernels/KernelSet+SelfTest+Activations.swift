/// The self-test of activations that no product applies itself.
extension KernelTrial {
  static let pointwise = [
    KernelTrial(kernel: "pointwise") { kernels, lanes in
      Pointwise.allCases.flatMap { function in
        var y = zeros(outputs * lanes)
        kernels.pointwise(
          function, argument: 0.3, count: y.count, z: values(outputs * lanes, salt: 21), y: &y)
        return y
      }
    },
    KernelTrial(kernel: "pointwise_gradient") { kernels, lanes in
      Pointwise.allCases.flatMap { function in
        var gradient = values(outputs * lanes, salt: 22)
        kernels.pointwiseGradient(
          function, argument: 0.3, count: gradient.count,
          value: values(outputs * lanes, salt: 23), gradient: &gradient)
        return gradient
      }
    },
    KernelTrial(kernel: "softmax") { kernels, lanes in
      var y = zeros(rows * outputs * lanes)
      kernels.softmax(
        RowsShape(lanes: lanes, rows: rows, width: outputs),
        z: values(rows * outputs * lanes, salt: 24), y: &y)
      return y
    },
    KernelTrial(kernel: "softmax_gradient") { kernels, lanes in
      var gradient = values(rows * outputs * lanes, salt: 25)
      kernels.softmaxGradient(
        RowsShape(lanes: lanes, rows: rows, width: outputs),
        y: values(rows * outputs * lanes, salt: 26), gradient: &gradient)
      return gradient
    },
  ]
}
