"""Models of scikit-learn as ONNX files, with rows and scikit-learn's own predictions.

Usage: python3 Tests/Fixtures/make/onnx_models.py Tests/Fixtures/onnx [name ...]

Every model is exported by skl2onnx from single-precision data. The rows of a fixture are rows of its training data and
of a second sample; their numbers are of single precision, so that both sides see the same. The exceptions are the models
called "decimals": they are grown on decimals of one digit and asked for those and all numbers halfway between them, in
double precision, which scikit-learn and the graph round. Behind a scaler scikit-learn rounds later than its graph; there
the answers are those of the graph in onnxruntime.

With names only these models are made anew, and the others stay as they are.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import skl2onnx
import sklearn
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

warnings.filterwarnings("ignore")
ROWS = 80


def people(seed):
    """A table of numbers and categories with a target of three classes and one number."""
    random = np.random.default_rng(seed)
    count = 400
    frame = pd.DataFrame(
        {
            "age": random.integers(18, 90, count).astype(np.float32),
            "income": random.lognormal(10, 0.5, count).astype(np.float32).round(0),
            "city": random.choice(["Basel", "Graz", "Ulm"], count),
            "job": random.choice(["cook", "nurse", "smith", "tailor"], count),
            "children": random.integers(0, 4, count).astype(np.int64),
        }
    )
    score = frame.age / 40 + (frame.city == "Ulm") - (frame.job == "cook") + 0.3 * frame.children
    score += random.normal(0, 0.4, count)
    return frame, np.digitize(score, [1.3, 2.2]), score.to_numpy()


TYPES = {
    "age": FloatTensorType([None, 1]),
    "income": FloatTensorType([None, 1]),
    "city": StringTensorType([None, 1]),
    "job": StringTensorType([None, 1]),
    "children": Int64TensorType([None, 1]),
}


def table(loader):
    data = loader()
    return data.data.astype(np.float32), data.target


def mixed(scaler, **options):
    return ColumnTransformer(
        [
            ("numbers", scaler, ["age", "income"]),
            ("texts", OneHotEncoder(**options), ["city", "job"]),
            ("whole", OneHotEncoder(**options), ["children"]),
        ]
    )


def cases():
    iris, kind = table(load_iris)
    names = np.array(["setosa", "versicolor", "virginica"])[kind]
    cancer, diagnosis = table(load_breast_cancer)
    wine, cultivar = table(load_wine)
    diabetes, progress = table(load_diabetes)
    frame, group, score = people(1)
    numbers = ["age", "income"]
    yield "logistic-binary", make_pipeline(StandardScaler(), LogisticRegression()), cancer, diagnosis
    yield "logistic-multinomial", LogisticRegression(max_iter=2000), iris, names
    yield "logistic-minmax", make_pipeline(MinMaxScaler(), LogisticRegression()), wine, cultivar
    yield "linear", make_pipeline(StandardScaler(), LinearRegression()), diabetes, progress
    yield "ridge", make_pipeline(MinMaxScaler(), Ridge(1.0)), diabetes, progress
    yield "lasso", Lasso(0.5), diabetes, progress
    yield "tree", DecisionTreeClassifier(max_depth=5, random_state=0), cancer, diagnosis
    yield "tree-minmax", make_pipeline(MinMaxScaler(), DecisionTreeClassifier(max_depth=4, random_state=0)), iris, names
    yield "tree-regressor", DecisionTreeRegressor(max_depth=5, random_state=0), diabetes, progress
    yield "forest", RandomForestClassifier(10, max_depth=4, random_state=0), wine, cultivar
    yield "forest-binary", RandomForestClassifier(8, max_depth=4, random_state=0), cancer, diagnosis
    mlp = MLPClassifier((8, 5), max_iter=300, random_state=0)
    yield "mlp-relu", make_pipeline(StandardScaler(), mlp), wine, cultivar
    mlp = MLPClassifier((6,), activation="tanh", max_iter=300, random_state=0)
    yield "mlp-tanh-binary", make_pipeline(StandardScaler(), mlp), cancer, diagnosis
    mlp = MLPRegressor(hidden_layer_sizes=(6,), activation="logistic", max_iter=300, random_state=0)
    yield "mlp-regressor", make_pipeline(StandardScaler(), mlp), diabetes, progress
    yield "mixed-logistic", make_pipeline(mixed(StandardScaler()), LogisticRegression(max_iter=500)), frame, group
    loose = mixed(MinMaxScaler(), handle_unknown="ignore")
    yield "mixed-tree", make_pipeline(loose, DecisionTreeClassifier(max_depth=5, random_state=0)), frame, group
    forest = RandomForestClassifier(6, max_depth=4, random_state=0)
    yield "mixed-forest", make_pipeline(mixed(StandardScaler()), forest), frame, group
    random = np.random.default_rng(5)
    decimals = random.integers(0, 40, (400, 2)) / 10
    kind = np.digitize(decimals.sum(axis=1) + random.normal(0, 0.8, 400), [3, 5])
    number = decimals[:, 0] - decimals[:, 1] + random.normal(0, 0.3, 400)
    yield "decimals-tree", DecisionTreeClassifier(random_state=0), decimals, kind
    yield "decimals-tree-regressor", DecisionTreeRegressor(min_samples_leaf=3, random_state=0), decimals, number
    yield "decimals-forest", RandomForestClassifier(5, random_state=0), decimals, kind
    scaled = make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0))
    yield "decimals-scaled-tree", scaled, decimals, kind
    filled = make_pipeline(SimpleImputer(), StandardScaler(), Ridge())
    yield "imputed-ridge", filled, frame[numbers].mask(np.random.default_rng(3).random((400, 2)) < 0.1), score


def rows(data):
    """Some rows as columns of JSON, a missing value as null."""
    if isinstance(data, pd.DataFrame):
        columns = {name: data[name].tolist() for name in data.columns}
    else:
        columns = {f"X{index}": data[:, index].astype(float).tolist() for index in range(data.shape[1])}
    return {n: [None if isinstance(v, float) and np.isnan(v) else v for v in c] for n, c in columns.items()}


def graph_answers(path, sample):
    """The labels and probabilities that onnxruntime gives."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    labels, found = session.run(None, {session.get_inputs()[0].name: sample.astype(np.float32)})
    return [str(label) for label in labels], [[float(row[key]) for key in sorted(row)] for row in found]


def main(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    source = (
        f"scikit-learn {sklearn.__version__}, skl2onnx {skl2onnx.__version__}, onnx {onnx.__version__}, "
        f"onnxruntime {onnxruntime.__version__}, "
        "script Tests/Fixtures/make/onnx_models.py"
    )
    document = {"source": source, "models": []}
    kept = json.loads((folder / "predictions.json").read_text())["models"] if names else []
    kept = {case["name"]: case for case in kept}
    for name, model, data, target in cases():
        if names and name not in names:
            document["models"].append(kept[name])
            continue
        model.fit(data, target)
        types = [(c, TYPES[c]) for c in data.columns] if isinstance(data, pd.DataFrame) else None
        sample = data.iloc[:ROWS] if types else data[:: max(1, len(data) // ROWS)][:ROWS]
        if types and "city" in data.columns:
            sample = pd.concat([sample.iloc[: ROWS // 2], people(2)[0].iloc[: ROWS // 2]])
        if name.startswith("decimals"):
            halves = np.arange(-1, 81) / 20
            sample = np.column_stack([halves, np.roll(halves, 29)])
        exported = to_onnx(model, None if types else data[:1].astype(np.float32), initial_types=types)
        (folder / f"{name}.onnx").write_bytes(exported.SerializeToString())
        case = {"name": name, "rows": rows(sample)}
        if hasattr(model, "predict_proba"):
            case["labels"] = [str(label) for label in model.predict(sample)]
            case["classes"] = [str(label) for label in model.classes_]
            case["probabilities"] = model.predict_proba(sample).tolist()
            if name == "decimals-scaled-tree":
                case["labels"], case["probabilities"] = graph_answers(folder / f"{name}.onnx", sample)
        else:
            case["numbers"] = np.asarray(model.predict(sample), float).ravel().tolist()
        document["models"].append(case)
        print(f"{name}: {(folder / f'{name}.onnx').stat().st_size} bytes, {len(sample)} rows")
    (folder / "predictions.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


main(pathlib.Path(sys.argv[1]), sys.argv[2:])
