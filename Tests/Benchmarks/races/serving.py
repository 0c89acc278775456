"""Races `bezoar serve` against MLServer and `mlflow models serve` with wrk, single rows of digits on loopback.

Start the others with `third_party_servers.py`, train `bezoar train --data digits --target digit --model softmax -o
digits.json`, then

    python3 Tests/Benchmarks/races/serving.py --bezoar .build/release/bezoar --model digits.json \\
        --mlserver http://127.0.0.1:PORT --mlflow http://127.0.0.1:PORT [--seconds 10] [--steady 60]

For each server: requests per second with 8 connections, then latency at half that rate, which wrk holds by a delay of
10 ms on each of many connections. For `bezoar serve` also the memory before and after `--steady` seconds at half its
peak, and the rate with a ledger. All servers answer all probabilities of one row of 64 numbers (of ours, those that
are not always zero). A race with errors does not count.
"""

import argparse
import json
import pathlib
import re
import subprocess
import tempfile
import urllib.request

ROW = [round((7 * j % 17) / 16.0, 4) for j in range(64)]


def v2(width):
    return {"inputs": [{"name": "x", "shape": [1, width], "datatype": "FP64", "data": ROW[:width]}],
            "outputs": [{"name": "predict_proba"}]}


MLFLOW = {"inputs": [ROW]}


DELAY = 10


def wrk(url, body, seconds, connections=8, delay=0):
    """Milliseconds of `delay` before every request of a connection."""
    script = f"""
wrk.method = "POST"
wrk.body = [==[{json.dumps(body)}]==]
wrk.headers["Content-Type"] = "application/json"
"""
    if delay:
        script += f"function delay() return {delay} end\n"
    script += """
function done(summary, latency, requests)
  io.write(string.format("RESULT %d %d %d %d %f %f\\n", summary.requests, summary.errors.status,
    summary.errors.read + summary.errors.write + summary.errors.connect + summary.errors.timeout, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        text = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", file.name, url], capture_output=True, text=True,
            check=True).stdout
    match = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+)", text)
    requests, status, broken, micros = (int(match[i]) for i in range(1, 5))
    return {"rate": requests / (micros / 1e6), "errors": status + broken, "p50": float(match[5]), "p99": float(match[6])}


def steady(url, body, seconds, rate):
    return wrk(url, body, seconds, max(round(rate * DELAY / 1000), 1), DELAY)


def memory(process):
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bezoar", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--mlserver")
    parser.add_argument("--mlflow")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--steady", type=int, default=60)
    arguments = parser.parse_args()
    rows = []

    def race(name, url, body):
        wrk(url, body, 2)
        peak = wrk(url, body, arguments.seconds)
        half = steady(url, body, arguments.seconds, peak["rate"] / 2)
        rows.append((name, peak, half))
        print(f"{name:24} {peak['rate']:9.0f} req/s, {peak['errors']} errors; at {half['rate']:.0f} req/s "
              f"p50 {half['p50']:.2f} ms, p99 {half['p99']:.2f} ms", flush=True)
        return peak["rate"]

    rates = {}
    if arguments.mlflow:
        rates["mlflow"] = race("mlflow models serve", arguments.mlflow + "/invocations", MLFLOW)
    if arguments.mlserver:
        rates["mlserver"] = race("MLServer", arguments.mlserver + "/v2/models/digits/infer", v2(64))
    with tempfile.TemporaryDirectory() as folder:
        for name, extra in [("bezoar serve", []), ("bezoar serve --ledger", ["--ledger", f"{folder}/l.sqlite"])]:
            process = subprocess.Popen(
                [arguments.bezoar, "serve", "--model", f"digits={arguments.model}", "--port", "0", "--quiet", *extra],
                stdout=subprocess.PIPE, text=True)
            try:
                url = process.stdout.readline().strip() + "/v2/models/digits"
                with urllib.request.urlopen(url) as reply:
                    # Columns that are always empty are not part of a model of ours.
                    body = v2(json.load(reply)["inputs"][0]["shape"][1])
                url += "/infer"
                rate = race(name, url, body)
                if not extra:
                    before = memory(process)
                    steady(url, body, arguments.steady, rate / 2)
                    print(f"memory {before:.1f} MB, after {arguments.steady} s at half the peak {memory(process):.1f} MB")
                    for other, slower in rates.items():
                        print(f"{rate / slower:.1f} times the rate of {other}")
            finally:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()
