"""A chart of bars as SVG. Standard library only."""

from xml.sax.saxutils import escape

ROW, GAP, LABELS, PANEL, MARGIN = 16, 8, 190, 330, 60
COLOURS = ["#4e79a7", "#f28e2b", "#59a14f"]


def _text(x, y, words, anchor="start", weight="normal"):
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'


def chart(panels, series, groups, caption):
    """Horizontal bars in panels beside each other, which share the groups' labels; a line is drawn at 1.

    panels are titles, series the names of the bars of a group. groups maps a label to a list by panel of lists by series of
    (value, least, greatest), or None where there is nothing to show.
    """
    height = len(groups) * (len(series) * ROW + GAP)
    top, bottom = 64, 34
    width = LABELS + len(panels) * (PANEL + MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top + height + bottom}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for index, name in enumerate(series):
        parts += [
            f'<rect x="{LABELS + 90 * index}" y="10" width="12" height="12" fill="{COLOURS[index]}"/>',
            _text(LABELS + 90 * index + 17, 20, name),
        ]
    for number, title in enumerate(panels):
        left = LABELS + number * (PANEL + MARGIN)
        parts.append(_text(left, 44, title, weight="bold"))
        shown = [bar for bars in groups.values() for bar in bars[number] if bar]
        scale = PANEL / max([1.0, *(greatest for _, _, greatest in shown)])
        for row, (label, bars) in enumerate(groups.items()):
            begin = top + row * (len(series) * ROW + GAP)
            if number == 0:
                parts.append(_text(LABELS - 8, begin + len(series) * ROW / 2 + 4, label, anchor="end"))
            for index, bar in enumerate(bars[number]):
                if not bar:
                    continue
                value, least, greatest = bar
                y, middle = begin + index * ROW, begin + index * ROW + ROW / 2
                parts += [
                    f'<rect x="{left}" y="{y + 1}" width="{value * scale:.1f}" height="{ROW - 2}" fill="{COLOURS[index]}"/>',
                    f'<path d="M{left + least * scale:.1f} {middle}H{left + greatest * scale:.1f}" stroke="black"/>',
                    _text(left + greatest * scale + 5, middle + 4, f"{value:.2f}×"),
                ]
        one = left + scale
        parts.append(f'<path d="M{one:.1f} {top - 4}V{top + height}" stroke="#d33" stroke-dasharray="4 3"/>')
        parts.append(f'<path d="M{left} {top - 4}V{top + height}" stroke="black"/>')
    parts += [_text(LABELS, top + height + 20, caption), "</svg>"]
    return "\n".join(parts) + "\n"
