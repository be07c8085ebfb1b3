"""Trains models of every shape that is read, and of those that are refused, by the XGBoost that is installed.

    models.py train DIRECTORY   models, rows and predictions into DIRECTORY, and index.json that names them
    models.py predict FILE...   for each model file NAME.EXTENSION: predictions for the rows in NAME.rows

NAME.rows holds doubles, column by column; NAME.predictions singles. All little-endian.
"""

import json
import os
import pickle
import sys
import warnings

import numpy as np
import xgboost as xgb

warnings.filterwarnings("ignore")
xgb.set_config(verbosity=0)
VERSION = tuple(int(part) for part in xgb.__version__.split(".")[:2])
REGRESSION, BINARY = "reg:squarederror", "binary:logistic"


def rows_of(seed, rows, columns, missing):
    """Values of several magnitudes, some of them missing."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, columns)) * 10.0 ** (np.arange(columns) % 7 - 3)
    values[:, 0] = np.round(values[:, 0], 3)
    values[random.random(values.shape) < missing] = np.nan
    return values


def labels_of(values, objective):
    scaled = values / 10.0 ** (np.arange(values.shape[1]) % 7 - 3)
    signal = np.nansum(scaled[:, :4] * [1.0, -2.0, 0.5, 1.0], axis=1) + np.isnan(values[:, 1])
    noise = np.random.default_rng(7).normal(size=len(signal)) / 2
    if objective.startswith("binary:"):
        return (signal + noise > 1).astype("f4")
    if objective == "reg:logistic":
        return 1 / (1 + np.exp(-signal))
    if objective in ("count:poisson", "reg:gamma", "reg:tweedie", "reg:squaredlogerror", "survival:cox"):
        return np.exp(signal / 4) + 0.1
    return 30 * signal + noise


# name: parameters; the rest of what a case may say is its rows, columns, share of missing values, rounds and early stopping.
CASES = {
    "squarederror": dict(objective=REGRESSION, max_depth=6),
    "squarederror-base": dict(objective=REGRESSION, max_depth=3, base_score=3.7),
    "squaredlogerror": dict(objective="reg:squaredlogerror", max_depth=4),
    "pseudohubererror": dict(objective="reg:pseudohubererror", max_depth=4),
    "absoluteerror": dict(objective="reg:absoluteerror", max_depth=4),
    "quantileerror": dict(objective="reg:quantileerror", quantile_alpha=0.8, max_depth=4),
    "logistic": dict(objective=BINARY, max_depth=5),
    "logistic-base": dict(objective=BINARY, max_depth=3, base_score=0.03),
    "logistic-weighted": dict(objective=BINARY, max_depth=3, scale_pos_weight=7),
    "logistic-fractions": dict(objective="reg:logistic", max_depth=4),
    "logitraw": dict(objective="binary:logitraw", max_depth=4, base_score=0.3),
    "poisson": dict(objective="count:poisson", max_depth=4),
    "gamma": dict(objective="reg:gamma", max_depth=4),
    "tweedie": dict(objective="reg:tweedie", max_depth=4, tweedie_variance_power=1.4),
    "dart": dict(objective=BINARY, booster="dart", rate_drop=0.3, max_depth=4),
    "dart-undropped": dict(objective=REGRESSION, booster="dart", max_depth=4),
    "forest": dict(objective=REGRESSION, num_parallel_tree=5, subsample=0.6, colsample_bynode=0.5, max_depth=5, rounds=6),
    "lossguide": dict(objective=REGRESSION, grow_policy="lossguide", tree_method="hist", max_leaves=300, max_depth=0),
    "deep": dict(objective=REGRESSION, max_depth=25, min_child_weight=0, rounds=10),
    "pruned": dict(objective=REGRESSION, tree_method="exact", gamma=2000, max_depth=6),
    "stumps": dict(objective=BINARY, max_depth=1),
    "approx": dict(objective=BINARY, tree_method="approx", max_depth=5),
    "no-missing": dict(objective=BINARY, max_depth=5, missing=0.0),
    "mostly-missing": dict(objective=BINARY, max_depth=5, missing=0.9),
    "wide": dict(objective=BINARY, max_depth=5, columns=300, missing=0.5),
    "one-feature": dict(objective=REGRESSION, max_depth=4, columns=1, missing=0.1),
    "named": dict(objective=BINARY, max_depth=3, names=True),
    "one-class": dict(objective=BINARY, max_depth=3, label=0.0),
    "early-stopped": dict(objective=BINARY, max_depth=5, eta=0.5, rounds=200, stop="best"),
    "early-stopped-all": dict(objective=BINARY, max_depth=5, eta=0.5, rounds=200, stop="all"),
}

# name: what is refused, as a part of the message.
REFUSED = {
    "gblinear": (dict(objective=REGRESSION, booster="gblinear"), "the booster gblinear is not supported"),
    "softprob": (dict(objective="multi:softprob", num_class=3, classes=3), "models of 3 classes are not supported"),
    "targets": (dict(objective=REGRESSION, targets=2), "models of 2 targets are not supported"),
    "vector-leaves": (
        dict(objective=REGRESSION, targets=2, multi_strategy="multi_output_tree", tree_method="hist"),
        "models of 2 targets are not supported",
    ),
    "categorical": (dict(objective=REGRESSION, tree_method="hist", categorical=True), "categorical"),
    "rank": (dict(objective="rank:pairwise", classes=3, group=True), "rank:pairwise is not supported"),
    "cox": (dict(objective="survival:cox"), "survival:cox is not supported"),
    "hinge": (dict(objective="binary:hinge"), "binary:hinge is not supported"),
}

SINCE = {"quantileerror": (2, 0), "vector-leaves": (2, 0)}


def train(case):
    case = dict(case)
    rows, columns, missing = case.pop("rows", 1500), case.pop("columns", 8), case.pop("missing", 0.15)
    rounds, stop, named = case.pop("rounds", 20), case.pop("stop", None), case.pop("names", False)
    label, classes, targets = case.pop("label", None), case.pop("classes", 0), case.pop("targets", 1)
    categorical, group = case.pop("categorical", False), case.pop("group", False)
    values = rows_of(1, rows, columns, missing)
    labels = labels_of(np.pad(values, ((0, 0), (0, max(0, 4 - columns)))), case["objective"])
    if label is not None:
        labels = np.full(rows, label)
    if classes:
        labels = np.arange(rows) % classes
    if targets > 1:
        labels = np.stack([labels, -labels], axis=1)
    more = {"feature_names": ["Wärme %d" % column for column in range(columns)]} if named else {}
    if categorical:
        values[:, 0] = np.arange(rows) % 5
        labels = np.asarray([3.0, -1.0, 2.0, -2.0, 0.0])[np.arange(rows) % 5]
        more = {"feature_types": ["c"] + ["q"] * (columns - 1), "enable_categorical": True}
    data = xgb.DMatrix(values, labels, **more)
    if group:
        data.set_group([rows])
    parameters = {"seed": 1, "nthread": 1, **case}
    if stop is None:
        return xgb.train(parameters, data, rounds), values
    held = rows_of(2, 600, columns, missing)
    watch = [(xgb.DMatrix(held, labels_of(held, case["objective"]), **more), "validation")]
    early = xgb.callback.EarlyStopping(rounds=4, save_best=stop == "best")
    return xgb.train(parameters, data, rounds, evals=watch, callbacks=[early], verbose_eval=False), values


def edges(booster, values, most):
    """Rows that lie on thresholds, and a step of single and of double precision beside them."""
    found = []
    trees = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]
    for tree in trees.get("gbtree", trees)["model"]["trees"]:
        for left, feature, threshold in zip(tree["left_children"], tree["split_indices"], tree["split_conditions"]):
            if left != -1:
                found.append((feature, np.float32(threshold)))
    rows = []
    for feature, threshold in found[:: max(1, len(found) // most)]:
        above, below = (np.nextafter(threshold, np.float32(side * 3e38)) for side in (1, -1))
        for value in (threshold, above, below, np.nextafter(float(threshold), 1e300), np.nextafter(float(threshold), -1e300)):
            row = values[len(rows) % len(values)].copy()
            row[feature] = value
            rows.append(row)
    for value in (0.0, -0.0, 1e-45, -1e-45, 1e-39, 3.4e38, -3.4e38, np.nan):
        rows.append(np.full(values.shape[1], value))
    return np.asarray(rows)


def write(directory, name, booster, values):
    stem = os.path.join(directory, name)
    booster.save_model(stem + ".ubj")
    booster.save_model(stem + ".json")
    values.T.astype("<f8").tofile(stem + ".rows")
    data = xgb.DMatrix(values, feature_names=booster.feature_names)
    booster.predict(data).astype("<f4").tofile(stem + ".predictions")
    return {"name": name, "rows": len(values), "columns": values.shape[1]}


def train_all(directory):
    os.makedirs(directory, exist_ok=True)
    models, refused = [], []
    for name, case in CASES.items():
        if SINCE.get(name, (0, 0)) <= VERSION:
            booster, values = train(case)
            models.append(write(directory, name, booster, np.concatenate([values[:500], edges(booster, values, 100)])))
            if VERSION >= (2, 1):
                # As the container saves it: without an extension, which gives UBJSON.
                booster.save_model(os.path.join(directory, name + "-xgboost-model"))
    for name, (case, message) in REFUSED.items():
        if SINCE.get(name, (0, 0)) <= VERSION:
            booster, _ = train(case)
            for extension in ("ubj", "json"):
                booster.save_model(os.path.join(directory, f"{name}.{extension}"))
                refused.append({"file": f"{name}.{extension}", "message": message})
    booster, _ = train(CASES["stumps"])
    with open(os.path.join(directory, "pickled"), "wb") as out:
        pickle.dump(booster, out)
    refused.append({"file": "pickled", "message": "pickle"})
    if VERSION < (3, 1):
        # What SageMaker's container 1.7-1 writes: before 2.1 a file without an extension is in the binary format.
        file = "xgboost-model" if VERSION < (2, 1) else "binary.deprecated"
        booster.save_model(os.path.join(directory, file))
        refused.append({"file": file, "message": "the binary format of XGBoost before 2.1"})
    with open(os.path.join(directory, "index.json"), "w") as out:
        json.dump({"version": xgb.__version__, "models": models, "refused": refused}, out)


def tiny(directory):
    """Models of a few kilobytes, with rows and predictions, that `npm test` reads."""
    os.makedirs(directory, exist_ok=True)
    index = []
    for name in ("squarederror", "logistic-base", "poisson", "dart", "forest", "early-stopped", "named"):
        case = dict(CASES[name], max_depth=2, columns=4, rounds=min(CASES[name].get("rounds", 3), 3), rows=300)
        if name == "early-stopped":
            case.update(rounds=60, eta=1.5)
        booster, values = train(case)
        rows = np.concatenate([values[:6], edges(booster, values, 2)])
        data = xgb.DMatrix(rows, feature_names=booster.feature_names)
        booster.save_model(os.path.join(directory, name + ".ubj"))
        booster.save_model(os.path.join(directory, name + ".json"))
        index.append(
            {
                "name": name,
                "rows": [[None if np.isnan(value) else float(value) for value in row] for row in rows],
                "predictions": [float(value) for value in booster.predict(data)],
            }
        )
    for name in ("gblinear", "softprob", "targets", "categorical", "hinge"):
        case = dict(REFUSED[name][0], columns=4, rounds=2, rows=100, max_depth=2)
        train(case)[0].save_model(os.path.join(directory, name + ".ubj"))
    with open(os.path.join(directory, "index.json"), "w") as out:
        json.dump({"version": xgb.__version__, "models": index}, out, indent=1)
        out.write("\n")


def predict(files):
    for file in files:
        stem = os.path.splitext(file)[0]
        booster = xgb.Booster(model_file=file)
        values = np.fromfile(stem + ".rows", "<f8").reshape(booster.num_features(), -1).T
        data = xgb.DMatrix(values, feature_names=booster.feature_names)
        booster.predict(data).astype("<f4").tofile(f"{stem}.predictions-{xgb.__version__}")


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {"train": lambda: train_all(*arguments), "tiny": lambda: tiny(*arguments), "predict": lambda: predict(arguments)}[command]()
