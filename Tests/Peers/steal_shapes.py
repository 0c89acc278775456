"""Steals from the shapes of hosted services: steal_shapes.py PROGRAM [PYTHON WITH BENTOML 1.4]

A logistic model of 4 columns stands behind the request and answer formats of Amazon SageMaker's containers (CSV and JSON),
Seldon Core, Azure Machine Learning (both), Vertex AI, and a few plain ones, as small servers of this file that tell nothing
of themselves; and, where a Python that has it is given, behind a real BentoML. The program gets the address and rows of
users (--data) and no other help. Then `membership` and `invert` ask the same addresses. Prints, for each, the queries, the
share of 1,000 rows on which the copy's label differs, and what the program said. Standard library only, but for BentoML.
"""
import csv, io, json, math, os, random, re, subprocess, sys, tempfile, threading, time, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

program, folder = os.path.abspath(sys.argv[1]), tempfile.mkdtemp()
random.seed(1)
NAMES = ["age", "dose", "weight", "pulse"]
LOW, HIGH = [18, 0, 40, 45], [90, 5, 120, 130]


def probability(row):
    z = [(x - low) / (high - low) for x, low, high in zip(map(float, row), LOW, HIGH)]
    return 1 / (1 + math.exp(-max(-700, min(700, 3 * z[0] - 2 * z[1] + 4 * z[2] - 3 * z[3] - .8))))


rows = [[round(random.uniform(low, high), 3) for low, high in zip(LOW, HIGH)] for _ in range(1000)]
for name, extra in (("queries.csv", False), ("members.csv", True), ("others.csv", True)):
    with open(os.path.join(folder, name), "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(NAMES + (["ill"] if extra else []))
        part = rows if not extra else rows[:200] if name[0] == "m" else rows[200:400]
        writer.writerows([*row, int(probability(row) > random.random())] if extra else row for row in part)


class Refused(Exception):
    def __init__(self, status, text):
        self.status, self.text = status, text


def checked(rows):
    if not isinstance(rows, list) or not rows:
        raise Refused(400, "no rows")
    for row in rows:
        if not isinstance(row, list) or len(row) != 4 or not all(isinstance(x, (int, float)) for x in row):
            raise Refused(400, f"X has {len(row) if isinstance(row, list) else 0} features, but the model is expecting 4 features")
    return [probability(row) for row in rows]


def both(ps):
    return [[1 - p, p] for p in ps]


def named(rows):
    if not isinstance(rows, list) or not all(isinstance(row, dict) and set(row) == set(NAMES) for row in rows):
        raise Refused(400, f"columns {NAMES} are missing")
    return checked([[row[name] for name in NAMES] for row in rows])


def sagemaker_csv(type, body):
    if not type.startswith("text/csv"):
        raise Refused(415, f"content type {type} is not supported; send text/csv")
    try:
        return "text/csv", "".join(f"{p}\n" for p in checked([[float(x) for x in row] for row in csv.reader(io.StringIO(body.decode()))]))
    except ValueError:
        raise Refused(400, "the rows hold a word")


def json_body(read):
    def answer(type, body):
        if not type.startswith("application/json"):
            raise Refused(415, f"content type {type} is not supported")
        try:
            return "application/json", json.dumps(read(json.loads(body)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused(400, repr(error))
    return answer


def azure(j):
    data = j["input_data"]
    if set(data) - {"columns", "index", "data"} or data["columns"] != NAMES or "index" in data and len(data["index"]) != len(data["data"]):
        raise Refused(400, "input_data needs columns, index and data")
    return both(checked(data["data"]))


SHAPES = [
    # Name, path, and what makes the answer of a body.
    ("SageMaker, CSV", "/invocations", sagemaker_csv),
    ("SageMaker, JSON lists", "/invocations", json_body(lambda j: both(checked(j)))),
    ("SageMaker, instances", "/invocations", json_body(lambda j: {"predictions": [{"score": p, "predicted_label": int(p > .5)} for p in checked([row["features"] for row in j["instances"]])]})),
    ("Seldon Core", "/api/v1.0/predictions", json_body(lambda j: {"data": {"names": ["t:0", "t:1"], "ndarray": both(checked(j["data"]["ndarray"]))}, "meta": {"requestPath": {"m": "m:1"}}})),
    ("Azure ML, input_data", "/score", json_body(azure)),
    ("Azure ML, Inputs", "/score", json_body(lambda j: {"Results": both(named(j["Inputs"]["data"]))})),
    ("Azure ML, data", "/score", json_body(lambda j: both(checked(j["data"])))),
    ("Vertex AI", "/v1/projects/p/locations/l/endpoints/1:predict", json_body(lambda j: {"predictions": both(checked(j["instances"])), "deployedModelId": "5", "model": "m"})),
    ("rows under input_data", "/predict", json_body(lambda j: both(checked(j["input_data"])))),
    ("one row under features", "/predict", json_body(lambda j: {"probability": checked([j["features"]])[0]})),
    ("named values", "/predict", json_body(lambda j: {"label": "ill" if named([j])[0] > .5 else "well", "probabilities": both(named([j]))[0]})),
    ("a list of named rows", "/predict", json_body(lambda j: both(named(j)))),
]


def serve(path, answer):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def send(self, status, type, text):
            body = text.encode()
            self.send_response(status)
            self.send_header("content-type", type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            self.send(200 if self.path == "/ping" else 404, "text/plain", "")

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"] or 0))
            if self.path != path:
                return self.send(404, "text/plain", "")
            try:
                self.send(200, *answer(self.headers["content-type"] or "", body))
            except Refused as refused:
                self.send(refused.status, "application/json", json.dumps({"error": refused.text}))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


bad = 0


def run(name, what, *arguments):
    global bad
    started = time.monotonic()
    done = subprocess.run([program, *arguments, "--json"], cwd=folder, capture_output=True, text=True, timeout=600)
    took = time.monotonic() - started
    if done.returncode:
        bad += 1
        print(f"{name:24} {what:10} FAILED {done.stderr.strip().splitlines()[-1][:200]}", flush=True)
        return
    note = next((line for line in done.stderr.splitlines() if "asked at" in line or " speaks " in line), "")
    outcome = json.loads(done.stdout)["outcomes"][0]["metrics"]
    shown = {key: outcome[key] for key in ("queries", "probed", "r_test", "r_unif", "complete", "auc", "confidence", "steps") if outcome.get(key) is not None}
    if what == "steal" and not (outcome.get("r_test", 1) <= .005 and outcome.get("r_unif", 1) <= .005):
        bad += 1
        note += "  BAD"
    print(f"{name:24} {what:10} {took:5.1f} s  {shown} {note[:150]}", flush=True)


def attack(name, url):
    stem = re.sub(r"\W+", "-", name)
    run(name, "steal", "steal", url, "--data", "queries.csv", "-o", f"{stem}.json")
    run(name, "membership", "membership", "--model", url, "--members", "members.csv", "--others", "others.csv", "--target", "ill", "-o", f"{stem}-m")
    run(name, "invert", "invert", url, "--class", "all", "--data", "queries.csv", "-o", f"{stem}-i")


for name, path, answer in SHAPES:
    server = serve(path, answer)
    attack(name, f"http://127.0.0.1:{server.server_address[1]}{path}")
    server.shutdown()

if len(sys.argv) > 2:
    with open(os.path.join(folder, "service.py"), "w") as file:
        file.write('''import math
import bentoml, numpy as np

LOW, SPAN = np.array([18, 0, 40, 45]), np.array([72, 5, 80, 85])


def probabilities(rows):
    rows = np.asarray(rows, float)
    if rows.ndim != 2 or rows.shape[1] != 4:
        raise bentoml.exceptions.InvalidArgument(f"X has {rows.shape[-1]} features, but the model is expecting 4 features")
    p = 1 / (1 + np.exp(-((rows - LOW) / SPAN @ np.array([3, -2, 4, -3]) - .8)))
    return np.column_stack([1 - p, p])


@bentoml.service
class Scorer:
    @bentoml.api
    def predict(self, input_data: np.ndarray) -> np.ndarray:
        return probabilities(input_data)

    @bentoml.api
    def named(self, age: float, dose: float, weight: float, pulse: float) -> dict:
        p = probabilities([[age, dose, weight, pulse]])[0]
        return {"label": int(p[1] > .5), "probabilities": p.tolist()}

    @bentoml.api
    def batch(self, rows: list[list[float]]) -> list[list[float]]:
        return probabilities(rows).tolist()
''')
    python, port = sys.argv[2], 18711
    bento = subprocess.Popen(
        [python, "-m", "bentoml", "serve", "service:Scorer", "--port", str(port), "--host", "127.0.0.1"], cwd=folder, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=dict(os.environ, BENTOML_DO_NOT_TRACK="true"), start_new_session=True)
    try:
        for _ in range(1200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1)
                break
            except OSError:
                time.sleep(.1)
        for path in ("/predict", "/named", "/batch"):
            attack(f"BentoML {path}", f"http://127.0.0.1:{port}{path}")
        run("BentoML, bare", "steal", "steal", f"http://127.0.0.1:{port}", "--data", "queries.csv", "-o", "bare.json")
    finally:
        os.killpg(bento.pid, 15)
print(f"{bad} bad")
sys.exit(bad > 0)
