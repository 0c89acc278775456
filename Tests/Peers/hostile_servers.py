"""Steals from hostile servers: hostile_servers.py PROGRAM [NAME...]

Every server stands on a socket of its own and does one thing that no server should. `bezoar steal` (for some `membership`
and `invert`) must end within its limit with one sentence and exit code 1, or with 0 where the model behind it is rightly
stolen, under 200 MB of memory, without a control character on the terminal, and without a word of an exact copy of
garbage; and the server must have been asked. Prints a table; exit 1 if anything is bad. Names choose the servers that hold one of them. Standard library only.
"""
import gzip, json, math, os, random, re, socket, ssl, struct, subprocess, sys, tempfile, threading, time, zlib
from concurrent.futures import ThreadPoolExecutor

program, chosen = os.path.abspath(sys.argv[1]), sys.argv[2:]
root = tempfile.mkdtemp()
random.seed(1)
LIMIT = 90
DATA, PEOPLE = os.path.join(root, "rows.csv"), os.path.join(root, "people.csv")
with open(DATA, "w") as file, open(PEOPLE, "w") as people:
    file.write("a,b,c,d\n")
    people.write("a,b,c,d,ill\n")
    for row in range(60):
        line = ",".join(f"{random.random():.3f}" for _ in range(4))
        file.write(line + "\n")
        people.write(f"{line},{row % 2}\n")
ESC = "\x1b[31mred\x1b]0;title\x07"


def probability(row):
    a, b, c, d = [float(x) for x in row]
    return 1 / (1 + math.exp(-max(-700, min(700, 3 * a + 2 * b - 4 * c + d - .7))))


class Request:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        try:
            self.json = json.loads(body)
        except ValueError:
            self.json = None

    def rows(self):
        """The rows of any dialect; none for another request."""
        j = self.json
        if not isinstance(j, dict):
            return []
        if isinstance(j.get("inputs"), list) and j["inputs"] and isinstance(j["inputs"][0], dict):
            if len(j["inputs"]) == 1:
                shape, data = j["inputs"][0]["shape"], j["inputs"][0]["data"]
                return [data[i:i + shape[-1]] for i in range(0, len(data), shape[-1])]
            return list(map(list, zip(*(tensor["data"] for tensor in j["inputs"]))))
        if "instances" in j or "inputs" in j:
            rows = j.get("instances", j.get("inputs"))
            return [list(row.values()) if isinstance(row, dict) else row for row in rows]
        if "dataframe_split" in j:
            return j["dataframe_split"]["data"]
        if all(name in j for name in "abcd"):
            return [[j[name] for name in "abcd"]]
        return []


def read(connection, pending):
    """The next request; None at the end."""
    data = pending[0]
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
    head, _, rest = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    size = int(headers.get("content-length", 0))
    while len(rest) < size:
        part = connection.recv(65536)
        if not part:
            return None
        rest += part
    pending[0] = rest[size:]
    method, path, _ = (lines[0] + "  ").split(" ", 2)
    return Request(method, path, headers, rest[:size])


def reply(body=b"", status="200 OK", type="application/json", length=True, *headers, version="HTTP/1.1"):
    if not isinstance(body, (bytes, str)):
        body = json.dumps(body)
    body = body.encode() if isinstance(body, str) else body
    lines = [f"{version} {status}", f"content-type: {type}", *headers]
    if length is not False:
        lines.append(f"content-length: {len(body) if length is True else length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


class Close(Exception):
    """The connection ends here."""


NOT_FOUND = reply({"error": "nothing here"}, "404 Not Found")


def mlflow(request, answer):
    """A scoring server of MLflow whose answers `answer` makes of the rows; complains of other widths."""
    if request.path == "/version":
        return reply("2.9.2", type="text/plain")
    if request.path == "/ping":
        return reply("\n")
    if request.path != "/invocations":
        return NOT_FOUND
    rows = request.rows()
    if not rows or any(not isinstance(row, list) or len(row) != 4 for row in rows):
        return reply({"error_code": "BAD_REQUEST", "message": "X has 1 features, but model is expecting 4 features as input"}, "400 Bad Request")
    try:
        made = answer(rows, request)
    except (TypeError, ValueError):
        return reply({"error_code": "BAD_REQUEST", "message": "no numbers"}, "400 Bad Request")
    return made if isinstance(made, bytes) else reply(made)


def good(rows, request=None):
    return {"predictions": [[1 - probability(row), probability(row)] for row in rows]}


def v2(metadata, answer=None):
    def serve(request, send):
        if request.path in ("/v2", "/v2/"):
            return reply({"name": "x", "version": "1", "extensions": []})
        if request.path.endswith("/infer"):
            rows = request.rows()
            if any(x is None for row in rows for x in row):
                return reply({"error": "a value is missing"}, "400 Bad Request")
            made = answer(rows) if answer else {"outputs": [{"name": "predict_proba", "shape": [len(rows), 2], "datatype": "FP64",
                                                             "data": [x for row in rows for x in good([row])["predictions"][0]]}]}
            return made if isinstance(made, bytes) else reply(made)
        if request.path.startswith("/v2/models/m"):
            return metadata if isinstance(metadata, bytes) else reply(metadata)
        return NOT_FOUND
    return serve


def openapi(document, answer=None):
    def serve(request, send):
        if request.path == "/openapi.json":
            made = document() if callable(document) else document
            return made if isinstance(made, bytes) else reply(made)
        if request.path == "/predict" and request.method == "POST":
            rows = request.rows()
            if len(rows) != 1 or any(not isinstance(x, (int, float)) for x in rows[0]):
                return reply({"detail": [{"loc": ["body"], "msg": "field required"}]}, "422 Unprocessable Entity")
            return reply({"probability": probability(rows[0])})
        return NOT_FOUND
    return serve


kinds = []


def kind(name, serve, url="", right=(1,), command="steal", options=(), limit=LIMIT, words=None, tls=False):
    kinds.append(dict(name=name, serve=serve, url=url, right=right, command=command, options=options, limit=limit, words=words, tls=tls))


def always(data):
    return lambda request, send: data


def invocations(name, answer, right=(1,), **more):
    """A server of MLflow that is hostile in its answers."""
    kind(name, lambda request, send: mlflow(request, answer), "/invocations", right, **more)


# --- good ones, to see that the measure is right
invocations("a good server", good, (0,), words=True)
kind("a good server, bare address", lambda r, s: mlflow(r, good), "", (0,), words=True)
kind("a good server, Open Inference Protocol", v2({"name": "m", "inputs": [{"name": "x", "datatype": "FP64", "shape": [-1, 4]}], "outputs": []}), "/v2/models/m", (0,))
SCHEMA = {"type": "object", "required": list("abcd"), "properties": {name: {"type": "number", "minimum": 0, "maximum": 1} for name in "abcd"}}


def document(schema, **more):
    return {"openapi": "3.1.0", "paths": {"/predict": {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}}, **more}


kind("a good server, OpenAPI", openapi(document(SCHEMA)), "/predict", (0,))
# --- connections


def ending(when, linger=False):
    def serve(request, send):
        send(when)
        if linger:
            send.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Close
    return serve


GOOD = reply(good([[.1, .2, .3, .4]]))
for name, data in [("before a byte", b""), ("within the status line", b"HTTP/1.1 20"), ("within the headers", b"HTTP/1.1 200 OK\r\ncontent-"),
                   ("before the body", b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n"), ("within the body", GOOD[:-9]),
                   ("within a chunk", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{")]:
    kind(f"closes {name}", ending(data), "/invocations")
    kind(f"resets {name}", ending(data, True), "/invocations")


def slowly(data, pause=.3, size=1):
    def serve(request, send):
        for start in range(0, len(data), size):
            send(data[start:start + size])
            time.sleep(pause)
        raise Close
    return serve


def endless(first, piece, pause=0):
    def serve(request, send):
        send(first)
        while True:
            send(piece)
            if pause:
                time.sleep(pause)
    return serve


kind("says nothing", lambda request, send: time.sleep(600), "/invocations")
kind("headers that drip", slowly(reply("{}") + b" " * 300), "/invocations")
kind("a body that drips", slowly(reply(b" " * 10_000)), "/invocations")
kind("an endless body", endless(b"HTTP/1.1 200 OK\r\n\r\n", b"1" * 65536), "/invocations")
kind("endless chunks", endless(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"10000\r\n" + b"[" * 65536 + b"\r\n"), "/invocations")
kind("endless chunks of a byte", endless(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\n[\r\n" * 1000), "/invocations")
kind("endless headers", endless(b"HTTP/1.1 200 OK\r\n", b"x-a: b\r\n" * 1000), "/invocations")
kind("an endless header", endless(b"HTTP/1.1 200 OK\r\nx-a: ", b"b" * 65536), "/invocations")
kind("an endless status line", endless(b"HTTP/1.1 200 ", b"O" * 65536), "/invocations")
kind("an endless trailer", endless(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"x-a: b\r\n" * 1000), "/invocations")
kind("a storm of 100", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "/invocations")
kind("a storm of 103", endless(b"", b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 100), "/invocations")
kind("a few 100 and 103 before the answer", lambda r, s: b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + mlflow(r, good), "/invocations", (0, 1))
kind("101 to another protocol", always(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"), "/invocations")
# --- lengths
for name, length in [("of an exabyte", 10**18), ("beyond 64 bits", 10**30), ("negative", -5), ("with a sign", "+5"), ("of letters", "abc"), ("empty", ""), ("twice in one", "5, 6")]:
    kind(f"content-length {name}", always(reply("{}", length=length)), "/invocations")
kind("content-length too large, then silence", lambda r, s: (s(GOOD.replace(b"content-length: ", b"content-length: 9")), time.sleep(600)), "/invocations")
kind("content-length too small", lambda r, s: mlflow(r, lambda rows, _: reply(good(rows), length=20)), "/invocations")
kind("two content-length", always(reply("{}", "200 OK", "application/json", True, "content-length: 50")), "/invocations")
kind("content-length and chunks", always(reply("{}", "200 OK", "application/json", True, "transfer-encoding: chunked")), "/invocations")
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
for name, data in [("of 2^64", b"10000000000000000\r\n{}"), ("of -1", b"-1\r\n{}"), ("of letters", b"xyz\r\n{}"), ("without a size", b"\r\n{}\r\n"), ("longer than it says", b"1\r\n{}{}{}\r\n0\r\n\r\n")]:
    kind(f"a chunk {name}", always(CHUNKED + data), "/invocations")
kind("chunks that say xchunked", always(CHUNKED.replace(b"chunked", b"xchunked") + b"2\r\n{}\r\n0\r\n\r\n"), "/invocations", limit=LIMIT)
# --- packing


def packed(body, encoding):
    return reply(body, "200 OK", "application/json", True, f"content-encoding: {encoding}")


megabyte = gzip.compress(b" " * 10**6, 9)
kind("gzip that holds 10 GB", always(packed(gzip.compress(b"[" * 10**6, 9) + megabyte * 10_000, "gzip")), "/invocations")
kind("gzip of 58 kB that holds 56 MB", always(packed(megabyte * 56, "gzip")), "/invocations")
kind("deflate that holds 100 MB", always(packed(zlib.compress(b"[" * 10**8, 9), "deflate")), "/invocations")
kind("gzip that is none", always(packed(b'{"predictions":[[0.1,0.9]]}', "gzip")), "/invocations")
kind("a torn gzip", always(packed(gzip.compress(os.urandom(5000))[:-2000], "gzip")), "/invocations")
kind("gzip, right", lambda r, s: mlflow(r, lambda rows, _: packed(gzip.compress(json.dumps(good(rows)).encode()), "gzip")), "/invocations", (0,))
kind("an unknown encoding", always(packed(b"\x1b\x5b\x33\x31\x6d", "br")), "/invocations")
kind("gzip within gzip", always(packed(gzip.compress(gzip.compress(b"{}")), "gzip, gzip")), "/invocations")
# --- versions and heads
for name, data in [
        ("HTTP/0.9", b"<html>hello</html>"), ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ("frames of HTTP/2", b"\0\0\6\4\0\0\0\0\0\0\3\0\0\0\x64"),
        ("a status of letters", b"HTTP/1.1 abc OK\r\n\r\n"), ("status 99", b"HTTP/1.1 99 No\r\ncontent-length: 0\r\n\r\n"),
        ("status 999", b"HTTP/1.1 999 Yes\r\ncontent-length: 2\r\n\r\n{}"), ("status 12345", b"HTTP/1.1 12345 Yes\r\ncontent-length: 2\r\n\r\n{}"),
        ("HTTP/9.9", b"HTTP/9.9 200 OK\r\ncontent-length: 2\r\n\r\n{}"), ("ICY", b"ICY 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
        ("a reason with escape sequences", b"HTTP/1.1 418 \x1b[31mred\r\ncontent-length: 0\r\n\r\n"),
        ("a header with escape sequences", reply("{}", "200 OK", "application/json", True, "x-a: " + ESC)),
        ("a header with NUL", reply("{}", "200 OK", "application/json", True, "x-a: b\0c")), ("a header without a name", reply("{}", "200 OK", "application/json", True, ": b")),
        ("a blank before the colon", reply("{}", "200 OK", "application/json", True, "x-a : b")), ("a folded header", reply("{}", "200 OK", "application/json", True, "x-a: b\r\n c")),
        ("a cookie of a megabyte", reply("{}", "200 OK", "application/json", True, "set-cookie: " + "a" * 10**6)),
        ("ten thousand headers", reply("{}", "200 OK", "application/json", True, *["x-a: b"] * 10_000)),
        ("an answer of TLS", b"\x15\x03\x01\x00\x02\x02\x46"), ("random bytes", os.urandom(4096)), ("a banner of SSH", b"SSH-2.0-OpenSSH_9.6\r\n")]:
    kind(name, always(data), "/invocations")
kind("http where https is asked for", always(reply("{}")), "https://", limit=LIMIT)
kind("HTTP/1.0", lambda r, s: (s(mlflow(r, good).replace(b"HTTP/1.1", b"HTTP/1.0")), s.close()), "/invocations", (0,))
kind("closes after every answer", lambda r, s: (s(mlflow(r, lambda rows, _: reply(good(rows), "200 OK", "application/json", True, "connection: close"))), s.close()), "/invocations", (0,))
kind("five answers to every request", lambda r, s: mlflow(r, good) * 5, "/invocations", (0, 1))
kind("garbage behind every answer", lambda r, s: mlflow(r, good) + b"\x1b[31mgarbage", "/invocations", (0, 1))
previous = {}


def another(request, send):
    """Every client gets what was meant for the request before."""
    made, previous["reply"] = previous.get("reply", NOT_FOUND), mlflow(request, good)
    return made


kind("answers of the request before", another, "/invocations", (0, 1))
# --- other places
for status in ("300 Multiple", "301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "304 Not Modified", "305 Use Proxy"):
    kind(f"{status[:3]} to itself", lambda r, s, status=status: reply("", status, "text/plain", True, f"location: {r.path}"), "/invocations")
for place in ("http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "javascript:alert(1)", "//other.example/", "", "\x1b[31m", "http://[::1", "a" * 100_000):
    kind(f"302 to '{place[:30]!r}'", always(reply("", "302 Found", "text/plain", True, f"location: {place}")), "/invocations")
kind("302 without a place", always(reply("", "302 Found")), "/invocations")
# --- statuses
for status in (201, 202, 203, 204, 205, 206, 226, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 425,
               426, 428, 431, 451, 499, 500, 501, 502, 504, 505, 507, 508, 511, 520, 599):
    kind(f"status {status}", always(reply("" if status in (204, 205) else {"error": "no"}, f"{status} Status", "application/json", status != 204)), "/invocations")
for text in ("0", "1", "-1", "abc", "1.5", "1e9", "", "99999999999999999999", "4000", "Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "1, 2", "\x1b[31m"):
    kind(f"429, Retry-After '{text!r}'", always(reply({"error": "slow"}, "429 Too Many", "application/json", True, f"retry-after: {text}")), "/invocations")
kind("503, Retry-After 2", always(reply({"error": "busy"}, "503 Busy", "application/json", True, "retry-after: 2")), "/invocations")
kind("429 for every second request", lambda r, s, n=[0]: (n.__setitem__(0, n[0] + 1), reply({}, "429 Too Many", "application/json", True, "retry-after: 0") if n[0] % 2 else mlflow(r, good))[1],
     "/invocations", (0,))
kind("428 with 60 bits of work", always(reply({}, "428 Work", "application/json", True, "x-hashcash-challenge: 1:60:260101:m::abc:")), "/invocations")
kind("428 with a damaged challenge", always(reply({}, "428 Work", "application/json", True, "x-hashcash-challenge: 1:-5:x")), "/invocations")
kind("428 with 10 bits for ever", always(reply({}, "428 Work", "application/json", True, "x-hashcash-challenge: 1:10:260101:m::abc:")), "/invocations")
# --- bodies
bodies = [
    ("HTML", b"<!DOCTYPE html><html><title>Login</title></html>"), ("nothing", b""), ("text", b"hello"), ("null", b"null"), ("true", b"true"), ("a number", b"7"), ("a string", b'"x"'),
    ("an empty list", b"[]"), ("an empty object", b"{}"), ("100,000 lists in each other", b"[" * 10**5 + b"]" * 10**5), ("40 MB of open lists", b"[" * 40_000_000),
    ("40 MB of objects", b'{"predictions":[' + b"{}," * 13_000_000 + b"{}]}"), ("half of an object", b'{"predictions":[[0.1,'), ("UTF-16", '{"predictions":[[0.1,0.9]]}'.encode("utf-16")),
    ("bytes that are no UTF-8", b'{"predictions":["\xff\xfe"]}'), ("something behind the end", b'{"predictions":[[0.1,0.9]]}}}}'), ("an error of a megabyte", json.dumps({"error": "x" * 10**6}).encode()),
    ("a number of a million digits", b'{"predictions":[' + b"9" * 10**6 + b"]}")]
for name, body in bodies:
    kind(f"body: {name}", always(reply(body, "200 OK", "text/html" if name == "HTML" else "application/json")), "/invocations")
kind("body: an error with escape sequences", always(reply({"error": ESC + "\u202eevil"}, "422 No")), "/invocations")
kind("body: an error in the wrong bytes", always(reply(b'\x9b31m{"error":"\xff\x1b[31m"', "400 No")), "/invocations")
# --- answers
answers = [
    ("no predictions", lambda rows, r: {"outputs": [1] * len(rows)}, (1,)), ("one answer too few", lambda rows, r: {"predictions": good(rows)["predictions"][1:]}, (1,)),
    ("one answer too many", lambda rows, r: {"predictions": good(rows)["predictions"] + [[.5, .5]]}, (1,)), ("one answer for many rows", lambda rows, r: {"predictions": good(rows[:1])["predictions"]}, (0, 1)),
    ("NaN", lambda rows, r: {"predictions": [[math.nan, math.nan]] * len(rows)}, (1,)), ("Infinity", lambda rows, r: {"predictions": [math.inf] * len(rows)}, (1,)),
    ("null", lambda rows, r: {"predictions": [None] * len(rows)}, (1,)), ("objects", lambda rows, r: {"predictions": [{"a": {"b": {}}}] * len(rows)}, (1,)),
    ("lists of lists", lambda rows, r: {"predictions": [[[[.1]]]] * len(rows)}, (0, 1)), ("empty lists", lambda rows, r: {"predictions": [[]] * len(rows)}, (1,)),
    ("1e308", lambda rows, r: {"predictions": [1e308 * (1 if row[0] > .5 else -1) for row in rows]}, (0, 1)),
    ("1e999", lambda rows, r: reply(b'{"predictions":[' + b",".join([b"1e999"] * len(rows)) + b"]}"), (1,)),
    ("strings as numbers", lambda rows, r: {"predictions": [[str(x) for x in row] for row in good(rows)["predictions"]]}, (0, 1)),
    ("percent", lambda rows, r: {"predictions": [[100 * x for x in row] for row in good(rows)["predictions"]]}, (0, 1)),
    ("negative probabilities", lambda rows, r: {"predictions": [[-x for x in row] for row in good(rows)["predictions"]]}, (0, 1)),
    ("probabilities that sum to 2", lambda rows, r: {"predictions": [[2 * x for x in row] for row in good(rows)["predictions"]]}, (0, 1)),
    ("logits", lambda rows, r: {"predictions": [[0, math.log(p / (1 - p))] for _, p in good(rows)["predictions"]]}, (0, 1)),
    ("widths that change", lambda rows, r, n=[1]: (n.__setitem__(0, n[0] % 7 + 1), {"predictions": [[1 / n[0]] * n[0]] * len(rows)})[1], (1,)),
    ("widths that change later", lambda rows, r, n=[0]: (n.__setitem__(0, n[0] + len(rows)), {"predictions": [[.2, .3, .5]] * len(rows)} if n[0] > 60 else good(rows))[1], (0, 1)),
    ("numbers, then words", lambda rows, r, n=[0]: (n.__setitem__(0, n[0] + len(rows)), {"predictions": ["x"] * len(rows)} if n[0] > 60 else good(rows))[1], (0, 1)),
    ("labels at random", lambda rows, r: {"predictions": [random.choice(["u", "v"]) for _ in rows]}, (0, 1)),
    ("a new class every time", lambda rows, r, n=[0]: {"predictions": [f"class {n.__setitem__(0, n[0] + 1) or n[0]}" for _ in rows]}, (0, 1)),
    ("classes with escape sequences", lambda rows, r: {"predictions": [ESC + ("u" if probability(row) > .5 else "v") for row in rows]}, (0, 1)),
    ("classes of 100 kB", lambda rows, r: {"predictions": [("u" if probability(row) > .5 else "v") * 100_000 for row in rows]}, (0, 1)),
    ("probabilities at random", lambda rows, r: {"predictions": [(lambda p: [p, 1 - p])(random.random()) for _ in rows]}, (0, 1)),
    ("numbers at random", lambda rows, r: {"predictions": [random.gauss(0, 1e6) for _ in rows]}, (0, 1)),
    ("always the same label", lambda rows, r: {"predictions": ["u"] * len(rows)}, (0, 1)),
    ("ten thousand classes", lambda rows, r: {"predictions": [[1e-4] * 10_000] * len(rows)}, (0, 1)),
    ("a million classes", lambda rows, r: reply(b'{"predictions":[' + b",".join([b"[" + b",".join([b"0.000001"] * 10**6) + b"]"] * min(len(rows), 3)) + b"]}"), (1,)),
    ("the key twice", lambda rows, r: reply(b'{"predictions":' + json.dumps(good(rows)["predictions"]).encode() + b',"predictions":[]}'), (0, 1)),
    ("a mark of order before it", lambda rows, r: reply(b"\xef\xbb\xbf" + json.dumps(good(rows)).encode()), (0, 1)),
    ("rows in another order", lambda rows, r: {"predictions": list(reversed(good(rows)["predictions"]))}, (0, 1)),
    ("right until row 100, then errors", lambda rows, r, n=[0]: (n.__setitem__(0, n[0] + len(rows)), reply({"error": "no more"}, "403 No") if n[0] > 100 else good(rows))[1], (0, 1)),
    ("right until row 100, then HTML", lambda rows, r, n=[0]: (n.__setitem__(0, n[0] + len(rows)), reply("<html>login</html>", "200 OK", "text/html") if n[0] > 100 else good(rows))[1], (0, 1)),
]
for name, answer, right in answers:
    invocations(f"answers: {name}", answer, right, words=False if "random" in name else None)
# --- metadata
column = lambda **more: {"name": "m", "inputs": [{"name": "x", "datatype": "FP64", "shape": [-1, 4], **more}], "outputs": []}
for name, metadata in [
        ("65,536 columns", column(shape=[-1, 65_536])), ("10^18 columns", column(shape=[-1, 10**18])), ("-4 columns", column(shape=[-1, -4])), ("columns in words", column(shape=["-1", "four"])),
        ("a shape of a thousand", column(shape=[2] * 1000)), ("no shape", column(shape=None)), ("no inputs", {"name": "m", "inputs": []}), ("inputs that are a string", {"name": "m", "inputs": "x"}),
        ("a datatype that is not there", column(datatype="FP3")), ("a tensor for pictures", column(shape=[-1, 3, 224, 224])),
        ("100,000 tensors", {"name": "m", "inputs": [{"name": f"x{i}", "datatype": "FP64", "shape": [-1, 1]} for i in range(100_000)]}),
        ("names that are equal", {"name": "m", "inputs": [{"name": "a", "datatype": "FP64", "shape": [-1, 1]}] * 4}),
        ("names with escape sequences", {"name": "m", "inputs": [{"name": ESC + n, "datatype": "FP64", "shape": [-1, 1]} for n in "abcd"]}),
        ("names without a letter", {"name": "m", "inputs": [{"name": "", "datatype": "FP64", "shape": [-1, 1]}] * 4}), ("metadata that is HTML", reply("<html>", "200 OK", "text/html")),
        ("metadata of 40 MB", reply(b'{"inputs":[' + b'{"name":"a"},' * 3_000_000 + b"{}]}"))]:
    kind(f"v2: {name}", v2(metadata), "/v2/models/m", (0, 1))
for name, answer in [("a shape that lies", lambda rows: {"outputs": [{"name": "predict", "shape": [10**15, 10**15], "datatype": "FP64", "data": [1]}]}),
                     ("outputs of another name", lambda rows: {"outputs": [{"name": ESC, "shape": [len(rows), 1], "datatype": "FP64", "data": [1] * len(rows)}]}),
                     ("data of the wrong type", lambda rows: {"outputs": [{"name": "predict", "shape": [len(rows), 1], "datatype": "FP64", "data": "abc"}]}),
                     ("no outputs", lambda rows: {"outputs": []})]:
    kind(f"v2: {name}", v2(column(), answer), "/v2/models/m", (0, 1))
# --- documents
chain = {"$ref": "#/components/schemas/A"}
for name, made in [
        ("a schema that refers to itself", document(chain, components={"schemas": {"A": chain}})),
        ("two schemas that refer to each other", document(chain, components={"schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"allOf": [chain]}}})),
        ("a schema that holds itself", document(chain, components={"schemas": {"A": {"type": "object", "properties": {"a": chain, "b": chain}}}})),
        ("allOf of itself", document(chain, components={"schemas": {"A": {"allOf": [chain, chain, chain]}}})),
        ("a schema on another host", document({"$ref": "http://169.254.169.254/x.json#/a"})), ("a schema in a file", document({"$ref": "file:///etc/passwd"})),
        ("a schema that is not there", document({"$ref": "#/components/schemas/%zz~9"})),
        ("a hundred thousand paths", lambda: {"openapi": "3.1.0", "paths": {f"/p{i}": {"post": {"requestBody": {"content": {"application/json": {"schema": SCHEMA}}}}} for i in range(100_000)}}),
        ("a hundred thousand properties", lambda: document({"type": "object", "properties": {f"p{i}": {"type": "number"} for i in range(100_000)}})),
        ("a million categories", lambda: document({**SCHEMA, "properties": {**SCHEMA["properties"], "a": {"enum": [str(i) for i in range(10**6)]}}})),
        ("names with escape sequences", document({"type": "object", "properties": {ESC + n: {"type": "number"} for n in "abcd"}})),
        ("a title with escape sequences", document(SCHEMA, info={"title": ESC})), ("paths that are a list", {"openapi": "3.1.0", "paths": [1, 2]}), ("a path with escape sequences", {"openapi": "3.1.0", "paths": {"/" + ESC: {"post": {"requestBody": {"content": {"application/json": {"schema": SCHEMA}}}}}}}),
        ("properties that are numbers", document({"type": "object", "properties": {"a": 1, "b": [], "c": None}})), ("bounds that cross", document({**SCHEMA, "properties": {n: {"type": "number", "minimum": 5, "maximum": 1} for n in "abcd"}})),
        ("bounds of 1e999", reply(json.dumps(document(SCHEMA)).replace('"maximum": 1', '"maximum": 1e999'))),
        ("a doubling of schemas", document({"$ref": "#/components/schemas/S0"}, components={"schemas": {f"S{i}": {"allOf": [{"$ref": f"#/components/schemas/S{i + 1}"}] * 2} for i in range(60)}})),
        ("a document that is no JSON", reply("openapi: 3.1.0", "200 OK", "application/yaml"))]:
    kind(f"openapi: {name}", openapi(made), "" if "paths" in name else "/predict", (0, 1))


def endlessly(request, send):
    if request.path != "/openapi.json":
        return NOT_FOUND
    send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        send(b"10000\r\n" + b'{"paths":' * 7281 + b"1234567" + b"\r\n")


kind("openapi: an endless document", endlessly, "/predict")
# --- the other attacks on services
for word, options in (("membership", ["--members", PEOPLE, "--others", PEOPLE, "--target", "ill"]), ("invert", ["--class", "all", "--data", DATA])):
    for name, data in (("HTML", reply("<html>", "200 OK", "text/html")), ("a reset", None), ("NaN", reply({"predictions": [[math.nan, 1]]})), ("escape sequences", reply({"error": ESC}, "500 No")), ("silence", b"")):
        serve = ending(b"", True) if data is None else (lambda r, s: time.sleep(600)) if data == b"" else always(data)
        kind(f"{word}: {name}", serve, "/invocations", command=word, options=options)
    kind(f"{word}: a good server", lambda r, s: mlflow(r, good), "/invocations", (0,), command=word, options=options)


class Send:
    def __init__(self, connection):
        self.socket = connection

    def __call__(self, data):
        if data:
            self.socket.sendall(data)

    def close(self):
        raise Close


def listen(kind):
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    kind["asked"] = False

    def talk(connection):
        pending = [b""]
        try:
            kind["asked"] = bool(connection.recv(1, socket.MSG_PEEK)) or kind["asked"]
            while True:
                request = read(connection, pending)
                if request is None:
                    return
                made = kind["serve"](request, Send(connection))
                if isinstance(made, bytes):
                    connection.sendall(made)
        except (OSError, Close, ValueError, TypeError, IndexError, KeyError) as error:
            if os.environ.get("SHOW"):
                print(repr(error), file=sys.stderr)
        finally:
            connection.close()

    def accept():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return server


def run(number, kind):
    server = listen(kind)
    port = server.getsockname()[1]
    url = f"https://127.0.0.1:{port}/invocations" if kind["url"] == "https://" else f"http://127.0.0.1:{port}{kind['url']}"
    folder = os.path.join(root, str(number))
    os.mkdir(folder)
    arguments = {
        "membership": ["membership", "--model", url, "-o", "out"],
        "invert": ["invert", url, "-o", "out"],
        "steal": ["steal", url, "--data", DATA, "--budget", "400", "--timeout", "2s", "-o", "s.json"],
    }[kind["command"]]
    start = time.monotonic()
    out, err = open(os.path.join(folder, "out.txt"), "wb"), open(os.path.join(folder, "err.txt"), "wb")
    process = subprocess.Popen([program, *arguments, *kind["options"]], cwd=folder, stdout=out, stderr=err)
    timer = threading.Timer(kind["limit"], process.kill)
    timer.start()
    peak = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status") as file:
                peak = max(peak, int(re.search(r"VmHWM:\s+(\d+)|$", file.read())[1] or 0) / 1024)
        except (OSError, TypeError):
            pass
        time.sleep(.02)
    timer.cancel()
    took, code = time.monotonic() - start, process.returncode
    server.close()
    printed = [open(os.path.join(folder, name), "rb").read() for name in ("out.txt", "err.txt")]
    text = b"".join(printed).decode("utf-8", "replace")
    faults = []
    if code not in kind["right"]:
        faults.append(f"exit {code}")
    if not kind["asked"]:
        faults.append("was not asked")
    if took >= kind["limit"]:
        faults.append("too long")
    if peak > 200:
        faults.append("memory")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text):
        faults.append("control characters")
    sentences = [line for line in text.splitlines() if line.startswith("bezoar: ")]
    if code == 1 and len(sentences) != 1:
        faults.append(f"{len(sentences)} sentences")
    if any(len(line) > 1000 for line in sentences):
        faults.append("a very long sentence")
    if re.search(r"Fatal error|Swift/|stack|HTTPParserError|NIO|HTTPClientError|Error\(", text):
        faults.append("words of the inside")
    complete = re.search(r"complete\s+1\b", text) is not None
    if complete and kind["words"] is False:
        faults.append("takes it for complete")
    if kind["words"] and not complete and code == 0:
        faults.append("not complete")
    last = sentences[-1][8:] if sentences else next((line for line in reversed(text.splitlines()) if "same" in line or line), "")
    return kind["name"], code, took, peak, faults, last, folder


def shown(text):
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "?", text)[:130]


work = [kind for kind in kinds if not chosen or any(word in kind["name"] for word in chosen)]
bad = 0
with ThreadPoolExecutor(int(os.environ.get("WORKERS", 4))) as pool:
    for name, code, took, memory, faults, last, folder in pool.map(run, range(len(work)), work):
        bad += bool(faults)
        print(f"{shown(name):52.52} exit {code:3} {took:6.1f} s {memory:5.0f} MB  {shown(last)}" + (f"  BAD: {', '.join(faults)} ({folder})" if faults else ""), flush=True)
print(f"{len(work)} servers, {bad} bad")
os._exit(bad > 0)
