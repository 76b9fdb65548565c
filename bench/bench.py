"""Measures the engines side by side. bench/run.sh starts it with a server; README.md explains what it does."""

import argparse
import contextlib
import csv
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import instructions
import report
from engines import ENGINES, key_of
from models import FULL, MODELS, QUICK, SMALL

NO_ROWS = '(TABLE v_{e} EXCEPT ALL SELECT {columns} FROM tv_{e}) UNION ALL (SELECT {columns} FROM tv_{e} EXCEPT ALL TABLE v_{e})'


def psql(sql, database='postgres', **variables):
    """Runs a script and returns what it prints, unaligned."""
    command = ['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', database, '-f', '-']
    for name, value in variables.items():
        command += ['-v', f'{name}={value}']
    environment = os.environ | {'PGOPTIONS': '-c client_min_messages=warning'}
    done = subprocess.run(command, input=sql, text=True, capture_output=True, env=environment)
    if done.returncode:
        raise RuntimeError(f'{done.stderr.strip()}\nin: {sql[:400]}')
    return done.stdout.strip()


@contextlib.contextmanager
def one_processor():
    """What this process and the postmaster start meanwhile runs on one processor: two that wake each other for a tenth of a millisecond's work
    take now one time, now twice that, whatever the work."""
    processes = [0, int(psql("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1);"))]
    former = [os.sched_getaffinity(process) for process in processes]
    try:
        for process in processes:
            os.sched_setaffinity(process, {max(former[0])})
        yield
    finally:
        for process, processors in zip(processes, former):
            os.sched_setaffinity(process, processors)


class Site:
    """One read model at one scale with one engine: a database."""

    def __init__(self, model, scale, engine):
        self.model, self.scale, self.engine = model, scale, engine
        self.database = f'bench_{model.name}_{scale}_{engine.name}'

    def create(self, template):
        psql(f'DROP DATABASE IF EXISTS {self.database} WITH (FORCE);\nCREATE DATABASE {self.database} TEMPLATE {template};')
        psql(self.engine.setup(self.model), self.database)
        psql('VACUUM (ANALYZE, FREEZE);', self.database)

    def drop(self):
        psql(f'DROP DATABASE IF EXISTS {self.database} WITH (FORCE);')

    def is_true(self):
        """The oracle: read models equal their definitions, row for row."""
        if not self.engine.checked:
            return True
        for e in self.model.entities:
            columns = f'{key_of(self.model.view(e))}, data'
            if psql(f'SELECT count(*) FROM ({NO_ROWS.format(e=e, columns=columns)}) d;', self.database) != '0':
                return False
        return True

    def writes(self):
        """(updated, updated in place of the same page, dead) rows of the read models so far."""
        counts = psql("SELECT coalesce(sum(n_tup_upd), 0), coalesce(sum(n_tup_hot_upd), 0), coalesce(sum(n_tup_upd + n_tup_del), 0) "
                      "FROM pg_stat_user_tables WHERE relname LIKE 'tv\\_%';", self.database)
        return [int(n) for n in counts.split('|')]


class Runner:
    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, Path(folder)
        self.results = []

    def say(self, text):
        print(f'[{time.monotonic() - START:4.0f} s] {text}', flush=True)

    def pgbench(self, site, script, count, warm, *, counter=0, seed=1, connect=False, clients=1, seconds=None, on_one=False):
        """Runs a script and returns the latency of every measured transaction in milliseconds. `on_one`: client and backend share a processor."""
        path = self.folder / 'script.sql'
        path.write_text('\\set i :i + 1\n\\set r random(1, 1000000000)\n' + script.replace(":'file'", f"'{self.folder}/rows.copy'") + '\n')
        for old in self.folder.glob('log.*'):
            old.unlink()
        command = ['pgbench', '-n', '-M', 'prepared', '-f', path, '-D', f'scale={site.scale}', '-D', f'i={counter}', '--random-seed', str(seed),
                   '-c', str(clients), '-j', str(clients), '-l', '--log-prefix', str(self.folder / 'log'), site.database]
        command += ['-T', str(seconds)] if seconds else ['-t', str(count + warm)]
        if connect:
            command.insert(1, '-C')
        with one_processor() if on_one else contextlib.nullcontext():
            done = subprocess.run(command, text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(f'{site.database}: {done.stderr.strip()}\n{script[:400]}')
        lines = [line.split() for log in self.folder.glob('log.*') for line in log.read_text().splitlines()]
        return [int(line[2]) / 1000 for line in lines if int(line[1]) >= warm]

    def scripts(self, site, operation):
        """(before, measured, after) of an operation for the engine of a site."""
        engine, model = site.engine, site.model
        if operation.name == 'build':
            entity = model.entities[0]
            view = model.view(entity)
            before, script, after = engine.build(entity, view, key_of(view))
            return before, script + ';', after
        if operation.name == 'refresh':
            return '', engine.refresh(model.entities[0]) + ';', ''
        return operation.reset, engine.transaction(operation, model), operation.after

    def measure(self, sites, operation):
        """All rounds of one operation, the engines in turn."""
        taken = {site: [] for site in sites}
        logged = {site: [] for site in sites}
        before = {site: site.writes() for site in sites}
        transactions = 0
        bulk = operation.count <= 3
        # How fast a machine is changes in seconds: many short rounds, so that engines meet the same.
        parts = 4 if operation.count >= 100 else 1
        count, warm = operation.count // parts, operation.warm if parts == 1 else max(operation.warm // parts, 10)
        for turn in range(self.arguments.rounds * parts):
            transactions += count + warm
            for site in sites[turn % len(sites):] + sites[:turn % len(sites)]:
                reset, script, after = self.scripts(site, operation)
                if reset:
                    psql(reset, site.database)
                start = psql('SELECT pg_current_wal_insert_lsn();')
                taken[site].append(self.pgbench(site, script, count, warm, seed=turn + 1, connect=operation.connect,
                                                counter=operation.base + turn * (count + warm), on_one=not bulk))
                written = int(psql(f"SELECT pg_current_wal_insert_lsn() - '{start}'::pg_lsn;"))
                logged[site].append(written / (count + warm))
                if after:
                    psql(after, site.database)
                if bulk:
                    psql('VACUUM;', site.database)
        for site in sites:
            if not bulk:
                psql('VACUUM;', site.database)
            updated, hot, dead = (b - a for a, b in zip(before[site], site.writes()))
            times = [ms for turn in taken[site] for ms in turn]
            self.results.append({
                'model': site.model.name, 'scale': site.scale, 'operation': operation.name, 'engine': site.engine.name, 'status': 'ok',
                'median_ms': round(statistics.median(times), 4), 'minimum_ms': round(min(times), 4), 'transactions': len(times),
                'rounds': [statistics.median(turn) for turn in taken[site]], 'wal_bytes': round(statistics.median(logged[site])), 'hot_percent': round(100 * hot / updated, 1) if updated else '',
                'dead_rows': round(dead / transactions, 2)})
        shown = [f'{result["engine"]} {result["median_ms"]:.3f} ms' for result in self.results[-len(sites):]]
        scales = ' and '.join(sorted({f'{site.scale:,}' for site in sites}, key=len))
        self.say(f'{sites[0].model.name} {scales} {operation.name}: ' + ', '.join(shown))

    def clients(self, sites):
        """Throughput of single-row updates with more and more clients."""
        script = next(o for o in sites[0].model.operations if o.name == 'update').script
        rates = {(site, clients): [] for site in sites for clients in (1, 2, 4, 8)}
        seconds = 1 if self.arguments.quick else 2
        for turn in range(3):
            for clients in (1, 2, 4, 8):
                for site in sites:
                    times = self.pgbench(site, script, 0, 0, clients=clients, seconds=seconds, seed=turn + 1)
                    rates[site, clients].append(len(times) / seconds)
        for (site, clients), found in rates.items():
            self.results.append({'model': site.model.name, 'scale': site.scale, 'operation': f'clients_{clients}', 'engine': site.engine.name, 'status': 'ok',
                                 'median_ms': round(1000 / statistics.median(found), 5), 'minimum_ms': round(1000 / max(found), 5), 'transactions': len(found)})
        self.say('clients: ' + ', '.join(f'{site.engine.name} {[round(statistics.median(rates[site, c])) for c in (1, 2, 4, 8)]}/s' for site in sites))

    def memory(self, sites):
        """Memory of its own that a backend holds at most in a statement over 100,000 rows: its peak without the shared part."""
        status = "(regexp_match(pg_read_file('/proc/self/status'), '{}:\\s+(\\d+)'))[1]::integer"
        for site in sites:
            kilobytes = psql("UPDATE tb_post SET title = 'memory' || pk_post WHERE pk_post <= 100000;\n"
                             f"SELECT {status.format('VmHWM')} - {status.format('RssShmem')};", site.database)
            self.results.append({'model': site.model.name, 'scale': site.scale, 'operation': 'memory_100000', 'engine': site.engine.name, 'status': 'ok',
                                 'memory_mb': round(int(kilobytes) / 1024, 1)})

    def model(self, model, scale):
        wanted = [o for o in model.operations if scale in (o.quick if self.arguments.quick else o.scales)]
        if self.arguments.operations:
            wanted = [o for o in wanted if o.name in self.arguments.operations]
        if not wanted:
            return
        names = [name for name in self.arguments.engines if any(name in o.engines or name == 'pg_ivm' for o in wanted)]
        sites = self.load(model, scale, names)
        first = len(self.results)
        for operation in wanted:
            taking_part = [s for s in sites if s.engine.name in operation.engines or s.engine.name == 'pg_ivm' and 'hand' in operation.engines]
            self.measure(taking_part, operation)
        if model.name == 'flat' and scale == 100_000 and not self.arguments.operations:
            kept = [s for s in sites if s.engine.name in ('bare', 'hand', 'pg_tviews')]
            self.clients(kept)
            self.memory(kept)
        self.finish(sites, first)

    def growth(self, model, scales):
        """The same operations in small and in large tables, in turn: measured one after the other they would compare the machine's states."""
        names = [name for name in self.arguments.engines if name in ('bare', 'hand', 'pg_tviews')]
        sites = [site for scale in (min(scales), max(scales)) for site in self.load(model, scale, names)]
        first = len(self.results)
        for operation in model.operations:
            if operation.name in ('update', 'insert', 'delete'):
                self.measure(sites, replace(operation, name=f'growth_{operation.name}'))
        self.finish(sites, first)

    def load(self, model, scale, names):
        """Databases with the tables of a model, one for each of these engines."""
        engines = [ENGINES[name] for name in names if ENGINES[name].available(psql)]
        template = f'bench_load_{model.name}_{scale}'
        self.say(f'{model.title}, scale {scale}: loading')
        psql(f'DROP DATABASE IF EXISTS {template};\nCREATE DATABASE {template};')
        psql(model.text('schema.sql'), template, scale=scale)
        sites = []
        for engine in engines:
            site = Site(model, scale, engine)
            try:
                site.create(template)
                sites.append(site)
            except RuntimeError as error:
                if engine.name != 'pg_ivm':
                    raise
                self.say(f'{engine.name} does not take the definition of {model.name}: {str(error).splitlines()[0]}')
                site.drop()
        psql(f'DROP DATABASE {template};')
        return sites

    def finish(self, sites, first):
        """Asks the oracle; results from the first given on of who fails it do not count."""
        for site in sites:
            if not site.is_true():
                self.say(f'FAIL: {site.engine.name} gives a wrong answer for {site.model.name} at scale {site.scale}')
                for result in self.results[first:]:
                    if result['engine'] == site.engine.name:
                        result.update(status='FAIL', median_ms='', minimum_ms='', wal_bytes='', hot_percent='', dead_rows='', memory_mb='')
            if not self.arguments.keep:
                site.drop()


def count_instructions(directory, runner):
    model = MODELS[0]
    psql('DROP DATABASE IF EXISTS bench_load;\nCREATE DATABASE bench_load;')
    psql(model.text('schema.sql'), 'bench_load', scale=instructions.SCALE)
    sites = [Site(model, instructions.SCALE, ENGINES[name]) for name in ('bare', 'hand', 'pg_tviews')]
    for site in sites:
        site.create('bench_load')
    programs = psql("SELECT setting FROM pg_config WHERE name = 'BINDIR';")
    counts = instructions.count(directory, programs, {site.engine.name: site.database for site in sites}, runner.say)
    for site in sites:
        if not site.is_true():
            raise RuntimeError(f'{site.engine.name} gives a wrong answer under callgrind')
        site.drop()
    psql('DROP DATABASE bench_load;')
    return counts


def machine():
    """What the numbers depend on."""
    cpu = next((line.split(':', 1)[1].strip() for line in Path('/proc/cpuinfo').read_text().splitlines() if line.startswith('model name')), platform.processor())
    settings = psql("SELECT string_agg(name || ' = ' || current_setting(name), ', ' ORDER BY name) FROM pg_settings WHERE name IN ('shared_buffers', 'fsync', "
                    "'synchronous_commit', 'full_page_writes', 'autovacuum', 'jit', 'work_mem', 'max_wal_size', 'max_parallel_workers_per_gather', 'wal_level');")
    kilobytes = int(re.search(r'MemTotal:\s+(\d+)', Path('/proc/meminfo').read_text())[1])
    return {
        'machine': f'{os.cpu_count()} × {cpu}, {kilobytes / 2**20:.0f} GiB of memory, {platform.system()} {platform.release()}',
        'PostgreSQL': psql("SELECT split_part(version(), ' on ', 1);"),
        'pg_tviews': re.search(r"default_version *= *'(.*)'", Path('pg_tviews.control').read_text())[1],
        'settings': settings,
        'date': time.strftime('%Y-%m-%d'),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--quick', action='store_true', help='a few minutes instead of half an hour')
    parser.add_argument('--rounds', type=int, help='turns of every engine (5, quick 3)')
    parser.add_argument('--engines', type=lambda s: s.split(','), default=list(ENGINES))
    parser.add_argument('--models', type=lambda s: s.split(','), help='only these')
    parser.add_argument('--scales', type=lambda s: [int(n) for n in s.split(',')], help='only these')
    parser.add_argument('--operations', type=lambda s: s.split(','), help='only these')
    parser.add_argument('--instructions', metavar='DIR', help='also count instructions, with the server of this directory (stops it meanwhile)')
    parser.add_argument('--keep', action='store_true', help='keep the databases')
    parser.add_argument('--output', type=Path, default=Path('target/bench'))
    arguments = parser.parse_args()
    arguments.rounds = arguments.rounds or (3 if arguments.quick else 5)
    arguments.output.mkdir(parents=True, exist_ok=True)

    facts = machine() | {'command': os.environ.get('BENCH_COMMAND', ' '.join(sys.argv))}
    with tempfile.TemporaryDirectory(dir=os.environ.get('TMPDIR', '/var/tmp')) as folder:
        os.chmod(folder, 0o755)
        with open(f'{folder}/rows.copy', 'w') as rows:
            rows.writelines(f'{200_000_000 + i}\t{1 + i % 100}\ttitle {i}\t{f"body of post {i} " * 8}\n' for i in range(1, 100_001))
        runner = Runner(arguments, folder)
        for model in MODELS:
            if arguments.models and model.name not in arguments.models:
                continue
            for scale in sorted({s for o in model.operations for s in (o.quick if arguments.quick else o.scales)}):
                if not arguments.scales or scale in arguments.scales:
                    runner.model(model, scale)
        if not (arguments.models or arguments.scales or arguments.operations):
            runner.growth(MODELS[0], QUICK + SMALL if arguments.quick else FULL)
    counts = count_instructions(arguments.instructions, runner) if arguments.instructions else {}

    columns = ['model', 'scale', 'operation', 'engine', 'status', 'median_ms', 'minimum_ms', 'transactions', 'wal_bytes', 'hot_percent', 'dead_rows', 'memory_mb']
    with open(arguments.output / 'results.csv', 'w', newline='') as file:
        writer = csv.DictWriter(file, columns, restval='', extrasaction='ignore', lineterminator='\n')
        writer.writeheader()
        writer.writerows(runner.results)
    text = report.write(arguments.output, facts, runner.results, counts)
    print(text)
    return 1 if any(result['status'] != 'ok' for result in runner.results) else 0


START = time.monotonic()
if __name__ == '__main__':
    sys.exit(main())
