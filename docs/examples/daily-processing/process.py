"""Monthly climate summary of a daily weather record: a table (CSV) and a plot (SVG).

Reads WEATHER_RECORD, writes into the current folder (the job's scratch) and then hands the product over to
PRODUCT_FOLDER, so that a product that is there is always whole.
"""

import csv
import os
import shutil
import statistics
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import svg

KINDS = ["drizzle", "fog", "rain", "snow", "sun"]


def months_of(record: Path) -> dict[str, list[dict[str, str]]]:
    months: dict[str, list[dict[str, str]]] = defaultdict(list)
    with record.open(newline="") as rows:
        for day in csv.DictReader(rows):
            months[day["date"][:7]].append(day)
    if not months:
        sys.exit(f"{record} holds no days")
    return months


def summary(month: str, days: list[dict[str, str]]) -> dict[str, str]:
    weather = Counter(day["weather"] for day in days)
    unknown = set(weather) - set(KINDS)
    if unknown:
        sys.exit(f"{month}: unknown weather {', '.join(sorted(unknown))}")
    return {
        "month": month,
        "days": str(len(days)),
        "precipitation": f"{sum(float(day['precipitation']) for day in days):.1f}",
        "temp_max": f"{statistics.fmean(float(day['temp_max']) for day in days):.2f}",
        "temp_min": f"{statistics.fmean(float(day['temp_min']) for day in days):.2f}",
        "wind": f"{max(float(day['wind']) for day in days):.1f}",
        **{kind: str(weather[kind]) for kind in KINDS},
    }


def plot(table: list[dict[str, str]], title: str) -> str:
    """Precipitation as bars, mean maximum and minimum temperature as lines."""
    step, height, margin = 18, 240, 48
    wettest = max(float(row["precipitation"]) for row in table) or 1.0
    warmest = max(float(row["temp_max"]) for row in table)
    coldest = min(float(row["temp_min"]) for row in table)

    def x(index: int) -> int:
        return margin + index * step

    def y(temperature: str) -> float:
        return margin + height * (warmest - float(temperature)) / ((warmest - coldest) or 1.0)

    bars: list[svg.Element] = [
        svg.Rect(
            x=x(index),
            y=round(margin + height * (1 - float(row["precipitation"]) / wettest), 1),
            width=step - 4,
            height=round(height * float(row["precipitation"]) / wettest, 1),
            fill="#9ecae1",
            elements=[svg.Title(text=f"{row['month']}: {row['precipitation']} mm")],
        )
        for index, row in enumerate(table)
    ]
    lines: list[svg.Element] = [
        svg.Polyline(
            points=[point for index, row in enumerate(table) for point in (x(index) + 7, round(y(row[column]), 1))],
            fill="none",
            stroke=colour,
            stroke_width=2,
        )
        for column, colour in (("temp_max", "#d6604d"), ("temp_min", "#2166ac"))
    ]
    years: list[svg.Element] = [
        svg.Text(x=x(index), y=margin + height + 20, font_size=12, text=row["month"][:4])
        for index, row in enumerate(table)
        if row["month"].endswith("-01")
    ]
    heading = [
        svg.Text(x=margin, y=20, font_size=16, text=title),
        svg.Text(x=margin, y=36, font_size=11, text="bars: precipitation; lines: mean daily maximum and minimum temperature"),
    ]
    width = 2 * margin + step * len(table)
    canvas = svg.SVG(width=width, height=height + 2 * margin, elements=[*heading, *bars, *lines, *years])
    return canvas.as_str()


def hand_over(name: str, folder: Path) -> None:
    """Copies a file aside and renames it: it appears whole or not at all."""
    part = folder / f".{name}.part"
    shutil.copyfile(name, part)
    os.replace(part, folder / name)
    os.remove(name)


def main() -> None:
    record = Path(os.environ["WEATHER_RECORD"])
    product = Path(os.environ["PRODUCT_FOLDER"])
    pause = float(os.environ.get("PAUSE_PER_MONTH", "0"))
    table: list[dict[str, str]] = []
    for month, days in sorted(months_of(record).items()):
        table.append(summary(month, days))
        print(f"{month}: {len(days)} days, {table[-1]['precipitation']} mm", flush=True)
        time.sleep(pause)

    with open("monthly.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    Path("monthly.svg").write_text(plot(table, os.environ["PLOT_TITLE"]), encoding="utf-8")

    product.mkdir(parents=True, exist_ok=True)
    for name in ("monthly.svg", "monthly.csv"):
        hand_over(name, product)
    print(f"product of {len(table)} months is in {product}", flush=True)


if __name__ == "__main__":
    main()
