"""Prediction servers of others on this machine, as targets of `bezoar steal` and as the measure of `bezoar serve`.

Trains a softmax regression on scikit-learn's digits (64 columns in [0, 1], ten classes), writes it for each server,
starts an MLServer (Open Inference Protocol) and an `mlflow models serve` on free ports, and prints one line of JSON
with their URLs once both answer. Ends with both servers at ctrl-C, SIGTERM or the end of standard input.

    python3 -m venv peers && peers/bin/pip install mlserver==1.7.1 mlserver-sklearn==1.7.1 mlflow==3.17.2
    peers/bin/python Tests/Peers/third_party_servers.py [--predict labels] [--parameters weights.json]

`--parameters FILE` also writes the weights, to compare a stolen model with.
"""

import argparse
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import joblib
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def train():
    data = load_digits()
    return LogisticRegression(C=1.0, max_iter=2000).fit(data.data / 16.0, data.target)


def start_mlserver(model, folder, python):
    folder.mkdir()
    joblib.dump(model, folder / "model.joblib")
    http, grpc, metrics = free_port(), free_port(), free_port()
    (folder / "settings.json").write_text(json.dumps({
        "host": "127.0.0.1", "http_port": http, "grpc_port": grpc, "metrics_port": metrics,
        "parallel_workers": 0, "debug": False}))
    (folder / "model-settings.json").write_text(json.dumps({
        "name": "digits", "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": "./model.joblib", "version": "v1"}}))
    process = subprocess.Popen(
        [str(python.parent / "mlserver"), "start", str(folder)], stdout=sys.stderr, stderr=sys.stderr,
        start_new_session=True)
    return process, f"http://127.0.0.1:{http}", "/v2/health/ready"


def start_mlflow(model, folder, python, predict):
    import mlflow.sklearn

    mlflow.sklearn.save_model(model, str(folder), pyfunc_predict_fn=predict, serialization_format="cloudpickle")
    port = free_port()
    environment = dict(os.environ, PATH=f"{python.parent}:{os.environ['PATH']}")
    process = subprocess.Popen(
        [str(python), "-m", "mlflow", "models", "serve", "-m", str(folder), "-p", str(port), "-h", "127.0.0.1",
         "--env-manager", "local"],
        stdout=sys.stderr, stderr=sys.stderr, env=environment, start_new_session=True)
    return process, f"http://127.0.0.1:{port}", "/ping"


def wait(url, process):
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"the server of {url} ended with code {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2) as reply:
                if reply.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{url} does not answer")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--predict", choices=["probabilities", "labels"], default="probabilities")
    parser.add_argument("--parameters", help="JSON file for the weights of the model")
    arguments = parser.parse_args()
    predict = "predict_proba" if arguments.predict == "probabilities" else "predict"
    model, python = train(), pathlib.Path(sys.executable)
    if arguments.parameters:
        pathlib.Path(arguments.parameters).write_text(json.dumps({
            "weights": model.coef_.tolist(), "intercepts": model.intercept_.tolist()}))
    processes = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            servers = {}
            for name, start in [
                ("mlserver", lambda: start_mlserver(model, folder / "mlserver", python)),
                ("mlflow", lambda: start_mlflow(model, folder / "mlflow", python, predict)),
            ]:
                process, url, health = start()
                processes.append(process)
                wait(url + health, process)
                servers[name] = url
            print(json.dumps(servers), flush=True)
            sys.stdin.read()
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)


if __name__ == "__main__":
    main()
