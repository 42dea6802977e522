import SweepModel

/// Refuses a document that names code anywhere, before any of it is read.
///
/// Keras's files name classes and functions by module, and Keras imports what they name. Here nothing
/// is ever looked up; but a model that needs such a thing cannot be what its author meant without
/// it. Names are compared with lists of names, never with beginnings of modules: `keras.config` has
/// functions too.
enum ForeignObjects {
  /// - Throws: ``KerasFileError`` for the first object that is code, or that is not Keras's own.
  static func refuse(in node: JSONNode) throws(KerasFileError) {
    switch node.value {
    case .object:
      if node.value["class_name"] != nil { try check(node) }
      for (_, member) in try node.members() { try refuse(in: member) }
    case .array(let values):
      for (place, value) in values.enumerated() {
        try refuse(in: JSONNode(value, path: "\(node.path)[\(place)]", source: node.source))
      }
    case .null, .boolean, .integer, .number, .string: return
    }
  }

  private static func check(_ node: JSONNode) throws(KerasFileError) {
    guard let name = node["class_name"]?.text else {
      throw node.error(.malformed, "`class_name` is no text")
    }
    let layer = node["config"]?["name"]?.text.map { "the layer \(Quotation.text($0)) is " } ?? ""
    guard !code.contains(name) else {
      throw node.error(
        .refused,
        "\(layer)a \(name), which holds code; code in files is never run: save the model without it"
      )
    }
    if name == "function" { return try checkFunction(node) }
    try checkModule(node, name: name, layer: layer)
    if let registered = node["registered_name"]?.text, registered != name,
      !isOwnOptimizer(registered, className: name)
    {
      throw node.error(
        .refused,
        "\(layer)the custom object \(Quotation.text(registered)): it is code of its author's, which no "
          + "file can bring; load the weights into layers that SeedSweep has")
    }
    guard isKnown(name) || isOwnOptimizer(name, className: name) else {
      let module = node["module"]?.text.map { "\($0)." } ?? ""
      throw node.error(
        .refused,
        "\(layer)\(Quotation.text(module + name)), which is no class of Keras's own that is known here; "
          + "custom objects are code, which no file can bring")
    }
  }

  /// A function may be one of Keras's losses, metrics or activations, which are called by name.
  private static func checkFunction(_ node: JSONNode) throws(KerasFileError) {
    let function = node["config"]?.text ?? ""
    let module = node["module"]?.text ?? "builtins"
    let families: [ConfigurationFamily] = [.loss, .metric, .activation]
    let isKnown =
      families.contains { CorrespondenceTable.names($0).contains(function) }
      || UnknownNames.isKnown(function)
    guard isKnown, module == "builtins" || isOfKeras(module) else {
      throw node.error(
        .refused,
        "it names the function \(Quotation.text("\(module).\(function)")), which is no loss, metric or "
          + "activation of Keras's; functions of files are never called")
    }
  }

  private static func checkModule(
    _ node: JSONNode, name: String, layer: String
  ) throws(KerasFileError) {
    guard let module = node["module"]?.text, !isOfKeras(module) else { return }
    if module == "builtins", structure.contains(name) { return }
    throw node.error(
      .refused,
      "\(layer)\(Quotation.text("\(module).\(name)")), which is not of Keras; nothing that a file names "
        + "is ever looked up or called")
  }

  /// Where Keras has its classes, whatever they are called there.
  private static func isOfKeras(_ module: String) -> Bool {
    let first = module.split(separator: ".", omittingEmptySubsequences: false).first ?? ""
    return ["keras", "tf_keras", "tensorflow", "tensorflow_core"].contains(first)
  }

  private static func isKnown(_ name: String) -> Bool {
    structure.contains(name) || UnknownNames.isKnown(name) || known.contains(name)
  }

  /// Keras 2.11 and later register their own optimizers as if users had.
  private static func isOwnOptimizer(_ name: String, className: String) -> Bool {
    let own = name.hasPrefix("Custom>") ? String(name.dropFirst(7)) : name
    let classes = CorrespondenceTable.names(.optimizer)
    guard classes.contains(own) || UnknownNames.isKnown(own), name.hasPrefix("Custom>") else {
      return false
    }
    return className == name || className == own
  }

  private static let known: Set<String> = Set(
    ConfigurationFamily.allCases.flatMap { CorrespondenceTable.names($0) })

  /// Classes that hold code.
  private static let code: Set<String> = [
    "Lambda", "__lambda__", "TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod",
    "InstanceProperty", "TensorFlowOpLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer",
    "TFSMLayer", "__typespec__",
  ]

  /// Classes that the documents themselves are made of.
  private static let structure: Set<String> = [
    "Sequential", "Functional", "Model", "InputLayer", "DTypePolicy", "DTypePolicyMap", "Policy",
    "FloatDTypePolicy", "QuantizedDTypePolicy", "QuantizedFloat8DTypePolicy", "SeedGenerator",
    "MeanMetricWrapper", "LossFunctionWrapper", "CompileMetrics", "__keras_tensor__", "__tuple__",
    "__tensor__", "__numpy__", "TensorShape", "CompileLoss",
  ]
}
