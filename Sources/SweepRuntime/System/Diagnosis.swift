import Foundation
import Kernels
import SweepModel
import Training
import TrialStore
import ZeroMQTransport

/// What this machine has, and whether it can do what SeedSweep needs.
public struct Diagnosis: Hashable, Sendable {
  /// Facts about the machine and the software, by name, in order.
  public let facts: [Fact]
  /// What was tried, in order.
  public let checks: [Check]

  /// Something that is so.
  public struct Fact: Hashable, Sendable {
    /// What it is about.
    public let name: String
    /// What it is.
    public let value: String
  }

  /// Something that was tried.
  public struct Check: Hashable, Sendable {
    /// What was tried.
    public let name: String
    /// What went wrong and how to mend it; nil where nothing did.
    public let problem: String?
  }

  /// Whether everything that was tried worked.
  public var isHealthy: Bool { checks.allSatisfy { $0.problem == nil } }

  /// Looks at this machine, and at the components of the program.
  public init(registry: ComponentRegistry = .builtIn) {
    let selected = Result { () throws(RuntimeError) in try KernelSet.ofThisProcess() }
    let usable = UsableResources.ofThisProcess
    facts =
      [
        Fact(name: "seedsweep", value: Versions.software),
        Fact(name: "numeric contract", value: String(Versions.contract)),
        Fact(name: "protocol", value: String(Versions.wireProtocol)),
        Fact(name: "ZeroMQ", value: ZeroMQContext.libraryVersion),
        Fact(name: "SQLite", value: TrialStore.libraryVersion),
        Fact(name: "processor", value: Processor.modelName),
        Fact(name: "cores", value: "\(usable.cores.value) (\(usable.cores.origin))"),
        Fact(
          name: "memory",
          value: "\(ByteCount.text(usable.memory.value)) (\(usable.memory.origin))"),
        Fact(name: "features", value: Processor.features.joined(separator: " ")),
        Fact(
          name: "kernels", value: KernelSet.available.map(\.name).joined(separator: " ")),
        Fact(name: "kernels in use", value: (try? selected.get().name) ?? "none"),
      ]
      + (registry.isBuiltIn
        ? []
        : [
          Fact(
            name: "components",
            value: registry.identities.map(\.description).joined(separator: ", "))
        ])
    let sets = KernelSet.available.map { set in
      Check(name: "\(set.name) kernels give the contract's bits") { () throws(RuntimeError) in
        _ = try set.proven()
      }
    }
    checks =
      [
        Check(name: "\(KernelSet.environmentVariable) names kernels that are there") {
          () throws(RuntimeError) in _ = try selected.get()
        }
      ]
      + sets
      + [
        Check(name: "workers' sockets can be made") { () throws(RuntimeError) in
          let directory = try TemporaryDirectory()
          do throws(ZeroMQError) {
            _ = try RouterSocket(try ZeroMQContext()).bind("ipc://\(directory.path)/probe")
          } catch {
            throw RuntimeError(.environment, error.description)
          }
        }
      ]
  }
}

extension Diagnosis.Check {
  fileprivate init(name: String, _ body: () throws(RuntimeError) -> Void) {
    self.name = name
    do {
      try body()
      problem = nil
    } catch {
      problem = error.message
    }
  }
}
