// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that neither the tests nor the program ever depend on it.

let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "seedsweep", path: "..")],
  targets: [
    .executableTarget(
      name: "seedsweep-benchmarks",
      dependencies: ["CPeak", .product(name: "SeedSweep", package: "seedsweep")]),
    .target(name: "CPeak"),
    .executableTarget(
      name: "worker-crowd",
      dependencies: [
        .product(name: "SeedSweep", package: "seedsweep"),
        .product(name: "SeedSweepWire", package: "seedsweep"),
      ]),
  ]
)
