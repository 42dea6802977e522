// Made by scripts/contract-reference.py, which shares no code with the project.
// Do not edit.

extension ContractTrial {
  static let activations: [ContractTrial] = [
    ContractTrial(
      name: "leaky_relu, elu, selu",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "250099a9a31093dc0b374004282fc25bcdbe43156e844651b7ce2e3db53b77e7",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 7,
        "activation": {"leaky_relu": {"negative_slope": 0.2}}, "use_bias": true,
        "kernel_initializer": {"he_normal": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 6, "activation": {"elu": {"alpha": 1.5}}, "use_bias": true,
        "kernel_initializer": {"lecun_normal": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 5, "activation": {"selu": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_normal": {}},
        "bias_initializer": {"constant": {"value": 0.25}}}}, {"dense": {"units": 2,
        "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"sgd": {"learning_rate": 0.05, "momentum": 0.0, "nesterov": false}},
        "epochs": 3, "batch_size": 4, "shuffle": true, "validation_split": 0.25}}
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
            0x3fa09ded37c71c72, 0x3fabb748a4000000,
          ],
          lastLoss: 0x3fab48ecbcaaaaab,
          weights: "4107878b8bbd0748965ce8e29611bf31dbbfb36e161f5890c3b7278383e7991e",
          history: "b0fd96e3a92cc75099b7d60b3c234e464d46596c642c86506d1327ea5f015540",
          fingerprints: [
            0xf9b48fdb8408ee0f, 0x5f5ada9449f4a9f1, 0x5cd6ceeccc0c0475, 0x0f4999e866d87c05,
            0xe972142f900fa186, 0xac3693a3e9cb52bb, 0x9e473741de774136, 0x38ed634f98f1f2cc,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metrics: [
            0x3fbb101011555555, 0x3fb6a2c476000000,
          ],
          lastLoss: 0x3fc5c3232a71c71c,
          weights: "95f60df890e6e873afd7b88822ca1b0aeca18984105fecb682a09c4e555fcfad",
          history: "89790bba0e4b39448d2935ac9f621e928d782e33f9b3db60b7f487051d8d14a3",
          fingerprints: [
            0x7d032f60cc61ad52, 0xc06ae4446843471b, 0xc66ef5493098ea4a, 0x849d9a4b9d3d1844,
            0xe02f8bcc21562b8b, 0xb7de2252b24f654b, 0x0926a24014c5e608, 0x25e0e85b44193ee8,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metrics: [
            0x3fb00af20c2aaaab, 0x3fbcb4c638000000,
          ],
          lastLoss: 0x3fb793349ee38e39,
          weights: "d1245c03171049c30135134c7e5cbbab8b4108ad279174d59e11e0a941563cd7",
          history: "1ad5e9730bf1ef47025201f5cdc730d683eeafa75f65575e48a32c258231e1b1",
          fingerprints: [
            0x16c32a475d99c2f8, 0x56518c67e3e801ef, 0x02da75d51952b959, 0x9f28c185c2ad0cfa,
            0xa7e3fe7ade6fcca1, 0x4d1db58a1471dadf, 0xe41bd8386a682833, 0xdea6f9b549c732c2,
          ]),
      ]),
    ContractTrial(
      name: "gelu of both forms, silu, softplus",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "58a64b4ede022aa7ab0d45937522aa29af95261cb7587990a826cfcc3f915997",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 9,
        "activation": {"gelu": {"approximate": false}}, "use_bias": true,
        "kernel_initializer": {"he_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 7, "activation": {"gelu": {"approximate": true}}, "use_bias": true,
        "kernel_initializer": {"lecun_uniform": {}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 6, "activation": {"silu": {}}, "use_bias": true,
        "kernel_initializer": {"orthogonal": {"gain": 1.25}},
        "bias_initializer": {"zeros": {}}}}, {"dense": {"units": 2,
        "activation": {"softplus": {}}, "use_bias": true,
        "kernel_initializer": {"orthogonal": {"gain": 1}},
        "bias_initializer": {"zeros": {}}}}], "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"adam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999,
        "epsilon": 1e-07}}, "epochs": 3, "batch_size": 4, "shuffle": true}}
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
          metric: 0x3fc6c2b70e8ba2e9, lastLoss: 0x3fc7abd42e8ba2e9,
          weights: "20cb12f2781aed640342afa73ed4327ffe9721b931b472eae2ad1793c92b67c0",
          history: "30b897650f17b9309796aca4e5ece3281df499f4fe6ac1f3296bb8e19c790962",
          fingerprints: [
            0xc24d8dc757dc9ad0, 0xd260009aff0a7ffa, 0x903d118b5d6dc2d2, 0xde0864a7352eb87e,
            0xb1c341cfe0514532, 0x0f34a95d595e337a, 0xa020ce6f1d3f58fc, 0x31cc276c22bfa0fa,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metric: 0x3fb433c150000000, lastLoss: 0x3fb4d245b0000000,
          weights: "3bc14083f0010e9a3af70a8593e1921afd60b7c27fd655dee3160ca5932b84b9",
          history: "f67365297e350f9c7a1a9529bdf1b77600ebbced97952808ed154cf6a76df590",
          fingerprints: [
            0x2ad1dc6bfed7094b, 0x1e088cd17db57f49, 0xac19b81117c5ece6, 0x4484393592d4387f,
            0x8379a125ec7691bd, 0x85a34fd6dcf7a4e2, 0xeb1d7f008e5d19d8, 0xc338c8274daaee58,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metric: 0x3fc474e7b3a2e8ba, lastLoss: 0x3fc50f5a6e8ba2e9,
          weights: "b244706f5686cd918041c130fae4c931bdd227525b323b2726b21c7dd3b4ed8d",
          history: "024d99c32c928a01e193d02fc662b41ac85db809fbd837d54cec43456c393085",
          fingerprints: [
            0x45007977b1ccad16, 0x6a05d956e9f1d65d, 0xde69b5ba4dcb8150, 0x9303be236996c3c0,
            0x9bf05162d7be050d, 0x251d15cace35e6c5, 0xdc0d5c8bfb2c6122, 0x249bde610dc7b351,
          ]),
      ]),
    ContractTrial(
      name: "layers of activations alone",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "bcff7188c9fdedf790d76bb4f0ccb21a49c8112ef1e29c81c8b5c02e441e9044",
        "metrics": [{"categorical_accuracy": {}},
        {"categorical_crossentropy": {"from_logits": false}}],
        "model": [{"activation": {"activation": {"tanh": {}}}}, {"dense": {"units": 40,
        "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"random_normal": {"mean": 0.1, "stddev": 0.3}},
        "bias_initializer": {"zeros": {}}}}, {"activation": {"activation": {"softmax": {}}}},
        {"dense": {"units": 9, "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"random_uniform": {"minval": -0.5, "maxval": 0.25}},
        "bias_initializer": {"zeros": {}}}},
        {"activation": {"activation": {"gelu": {"approximate": false}}}},
        {"dense": {"units": 6, "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"truncated_normal": {"mean": 0, "stddev": 0.5}},
        "bias_initializer": {"zeros": {}}}}, {"activation": {"activation": {"relu": {}}}},
        {"dense": {"units": 3, "activation": {"linear": {}}, "use_bias": true,
        "kernel_initializer": {"glorot_uniform": {}},
        "bias_initializer": {"truncated_normal": {"mean": 0, "stddev": 0.05}}}},
        {"activation": {"activation": {"softmax": {}}}}],
        "training": {"loss": {"categorical_crossentropy": {"from_logits": false}},
        "optimizer": {"rmsprop": {"learning_rate": 0.02, "rho": 0.9, "epsilon": 1e-07}},
        "epochs": 3, "batch_size": 5, "shuffle": true, "validation_split": 0.25}}
        """#,
      sampleCount: 19, inputWidth: 5, targetWidth: 3,
      inputs: [
        0xbecf914c, 0x3da60dd6, 0x3f114c1c, 0x3f86eb3e, 0xbf98375a, 0x00000000, 0x3ef914c2,
        0x3f7914c2, 0xbfa29837, 0xbf48a60e, 0x3ecf914c, 0x3f645307, 0xbfacf915, 0xbf5d67c9,
        0xbec1bad0, 0x3f4f914c, 0x3fa60dd6, 0xbf722983, 0xbeeb3e45, 0x3cdd67c9, 0x3f9bacf9,
        0xbf83759f, 0xbf0a60dd, 0xbd5d67c9, 0x3edd67c9, 0xbf8dd67d, 0xbf1f2298, 0xbe0a60dd,
        0x3eb3e453, 0x3f567c8a, 0xbf33e453, 0xbe5d67c9, 0x3e8a60dd, 0x3f41bad0, 0x3f9f2298,
        0xbe98375a, 0x3e41bad0, 0x3f2cf915, 0x3f94c1bb, 0xbf8a60dd, 0x3ddd67c9, 0x3f18375a,
        0x3f8a60dd, 0xbf94c1bb, 0xbf2cf915, 0x3f03759f, 0x3f800000, 0xbf9f2298, 0xbf41bad0,
        0xbe8a60dd, 0x3f6b3e45, 0xbfa98376, 0xbf567c8a, 0xbeb3e453, 0x3e0a60dd, 0x3fa98376,
        0xbf6b3e45, 0xbedd67c9, 0x3d5d67c9, 0x3f0a60dd, 0xbf800000, 0xbf03759f, 0xbcdd67c9,
        0x3eeb3e45, 0x3f722983, 0xbf18375a, 0xbddd67c9, 0x3ec1bad0, 0x3f5d67c9, 0x3facf915,
        0xbe41bad0, 0x3e98375a, 0x3f48a60e, 0x3fa29837, 0xbf7914c2, 0x3e5d67c9, 0x3f33e453,
        0x3f98375a, 0xbf86eb3e, 0xbf114c1c, 0x3f1f2298, 0x3f8dd67d, 0xbf914c1c, 0xbf260dd6,
        0xbe260dd6, 0x3f83759f, 0xbf9bacf9, 0xbf3acf91, 0xbe7914c2, 0x3e7914c2, 0xbfa60dd6,
        0xbf4f914c, 0xbea60dd6, 0x3e260dd6, 0x3f260dd6,
      ],
      targets: [
        0x3f400000, 0x3e800000, 0x00000000, 0x00000000, 0x3f400000, 0x3e800000, 0x3f400000,
        0x3e800000, 0x00000000, 0x3e800000, 0x00000000, 0x3f400000, 0x3f400000, 0x3e800000,
        0x00000000, 0x3e800000, 0x00000000, 0x3f400000, 0x00000000, 0x3f400000, 0x3e800000,
        0x3e800000, 0x00000000, 0x3f400000, 0x00000000, 0x3f400000, 0x3e800000, 0x3f400000,
        0x3e800000, 0x00000000, 0x00000000, 0x3f400000, 0x3e800000, 0x3f400000, 0x3e800000,
        0x00000000, 0x00000000, 0x3f400000, 0x3e800000, 0x3f400000, 0x3e800000, 0x00000000,
        0x3e800000, 0x00000000, 0x3f400000, 0x3f400000, 0x3e800000, 0x00000000, 0x3e800000,
        0x00000000, 0x3f400000, 0x00000000, 0x3f400000, 0x3e800000, 0x3e800000, 0x00000000,
        0x3f400000,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metrics: [
            0x3fdb6db6db6db6db, 0x3ff15a988db6db6e, 0x3fc999999999999a, 0x3ff235ee13333333,
          ],
          lastLoss: 0x3ff1ace700000000,
          weights: "88b9d273f866daeccd1cc667443e8fff5c21c5e123fbb0022f6fec1ee2c927c9",
          history: "b476a51ae177ff2f9887b1f498fa8db11cf9a83eac5b4907b2538895a96ae33d",
          fingerprints: [
            0x8df670ec7a46cd3a, 0x283abbab786ce05a, 0xca927340dd218703, 0x017a363c9ea20e29,
            0xae0d798e441f8341, 0xea09afb01f1d4260, 0x8e8a0a0964d759a2, 0xd6d431aca0acb64e,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metrics: [
            0x3fdb6db6db6db6db, 0x3ff14846f1249249, 0x3fc999999999999a, 0x3ff3509a5999999a,
          ],
          lastLoss: 0x3ff17fe402492492,
          weights: "2296d78ce151a31960e99745e6b6151c3dc628859a760f69e9a9cd423bd18399",
          history: "5256f95cefddd594cfd1bc155cd814a04c588b0feefa3c5dca4a4b600c462c17",
          fingerprints: [
            0xe8c46037478ba699, 0x28199cc2cc637dd3, 0x0c03c84146545a3d, 0xb562ad5968269895,
            0x125b26517274ce88, 0x3decfcd238334c82, 0xdcc1631faff389fa, 0x22c5a20b92f282b5,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metrics: [
            0x3fdb6db6db6db6db, 0x3ff1798dadb6db6e, 0x3fc999999999999a, 0x3ff1ac561999999a,
          ],
          lastLoss: 0x3ff158738edb6db7,
          weights: "ec96b3cd53ace3c7bb22a1ce031f3f1bed1eb9fce5501008da032a4485f7fc63",
          history: "810dbb83494310e3ac3ef03319ca3db1ff0cefea949480fc9842cd2524b0680e",
          fingerprints: [
            0xdac181769a6f1fa8, 0xf858a6ae98638eea, 0x96c756891dbc906a, 0x8efa87e7f4f75756,
            0x8e201fdd42e4bb4a, 0x151044c8a22a3bca, 0x5361ad11417cbc3a, 0x9b01c0c8ac2c1f13,
          ]),
      ]),
    ContractTrial(
      name: "softmax at the end of a regression",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "455fb94825a1a2a02a3e85cde61ec8e18f1300909ec7e02e76900b71f55ba2b4",
        "metrics": [{"mean_squared_error": {}}, {"categorical_accuracy": {}}],
        "model": [{"dense": {"units": 5, "activation": {"softmax": {}}, "use_bias": true,
        "kernel_initializer": {"random_uniform": {"minval": -0.05, "maxval": 0.05}},
        "bias_initializer": {"zeros": {}}}}, {"dense": {"units": 4,
        "activation": {"softplus": {}}, "use_bias": true,
        "kernel_initializer": {"orthogonal": {"gain": 1}}, "bias_initializer": {"zeros": {}}}},
        {"dense": {"units": 3, "activation": {"softmax": {}}, "use_bias": true,
        "kernel_initializer": {"he_normal": {}}, "bias_initializer": {"lecun_normal": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"sgd": {"learning_rate": 0.5, "momentum": 0.9, "nesterov": false}},
        "epochs": 3, "batch_size": 4, "shuffle": false}}
        """#,
      sampleCount: 11, inputWidth: 4, targetWidth: 3,
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
        0x3f800000, 0x00000000, 0x00000000, 0x00000000, 0x3f800000, 0x00000000, 0x3f800000,
        0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x3f800000, 0x3f800000, 0x00000000,
        0x00000000, 0x00000000, 0x00000000, 0x3f800000, 0x00000000, 0x3f800000, 0x00000000,
        0x00000000, 0x00000000, 0x3f800000, 0x00000000, 0x3f800000, 0x00000000, 0x3f800000,
        0x00000000, 0x00000000, 0x00000000, 0x3f800000, 0x00000000,
      ],
      expected: [
        Expected(
          seed: "1e3f18356e752082", divergedAtEpoch: nil,
          metrics: [
            0x3fd078fdf0ba2e8c, 0x3fd745d1745d1746,
          ],
          lastLoss: 0x3fce13450e8ba2e9,
          weights: "deabdaef0b2b38e0546827bd9cad2336397ef97c327552d0f0f3382dd977de4e",
          history: "7593cc2e2abc0c4e434ff6329018faa85cedd49e04a2e462b1cbaf7f19dd4f39",
          fingerprints: [
            0x056b2f2b6119a312, 0x12c3b6af0d0706d5, 0xc16bf17cb3f56752, 0xb423f8f243ffb2e4,
            0x346fee7aaf863fdf, 0x961c3fd5e7729d4c,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metrics: [
            0x3fcd25cf48ba2e8c, 0x3fd745d1745d1746,
          ],
          lastLoss: 0x3fcbb27011745d17,
          weights: "c693949a5b93189daa44eacf05e6bba896f0a642b10c8beff9800c98077d553d",
          history: "a0c298b8b615e7953ae6c045bd4a92ed37e01a95dfb7271fe3b0c42bd92dc6d9",
          fingerprints: [
            0xa0e0e1b232265b18, 0x338af6ef0a28e18d, 0x0a83386659b9c685, 0xc1bdae89bcf23957,
            0x70f194d81bb3030b, 0xca9ce370d78e49ec,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metrics: [
            0x3fce10fe9a2e8ba3, 0x3fd745d1745d1746,
          ],
          lastLoss: 0x3fce841dbd1745d1,
          weights: "8f81aaa2df5f16e23fc7a17e3f8bafa1ab09e1c9434c320be22bdfef438927db",
          history: "122d22dc4d3e2126817562c9fad5144c3987cdc7ef3b6d26d9fca81291b01896",
          fingerprints: [
            0xc4c04c93ae2a471e, 0x71ca6178679ee684, 0x8a34913eed13c0d0, 0xd7be4bb0dac579ce,
            0xab462b8f8e6eabb9, 0x04204a69de5c5fac,
          ]),
      ]),
    ContractTrial(
      name: "large values of every activation",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "b135faec2386ad90f0068909ce0a2bf47bfd1171e3295ba86d21b46d81416bd1",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 6,
        "activation": {"gelu": {"approximate": false}}, "use_bias": true,
        "kernel_initializer": {"random_normal": {"mean": 0, "stddev": 30}},
        "bias_initializer": {"zeros": {}}}}, {"dense": {"units": 6, "activation": {"silu": {}},
        "use_bias": true, "kernel_initializer": {"random_normal": {"mean": 0, "stddev": 5}},
        "bias_initializer": {"zeros": {}}}}, {"dense": {"units": 6,
        "activation": {"gelu": {"approximate": true}}, "use_bias": true,
        "kernel_initializer": {"random_normal": {"mean": 0, "stddev": 0.5}},
        "bias_initializer": {"zeros": {}}}}, {"dense": {"units": 6,
        "activation": {"softplus": {}}, "use_bias": true,
        "kernel_initializer": {"random_normal": {"mean": 0, "stddev": 5}},
        "bias_initializer": {"zeros": {}}}}, {"dense": {"units": 6,
        "activation": {"elu": {"alpha": 0.5}}, "use_bias": true,
        "kernel_initializer": {"random_normal": {"mean": 0, "stddev": 5}},
        "bias_initializer": {"zeros": {}}}}, {"dense": {"units": 2, "activation": {"selu": {}},
        "use_bias": true, "kernel_initializer": {"glorot_uniform": {}},
        "bias_initializer": {"zeros": {}}}}], "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"sgd": {"learning_rate": 1e-06, "momentum": 0.0, "nesterov": false}},
        "epochs": 2, "batch_size": 4, "shuffle": true}}
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
          metric: 0x40156c3b6ccccccd, lastLoss: 0x40156c3b6ccccccd,
          weights: "445ce543e22dbaa85032b7db98c7271d2e0d1c3afce9bf5fcc61c76d189e0493",
          history: "dd7664503d6b7f8a32900d72b48801268a21281e9409b46d62691c7251218988",
          fingerprints: [
            0x581a099f34c93eff, 0xbb78b1e196f3f9de, 0x55973a054f4e9305, 0x3c1fc75c622b93dd,
            0xd62b853302957430, 0xd5c4d1ebdbc33160, 0x1701706b446b1cc0, 0x0fc9ec378564ea06,
            0xe54a3e2b28f1dc15, 0x7bd59fa01314f71d, 0x32b055cd56d3a2a2, 0x23703d2a03dbf7af,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metric: 0x40156c3b6ccccccd, lastLoss: 0x40156c3b6ccccccd,
          weights: "8763717c96d6966f8cc04efd5af71678ad4ad73c2c2c6123856ddf4237534ae1",
          history: "a7f4496a5caa3cbe72d4e08729ca92dcd690c594945abf1ec11765465de47165",
          fingerprints: [
            0x373232392ca62139, 0xe0009f0a7294e056, 0x506ba49ed0aead3c, 0xd422bf87fa936f02,
            0x911302d4c54dc943, 0x31958c67780e9040, 0x48f4a0ecce62908c, 0x49fdf2e4b739f3ac,
            0x999701c52ae6b35d, 0xf01647a93a792e2f, 0x0b7cd71f02001c22, 0xce3ed831e4af5507,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metric: 0x40156c3b6ccccccd, lastLoss: 0x40156c3b6ccccccd,
          weights: "8842f1538d58d28cf24583be863e0d53baca8914e4aa9852f812f32baa267e45",
          history: "20bbaf6d21aa8af6e8c6331c2865ce333211ce47c278d2a12469bbf45c8752c2",
          fingerprints: [
            0xc07bf4de3b18568e, 0xeac9f7c068290c22, 0xbf30bbba25c95faa, 0xa3d16bcbf5906682,
            0xed840d1cd75c98c9, 0x242fd374dd13b774, 0x7bcde40def538538, 0xc24508a2e4ac9a96,
            0x010e2faafd846b34, 0xf14ec34d3b4d2b2c, 0xaf957b1d33e46c30, 0x4dd21b379cf3add7,
          ]),
      ]),
    ContractTrial(
      name: "hard sigmoids of Keras 3 and Keras 2",
      variant: #"""
        {"contract": 1, "data": {"test": {}},
        "data_sha256": "250099a9a31093dc0b374004282fc25bcdbe43156e844651b7ce2e3db53b77e7",
        "metrics": [{"mean_squared_error": {}}], "model": [{"dense": {"units": 9,
        "activation": {"hard_sigmoid": {}}, "use_bias": true,
        "kernel_initializer": {"random_normal": {"mean": 0, "stddev": 3}},
        "bias_initializer": {"zeros": {}}}}, {"dense": {"units": 8,
        "activation": {"hard_sigmoid_keras2": {}}, "use_bias": true,
        "kernel_initializer": {"random_normal": {"mean": 0, "stddev": 2}},
        "bias_initializer": {"zeros": {}}}},
        {"activation": {"activation": {"hard_sigmoid": {}}}}, {"dense": {"units": 2,
        "activation": {"hard_sigmoid_keras2": {}}, "use_bias": true,
        "kernel_initializer": {"he_normal": {}}, "bias_initializer": {"zeros": {}}}}],
        "training": {"loss": {"mean_squared_error": {}},
        "optimizer": {"adam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999,
        "epsilon": 1e-07}}, "epochs": 3, "batch_size": 4, "shuffle": true,
        "validation_split": 0.25}}
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
            0x3fa445dced555555, 0x3f8119e108000000,
          ],
          lastLoss: 0x3fa4bcf3a0e38e39,
          weights: "51b106b2ccc5dda72eaf32057e661096d8445b9826975159079a9fc3e604a158",
          history: "9e52ad3d796f000f6bc1ffe6290550c74117cf5698739f705db30eba4af6f3d0",
          fingerprints: [
            0x2e26d64e26eebba3, 0x0abd8534a5898a46, 0x08a49766308cf790, 0x70bf0d02a9198cb2,
            0x1dc50b6db8fd6467, 0xf50fd10f319b4fce,
          ]),
        Expected(
          seed: "74298876fc8d8048", divergedAtEpoch: nil,
          metrics: [
            0x3fd05b2860000000, 0x3fd4b5f190000000,
          ],
          lastLoss: 0x3fd08780daaaaaab,
          weights: "c7200f573383ee2e16c546ddd02a4cd1201a7b7ad72767f56c7851a78f574110",
          history: "eaf39d88c5c3d60cd1ea789519bdebb7a0f3b695237fd2d7846cdcb82ffca009",
          fingerprints: [
            0xc19f77e7086f1f37, 0x689263ddef8788d6, 0xb62a411a5213bc1e, 0x2586e140b28eb018,
            0xb39dd838f04be0d4, 0xaf46d3d7736e91bc,
          ]),
        Expected(
          seed: "918ca911e3ab1c6b", divergedAtEpoch: nil,
          metrics: [
            0x3fae76cd71c71c72, 0x3fa9287cd8000000,
          ],
          lastLoss: 0x3faf0c2a40000000,
          weights: "c0d0b97466e5169a592cae65771fb60eacce3dd06aac1c8d023fc0f940d2f7e2",
          history: "0eaeec4fd9906b82d3b35a0f83b369f9b16c27eb985d8af774b51f13b271c197",
          fingerprints: [
            0x3412d41bc2b30108, 0xc59caef52aff7024, 0xc1a951cf0e0d7727, 0x15ff0195b9e8fdd6,
            0xf7ff0686c7a91483, 0xb72e359428d1de4b,
          ]),
      ]),
  ]
}
