// swift-tools-version: 6.1
import PackageDescription

// Imports go down only; docs/architecture.md names the floors and what each module is for.

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "seedsweep",
  platforms: [.macOS(.v14)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(name: "SweepModel", dependencies: [crypto]),
    .target(name: "Randomness", dependencies: ["SweepModel", crypto]),
    .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .target(name: "ZeroMQTransport", dependencies: ["CZeroMQ", "SweepModel"]),
    .target(
      name: "SweepProtocol",
      dependencies: [
        "SweepModel", "Scheduling", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["seedsweep.proto"]),
    .target(name: "Scheduling", dependencies: ["SweepModel", "Randomness"]),
    .testTarget(name: "SweepModelTests", dependencies: ["SweepModel"]),
    .testTarget(
      name: "SweepProtocolTests", dependencies: ["SweepProtocol", "Scheduling", "SweepModel"]),
    .testTarget(name: "ZeroMQTransportTests", dependencies: ["ZeroMQTransport"]),
    .testTarget(
      name: "SchedulingTests", dependencies: ["Scheduling", "SweepModel", "Randomness"]),
  ]
)
