// Made by scripts/keras-training.py: what Keras itself does.
// Do not edit.

import SweepModel

extension KerasTraining {
  static let optimizers: [Trajectory] = [
    Trajectory(
      KerasTraining.configuration(
        "sgd",
        [
          "learning_rate": .number(0.1), "momentum": .number(0.9), "nesterov": .boolean(true),
          "weight_decay": .number(0.05),
        ]),
      first: [
        0.998622596, 0.983757377, 0.967143357, 0.994500339, 0.99025315, 0.979385257, -0.0211111084,
        0.0146153867,
      ],
      last: [
        0.763566375, 0.437667221, 0.294312477, 0.629881382, 0.389700562, 0.38222903, -0.156341255,
        0.0450281762,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "adam", ["learning_rate": .number(0.05), "clipnorm": .number(0.1)]),
      first: [
        1.04998469, 0.950005174, 0.950002253, 0.950108886, 0.95001179, 0.950003803, -0.0499977469,
        0.0499968864,
      ],
      last: [
        0.825762272, 0.470408529, 0.366994828, 0.659572005, 0.447278649, 0.416804522, -0.157025248,
        0.0472601019,
      ]),
    Trajectory(
      KerasTraining.configuration("adamw", ["learning_rate": .number(0.05)]),
      first: [
        1.04979146, 0.949803054, 0.949801445, 0.949860394, 0.94980669, 0.949802279, -0.0499982424,
        0.0499976128,
      ],
      last: [
        0.827541411, 0.491717845, 0.377665818, 0.678480506, 0.45265156, 0.451421797, -0.156658843,
        0.0451212674,
      ]),
    Trajectory(
      KerasTraining.configuration("nadam", ["learning_rate": .number(0.05)]),
      first: [
        1.05313909, 0.946860671, 0.946860671, 0.946862638, 0.94686079, 0.946860671, -0.0531393439,
        0.0531393252,
      ],
      last: [
        0.811948061, 0.487262726, 0.338194251, 0.675032735, 0.432108432, 0.445042044, -0.157385156,
        0.0490831733,
      ]),
    Trajectory(
      KerasTraining.configuration("rmsprop", ["learning_rate": .number(0.01)]),
      first: [
        1.03157938, 0.968381763, 0.968377948, 0.970441997, 0.968402505, 0.968379557, -0.0316214934,
        0.0316201001,
      ],
      last: [
        0.886257291, 0.542645276, 0.497784346, 0.719032526, 0.540317059, 0.523263514, -0.154782608,
        0.0592481047,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "rmsprop", ["learning_rate": .number(0.01), "momentum": .number(0.7)]),
      first: [
        1.03157938, 0.968381763, 0.968377948, 0.970441997, 0.968402505, 0.968379557, -0.0316214934,
        0.0316201001,
      ],
      last: [
        0.809446156, 0.476592213, 0.333208531, 0.669733524, 0.428481191, 0.427736968, -0.157509699,
        0.0520804934,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "rmsprop", ["learning_rate": .number(0.01), "centered": .boolean(true)]),
      first: [
        1.03328252, 0.966671944, 0.966667533, 0.969059527, 0.966696322, 0.96666944, -0.0333318338,
        0.0333302021,
      ],
      last: [
        0.818153024, 0.481685549, 0.3509202, 0.675409794, 0.441034883, 0.434996039, -0.157155916,
        0.0530492142,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "rmsprop",
        [
          "learning_rate": .number(0.01), "centered": .boolean(true), "momentum": .number(0.5),
          "weight_decay": .number(0.1),
        ]),
      first: [
        1.03228247, 0.965671957, 0.965667546, 0.96805954, 0.965696335, 0.965669394, -0.0333318338,
        0.0333302021,
      ],
      last: [
        0.808796108, 0.474975228, 0.332187414, 0.662711978, 0.427686363, 0.428190619, -0.157496929,
        0.0439868569,
      ]),
    Trajectory(
      KerasTraining.configuration("adagrad", ["learning_rate": .number(0.1)]),
      first: [
        1.0060184, 0.981607497, 0.957937479, 0.999168396, 0.992124021, 0.974847078, -0.0331496596,
        0.0236359648,
      ],
      last: [
        0.918946803, 0.58930403, 0.462463647, 0.765461922, 0.582166135, 0.565630317, -0.147517458,
        0.0555440821,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "sgd", ["learning_rate": .number(0.1), "global_clipnorm": .number(0.2)]),
      first: [
        1.00168836, 0.994760096, 0.987016737, 0.999767125, 0.997787595, 0.992722392, -0.00983935222,
        0.00681186048,
      ],
      last: [
        1.01435709, 0.766374946, 0.618228018, 0.908474147, 0.787216783, 0.755250871, -0.125011608,
        0.0634860769,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "sgd", ["learning_rate": .number(0.1), "clipvalue": .number(0.05)]),
      first: [
        1.00190663, 0.995000005, 0.995000005, 0.999737024, 0.997501671, 0.995000005, -0.00500000035,
        0.00500000035,
      ],
      last: [
        1.04130459, 0.774485826, 0.750000238, 0.915187657, 0.831692576, 0.770217597, -0.127920687,
        0.0653527603,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "sgd",
        [
          "learning_rate": .configuration(
            KerasTraining.configuration(
              "exponential_decay",
              [
                "initial_learning_rate": .number(0.2), "decay_steps": .integer(7),
                "decay_rate": .number(0.8),
              ]))
        ]),
      first: [
        1.00381327, 0.988165677, 0.970677197, 0.999474049, 0.995003283, 0.983563423, -0.0222222209,
        0.0153846173,
      ],
      last: [
        1.01352632, 0.762815654, 0.613932788, 0.906265199, 0.783112109, 0.751716733, -0.125554264,
        0.0633801371,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "sgd",
        [
          "learning_rate": .configuration(
            KerasTraining.configuration(
              "exponential_decay",
              [
                "initial_learning_rate": .number(0.2), "decay_steps": .integer(7),
                "decay_rate": .number(0.8), "staircase": .boolean(true),
              ]))
        ]),
      first: [
        1.00381327, 0.988165677, 0.970677197, 0.999474049, 0.995003283, 0.983563423, -0.0222222209,
        0.0153846173,
      ],
      last: [
        1.00846469, 0.746973336, 0.595803082, 0.895695448, 0.764343798, 0.735698521, -0.127846435,
        0.062790826,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "sgd",
        [
          "learning_rate": .configuration(
            KerasTraining.configuration(
              "cosine_decay",
              [
                "initial_learning_rate": .number(0.02), "decay_steps": .integer(30),
                "alpha": .number(0.1), "warmup_target": .number(0.2), "warmup_steps": .integer(5),
              ]))
        ]),
      first: [
        1.00038135, 0.99881655, 0.99706769, 0.999947429, 0.999500334, 0.998356342, -0.00222222204,
        0.00153846166,
      ],
      last: [
        1.02162719, 0.795171201, 0.652587414, 0.926639676, 0.820621431, 0.783959687, -0.120670237,
        0.0643890202,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "sgd",
        [
          "learning_rate": .configuration(
            KerasTraining.configuration(
              "cosine_decay", ["initial_learning_rate": .number(0.2), "decay_steps": .integer(30)]))
        ]),
      first: [
        1.00381327, 0.988165677, 0.970677197, 0.999474049, 0.995003283, 0.983563423, -0.0222222209,
        0.0153846173,
      ],
      last: [
        1.02696931, 0.837089837, 0.707011342, 0.950034976, 0.866902351, 0.824888825, -0.113390096,
        0.0648329407,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "sgd",
        [
          "learning_rate": .configuration(
            KerasTraining.configuration(
              "piecewise_constant_decay",
              [
                "boundaries": .list([.integer(3), .integer(20)]),
                "values": .list([.number(0.2), .number(0.1), .number(0.02)]),
              ]))
        ]),
      first: [
        1.00381327, 0.988165677, 0.970677197, 0.999474049, 0.995003283, 0.983563423, -0.0222222209,
        0.0153846173,
      ],
      last: [
        1.02666509, 0.838330209, 0.709115565, 0.950423241, 0.867995679, 0.826074898, -0.112955526,
        0.064662151,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "sgd",
        [
          "learning_rate": .configuration(
            KerasTraining.configuration(
              "polynomial_decay",
              [
                "initial_learning_rate": .number(0.2), "decay_steps": .integer(20),
                "power": .number(0.5), "cycle": .boolean(true),
              ]))
        ]),
      first: [
        1.00381327, 0.988165677, 0.970677197, 0.999474049, 0.995003283, 0.983563423, -0.0222222209,
        0.0153846173,
      ],
      last: [
        1.00960255, 0.750403881, 0.599700332, 0.898005903, 0.768421948, 0.739176393, -0.127353057,
        0.0629212931,
      ]),
    Trajectory(
      KerasTraining.configuration(
        "sgd",
        [
          "learning_rate": .configuration(
            KerasTraining.configuration(
              "inverse_time_decay",
              [
                "initial_learning_rate": .number(0.2), "decay_steps": .integer(9),
                "decay_rate": .number(0.6),
              ]))
        ]),
      first: [
        1.00381327, 0.988165677, 0.970677197, 0.999474049, 0.995003283, 0.983563423, -0.0222222209,
        0.0153846173,
      ],
      last: [
        1.0188936, 0.783581614, 0.638620853, 0.919432282, 0.807246566, 0.772447169, -0.122432157,
        0.0640401915,
      ]),
  ]

  static let histories: [[Double]] = [
    [
      1.0625, 0.5897, 0.4109, 0.2725, 0.23, 0.254, 0.1434, 0.2071, 0.1908, 0.1468, 0.1212, 0.1112,
      0.1024, 0.1159,
    ],
    [
      0.5045, 0.5535, 0.9955, 0.7927, 0.6222, 0.989, 0.2153, 0.1602, 0.6125, 0.0439, 0.0357, 0.5149,
      0.4662, 0.9172,
    ],
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    [0.9, 0.5, .nan, 0.45, 0.6, .infinity, 0.3, 0.4, 0.4, 0.4, 0.4, 0.2, 0.1, 0.1],
    [
      .nan, 0.5535, 0.9955, 0.7927, 0.6222, 0.989, 0.2153, 0.1602, 0.6125, 0.0439, 0.0357, 0.5149,
      0.4662, 0.9172,
    ],
  ]

  static let stopping: [Watched] = [
    Watched(
      KerasTraining.configuration("early_stopping", [:]),
      history: 0, epochs: 6, weightsOfEpoch: 5,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration("early_stopping", [:]),
      history: 1, epochs: 2, weightsOfEpoch: 1,
      rates: [0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration("early_stopping", [:]),
      history: 2, epochs: 2, weightsOfEpoch: 1,
      rates: [0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration("early_stopping", [:]),
      history: 3, epochs: 3, weightsOfEpoch: 2,
      rates: [0.050000000000000003, 0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration("early_stopping", [:]),
      history: 4, epochs: 2, weightsOfEpoch: 1,
      rates: [0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration("early_stopping", ["patience": .integer(2)]),
      history: 0, epochs: 9, weightsOfEpoch: 8,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration("early_stopping", ["patience": .integer(2)]),
      history: 1, epochs: 3, weightsOfEpoch: 2,
      rates: [0.050000000000000003, 0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration("early_stopping", ["patience": .integer(2)]),
      history: 2, epochs: 3, weightsOfEpoch: 2,
      rates: [0.050000000000000003, 0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration("early_stopping", ["patience": .integer(2)]),
      history: 3, epochs: 6, weightsOfEpoch: 5,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration("early_stopping", ["patience": .integer(2)]),
      history: 4, epochs: 3, weightsOfEpoch: 2,
      rates: [0.050000000000000003, 0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping", ["patience": .integer(3), "restore_best_weights": .boolean(true)]),
      history: 0, epochs: 10, weightsOfEpoch: 6,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping", ["patience": .integer(3), "restore_best_weights": .boolean(true)]),
      history: 1, epochs: 4, weightsOfEpoch: 0,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping", ["patience": .integer(3), "restore_best_weights": .boolean(true)]),
      history: 2, epochs: 4, weightsOfEpoch: 0,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping", ["patience": .integer(3), "restore_best_weights": .boolean(true)]),
      history: 3, epochs: 10, weightsOfEpoch: 6,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping", ["patience": .integer(3), "restore_best_weights": .boolean(true)]),
      history: 4, epochs: 4, weightsOfEpoch: 0,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(2), "min_delta": .number(0.05),
          "restore_best_weights": .boolean(true),
        ]),
      history: 0, epochs: 6, weightsOfEpoch: 3,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(2), "min_delta": .number(0.05),
          "restore_best_weights": .boolean(true),
        ]),
      history: 1, epochs: 3, weightsOfEpoch: 0,
      rates: [0.050000000000000003, 0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(2), "min_delta": .number(0.05),
          "restore_best_weights": .boolean(true),
        ]),
      history: 2, epochs: 3, weightsOfEpoch: 0,
      rates: [0.050000000000000003, 0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(2), "min_delta": .number(0.05),
          "restore_best_weights": .boolean(true),
        ]),
      history: 3, epochs: 4, weightsOfEpoch: 1,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(2), "min_delta": .number(0.05),
          "restore_best_weights": .boolean(true),
        ]),
      history: 4, epochs: 3, weightsOfEpoch: 0,
      rates: [0.050000000000000003, 0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        ["patience": .integer(1), "mode": .text("max"), "restore_best_weights": .boolean(true)]),
      history: 0, epochs: 2, weightsOfEpoch: 0,
      rates: [0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        ["patience": .integer(1), "mode": .text("max"), "restore_best_weights": .boolean(true)]),
      history: 1, epochs: 4, weightsOfEpoch: 2,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        ["patience": .integer(1), "mode": .text("max"), "restore_best_weights": .boolean(true)]),
      history: 2, epochs: 2, weightsOfEpoch: 0,
      rates: [0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        ["patience": .integer(1), "mode": .text("max"), "restore_best_weights": .boolean(true)]),
      history: 3, epochs: 2, weightsOfEpoch: 0,
      rates: [0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        ["patience": .integer(1), "mode": .text("max"), "restore_best_weights": .boolean(true)]),
      history: 4, epochs: 2, weightsOfEpoch: 0,
      rates: [0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        ["patience": .integer(2), "baseline": .number(0.4), "restore_best_weights": .boolean(true)]),
      history: 0, epochs: 9, weightsOfEpoch: 6,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        ["patience": .integer(2), "baseline": .number(0.4), "restore_best_weights": .boolean(true)]),
      history: 1, epochs: 2, weightsOfEpoch: 0,
      rates: [0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        ["patience": .integer(2), "baseline": .number(0.4), "restore_best_weights": .boolean(true)]),
      history: 2, epochs: 2, weightsOfEpoch: 0,
      rates: [0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        ["patience": .integer(2), "baseline": .number(0.4), "restore_best_weights": .boolean(true)]),
      history: 3, epochs: 3, weightsOfEpoch: 1,
      rates: [0.050000000000000003, 0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        ["patience": .integer(2), "baseline": .number(0.4), "restore_best_weights": .boolean(true)]),
      history: 4, epochs: 2, weightsOfEpoch: 0,
      rates: [0.050000000000000003, 0.050000000000000003]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(1), "start_from_epoch": .integer(4),
          "restore_best_weights": .boolean(true),
        ]),
      history: 0, epochs: 6, weightsOfEpoch: 4,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(1), "start_from_epoch": .integer(4),
          "restore_best_weights": .boolean(true),
        ]),
      history: 1, epochs: 6, weightsOfEpoch: 4,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(1), "start_from_epoch": .integer(4),
          "restore_best_weights": .boolean(true),
        ]),
      history: 2, epochs: 6, weightsOfEpoch: 4,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(1), "start_from_epoch": .integer(4),
          "restore_best_weights": .boolean(true),
        ]),
      history: 3, epochs: 6, weightsOfEpoch: 4,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(1), "start_from_epoch": .integer(4),
          "restore_best_weights": .boolean(true),
        ]),
      history: 4, epochs: 6, weightsOfEpoch: 4,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping", ["patience": .integer(20), "restore_best_weights": .boolean(true)]),
      history: 0, epochs: 14, weightsOfEpoch: 12,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping", ["patience": .integer(20), "restore_best_weights": .boolean(true)]),
      history: 1, epochs: 14, weightsOfEpoch: 10,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping", ["patience": .integer(20), "restore_best_weights": .boolean(true)]),
      history: 2, epochs: 14, weightsOfEpoch: 0,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping", ["patience": .integer(20), "restore_best_weights": .boolean(true)]),
      history: 3, epochs: 14, weightsOfEpoch: 12,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping", ["patience": .integer(20), "restore_best_weights": .boolean(true)]),
      history: 4, epochs: 14, weightsOfEpoch: 0,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(2), "start_from_epoch": .integer(30),
          "restore_best_weights": .boolean(true),
        ]),
      history: 0, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(2), "start_from_epoch": .integer(30),
          "restore_best_weights": .boolean(true),
        ]),
      history: 1, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(2), "start_from_epoch": .integer(30),
          "restore_best_weights": .boolean(true),
        ]),
      history: 2, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(2), "start_from_epoch": .integer(30),
          "restore_best_weights": .boolean(true),
        ]),
      history: 3, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration(
        "early_stopping",
        [
          "patience": .integer(2), "start_from_epoch": .integer(30),
          "restore_best_weights": .boolean(true),
        ]),
      history: 4, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
  ]

  static let plateaus: [Watched] = [
    Watched(
      KerasTraining.configuration("reduce_lr_on_plateau", [:]),
      history: 0, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration("reduce_lr_on_plateau", [:]),
      history: 1, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration("reduce_lr_on_plateau", [:]),
      history: 2, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.005000000000000001, 0.005000000000000001,
        0.005000000000000001, 0.005000000000000001,
      ]),
    Watched(
      KerasTraining.configuration("reduce_lr_on_plateau", [:]),
      history: 3, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003,
      ]),
    Watched(
      KerasTraining.configuration("reduce_lr_on_plateau", [:]),
      history: 4, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.005000000000000001, 0.005000000000000001,
        0.005000000000000001, 0.005000000000000001,
      ]),
    Watched(
      KerasTraining.configuration("reduce_lr_on_plateau", ["patience": .integer(2)]),
      history: 0, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.005000000000000001, 0.005000000000000001, 0.005000000000000001, 0.005000000000000001,
        0.005000000000000001, 0.005000000000000001,
      ]),
    Watched(
      KerasTraining.configuration("reduce_lr_on_plateau", ["patience": .integer(2)]),
      history: 1, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.005000000000000001, 0.005000000000000001,
        0.00050000000000000012, 0.00050000000000000012, 0.00050000000000000012,
        0.00050000000000000012, 0.00050000000000000012, 0.00050000000000000012,
        0.00050000000000000012, 0.00050000000000000012, 5.0000000000000016e-05,
        5.0000000000000016e-05,
      ]),
    Watched(
      KerasTraining.configuration("reduce_lr_on_plateau", ["patience": .integer(2)]),
      history: 2, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.005000000000000001, 0.005000000000000001,
        0.00050000000000000012, 0.00050000000000000012, 5.0000000000000016e-05,
        5.0000000000000016e-05, 5.0000000000000021e-06, 5.0000000000000021e-06,
        5.0000000000000019e-07, 5.0000000000000019e-07, 5.0000000000000024e-08,
        5.0000000000000024e-08,
      ]),
    Watched(
      KerasTraining.configuration("reduce_lr_on_plateau", ["patience": .integer(2)]),
      history: 3, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.005000000000000001, 0.005000000000000001, 0.005000000000000001,
        0.00050000000000000012, 0.00050000000000000012, 5.0000000000000016e-05,
        5.0000000000000016e-05, 5.0000000000000016e-05, 5.0000000000000016e-05,
      ]),
    Watched(
      KerasTraining.configuration("reduce_lr_on_plateau", ["patience": .integer(2)]),
      history: 4, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.005000000000000001, 0.005000000000000001,
        0.00050000000000000012, 0.00050000000000000012, 5.0000000000000016e-05,
        5.0000000000000016e-05, 5.0000000000000021e-06, 5.0000000000000021e-06,
        5.0000000000000019e-07, 5.0000000000000019e-07, 5.0000000000000024e-08,
        5.0000000000000024e-08,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        ["patience": .integer(1), "factor": .number(0.5), "cooldown": .integer(2)]),
      history: 0, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.025000000000000001, 0.025000000000000001, 0.012500000000000001,
        0.012500000000000001, 0.0062500000000000003, 0.0062500000000000003, 0.0062500000000000003,
        0.0062500000000000003, 0.0031250000000000002,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        ["patience": .integer(1), "factor": .number(0.5), "cooldown": .integer(2)]),
      history: 1, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.025000000000000001, 0.025000000000000001, 0.012500000000000001,
        0.012500000000000001, 0.0062500000000000003, 0.0062500000000000003, 0.0062500000000000003,
        0.0031250000000000002, 0.0031250000000000002, 0.0031250000000000002, 0.0015625000000000001,
        0.0015625000000000001, 0.00078125000000000004,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        ["patience": .integer(1), "factor": .number(0.5), "cooldown": .integer(2)]),
      history: 2, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.025000000000000001, 0.025000000000000001, 0.012500000000000001,
        0.012500000000000001, 0.0062500000000000003, 0.0062500000000000003, 0.0031250000000000002,
        0.0031250000000000002, 0.0015625000000000001, 0.0015625000000000001, 0.00078125000000000004,
        0.00078125000000000004, 0.00039062500000000002,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        ["patience": .integer(1), "factor": .number(0.5), "cooldown": .integer(2)]),
      history: 3, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.025000000000000001, 0.025000000000000001,
        0.012500000000000001, 0.012500000000000001, 0.012500000000000001, 0.0062500000000000003,
        0.0062500000000000003, 0.0031250000000000002, 0.0031250000000000002, 0.0031250000000000002,
        0.0031250000000000002, 0.0015625000000000001,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        ["patience": .integer(1), "factor": .number(0.5), "cooldown": .integer(2)]),
      history: 4, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.025000000000000001, 0.025000000000000001, 0.012500000000000001,
        0.012500000000000001, 0.0062500000000000003, 0.0062500000000000003, 0.0031250000000000002,
        0.0031250000000000002, 0.0015625000000000001, 0.0015625000000000001, 0.00078125000000000004,
        0.00078125000000000004, 0.00039062500000000002,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        ["patience": .integer(1), "factor": .number(0.5), "min_lr": .number(0.01)]),
      history: 0, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.050000000000000003, 0.025000000000000001, 0.025000000000000001, 0.012500000000000001,
        0.01, 0.01, 0.01, 0.01, 0.01, 0.01,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        ["patience": .integer(1), "factor": .number(0.5), "min_lr": .number(0.01)]),
      history: 1, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.025000000000000001, 0.012500000000000001, 0.01, 0.01, 0.01, 0.01,
        0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        ["patience": .integer(1), "factor": .number(0.5), "min_lr": .number(0.01)]),
      history: 2, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.025000000000000001, 0.012500000000000001, 0.01, 0.01, 0.01, 0.01,
        0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        ["patience": .integer(1), "factor": .number(0.5), "min_lr": .number(0.01)]),
      history: 3, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.025000000000000001, 0.025000000000000001,
        0.012500000000000001, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        ["patience": .integer(1), "factor": .number(0.5), "min_lr": .number(0.01)]),
      history: 4, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.025000000000000001, 0.012500000000000001, 0.01, 0.01, 0.01, 0.01,
        0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        [
          "patience": .integer(0), "factor": .number(0.9), "min_delta": .number(0.05),
          "mode": .text("min"),
        ]),
      history: 0, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.045000000000000005, 0.040500000000000008, 0.040500000000000008, 0.03645000000000001,
        0.032805000000000008, 0.029524500000000009, 0.02657205000000001, 0.023914845000000011,
        0.021523360500000012, 0.01937102445000001,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        [
          "patience": .integer(0), "factor": .number(0.9), "min_delta": .number(0.05),
          "mode": .text("min"),
        ]),
      history: 1, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.045000000000000005, 0.040500000000000008, 0.03645000000000001,
        0.032805000000000008, 0.029524500000000009, 0.029524500000000009, 0.029524500000000009,
        0.02657205000000001, 0.02657205000000001, 0.023914845000000011, 0.021523360500000012,
        0.01937102445000001, 0.017433922005000008,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        [
          "patience": .integer(0), "factor": .number(0.9), "min_delta": .number(0.05),
          "mode": .text("min"),
        ]),
      history: 2, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.045000000000000005, 0.040500000000000008, 0.03645000000000001,
        0.032805000000000008, 0.029524500000000009, 0.02657205000000001, 0.023914845000000011,
        0.021523360500000012, 0.01937102445000001, 0.017433922005000008, 0.015690529804500006,
        0.014121476824050006, 0.012709329141645007,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        [
          "patience": .integer(0), "factor": .number(0.9), "min_delta": .number(0.05),
          "mode": .text("min"),
        ]),
      history: 3, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.045000000000000005, 0.040500000000000008,
        0.03645000000000001, 0.032805000000000008, 0.032805000000000008, 0.029524500000000009,
        0.02657205000000001, 0.023914845000000011, 0.021523360500000012, 0.021523360500000012,
        0.021523360500000012, 0.01937102445000001,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        [
          "patience": .integer(0), "factor": .number(0.9), "min_delta": .number(0.05),
          "mode": .text("min"),
        ]),
      history: 4, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.045000000000000005, 0.040500000000000008, 0.03645000000000001,
        0.032805000000000008, 0.029524500000000009, 0.02657205000000001, 0.023914845000000011,
        0.021523360500000012, 0.01937102445000001, 0.017433922005000008, 0.015690529804500006,
        0.014121476824050006, 0.012709329141645007,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        [
          "patience": .integer(2), "factor": .number(0.0), "mode": .text("max"),
          "min_lr": .number(0.001),
        ]),
      history: 0, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001,
        0.001, 0.001, 0.001, 0.001, 0.001,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        [
          "patience": .integer(2), "factor": .number(0.0), "mode": .text("max"),
          "min_lr": .number(0.001),
        ]),
      history: 1, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.050000000000000003, 0.050000000000000003,
        0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        [
          "patience": .integer(2), "factor": .number(0.0), "mode": .text("max"),
          "min_lr": .number(0.001),
        ]),
      history: 2, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001,
        0.001, 0.001, 0.001, 0.001, 0.001,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        [
          "patience": .integer(2), "factor": .number(0.0), "mode": .text("max"),
          "min_lr": .number(0.001),
        ]),
      history: 3, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001,
        0.001, 0.001, 0.001, 0.001, 0.001,
      ]),
    Watched(
      KerasTraining.configuration(
        "reduce_lr_on_plateau",
        [
          "patience": .integer(2), "factor": .number(0.0), "mode": .text("max"),
          "min_lr": .number(0.001),
        ]),
      history: 4, epochs: 14, weightsOfEpoch: 13,
      rates: [
        0.050000000000000003, 0.050000000000000003, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001,
        0.001, 0.001, 0.001, 0.001, 0.001,
      ]),
  ]
}
