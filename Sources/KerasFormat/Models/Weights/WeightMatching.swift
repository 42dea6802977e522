/// How the layers of a file of weights find those of a model.
package enum WeightMatching: Hashable, Sendable {
  /// One after the other, as Keras does by default: there must be as many.
  case byOrder
  /// By their names, as Keras does with `by_name`: layers that the file has not keep their first values.
  case byName
}
