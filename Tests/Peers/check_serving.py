"""Checks `bezoar serve` with the types of MLServer's own client and with MLflow's request forms.

    peers/bin/python Tests/Peers/check_serving.py --bezoar .build/release/bezoar --model digits.json

Requests are made by `mlserver.types` (Open Inference Protocol, generated from its OpenAPI document) and every answer
is read back by them; MLflow's forms are sent by `requests`. Ends with an error at the first difference.
"""

import argparse
import signal
import subprocess

import numpy as np
import pandas as pd
import requests
from mlserver import types
from mlserver.codecs import NumpyCodec, NumpyRequestCodec


def check(url):
    metadata = types.MetadataServerResponse(**requests.get(url + "/v2", timeout=5).json())
    model = types.MetadataModelResponse(**requests.get(url + "/v2/models/m", timeout=5).json())
    index = [types.RepositoryIndexResponseItem(**item) for item in requests.post(
        url + "/v2/repository/index", json={}, timeout=5).json()]
    assert metadata.name and model.name == "m" and index[0].name == "m"
    for path in ["/v2/health/live", "/v2/health/ready", "/v2/models/m/ready", "/ping", "/health"]:
        assert requests.get(url + path, timeout=5).status_code == 200, path
    width = model.inputs[0].shape[1]
    rows = np.random.default_rng(0).uniform(0, 16, (5, width))

    request = NumpyRequestCodec.encode_request(rows)
    request.outputs = [types.RequestOutput(name="predict"), types.RequestOutput(name="predict_proba")]
    reply = requests.post(
        url + "/v2/models/m/infer", data=request.model_dump_json(), headers={"Content-Type": "application/json"},
        timeout=5)
    answer = types.InferenceResponse(**reply.json())
    labels, scores = (NumpyCodec.decode_output(output) for output in answer.outputs)
    assert labels.shape == (5, 1) and scores.shape == (5, 10), (labels.shape, scores.shape)
    assert np.allclose(scores.sum(axis=1), 1) and (scores.argmax(axis=1) == labels[:, 0]).all()

    plain = types.InferenceRequest(inputs=[types.RequestInput(
        name="input-0", shape=list(rows.shape), datatype="FP32", data=rows.ravel().tolist())])
    reply = requests.post(url + "/v2/models/m/infer", json=plain.model_dump(), timeout=5)
    assert [output.name for output in types.InferenceResponse(**reply.json()).outputs] == ["predict"]
    error = requests.post(url + "/v2/models/m/infer", json={"inputs": []}, timeout=5)
    assert error.status_code == 400 and set(types.InferenceErrorResponse(**error.json()).model_dump()) == {"error"}

    names = model.inputs[0].parameters.model_dump()["columns"]
    frame = pd.DataFrame(rows, columns=names)
    forms = [{"inputs": rows.tolist()}, {"instances": rows.tolist()},
             {"dataframe_split": frame.to_dict(orient="split")}, {"dataframe_records": frame.to_dict(orient="records")}]
    for body in forms:
        reply = requests.post(url + "/invocations", json=body, timeout=5)
        assert list(reply.json()) == ["predictions"] and np.array_equal(reply.json()["predictions"], scores), body.keys()
    csv = requests.post(
        url + "/invocations", data=frame.to_csv(index=False), headers={"Content-Type": "text/csv"}, timeout=5)
    assert np.array_equal(csv.json()["predictions"], scores)
    error = requests.post(url + "/invocations", json={}, timeout=5)
    assert error.status_code == 400 and {"error_code", "message"} <= set(error.json())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bezoar", required=True)
    parser.add_argument("--model", required=True)
    arguments = parser.parse_args()
    process = subprocess.Popen(
        [arguments.bezoar, "serve", "--model", f"m={arguments.model}", "--port", "0", "--quiet", "--dialect", "v2",
         "--dialect", "mlflow"], stdout=subprocess.PIPE, text=True)
    try:
        check(process.stdout.readline().strip())
        print("all answers are as MLServer's types and MLflow's forms have them")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


if __name__ == "__main__":
    main()
