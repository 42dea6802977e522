import Testing

/// Coordinators of tests.
enum CoordinatorProgram {
  /// A coordinator over the store of `scratch`, at a free port, with more arguments.
  static func start(
    in scratch: Scratch, _ arguments: String...
  ) throws -> (program: RunningProgram, endpoint: String) {
    let program = try RunningProgram(
      ["coordinator", "--listen", "tcp://127.0.0.1:*"] + arguments, in: scratch)
    var endpoint: String?
    wait {
      endpoint = program.errors.split(separator: "\n")
        .first { $0.hasPrefix("listening at ") }.map { String($0.dropFirst(13)) }
      return endpoint != nil || !program.isRunning
    }
    return (program, try #require(endpoint, "\(program.errors)"))
  }
}
