// swift-tools-version: 6.1
import PackageDescription

// Outside of this repository: .package(url: "…/seedsweep", from: "0.1.0") instead of the path.
let package = Package(
  name: "custom-worker",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "seedsweep", path: "../..")],
  targets: [
    .target(
      name: "AcmeComponents",
      dependencies: [.product(name: "SeedSweep", package: "seedsweep")]),
    .executableTarget(name: "acme-sweep", dependencies: ["AcmeComponents"]),
  ]
)
