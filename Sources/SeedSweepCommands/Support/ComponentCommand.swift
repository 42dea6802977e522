import ArgumentParser
import Training

/// A command that reads, plans or trains variants, and so needs the components that the program has.
///
/// They are handed down from the start of the program: nothing is registered anywhere else.
protocol ComponentCommand: ParsableCommand {
  /// Does what the command is for.
  mutating func run(_ registry: ComponentRegistry) throws
}

extension ComponentCommand {
  /// With the built-in components alone.
  mutating func run() throws { try run(.builtIn) }
}
