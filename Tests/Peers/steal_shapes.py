"""Steals from the shapes of hosted services: steal_shapes.py PROGRAM [PYTHON WITH BENTOML 1.4]

A logistic model of 4 columns stands behind the request and answer formats of Amazon SageMaker's containers (CSV and JSON),
Seldon Core, Azure Machine Learning (both), Vertex AI, and a few plain ones, as small servers of this file that tell nothing
of themselves; and, where a Python that has it is given, behind a real BentoML. The program gets the address and rows of
users (--data) and no other help. Then `membership` and `invert` ask the same addresses: accuracy and area under the curve must
be those of the model itself, and the rebuilt rows must have the confidence that is told of them. Prints, for each, the queries,
the share of 1,000 rows on which the copy's label differs, and what the program said. Standard library only, but for BentoML.
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
people = {name: [(row, int(probability(row) > random.random())) for row in part] for name, part in (("members", rows[:200]), ("others", rows[200:400]))}
# The class as a number, and as the words of a service that answers in words.
WORDS = {"named values": ["well", "ill"]}
for words in (["0", "1"], ["well", "ill"]):
    for name in ("members", "others"):
        with open(os.path.join(folder, f"{name}-{words[1]}.csv"), "w", newline="") as file:
            csv.writer(file).writerows([[*NAMES, "ill"], *([*row, words[label]] for row, label in people[name])])
with open(os.path.join(folder, "queries.csv"), "w", newline="") as file:
    csv.writer(file).writerows([NAMES, *rows])
right = {name: sum((probability(row) > .5) == label for row, label in part) / len(part) for name, part in people.items()}
scores = {name: [probability(row) if label else 1 - probability(row) for row, label in part] for name, part in people.items()}
area = sum((one > other) + (one == other) / 2 for one in scores["members"] for other in scores["others"]) / 200 ** 2


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
        # Head and body in one piece: else the second waits until the first is acknowledged.
        wbufsize = -1

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


# Shapes of a label and one number, of which it cannot be known whose probability it is.
LABELS = ["SageMaker, instances"]
NO_PROBABILITIES = "needs the probabilities of all classes"


def stolen(name, outcomes, output):
    """The copy gives the labels of the model."""
    metrics = outcomes[0]["metrics"]
    return metrics, [f"{key} {metrics.get(key)}" for key in ("r_test", "r_unif") if metrics.get(key) is None or metrics[key] > .005]


def members(name, outcomes, output):
    """The attacks saw the answers of the model: its accuracy and, where it gives probabilities, the area under the curve of its losses."""
    attacks = {outcome["attack"]: outcome["metrics"] for outcome in outcomes}
    faults, loss = [], attacks.get("loss", {})
    for key, wanted in (("accuracy_members", right["members"]), ("accuracy_others", right["others"])):
        if any(abs(metrics[key] - wanted) > 1e-9 for metrics in attacks.values()):
            faults.append(f"{key} is not {wanted}")
    if name in LABELS:
        faults += [f"{attacks.keys()} on labels"] if set(attacks) != {"gap"} else []
    elif "auc" not in loss or abs(loss["auc"] - area) > 1e-4:
        faults.append(f"loss: auc {loss.get('auc')}, not {area:.4f}")
    return loss or outcomes[0]["metrics"], faults


def rebuilt(name, outcomes, output):
    """Both classes have a row within the ranges to which the model gives the confidence that is told."""
    faults, told = [], {outcome["dataset"]: outcome["metrics"]["confidence"] for outcome in outcomes}
    with open(os.path.join(folder, output, "classes.csv")) as file:
        # A service that only numbers its columns has them in the same order.
        found = {label: [float(x) for x in row] for label, *row in list(csv.reader(file))[1:]}
    if len(found) != 2 or set(found) != set(told):
        faults.append(f"classes {sorted(found)}")
    for label, row in found.items():
        p = probability(row) if label in ("1", "ill") else 1 - probability(row)
        if not all(low <= x <= high for x, low, high in zip(row, LOW, HIGH)):
            faults.append(f"class {label} is outside the ranges")
        if p < .9 or abs(p - told.get(label, 0)) > 1e-6:
            faults.append(f"class {label}: confidence {told.get(label)}, the model gives {p:.6f}")
    return dict(outcomes[0]["metrics"], confidence=min(told.values())), faults


def run(name, what, judge, *arguments):
    global bad
    started = time.monotonic()
    done = subprocess.run([program, *arguments, "--json"], cwd=folder, capture_output=True, text=True, timeout=600)
    took = time.monotonic() - started
    if done.returncode or what == "invert" and name in LABELS:
        sentence = (done.stderr.strip().splitlines() or ["nothing"])[-1][:200]
        isRight = what == "invert" and name in LABELS and done.returncode == 1 and NO_PROBABILITIES in sentence
        bad += not isRight
        print(f"{name:24} {what:10} {'refused, as it must be:' if isRight else 'FAILED'} {sentence}", flush=True)
        return
    note = next((line for line in done.stderr.splitlines() if "asked at" in line or " speaks " in line), "")
    outcome, faults = judge(name, json.loads(done.stdout)["outcomes"], arguments[arguments.index("-o") + 1])
    shown = {key: outcome[key] for key in ("queries", "probed", "r_test", "r_unif", "complete", "auc", "confidence", "steps") if outcome.get(key) is not None}
    bad += bool(faults)
    print(f"{name:24} {what:10} {took:5.1f} s  {shown} {note[:150]}" + (f"  BAD: {', '.join(faults)}" if faults else ""), flush=True)


def attack(name, url):
    stem = re.sub(r"\W+", "-", name)
    run(name, "steal", stolen, "steal", url, "--data", "queries.csv", "-o", f"{stem}.json")
    word = WORDS.get(name, "01")[1]
    run(name, "membership", members, "membership", "--model", url, "--members", f"members-{word}.csv", "--others", f"others-{word}.csv", "--target", "ill", "-o", f"{stem}-m")
    run(name, "invert", rebuilt, "invert", url, "--class", "all", "--data", "queries.csv", "-o", f"{stem}-i")


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
        run("BentoML, bare", "steal", stolen, "steal", f"http://127.0.0.1:{port}", "--data", "queries.csv", "-o", "bare.json")
    finally:
        os.killpg(bento.pid, 15)
print(f"{bad} bad")
sys.exit(bad > 0)
