"""Sends hostile requests to `bezoar serve`: hostile_requests.py PROGRAM [NAME...]

Every shape goes over a raw socket to a server with a time limit of 3 s. It must get one of the statuses that are right, or
find the connection closed, within its limit. Meanwhile a process of its own asks every 10 ms: the 99th percentile of its
latency must stay under 50 ms, and the memory of the server under 300 MB. Prints a table of all that was seen; exit 1 if
anything is bad. Names choose the shapes that hold one of them. Python's standard library only.
"""
import gzip, http.client, json, multiprocessing, os, random, re, resource, signal, socket, struct, subprocess, sys, tempfile, time

program, chosen = os.path.abspath(sys.argv[1]), sys.argv[2:]
folder = tempfile.mkdtemp()
random.seed(1)
LIMIT = 3
with open(os.path.join(folder, "t.csv"), "w") as file:
    file.write("a,b,c,d,y\n")
    for _ in range(400):
        row = [round(random.random(), 3) for _ in range(4)]
        file.write(",".join(map(str, row)) + f",{'u' if row[0] + row[1] > row[2] + .5 else 'v'}\n")
with open(os.path.join(folder, "keys.txt"), "w") as file:
    file.write("one k1-secret\ntwo k2-secret\n")
subprocess.run([program, "train", "--data", "t.csv", "--target", "y", "--model", "logistic", "-o", "m.json", "-q"], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def serve(*options):
    process = subprocess.Popen(
        [program, "serve", "--model", "m.json", "--port", "0", "--timeout", f"{LIMIT}s", *options], cwd=folder,
        stdout=subprocess.PIPE, stderr=open(os.path.join(folder, "errors.txt"), "a"), text=True)
    address = process.stdout.readline().strip()
    return process, int(address.rsplit(":", 1)[1])


def memory(pid, word="VmRSS"):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(word + r":\s+(\d+)", file.read())[1]) / 1024


DIALECTS = [word for name in ("v2", "mlflow", "kserve-v1", "bigml", "amazon") for word in ("--dialect", name)]
open_server, port = serve(*DIALECTS, "--ledger", "l.sqlite")
key_server, key_port = serve("--dialect", "v2", "--dialect", "mlflow", "--api-key-file", "keys.txt")
budget_server, budget_port = serve("--dialect", "mlflow", "--budget", "100")

V2, MLFLOW, KSERVE = "/v2/models/m/infer", "/invocations", "/v1/models/m:predict"
GOOD = json.dumps({"inputs": [{"name": "x", "shape": [1, 4], "datatype": "FP64", "data": [.1, .2, .3, .4]}]}).encode()
ROW = b'{"inputs":[[0.1,0.2,0.3,0.4]]}'


def head(method="POST", path=V2, length=None, *lines, version="HTTP/1.1", host=True, type="application/json"):
    rows = [f"{method} {path} {version}"] + (["host: localhost"] if host else []) + list(lines)
    if type:
        rows.append(f"content-type: {type}")
    if length is not None:
        rows.append(f"content-length: {length}")
    return ("\r\n".join(rows) + "\r\n\r\n").encode("latin-1")


def post(body, path=V2, *lines, **more):
    return head("POST", path, len(body), *lines, **more) + body


def chunked(*parts, end=b"0\r\n\r\n"):
    return b"".join(b"%x\r\n" % len(part) + part + b"\r\n" for part in parts) + end


class Seen:
    """What came back: the statuses in their order, whether the connection ended, all bytes, and the time."""

    def __init__(self, data, ended, seconds):
        self.data, self.ended, self.seconds = data, ended, seconds
        self.statuses, self.bodies = [], []
        rest = data
        while rest.startswith(b"HTTP/1."):
            top, mark, after = rest.partition(b"\r\n\r\n")
            if not mark:
                break
            status = int(top[9:12])
            self.statuses.append(status)
            length = re.search(rb"(?i)content-length: *(\d+)", top)
            size = int(length[1]) if length and status >= 200 and not self.isHead else 0
            self.bodies.append(after[:size])
            rest = after[size:]
        self.rest = rest

    isHead = False


class HeadSeen(Seen):
    isHead = True


def exchange(data, port=None, wait=LIMIT + 2, pause=0, half=False, kind=Seen, most=None):
    """Sends bytes, or pieces with a pause between, and reads until the end, silence of a second after a reply, or the limit."""
    start, received, ended = time.monotonic(), b"", False
    try:
        with socket.create_connection(("127.0.0.1", port or ports["open"]), timeout=5) as s:
            pieces = [data] if isinstance(data, bytes) else data
            s.settimeout(max(pause, .01))
            for piece in pieces:
                try:
                    s.settimeout(5)
                    s.sendall(piece)
                    if pause:
                        s.settimeout(pause)
                        part = s.recv(65536)
                        received += part
                        if not part:
                            ended = True
                            break
                except (TimeoutError, socket.timeout):
                    if time.monotonic() - start > wait:
                        break
                except OSError:
                    ended = True
                    break
            if half:
                s.shutdown(socket.SHUT_WR)
            while not ended and time.monotonic() - start < wait:
                # An answer is whole when nothing more comes for a while.
                s.settimeout(.5 if len(kind(received, False, 0).bodies) and not half else max(.01, wait - (time.monotonic() - start)))
                try:
                    part = s.recv(1 << 20)
                except (TimeoutError, socket.timeout):
                    break
                except OSError:
                    ended = True
                    break
                if not part:
                    ended = True
                    break
                received += part
    except OSError as error:
        return kind(f"no connection: {error}".encode(), True, time.monotonic() - start)
    return kind(received, ended, time.monotonic() - start)


ports = {"open": port, "key": key_port, "budget": budget_port}
shapes = []


def shape(name, right, data=None, **more):
    """A shape and what is right: a set of statuses (0: closed without one; a status with .5 added: and closed), or a test."""
    def decide(make):
        shapes.append((name, right, make, more))
        return make
    return decide(lambda: exchange(data, **more)) if data is not None else decide


def alone(*statuses):
    """One reply with one of the statuses, or the end of the connection for 0."""
    def test(seen):
        last = [status for status in seen.statuses if status >= 200]
        return last[0] in statuses if len(last) == 1 else 0 in statuses and not last and seen.ended and seen.seconds < LIMIT + 1.5
    return test


def closed(*statuses):
    """As alone, and the connection is closed behind it, so that nothing can hide in it."""
    return lambda seen: alone(*statuses)(seen) and seen.ended


# --- framing
shape("a good request", alone(200), post(GOOD))
shape("Content-Length and Transfer-Encoding", lambda s: closed(400, 0)(s) or closed(200)(s),
      head("POST", V2, 6, "transfer-encoding: chunked") + chunked(GOOD) + post(GOOD))
shape("two Content-Length that differ", closed(400, 0),
      head("POST", V2, len(GOOD), f"content-length: {len(GOOD) + 5}") + GOOD + b"GET /")
shape("two equal Content-Length", alone(200, 400), head("POST", V2, len(GOOD), f"content-length: {len(GOOD)}") + GOOD)
shape("Content-Length as a list", alone(200, 400), head("POST", V2, f"{len(GOOD)}, {len(GOOD)}") + GOOD)
for text in ("-1", "+5", "0x10", "5 5", "abc", "", "99999999999999999999999"):
    shape(f"Content-Length '{text}'", alone(400, 413, 0), head("POST", V2, text) + GOOD)
shape("Content-Length of an exabyte", alone(413), head("POST", V2, 10**18) + b"{")
shape("Transfer-Encoding xchunked", closed(400, 501, 0), head("POST", V2, None, "transfer-encoding: xchunked") + chunked(GOOD))
shape("Transfer-Encoding chunked, identity", closed(400, 501, 0),
      head("POST", V2, None, "transfer-encoding: chunked, identity") + chunked(GOOD))
shape("Transfer-Encoding with a blank before the colon", closed(400, 0),
      head("POST", V2, len(GOOD), "transfer-encoding : chunked") + GOOD)
shape("bare line feeds", alone(200, 400, 0), post(GOOD).replace(b"\r\n", b"\n"))
shape("bare carriage returns", alone(400, 0), post(GOOD).replace(b"\r\n", b"\r"))
shape("a folded header", alone(200, 400, 0), head("POST", V2, len(GOOD), "x-a: b\r\n c") + GOOD)
shape("a folded first header", alone(400, 0), b"POST " + V2.encode() + b" HTTP/1.1\r\n host: a\r\n\r\n")
shape("NUL in a header", alone(400, 0), head("POST", V2, len(GOOD), "x-a: b\0c") + GOOD)
shape("no name before the colon", alone(400, 0), head("POST", V2, len(GOOD), ": b") + GOOD)
shape("chunks", alone(200), head("POST", V2, None, "transfer-encoding: chunked") + chunked(GOOD[:9], GOOD[9:]))
shape("a chunk of 2^68 bytes", alone(400, 413, 0), head("POST", V2, None, "transfer-encoding: chunked") + b"100000000000000000\r\n" + GOOD)
shape("a chunk of 2^64 - 1 bytes", alone(400, 413, 0), head("POST", V2, None, "transfer-encoding: chunked") + b"ffffffffffffffff\r\n" + GOOD)
shape("a chunk of -1 bytes", alone(400, 0), head("POST", V2, None, "transfer-encoding: chunked") + b"-1\r\n" + GOOD)
shape("a chunk longer than it says", alone(400, 0), head("POST", V2, None, "transfer-encoding: chunked") + b"3\r\n" + GOOD + b"\r\n0\r\n\r\n")
shape("a chunk with a megabyte of extensions", alone(200, 400, 413, 431, 0),
      head("POST", V2, None, "transfer-encoding: chunked") + b"%x;" % len(GOOD) + b"a" * 10**6 + b"\r\n" + GOOD + b"\r\n0\r\n\r\n")
shape("a megabyte of trailers", alone(200, 400, 413, 431, 0),
      head("POST", V2, None, "transfer-encoding: chunked") + chunked(GOOD, end=b"0\r\n" + b"x-a: b\r\n" * 130_000 + b"\r\n"))
shape("chunks beyond the largest body", alone(413, 0), head("POST", V2, None, "transfer-encoding: chunked") + chunked(*[b" " * 65536] * 100))
shape("chunks in HTTP/1.0", lambda s: closed(200)(s) or alone(400, 411, 0)(s),
      head("POST", V2, None, "transfer-encoding: chunked", version="HTTP/1.0") + chunked(GOOD))
shape("HTTP/1.0", closed(200), head("POST", V2, len(GOOD), version="HTTP/1.0") + GOOD)
shape("HTTP/1.1 without host", alone(400), post(GOOD, host=False))
shape("two hosts", alone(400), post(GOOD, V2, "host: other"))
shape("HTTP/3.7", alone(400, 505, 0), post(GOOD, version="HTTP/3.7"))
shape("HTTP/0.9", alone(400, 505, 0), b"GET /v2\r\n")
shape("the preface of HTTP/2", alone(400, 505, 0), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")
shape("a TLS hello", alone(400, 0), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(508))
shape("random bytes", alone(400, 0), os.urandom(4096))
# --- waiting
EXPECT = head("POST", V2, len(GOOD), "expect: 100-continue")


@shape("Expect: 100-continue gets 100 before the body", lambda s: s.statuses == [100, 200])
def _():
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.sendall(EXPECT)
        s.settimeout(1)
        try:
            first = s.recv(65536)
        except (TimeoutError, socket.timeout):
            return Seen(b"no 100 within a second", False, time.monotonic() - start)
        s.sendall(GOOD)
        while len(Seen(first, 0, 0).statuses) < 2:
            part = s.recv(65536)
            if not part:
                break
            first += part
    return Seen(first, False, time.monotonic() - start)


shape("Expect: 100-continue for a body that is too large", lambda s: 413 in s.statuses and 100 not in s.statuses,
      head("POST", V2, 10**9, "expect: 100-continue"))
shape("Expect: 100-continue without a key", lambda s: s.statuses[:1] == [401], EXPECT, port=key_port)
shape("Expect: something else", alone(200, 417), post(GOOD, V2, "expect: 200-ok"))
shape("a head that drips", alone(408, 400, 0), [bytes([byte]) for byte in head()[:60]], pause=.2)
shape("a body that drips", alone(408, 400, 0), [head("POST", V2, 1000)] + [b" "] * 60, pause=.2)
shape("chunks that drip", alone(408, 400, 0),
      [head("POST", V2, None, "transfer-encoding: chunked")] + [b"1\r\n \r\n"] * 60, pause=.2)
shape("blank lines that drip", alone(408, 400, 0), [b"\r\n"] * 60, pause=.2)
shape("nothing at all", alone(0), b"")
shape("nothing, half closed", alone(0), b"", half=True)
shape("a request, half closed", alone(200), post(GOOD), half=True)


@shape("a reply that nobody takes", lambda s: s.ended)
def _():
    rows = json.dumps({"inputs": [[.1, .2, .3, .4]] * 9000}).encode()
    start, sent = time.monotonic(), b""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.connect(("127.0.0.1", port))
        s.settimeout(.5)
        while time.monotonic() - start < 3 * LIMIT + 3:
            try:
                s.sendall(post(rows, MLFLOW))
                time.sleep(.1)
            except (TimeoutError, socket.timeout):
                continue
            except OSError:
                return Seen(b"", True, time.monotonic() - start)
    return Seen(b"the connection stays", False, time.monotonic() - start)


@shape("reset in the middle of a body", lambda s: True)
def _():
    for _ in range(50):
        s = socket.create_connection(("127.0.0.1", port))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.sendall(head("POST", V2, 1000) + b" " * 500)
        s.close()
    return Seen(b"", True, 0)


# --- heads
shape("a head of a megabyte", alone(431, 400, 0), post(GOOD, V2, "x-a: " + "b" * 10**6))
shape("ten thousand headers", alone(431, 400, 0), post(GOOD, V2, *["x-a: b"] * 10_000))
shape("an address of 100 kB", alone(414, 431, 400, 404, 0), head("GET", "/" + "a" * 100_000, type=None))
shape("a method of 10 kB", alone(400, 405, 501, 0), head("A" * 10_000, V2))
shape("a method in small letters", alone(400, 405, 501, 0), post(GOOD).replace(b"POST", b"post"))
shape("HEAD of metadata", alone(200), head("HEAD", "/v2", type=None), kind=HeadSeen)
for method in ("OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"):
    shape(f"{method} of a model", lambda s: alone(405, 501, 204)(s) and b"x-secret" not in s.data,
          head(method, V2, None, "x-secret: 1", type=None))
shape("CONNECT", alone(400, 404, 405, 501, 0), head("CONNECT", "127.0.0.1:22", type=None))
shape("OPTIONS *", alone(200, 204, 400, 404, 405), head("OPTIONS", "*", type=None))
shape("an absolute address", alone(200), head("POST", f"http://localhost{V2}", len(GOOD)) + GOOD)
shape("an absolute address of another host", alone(200, 400, 404, 421), head("POST", f"http://other.example{V2}", len(GOOD)) + GOOD)
shape("two slashes", alone(200, 404), head("GET", "//v2", type=None))
shape("%2e%2e in the path", alone(404, 400), head("GET", "/v2/%2e%2e/%2e%2e/etc/passwd", type=None))
shape("damaged escapes", alone(404, 400), head("GET", "/v2/models/%zz%1/infer%", type=None))
shape("line breaks in escapes", lambda s: alone(404, 400)(s) and b"\r\nx-evil" not in s.data.lower(),
      head("GET", "/v2/models/a%0d%0ax-evil:%201", type=None))
shape("a path that is no UTF-8", alone(404, 400, 0), head("GET", "/v2/models/\xff\xfe", type=None))
shape("an upgrade to a web socket", alone(200, 400, 404, 426),
      head("GET", "/v2", None, "connection: upgrade", "upgrade: websocket", "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==", type=None))
shape("an upgrade to h2c", alone(200), post(GOOD, V2, "connection: upgrade, http2-settings", "upgrade: h2c", "http2-settings: AAMAAABk"))
shape("1,000 requests one behind the other", lambda s: s.statuses == [200] * 1000, post(GOOD) * 1000, wait=20)
# --- bodies
deep = lambda n: b"[" * n + b"]" * n
bad_bodies = [
    ("nothing", b""), ("null", b"null"), ("a number", b"1"), ("an empty list", b"[]"), ("half of an object", GOOD[:30]),
    ("200,000 lists in each other", deep(200_000)), ("a million objects in each other", b'{"a":' * 10**6),
    ("a number of a million digits", b'{"inputs":[[' + b"1" * 10**6 + b",0,0,0]]}"),
    ("an exponent of a million digits", b'{"inputs":[[1e' + b"9" * 10**6 + b",0,0,0]]}"),
    ("a million keys", b"{" + b",".join(b'"%x":1' % i for i in range(250_000)) + b"}"),
    ("NaN", b'{"inputs":[[NaN,0,0,0]]}'), ("Infinity", b'{"inputs":[[Infinity,0,0,0]]}'), ("1e999", b'{"inputs":[[1e999,0,0,0]]}'),
    ("bytes that are no UTF-8", b'{"inputs":[["\xff\xfe",0,0,0]]}'), ("UTF-16", GOOD.decode().encode("utf-16")),
    ("half a surrogate", rb'{"inputs":[["\ud800",0,0,0]]}'), ("a control character in a string", b'{"inputs":[["\x01",0,0,0]]}'),
    ("something behind the end", ROW + b"x"), ("a row of strings", b'{"inputs":[["a","b","c","d"]]}'),
    ("rows of objects in lists", b'{"inputs":[[{},{},{},{}]]}'), ("true for the rows", b'{"inputs":true}'),
    ("rows of different lengths", b'{"inputs":[[1,2,3,4],[1,2,3]]}'), ("too few columns", b'{"inputs":[[1,2,3]]}'),
    ("too many columns", b'{"inputs":[[1,2,3,4,5]]}'), ("an empty row", b'{"inputs":[[]]}'),
    ("a column of its own", b'{"dataframe_split":{"columns":["a","b","c","zz"],"data":[[1,2,3,4]]}}'),
    ("a column that is missing", b'{"dataframe_split":{"columns":["a","b","c"],"data":[[1,2,3]]}}'),
    ("a column twice", b'{"dataframe_split":{"columns":["a","b","c","c"],"data":[[1,2,3,4]]}}'),
    ("columns that are no names", b'{"dataframe_split":{"columns":[{},[],1,null],"data":[[1,2,3,4]]}}'),
    ("no data", b'{"dataframe_split":{"columns":["a","b","c","d"]}}'),
]
for name, body in bad_bodies:
    shape(f"mlflow: {name}", alone(400, 413, 422), post(body, MLFLOW))
tensor = lambda **more: json.dumps({"inputs": [{"name": "x", "shape": [1, 4], "datatype": "FP64", "data": [1, 2, 3, 4], **more}]}).encode()
for name, body in [
        ("a shape of 10^18 rows", tensor(shape=[10**18, 4])), ("a shape whose product overflows", tensor(shape=[2**62, 2**62])),
        ("a negative shape", tensor(shape=[-1, 4])), ("a shape of strings", tensor(shape=["1", "4"])), ("no shape", tensor(shape=None)),
        ("a shape of a thousand ones", tensor(shape=[1] * 1000 + [4])), ("an empty shape", tensor(shape=[])),
        ("too little data", tensor(data=[1])), ("data of objects", tensor(data=[{}, {}, {}, {}])),
        ("an unknown datatype", tensor(datatype="FP63")), ("a datatype that is a list", tensor(datatype=[])),
        ("strings in FP64", tensor(data=["1", "2", "3", "x"])), ("no name and no data", b'{"inputs":[{}]}'), ("inputs that are a number", b'{"inputs":5}'),
        ("ten thousand tensors", json.dumps({"inputs": [{"name": f"x{i}", "shape": [1], "datatype": "FP64", "data": [1]} for i in range(10_000)]}).encode()),
        ("outputs of 100,000 names", GOOD[:-1] + b',"outputs":[' + b",".join([b'{"name":"predict_proba"}'] * 100_000) + b"]}"),
        ("an output that is not there", GOOD[:-1] + b',"outputs":[{"name":"nothing"}]}'),
        ("binary data of a length that is not there", b"")]:
    lines = ["inference-header-content-length: 999999"] if name.startswith("binary") else []
    shape(f"v2: {name}", alone(400, 413, 422), post(body or GOOD, V2, *lines))
shape("v2: a name of the request with control characters", lambda s: alone(200, 400)(s) and b"\x1b" not in s.data,
      post(GOOD[:-1] + rb',"id":"\u001b[31m\r\n"}'))
for name, body in [("instances that are a string", b'{"instances":"x"}'), ("nothing", b"{}"), ("instances of null", b'{"instances":[null]}'),
                   ("a million rows", b'{"instances":[' + b",".join([b"[1,2,3]"] * 400_000) + b"]}")]:
    shape(f"kserve-v1: {name}", alone(400, 413), post(body, KSERVE))
shape("more rows than a request may have", alone(413), post(json.dumps({"inputs": [[0, 0, 0, 0]] * 10_001}).encode(), MLFLOW))
shape("a body of the largest size", alone(400, 413), post(b" " * (4 * 10**6 - 1) + b"x"))
shape("a body that is too large", alone(413, 0), post(b" " * (6 * 10**6)))
shape("another type of content", alone(400, 415), post(ROW, MLFLOW, type="application/x-tar"))
shape("no type of content", alone(200, 400, 415), post(ROW, MLFLOW, type=None))
bomb = gzip.compress(b" " * 10**6, 9)
for size, name in ((58_000, "58 kB"), (3_900_000, "3.9 MB")):
    for path, type in ((V2, "application/json"), (MLFLOW, "text/csv")):
        body = bomb * (size // len(bomb))
        shape(f"gzip of {name} that holds {len(body) // len(bomb)} MB, {type}", alone(400, 413, 415),
              post(body, path, "content-encoding: gzip", type=type), wait=10)
shape("gzip that is none", alone(400, 415), post(GOOD, V2, "content-encoding: gzip"))
shape("gzip within gzip within gzip", alone(200, 400, 415),
      post(gzip.compress(gzip.compress(gzip.compress(GOOD))), V2, "content-encoding: gzip, gzip, gzip"))
shape("a torn gzip", alone(400, 415), post(gzip.compress(GOOD)[:-9], V2, "content-encoding: gzip"))
shape("an unknown encoding", alone(415, 400), post(GOOD, V2, "content-encoding: zstd"))
for name, body in [("no line", b""), ("a header alone", b"a,b,c,d\n"), ("an open quote", b'a,b,c,d\n"1,2,3,4\n' + b"x" * 10**6),
                   ("a million columns", b"a," * 10**6 + b"\n" + b"1," * 10**6), ("NUL", b"a,b,c,d\n1,\0,3,4\n"), ("another column", b"a,b,c,z\n1,2,3,4\n")]:
    shape(f"csv: {name}", alone(400, 413), post(body, MLFLOW, type="text/csv"), wait=10)
polyglot = b'{"inputs":[[5.1,3.5,1.4,0.2]],"k\\"":[",a,b,c,d,z"\n' + b",1,1,1,1,5.0,3,1,0.2,0\n" * 8999 + b",1,1,1,1,5.4,3,1,0.2,0]}"
for type in ("application/json", "text/csv", "text/csv; application/json", "APPLICATION/JSON", "application/json;text/csv", ""):
    # One row of JSON, or thousands that the budget of 100 does not have.
    shape(f"one body, JSON and CSV, as '{type}'", lambda s: alone(400, 413, 415, 429)(s) or (alone(200)(s) and s.data.count(b"],[") + s.data.count(b"], [") == 0),
          post(polyglot, MLFLOW, type=type or None), port=budget_port)
shape("a name of the request of 60 kB", alone(200, 400, 431, 0), post(GOOD, V2, "idempotency-key: " + "k" * 60_000))
shape("two names of the request", alone(200, 400), post(GOOD, V2, "idempotency-key: a", "idempotency-key: b"))
shape("amazon: another operation", alone(400, 404), post(b"{}", "/", "x-amz-target: AmazonML_20141212.DeleteEverything"))
shape("bigml: input_data that is a list", alone(400), post(b'{"model":"model/m","input_data":[[1]]}', "/prediction"))
# --- keys
for name, lines in [
        ("no key", []), ("an empty key", ["x-api-key: "]), ("a wrong key", ["x-api-key: k3-secret"]), ("the name of a client", ["x-api-key: one"]),
        ("a bearer without a token", ["authorization: Bearer"]), ("another scheme", ["authorization: Basic b25lOmsxLXNlY3JldA=="]),
        ("the key with more behind it", ["authorization: Bearer k1-secretx"]), ("a key of 60 kB", ["x-api-key: " + "k" * 60_000]),
        ("the key in another header", ["x-key: k1-secret"]), ("a wrong key and another", ["x-api-key: bad", "authorization: Bearer bad"])]:
    shape(f"keys: {name}", alone(401, 431, 0), post(GOOD, V2, *lines), port=key_port)
shape("keys: a wrong key in the address", alone(401), post(GOOD, V2 + "?api_key=bad"), port=key_port)
shape("keys: the right key", alone(200), post(GOOD, V2, "authorization: Bearer k1-secret"), port=key_port)
shape("keys: a large body without a key", alone(401, 0), post(b" " * 3_000_000), port=key_port)


@shape("many open connections leave room for another address", lambda s: s.statuses[:1] == [200] and s.seconds < 5)
def _():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count, held = min(10_000, hard - 200), []
    try:
        for _ in range(count):
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex(("127.0.0.1", port))
            held.append(s)
            if len(held) % 500 == 0:
                time.sleep(.02)
        start, data = time.monotonic(), b""
        with socket.socket() as s:
            s.bind(("127.0.0.2", 0))
            s.settimeout(10)
            try:
                s.connect(("127.0.0.1", port))
                s.sendall(post(GOOD))
                data = s.recv(65536)
            except OSError as error:
                data = f"{len(held)} connections; {error}".encode()
        return Seen(data, False, time.monotonic() - start)
    finally:
        for s in held:
            s.close()


def asker(port, queue, stop):
    """Asks every 10 ms and says when, how long it took and what came."""
    connection = None
    next = time.monotonic()
    while not stop.is_set():
        start, status = time.monotonic(), 0
        try:
            connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("POST", V2, GOOD, {"content-type": "application/json"})
            reply = connection.getresponse()
            reply.read()
            status = reply.status
        except (OSError, http.client.HTTPException):
            connection = None
        queue.append((start, time.monotonic() - start, status))
        next = max(next + .01, time.monotonic() - .1)
        time.sleep(max(0, next - time.monotonic()))


if __name__ == "__main__":
    manager = multiprocessing.Manager()
    queue, stop = manager.list(), multiprocessing.Event()
    background = multiprocessing.Process(target=asker, args=(port, queue, stop))
    background.start()
    time.sleep(2)
    quiet = sorted(took for _, took, _ in queue)
    before, bad, count, peak = memory(open_server.pid), 0, 0, 0
    for name, right, make, more in shapes:
        if chosen and not any(word in name for word in chosen):
            continue
        count += 1
        start = time.monotonic()
        earlier = max(memory(server.pid) for server in (open_server, key_server, budget_server))
        seen = make()
        isRight = right(seen)
        alive = all(server.poll() is None for server in (open_server, key_server, budget_server))
        now = max(memory(server.pid) for server in (open_server, key_server, budget_server)) if alive else 0
        peak = max(peak, now)
        # A shape answers for what it adds.
        isGood = isRight and alive and now < max(300, earlier + 100)
        slow = max((took for begun, took, _ in list(queue)[-3000:] if begun + took > start), default=0)
        bad += not isGood
        text = " ".join(map(str, seen.statuses[:4])) + (" …" if len(seen.statuses) > 4 else "") + (" closed" if seen.ended else "")
        note = "" if isGood else "  BAD " + ("the server is gone " if not alive else "") + repr(seen.data[:160])
        print(f"{name:62.62} {text:18} {seen.seconds:6.2f} s  {now:5.0f} MB  beside {slow * 1000:5.0f} ms{note}", flush=True)
        if not alive:
            break
    time.sleep(1)
    stop.set()
    background.join()
    took = sorted(took for _, took, _ in queue)
    lost = sum(status != 200 for _, _, status in queue)
    p99 = took[len(took) * 99 // 100] * 1000
    high = max(memory(server.pid, "VmHWM") for server in (open_server, key_server, budget_server) if server.poll() is None)
    after = memory(open_server.pid)
    print(f"{count} shapes, {bad} bad; {len(took)} requests beside them, {lost} not answered with 200; "
          f"p50 {took[len(took) // 2] * 1000:.1f} ms, p99 {p99:.1f} ms (quiet {quiet[len(quiet) * 99 // 100] * 1000:.1f}), "
          f"slowest {took[-1] * 1000:.0f} ms; memory {before:.0f} MB before, {after:.0f} after, {high:.0f} at most")
    ends = []
    for server in (open_server, key_server, budget_server):
        server.send_signal(signal.SIGTERM)
        try:
            ends.append(server.wait(LIMIT + 10))
        except subprocess.TimeoutExpired:
            ends.append("stays")
            server.kill()
    print(f"ends with {ends}")
    sys.exit(bad > 0 or lost > 0 or p99 >= 50 or high >= 300 or ends != [0, 0, 0])
