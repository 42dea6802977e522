// Made by scripts/contract-training.py, which shares no code with the project.
// Do not edit.

extension ContractTrial {
  static let training: [ContractTrial] = [
    ContractTrial(
      name: "AdamW, clipped norms, exponential decay in stairs",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "b135faec2386ad90f0068909ce0a2bf47bfd1171e3295ba86d21b46d81416bd1",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 6,
        "activation": {"tanh": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 2, "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"adamw": {"learning_rate": {"exponential_decay": {"initial_learning_rate": 0.05,
        "decay_steps": 3, "decay_rate": 0.83, "staircase": true}}, "beta_1": 0.9,
        "beta_2": 0.999, "epsilon": 1e-07, "weight_decay": 0.004, "clipnorm": 0.2}},
        "epochs": 3, "batch_size": 4, "shuffle": true}}
        """#,
      sampleCount: 10, inputWidth: 3, targetWidth: 2,
      inputs: [
        0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x00000000, 0x3ef914c2, 0x3f7914c2, 0x3ecf914c,
        0x3f645307, 0xbfacf915, 0x3f4f914c, 0x3fa60dd6, 0xbf722983, 0x3f9bacf9, 0xbf83759f,
        0xbf0a60dd, 0xbf8dd67d, 0xbf1f2298, 0xbe0a60dd, 0xbf33e453, 0xbe5d67c9, 0x3e8a60dd,
        0xbe98375a, 0x3e41bad0, 0x3f2cf915, 0x3ddd67c9, 0x3f18375a, 0x3f8a60dd, 0x3f03759f,
        0x3f800000, 0xbf9f2298,
      ],
      targets: [
        0x3ecf914c, 0x3f6b3e45, 0x3ec1bad0, 0x3f645307, 0x3eb3e453, 0x3f5d67c9, 0x3ea60dd6,
        0x3f567c8a, 0x3e98375a, 0x3f4f914c, 0x3e8a60dd, 0x3f48a60e, 0x3e7914c2, 0x3f41bad0,
        0x3e5d67c9, 0x3f3acf91, 0x3e41bad0, 0x3f33e453, 0x3e260dd6, 0x3f2cf915,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metric: 0x3fa69fa41d000000, lastLoss: 0x3fa5ea74a5cccccd,
          weights: "7da98871db63ed94e9dff5d9aa8cf63db1890101fb805dab7ac38aa4fd59ef6c",
          history: "ac53aed4c687c2f0e33bc77c2775af6ce404bd0cb9bb8cde25576e4383a9af67",
          fingerprints: [
            0x4fb921264c5ca2d8, 0x3cea28318d262d56, 0xd71d66f4d3586130, 0xac866979097a8a3a,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metric: 0x3f9fa16391333333, lastLoss: 0x3fb0cba750000000,
          weights: "1e1e0c81c5d2b55dda512c31edcf46483a636a3332339fbe59c6fb663796c679",
          history: "fdba2c4af621a5cff072c71b5eaecb7b1fac06a136efbbf460052ecf24f18c3d",
          fingerprints: [
            0x34f8cf72ea3a4f7e, 0x6e4e0bb8a3adefb9, 0x60cefe9366de9a98, 0xb583740f70d2200f,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metric: 0x3f9eded6cd99999a, lastLoss: 0x3fb6c595ec000000,
          weights: "bc4b278d05acfe272b1456d315fb4b09afe30996e599b1186e4f53a2884f7692",
          history: "f201d95ba8a6bda90363fc9c580bcf1aafb432ba9badd94aa6fe520b5e4ac8e0",
          fingerprints: [
            0x06abd3148bc49a16, 0x5607dfa263f9d061, 0x45d8f3346d73fd00, 0xc2e1d76773300a9e,
          ]),
      ]),
    ContractTrial(
      name: "Nadam, clipped values, cosine decay after a warm-up, l2",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "250099a9a31093dc0b374004282fc25bcdbe43156e844651b7ce2e3db53b77e7",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 7,
        "activation": {"relu": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}},
        "kernel_regularizer": {"l2": {"l2": 0.01}}}}, {"dense": {"units": 2,
        "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"nadam": {"learning_rate": {"cosine_decay": {"initial_learning_rate": 0.01,
        "decay_steps": 6, "alpha": 0.1, "warmup_steps": 3, "warmup_target": 0.05}},
        "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07, "clipvalue": 0.1}}, "epochs": 4,
        "batch_size": 4, "shuffle": true, "validation_split": 0.2}}
        """#,
      sampleCount: 13, inputWidth: 3, targetWidth: 2,
      inputs: [
        0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x00000000, 0x3ef914c2, 0x3f7914c2, 0x3ecf914c,
        0x3f645307, 0xbfacf915, 0x3f4f914c, 0x3fa60dd6, 0xbf722983, 0x3f9bacf9, 0xbf83759f,
        0xbf0a60dd, 0xbf8dd67d, 0xbf1f2298, 0xbe0a60dd, 0xbf33e453, 0xbe5d67c9, 0x3e8a60dd,
        0xbe98375a, 0x3e41bad0, 0x3f2cf915, 0x3ddd67c9, 0x3f18375a, 0x3f8a60dd, 0x3f03759f,
        0x3f800000, 0xbf9f2298, 0x3f6b3e45, 0xbfa98376, 0xbf567c8a, 0x3fa98376, 0xbf6b3e45,
        0xbedd67c9, 0xbf800000, 0xbf03759f, 0xbcdd67c9,
      ],
      targets: [
        0x3ecf914c, 0x3f6b3e45, 0x3ec1bad0, 0x3f645307, 0x3eb3e453, 0x3f5d67c9, 0x3ea60dd6,
        0x3f567c8a, 0x3e98375a, 0x3f4f914c, 0x3e8a60dd, 0x3f48a60e, 0x3e7914c2, 0x3f41bad0,
        0x3e5d67c9, 0x3f3acf91, 0x3e41bad0, 0x3f33e453, 0x3e260dd6, 0x3f2cf915, 0x3e0a60dd,
        0x3f260dd6, 0x3ddd67c9, 0x3f1f2298, 0x3da60dd6, 0x3f18375a,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metrics: [
            0x3fbc5f268fcccccd, 0x3fb08caa1d555555,
          ],
          lastLoss: 0x3fc214c453521484,
          weights: "604ce4c5095712e3b3958b7c5766363d3464c6b6a93c3ec81ab155f72dda9602",
          history: "1c44c35dc6aedd417b82ba51e4e10083005d60e9319ee77da9c53a8dda308dee",
          fingerprints: [
            0x686c5b9708fdf0b2, 0xe22a76640b8b6d7d, 0x085256eb968b9f44, 0x7ecbfd90938b27d2,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metrics: [
            0x3fafb6f29d99999a, 0x3fb78639caaaaaab,
          ],
          lastLoss: 0x3fbd7928ed3d95f0,
          weights: "2901ddecc5db06146352dc63b20e4525ec8568f22aeea051f9d15e939e3eb5fd",
          history: "887397a42a39d716a3e7cfa9898c752348b87a038938253a282e486b7397f875",
          fingerprints: [
            0xefd167cceda07145, 0xc6ae5a64333f5266, 0xf19f7b84c3bf460d, 0xbf4f1b705a15f476,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metrics: [
            0x3fb9d30374cccccd, 0x3fbd90fc4d555555,
          ],
          lastLoss: 0x3fc2ea004f32b9b6,
          weights: "2547cce5d58192aeeef2c622b02e3117c68ef77226dd217796077bc2f0aa4c94",
          history: "31705c510c0698f7fdb7536164052ba944957feebc51c56f86daf63451c4b86b",
          fingerprints: [
            0xb3f3c85d263a657a, 0xae6273c403e67740, 0x29485318df1de5f3, 0x639776eadfb28b1b,
          ]),
      ]),
    ContractTrial(
      name: "RMSprop with a mean and momentum, clipped global norm, polynomial decay",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "58a64b4ede022aa7ab0d45937522aa29af95261cb7587990a826cfcc3f915997",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 9,
        "activation": {"sigmoid": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 2, "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"rmsprop": {"learning_rate": {"polynomial_decay": {"initial_learning_rate": 0.02,
        "decay_steps": 5, "end_learning_rate": 0.0001, "power": 1.5, "cycle": true}},
        "rho": 0.9, "epsilon": 1e-07, "momentum": 0.6, "centered": true,
        "global_clipnorm": 0.3}}, "epochs": 4, "batch_size": 4, "shuffle": true}}
        """#,
      sampleCount: 11, inputWidth: 4, targetWidth: 2,
      inputs: [
        0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x3f86eb3e, 0x00000000, 0x3ef914c2, 0x3f7914c2,
        0xbfa29837, 0x3ecf914c, 0x3f645307, 0xbfacf915, 0xbf5d67c9, 0x3f4f914c, 0x3fa60dd6,
        0xbf722983, 0xbeeb3e45, 0x3f9bacf9, 0xbf83759f, 0xbf0a60dd, 0xbd5d67c9, 0xbf8dd67d,
        0xbf1f2298, 0xbe0a60dd, 0x3eb3e453, 0xbf33e453, 0xbe5d67c9, 0x3e8a60dd, 0x3f41bad0,
        0xbe98375a, 0x3e41bad0, 0x3f2cf915, 0x3f94c1bb, 0x3ddd67c9, 0x3f18375a, 0x3f8a60dd,
        0xbf94c1bb, 0x3f03759f, 0x3f800000, 0xbf9f2298, 0xbf41bad0, 0x3f6b3e45, 0xbfa98376,
        0xbf567c8a, 0xbeb3e453,
      ],
      targets: [
        0x3ecf914c, 0x3f6b3e45, 0x3ec1bad0, 0x3f645307, 0x3eb3e453, 0x3f5d67c9, 0x3ea60dd6,
        0x3f567c8a, 0x3e98375a, 0x3f4f914c, 0x3e8a60dd, 0x3f48a60e, 0x3e7914c2, 0x3f41bad0,
        0x3e5d67c9, 0x3f3acf91, 0x3e41bad0, 0x3f33e453, 0x3e260dd6, 0x3f2cf915, 0x3e0a60dd,
        0x3f260dd6,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metric: 0x3fad4628045d1746, lastLoss: 0x3fb3439c722e8ba3,
          weights: "b372021930eb76db886c39487e0df14b2859ef58ff71e8bd2509662b0a3faa0a",
          history: "48c3b15300b887766d1eaf21c4c4626c3d5a25f1da256e988683fcf74e6eade6",
          fingerprints: [
            0xdb02fa527ecb885a, 0x6140fe4e07f28c55, 0x01326dfd2669533d, 0x13479b351129581b,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metric: 0x3fa89d49bf1745d1, lastLoss: 0x3fb0b1b630ba2e8c,
          weights: "bc9f7c63b4e7be386a453babfc503e8cc6f2d39b4ebb334da0fd6b2c1515c826",
          history: "3a0dcf75d9a4c02c64fb234d62e2ef3a9753736a6ffd36174ea86c8f4b2f1d0a",
          fingerprints: [
            0xede0fbf03bda0836, 0xea97682e07fe2e49, 0x142e2b483aceb66c, 0x6d5bc62b516fc25e,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metric: 0x3fc8cb6edd1745d1, lastLoss: 0x3fce890281745d17,
          weights: "19d36e0115db35a56c3d1887c947177c00761686927a532ee32df57dbe422ba9",
          history: "f0459d6f3ac8db67dc5beda7de3d069ec7a623c54f6e4e2e54f55d76e9bb4aa9",
          fingerprints: [
            0x22a52d73832a50aa, 0xb89d0d6cfe8102e9, 0xdc5ee6b7cdd500fc, 0x924de89a00e72104,
          ]),
      ]),
    ContractTrial(
      name: "Adagrad, decaying weights and rates, both penalties",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "337e33352353c3e48ca79eaf039e027e8ce93718e48902ee62691157b78dfad9",
        "metrics": [{"sparse_categorical_accuracy": {}},
        {"sparse_categorical_crossentropy": {"from_logits": false}}],
        "model": [{"dense": {"units": 35, "activation": {"tanh": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}},
        "bias_initializer": {"glorot_uniform": {}},
        "kernel_regularizer": {"l1_l2": {"l1": 0.01, "l2": 0.02}},
        "bias_regularizer": {"l1": {"l1": 0.03}}}}, {"dense": {"units": 3,
        "activation": {"softmax": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"sparse_categorical_crossentropy": {"from_logits": false}},
        "optimizer": {"adagrad": {"learning_rate": {"inverse_time_decay": {"initial_learning_rate": 0.3,
        "decay_steps": 4, "decay_rate": 0.7, "staircase": false}},
        "initial_accumulator_value": 0.1, "epsilon": 1e-07, "weight_decay": 0.1}}, "epochs": 3,
        "batch_size": 4, "shuffle": true, "validation_split": 0.25}}
        """#,
      sampleCount: 20, inputWidth: 6, targetWidth: 1,
      inputs: [
        0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x3f86eb3e, 0xbf98375a, 0xbf33e453, 0x00000000,
        0x3ef914c2, 0x3f7914c2, 0xbfa29837, 0xbf48a60e, 0xbe98375a, 0x3ecf914c, 0x3f645307,
        0xbfacf915, 0xbf5d67c9, 0xbec1bad0, 0x3ddd67c9, 0x3f4f914c, 0x3fa60dd6, 0xbf722983,
        0xbeeb3e45, 0x3cdd67c9, 0x3f03759f, 0x3f9bacf9, 0xbf83759f, 0xbf0a60dd, 0xbd5d67c9,
        0x3edd67c9, 0x3f6b3e45, 0xbf8dd67d, 0xbf1f2298, 0xbe0a60dd, 0x3eb3e453, 0x3f567c8a,
        0x3fa98376, 0xbf33e453, 0xbe5d67c9, 0x3e8a60dd, 0x3f41bad0, 0x3f9f2298, 0xbf800000,
        0xbe98375a, 0x3e41bad0, 0x3f2cf915, 0x3f94c1bb, 0xbf8a60dd, 0xbf18375a, 0x3ddd67c9,
        0x3f18375a, 0x3f8a60dd, 0xbf94c1bb, 0xbf2cf915, 0xbe41bad0, 0x3f03759f, 0x3f800000,
        0xbf9f2298, 0xbf41bad0, 0xbe8a60dd, 0x3e5d67c9, 0x3f6b3e45, 0xbfa98376, 0xbf567c8a,
        0xbeb3e453, 0x3e0a60dd, 0x3f1f2298, 0x3fa98376, 0xbf6b3e45, 0xbedd67c9, 0x3d5d67c9,
        0x3f0a60dd, 0x3f83759f, 0xbf800000, 0xbf03759f, 0xbcdd67c9, 0x3eeb3e45, 0x3f722983,
        0xbfa60dd6, 0xbf18375a, 0xbddd67c9, 0x3ec1bad0, 0x3f5d67c9, 0x3facf915, 0xbf645307,
        0xbe41bad0, 0x3e98375a, 0x3f48a60e, 0x3fa29837, 0xbf7914c2, 0xbef914c2, 0x3e5d67c9,
        0x3f33e453, 0x3f98375a, 0xbf86eb3e, 0xbf114c1c, 0xbda60dd6, 0x3f1f2298, 0x3f8dd67d,
        0xbf914c1c, 0xbf260dd6, 0xbe260dd6, 0x3ea60dd6, 0x3f83759f, 0xbf9bacf9, 0xbf3acf91,
        0xbe7914c2, 0x3e7914c2, 0x3f3acf91, 0xbfa60dd6, 0xbf4f914c, 0xbea60dd6, 0x3e260dd6,
        0x3f260dd6, 0x3f914c1c, 0xbf645307, 0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x3f86eb3e,
        0xbf98375a,
      ],
      targets: [
        0x00000000, 0x3f800000, 0x00000000, 0x40000000, 0x00000000, 0x40000000, 0x3f800000,
        0x40000000, 0x3f800000, 0x00000000, 0x3f800000, 0x00000000, 0x3f800000, 0x00000000,
        0x40000000, 0x00000000, 0x40000000, 0x3f800000, 0x40000000, 0x3f800000,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metrics: [
            0x3fe7777777777777, 0x3fe49df12eeeeeef, 0x3fd999999999999a, 0x3ff0338866666666,
          ],
          lastLoss: 0x3ff14d8bcbd6f4a1,
          weights: "8b707185b229829886e61dc84c9a316a824e622c15df01668ffe8c5fbc92c49a",
          history: "9f6d3fee59fd639a2e6d1f73477fdc5b1e9c0e7f165bd64ac5c6377c70a3c864",
          fingerprints: [
            0xa4d757c068795c45, 0xcb7abed128e35f24, 0xe3fd9ba8b91ec965, 0x6d6d35b89784d6dc,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metrics: [
            0x3fe7777777777777, 0x3fe6e7d7a8888889, 0x3fd999999999999a, 0x3ff0b4cd30000000,
          ],
          lastLoss: 0x3ff1a4b69d463165,
          weights: "644e17fe9aafbcbcb729eaf7ef4b9609a64858a38a9dc8525d61bd02939a48f3",
          history: "63df3a9776096618bfbcf8dfd89e88effe5c9910681f6c9105b47b52ce712a3a",
          fingerprints: [
            0xe07d911e4df3f9dc, 0x9dcfa4d396356906, 0xa450dc725e1810ea, 0x0b72b2c23a6d72b1,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metrics: [
            0x3fe7777777777777, 0x3fe4f4cca2222222, 0x3fd999999999999a, 0x3ff0dd8e63333333,
          ],
          lastLoss: 0x3ff1ffa3d95b5ca0,
          weights: "3f9bb6008771df1abcfd1ed8a0f4b20f4a3d941d0f5a3aeaf57111d6bab14d0a",
          history: "8f04ab2a06bb9ade71f2a4b2e15882da8eecf9df83d684a59a612047c71a2991",
          fingerprints: [
            0xb819e093f026916b, 0xe4902e64f9276943, 0x9bca1b85abef1cd0, 0x6aeab977a496574b,
          ]),
      ]),
    ContractTrial(
      name: "momentum by constant pieces",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "ddb8e4d444e39bd7b979e331e7c618785a266b1bf8c7152a482f68cc51b905d7",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 10,
        "activation": {"relu": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 1, "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"sgd": {"learning_rate": {"piecewise_constant_decay": {"boundaries": [1,
        4, 8], "values": [0.1, 0.05, 0.02, 0.01]}}, "momentum": 0.9, "nesterov": true}},
        "epochs": 4, "batch_size": 4, "shuffle": true}}
        """#,
      sampleCount: 11, inputWidth: 1, targetWidth: 1,
      inputs: [
        0x00000000, 0x3daaaaab, 0x3e2aaaab, 0x3e800000, 0x3eaaaaab, 0x3ed55555, 0x3f000000,
        0x3f155555, 0x3f2aaaab, 0x3f400000, 0x3f555555,
      ],
      targets: [
        0x3daaaaab, 0x3e2aaaab, 0x3e800000, 0x3eaaaaab, 0x3ed55555, 0x3f000000, 0x3f155555,
        0x3f2aaaab, 0x3f400000, 0x3f555555, 0x3f6aaaab,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metric: 0x3f98811740ae8ba3, lastLoss: 0x3fa08624dcc5d174,
          weights: "3907f3c2a6114a631b374c4bd524f177fd5832f4567c9fb994fe4c2723075ecc",
          history: "2bed23760cb699aeb92eec5bef219ff9325130a77190a63dfc0dacf692325b29",
          fingerprints: [
            0xfe1d179e2fe5b63e, 0x15c1aaab69c05904, 0x7523a9d029f49d30, 0x0e7adc48c4c4da6c,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metric: 0x3fc5d78d4ba2e8ba, lastLoss: 0x3fc91a3266ba2e8c,
          weights: "acc41fbfd3a3c96ebc983f76ad3339bbc5f0a828de7957b6a32669c7869a73c3",
          history: "0f3791e874cbcc9727088d0d5655cd0158c5dac2130d7d4b15f2de72dbe1894d",
          fingerprints: [
            0xb09db4aeed26e9a4, 0x031c869a276ff278, 0x3c096266dc14bdbd, 0x6a6f727dcc172cf3,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metric: 0x3f510faf451d1746, lastLoss: 0x3f58b371aedd1746,
          weights: "ec7cf02a3f41aea9b982951f675842b57e532ae4990f0a20b25406a6f8cabb2b",
          history: "ff7b9528306f00d84110133894c846c73b64e262f1adcb9479d898ee284481b5",
          fingerprints: [
            0xe13aaa5dcc3cb249, 0x6d98102655d418f3, 0xdf4b478cc6fb0a2f, 0xe133a136e38d4050,
          ]),
      ]),
    ContractTrial(
      name: "Adam, exponential decay",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "ba5d44761acb043a6818c1998b85a9a40b1075c513169dca4f07db8e3671fd8e",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 10,
        "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 1, "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"adam": {"learning_rate": {"exponential_decay": {"initial_learning_rate": 0.01,
        "decay_steps": 3, "decay_rate": 0.96, "staircase": false}}, "beta_1": 0.9,
        "beta_2": 0.999, "epsilon": 1e-07}}, "epochs": 30, "batch_size": "all",
        "shuffle": true}}
        """#,
      sampleCount: 9, inputWidth: 1, targetWidth: 1,
      inputs: [
        0x00000000, 0x3dcccccd, 0x3e4ccccd, 0x3e99999a, 0x3ecccccd, 0x3f000000, 0x3f19999a,
        0x3f333333, 0x3f4ccccd,
      ],
      targets: [
        0x3dcccccd, 0x3e4ccccd, 0x3e99999a, 0x3ecccccd, 0x3f000000, 0x3f19999a, 0x3f333333,
        0x3f4ccccd, 0x3f666666,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metric: 0x3f9d5673836d5555, lastLoss: 0x3fa0116f01d55555,
          weights: "3fb621a53db76ebecf49b58c4123327ea0b03fec4090187a12bab526e766f361",
          history: "22fcbee74ca2d94a1a7eb455b6e3484c63f5dc7998d74fd90956d864fb653e9c",
          fingerprints: [
            0x9a4f6bfcdb52798a, 0xd180e34d376f1274, 0xce4b729dc1c076f9, 0x7e11d2abc134a969,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metric: 0x3f7b5096a09c71c7, lastLoss: 0x3f7ae4a5e6000000,
          weights: "fe6388ef99beeb7e2a1a1ffdec60559d3d20b3b15c611fd3cc8ac57e30be252b",
          history: "d5d2e008656640f4c3836b0530950aff420ff2d61987da0201b77d7f4515a3eb",
          fingerprints: [
            0x3e32a39e5c177366, 0x40d40ec910fbf4e8, 0x0f26c7ec056364e0, 0xaee4ba5f2657f7cc,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metric: 0x3f714b24d9aaaaab, lastLoss: 0x3f7275b0f571c71c,
          weights: "232409ae8beea205afb7572a37c55e446aafb41c8a19c5c397616fbcfa47ddd9",
          history: "5aaec4dfa6ddd5ddcd0926ce4d52effab72190b26eeac2dc1ccb13095a53b497",
          fingerprints: [
            0xffcfe3b0c57b92b1, 0x742d0085c062f590, 0xa9e5bc30365e327e, 0x593a8992e7a856ff,
          ]),
      ]),
    ContractTrial(
      name: "RMSprop, cosine decay",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "b135faec2386ad90f0068909ce0a2bf47bfd1171e3295ba86d21b46d81416bd1",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 5,
        "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 2, "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"rmsprop": {"learning_rate": {"cosine_decay": {"initial_learning_rate": 0.01,
        "decay_steps": 10, "alpha": 0.0, "warmup_steps": 0}}, "rho": 0.9, "epsilon": 1e-07}},
        "epochs": 5, "batch_size": 4, "shuffle": true}}
        """#,
      sampleCount: 10, inputWidth: 3, targetWidth: 2,
      inputs: [
        0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x00000000, 0x3ef914c2, 0x3f7914c2, 0x3ecf914c,
        0x3f645307, 0xbfacf915, 0x3f4f914c, 0x3fa60dd6, 0xbf722983, 0x3f9bacf9, 0xbf83759f,
        0xbf0a60dd, 0xbf8dd67d, 0xbf1f2298, 0xbe0a60dd, 0xbf33e453, 0xbe5d67c9, 0x3e8a60dd,
        0xbe98375a, 0x3e41bad0, 0x3f2cf915, 0x3ddd67c9, 0x3f18375a, 0x3f8a60dd, 0x3f03759f,
        0x3f800000, 0xbf9f2298,
      ],
      targets: [
        0x3ecf914c, 0x3f6b3e45, 0x3ec1bad0, 0x3f645307, 0x3eb3e453, 0x3f5d67c9, 0x3ea60dd6,
        0x3f567c8a, 0x3e98375a, 0x3f4f914c, 0x3e8a60dd, 0x3f48a60e, 0x3e7914c2, 0x3f41bad0,
        0x3e5d67c9, 0x3f3acf91, 0x3e41bad0, 0x3f33e453, 0x3e260dd6, 0x3f2cf915,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metric: 0x3fd319387d800000, lastLoss: 0x3fd319387d800000,
          weights: "25626a4ed9878f06e5cb77bac5e74a77ba74523d5ce26c56d54364cfaaac1199",
          history: "ae0b00d9f3d323a93d01dfbc8942e1e0baebe8bd2170703b6769ef7a34821831",
          fingerprints: [
            0x2dbaa8bf3019d894, 0xb1f592b9aac4ee6a, 0x74535ae9ca21df68, 0x90472fe273e0006f,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metric: 0x3fd6fa5a9199999a, lastLoss: 0x3fd6fa5a9199999a,
          weights: "167bd3f1a70efe3f53e4014a08838f20f33f4b3b087847b4b5450ca6efc630e6",
          history: "861561d2e1634e12c5d6ca1af000f462383d7b63f0cf542b9e200993b624250e",
          fingerprints: [
            0x5bfa9e741fc6b526, 0xecc1698ffe826319, 0x677007d769c83072, 0xbe9cc40cd58b017b,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metric: 0x3fd80f6cc0cccccd, lastLoss: 0x3fd80f6cc0cccccd,
          weights: "f0a0a8a173a01d72eb93892da80b25b2f9211f3348cb7c74847d4b86f257aa65",
          history: "3fdf5088487921f29e2b26f42d508a0c21322b13392ab6affad198e85ca50368",
          fingerprints: [
            0xa7537514d68e6d7d, 0x1778794ae8dc9052, 0xdafc62ff1ada7cc4, 0x32454bfb6f8cceff,
          ]),
      ]),
    ContractTrial(
      name: "plain descent, polynomial decay",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "b135faec2386ad90f0068909ce0a2bf47bfd1171e3295ba86d21b46d81416bd1",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 5,
        "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 2, "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"sgd": {"learning_rate": {"polynomial_decay": {"initial_learning_rate": 0.02,
        "decay_steps": 9, "end_learning_rate": 0.0001, "power": 1.0, "cycle": false}},
        "momentum": 0.0, "nesterov": false}}, "epochs": 5, "batch_size": 4, "shuffle": true}}
        """#,
      sampleCount: 10, inputWidth: 3, targetWidth: 2,
      inputs: [
        0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x00000000, 0x3ef914c2, 0x3f7914c2, 0x3ecf914c,
        0x3f645307, 0xbfacf915, 0x3f4f914c, 0x3fa60dd6, 0xbf722983, 0x3f9bacf9, 0xbf83759f,
        0xbf0a60dd, 0xbf8dd67d, 0xbf1f2298, 0xbe0a60dd, 0xbf33e453, 0xbe5d67c9, 0x3e8a60dd,
        0xbe98375a, 0x3e41bad0, 0x3f2cf915, 0x3ddd67c9, 0x3f18375a, 0x3f8a60dd, 0x3f03759f,
        0x3f800000, 0xbf9f2298,
      ],
      targets: [
        0x3ecf914c, 0x3f6b3e45, 0x3ec1bad0, 0x3f645307, 0x3eb3e453, 0x3f5d67c9, 0x3ea60dd6,
        0x3f567c8a, 0x3e98375a, 0x3f4f914c, 0x3e8a60dd, 0x3f48a60e, 0x3e7914c2, 0x3f41bad0,
        0x3e5d67c9, 0x3f3acf91, 0x3e41bad0, 0x3f33e453, 0x3e260dd6, 0x3f2cf915,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metric: 0x3fe108685419999a, lastLoss: 0x3fe10b862cb33333,
          weights: "51fb083f661258ea64d135527ec2e2784797e0f10d5be493b49a203f0b7f83ee",
          history: "98eaf7dadb180e70401e2921147cd8a68e16d5228d8239ab7801e0e4851f3f1c",
          fingerprints: [
            0x97f1b85bcf604e1c, 0x14065b015a7b3afd, 0xf0cf3f8239e09dfc, 0x13afd26dcebc8d98,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metric: 0x3fe230a2c6666666, lastLoss: 0x3fe234f1bc000000,
          weights: "7cefe31b3a21b49945a559a49b9105b8a547841eab8673294326f633408712b1",
          history: "54212c02dd2d46d39e2887c13a8832b5cfd99e4828648907b8fa4fcababa815a",
          fingerprints: [
            0x31bf78ae4929e985, 0x4cd5b5be60f09f24, 0x0b934a692620b0d3, 0x68cda63ce88cc513,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metric: 0x3fe1179a46666666, lastLoss: 0x3fe11cb58f333333,
          weights: "c10f5dcc7ce527ff4ed6ac16d67cb413092eaebf7105f9f25cbecde121cfda91",
          history: "ae61975d9e891f0159025d5ba0d62a34e5943be06f34f5d70a3f36b35b0aa2b6",
          fingerprints: [
            0x27f87da0f6220e70, 0x34190f1a7a847b71, 0xf64506dca04f3563, 0x20558ed22774f215,
          ]),
      ]),
    ContractTrial(
      name: "early stopping that restores",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "337e33352353c3e48ca79eaf039e027e8ce93718e48902ee62691157b78dfad9",
        "metrics": [{"sparse_categorical_crossentropy": {"from_logits": false}},
        {"sparse_categorical_accuracy": {}}], "model": [{"dense": {"units": 8,
        "activation": {"tanh": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dropout": {"rate": 0.2}}, {"dense": {"units": 3, "activation": {"softmax": {}},
        "use_bias": true, "kernel_initializer": {"glorot_uniform": {}},
        "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"sparse_categorical_crossentropy": {"from_logits": false}},
        "optimizer": {"rmsprop": {"learning_rate": 0.05, "rho": 0.9, "epsilon": 1e-07,
        "momentum": 0.5}}, "epochs": 12, "batch_size": 4, "shuffle": true,
        "validation_split": 0.3, "callbacks": [{"early_stopping": {"monitor": "val_loss",
        "min_delta": 0.01, "mode": "auto", "patience": 2, "restore_best_weights": true,
        "start_from_epoch": 0}}]}}
        """#,
      sampleCount: 20, inputWidth: 6, targetWidth: 1,
      inputs: [
        0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x3f86eb3e, 0xbf98375a, 0xbf33e453, 0x00000000,
        0x3ef914c2, 0x3f7914c2, 0xbfa29837, 0xbf48a60e, 0xbe98375a, 0x3ecf914c, 0x3f645307,
        0xbfacf915, 0xbf5d67c9, 0xbec1bad0, 0x3ddd67c9, 0x3f4f914c, 0x3fa60dd6, 0xbf722983,
        0xbeeb3e45, 0x3cdd67c9, 0x3f03759f, 0x3f9bacf9, 0xbf83759f, 0xbf0a60dd, 0xbd5d67c9,
        0x3edd67c9, 0x3f6b3e45, 0xbf8dd67d, 0xbf1f2298, 0xbe0a60dd, 0x3eb3e453, 0x3f567c8a,
        0x3fa98376, 0xbf33e453, 0xbe5d67c9, 0x3e8a60dd, 0x3f41bad0, 0x3f9f2298, 0xbf800000,
        0xbe98375a, 0x3e41bad0, 0x3f2cf915, 0x3f94c1bb, 0xbf8a60dd, 0xbf18375a, 0x3ddd67c9,
        0x3f18375a, 0x3f8a60dd, 0xbf94c1bb, 0xbf2cf915, 0xbe41bad0, 0x3f03759f, 0x3f800000,
        0xbf9f2298, 0xbf41bad0, 0xbe8a60dd, 0x3e5d67c9, 0x3f6b3e45, 0xbfa98376, 0xbf567c8a,
        0xbeb3e453, 0x3e0a60dd, 0x3f1f2298, 0x3fa98376, 0xbf6b3e45, 0xbedd67c9, 0x3d5d67c9,
        0x3f0a60dd, 0x3f83759f, 0xbf800000, 0xbf03759f, 0xbcdd67c9, 0x3eeb3e45, 0x3f722983,
        0xbfa60dd6, 0xbf18375a, 0xbddd67c9, 0x3ec1bad0, 0x3f5d67c9, 0x3facf915, 0xbf645307,
        0xbe41bad0, 0x3e98375a, 0x3f48a60e, 0x3fa29837, 0xbf7914c2, 0xbef914c2, 0x3e5d67c9,
        0x3f33e453, 0x3f98375a, 0xbf86eb3e, 0xbf114c1c, 0xbda60dd6, 0x3f1f2298, 0x3f8dd67d,
        0xbf914c1c, 0xbf260dd6, 0xbe260dd6, 0x3ea60dd6, 0x3f83759f, 0xbf9bacf9, 0xbf3acf91,
        0xbe7914c2, 0x3e7914c2, 0x3f3acf91, 0xbfa60dd6, 0xbf4f914c, 0xbea60dd6, 0x3e260dd6,
        0x3f260dd6, 0x3f914c1c, 0xbf645307, 0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x3f86eb3e,
        0xbf98375a,
      ],
      targets: [
        0x00000000, 0x3f800000, 0x00000000, 0x40000000, 0x00000000, 0x40000000, 0x3f800000,
        0x40000000, 0x3f800000, 0x00000000, 0x3f800000, 0x00000000, 0x3f800000, 0x00000000,
        0x40000000, 0x00000000, 0x40000000, 0x3f800000, 0x40000000, 0x3f800000,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metrics: [
            0x3fddf699f4000000, 0x3feb6db6db6db6db, 0x3fe980580eaaaaab, 0x3fd5555555555555,
          ],
          lastLoss: 0x3fe7f06595000000,
          weights: "644421c2070b009a3ba65ad3701d20c99379887abff24f0b2e09ca03734570ef",
          history: "e35750a78a81a884dc54c658362be248ee86f4b27f01e728e0457ca31f996d58",
          fingerprints: [
            0xd595f067ac672654, 0xae03b9abb0228294, 0xf9929990eea1f22f, 0xa4374805f4b2bbfa,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metrics: [
            0x3fd7c9a6f4db6db7, 0x3feb6db6db6db6db, 0x3fe94b5a38aaaaab, 0x3fe5555555555555,
          ],
          lastLoss: 0x3fdcfebf55a49249,
          weights: "68c7229102304e144c04d736f3e9fec94961f6e3e7f9351d02fdcf3059d3d9f0",
          history: "62bfd202412223ba949bf2db9d0b0415174eba832344e934e85f9621a261b70c",
          fingerprints: [
            0x9e0a4a22b118f8f2, 0x66161cc3c4c72488, 0x27d6f23771087abf, 0xd57694817c03655e,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metrics: [
            0x3fe26b0189b6db6e, 0x3fe6db6db6db6db7, 0x3feded4e2aaaaaab, 0x3fe0000000000000,
          ],
          lastLoss: 0x3fe9fe6eb15b6db7,
          weights: "1c0ae1d1e03dcce25ac8af8b57af6233d2b4aa33745e16a679b0914d31bf640b",
          history: "8f9aeaa1f1b9de9360fde87893bfbb10bb0645a05a72ed5031bf1251ca97794a",
          fingerprints: [
            0xb50f3ff5e961d3b2, 0x63ea3668abb1a2e9, 0xea6b0647b7859df8, 0x2a8daebda2e9bc15,
          ]),
        Expected(
          seed: "d4aee86fa494579e", divergedAtEpoch: nil,
          metrics: [
            0x3fe31774fe000000, 0x3fe4924924924925, 0x3ff0598102aaaaab, 0x3fe5555555555555,
          ],
          lastLoss: 0x3fe2e458f3124925,
          weights: "87865435a5004cb39981bdddcd75d3f2a6e8f75a52ed1e0c473528534a0d37a9",
          history: "7a0ab837a202eaed37010a2abbb8d5cbbc78559f07fb8145c59c85e049b45fa4",
          fingerprints: [
            0xbb6cba0b308ce982, 0xd8e63c2cc9408a4d, 0x0785fc15e1f13340, 0xfbc8252d5abac2bd,
          ]),
        Expected(
          seed: "33d2ccadd66b5f09", divergedAtEpoch: nil,
          metrics: [
            0x3fe42e6a736db6db, 0x3feb6db6db6db6db, 0x3fe750f8db000000, 0x3fe5555555555555,
          ],
          lastLoss: 0x3fe44063d2492492,
          weights: "ef47931d08a639ef15e0662bb55a4e2ecf11bd4cebd447d948714db0aa3501cb",
          history: "674695d1fcc57faca308c41ea4f66e56866fb0cf9eb30acb1f4a6deb3918ca2e",
          fingerprints: [
            0x69d88ffa283ccaa9, 0x1798be566858dc5d, 0xa8cc55066be22c88, 0x8595fa2106f10e8f,
          ]),
        Expected(
          seed: "c151e7734e46f1cf", divergedAtEpoch: nil,
          metrics: [
            0x3fefd49cfe492492, 0x3fe0000000000000, 0x3ff5ef2f68000000, 0x3fc5555555555555,
          ],
          lastLoss: 0x3ff000d19a000000,
          weights: "9b75dc78463b2a21cea4185923e9a41f87f6ec2210c76ff38f79b099173ee3d8",
          history: "78500ff4474f5de9cf67b74a7ae352b78a2a87cc633ffb3981952dbc1e2802cd",
          fingerprints: [
            0x419b164c8ddca93b, 0xcfc0b23c9c605641, 0xd5080fd16e3424e4, 0x830a8b7894f0d132,
          ]),
      ]),
    ContractTrial(
      name: "early stopping by accuracy and by loss",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "337e33352353c3e48ca79eaf039e027e8ce93718e48902ee62691157b78dfad9",
        "metrics": [{"sparse_categorical_accuracy": {}}], "model": [{"dense": {"units": 8,
        "activation": {"relu": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 3, "activation": {"softmax": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"sparse_categorical_crossentropy": {"from_logits": false}},
        "optimizer": {"rmsprop": {"learning_rate": 0.03, "rho": 0.9, "epsilon": 1e-07,
        "centered": true}}, "epochs": 12, "batch_size": 5, "shuffle": true,
        "validation_split": 0.3,
        "callbacks": [{"early_stopping": {"monitor": "val_sparse_categorical_accuracy",
        "min_delta": 0, "mode": "auto", "patience": 3, "restore_best_weights": false,
        "start_from_epoch": 1, "baseline": 0.2}}, {"early_stopping": {"monitor": "loss",
        "min_delta": 0, "mode": "min", "patience": 1, "restore_best_weights": true,
        "start_from_epoch": 0}}]}}
        """#,
      sampleCount: 20, inputWidth: 6, targetWidth: 1,
      inputs: [
        0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x3f86eb3e, 0xbf98375a, 0xbf33e453, 0x00000000,
        0x3ef914c2, 0x3f7914c2, 0xbfa29837, 0xbf48a60e, 0xbe98375a, 0x3ecf914c, 0x3f645307,
        0xbfacf915, 0xbf5d67c9, 0xbec1bad0, 0x3ddd67c9, 0x3f4f914c, 0x3fa60dd6, 0xbf722983,
        0xbeeb3e45, 0x3cdd67c9, 0x3f03759f, 0x3f9bacf9, 0xbf83759f, 0xbf0a60dd, 0xbd5d67c9,
        0x3edd67c9, 0x3f6b3e45, 0xbf8dd67d, 0xbf1f2298, 0xbe0a60dd, 0x3eb3e453, 0x3f567c8a,
        0x3fa98376, 0xbf33e453, 0xbe5d67c9, 0x3e8a60dd, 0x3f41bad0, 0x3f9f2298, 0xbf800000,
        0xbe98375a, 0x3e41bad0, 0x3f2cf915, 0x3f94c1bb, 0xbf8a60dd, 0xbf18375a, 0x3ddd67c9,
        0x3f18375a, 0x3f8a60dd, 0xbf94c1bb, 0xbf2cf915, 0xbe41bad0, 0x3f03759f, 0x3f800000,
        0xbf9f2298, 0xbf41bad0, 0xbe8a60dd, 0x3e5d67c9, 0x3f6b3e45, 0xbfa98376, 0xbf567c8a,
        0xbeb3e453, 0x3e0a60dd, 0x3f1f2298, 0x3fa98376, 0xbf6b3e45, 0xbedd67c9, 0x3d5d67c9,
        0x3f0a60dd, 0x3f83759f, 0xbf800000, 0xbf03759f, 0xbcdd67c9, 0x3eeb3e45, 0x3f722983,
        0xbfa60dd6, 0xbf18375a, 0xbddd67c9, 0x3ec1bad0, 0x3f5d67c9, 0x3facf915, 0xbf645307,
        0xbe41bad0, 0x3e98375a, 0x3f48a60e, 0x3fa29837, 0xbf7914c2, 0xbef914c2, 0x3e5d67c9,
        0x3f33e453, 0x3f98375a, 0xbf86eb3e, 0xbf114c1c, 0xbda60dd6, 0x3f1f2298, 0x3f8dd67d,
        0xbf914c1c, 0xbf260dd6, 0xbe260dd6, 0x3ea60dd6, 0x3f83759f, 0xbf9bacf9, 0xbf3acf91,
        0xbe7914c2, 0x3e7914c2, 0x3f3acf91, 0xbfa60dd6, 0xbf4f914c, 0xbea60dd6, 0x3e260dd6,
        0x3f260dd6, 0x3f914c1c, 0xbf645307, 0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x3f86eb3e,
        0xbf98375a,
      ],
      targets: [
        0x00000000, 0x3f800000, 0x00000000, 0x40000000, 0x00000000, 0x40000000, 0x3f800000,
        0x40000000, 0x3f800000, 0x00000000, 0x3f800000, 0x00000000, 0x3f800000, 0x00000000,
        0x40000000, 0x00000000, 0x40000000, 0x3f800000, 0x40000000, 0x3f800000,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metrics: [
            0x3fe9249249249249, 0x3fe0000000000000,
          ],
          lastLoss: 0x3fe3748d5e924925,
          weights: "b5d4fa5646f8554c4e277cdb90639a5f16434a0ba305ba3c1ac3de881186db9a",
          history: "8c96e55463cb608163e787f2f4af11162664d05b2feb671d796b4b0ca22416af",
          fingerprints: [
            0xeffec7b7baf540dd, 0xe9671337d7875a25, 0xbcb8652ab5ae1666, 0xca72fe6e7d062eec,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metrics: [
            0x3fe9249249249249, 0x3fe0000000000000,
          ],
          lastLoss: 0x3fe66df199b6db6e,
          weights: "fc0554c75eb3e07b283117271bd70be64b5774f2581f64fbf8d6a716fe3b85be",
          history: "eaf06e0f3d2891b3c156ce3be4e6933bb2c15b73085f83c7b3919373e569ccff",
          fingerprints: [
            0xc5348400a661c674, 0xe634ea39890b26a3, 0x0cb0df0a32e6c254, 0x422177af594ab60a,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metrics: [
            0x3fe9249249249249, 0x3fd5555555555555,
          ],
          lastLoss: 0x3fe69d4826db6db7,
          weights: "992956578951924243ea63ba56627e7a88266efabc698ed89df75dccd8f6006f",
          history: "ab281dddad90c313f47fa0cf2f07b2bda5bb98a55f6e3e242d05ad17552c0535",
          fingerprints: [
            0xc64a141428e29b60, 0x4bdd319c1ce6d971, 0x49a1a6c098d7210a, 0x8f867b2ebeecda2e,
          ]),
        Expected(
          seed: "d4aee86fa494579e", divergedAtEpoch: nil,
          metrics: [
            0x3fe6db6db6db6db7, 0x3fd5555555555555,
          ],
          lastLoss: 0x3fe5558b81249249,
          weights: "f3fc0022ab4b18dd099d6a51d6b8980d743a52a547c7d6d9ecea9006a3e416d3",
          history: "56207179605fac41b730331261c0a73564ca27017dd7442ab02b086faba4ad6a",
          fingerprints: [
            0x5f0e60933123699c, 0x719489500dbec97a, 0x190bc3647892fd88, 0xc9130ca43e7699bc,
          ]),
        Expected(
          seed: "33d2ccadd66b5f09", divergedAtEpoch: nil,
          metrics: [
            0x3fe2492492492492, 0x3fc5555555555555,
          ],
          lastLoss: 0x3feb9a1e1c000000,
          weights: "d772bf60bec2709be749a8fb90c39434e06d75b82045f0ceec2cadc83ab897f3",
          history: "1b4a91b1fbdd941707b37d12ea055717fde6f4e5c65c4c1b76b97d2004431303",
          fingerprints: [
            0xf714c2ef86a73574, 0x9f89baf881518866, 0x3ddbdebbda5e2923, 0xfab6de10731c5a83,
          ]),
        Expected(
          seed: "c151e7734e46f1cf", divergedAtEpoch: nil,
          metrics: [
            0x3fe6db6db6db6db7, 0x3fd5555555555555,
          ],
          lastLoss: 0x3fe6eb4679b6db6e,
          weights: "3855e85b44f31a71cdc9fa4985f77f3a45e8fdf2eb9243e28f72137f05858176",
          history: "15b8c2cc3a259bb6567498e41b1c686247e21f17452f4b2428b4d15feaa26c93",
          fingerprints: [
            0xbb1c7e3313aecefe, 0x81a842b70ecd0c7c, 0xf0dc0bc4503189a9, 0xfc488f7fbef8b68f,
          ]),
      ]),
    ContractTrial(
      name: "rates that fall on a plateau",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "250099a9a31093dc0b374004282fc25bcdbe43156e844651b7ce2e3db53b77e7",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 6,
        "activation": {"tanh": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 2, "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"sgd": {"learning_rate": 0.05, "momentum": 0.9, "nesterov": false}},
        "epochs": 14, "batch_size": 4, "shuffle": true, "validation_split": 0.3,
        "callbacks": [{"reduce_lr_on_plateau": {"monitor": "val_loss", "min_delta": 0.0001,
        "mode": "auto", "factor": 0.5, "patience": 1, "cooldown": 1, "min_lr": 0.004}},
        {"early_stopping": {"monitor": "mean_squared_error", "min_delta": 0, "mode": "auto",
        "patience": 4, "restore_best_weights": false, "start_from_epoch": 0}}]}}
        """#,
      sampleCount: 13, inputWidth: 3, targetWidth: 2,
      inputs: [
        0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x00000000, 0x3ef914c2, 0x3f7914c2, 0x3ecf914c,
        0x3f645307, 0xbfacf915, 0x3f4f914c, 0x3fa60dd6, 0xbf722983, 0x3f9bacf9, 0xbf83759f,
        0xbf0a60dd, 0xbf8dd67d, 0xbf1f2298, 0xbe0a60dd, 0xbf33e453, 0xbe5d67c9, 0x3e8a60dd,
        0xbe98375a, 0x3e41bad0, 0x3f2cf915, 0x3ddd67c9, 0x3f18375a, 0x3f8a60dd, 0x3f03759f,
        0x3f800000, 0xbf9f2298, 0x3f6b3e45, 0xbfa98376, 0xbf567c8a, 0x3fa98376, 0xbf6b3e45,
        0xbedd67c9, 0xbf800000, 0xbf03759f, 0xbcdd67c9,
      ],
      targets: [
        0x3ecf914c, 0x3f6b3e45, 0x3ec1bad0, 0x3f645307, 0x3eb3e453, 0x3f5d67c9, 0x3ea60dd6,
        0x3f567c8a, 0x3e98375a, 0x3f4f914c, 0x3e8a60dd, 0x3f48a60e, 0x3e7914c2, 0x3f41bad0,
        0x3e5d67c9, 0x3f3acf91, 0x3e41bad0, 0x3f33e453, 0x3e260dd6, 0x3f2cf915, 0x3e0a60dd,
        0x3f260dd6, 0x3ddd67c9, 0x3f1f2298, 0x3da60dd6, 0x3f18375a,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metrics: [
            0x3fd1a5bb3471c71c, 0x3fc899a9d2000000,
          ],
          lastLoss: 0x3fd43e15a3c71c72,
          weights: "d5e2707d25429ff5afc7118437d093ed208fa19b099582daa084236e90514022",
          history: "032e14d6ec568e086d2432a6e2335d686ec685400ad1fbd1fa714700cdcf7602",
          fingerprints: [
            0xf8001dbdb8e52bbf, 0xc34f0e5e06cdd0a9, 0xbb5804ffde7c675c, 0x783c68437a03c7d1,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metrics: [
            0x3fbe1059c7c71c72, 0x3fc447771e000000,
          ],
          lastLoss: 0x3fbdaf1c10c71c72,
          weights: "4a51ebb4290eafb28a2bbff408c1a8d853af59bc0a45d19d91e049eb335e5625",
          history: "d1354aad4ba0eca4753b732ed923ac37f6ee7500581fce737fcec97ded96a448",
          fingerprints: [
            0x33312a5a23f1620b, 0x67910cbe01601275, 0xe16ed45d872859a7, 0xb28f77a7993558aa,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metrics: [
            0x3fd1e46839c71c72, 0x3fd6f6687c000000,
          ],
          lastLoss: 0x3fd40706a5555555,
          weights: "12f54a3e2342a47db90e7f636950cb21b555a35c19117daa80d51561c912dabd",
          history: "102aa765f03aa95fea13c21c7408818b42de3aff8613fb0c96559bd1a3abb3df",
          fingerprints: [
            0xc118044a12544cce, 0x46318c1d41914d6c, 0x31e74818ed252237, 0x6d92cf767d3780ca,
          ]),
        Expected(
          seed: "d4aee86fa494579e", divergedAtEpoch: nil,
          metrics: [
            0x3fb2b11121c71c72, 0x3fcd734c8bc00000,
          ],
          lastLoss: 0x3fb443fb45555555,
          weights: "8a2a616ee00800d5558826d6181ee2f694eb32de4e30f6e9d0ea538e3a35f81d",
          history: "253924719ad889f9abb798406356b4063a8ea994ff46514a6fa58bb5819da834",
          fingerprints: [
            0xbd22eaaebf298e8e, 0x0a83a794318336f9, 0x95cd4e529226b166, 0xab236a6366b57a10,
          ]),
        Expected(
          seed: "33d2ccadd66b5f09", divergedAtEpoch: nil,
          metrics: [
            0x3fcb506d05555555, 0x3fb2cfe855280000,
          ],
          lastLoss: 0x3fccfa32938e38e4,
          weights: "1f9bcef04a0666c3ace0f54327369acf24fcabd6cae554500f270b1dd6c2bcf3",
          history: "66a3677eacf8a62906f0ecf65c1fe5061ff63cbb02ece870a4ef1777f18c0c3f",
          fingerprints: [
            0xed5bcf5b3ce9473c, 0x7d92f04fc10fe92c, 0x08295765ab4b83f4, 0x983e32c5be9d8fa1,
          ]),
        Expected(
          seed: "c151e7734e46f1cf", divergedAtEpoch: nil,
          metrics: [
            0x3fc69d4c5d555555, 0x3fbdde71a3000000,
          ],
          lastLoss: 0x3fc5e8bab6000000,
          weights: "e873afc0a78533bf63523970d050768a0f8fdeee9763fee9d7cec0e178e2aa6e",
          history: "99694d03630a2c8cee66b09da8a4f17a2b503876a0559ccd2a65ede29547742e",
          fingerprints: [
            0x1c762b8bf4aa7a94, 0xa1dec3d9b76900c8, 0x7c23fd17e91191f9, 0xbae446b900b6f8cb,
          ]),
      ]),
    ContractTrial(
      name: "broken epochs",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "71cf3b0881ac34cf710ab2c652977eba7be70a71e087ef9a45db65d477f59968",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 4,
        "activation": {"relu": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 2, "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"sgd": {"learning_rate": 14.0, "momentum": 0.3, "nesterov": false}},
        "epochs": 8, "batch_size": 3, "shuffle": true, "validation_split": 0.25,
        "callbacks": [{"terminate_on_nan": {}}, {"early_stopping": {"monitor": "val_loss",
        "min_delta": 0, "mode": "auto", "patience": 3, "restore_best_weights": true,
        "start_from_epoch": 0}}]}}
        """#,
      sampleCount: 14, inputWidth: 3, targetWidth: 2,
      inputs: [
        0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x00000000, 0x3ef914c2, 0x3f7914c2, 0x3ecf914c,
        0x3f645307, 0xbfacf915, 0x3f4f914c, 0x3fa60dd6, 0xbf722983, 0x3f9bacf9, 0xbf83759f,
        0xbf0a60dd, 0xbf8dd67d, 0xbf1f2298, 0xbe0a60dd, 0xbf33e453, 0xbe5d67c9, 0x3e8a60dd,
        0xbe98375a, 0x3e41bad0, 0x3f2cf915, 0x3ddd67c9, 0x3f18375a, 0x3f8a60dd, 0x3f03759f,
        0x3f800000, 0xbf9f2298, 0x3f6b3e45, 0xbfa98376, 0xbf567c8a, 0x3fa98376, 0xbf6b3e45,
        0xbedd67c9, 0xbf800000, 0xbf03759f, 0xbcdd67c9, 0xbf18375a, 0xbddd67c9, 0x3ec1bad0,
      ],
      targets: [
        0x3ecf914c, 0x3f6b3e45, 0x3ec1bad0, 0x3f645307, 0x3eb3e453, 0x3f5d67c9, 0x3ea60dd6,
        0x3f567c8a, 0x3e98375a, 0x3f4f914c, 0x3e8a60dd, 0x3f48a60e, 0x3e7914c2, 0x3f41bad0,
        0x3e5d67c9, 0x3f3acf91, 0x3e41bad0, 0x3f33e453, 0x3e260dd6, 0x3f2cf915, 0x3e0a60dd,
        0x3f260dd6, 0x3ddd67c9, 0x3f1f2298, 0x3da60dd6, 0x3f18375a, 0x3d5d67c9, 0x3f114c1c,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: 2,
          metrics: [
            0x471b6206474ccccd, 0x428b6f0b98000000,
          ],
          lastLoss: 0x7ff0000000000000,
          weights: "39ae69ef4f4133cf89068a7346e03604497beb6a2bdd688ff5588745f94988ee",
          history: "b5bc55d1a307671c8b4fd83d1c76a96338f4ddf91cd7fe0cb5090dd54f779cbe",
          fingerprints: [
            0xd2026294343cf265, 0x65456740480739e5, 0x3a7eecc9e8bacc55, 0xfbe44f46359a863e,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: 2,
          metrics: [
            0x42b76a735f04b333, 0x42d6808127600000,
          ],
          lastLoss: 0x7ff0000000000000,
          weights: "c2be4f4a9f980e8d7990ca8395783aceaf4ee352e79e0786ec7464d699cf842b",
          history: "0524a42d2d6f3239499d90561094f2a6ea38632f718dfc487380b211761f7958",
          fingerprints: [
            0x1fe122dd65910a66, 0x879822c46466e12c, 0xf87942783e72da6b, 0x381f8a8b784bafe8,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: 3,
          metrics: [
            0x42ccbc831999999a, 0x42ccbc8140000000,
          ],
          lastLoss: 0x7ff0000000000000,
          weights: "8a99e435f94d678eda7d518c50ce9013bb3dda1aed6618fc736b2851a23fac98",
          history: "a0fb75d20d4e508bff78c3ba631c6247051677233e78d80738e6990bbe2fc55c",
          fingerprints: [
            0x551866d7e1593591, 0xaaaee0fc0c78458c, 0xbae3735542ad7986, 0x9661f02787af3c15,
          ]),
        Expected(
          seed: "d4aee86fa494579e", divergedAtEpoch: nil,
          metrics: [
            0x41be34d083333333, 0x41be34b5d0000000,
          ],
          lastLoss: 0x4692c7bcd76d42cd,
          weights: "d10f0c736e02f8567ae6d85158161c7e40e4a4bbe98ba156b91c79c8e668192f",
          history: "41589e5df3d8a60f439b490928083857828ea104859129159d6be057b03807d6",
          fingerprints: [
            0xf38cce34fd9e02e3, 0x47005e946f206464, 0xd653dda88ac297c2, 0x18415e32baa29a64,
          ]),
        Expected(
          seed: "33d2ccadd66b5f09", divergedAtEpoch: 2,
          metrics: [
            0x46a4f4cee6666666, 0x46aa4b33e0000000,
          ],
          lastLoss: 0x7ff0000000000000,
          weights: "b2f47a9873e975677bb638d882b3d85df54ec3bf10780e47203b180ac7bbfb25",
          history: "7329f5723c6b034315f76a64655ff6ed43c4d25afa260796684cf5fe8e4ee38f",
          fingerprints: [
            0xb0b92eaf0956042b, 0xd100cf720b9663b8, 0xc6471cb3a4f7db89, 0x658b6567745b3029,
          ]),
        Expected(
          seed: "c151e7734e46f1cf", divergedAtEpoch: 3,
          metrics: [
            0x4481878699999d10, 0x451bc11040000000,
          ],
          lastLoss: 0x7ff0000000000000,
          weights: "afaf87e3d9333ddb8974a8077a6696cc1956ae63a759fbd2bcc85da6755440f3",
          history: "85a066138f4baf3a7f18d9c0fce114b818ece28e459561f2dda5b47b7262ce45",
          fingerprints: [
            0x9bea6ab239501e84, 0xccd6027b7186df87, 0xdb41cf23842e256e, 0x7acf2bd347d005c4,
          ]),
      ]),
  ]
}
