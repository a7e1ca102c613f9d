"""The conversion of deals.yaml with Python's csv and json.

deals.py DIR OUT converts; deals.py --compare A B compares two outputs, in which
an amount may differ by a cent: here money is floating point.
"""

import csv
import json
import sys


def table(folder, name):
    with open(f"{folder}/{name}", newline="", encoding="utf-8") as f:
        yield from csv.DictReader(f)


def convert(folder, out):
    stage = {r["Label"]: r["Id"] for r in table(folder, "stages.csv")}
    rate = {(r["Currency"], r["Month"][:7]): float(r["Rate"]) for r in table(folder, "rates.csv")}
    status = {"Closed Won": "WON", "Closed Lost": "LOST"}
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    with open(f"{folder}/deals.csv", newline="", encoding="utf-8") as f, open(out, "w", encoding="utf-8") as o:
        rows = csv.reader(f)
        at = {name: i for i, name in enumerate(next(rows))}
        ID, ACCOUNT, OWNER, NAME, STAGE = at["Id"], at["AccountId"], at["OwnerId"], at["Name"], at["StageName"]
        AMOUNT, CURRENCY, PROBABILITY, CLOSE = at["Amount"], at["CurrencyIsoCode"], at["Probability"], at["CloseDate"]
        DELETED, CREATED, MODIFIED = at["IsDeleted"], at["CreatedDate"], at["LastModifiedDate"]
        for r in rows:
            d = {"objectId": r[ID], "modifiedDate": r[MODIFIED][:19] + "Z"}
            if r[DELETED] == "true":
                d["isDeleted"] = True
            else:
                d["url"] = "https://crm.example.com/" + r[ID]
                if r[ACCOUNT]:
                    d["accountId"] = r[ACCOUNT]
                if r[OWNER]:
                    d["ownerId"] = r[OWNER]
                d["name"] = r[NAME].strip()
                d["createdDate"] = r[CREATED][:19] + "Z"
                d["closeDate"] = r[CLOSE]
                d["status"] = status.get(r[STAGE], "OPEN")
                d["stage"] = stage[r[STAGE]]
                if r[AMOUNT]:
                    amount, currency = float(r[AMOUNT]), r[CURRENCY]
                    d["amount"] = round(amount if currency == "USD" else amount * rate[currency, r[CLOSE][:7]], 2)
                if r[PROBABILITY]:
                    d["probability"] = float(r[PROBABILITY])
            o.write(encode(d) + "\n")


def compare(a, b):
    with open(a, encoding="utf-8") as f, open(b, encoding="utf-8") as g:
        left = {d["objectId"]: d for d in map(json.loads, f)}
        n = 0
        for n, d in enumerate(map(json.loads, g), 1):
            other = left.get(d["objectId"], {})
            other = {k: v for k, v in other.items() if v is not None}
            d = {k: v for k, v in d.items() if v is not None}
            if abs(d.pop("amount", 0) - other.pop("amount", 0)) > 0.0101 or d != other:
                sys.exit(f"line {n} of {b} differs: {d}, not {other}")
    if n != len(left):
        sys.exit(f"{b} has {n} lines, not {len(left)}")


if sys.argv[1] == "--compare":
    compare(*sys.argv[2:])
else:
    convert(*sys.argv[1:])
