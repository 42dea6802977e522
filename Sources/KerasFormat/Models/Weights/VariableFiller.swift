import SweepModel
import Training

/// Fills variables from datasets, and keeps in mind what a user should know of them.
struct VariableFiller {
  let file: HDF5File
  /// The values by the variables' paths.
  private(set) var values: [String: VariableValues] = [:]
  /// Variables of each type other than binary32, by the type's name.
  private var converted: [String: Int] = [:]
  private var notFinite: [String] = []

  init(_ file: HDF5File) { self.file = file }

  /// Fills a variable.
  ///
  /// - Throws: ``KerasFileError`` that names the variable where the dataset has another shape or type.
  mutating func fill(
    _ variable: PlannedVariable, from path: String
  ) throws(KerasFileError) {
    values[variable.path] = try read(path, shape: variable.shape, as: variable.path)
  }

  /// The values of a dataset, as those of a variable or of what an optimizer keeps for it.
  mutating func read(
    _ path: String, shape: [Int], as name: String
  ) throws(KerasFileError) -> VariableValues {
    let dataset: HDF5Dataset
    let floats: [Float]
    do throws(KerasFileError) {
      dataset = try file.dataset(path)
      floats = try dataset.floats(expecting: shape)
    } catch {
      throw error.of(variable: name, shape: shape, stored: try? file.dataset(path).shape)
    }
    if dataset.elementType != .float32 {
      converted[dataset.elementType.description, default: 0] += 1
    }
    let others = floats.count { !$0.isFinite }
    if others > 0 {
      notFinite.append("\(others) of the \(floats.count) values of \(name) are not finite")
    }
    return VariableValues(path: name, shape: shape, values: floats)
  }

  /// What a user should know.
  var notes: [String] {
    converted.sorted { $0.key < $1.key }.map { type, count in
      "\(count) variables are \(type) in the file and were converted to float32"
    } + notFinite.prefix(8)
      + (notFinite.count > 8 ? ["so are values of \(notFinite.count - 8) other variables"] : [])
  }
}

extension KerasFileError {
  /// The same error of a variable.
  fileprivate func of(variable: String, shape: [Int], stored: [Int]?) -> KerasFileError {
    var hint = ""
    if code == .mismatch, variable.hasSuffix("gru_cell/bias"), let stored {
      if shape.count == 2, stored == [shape[1]] {
        hint = "; a GRU with such a bias has reset_after=False, which the model has not"
      } else if shape.count == 1, stored == [2] + shape {
        hint = "; a GRU with such a bias has reset_after=True, which the model has not"
      }
    }
    return KerasFileError(
      code, file: file, member: member, place: place, "variable \(variable): \(reason)\(hint)")
  }
}
