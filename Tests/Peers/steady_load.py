"""Asks `bezoar serve` at half its peak for long: steady_load.py PROGRAM [SECONDS]

Single rows of a small model with a ledger, from a few processes of Python's standard library. Measures the peak for ten
seconds, then asks at half that rate for 600 s or as long as is given. Prints the rate, the latency and the memory of the
server; exit 1 if the ledger is not exactly the rows that were answered, an answer is missing, or memory grows by more than
a tenth between the first minute and the last.
"""
import http.client, json, multiprocessing, os, random, re, signal, sqlite3, subprocess, sys, tempfile, time

program, seconds = os.path.abspath(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 600
CLIENTS = 4


def ask(port, number, rate, seconds, out):
    """Asks at a rate, or as fast as it goes at 0; puts the latencies and failures."""
    choose, connection, took, failed = random.Random(number), http.client.HTTPConnection("127.0.0.1", port, timeout=10), [], 0
    end, next = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < end:
        body = json.dumps({"inputs": [{"name": "x", "shape": [1, 4], "datatype": "FP64", "data": [choose.random() for _ in range(4)]}]})
        start = time.monotonic()
        try:
            connection.request("POST", "/v2/models/m/infer", body, {"content-type": "application/json"})
            reply = connection.getresponse()
            reply.read()
            failed += reply.status != 200
        except (OSError, http.client.HTTPException):
            failed += 1
            connection.close()
        took.append(time.monotonic() - start)
        if rate:
            next += 1 / rate
            time.sleep(max(0, next - time.monotonic()))
    out.put((took, failed))


def load(port, rate, seconds, pid):
    """Requests of all clients: their latencies, failures, and the memory of the server every few seconds."""
    out, memory = multiprocessing.Queue(), []
    processes = [multiprocessing.Process(target=ask, args=(port, number, rate / CLIENTS, seconds, out)) for number in range(CLIENTS)]
    for process in processes:
        process.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with open(f"/proc/{pid}/status") as file:
            memory.append(int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024)
        time.sleep(min(2, max(.1, end - time.monotonic())))
    parts = [out.get() for _ in processes]
    for process in processes:
        process.join()
    return sorted(time for took, _ in parts for time in took), sum(failed for _, failed in parts), memory


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "t.csv"), "w") as file:
            file.write("a,b,c,d,y\n")
            for _ in range(500):
                row = [round(random.random(), 4) for _ in range(4)]
                file.write(",".join(map(str, row)) + f",{'u' if row[0] + row[1] > row[2] + .5 else 'v'}\n")
        subprocess.run([program, "train", "--data", "t.csv", "--target", "y", "--model", "logistic", "-o", "m.json", "-q"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([program, "serve", "--model", "m.json", "--port", "0", "--ledger", "l.sqlite"], cwd=folder, stdout=subprocess.PIPE, text=True)
        port = int(server.stdout.readline().strip().rsplit(":", 1)[1])
        peak, failures, _ = load(port, 0, 10, server.pid)
        rate = len(peak) / 10
        took, failed, memory = load(port, rate / 2, seconds, server.pid)
        server.send_signal(signal.SIGTERM)
        code = server.wait(30)
        with sqlite3.connect(os.path.join(folder, "l.sqlite")) as base:
            charged = base.execute("SELECT SUM(rows) FROM usage").fetchone()[0]
        answered = len(peak) - failures + len(took) - failed
        part = max(1, len(memory) // 10)
        first, last = max(memory[:2 * part]), max(memory[-part:])
        print(f"peak {rate:.0f} a second; then {len(took) / seconds:.0f} a second for {seconds:.0f} s: p50 {took[len(took) // 2] * 1000:.2f} ms, "
              f"p99 {took[len(took) * 99 // 100] * 1000:.2f} ms, slowest {took[-1] * 1000:.0f} ms, {failures + failed} failed; "
              f"memory {first:.0f} MB at first, {last:.0f} MB at last; {answered} rows answered, {charged} in the ledger; ends with {code}")
        sys.exit(failures + failed > 0 or answered != charged or last > 1.1 * first or code != 0)
