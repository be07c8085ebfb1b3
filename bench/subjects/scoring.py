"""Scores the rows of a case by XGBoost itself; prints what a subject prints. See bench/suites/scoring.ts."""

import json
import sys
import time

import numpy as np
import xgboost as xgb

case = json.loads(sys.argv[1])
values = np.ascontiguousarray(np.fromfile(case["values"], "<f8").reshape(case["columns"], -1).T.astype("f4"))
started = time.process_time()
booster = xgb.Booster({"nthread": 1}, model_file=case["model"])
parse_ms = (time.process_time() - started) * 1000


def score():
    if case["how"] == "inplace":
        return booster.inplace_predict(values)
    return booster.predict(xgb.DMatrix(values, nthread=1))


score()
started = time.process_time()
score()
seconds = time.process_time() - started
print(json.dumps({"parseMs": parse_ms, "nsPerRowAndTree": seconds * 1e9 / case["rows"] / case["trees"]}))
