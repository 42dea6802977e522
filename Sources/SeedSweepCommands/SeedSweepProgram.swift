import Training

/// The whole of seedsweep as a program: `run`, `worker`, `coordinator`, `rerun` and all other commands.
///
/// ```swift
/// import SeedSweep
///
/// SeedSweepProgram.main(components: [.layer(LearnedScale.self), .loss(LogCosh.self)])
/// ```
///
/// docs/custom-components.md
public enum SeedSweepProgram {
  /// Runs the command that the process's arguments name, and ends the process where it fails.
  ///
  /// - Parameter components: The layers, losses, metrics and initializers that the program has beside
  ///   the built-in ones. Where they cannot be together, it says why and ends with exit status 2.
  public static func main(components: [ComponentRegistry.Entry] = []) {
    SeedSweepCommand.main(components)
  }
}
