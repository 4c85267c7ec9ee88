"""Plots in SVG, which are read as well in a dark page as in a light one."""

import math
from html import escape

# One for each library, ours first; they differ in lightness, too, for who does not tell them by hue.
LIGHT = ["#1f5fbf", "#c2570c", "#0f7d6a", "#7d4bb3"]
DARK = ["#78aefc", "#f2995c", "#4fc3ab", "#bd96ec"]
STYLE = (
    "svg { color-scheme: light dark; font: 13px system-ui, sans-serif }"
    " text { fill: #24292f } .quiet { fill: #57606a } .title { font-weight: 600 } .grid { stroke: #d0d7de } .one { stroke: #57606a }"
    + "".join(f" .c{number} {{ fill: {colour} }}" for number, colour in enumerate(LIGHT))
    + " @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .quiet { fill: #9aa4af }"
    " .grid { stroke: #30363d } .one { stroke: #9aa4af }"
    + "".join(f" .c{number} {{ fill: {colour} }}" for number, colour in enumerate(DARK))
    + " }"
)
WIDTH, LEFT, RIGHT, ROW = 760, 150, 24, 22


def text(x, y, content, anchor="start", kind=""):
    kind = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{kind}>{escape(content)}</text>'


def line(x, top, bottom, kind):
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.0f}" y2="{bottom:.0f}" class="{kind}"/>'


def legend(names, first):
    """Beside the title's line: a square and a name for each library."""
    parts, x = [], LEFT
    for number, name in enumerate(names, first):
        parts.append(f'<rect x="{x}" y="33" width="11" height="11" rx="2" class="c{number}"/>')
        parts.append(text(x + 17, 43, name))
        x += 40 + 8 * len(name)
    return parts


def page(title, height, parts):
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" role="img">'
    inner = [f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", text(12, 20, title, kind="title"), *parts]
    return "\n".join([head, *inner, "</svg>"]) + "\n"


def axis(ticks, place, top, bottom):
    """Lines from top to bottom, with what they mean below."""
    parts = []
    for tick in ticks:
        parts.append(line(place(tick), top, bottom, "one" if tick == 1 else "grid"))
        parts.append(text(place(tick), bottom + 16, f"{tick:g}", "middle", "quiet"))
    return parts


def dots(title, names, panels):
    """Ratios on a logarithmic axis: a row for each workload, a dot for each library."""
    values = [value for _, rows in panels for _, row in rows for value in row if value]
    low, high = math.log10(min(values) / 1.2), math.log10(max(values) * 1.2)
    ticks = [tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if low < math.log10(tick) < high]
    place = lambda value: LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(value) - low) / (high - low)
    parts, y = legend(names, 1), 62
    for panel, rows in panels:
        parts.append(text(12, y + 12, panel, kind="quiet"))
        y += 20
        parts += axis(ticks, place, y, y + ROW * len(rows))
        for name, row in rows:
            middle = y + ROW / 2
            parts.append(text(LEFT - 10, middle + 4, name, "end"))
            for number, value in enumerate(row, 1):
                if value:
                    # One a little below the other, as some take the same time.
                    at = middle + 4 * (number - (len(names) + 1) / 2)
                    parts.append(f'<circle cx="{place(value):.1f}" cy="{at:.0f}" r="4.5" class="c{number}"/>')
            y += ROW
        y += 30
    return page(title, y, parts)


def bars(title, settings, panels):
    """Shares of one: a group for each setting, a bar for each library."""
    names = [name for name, _ in panels[0][1]]
    place = lambda value: LEFT + (WIDTH - LEFT - RIGHT) * value / 1.05
    parts, y = legend(names, 0), 62
    for panel, rows in panels:
        parts.append(text(12, y + 12, panel, kind="quiet"))
        y += 20
        group = 10 * len(rows) + 12
        parts += axis((0, 0.25, 0.5, 0.75, 1), place, y, y + group * len(settings))
        for column, setting in enumerate(settings):
            parts.append(text(LEFT - 10, y + group / 2 + 4, setting, "end"))
            for number, (_, row) in enumerate(rows):
                if row[column]:
                    width, top = place(row[column]) - LEFT, y + 6 + 10 * number
                    parts.append(
                        f'<rect x="{LEFT}" y="{top:.0f}" width="{width:.1f}" height="8" rx="1.5" class="c{number}"/>'
                    )
            y += group
        y += 30
    return page(title, y, parts)
