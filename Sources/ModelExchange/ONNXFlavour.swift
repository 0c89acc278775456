/// How a model is said in ONNX.
public enum ONNXFlavour: String, Sendable, Hashable, CaseIterable {
  /// In double precision, with the operators that have it: MatMul, Add, Sigmoid, Softmax, ArgMax and, for trees,
  /// TreeEnsemble of ai.onnx.ml 5. Predictions are those of Bezoar but for the order of sums.
  case exact
  /// In single precision, with the operators that scikit-learn's exporter uses too: LinearClassifier,
  /// LinearRegressor, TreeEnsembleClassifier, TreeEnsembleRegressor, Scaler, Imputer, OneHotEncoder, Normalizer.
  case compat

  /// Version of the format itself.
  var irVersion: Int64 { self == .exact ? 10 : 8 }

  /// Versions of the operators of ai.onnx and ai.onnx.ml.
  var operatorSets: (standard: Int64, ml: Int64) { self == .exact ? (21, 5) : (17, 3) }

  /// The type of numbers.
  var elementType: TensorElement { self == .exact ? .double : .float }
}

/// Types of tensor elements, by their numbers in the format.
enum TensorElement: Int32 {
  case float = 1
  case uint8 = 2
  case int32 = 6
  case int64 = 7
  case string = 8
  case bool = 9
  case double = 11
}

/// Domains of operators.
enum OperatorDomain: String, CaseIterable {
  case standard = ""
  case ml = "ai.onnx.ml"

  /// The versions of the set in which the operators that are read mean the same (onnx 1.23).
  var versions: ClosedRange<Int64> {
    switch self {
    case .standard: 7...28
    case .ml: 1...5
    }
  }

  /// What it is called in messages.
  var title: String { self == .standard ? "ai.onnx" : rawValue }

  /// The domain of a name; the standard one has two.
  init?(name: String) { self.init(rawValue: name == "ai.onnx" ? "" : name) }
}
