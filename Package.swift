// swift-tools-version: 6.1
import PackageDescription

// Imports go down only; docs/architecture.md names the floors and what each module is for.

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "seedsweep",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "seedsweep", targets: ["SeedSweepTool"]),
    // What a program needs that has components of its own (docs/custom-components.md).
    .library(
      name: "SeedSweep",
      targets: ["SeedSweep", "Training", "Kernels", "Randomness", "SweepModel", "Datasets"]),
    // What a program needs that speaks the protocol.
    .library(
      name: "SeedSweepWire", targets: ["Scheduling", "SweepProtocol", "ZeroMQTransport"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Floor 6
    // Its folder is not called seedsweep: no name may differ from another by its letters' case alone.
    .executableTarget(name: "SeedSweepTool", dependencies: ["SeedSweepCommands"]),
    .target(
      name: "SeedSweep", dependencies: ["SeedSweepCommands", "Training", "Kernels", "SweepModel"]),

    // Floor 5
    .target(
      name: "SeedSweepCommands",
      dependencies: [
        "SweepRuntime", "TrialStore", "SweepReport", "Scheduling", "Training", "Datasets",
        "Randomness", "Kernels", "SweepModel", argumentParser, logging,
      ]),

    // Floor 4
    .target(
      name: "SweepRuntime",
      dependencies: [
        "Checkpoints", "KerasFormat", "TrialStore", "SweepProtocol", "ZeroMQTransport",
        "SweepReport", "Scheduling",
        "Training",
        "Datasets", "SweepSpecification", "Randomness", "Kernels", "SweepModel", crypto, deque,
        logging, nioCore, nioHTTP, nioPosix,
      ]),

    // Floor 3
    .target(
      name: "Checkpoints", dependencies: ["Training", "Kernels", "SweepModel", "CLinux", crypto]),
    .target(name: "TrialStore", dependencies: ["SweepModel", grdb, sqlite]),
    .target(
      name: "SweepProtocol", dependencies: ["Scheduling", "SweepModel", protobuf],
      exclude: ["seedsweep.proto", "control.proto", "data.proto"]),
    .target(name: "ZeroMQTransport", dependencies: ["CZeroMQ", "SweepModel"]),
    .target(name: "SweepReport", dependencies: ["Statistics", "SweepModel"]),
    .target(name: "KerasFormat", dependencies: ["Training", "Archives", "SweepModel"]),

    // Floor 2
    .target(
      name: "Scheduling", dependencies: ["Randomness", "SweepModel", deque, heap]),
    .target(name: "Training", dependencies: ["Randomness", "Kernels", "SweepModel", crypto]),
    .target(name: "Datasets", dependencies: ["Randomness", "Archives", "SweepModel"]),
    .target(name: "Statistics", dependencies: ["Randomness", "SweepModel"]),
    .target(name: "SweepSpecification", dependencies: ["SweepModel", yams]),

    // Floor 1
    .target(name: "Randomness", dependencies: ["CKernels", "SweepModel", crypto]),
    .target(name: "Kernels", dependencies: ["CKernels"]),
    .target(name: "Archives", dependencies: ["SweepModel", "CZlib"]),

    // Floor 0
    .target(name: "SweepModel", dependencies: [crypto]),
    .target(name: "CKernels"),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

    .executableTarget(
      name: "digest-survey",
      dependencies: ["Training", "Randomness", "Kernels", "SweepModel", crypto],
      path: "Tests/DigestSurvey"),
    .target(name: "FuzzSupport", dependencies: ["Randomness"], path: "Tests/FuzzSupport"),
    .executableTarget(
      name: "dataset-fuzz", dependencies: ["FuzzSupport", "Datasets", "Randomness", "SweepModel"],
      path: "Tests/DatasetFuzz"),
    .executableTarget(
      name: "keras-fuzz", dependencies: ["FuzzSupport", "KerasFormat", "Randomness", "SweepModel"],
      path: "Tests/KerasFuzz"),
    .executableTarget(
      name: "model-fuzz",
      dependencies: ["FuzzSupport", "Checkpoints", "Kernels", "Randomness", "SweepModel"],
      path: "Tests/ModelFuzz"),
    .executableTarget(
      name: "model-speed", dependencies: ["Checkpoints", "Training", "Kernels", "SweepModel"],
      path: "Tests/ModelSpeed"),
    .executableTarget(
      name: "wire-fuzz",
      dependencies: [
        "FuzzSupport", "SweepRuntime", "SweepProtocol", "ZeroMQTransport", "Scheduling",
        "Randomness", "SweepModel",
      ],
      path: "Tests/WireFuzz"),
    .executableTarget(
      name: "flood",
      dependencies: [
        "SweepRuntime", "SweepProtocol", "ZeroMQTransport", "Scheduling", "Training", "SweepModel",
      ],
      path: "Tests/Flood"),
    .executableTarget(
      name: "training-probe",
      dependencies: ["Training", "SweepSpecification", "Datasets", "Kernels", "SweepModel"],
      path: "Tests/TrainingProbe"),
    .executableTarget(
      name: "keras-exchange", dependencies: ["KerasFormat", "Training", "SweepModel"],
      path: "Tests/KerasExchange"),
    .target(
      name: "Simulation",
      dependencies: ["SweepProtocol", "Scheduling", "Randomness", "SweepModel"],
      path: "Tests/Simulation"),
    .executableTarget(
      name: "simulate", dependencies: ["Simulation", "SweepModel"], path: "Tests/SimulationProgram"),
    .executableTarget(
      name: "lying-worker",
      dependencies: [
        "SweepProtocol", "ZeroMQTransport", "Checkpoints", "Scheduling", "Training", "Datasets",
        "Randomness", "Kernels", "SweepModel",
      ],
      path: "Tests/LyingWorker"),
    // The components of examples/custom-worker, which is a package of its own: its target of that name would
    // be another one of the same name.
    .target(
      name: "CustomWorkerComponents", dependencies: ["SeedSweep"],
      path: "examples/custom-worker/Sources/AcmeComponents"),
    .executableTarget(
      name: "custom-program", dependencies: ["CustomWorkerComponents", "SeedSweep"],
      path: "Tests/CustomProgram"),
    .testTarget(
      name: "CustomComponentTests",
      dependencies: [
        "CustomWorkerComponents", "SeedSweep", "SweepRuntime", "Training", "Datasets", "Kernels",
        "Randomness", "SweepModel",
      ]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "SeedSweepTool", "custom-program", "digest-survey", "lying-worker", "simulate",
        "SweepProtocol",
        "ZeroMQTransport",
        "Scheduling", "TrialStore", "Randomness", "SweepModel",
      ]),
    .testTarget(
      name: "SimulationTests",
      dependencies: ["Simulation", "SweepRuntime", "TrialStore", "Scheduling", "SweepModel"]),
    .testTarget(
      name: "TrialStoreTests", dependencies: ["TrialStore", "Randomness", "SweepModel", grdb]),
    .testTarget(
      name: "SweepProtocolTests", dependencies: ["SweepProtocol", "Scheduling", "SweepModel"]),
    .testTarget(name: "ZeroMQTransportTests", dependencies: ["ZeroMQTransport"]),
    .testTarget(
      name: "ControlTests",
      dependencies: ["SweepRuntime", "SweepProtocol", "Scheduling", "SweepModel", logging]),
    .testTarget(
      name: "ResourceTests",
      dependencies: [
        "SweepRuntime", "Training", "Datasets", "Scheduling", "SweepModel", logging,
      ]),
    .testTarget(
      name: "DataTravelTests",
      dependencies: [
        "SweepRuntime", "SweepProtocol", "Datasets", "Scheduling", "Randomness", "SweepModel",
        logging,
      ]),
    .testTarget(
      name: "ModelTransferTests",
      dependencies: [
        "SweepRuntime", "SweepProtocol", "Checkpoints", "TrialStore", "Scheduling", "Training",
        "Datasets", "Kernels", "SweepModel", logging,
      ]),
    .testTarget(
      name: "SecurityTests",
      dependencies: [
        "SweepRuntime", "ZeroMQTransport", "CZeroMQ", "Scheduling", "SweepModel", logging,
      ]),
    .testTarget(
      name: "SweepReportTests",
      dependencies: ["SweepReport", "Statistics", "Randomness", "SweepModel"]),
    .testTarget(
      name: "SchedulingTests", dependencies: ["Scheduling", "Randomness", "SweepModel"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Training", "Datasets", "Kernels", "Randomness", "SweepModel"],
      exclude: ["Golden"]),
    .testTarget(
      name: "CheckpointsTests",
      dependencies: ["Checkpoints", "Training", "Kernels", "SweepModel", crypto],
      exclude: ["Golden"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "Randomness", "SweepModel"],
      exclude: ["Golden"]),
    .testTarget(
      name: "KerasFormatTests",
      dependencies: ["KerasFormat", "Archives", "Training", "Randomness", "SweepModel"],
      exclude: ["Golden"]),
    .testTarget(name: "ArchivesTests", dependencies: ["Archives", "SweepModel"]),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Statistics", "Randomness", "SweepModel"],
      exclude: ["Golden"]),
    .testTarget(
      name: "SweepSpecificationTests",
      dependencies: ["SweepSpecification", "Randomness", "SweepModel"]),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness", "CKernels", "SweepModel"]),
    .testTarget(
      name: "KernelsTests", dependencies: ["Kernels", "CKernels", "Randomness", "SweepModel"]),
    .testTarget(name: "SweepModelTests", dependencies: ["SweepModel"]),
  ]
)
