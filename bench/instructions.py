"""Instructions per transaction, counted by callgrind on a single-user backend: they do not drift with what else the machine does."""

import itertools
import os
import re
import shutil
import subprocess

FEW, MANY, MOST = 50, 150, 200
# Rows: in much smaller tables the planner hashes a whole table for one row of the hand-written trigger.
SCALE = 10_000
RUN = itertools.count(1)
OPERATIONS = {
    'update a post': "PREPARE work (bigint, bigint) AS UPDATE tb_post SET title = 'title ' || $1 WHERE pk_post = $2",
    'insert a post': "PREPARE work (bigint, bigint) AS INSERT INTO tb_post VALUES (900000000 + $1, $2, 'title', 'body')",
    'delete a post': 'PREPARE work (bigint, bigint) AS DELETE FROM tb_post WHERE pk_post = $1',
    'update what nobody reads': 'PREPARE work (bigint, bigint) AS UPDATE tb_post SET visits = $1 WHERE pk_post = $2',
    'update an author of 10 posts': "PREPARE work (bigint, bigint) AS UPDATE tb_user SET name = 'name ' || $1 WHERE pk_user = $2",
}


def of_script(directory, programs, database, prepare, times, listing=None):
    """Instructions of a backend that starts, runs the statement so many times, and ends."""
    # Rows that no other run uses, and that are there.
    base = next(RUN) * MOST
    lines = [f'{prepare};'] + [f'EXECUTE work ({base + k}, {1 + k % 100});' for k in range(times)]
    command = [shutil.which('valgrind'), '--tool=callgrind', f'--callgrind-out-file={listing or "/dev/null"}',
               f'{programs}/postgres', '--single', '-j', '-D', f'{directory}/data', database]
    if os.getuid() == 0:
        command = ['runuser', '-u', os.environ.get('PG_TVIEWS_SERVER_USER', 'postgres'), '--', *command]
    done = subprocess.run(command, input='\n\n'.join(lines) + '\n\n', text=True, capture_output=True, cwd='/')
    if done.returncode or 'ERROR:' in done.stderr:
        raise RuntimeError(done.stderr[-2000:])
    return int(re.search(r'Collected : (\d+)', done.stderr)[1])


def count(directory, programs, databases, say):
    """{operation: {engine: instructions}}, from the difference of two runs; the server of `directory` is stopped meanwhile."""
    if not shutil.which('valgrind'):
        say('no valgrind here: instructions are not counted')
        return {}
    counts = {}
    subprocess.run(['scripts/server.sh', 'stop', directory], check=True)
    try:
        for name, prepare in OPERATIONS.items():
            counts[name] = {}
            for engine, database in databases.items():
                # The first run finds a table just loaded, whose first rows cost more than those that follow.
                _, few, many = (of_script(directory, programs, database, prepare, times) for times in (MANY, FEW, MANY))
                counts[name][engine] = (many - few) // (MANY - FEW)
            say(f'instructions, {name}: {counts[name]}')
    finally:
        subprocess.run(['scripts/server.sh', 'start', directory], check=True)
    return counts
