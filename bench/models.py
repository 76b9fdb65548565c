"""The read models of the benchmark and what is done to them.

A model is a folder in models/: schema.sql (tables and rows, variable :scale), views/ENTITY.sql (the query of each read model) and hand.sql (the triggers an
expert would write for tables tv_ENTITY). An operation is a pgbench script; every engine runs the same one with the same random numbers.
"""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / 'models'
ALL = ('bare', 'hand', 'matview', 'pg_ivm', 'pg_tviews')
SMALL = (1_000,)
QUICK = (100_000,)
FULL = (1_000, 100_000, 1_000_000)


@dataclass
class Operation:
    """One thing that is measured. Its pgbench script can use :i (counts up from `base`), :r (a random number) and :scale."""

    name: str
    title: str
    script: str
    count: int = 1_000          # transactions measured per round
    warm: int = 200             # transactions before them, not measured
    base: int = 0               # :i starts here; rounds go on where the one before ended
    scales: tuple = FULL
    quick: tuple = QUICK
    engines: tuple = ('bare', 'hand', 'pg_tviews')
    reset: str = ''             # run before each round, not measured
    after: str = ''             # run after each round, not measured
    connect: bool = False       # a new session for each transaction


@dataclass
class Model:
    name: str
    title: str
    entities: tuple
    operations: list
    folder: str = ''
    copies: int = 0

    def text(self, name):
        return (FOLDER / (self.folder or self.name) / name).read_text()

    def view(self, entity):
        if self.copies:
            return f"SELECT i.pk_item, jsonb_build_object('id', i.pk_item, 'name', i.name, 'copy', '{entity}') AS data FROM tb_item i"
        return self.text(f'views/{entity}.sql')

    def hand(self):
        if not self.copies:
            return self.text('hand.sql')
        updates = '\n'.join(f"""    UPDATE tv_{entity} t SET data = jsonb_set(t.data, '{{name}}', to_jsonb(n.name))
      FROM new_rows n JOIN old_rows o USING (pk_item) WHERE t.pk_item = n.pk_item AND n.name <> o.name;""" for entity in self.entities)
        return f"""CREATE FUNCTION item_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{updates}
    RETURN NULL;
END $$;
CREATE TRIGGER updated AFTER UPDATE ON tb_item REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION item_updated();"""


BIG = (100_000, 1_000_000)
COMPARED = ('bare', 'hand', 'matview', 'pg_tviews')

FLAT = Model('flat', 'flat join: post with its author', ('post',), [
    Operation('update', 'update one post', r"""\set id random(1, :scale)
UPDATE tb_post SET title = 'title ' || :r WHERE pk_post = :id;"""),
    Operation('update_matview', 'update one post, against REFRESH', r"""\set id random(1, :scale)
UPDATE tb_post SET title = 'title ' || :r WHERE pk_post = :id;""", count=2, warm=1, scales=(1_000, 100_000), quick=SMALL, engines=COMPARED),
    Operation('insert', 'insert one post', "INSERT INTO tb_post VALUES (:i, 1 + :i % (:scale / 10), 'title ' || :r, 'body ' || :r);", base=100_000_000),
    Operation('delete', 'delete one post', 'DELETE FROM tb_post WHERE pk_post = :i;', base=100_000_000),
    Operation('unread_1', 'column nobody reads, one row', r"""\set id random(1, :scale)
UPDATE tb_post SET visits = visits + 1 WHERE pk_post = :id;"""),
    Operation('unread_1000', 'column nobody reads, 1,000 rows', r"""\set id random(1, :scale - 999)
UPDATE tb_post SET visits = visits + 1 WHERE pk_post BETWEEN :id AND :id + 999;""", count=10, warm=2),
    Operation('parent_10', 'author with 10 posts', r"""\set id random(1, :scale / 10)
UPDATE tb_user SET name = 'name ' || :r WHERE pk_user = :id;""", count=400, warm=40),
    Operation('parent_1000', 'author with 1,000 posts', r"""\set id random(10000001, 10000010)
UPDATE tb_user SET name = 'name ' || :r WHERE pk_user = :id;""", count=10, warm=2, scales=BIG),
    Operation('parent_100000', 'author with 100,000 posts', "UPDATE tb_user SET name = 'name ' || :r WHERE pk_user = 20000001;", count=1, warm=1, scales=BIG),
    Operation('writes_100', '100 writes to posts of one author in one transaction', '\\set id random(10000000, 10009800)\nBEGIN;\n\\startpipeline\n' + '\n'.join(
        f"UPDATE tb_post SET title = 'title {k} ' || :r WHERE pk_post = :id + {k};" for k in range(100)) + '\n\\endpipeline\nEND;', count=10, warm=2, scales=BIG),
    Operation('statement_10000', 'one statement over 10,000 posts', r"""\set id random(1, :scale - 9999)
UPDATE tb_post SET title = 'title ' || :r || pk_post WHERE pk_post BETWEEN :id AND :id + 9999;""", count=2, warm=1, scales=BIG),
    Operation('statement_100000', 'one statement over 100,000 posts', "UPDATE tb_post SET title = 'title ' || :r || pk_post WHERE pk_post <= 100000;", count=1, warm=1,
              scales=BIG, quick=()),
    Operation('copy_100000', 'COPY of 100,000 posts', "COPY tb_post (pk_post, fk_user, title, body) FROM :'file';", count=1, warm=0, scales=BIG,
              reset='DELETE FROM tb_post WHERE pk_post > 200000000; VACUUM tb_post;', after='DELETE FROM tb_post WHERE pk_post > 200000000;'),
    Operation('everything', 'every row changed in one statement', "UPDATE tb_post SET title = 'title ' || :r || pk_post;", count=1, warm=0, scales=(1_000, 100_000),
              engines=COMPARED),
    Operation('build', 'initial build', '', count=1, warm=0, scales=FULL, engines=('bare', 'pg_tviews')),
    Operation('refresh', 'refresh of what is already true', '', count=1, warm=1, scales=(1_000, 100_000), engines=('matview', 'pg_tviews')),
    Operation('first_write', 'first write of a session, connecting included', r"""\set id random(1, :scale)
UPDATE tb_post SET title = 'title ' || :r WHERE pk_post = :id;""", count=40, warm=2, connect=True, scales=(1_000, 100_000), quick=SMALL),
])


def of_array(name, size, text):
    """Add, edit and remove one element of arrays of `size` comments."""
    posts = {10: (1, ':scale', 1, 0), 500: (10000001, 10000010, 10_000_000, 100_000_000), 5000: (20000001, 20000004, 20_000_000, 200_000_000)}
    low, high, post_base, comment_base = posts[size]
    base = {10: 300_000_000, 500: 400_000_000, 5000: 500_000_000}[size]
    comments = {10: ':scale * 10', 500: 5_000, 5000: 20_000}[size]
    count = {10: 1_000, 500: 100, 5000: 20}[size]
    spread = f'{low} + :i % ({high} - {low} + 1)'
    return [
        Operation(f'add_{name}', f'add one to {text}', f"INSERT INTO tb_comment VALUES (:i, {spread}, 1 + :i % 100, 'comment ' || :r);", count=count, warm=count // 10, base=base),
        Operation(f'edit_{name}', f'edit one of {text}', f"""\\set id random(1, {comments})
UPDATE tb_comment SET body = 'comment ' || :r WHERE pk_comment = {comment_base} + :id;""", count=count, warm=count // 10),
        Operation(f'remove_{name}', f'remove one of {text}', 'DELETE FROM tb_comment WHERE pk_comment = :i;', count=count, warm=count // 10, base=base),
    ]


CHILDREN = Model('children', 'document with an ordered array: post with its comments', ('post',),
                 of_array('10', 10, '10 comments') + of_array('500', 500, '500 comments') + of_array('5000', 5000, '5,000 comments') + [
    Operation('unread_child', 'column nobody reads, one comment', r"""\set id random(1, :scale * 10)
UPDATE tb_comment SET likes = likes + 1 WHERE pk_comment = :id;"""),
    Operation('commenter', 'author of 100 comments', r"""\set id random(101, greatest(:scale / 10, 101))
UPDATE tb_user SET name = 'name ' || :r WHERE pk_user = :id;""", count=20, warm=2, scales=BIG),
    Operation('writes_100', '100 edits of comments of one post in one transaction', '\\set id random(0, 9)\nBEGIN;\n\\startpipeline\n' + '\n'.join(
        f"UPDATE tb_comment SET body = 'comment {k} ' || :r WHERE pk_comment = 100000001 + :id * 500 + {k};" for k in range(100)) + '\n\\endpipeline\nEND;',
        count=10, warm=2),
])
for operation in CHILDREN.operations:
    operation.scales = tuple(scale for scale in operation.scales if scale <= 100_000)
    operation.quick = (10_000,)

COUNTERS = Model('counters', 'counters: user with number, sum and latest of the orders', ('user',), [
    Operation('insert_10', 'add an order to 10', "INSERT INTO tb_order VALUES (:i, 1 + :i::bigint % :scale, :i::bigint % 1000, date '2026-12-01');", base=300_000_000),
    Operation('update_10', 'change an order of 10', r"""\set id random(1, :scale * 10)
UPDATE tb_order SET amount = :r::bigint % 1000 WHERE pk_order = :id;"""),
    Operation('delete_10', 'delete an order of 10', 'DELETE FROM tb_order WHERE pk_order = :i;', base=300_000_000),
    Operation('insert_1000', 'add an order to 1,000', "INSERT INTO tb_order VALUES (:i, 10000001 + :i % 10, :i::bigint % 1000, date '2026-12-01');", base=400_000_000, count=500, warm=50),
    Operation('update_1000', 'change an order of 1,000', r"""\set id random(100000001, 100010000)
UPDATE tb_order SET amount = :r::bigint % 1000 WHERE pk_order = :id;""", count=500, warm=50),
])

PRODUCT = Model('product', 'shop: product with category, supplier, stock and reviews', ('product',), [
    Operation('price', 'change a price', r"""\set id random(1, :scale)
UPDATE tb_product SET price = :r::bigint % 1000 WHERE pk_product = :id;"""),
    Operation('review', 'add a review', "INSERT INTO tb_review VALUES (:i, 1 + :i::bigint % :scale, 1 + :i::bigint % 5, 'review ' || :r);", base=300_000_000),
    Operation('stock', 'change the stock', r"""\set id random(1, :scale)
UPDATE tb_inventory SET quantity = :r::bigint % 1000 WHERE fk_product = :id AND warehouse = 1;"""),
    Operation('supplier', 'rename a supplier of 20 products', r"""\set id random(1, :scale / 20)
UPDATE tb_supplier SET name = 'supplier ' || :r WHERE pk_supplier = :id;""", count=200, warm=20),
    Operation('category', 'rename a category, 1/100 of the products', r"""\set id random(1, 100)
UPDATE tb_category SET name = 'category ' || :r WHERE pk_category = :id;""", count=3, warm=1),
])

LEVELS = [
    Operation('post', 'change a post', r"""\set id random(1, :scale)
UPDATE tb_post SET title = 'title ' || :r WHERE pk_post = :id;"""),
    Operation('user', 'rename a user of 10 posts', r"""\set id random(1, :scale / 10)
UPDATE tb_user SET name = 'name ' || :r WHERE pk_user = :id;""", count=400, warm=40),
    Operation('organisation', 'rename an organisation of 10 users and 100 posts', r"""\set id random(1, :scale / 100)
UPDATE tb_organisation SET name = 'organisation ' || :r WHERE pk_organisation = :id;""", count=100, warm=10),
]
CASCADE = Model('cascade', 'three levels: post, user, organisation', ('post',), LEVELS)
STACKED = Model('stacked', 'TVIEW over TVIEW: post over user over organisation', ('user', 'post'), LEVELS)


def many(count):
    return Model(f'many{count}', f'{count} read model{"s" if count > 1 else ""} over one table', tuple(f'item{k}' for k in range(1, count + 1)), [
        Operation('update', 'update one row', r"""\set id random(1, :scale)
UPDATE tb_item SET name = 'item ' || :r WHERE pk_item = :id;""", scales=(1_000, 100_000), quick=SMALL),
        Operation('unread', 'column nobody reads', r"""\set id random(1, :scale)
UPDATE tb_item SET note = 'note ' || :r WHERE pk_item = :id;""", scales=(1_000, 100_000), quick=SMALL),
    ], folder='many', copies=count)


MODELS = [FLAT, CHILDREN, COUNTERS, PRODUCT, CASCADE, STACKED, many(1), many(5), many(20)]
for model in (COUNTERS, PRODUCT, CASCADE, STACKED):
    for operation in model.operations:
        operation.quick = (10_000,)


@dataclass
class Target:
    """A promised ratio of medians."""

    text: str
    model: str
    operations: tuple
    against: str
    limit: float


TARGETS = [
    Target('single-row update, insert, delete of a flat join', 'flat', ('update', 'insert', 'delete'), 'hand', 1.2),
    Target('parent with 10 children', 'flat', ('parent_10',), 'hand', 1.2),
    Target('parent with 1,000 children', 'flat', ('parent_1000',), 'hand', 1.1),
    Target('parent with 100,000 children', 'flat', ('parent_100000',), 'hand', 1.0),
    Target('one statement over 10,000 rows', 'flat', ('statement_10000',), 'hand', 1.2),
    Target('COPY of 100,000 rows', 'flat', ('copy_100000',), 'hand', 1.2),
    Target('add one child to an array of 10', 'children', ('add_10',), 'hand', 1.2),
    Target('edit one child of 500', 'children', ('edit_500',), 'hand', 1.0),
    Target('edit one child of 5,000', 'children', ('edit_5000',), 'hand', 1.0),
    Target('column nobody reads, 1,000 rows', 'flat', ('unread_1000',), 'bare', 1.05),
    Target('column nobody reads, one row', 'flat', ('unread_1',), 'bare', 1.1),
    Target('100 writes to related rows in one transaction', 'children', ('writes_100',), 'hand', 0.5),
    Target('every row changed in one statement', 'flat', ('everything',), 'matview', 1.2),
    Target('initial build', 'flat', ('build',), 'bare', 1.3),
]
