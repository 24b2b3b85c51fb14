"""Drawings of a report as SVG: readable without colour, on light and on dark ground."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

__all__ = ["intervals_plot", "scatter_plot"]

_WIDTH = 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 190, 30, 40, 52
_ROW = 30


def intervals_plot(
    title: str,
    axis: str,
    note: str,
    rows: Sequence[tuple[str, float | None, float | None, float | None, Sequence[float] | None]],
) -> str:
    """Shares between 0 and 1: for each name a score with its interval, and two more values.

    Args:
        title: what is shown.
        axis: the axis' name and unit.
        note: how many words.
        rows: name, score, precision, recall, interval of the score.
    """
    height = _TOP + _ROW * len(rows) + _BOTTOM
    parts = _frame(title, f"{note}. {_described(rows)}", height)
    parts += _horizontal_axis(axis, note, height, [0, 0.2, 0.4, 0.6, 0.8, 1], 0, 1)
    for k, (name, score, precision, recall, bounds) in enumerate(rows):
        y = _TOP + _ROW * (k + 0.5)
        parts.append(_text(_LEFT - 10, y + 4, _short(name), anchor="end"))
        if bounds is not None:
            low, high = (_x(bound, 0, 1) for bound in bounds)
            parts.append(f'<path class="bar" d="M{low:.1f} {y:.1f}H{high:.1f}"/>')
        # Triangles point away from each other: left precision, right recall.
        for value, shape in ((precision, "M-5 0L4 -5V5Z"), (recall, "M5 0L-4 -5V5Z")):
            if value is not None:
                parts.append(_mark("open", _x(value, 0, 1), y, shape))
        if score is not None:
            parts.append(f'<circle class="dot" cx="{_x(score, 0, 1):.1f}" cy="{y:.1f}" r="5"/>')
    parts.append("</svg>")
    return "".join(parts)


def scatter_plot(
    title: str,
    x_axis: str,
    y_axis: str,
    note: str,
    points: Sequence[tuple[str, float, float]],
) -> str:
    """Points with their names: x from 1 on, y a share between 0 and 1."""
    height = 340
    # A single token a word is the least there is; on the right there is room for a name.
    top = 1 + (max([2.0, *(x for _, x, _ in points)]) - 1) * 1.5
    steps = (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
    step = next((step for step in steps if (top - 1) / step <= 8), top)
    ticks = [1 + step * k for k in range(int((top - 1) / step) + 1)]
    told = ", ".join(f"{name}: {x:.3g} and {y:.3g}" for name, x, y in points)
    parts = _frame(title, f"{note}. {told}", height)
    parts += _horizontal_axis(x_axis, note, height, ticks, 1, top)
    bottom = height - _BOTTOM
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = bottom - share * (bottom - _TOP)
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(_text(_LEFT - 10, y + 4, f"{share:g}", anchor="end"))
    parts.append(_text(_LEFT - 60, (_TOP + bottom) / 2, y_axis, anchor="end"))
    places = [
        (_short(name), _x(value, 1, top), bottom - share * (bottom - _TOP))
        for name, value, share in sorted(points, key=lambda point: -point[2])
    ]
    parts += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="5"/>' for _, x, y in places]
    # What stands where: from, to, height.
    taken = [(x - 6, x + 6, y + 4) for _, x, y in places]
    for label, x, y in places:
        width = 7.0 * len(label)
        # To the right, to the left, or below until nothing is covered.
        sides = [(x + 9, y + 4), (x - 9 - width, y + 4)]
        below = [(x + 9, y + 4 + 14 * k) for k in range(1, len(places) + 1)]
        free = (
            (left, level)
            for left, level in [*sides, *below]
            if not any(
                abs(level - other) < 14 and left < end and start < left + width
                for start, end, other in taken
            )
        )
        left, level = next(free, sides[0])
        taken.append((left, left + width, level))
        parts.append(_text(left, level, label))
    parts.append("</svg>")
    return "".join(parts)


def _frame(title: str, described: str, height: float) -> list[str]:
    return [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(title)}</title><desc>{escape(described)}</desc>",
        _text(0, 18, title, kind="title"),
    ]


def _horizontal_axis(
    name: str, note: str, height: float, ticks: Sequence[float], low: float, high: float
) -> list[str]:
    bottom = height - _BOTTOM
    parts = []
    for tick in ticks:
        x = _x(tick, low, high)
        parts.append(f'<path class="grid" d="M{x:.1f} {_TOP}V{bottom}"/>')
        parts.append(_text(x, bottom + 18, f"{tick:g}", anchor="middle"))
    parts.append(_text(_WIDTH - _RIGHT, bottom + 38, name, anchor="end"))
    parts.append(_text(0, bottom + 38, note, kind="note"))
    return parts


def _described(
    rows: Sequence[tuple[str, float | None, float | None, float | None, Sequence[float] | None]],
) -> str:
    return ", ".join(
        f"{row[0]}: {'undefined' if row[1] is None else f'{row[1]:.3g}'}" for row in rows
    )


def _x(value: float, low: float, high: float) -> float:
    return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)


def _mark(kind: str, x: float, y: float, shape: str) -> str:
    return f'<path class="{kind}" transform="translate({x:.1f} {y:.1f})" d="{shape}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", kind: str = "label") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _short(name: str) -> str:
    if len(name) <= 24:
        return name
    # Of paths the end tells them apart.
    return f"…{name[-23:]}" if "/" in name else f"{name[:23]}…"
