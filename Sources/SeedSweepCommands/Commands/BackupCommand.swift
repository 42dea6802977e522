import ArgumentParser
import SweepRuntime
import TrialStore

/// `seedsweep backup`: a copy of a store, also while a coordinator writes it.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy a store to a new file, also while a coordinator writes it.",
    discussion: """
      Do not copy a store in use with `cp`: its last results are in the write-ahead log beside it. The \
      copy made here is one complete file. To restore it, stop the coordinator, move the store and its \
      -wal and -shm files away, and put the copy in the store's place. Trials that the copy does not \
      have are trained again, to the same bits.
      """)

  @Argument(
    help: ArgumentHelp("The file to write; it must not exist.", valueName: "file"),
    completion: .file(extensions: ["sqlite"]))
  var destination: String

  @OptionGroup var store: StoreOption

  func validate() throws {
    if destination.isEmpty { throw ValidationError("the name of the copy is empty: name a file") }
  }

  func run() throws {
    let source = try store.open(.readOnly)
    let size = try perform { () throws(RuntimeError) in
      do throws(StoreError) { return try source.backup(to: destination) } catch {
        throw RuntimeError(error)
      }
    }
    Diagnostics.line("wrote \(destination), \(size) bytes")
  }
}
