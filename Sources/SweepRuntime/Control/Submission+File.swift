import SweepModel
import SweepProtocol
import SweepSpecification

extension Submission {
  /// The specification's file at `path`, as it stands: the coordinator reads it.
  ///
  /// - Throws: ``RuntimeError`` where it cannot be read or is larger than a specification may be.
  init(
    path: String, overrides: PreparedSweep.Overrides, priority: Int? = nil
  ) throws(RuntimeError) {
    guard path.utf8.count <= Limits.textBytes else {
      throw RuntimeError(.input, "a path of \(path.utf8.count) bytes: \(Limits.textBytes) at most")
    }
    do throws(SpecificationError) {
      self.init(
        file: path, specification: try SpecificationReader.bytes(ofFileAt: path),
        trials: overrides.trials, masterSeed: overrides.masterSeed, audit: overrides.audit,
        priority: priority)
    } catch {
      throw RuntimeError(.input, error.description)
    }
  }
}
