"""Tables and plots of a run."""

import sys
from html import escape
from pathlib import Path
from statistics import median

from instructions import SCALE
from models import MODELS, TARGETS

COLOURS = {'bare': '#9aa0a6', 'hand': '#4c78a8', 'matview': '#b279a2', 'pg_ivm': '#f2a541', 'pg_tviews': '#e45756'}


def index(results):
    return {(r['model'], r['scale'], r['operation'], r['engine']): r for r in results}


def ratio(found, model, scale, operation, engine, against):
    """Median over the rounds of the ratio of medians in a round; None when either is missing or wrong."""
    a, b = found.get((model, scale, operation, engine)), found.get((model, scale, operation, against))
    if not a or not b or 'FAIL' in (a['status'], b['status']):
        return None
    return median(one / other for one, other in zip(a['rounds'], b['rounds']))


def number(value):
    return f'{value:,.3f}' if value < 100 else f'{value:,.0f}'


def table(header, rows):
    lines = ['| ' + ' | '.join(header) + ' |', '|' + '|'.join(' --- ' for _ in header) + '|']
    return '\n'.join(lines + ['| ' + ' | '.join(str(cell) for cell in row) + ' |' for row in rows]) + '\n'


def targets(found):
    rows = []
    scales = sorted({key[1] for key in found})
    for target in TARGETS:
        for operation in target.operations:
            for scale in scales:
                value = ratio(found, target.model, scale, operation, 'pg_tviews', target.against)
                if value is not None:
                    rows.append((target.text, f'{target.model}/{operation}', f'{scale:,}', f'≤ {target.limit} × {target.against}', f'{value:.2f}',
                                 'met' if value <= target.limit else '**not met**'))
    for operation in ('update', 'insert', 'delete'):
        measured = sorted({scale for _, scale, name, _ in found if name == f'growth_{operation}'})
        growth = {}
        for engine in ('pg_tviews', 'bare', 'hand'):
            large, small = (found.get(('flat', scale, f'growth_{operation}', engine)) for scale in (max(measured, default=0), min(measured, default=0)))
            if large and small and large['status'] == small['status'] == 'ok':
                growth[engine] = median(one / other for one, other in zip(large['rounds'], small['rounds']))
        value = growth.pop('pg_tviews', None)
        if value is not None:
            others = ', '.join(f'{engine} {of:.2f}' for engine, of in growth.items())
            rows.append((f'{measured[-1]:,} rows against {measured[0]:,}, same operation', f'flat/{operation}', '', '≤ 1.3 ×', f'{value:.2f} ({others})',
                         'met' if value <= 1.3 else '**not met**'))
    for scale in scales:
        floor = 0
        for engine in ('bare', 'pg_tviews'):
            one, two = (found.get(('flat', scale, f'clients_{n}', engine)) for n in (1, 2))
            if one and two and one['status'] == 'ok':
                value = one['median_ms'] / two['median_ms']
                if engine == 'bare':
                    floor, verdict = value, 'what the machine gives'
                elif floor < 1.7:
                    verdict = 'cannot be told on this machine'
                else:
                    verdict = 'met' if value >= 1.7 else '**not met**'
                rows.append((f'2 clients against 1, throughput ({engine})', 'flat/update', f'{scale:,}', '≥ 1.7 ×', f'{value:.2f}', verdict))
    for (model, scale, operation, engine), result in found.items():
        hand = found.get((model, scale, operation, 'hand'))
        if model == 'flat' and engine == 'pg_tviews' and hand and operation in ('update', 'insert', 'delete', 'parent_1000') and result['status'] == hand['status'] == 'ok':
            wal = result['wal_bytes'] / hand['wal_bytes']
            rows.append(('WAL per operation', f'{model}/{operation}', f'{scale:,}', '≤ 1.1 × hand', f'{wal:.2f}', 'met' if wal <= 1.1 else '**not met**'))
            if hand['dead_rows']:
                dead = result['dead_rows'] / hand['dead_rows']
                rows.append(('dead rows per operation', f'{model}/{operation}', f'{scale:,}', '≤ 1.1 × hand', f'{dead:.2f}', 'met' if dead <= 1.1 else '**not met**'))
            if result['hot_percent'] != '':
                hot = result['hot_percent']
                rows.append(('HOT updates', f'{model}/{operation}', f'{scale:,}', '≥ 95%', f'{hot}% (hand {hand["hot_percent"]}%)', 'met' if hot >= 95 else '**not met**'))
    return table(['target', 'model/operation', 'scale', 'promised', 'measured', ''], rows)


def times(model, found):
    """The medians of one model."""
    engines = [e for e in COLOURS if any(key[0] == model.name and key[3] == e for key in found)]
    rows = []
    for scale in sorted({key[1] for key in found if key[0] == model.name}):
        for operation in model.operations:
            cells = [found.get((model.name, scale, operation.name, engine)) for engine in engines]
            if not any(cells):
                continue
            shown = ['' if cell is None else 'FAIL' if cell['status'] == 'FAIL' else number(cell['median_ms']) for cell in cells]
            value = ratio(found, model.name, scale, operation.name, 'pg_tviews', 'hand')
            wal = found.get((model.name, scale, operation.name, 'pg_tviews'), {}).get('wal_bytes', '')
            rows.append([operation.title, f'{scale:,}', *shown, f'{value:.2f}' if value else '', f'{wal:,}' if wal != '' else ''])
    return table(['operation', 'scale', *(f'{e} ms' for e in engines), 'pg_tviews ÷ hand', 'WAL bytes'], rows) if rows else ''


def plot(path, model, found):
    """Bars on a logarithmic scale, one group per operation and scale."""
    from math import log10
    groups = []
    for scale in sorted({key[1] for key in found if key[0] == model.name}):
        for operation in model.operations:
            bars = [(e, r['median_ms']) for e in COLOURS if (r := found.get((model.name, scale, operation.name, e))) and r['status'] == 'ok']
            if bars:
                groups.append((f'{operation.title} ({scale:,})', bars))
    if not groups:
        return False
    values = [ms for _, bars in groups for _, ms in bars]
    low, high = log10(min(values)) - 0.15, log10(max(values)) + 0.05
    left, width, bar, gap = 430, 420, 11, 8
    x = lambda ms: left + (log10(ms) - low) / (high - low) * width
    height = 50 + sum(len(bars) * bar + gap for _, bars in groups)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 80}" height="{height}" font-family="sans-serif" font-size="11">',
           '<rect width="100%" height="100%" fill="white"/>',
           f'<text x="10" y="18" font-size="13" font-weight="bold">{escape(model.title)}: milliseconds per transaction, median</text>']
    place = left
    for engine in [e for e in COLOURS if any(e == b for _, bars in groups for b, _ in bars)]:
        out.append(f'<rect x="{place}" y="26" width="9" height="9" fill="{COLOURS[engine]}"/><text x="{place + 13}" y="35">{engine}</text>')
        place += 30 + 7 * len(engine)
    y = 44
    for title, bars in groups:
        out.append(f'<text x="{left - 8}" y="{y + len(bars) * bar / 2 + 4}" text-anchor="end">{escape(title)}</text>')
        for engine, ms in bars:
            out.append(f'<rect x="{left}" y="{y}" width="{x(ms) - left:.1f}" height="{bar - 2}" fill="{COLOURS[engine]}"/>'
                       f'<text x="{x(ms) + 4:.1f}" y="{y + bar - 3}" font-size="9">{number(ms)}</text>')
            y += bar
        y += gap
    path.write_text('\n'.join(out + ['</svg>']) + '\n')
    return True


def write(folder, facts, results, counts):
    """Writes results.md and one SVG per model; returns the text."""
    found = index(results)
    parts = ['\n'.join(f'* {name}: {value}' for name, value in facts.items()) + '\n', '### Targets\n', targets(found) if found else '']
    if counts:
        parts += [f'### Instructions per transaction, flat join, {SCALE:,} rows\n',
                  table(['operation', *next(iter(counts.values()))], [[name, *(f'{n:,}' for n in row.values())] for name, row in counts.items()])]
    memory = [(r['engine'], r['memory_mb']) for r in results if r['operation'] == 'memory_100000' and r['status'] == 'ok']
    if memory:
        parts += ['### Peak memory of the backend, statement over 100,000 rows\n', table(['engine', 'MB'], memory)]
    for model in MODELS:
        text = times(model, found)
        if text:
            parts += [f'### {model.title[0].upper()}{model.title[1:]}\n', text]
            if plot(folder / f'{model.name}.svg', model, found):
                parts.append(f'![{model.title}](performance/{model.name}.svg)\n')
    text = '\n'.join(parts)
    (folder / 'results.md').write_text(text)
    return text


def publish(folder, docs):
    """Puts the results of a run into docs/performance.md, between its marks, and the plots and the CSV beside it."""
    page = docs / 'performance.md'
    begin, end = '<!-- results: begin (bench/run.sh writes this part) -->\n', '<!-- results: end -->\n'
    head, rest = page.read_text().split(begin)
    page.write_text(head + begin + '\n' + (folder / 'results.md').read_text() + '\n' + end + rest.split(end)[1])
    (docs / 'performance').mkdir(exist_ok=True)
    for file in [folder / 'results.csv', *folder.glob('*.svg')]:
        (docs / 'performance' / file.name).write_text(file.read_text())


if __name__ == '__main__':
    publish(*(Path(argument) for argument in sys.argv[1:]))
