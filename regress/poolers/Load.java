import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sessions of the JDBC driver that write at once, each its own users and posts, and all of them some in common: what is read in a
 * transaction is what it has written, also after part of it was rolled back. Arguments: NAME=URL, one after the other.
 */
public class Load {
    static final int SESSIONS = 6;
    static final int ROUNDS = 15;
    /** Rows of each session; see create_tviews in lib.sh: 50 users, 500 posts. */
    static final int USERS = 5;
    static final int POSTS = 50;

    final Connection connection;
    final int firstUser;
    final int firstPost;
    int transactions;

    Load(String url, int number) throws SQLException {
        connection = DriverManager.getConnection(url);
        firstUser = 1 + number * USERS;
        firstPost = 1 + number * POSTS;
    }

    static void equal(String what, Object found, Object expected) {
        if (!expected.equals(found)) {
            throw new AssertionError(what + ": found " + found + ", expected " + expected);
        }
    }

    void commit() throws SQLException {
        connection.commit();
        transactions++;
    }

    String one(PreparedStatement query, int key) throws SQLException {
        query.setInt(1, key);
        try (ResultSet rows = query.executeQuery()) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    int count(String query) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** The same statements again and again: parsed each time at first, then kept by the server, then with binary results. */
    void prepared(PreparedStatement rename, PreparedStatement title, PreparedStatement read, PreparedStatement titles, int round) throws SQLException {
        int user = firstUser + round % USERS;
        int post = firstPost + round % POSTS;
        rename.setString(1, "name " + round);
        rename.setInt(2, user);
        equal("renamed users", rename.executeUpdate(), 1);
        title.setString(1, "title " + round);
        title.setInt(2, user);
        title.setInt(3, post);
        equal("changed posts", title.executeUpdate(), 1);
        equal("post after its write", one(read, post), "title " + round + " of name " + round);
        if (!one(titles, user).contains("\"title " + round + "\"")) {
            throw new AssertionError("the user's titles lack the new one");
        }
        commit();
        equal("post after commit", one(read, post), "title " + round + " of name " + round);
        commit();
    }

    /** Many rows in one round trip, and a batch that fails in the middle. */
    void batch(int round) throws SQLException {
        int first = 10000 + firstPost * 100;
        int user = firstUser + round % USERS;
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO post (pk_post, fk_user, title) VALUES (?, ?, ?)")) {
            for (int i = 0; i < 25; i++) {
                insert.setInt(1, first + i);
                insert.setInt(2, user);
                insert.setString(3, "batch " + i);
                insert.addBatch();
            }
            equal("rows of the batch", insert.executeBatch().length, 25);
        }
        equal("inserted", count("SELECT count(*) FROM tv_post WHERE pk_post BETWEEN " + first + " AND " + (first + 24)), 25);
        commit();
        try (PreparedStatement update = connection.prepareStatement("UPDATE post SET title = 'x' || (1 / ?) WHERE pk_post = ?")) {
            for (int i = 0; i < 25; i++) {
                update.setInt(1, 20 - i);
                update.setInt(2, first + i);
                update.addBatch();
            }
            update.executeBatch();
            throw new AssertionError("the batch with a division by zero went through");
        } catch (SQLException e) {
            equal("the batch's error", e.getSQLState(), "22012");
            connection.rollback();
        }
        equal("nothing of the failed batch", count("SELECT count(*) FROM tv_post WHERE title LIKE 'x%'"), 0);
        try (Statement delete = connection.createStatement()) {
            delete.addBatch("UPDATE post SET title = 'going' WHERE pk_post BETWEEN " + first + " AND " + (first + 24));
            delete.addBatch("DELETE FROM post WHERE pk_post BETWEEN " + first + " AND " + (first + 24));
            int[] counts = delete.executeBatch();
            equal("deleted", counts[1], 25);
        }
        equal("deleted again", count("SELECT count(*) FROM tv_post WHERE pk_post BETWEEN " + first + " AND " + (first + 24)), 0);
        commit();
    }

    /** What comes after a savepoint is undone, by an error or not; what comes before stays. */
    void savepoints(PreparedStatement read, int round) throws SQLException {
        int post = firstPost + round % POSTS;
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE post SET title = 'kept' WHERE pk_post = " + post);
            Savepoint outer = connection.setSavepoint("outer");
            statement.executeUpdate("UPDATE post SET title = 'undone' WHERE pk_post = " + post);
            if (!one(read, post).startsWith("undone of ")) {
                throw new AssertionError("the write after the savepoint is not seen");
            }
            Savepoint inner = connection.setSavepoint();
            try {
                statement.executeUpdate("UPDATE post SET pk_post = NULL WHERE pk_post = " + post);
                throw new AssertionError("a null key went through");
            } catch (SQLException e) {
                equal("the error", e.getSQLState(), "23502");
                connection.rollback(inner);
            }
            connection.rollback(outer);
            if (!one(read, post).startsWith("kept of ")) {
                throw new AssertionError("the write before the savepoint is lost");
            }
            connection.releaseSavepoint(outer);
        }
        commit();
    }

    /** A cursor, read in parts, while the same transaction goes on writing: it shows what was there when it was opened. */
    void cursor(int round) throws SQLException {
        int last = firstPost + POSTS - 1;
        try (Statement statement = connection.createStatement();
                PreparedStatement all = connection.prepareStatement("SELECT pk_post, title FROM tv_post WHERE pk_post BETWEEN ? AND ? ORDER BY pk_post")) {
            statement.executeUpdate("UPDATE post SET title = 'before " + round + "' WHERE pk_post BETWEEN " + firstPost + " AND " + last);
            all.setInt(1, firstPost);
            all.setInt(2, last);
            all.setFetchSize(7);
            int seen = 0;
            try (ResultSet rows = all.executeQuery()) {
                while (rows.next()) {
                    equal("row of the cursor", rows.getString(2), "before " + round);
                    if (seen % 10 == 0) {
                        statement.executeUpdate("UPDATE post SET title = 'after " + round + "' WHERE pk_post = " + rows.getInt(1));
                    }
                    seen++;
                }
            }
            equal("rows of the cursor", seen, POSTS);
            equal("written meanwhile", count("SELECT count(*) FROM tv_post WHERE title = 'after " + round + "' AND pk_post BETWEEN " + firstPost + " AND " + last), 5);
        }
        commit();
    }

    /** Statements that are transactions, over users that all sessions write; what an INSERT returns. */
    void autocommit(int round) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO post (pk_post, fk_user, title) VALUES (?, ?, ?)", new String[] {"pk_post"})) {
            statement.executeUpdate("UPDATE users SET name = 'shared " + firstUser + " " + round + "' WHERE pk_user = " + (SESSIONS * USERS + 1 + round % 20));
            insert.setInt(1, 100000 + firstPost);
            insert.setInt(2, 50);
            insert.setString(3, "shared");
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                keys.next();
                equal("the new key", keys.getInt(1), 100000 + firstPost);
            }
            equal("the new post", count("SELECT count(*) FROM tv_post WHERE pk_post = " + (100000 + firstPost)), 1);
            equal("deleted", statement.executeUpdate("DELETE FROM post WHERE pk_post = " + (100000 + firstPost)), 1);
            transactions += 3;
        }
        connection.setAutoCommit(false);
    }

    int run() throws SQLException {
        try (connection) {
            connection.setAutoCommit(false);
            try (PreparedStatement rename = connection.prepareStatement("UPDATE users SET name = ? WHERE pk_user = ?");
                    PreparedStatement title = connection.prepareStatement("UPDATE post SET title = ?, fk_user = ? WHERE pk_post = ?");
                    PreparedStatement read = connection.prepareStatement("SELECT title || ' of ' || name FROM tv_post WHERE pk_post = ?");
                    PreparedStatement titles = connection.prepareStatement("SELECT titles FROM tv_user WHERE pk_user = ?")) {
                for (int round = 0; round < ROUNDS; round++) {
                    prepared(rename, title, read, titles, round);
                    batch(round);
                    savepoints(read, round);
                    cursor(round);
                    autocommit(round);
                }
            }
        }
        return transactions;
    }

    public static void main(String[] arguments) throws Exception {
        ExecutorService sessions = Executors.newFixedThreadPool(SESSIONS);
        for (String argument : arguments) {
            String name = argument.substring(0, argument.indexOf('='));
            String url = argument.substring(name.length() + 1);
            List<Future<Integer>> done = new ArrayList<>();
            for (int number = 0; number < SESSIONS; number++) {
                int which = number;
                Callable<Integer> session = () -> new Load(url, which).run();
                done.add(sessions.submit(session));
            }
            int transactions = 0;
            for (Future<Integer> session : done) {
                transactions += session.get();
            }
            System.out.println("ok: JDBC, " + name + ": " + transactions + " transactions");
        }
        sessions.shutdown();
    }
}
