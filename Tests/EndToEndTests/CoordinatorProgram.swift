import Testing

/// Coordinators of tests.
enum CoordinatorProgram {
  /// A coordinator over the store of `scratch`, at `address` or a free port, with more arguments.
  static func start(
    in scratch: Scratch, at address: String = "tcp://127.0.0.1:*", _ arguments: String...
  ) throws -> (program: RunningProgram, endpoint: String) {
    let program = try RunningProgram(
      ["coordinator", "--listen", address] + arguments, in: scratch)
    return (program, try endpoint(of: program))
  }

  /// Where a coordinator says that it listens, as soon as it does.
  static func endpoint(of program: RunningProgram) throws -> String {
    var endpoint: String?
    wait {
      endpoint = program.errors.split(separator: "\n")
        .first { $0.hasPrefix("listening at ") }.map { String($0.dropFirst(13)) }
      return endpoint != nil || !program.isRunning
    }
    return try #require(endpoint, "\(program.errors)")
  }
}
