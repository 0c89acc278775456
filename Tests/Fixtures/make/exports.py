"""Models as people export them to ONNX, with rows and the answers of onnxruntime.

Usage: python3 Tests/Fixtures/make/exports.py Tests/Fixtures/exports

The pipelines are those of scikit-learn through skl2onnx, in single and in double precision, and boosted trees of
LightGBM and XGBoost through onnxmltools. Every file is run by onnxruntime with one thread on rows of which half were in
the training data. A missing number is NaN to onnxruntime, a missing text the empty one; both are null in the answers.
The element type of the answers stands beside them: "float" or "double".
"""

import json
import pathlib
import sys
import warnings

import lightgbm
import numpy as np
import onnx
import onnxmltools
import onnxruntime
import pandas as pd
import skl2onnx
import sklearn
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as PeerFloat
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
    Perceptron,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

warnings.filterwarnings("ignore")
ROWS = 24
PEER_OPSET = 15


def passengers(seed, count=300):
    """A table of numbers and categories, some of them missing, and whether each row is a yes."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": random.integers(1, 80, count).astype(np.float32),
            "fare": random.lognormal(2.5, 0.7, count).round(2).astype(np.float32),
            "port": random.choice(["C", "Q", "S", "X"], count, p=[0.3, 0.25, 0.41, 0.04]),
            "sex": random.choice(["female", "male"], count),
            "siblings": random.integers(0, 4, count),
        }
    )
    score = 2 * (frame.sex == "female") - frame.age / 40 + (frame.port == "C") - 0.4 * frame.siblings
    yes = (score + random.normal(0, 0.5, count) > 0.2).astype(int)
    return frame, yes.to_numpy(), (10 * score + random.normal(0, 2, count)).to_numpy()


def gaps(frame, columns, seed, share=0.15):
    """The table with gaps in some columns: NaN in numbers, empty texts."""
    random = np.random.default_rng(seed)
    frame = frame.copy()
    for column in columns:
        empty = "" if frame[column].dtype.kind not in "fi" else np.nan
        frame.loc[random.random(len(frame)) < share, column] = empty
    return frame


TYPES = {"age": 1, "fare": 1, "port": "text", "sex": "text", "siblings": "whole"}


def types(frame, double):
    number = DoubleTensorType if double else FloatTensorType
    kinds = {1: number, "text": StringTensorType, "whole": Int64TensorType}
    return [(name, kinds[TYPES[name]]([None, 1])) for name in frame.columns]


def columns(*parts):
    return ColumnTransformer([(f"part{index}", *part) for index, part in enumerate(parts)])


class Peer:
    """A model of LightGBM or XGBoost on one matrix."""

    def __init__(self, model):
        self.model = model

    def fit(self, data, target):
        self.model.fit(data, target)

    def exported(self, width):
        initial = [("X", PeerFloat([None, width]))]
        convert = onnxmltools.convert_lightgbm if "LGBM" in type(self.model).__name__ else onnxmltools.convert_xgboost
        return convert(self.model, initial_types=initial, target_opset=PEER_OPSET)


def cases():
    """Name, pipeline, data, target and whether it is exported in double precision, with options of the export."""
    iris, wine, cancer, diabetes = load_iris(), load_wine(), load_breast_cancer(), load_diabetes()
    three, species = iris.data, iris.target
    two, kind = cancer.data[:, :6], cancer.target
    names = iris.target_names[species]
    binary = np.array(["benign", "malign"])[1 - kind]
    flowers = species > 0
    pair, pair_names = iris.data[flowers], names[flowers]
    progress = diabetes.target
    frame, yes, number = passengers(1)
    logistic = lambda: LogisticRegression(max_iter=2000)
    scaled = lambda model: make_pipeline(StandardScaler(), model)
    # Forests of two classes, whose single shares are floats.
    for count, depth in [(3, None), (5, 4), (10, 4), (20, 3), (30, 3), (150, 1), (300, 1)]:
        forest = RandomForestClassifier(count, max_depth=depth, random_state=count)
        yield f"forest-{count}-trees", forest, two, kind, False, {}
    yield "forest-7-trees-double", RandomForestClassifier(7, max_depth=3, random_state=0), two, binary, True, {}
    # SimpleImputer.
    holes = np.random.default_rng(5).random(three.shape) < 0.1
    yield "imputed-logistic", make_pipeline(SimpleImputer(), StandardScaler(), logistic()), np.where(
        holes, np.nan, three
    ), names, False, {}
    yield "imputed-forest", make_pipeline(
        SimpleImputer(strategy="median"), RandomForestClassifier(4, max_depth=3, random_state=1)
    ), np.where(holes, np.nan, three), species, False, {}
    hollow = gaps(frame, ["age", "port"], 2)
    texts = lambda: make_pipeline(
        SimpleImputer(strategy="most_frequent", missing_values=""), OneHotEncoder(handle_unknown="ignore")
    )
    numbers = lambda: make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    yield "imputed-passengers", make_pipeline(
        columns((numbers(), ["age"]), (StandardScaler(), ["fare"]), (texts(), ["port", "sex"])), logistic()
    ), hollow, yes, False, {}
    yield "imputed-age-tree", make_pipeline(
        columns(
            (SimpleImputer(strategy="constant", fill_value=-1), ["age"]),
            ("passthrough", ["fare"]),
            (OneHotEncoder(handle_unknown="ignore"), ["port"]),
        ),
        DecisionTreeClassifier(max_depth=5, random_state=0),
    ), gaps(frame, ["age", "fare", "port"], 3), yes, False, {}
    yield "imputed-constant-text", make_pipeline(
        columns(
            (SimpleImputer(), ["age"]),
            (
                make_pipeline(
                    SimpleImputer(strategy="constant", fill_value="none", missing_values=""),
                    OneHotEncoder(handle_unknown="ignore"),
                ),
                ["port"],
            ),
        ),
        scaled_loose(logistic()),
    ), hollow, yes, False, {}
    # Encoders.
    plain = frame
    for drop in ["first", "if_binary"]:
        encoder = OneHotEncoder(drop=drop)
        yield f"one-hot-drop-{drop.replace('_', '-')}", make_pipeline(
            columns((encoder, ["port", "sex", "siblings"]), (StandardScaler(), ["age"])), logistic()
        ), plain, yes, False, {}
    yield "one-hot-drop-tree", make_pipeline(
        columns((OneHotEncoder(drop="first"), ["port", "sex"]), ("passthrough", ["age"])),
        RandomForestClassifier(6, max_depth=5, random_state=0),
    ), plain, yes, False, {}
    yield "one-hot-scaled-tree", make_pipeline(
        columns((OneHotEncoder(), ["port", "sex"]), ("passthrough", ["age"])),
        StandardScaler(with_mean=False),
        DecisionTreeClassifier(max_depth=5, random_state=0),
    ), plain, yes, False, {}
    yield "one-hot-min-frequency", make_pipeline(
        columns((OneHotEncoder(min_frequency=5), ["port", "siblings"]), (StandardScaler(), ["age"])), logistic()
    ), plain, yes, False, {}
    nan = plain.copy()
    nan["port"] = nan.port.astype(object)
    nan.loc[np.random.default_rng(4).random(len(nan)) < 0.1, "port"] = np.nan
    yield "one-hot-missing-level", make_pipeline(
        columns((OneHotEncoder(handle_unknown="ignore"), ["port"]), (StandardScaler(), ["age"])), logistic()
    ), nan, yes, False, {}
    yield "ordinal-tree", make_pipeline(
        columns((OrdinalEncoder(), ["port", "sex", "siblings"]), ("passthrough", ["age"])),
        DecisionTreeClassifier(max_depth=6, random_state=0),
    ), plain, yes, False, {}
    loose = lambda: OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    yield "ordinal-unknown-logistic", make_pipeline(
        columns((make_pipeline(loose(), StandardScaler()), ["port", "sex"]), (StandardScaler(), ["age"])), logistic()
    ), plain, yes, False, {}
    yield "ordinal-unknown-forest", make_pipeline(
        columns((loose(), ["port", "sex"]), ("passthrough", ["age", "fare"])),
        RandomForestClassifier(5, max_depth=5, random_state=0),
    ), plain, yes, False, {}
    yield "ordinal-infrequent", make_pipeline(
        columns((OrdinalEncoder(min_frequency=0.1), ["port"]), (StandardScaler(), ["age"])), scaled(logistic())
    ), plain, yes, False, {}
    yield "ordinal-infrequent-tree", make_pipeline(
        columns((OrdinalEncoder(min_frequency=0.1), ["port"]), ("passthrough", ["age"])),
        DecisionTreeClassifier(max_depth=6, random_state=0),
    ), plain, yes, False, {}
    # Outputs.
    yield "zipmap-columns", scaled(logistic()), three, names, False, {"options": {"zipmap": "columns"}}
    yield "zipmap-columns-binary", scaled(logistic()), two, binary, False, {"options": {"zipmap": "columns"}}
    forest = RandomForestClassifier(4, max_depth=3, random_state=0)
    yield "zipmap-columns-forest", forest, three, species, False, {"options": {"zipmap": "columns"}}
    yield "zipmap-none", scaled(logistic()), wine.data, wine.target, False, {"options": {"zipmap": False}}
    # Regressors.
    forest = RandomForestRegressor(8, max_depth=4, random_state=0)
    yield "forest-regressor", forest, diabetes.data, progress, False, {}
    yield "extra-trees-regressor", ExtraTreesRegressor(5, max_depth=4, random_state=0), diabetes.data, progress, False, {}
    # Missing values that trees split on.
    hollow_three = np.where(holes, np.nan, three)
    yield "tree-missing", DecisionTreeClassifier(max_depth=5, random_state=0), hollow_three, species, False, {}
    yield "tree-missing-regressor", DecisionTreeRegressor(max_depth=4, random_state=0), hollow_three, three[:, 0], False, {}
    yield "forest-missing", RandomForestClassifier(5, max_depth=4, random_state=0), hollow_three, names, False, {}
    # Scores without probabilities.
    # In a pipeline skl2onnx exports LinearSVC only with an option of its own.
    own = {"options": {LinearSVC: {"raw_scores": False}}}
    yield "linear-svc", scaled(LinearSVC()), three, names, False, own
    yield "linear-svc-binary", scaled(LinearSVC()), two, binary, False, own
    yield "sgd-hinge", scaled(SGDClassifier(random_state=0)), three, species, False, {}
    yield "sgd-hinge-binary", scaled(SGDClassifier(random_state=0)), pair, pair_names, False, {}
    yield "sgd-hinge-double", scaled(SGDClassifier(random_state=0)), three, species, True, {}
    yield "ridge-classifier", scaled(RidgeClassifier()), three, names, False, {}
    yield "ridge-classifier-binary", scaled(RidgeClassifier()), pair, pair_names, False, {}
    yield "perceptron", scaled(Perceptron(random_state=0)), three, species, False, {}
    # One against the rest.
    yield "ovr-logistic", scaled(OneVsRestClassifier(logistic())), three, names, False, {}
    yield "ovr-logistic-binary", scaled(OneVsRestClassifier(logistic())), pair, pair_names, False, {}
    tree = DecisionTreeClassifier(max_depth=3, random_state=0)
    yield "ovr-tree", OneVsRestClassifier(tree), three, species, False, {}
    yield "ovr-svc", scaled(OneVsRestClassifier(LinearSVC())), three, species, False, {}
    log = SGDClassifier(loss="log_loss", alpha=0.05, random_state=0)
    yield "sgd-logistic", scaled(log), three, species, False, {}
    # Double precision.
    yield "logistic-double", scaled(logistic()), three, names, True, {}
    yield "logistic-binary-double", scaled(logistic()), two, binary, True, {}
    yield "logistic-minmax-double", make_pipeline(MinMaxScaler(), logistic()), wine.data, wine.target, True, {}
    yield "sgd-logistic-double", scaled(log), three, species, True, {}
    yield "sgd-logistic-binary-double", scaled(log), pair, pair_names, True, {}
    yield "ridge-double", scaled(Ridge()), diabetes.data, progress, True, {}
    yield "linear-double", LinearRegression(), diabetes.data, progress, True, {}
    network = MLPClassifier((5,), max_iter=300, random_state=0)
    yield "network-double", scaled(network), three, names, True, {}
    yield "network-binary-double", scaled(network), two, kind, True, {}
    network = MLPRegressor(hidden_layer_sizes=(4,), activation="tanh", max_iter=300, random_state=0)
    yield "network-regressor-double", scaled(network), diabetes.data, progress, True, {}
    yield "mixed-double", make_pipeline(
        columns((StandardScaler(), ["age", "fare"]), (OneHotEncoder(drop="first"), ["port", "sex"])), Ridge()
    ), plain, number, True, {}
    # Boosted trees.
    boosted = GradientBoostingClassifier(n_estimators=6, max_depth=2, random_state=0)
    yield "boosted", boosted, three, names, False, {}
    yield "boosted-binary", boosted, two, kind, False, {}
    boosted = GradientBoostingRegressor(n_estimators=8, max_depth=2, random_state=0)
    yield "boosted-regressor", boosted, diabetes.data, progress, False, {}
    light = dict(n_estimators=6, num_leaves=5, min_child_samples=5, verbose=-1, random_state=0)
    yield "lightgbm", Peer(lightgbm.LGBMClassifier(**light)), hollow_three, species, False, {}
    yield "lightgbm-binary", Peer(lightgbm.LGBMClassifier(**light)), two, binary, False, {}
    yield "lightgbm-regressor", Peer(lightgbm.LGBMRegressor(**light)), diabetes.data, progress, False, {}
    yield "lightgbm-poisson", Peer(
        lightgbm.LGBMRegressor(objective="poisson", **light)
    ), diabetes.data, progress, False, {}
    extreme = dict(n_estimators=6, max_depth=2, random_state=0)
    yield "xgboost", Peer(xgboost.XGBClassifier(**extreme)), hollow_three, species, False, {}
    yield "xgboost-binary", Peer(xgboost.XGBClassifier(**extreme)), two, kind, False, {}
    yield "xgboost-regressor", Peer(xgboost.XGBRegressor(**extreme)), diabetes.data, progress, False, {}
    yield "xgboost-poisson", Peer(
        xgboost.XGBRegressor(objective="count:poisson", **extreme)
    ), diabetes.data, progress, False, {}


def scaled_loose(model):
    """A scaler that leaves zeros zeros, as behind sparse indicators."""
    return make_pipeline(StandardScaler(with_mean=False), model)


def feeds(session, data, double):
    """What onnxruntime takes for the rows."""
    number = np.float64 if double else np.float32
    if not isinstance(data, pd.DataFrame):
        return {session.get_inputs()[0].name: data.astype(number)}
    result = {}
    for value in session.get_inputs():
        column = data[value.name]
        kind = {"tensor(string)": object, "tensor(int64)": np.int64}.get(value.type, number)
        if kind is object:
            column = column.fillna("nan").astype(str)
        result[value.name] = column.to_numpy(dtype=kind).reshape(-1, 1)
    return result


def listed(values):
    return [None if v != v or v == "" else v for v in values]


def rows(data):
    if isinstance(data, pd.DataFrame):
        return {name: listed(data[name].tolist()) for name in data.columns}
    return {f"X{index}": listed(data[:, index].tolist()) for index in range(data.shape[1])}


def answers(exported, data, double):
    """Labels, probabilities or scores, or numbers."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(exported, options, providers=["CPUExecutionProvider"])
    found = session.run(None, feeds(session, data, double))
    if len(found) == 1:
        return {"numbers": np.asarray(found[0], float).ravel().tolist()}, found[0].dtype
    labels, *rest = found
    if isinstance(rest[0], list):
        keys = list(rest[0][0])
        values = [[float(row[key]) for key in keys] for row in rest[0]]
        # ZipMap gives Python floats; the tensor before it tells their type.
        kind = np.float64 if double and not any(np.float32(v) == v for v in values[0]) else np.float32
    else:
        table = np.column_stack([np.asarray(part).reshape(len(labels), -1) for part in rest])
        values, kind = table.astype(float).tolist(), table.dtype
    return {"labels": [str(label) for label in labels], "values": values}, kind


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    versions = ", ".join(
        f"{package.__name__} {package.__version__}"
        for package in [sklearn, skl2onnx, onnxmltools, lightgbm, xgboost, onnx, onnxruntime]
    )
    document = {"source": f"{versions}, script Tests/Fixtures/make/exports.py", "models": []}
    total = 0
    for name, model, data, target, double, options in cases():
        is_frame = isinstance(data, pd.DataFrame)
        if not is_frame:
            data = data.astype(np.float64 if double else np.float32)
        model.fit(data, target)
        if is_frame:
            used = [c for part in model[0].transformers_ for c in part[2] if part[0] != "remainder"]
            data = data[used]
            model.fit(data, target)
            exported = to_onnx(model, initial_types=types(data, double), **options)
            sample = data.iloc[:: max(1, len(data) // ROWS)][:ROWS]
        elif isinstance(model, Peer):
            exported = model.exported(data.shape[1])
            sample = data[:: max(1, len(data) // ROWS)][:ROWS]
        else:
            if double and hasattr(model, "classes_") and not options:
                # onnxruntime has no ZipMap for doubles.
                options = {"options": {"zipmap": False}}
            exported = to_onnx(model, data[:1], **options)
            sample = data[:: max(1, len(data) // ROWS)][:ROWS]
        if not is_frame:
            # Half of the rows stand between two rows of the training data.
            other = np.roll(sample, 7, axis=0)
            half = ((sample + other) / 2).astype(sample.dtype)
            sample = np.vstack([sample[: ROWS // 2], half[: ROWS // 2]])
        content = exported.SerializeToString()
        try:
            given, kind = answers(content, sample, double)
        except Exception as error:
            print(f"{name}: LEFT OUT, onnxruntime does not run it: {str(error)[:150]}")
            continue
        (folder / f"{name}.onnx").write_bytes(content)
        total += len(content)
        probabilities = getattr(model, "predict_proba", None) or (
            isinstance(model, Peer) and "Classifier" in type(model.model).__name__
        )
        case = {"name": name, "type": "double" if kind == np.float64 else "float", "rows": rows(sample)}
        if "labels" in given:
            given["probabilities" if probabilities and name != "ovr-svc" else "scores"] = given.pop("values")
        document["models"].append(case | given)
        print(f"{name}: {len(content)} bytes, {len(sample)} rows, {case['type']}")
    text = json.dumps(document, separators=(",", ":")) + "\n"
    (folder / "answers.json").write_text(text)
    print(f"{len(document['models'])} models, {total} bytes and {len(text)} of answers")


main(pathlib.Path(sys.argv[1]))
