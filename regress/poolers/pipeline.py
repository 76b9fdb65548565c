"""psycopg in pipeline mode, and with statements prepared by the extended protocol: what is read is what was written."""

import psycopg

PIPELINED = 20


def main():
    with psycopg.connect("", prepare_threshold=None) as connection:
        # Many statements and one round trip; a flush between a write and the read that follows it.
        with connection.pipeline():
            cursors = []
            for number in range(PIPELINED):
                connection.execute("UPDATE users SET name = %s WHERE pk_user = 2", [f"piped {number}"])
                cursors.append(connection.execute("SELECT name FROM tv_user WHERE pk_user = 2"))
            names = [cursor.fetchone()[0] for cursor in cursors]
        assert names == [f"piped {number}" for number in range(PIPELINED)], names
        connection.commit()

        # A statement that fails in the middle of a pipeline takes the transaction along.
        try:
            with connection.pipeline():
                connection.execute("UPDATE users SET name = 'lost' WHERE pk_user = 2")
                connection.execute("SELECT 1 / 0")
                connection.execute("UPDATE users SET name = 'lost too' WHERE pk_user = 2")
            raise AssertionError("the division by zero went through")
        except psycopg.errors.DivisionByZero:
            connection.rollback()
        (name,) = connection.execute("SELECT name FROM tv_user WHERE pk_user = 2").fetchone()
        assert name == f"piped {PIPELINED - 1}", name
        connection.commit()

        # Statements in binary and text, each in a transaction of its own.
        connection.autocommit = True
        for number in range(5):
            connection.execute("UPDATE post SET title = %b WHERE pk_post = %b", [f"binary {number}", 3])
            (title,) = connection.execute("SELECT title FROM tv_post WHERE pk_post = %b", [3], binary=True).fetchone()
            assert title == f"binary {number}", title
    print("ok: pipeline mode")


main()
