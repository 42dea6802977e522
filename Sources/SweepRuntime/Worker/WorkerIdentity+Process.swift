import Foundation
import Kernels
import Scheduling
import SweepModel
import Training

extension WorkerIdentity {
  /// What this process says about itself, after its kernels have proved themselves.
  ///
  /// - Throws: ``RuntimeError`` where the kernels do not give the bits of the numeric contract.
  public static func ofThisProcess(
    id: WorkerID?, slots: Int, resources: WorkerResources = WorkerResources(), kernels: KernelSet,
    registry: ComponentRegistry = .builtIn
  ) throws(RuntimeError) -> WorkerIdentity {
    var generator = SystemRandomNumberGenerator()
    return WorkerIdentity(
      id: id ?? WorkerID.random(using: &generator),
      host: "\(SystemCall.hostName):\(getpid())", processor: Processor.modelName,
      instructionSet: kernels.name, slots: slots, goldenWeights: try kernels.proven(),
      session: generator.next(), executable: Self.executable,
      features: Processor.features.joined(separator: " "), resources: resources,
      overheadBytes: UsableResources.overheadBytes(
        under: resources.memoryOrigin, slots: slots), components: registry.identities)
  }

  /// The digest of this program's file, so that two builds of one version can be told apart; nil where
  /// the system does not give it.
  private static var executable: ExecutableDigest? {
    // On Linux the link leads to the file that runs, also when another was put in its place.
    let running = "/proc/self/exe"
    let file =
      FileManager.default.isReadableFile(atPath: running) ? running : Bundle.main.executablePath
    guard let file,
      let content = try? Data(contentsOf: URL(fileURLWithPath: file), options: .alwaysMapped)
    else { return nil }
    return content.withUnsafeBytes { ExecutableDigest(hashing: $0) }
  }
}

extension KernelSet {
  /// The set that this process uses.
  ///
  /// - Throws: ``RuntimeError`` where the environment asks for one that is not there.
  public static func ofThisProcess() throws(RuntimeError) -> KernelSet {
    do { return try selected } catch { throw RuntimeError(.input, error.description) }
  }

  /// Compares the set with the reference and trains the golden trial; returns its weights.
  ///
  /// - Throws: ``RuntimeError`` where a bit differs.
  public func proven() throws(RuntimeError) -> WeightsDigest {
    do {
      try selfTest()
      return try GoldenTrial.verify(kernels: self)
    } catch {
      throw RuntimeError(.environment, "\(error)")
    }
  }
}
