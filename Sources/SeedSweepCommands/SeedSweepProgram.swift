/// The whole of seedsweep as a program: its process does nothing but call ``main()``.
public enum SeedSweepProgram {
  /// Runs the command that the process's arguments name, and ends the process where it fails.
  public static func main() { SeedSweepCommand.main() }
}
