"""An `mlflow models serve` whose signature has whole numbers, as a target of `bezoar steal`.

Trains a logistic regression on five columns of the adult table of this project (two of categories as indicators, three of
whole numbers, standardised), saves it with its inferred signature, in which whole numbers are `long`, and serves it.
MLflow cuts the fraction of a number that is sent for a `long` column without a word.

    peers/bin/python Tests/Peers/integer_inputs.py adult.csv PORT [FOLDER]
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import mlflow.sklearn
import pandas
from mlflow.models import infer_signature
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

WORDS = ["Workclass", "sex"]
NUMBERS = ["age", "education-num", "hours-per-week"]


def main():
    table, port = pandas.read_csv(sys.argv[1], skipinitialspace=True), sys.argv[2]
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(handle_unknown="ignore"), WORDS), (StandardScaler(), NUMBERS)),
        LogisticRegression(max_iter=2000))
    rows = table[WORDS + NUMBERS]
    model.fit(rows, table["income"])
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else folder) / "model"
        mlflow.sklearn.save_model(
            model, str(path), signature=infer_signature(rows, model.predict_proba(rows)),
            pyfunc_predict_fn="predict_proba", serialization_format="cloudpickle")
        python = pathlib.Path(sys.executable)
        environment = dict(os.environ, PATH=f"{python.parent}:{os.environ['PATH']}")
        subprocess.run(
            [str(python), "-m", "mlflow", "models", "serve", "-m", str(path), "-p", port, "-h", "127.0.0.1",
             "--env-manager", "local"], env=environment, check=False)


if __name__ == "__main__":
    main()
