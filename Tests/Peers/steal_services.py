"""Starts services as people write them with FastAPI and steals from each: steal_services.py PROGRAM

One logistic model of 4 columns stands behind seven shapes (named, nested, list, batch, GET, label only, probability only),
a keyed one, one with compressed answers and one over https with an authority of its own. The program gets the address and
rows of users (--data); where a shape cannot be found out, the options that the table shows. Prints the queries and the
share of 1,000 rows on which the copy's label differs. Wants fastapi, uvicorn, scikit-learn; openssl for https.
"""
import json, os, subprocess, sys, tempfile, threading, time
from typing import Literal

import numpy as np
import pandas as pd
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.middleware.gzip import GZipMiddleware
from pydantic import BaseModel, Field
from sklearn.linear_model import LogisticRegression

program, folder = os.path.abspath(sys.argv[1]), tempfile.mkdtemp()
random = np.random.default_rng(1)
table = pd.DataFrame({"age": random.integers(18, 90, 1000), "dose": random.uniform(0, 5, 1000).round(2),
                      "ward": random.choice(["A", "B", "C"], 1000), "weight": random.normal(70, 12, 1000).round(1)})


def design(rows):
    rows = pd.DataFrame(rows)
    wards = np.column_stack([(rows["ward"] == ward) for ward in "ABC"]).astype(float)
    return np.column_stack([rows["age"].astype(float) / 40, rows["dose"], rows["weight"] / 30, wards])


truth = (design(table) @ [1, -1, .5, .5, -.5, 0] + random.logistic(size=1000) > 1).astype(int)
model = LogisticRegression(C=1000, max_iter=5000).fit(design(table), truth)
table.assign(ill=np.where(truth, "yes", "no")).to_csv(os.path.join(folder, "rows.csv"), index=False)
table.to_csv(os.path.join(folder, "queries.csv"), index=False)


def second(rows):
    return [float(p) for p in model.predict_proba(design(rows))[:, 1]]


class Patient(BaseModel):
    age: int
    dose: float = Field(ge=0, le=5)
    ward: Literal["A", "B", "C"]
    weight: float


class Free(BaseModel):
    age: float
    dose: float
    ward: str
    weight: float


class Nested(BaseModel):
    patient: Patient
    request: str = "r"


class Batch(BaseModel):
    rows: list[Patient]


class Features(BaseModel):
    features: list[float]


def named():
    app = FastAPI()

    @app.post("/predict")
    def predict(patient: Patient):
        p = second([patient.model_dump()])[0]
        return {"label": "yes" if p > .5 else "no", "probabilities": {"no": 1 - p, "yes": p}}
    return app


def nested():
    app = FastAPI()

    @app.post("/api/v1/score")
    def score(body: Nested):
        p = second([body.patient.model_dump()])[0]
        return {"request": body.request, "result": {"class": "yes" if p > .5 else "no", "scores": [1 - p, p]}}
    return app


def listed():
    app = FastAPI()

    @app.post("/predict")
    def predict(body: Features):
        if len(body.features) != 4:
            raise HTTPException(422, f"expected 4 features, got {len(body.features)}")
        age, dose, weight, ward = body.features
        p = second([{"age": age, "dose": dose, "weight": weight, "ward": "ABC"[max(0, min(2, round(ward)))]}])[0]
        return {"prediction": [1 - p, p]}
    return app


def batch():
    app = FastAPI()

    @app.post("/predict")
    def predict(body: Batch):
        return {"predictions": [{"no": 1 - p, "yes": p} for p in second([row.model_dump() for row in body.rows])]}
    return app


def get():
    app = FastAPI()

    @app.get("/predict")
    def predict(age: int, dose: float, ward: str, weight: float):
        p = second([{"age": age, "dose": dose, "ward": ward, "weight": weight}])[0]
        return [1 - p, p]
    return app


def label():
    app = FastAPI()

    @app.post("/predict")
    def predict(row: Free):
        return {"diagnosis": "yes" if second([row.model_dump()])[0] > .5 else "no"}
    return app


def probability():
    app = FastAPI(openapi_url=None)

    @app.post("/predict")
    def predict(row: Free):
        return second([row.model_dump()])[0]
    return app


def keyed():
    app = FastAPI()

    def check(x_api_key: str = Header()):
        if x_api_key != "s3cret":
            raise HTTPException(401, "no")

    @app.post("/predict", dependencies=[Depends(check)])
    def predict(patient: Patient):
        p = second([patient.model_dump()])[0]
        return {"probability": p}
    return app


def packed():
    app = named()
    app.add_middleware(GZipMiddleware, minimum_size=1)
    return app


with open(os.path.join(folder, "key.txt"), "w") as file:
    file.write("s3cret\n")
BODY = '{"age":{age},"dose":{dose},"ward":"{ward}","weight":{weight}}'
cases = [
    ("named", named, "/predict", []), ("nested", nested, "", []), ("batch", batch, "/predict", []), ("GET", get, "", []),
    ("label only", label, "", ["--attack", "retrain-adaptive", "--budget", "2000"]),
    ("probability only", probability, "/predict", ["--request", BODY]),
    ("keyed", keyed, "/predict", ["--api-key-file", "key.txt"]), ("compressed", packed, "", []),
]
bad = 0


def steal(name, address, extra, secure=False):
    global bad
    # The rows without the answer, as a user has them.
    command = [program, "steal", address, "--data", "queries.csv", "-o", f"{name.replace(' ', '-')}.json", "--json", *extra]
    started = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    if done.returncode:
        bad += 1
        print(f"{name:18} FAILED {done.stderr.strip().splitlines()[-1]}", flush=True)
        return
    metrics = json.loads(done.stdout)["outcomes"][0]["metrics"]
    note = next((line for line in done.stderr.splitlines() if line.startswith("asked at")), "")
    print(f"{name:18} queries {metrics['queries']:5.0f}, r_test {metrics.get('r_test', float('nan')):.4f}, "
          f"{time.monotonic() - started:.1f} s; {note}", flush=True)


def serve(app, port, **tls):
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", **tls))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(.05)
    return server


for port, (name, app, path, extra) in enumerate(cases, 18300):
    server = serve(app(), port)
    steal(name, f"http://127.0.0.1:{port}{path}", extra)
    server.should_exit = True

# https with an authority of its own.
for line in (
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=authority",
        "req -newkey rsa:2048 -nodes -keyout own.key -out own.csr -subj /CN=localhost -addext subjectAltName=DNS:localhost",
        "x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out own.pem -days 30 -copy_extensions copy"):
    subprocess.run(["openssl", *line.split()], cwd=folder, check=True, capture_output=True)
server = serve(named(), 18399, ssl_keyfile=f"{folder}/own.key", ssl_certfile=f"{folder}/own.pem")
steal("https", "https://localhost:18399", ["--cacert", "ca.pem"])
steal("https, any", "https://localhost:18399", ["--insecure"])
refused = subprocess.run([program, "steal", "https://localhost:18399", "-o", "x.json"], cwd=folder, capture_output=True, text=True)
print(f"https, untrusted   exit {refused.returncode}: {refused.stderr.strip()}")
# A list of numbers whose columns have no names.
server = serve(listed(), 18398)
table.assign(ward=table["ward"].map({"A": 0, "B": 1, "C": 2}))[["age", "dose", "weight", "ward"]].to_csv(
    os.path.join(folder, "queries.csv"), index=False)
steal("list", "http://127.0.0.1:18398/predict", [])
sys.exit(bad > 0 or refused.returncode == 0)
