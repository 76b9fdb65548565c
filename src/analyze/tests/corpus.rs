//! What becomes of which definition. Each case reads: what it shows, the view's columns (the first is the key
//! unless more are named after `/`), its definition, and one line per occurrence.

use super::catalog::{case, Blog, Case};

const CASES: &[Case] = &[
    case(
        "one table, columns without alias (PostgreSQL 16 and later)",
        "pk_post int8, title text",
        "SELECT pk_post, title FROM public.tb_post",
        &["tb_post: key pk_post"],
    ),
    case(
        "a parent is reached over the foreign key",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["p: key pk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "a left join says something about its nullable side only",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p LEFT JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["p: key pk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "trap: the preserved side of a left join is not tied to a key on the other side",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_user u LEFT JOIN public.tb_post p ON ((u.pk_user = p.fk_user)))",
        &["u: full, no equality that must hold ties it to the key", "p: key pk_post"],
    ),
    case(
        "unless a condition above rejects the null rows",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_user u LEFT JOIN public.tb_post p ON ((u.pk_user = p.fk_user))) \
         WHERE (p.n > 3)",
        &["u: pk_user -> p fk_user", "p: key pk_post"],
    ),
    case(
        "a right join is a left join mirrored",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_user u RIGHT JOIN public.tb_post p ON ((u.pk_user = p.fk_user)))",
        &["u: pk_user -> p fk_user", "p: key pk_post"],
    ),
    case(
        "a chain of left joins makes each side before it real",
        "pk_comment int8, name text",
        "SELECT c.pk_comment, u.name FROM ((public.tb_comment c LEFT JOIN public.tb_post p ON ((p.pk_post = c.fk_post))) \
         LEFT JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["c: key pk_comment", "p: pk_post -> c fk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "trap: a set operation may give its column another collation than that of a branch, by COLLATE or by that of another column",
        "pk_post int8, n int8, m int8",
        "SELECT p.pk_post, ( SELECT count(*) AS count FROM ( SELECT u.name FROM public.tb_user u \
         UNION ALL SELECT (t.label COLLATE public.ci) FROM public.tb_tag t) s WHERE (s.name = p.title)) AS n, \
         ( SELECT count(*) AS count FROM ( SELECT u.name FROM public.tb_user u UNION ALL SELECT lower(w.word) FROM public.tb_word w) s \
         WHERE (s.name = p.title)) AS m FROM public.tb_post p",
        &[
            "p: key pk_post",
            "u: full, the subquery is not tied to the key by an equality",
            "t: full, the subquery is not tied to the key by an equality",
            "u: full, the subquery is not tied to the key by an equality",
            "w: full, the subquery is not tied to the key by an equality",
        ],
    ),
    case(
        "what is made of columns in one collation, and nulls, leave it as it is",
        "pk_post int8, n int8",
        "SELECT p.pk_post, ( SELECT count(*) AS count FROM ( SELECT u.name FROM public.tb_user u \
         UNION ALL SELECT lower(t.label) FROM public.tb_tag t UNION ALL SELECT NULL::text \
         UNION ALL SELECT ((c.body || '/'::text) || c.body) FROM public.tb_comment c) s WHERE (s.name = p.title)) AS n FROM public.tb_post p",
        &[
            "p: key pk_post",
            "u: name -> p title",
            "t: label ~> p title",
            "c: full, the subquery is not tied to the key by an equality",
        ],
    ),
    case(
        "a full join alone does not tie one side to a key on the other",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p FULL JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["p: key pk_post", "u: full, it is inside a full join, whose condition does not always hold"],
    ),
    case(
        "unless a condition above rejects the null rows of both sides",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p FULL JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) \
         WHERE (p.n > 3)",
        &["p: key pk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "coalesce of the columns a full join equates: each side holds the key, and what hangs on a side climbs to it",
        "id int8, body text",
        "SELECT COALESCE(p.pk_post, c.fk_post) AS id, c.body FROM ((public.tb_post p FULL JOIN public.tb_comment c \
         ON (((c.fk_post = p.pk_post) AND (c.n = p.n)))) LEFT JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["p: key pk_post", "c: key fk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "or the column that USING merges",
        "fk_post int8, body text",
        "SELECT fk_post, c.body FROM (public.tb_comment c FULL JOIN public.tb_post_tag t USING (fk_post))",
        &["c: key fk_post", "t: key fk_post"],
    ),
    case(
        "what is tied to the merged column holds the key too",
        "id int8, n int8",
        "SELECT COALESCE(t.fk_post, p.pk_post) AS id, ( SELECT count(*) AS count FROM public.tb_comment c \
         WHERE (c.fk_post = COALESCE(p.pk_post, t.fk_post))) AS n \
         FROM (public.tb_post p FULL JOIN public.tb_post_tag t ON ((p.pk_post = t.fk_post)))",
        &["p: key pk_post", "t: key fk_post", "c: key fk_post"],
    ),
    case(
        "so do full joins of grouped tables",
        "id int8, n int8, m int8",
        "SELECT COALESCE(a.fk_post, b.fk_post) AS id, a.n, b.m FROM (( SELECT c.fk_post, count(*) AS n FROM public.tb_comment c \
         GROUP BY c.fk_post) a FULL JOIN ( SELECT t.fk_post, count(*) AS m FROM public.tb_post_tag t GROUP BY t.fk_post) b \
         ON ((a.fk_post = b.fk_post)))",
        &["c: key fk_post", "t: key fk_post"],
    ),
    case(
        "coalesce of other columns than those that are equated: each may be the key",
        "id int8, body text",
        "SELECT COALESCE(p.pk_post, c.fk_user) AS id, c.body FROM (public.tb_post p FULL JOIN public.tb_comment c \
         ON ((c.fk_post = p.pk_post)))",
        &["p: full, id is not a plain column of a table here", "c: key fk_post", "c: key fk_user"],
    ),
    case(
        "trap: or of a full join that is not on an equality of one type",
        "id int8, body text",
        "SELECT COALESCE(p.pk_post, (c.small_post)::bigint) AS id, c.body FROM (public.tb_post p FULL JOIN public.tb_comment c \
         ON ((c.small_post = p.pk_post)))",
        &["p: full, id is not a plain column of a table here", "c: full, id is not a plain column of a table here"],
    ),
    case(
        "over a left join they are one",
        "id int8, body text",
        "SELECT COALESCE(p.pk_post, c.fk_post) AS id, c.body FROM (public.tb_comment c LEFT JOIN public.tb_post p \
         ON ((c.fk_post = p.pk_post)))",
        &["c: key fk_post", "p: key pk_post"],
    ),
    case(
        "trap: what is in the condition of a full join is tied to neither side",
        "id int8, body text",
        "SELECT COALESCE(p.pk_post, c.fk_post) AS id, c.body FROM (public.tb_post p FULL JOIN public.tb_comment c \
         ON (((c.fk_post = p.pk_post) AND (EXISTS ( SELECT 1 FROM public.tb_post_tag t WHERE (t.fk_post = p.pk_post))))))",
        &["p: key pk_post", "c: key fk_post", "t: full, it is in the condition of a full join"],
    ),
    case(
        "two paths to one table: the author of a post and its commenters",
        "pk_post int8, author text, commenters text",
        "SELECT p.pk_post, a.name, (SELECT string_agg(u.name, ', '::text ORDER BY u.name) AS string_agg \
         FROM (public.tb_comment c JOIN public.tb_user u ON ((u.pk_user = c.fk_user))) WHERE (c.fk_post = p.pk_post)) AS commenters \
         FROM (public.tb_post p JOIN public.tb_user a ON ((a.pk_user = p.fk_user)))",
        &[
            "p: key pk_post",
            "a: pk_user -> p fk_user",
            "c: key fk_post",
            "u: pk_user -> c fk_user",
        ],
    ),
    case(
        "a self-join has two occurrences",
        "pk_user int8, boss text",
        "SELECT u.pk_user, b.name FROM (public.tb_user u LEFT JOIN public.tb_user b ON ((b.pk_user = u.fk_boss)))",
        &["u: key pk_user", "b: pk_user -> u fk_boss"],
    ),
    case(
        "children in ARRAY(...): the key is in the child's row",
        "pk_post int8, comments text",
        "SELECT p.pk_post, ARRAY( SELECT c.body FROM public.tb_comment c WHERE (c.fk_post = p.pk_post) ORDER BY c.pk_comment) AS comments \
         FROM public.tb_post p",
        &["p: key pk_post", "c: key fk_post"],
    ),
    case(
        "an aggregate over grouped children",
        "pk_post int8, comments int8",
        "SELECT p.pk_post, count(c.pk_comment) AS comments FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
        &["p: key pk_post", "c: key fk_post"],
    ),
    case(
        "a derived table grouped by the link",
        "pk_post int8, comments int8",
        "SELECT p.pk_post, s.n FROM (public.tb_post p LEFT JOIN ( SELECT c.fk_post, count(*) AS n \
         FROM public.tb_comment c GROUP BY c.fk_post) s ON ((s.fk_post = p.pk_post)))",
        &["p: key pk_post", "c: key fk_post"],
    ),
    case(
        "grouping by something else mixes keys",
        "pk_post int8, comments int8",
        "SELECT p.pk_post, s.n FROM (public.tb_post p JOIN ( SELECT max(c.fk_post) AS fk_post, c.n \
         FROM public.tb_comment c GROUP BY c.n) s ON ((s.fk_post = p.pk_post)))",
        &["p: key pk_post", "c: full, no equality that must hold ties it to the key"],
    ),
    case(
        "a column that depends on the grouping key: all rows of a group have one row of its table",
        "pk_user int8, n int8",
        "SELECT u.pk_user, s.n FROM (public.tb_user u JOIN ( SELECT p.fk_user, p.pk_post, count(*) AS n \
         FROM (public.tb_post p JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post) s \
         ON ((s.fk_user = u.pk_user)))",
        &[
            "u: key pk_user",
            "p: key fk_user",
            "c: fk_post -> p pk_post",
        ],
    ),
    case(
        "trap: part of a key does not determine a column",
        "fk_tag int8, n int8",
        "SELECT t.fk_tag, count(*) AS n FROM public.tb_post_tag t GROUP BY t.fk_post",
        &["t: full, grouping by other columns mixes rows of different keys"],
    ),
    case(
        "trap: nor does the key of another table in the group",
        "fk_user int8, n int8",
        "SELECT p.fk_user, count(*) AS n FROM (public.tb_post p JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) \
         GROUP BY c.pk_comment",
        &[
            "p: full, grouping by other columns mixes rows of different keys",
            "c: full, grouping by other columns mixes rows of different keys",
        ],
    ),
    case(
        "trap: nor a key that is only in some of the grouping sets",
        "fk_user int8, n int8",
        "SELECT p.fk_user, count(*) AS n FROM public.tb_post p GROUP BY ROLLUP(p.pk_post)",
        &["p: full, fk_user may be null where the column it comes from is not"],
    ),
    case(
        "trap: a window partitioned by what a cast makes of the key mixes keys",
        "pk_post int8, r int8",
        "SELECT p.pk_post, row_number() OVER (PARTITION BY (p.pk_post)::integer ORDER BY p.n) AS r FROM public.tb_post p",
        &["p: full, a window over other rows mixes rows of different keys"],
    ),
    case(
        "trap: so does DISTINCT ON",
        "code varchar, n int4",
        "SELECT DISTINCT ON (((p.code)::character varying(3))) p.code, p.n FROM public.tb_post p \
         ORDER BY ((p.code)::character varying(3)), p.n",
        &["p: full, DISTINCT ON other columns mixes rows of different keys"],
    ),
    case(
        "grouping sets, ROLLUP and CUBE mix whatever is not in all of them",
        "fk_user int8, n int4, count int8",
        "SELECT p.fk_user, p.n, count(*) AS count FROM public.tb_post p GROUP BY p.fk_user, ROLLUP(p.n)",
        &["p: key fk_user"],
    ),
    case(
        "the key rolled up",
        "fk_user int8, count int8",
        "SELECT p.fk_user, count(*) AS count FROM public.tb_post p GROUP BY ROLLUP(p.fk_user)",
        &["p: full, fk_user may be null where the column it comes from is not"],
    ),
    case(
        "EXISTS and NOT EXISTS tie what is inside to what is outside",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p WHERE ((EXISTS ( SELECT 1 FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))) \
         AND (NOT (EXISTS ( SELECT 1 FROM public.tb_post_tag t WHERE (t.fk_post = p.pk_post)))))",
        &["p: key pk_post", "c: key fk_post", "t: key fk_post"],
    ),
    case(
        "what is outside climbs into EXISTS, one of whose rows it needs",
        "pk_post int8",
        "SELECT p.pk_post FROM (public.tb_post p CROSS JOIN public.tb_user u) WHERE (EXISTS ( SELECT 1 \
         FROM public.tb_comment c WHERE ((c.fk_post = p.pk_post) AND (c.fk_user = u.pk_user))))",
        &[
            "p: key pk_post",
            "u: pk_user -> c fk_user",
            "c: key fk_post",
        ],
    ),
    case(
        "IN as a condition ties what is inside",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p WHERE (p.fk_user IN ( SELECT u.pk_user FROM public.tb_user u WHERE (u.name = 'x'::text)))",
        &["p: key pk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "NOT IN does not",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p WHERE (NOT (p.fk_user IN ( SELECT u.pk_user FROM public.tb_user u)))",
        &["p: key pk_post", "u: full, the subquery is not tied to the key by an equality"],
    ),
    case(
        "however it is written",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p WHERE (p.fk_user NOT IN ( SELECT u.pk_user FROM public.tb_user u))",
        &["p: key pk_post", "u: full, the subquery is not tied to the key by an equality"],
    ),
    case(
        "IN under OR does: a row of the subquery matters only where it is equal",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p WHERE ((p.n = 1) OR (p.fk_user IN ( SELECT u.pk_user FROM public.tb_user u)))",
        &["p: key pk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "nor IN over a LIMIT, where another row may take the place",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p WHERE (p.fk_user IN ( SELECT u.pk_user FROM public.tb_user u ORDER BY u.name LIMIT 3))",
        &["p: key pk_post", "u: full, LIMIT lies between it and the key"],
    ),
    case(
        "IN over several columns",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p WHERE ((p.fk_user, p.pk_post) IN ( SELECT c.fk_user, c.fk_post FROM public.tb_comment c))",
        &["p: key pk_post", "c: key fk_post"],
    ),
    case(
        "a scalar subquery that is not correlated",
        "pk_post int8, n int8",
        "SELECT p.pk_post, ( SELECT count(*) AS count FROM public.tb_user u) AS n FROM public.tb_post p",
        &["p: key pk_post", "u: full, the subquery is not tied to the key by an equality; the whole is compared only when the value of this subquery changes"],
    ),
    case(
        "LIMIT in a lateral subquery: conditions inside count",
        "pk_post int8, body text",
        "SELECT p.pk_post, l.body FROM (public.tb_post p LEFT JOIN LATERAL ( SELECT c.body FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post) ORDER BY c.pk_comment DESC LIMIT 3) l ON (true))",
        &["p: key pk_post", "c: key fk_post"],
    ),
    case(
        "conditions on its result do not",
        "pk_post int8, body text",
        "SELECT p.pk_post, l.body FROM (public.tb_post p JOIN ( SELECT c.body, c.fk_post FROM public.tb_comment c \
         ORDER BY c.pk_comment DESC LIMIT 3) l ON ((l.fk_post = p.pk_post)))",
        &["p: key pk_post", "c: full, LIMIT lies between it and the key"],
    ),
    case(
        "LIMIT at the top",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) ORDER BY p.n LIMIT 10",
        &[
            "p: full, LIMIT mixes rows of different keys",
            "u: full, LIMIT mixes rows of different keys",
        ],
    ),
    case(
        "windows partitioned by the key, one of them named",
        "fk_user int8, r int8, s int8",
        "SELECT p.fk_user, row_number() OVER (PARTITION BY p.fk_user ORDER BY p.n) AS r, sum(p.n) OVER w AS s \
         FROM public.tb_post p WINDOW w AS (PARTITION BY p.fk_user, p.title)",
        &["p: key fk_user"],
    ),
    case(
        "a window over other rows",
        "pk_post int8, r int8",
        "SELECT p.pk_post, row_number() OVER (PARTITION BY p.fk_user ORDER BY p.n) AS r FROM public.tb_post p",
        &["p: key pk_post", "p: fk_user => p fk_user"],
    ),
    case(
        "DISTINCT ON the key",
        "fk_user int8, pk_post int8",
        "SELECT DISTINCT ON (p.fk_user) p.fk_user, p.pk_post FROM public.tb_post p ORDER BY p.fk_user, p.n DESC",
        &["p: key fk_user"],
    ),
    case(
        "DISTINCT ON another column",
        "pk_post int8, fk_user int8",
        "SELECT DISTINCT ON (p.fk_user) p.pk_post, p.fk_user FROM public.tb_post p ORDER BY p.fk_user, p.n DESC",
        &["p: full, DISTINCT ON other columns mixes rows of different keys"],
    ),
    case(
        "plain DISTINCT mixes nothing",
        "fk_user int8, title text",
        "SELECT DISTINCT p.fk_user, p.title FROM public.tb_post p",
        &["p: key fk_user"],
    ),
    case(
        "each branch of a union goes its own way",
        "id int8, name text",
        "SELECT p.pk_post AS id, p.title AS name FROM public.tb_post p UNION ALL SELECT c.pk_comment, c.body FROM public.tb_comment c \
         EXCEPT SELECT (t.pk_tag + 1), t.label FROM public.tb_tag t",
        &[
            "p: key pk_post",
            "c: key pk_comment",
            "t: full, id is not a plain column of a table here",
        ],
    ),
    case(
        "what is outside a union climbs into each of its branches",
        "pk_user int8, id int8",
        "SELECT s.u, g.label FROM (( SELECT p.fk_user AS u, p.pk_post AS id FROM public.tb_post p UNION ALL \
         SELECT c.fk_user, c.pk_comment FROM public.tb_comment c) s JOIN public.tb_tag g ON ((g.pk_tag = s.id)))",
        &[
            "p: key fk_user",
            "c: key fk_user",
            "g: pk_tag -> p pk_post",
            "g: pk_tag -> c pk_comment",
        ],
    ),
    case(
        "a common table expression used twice is two occurrences",
        "pk_post int8, n int8, m int8",
        "WITH k AS ( SELECT c.fk_post, c.fk_user, c.n FROM public.tb_comment c) SELECT p.pk_post, \
         ( SELECT count(*) AS count FROM k WHERE (k.fk_post = p.pk_post)) AS n, \
         ( SELECT count(*) AS count FROM k k_1 WHERE (k_1.fk_user = p.fk_user)) AS m FROM public.tb_post p",
        &["p: key pk_post", "c: key fk_post", "c: fk_user -> p fk_user"],
    ),
    case(
        "the key is passed through a recursive query: rows lead back to the one it started from",
        "pk_user int8, n int8",
        "WITH RECURSIVE r AS ( SELECT u.pk_user, u.pk_user AS node FROM public.tb_user u UNION ALL \
         SELECT r_1.pk_user, u.pk_user FROM (r r_1 JOIN public.tb_user u ON ((u.fk_boss = r_1.node)))) \
         SELECT r.pk_user, count(p.n) AS n FROM (r LEFT JOIN public.tb_post p ON ((p.fk_user = r.node))) GROUP BY r.pk_user",
        &[
            "u: key pk_user",
            "u: fk_boss ~> u pk_user",
            "p: key fk_user",
            "p: fk_user -> u pk_user",
        ],
    ),
    case(
        "the key is what a recursive query gives: rows lead on to the last one",
        "pk_user int8, path text",
        "WITH RECURSIVE r(id, path) AS ( SELECT u.pk_user, u.name FROM public.tb_user u WHERE (u.fk_boss IS NULL) UNION ALL \
         SELECT u.pk_user, ((r_1.path || '/'::text) || u.name) FROM (r r_1 JOIN public.tb_user u ON ((u.fk_boss = r_1.id)))) \
         SELECT r.id AS pk_user, r.path FROM r",
        &[
            "u: key pk_user",
            "u: pk_user -> u fk_boss",
            "u: key pk_user",
            "u: pk_user ~> u pk_user",
        ],
    ),
    case(
        "what a recursive query gives may be tied to a row that has the key",
        "pk_post int8, path text",
        "WITH RECURSIVE r(id, path) AS ( SELECT u.pk_user, u.name FROM public.tb_user u WHERE (u.fk_boss IS NULL) UNION \
         SELECT u.pk_user, ((r_1.path || '/'::text) || u.name) FROM (r r_1 JOIN public.tb_user u ON ((u.fk_boss = r_1.id)))) \
         SELECT p.pk_post, r.path FROM (public.tb_post p JOIN r ON ((r.id = p.fk_user)))",
        &[
            "p: key pk_post",
            "u: pk_user -> p fk_user",
            "u: pk_user -> u fk_boss",
            "u: pk_user ~> p fk_user",
        ],
    ),
    case(
        "a recursive query that starts from a column of the row outside",
        "pk_post int8, bosses jsonb",
        "SELECT p.pk_post, ( WITH RECURSIVE r(id) AS ( SELECT p.fk_user UNION SELECT u.fk_boss FROM (r r_1 JOIN public.tb_user u \
         ON ((u.pk_user = r_1.id)))) SELECT jsonb_agg(v.name ORDER BY v.pk_user) AS jsonb_agg FROM (r JOIN public.tb_user v \
         ON ((v.pk_user = r.id)))) AS bosses FROM public.tb_post p",
        &[
            "p: key pk_post",
            "u: pk_user ~> p fk_user",
            "v: pk_user -> p fk_user",
            "v: pk_user -> u fk_boss",
        ],
    ),
    case(
        "trap: outside, a column of a recursive query is not that of the row of every step",
        "pk_user int8, n int8",
        "WITH RECURSIVE r AS ( SELECT u.pk_user, u.pk_user AS node, u.small FROM public.tb_user u UNION ALL \
         SELECT r_1.pk_user, u.pk_user, u.small FROM (r r_1 JOIN public.tb_user u ON ((u.fk_boss = r_1.node)))) \
         SELECT p.pk_post AS pk_user, r.node AS n FROM (r JOIN public.tb_post p ON ((p.n = r.small)))",
        &[
            "u: full, no equality that must hold ties it to the key",
            "u: full, what it is joined to does not lead to the key",
            "p: key pk_post",
        ],
    ),
    case(
        "trap: a window over all rows of a step lets rows of different keys influence one another",
        "pk_user int8, n int8",
        "WITH RECURSIVE r AS ( SELECT u.pk_user, u.pk_user AS node, 1 AS n FROM public.tb_user u UNION \
         SELECT r_1.pk_user, u.pk_user, row_number() OVER (ORDER BY u.pk_user) AS n FROM (r r_1 JOIN public.tb_user u \
         ON ((u.fk_boss = r_1.node)))) SELECT r.pk_user, sum(r.n) AS n FROM r GROUP BY r.pk_user",
        &[
            "u: full, pk_user is not a plain column of a table here",
            "u: full, what it is joined to does not lead to the key",
        ],
    ),
    case(
        "trap: what else is repeated starts anew as long as there are rows of any key",
        "pk_user int8, n int8",
        "WITH RECURSIVE r AS ( SELECT u.pk_user, u.pk_user AS node FROM public.tb_user u UNION \
         ( SELECT r_1.pk_user, u.pk_user FROM (r r_1 JOIN public.tb_user u ON ((u.fk_boss = r_1.node))) UNION \
         SELECT p.pk_post, p.fk_user FROM public.tb_post p)) \
         SELECT r.pk_user, count(*) AS n FROM r GROUP BY r.pk_user",
        &[
            "u: full, it is inside a recursive query that is not followed",
            "u: full, it is inside a recursive query that is not followed",
            "p: full, it is inside a recursive query that is not followed",
        ],
    ),
    case(
        "a field of a document is text that can be looked up, not a number",
        "pk_user int8, n int8, m int8",
        "SELECT u.pk_user, ( SELECT count(*) AS count FROM public.tb_post p WHERE ((p.doc ->> 'author'::text) = u.code)) AS n, \
         ( SELECT count(*) AS count FROM public.tb_post q WHERE (((q.doc -> 'meta'::text) ->> 'author'::text) = lower(u.name))) AS m \
         FROM public.tb_user u",
        &["u: key pk_user", "p: doc ~> u code", "q: doc ~> u name"],
    ),
    case(
        "trap: a cast of a field may fail for rows that the view does not look at",
        "pk_user int8, n int8",
        "SELECT u.pk_user, ( SELECT count(*) AS count FROM public.tb_post p WHERE (((p.doc ->> 'author'::text))::bigint = u.pk_user)) AS n \
         FROM public.tb_user u",
        &[
            "u: key pk_user",
            "p: full, the subquery is not tied to the key by an equality",
        ],
    ),
    case(
        "USING, here over three tables",
        "fk_post int8, body text",
        "SELECT c.fk_post, c.body FROM ((public.tb_comment c JOIN public.tb_post_tag t USING (fk_post)) \
         LEFT JOIN public.tb_comment d USING (fk_post))",
        &["c: key fk_post", "t: key fk_post", "d: key fk_post"],
    ),
    case(
        "a merged column of a right join is not the left one",
        "fk_post int8, body text",
        "SELECT t.fk_post, d.body FROM ((public.tb_comment c RIGHT JOIN public.tb_post_tag t USING (fk_post)) \
         JOIN public.tb_comment d USING (fk_post))",
        &["c: key fk_post", "t: key fk_post", "d: full, no equality that must hold ties it to the key"],
    ),
    case(
        "casts between varchar and text change nothing",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON (((u.code)::text = (p.code)::text)))",
        &["p: key pk_post", "u: code -> p code"],
    ),
    case(
        "varchar and text compare, but only directly",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON (((u.code)::text = p.title)))",
        &["p: key pk_post", "u: code -> p title"],
    ),
    case(
        "a cast with a length does change it",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON (((u.code)::character varying(3))::text = (p.code)::text))",
        &["p: key pk_post", "u: full, no equality that must hold ties it to the key"],
    ),
    case(
        "a cast or function of one column on a side of an equality is climbed over (~>), in both directions",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM ((public.tb_post p JOIN public.tb_user u ON ((u.name = (p.n)::text))) \
         LEFT JOIN public.tb_tag g ON (((g.pk_tag)::text = lower(u.name))))",
        &["p: key pk_post", "u: name ~> p n", "g: pk_tag ~> u name"],
    ),
    case(
        "an equality of columns is preferred",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON (((upper((u.code)::text) = upper(p.title)) \
         AND (u.small = p.n))))",
        &["p: key pk_post", "u: small -> p n"],
    ),
    case(
        "the same for IN, and through what a subquery returns",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p WHERE ((p.title IN ( SELECT lower(u.name) AS lower FROM public.tb_user u)) AND \
         (p.pk_post IN ( SELECT s.x FROM ( SELECT (c.small_post)::bigint AS x FROM public.tb_comment c) s)))",
        &["p: key pk_post", "u: name ~> p title", "c: small_post -> p pk_post"],
    ),
    case(
        "date and timestamp compare, but have no hash in common",
        "pk_day int8, body text",
        "SELECT d.pk_day, e.body FROM (public.tb_day d JOIN public.tb_event e ON ((e.at = d.day)))",
        &["d: key pk_day", "e: at ~> d day"],
    ),
    case(
        "trap: texts of a date or of a time depend on the session, other zones on it too",
        "pk_day int8, body text",
        "SELECT d.pk_day, e.body FROM (((public.tb_day d JOIN public.tb_event e ON ((e.body = (d.day)::text))) \
         JOIN public.tb_event f ON ((f.body = (d.moment)::text))) JOIN public.tb_event g ON ((g.at = d.moment)))",
        &[
            "d: key pk_day",
            "e: full, no equality that must hold ties it to the key",
            "f: full, no equality that must hold ties it to the key",
            "g: full, no equality that must hold ties it to the key",
        ],
    ),
    case(
        "trap: a cast may fail on rows that the query never casts",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON (((u.name)::bigint = p.fk_user)))",
        &["p: key pk_post", "u: full, no equality that must hold ties it to the key"],
    ),
    case(
        "trap: what letters pair up depends on the collation",
        "pk_word int8, name text",
        "SELECT w.pk_word, u.name FROM (public.tb_word w JOIN public.tb_user u ON ((lower(w.word) = u.name)))",
        &["w: key pk_word", "u: full, no equality that must hold ties it to the key"],
    ),
    case(
        "trap: functions of other schemas, with more arguments, or of several columns",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (((public.tb_post p JOIN public.tb_user u ON ((public.lower(u.name) = p.title))) \
         JOIN public.tb_user v ON ((btrim(v.name, 'x'::text) = p.title))) JOIN public.tb_user w ON (((w.name || w.code) = p.title)))",
        &[
            "p: key pk_post",
            "u: full, no equality that must hold ties it to the key",
            "v: full, no equality that must hold ties it to the key",
            "w: full, no equality that must hold ties it to the key",
        ],
    ),
    case(
        "trap: the lower-case text of a column is not the column, nor are rows grouped by the one grouped by the other",
        "name text, n int8",
        "SELECT s.name, s.n FROM (( SELECT lower(u.name) AS l, max(u.name) AS name, count(*) AS n FROM public.tb_user u \
         GROUP BY (lower(u.name))) s JOIN public.tb_post p ON ((p.title = s.l)))",
        &[
            "u: full, name is not a plain column of a table here",
            "p: full, name is not a plain column of a table here",
        ],
    ),
    case(
        "every row of a group of a lower-case text leads to what the group is joined to",
        "pk_post int8, n int8",
        "SELECT p.pk_post, s.n FROM (public.tb_post p JOIN ( SELECT lower(u.name) AS l, count(*) AS n FROM public.tb_user u \
         GROUP BY (lower(u.name))) s ON ((s.l = p.title)))",
        &["p: key pk_post", "u: name ~> p title"],
    ),
    case(
        "int and bigint compare, but are not the same key",
        "pk_post int8, n int8",
        "SELECT p.pk_post, ( SELECT count(*) AS count FROM public.tb_comment c WHERE (c.small_post = p.pk_post)) AS n FROM public.tb_post p",
        &["p: key pk_post", "c: small_post -> p pk_post"],
    ),
    case(
        "an order leads on where no equality does",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user >= p.fk_user)))",
        &["p: key pk_post", "u: pk_user ~> p fk_user"],
    ),
    case(
        "two of them say more than one",
        "pk_event int8, n int4",
        "SELECT e.pk_event, r.n FROM (public.tb_event e JOIN public.tb_price r ON (((r.since <= e.at) AND (e.at < r.until))))",
        &["e: key pk_event", "r: until since ~> e at at"],
    ),
    case(
        "an equality is taken before an order",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON (((u.pk_user = p.fk_user) AND (u.small > p.n))))",
        &["p: key pk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "inequality says next to nothing",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user <> p.fk_user)))",
        &["p: key pk_post", "u: full, no equality that must hold ties it to the key"],
    ),
    case(
        "OR of two links is two ways",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON (((u.pk_user = p.fk_user) OR (u.pk_user = p.n))))",
        &["p: key pk_post", "u: pk_user -> p fk_user", "u: pk_user -> p n"],
    ),
    case(
        "so is IN over columns",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p LEFT JOIN public.tb_user u ON ((u.pk_user = ANY (ARRAY[p.fk_user, p.pk_post]))))",
        &["p: key pk_post", "u: pk_user -> p fk_user", "u: key pk_user"],
    ),
    case(
        "and equality with a value that is one of two",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM ((public.tb_post p LEFT JOIN public.tb_comment c ON ((c.pk_comment = p.n))) \
         LEFT JOIN public.tb_user u ON ((u.pk_user = COALESCE(c.fk_user, p.fk_user))))",
        &[
            "p: key pk_post",
            "c: pk_comment -> p n",
            "u: pk_user -> c fk_user",
            "u: pk_user -> p fk_user",
        ],
    ),
    case(
        "also where it comes out of a subquery",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (( SELECT q.pk_post, CASE WHEN (q.n > 3) THEN q.fk_user ELSE (q.n)::bigint END AS who \
         FROM public.tb_post q) p JOIN public.tb_user u ON ((u.pk_user = p.who)))",
        &["q: key pk_post", "u: pk_user -> q fk_user", "u: pk_user -> q n"],
    ),
    case(
        "trap: an alternative without a link leaves nothing to climb by",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON (((u.pk_user = p.fk_user) OR (p.n = 3))))",
        &["p: key pk_post", "u: full, no equality that must hold ties it to the key"],
    ),
    case(
        "trap: what climbs over a source that is lost in one alternative is lost too",
        "pk_post int8, name text",
        "SELECT p.pk_post, c.body FROM ((public.tb_post p JOIN public.tb_user u ON (((u.pk_user = p.fk_user) OR (u.small > 3)))) \
         JOIN public.tb_comment c ON ((c.fk_user = u.pk_user)))",
        &[
            "p: key pk_post",
            "u: full, what it is joined to does not lead to the key",
            "c: full, what it is joined to does not lead to the key",
        ],
    ),
    case(
        "trap: a disjunction under NOT is none",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON ((NOT ((u.pk_user = p.fk_user) OR (u.pk_user = p.n)))))",
        &["p: key pk_post", "u: full, no equality that must hold ties it to the key"],
    ),
    case(
        "an element leads to the arrays that hold it",
        "pk_list int8, titles text",
        "SELECT l.pk_list, ( SELECT string_agg(p.title, ','::text ORDER BY p.pk_post) AS string_agg FROM public.tb_post p \
         WHERE (p.pk_post = ANY (l.posts))) AS titles FROM public.tb_list l",
        &["l: key pk_list", "p: pk_post ~> l posts"],
    ),
    case(
        "unnest is the same in FROM",
        "pk_list int8, titles text",
        "SELECT l.pk_list, string_agg(p.title, ','::text ORDER BY e.place) AS titles FROM ((public.tb_list l \
         CROSS JOIN LATERAL unnest(l.posts) WITH ORDINALITY e(post, place)) JOIN public.tb_post p ON ((p.pk_post = e.post))) \
         GROUP BY l.pk_list",
        &["l: key pk_list", "p: pk_post ~> l posts"],
    ),
    case(
        "trap: an element of another type",
        "pk_list int8, n int8",
        "SELECT l.pk_list, ( SELECT count(*) AS count FROM public.tb_post p WHERE (p.n = ANY (l.posts))) AS n FROM public.tb_list l",
        &["l: key pk_list", "p: full, the subquery is not tied to the key by an equality"],
    ),
    case(
        "the elements of an array lead to what equals them",
        "pk_post int8, n int8",
        "SELECT p.pk_post, ( SELECT count(*) AS count FROM public.tb_list l WHERE (p.pk_post = ANY (l.posts))) AS n FROM public.tb_post p",
        &["p: key pk_post", "l: posts []-> p pk_post"],
    ),
    case(
        "also on the way from elsewhere, and as unnest",
        "pk_post int8, n int8",
        "SELECT p.pk_post, ( SELECT count(d.day) AS count FROM ((public.tb_list l CROSS JOIN LATERAL unnest(l.posts) e(post)) \
         LEFT JOIN public.tb_day d ON ((d.pk_day = l.pk_list))) WHERE (e.post = p.pk_post)) AS n FROM public.tb_post p",
        &["p: key pk_post", "l: posts []-> p pk_post", "d: pk_day -> l pk_list"],
    ),
    case(
        "a column of a key that no source has: rows are refreshed by the rest of it",
        "pk_list int8, place int8, post int8 / pk_list place",
        "SELECT l.pk_list, e.place, e.post FROM (public.tb_list l CROSS JOIN LATERAL unnest(l.posts) WITH ORDINALITY e(post, place))",
        &["l: key pk_list"],
    ),
    case(
        "one that is computed is made of the row's values",
        "fk_post int8, word text, n int8 / fk_post word",
        "SELECT c.fk_post, lower(c.body) AS word, count(*) AS n FROM public.tb_comment c GROUP BY c.fk_post, (lower(c.body))",
        &["c: key made of fk_post body"],
    ),
    case(
        "a key that is a function of a column; what is joined climbs to that column",
        "id text, name text",
        "SELECT (p.pk_post)::text AS id, u.name FROM (public.tb_post p LEFT JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["p: key made of pk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "what equals that column makes the key as well",
        "id text, n int8",
        "SELECT (p.pk_post)::text AS id, ( SELECT count(*) AS count FROM public.tb_comment c WHERE (c.fk_post = p.pk_post)) AS n \
         FROM public.tb_post p",
        &["p: key made of pk_post", "c: key made of fk_post"],
    ),
    case(
        "a text put together, another in each branch",
        "kind text, id text, s text / kind id",
        "SELECT 'post'::text AS kind, (p.pk_post)::text AS id, u.name AS s FROM (public.tb_post p LEFT JOIN public.tb_user u \
         ON ((u.pk_user = p.fk_user))) UNION ALL SELECT 'tag'::text AS kind, (((t.fk_post)::text || '/'::text) || (t.fk_tag)::text) AS id, \
         NULL::text AS s FROM public.tb_post_tag t",
        &["p: key made of pk_post", "u: pk_user -> p fk_user", "t: key made of fk_post fk_tag"],
    ),
    case(
        "trap: a text put together of columns of two tables is in neither row",
        "id text, n int4",
        "SELECT ((u.name || ':'::text) || (p.pk_post)::text) AS id, p.n FROM (public.tb_user u JOIN public.tb_post p \
         ON ((p.fk_user = u.pk_user)))",
        &["u: full, what it is joined to does not lead to the key", "p: full, what it is joined to does not lead to the key"],
    ),
    case(
        "grouped below, shown above",
        "day timestamp, n int8, m int8",
        "SELECT q.day, q.n, ( SELECT count(*) AS count FROM public.tb_event x WHERE (date_trunc('day'::text, x.at) = q.day)) AS m \
         FROM ( SELECT date_trunc('day'::text, e.at) AS day, count(*) AS n FROM public.tb_event e GROUP BY (date_trunc('day'::text, e.at))) q",
        &["e: key made of at", "x: at ~> e at"],
    ),
    case(
        "a lower-case text grouped by, and a condition on the groups",
        "name text, n int8",
        "SELECT lower(u.name) AS name, count(*) AS n FROM public.tb_user u GROUP BY (lower(u.name)) HAVING (count(*) > 1)",
        &["u: key made of name"],
    ),
    case(
        "trap: DISTINCT ON another function of the column",
        "name text, pk_user int8",
        "SELECT DISTINCT ON ((upper(u.name))) lower(u.name) AS name, u.pk_user FROM public.tb_user u ORDER BY (upper(u.name)), u.pk_user",
        &["u: full, DISTINCT ON other columns mixes rows of different keys"],
    ),
    case(
        "trap: LIMIT below a key that is made of a column",
        "name text, pk_user int8",
        "SELECT lower(q.name) AS name, q.pk_user FROM ( SELECT u.name, u.pk_user FROM public.tb_user u ORDER BY u.pk_user LIMIT 3) q",
        &["u: full, LIMIT mixes rows of different keys"],
    ),
    case(
        "trap: what a timestamp with time zone is truncated to depends on a setting",
        "day timestamptz, n int8",
        "SELECT date_trunc('day'::text, d.moment) AS day, count(*) AS n FROM public.tb_day d GROUP BY (date_trunc('day'::text, d.moment))",
        &["d: full, day is not a plain column of a table here"],
    ),
    case(
        "trap: equal numbers look different",
        "id text, n int8",
        "SELECT (a.amount)::text AS id, count(*) AS n FROM public.tb_amount a GROUP BY a.amount",
        &["a: full, id is not a plain column of a table here"],
    ),
    case(
        "trap: so do equal texts of another collation",
        "id text, pk_word int8",
        "SELECT (w.word || '/'::text) AS id, w.pk_word FROM public.tb_word w",
        &["w: full, id is not a plain column of a table here"],
    ),
    case(
        "trap: || of other types",
        "id jsonb, pk_post int8",
        "SELECT (p.doc || p.doc) AS id, p.pk_post FROM public.tb_post p",
        &["p: full, id is not a plain column of a table here"],
    ),
    case(
        "a key out of VALUES: what equals it holds it",
        "id int4, label text, n int8, name text",
        "SELECT v.id, v.label, ( SELECT count(*) AS count FROM public.tb_post p WHERE (p.n = v.id)) AS n, d.name \
         FROM ((VALUES (1,'one'::text), (2,'two'::text)) v(id, label) LEFT JOIN LATERAL ( SELECT u.name FROM (public.tb_comment c \
         JOIN public.tb_user u ON ((u.pk_user = c.fk_user))) WHERE (c.n = v.id) ORDER BY c.pk_comment LIMIT 1) d ON (true))",
        &["c: key n", "u: pk_user -> c fk_user", "p: key n"],
    ),
    case(
        "or out of a function; a narrower integer is widened",
        "id int8, n int8",
        "SELECT g.id, ( SELECT count(*) AS count FROM public.tb_comment c WHERE (c.small_post = g.id)) AS n \
         FROM generate_series((1)::bigint, (10)::bigint) g(id)",
        &["c: key made of small_post"],
    ),
    case(
        "trap: a set operation may have given it another type",
        "id int8, n int8",
        "SELECT q.id, ( SELECT count(*) AS count FROM public.tb_comment c WHERE (c.fk_post = q.id)) AS n \
         FROM ( SELECT v.id FROM (VALUES (1), (2)) v(id) UNION SELECT w.id FROM (VALUES ((3)::bigint)) w(id)) q",
        &["c: full, id is not a plain column of a table here"],
    ),
    case(
        "trap: what the function is given is not tied to what it gives",
        "id int4, n int4",
        "SELECT g.id, p.n FROM public.tb_post p, LATERAL generate_series(1, p.n) g(id)",
        &["p: full, no equality that must hold ties it to the key"],
    ),
    case(
        "trap: the preserved side of a left join to VALUES",
        "id int4, n int4",
        "SELECT v.id, p.n FROM (public.tb_post p LEFT JOIN (VALUES (1), (2)) v(id) ON ((v.id = p.n)))",
        &["p: full, no equality that must hold ties it to the key"],
    ),
    case(
        "trap: LIMIT between a table and VALUES",
        "id int4, body text",
        "SELECT v.id, q.body FROM ((VALUES (1), (2)) v(id) LEFT JOIN ( SELECT c.n, c.body FROM public.tb_comment c \
         ORDER BY c.pk_comment LIMIT 3) q ON ((q.n = v.id)))",
        &["c: full, LIMIT lies between it and the key"],
    ),
    case(
        "a key in every grouping set",
        "fk_post int8, fk_user int8, n int8 / fk_post fk_user",
        "SELECT c.fk_post, c.fk_user, count(*) AS n FROM public.tb_comment c GROUP BY GROUPING SETS ((c.fk_post, c.fk_user), (c.fk_post))",
        &["c: key fk_post"],
    ),
    case(
        "trap: ROLLUP has the empty set",
        "fk_post int8, n int8",
        "SELECT c.fk_post, count(*) AS n FROM public.tb_comment c GROUP BY ROLLUP(c.fk_post)",
        &["c: full, fk_post may be null where the column it comes from is not"],
    ),
    case(
        "integers that are cast to a wider type are equal where they were",
        "pk_post int8, n int8",
        "SELECT p.pk_post, c.n FROM (public.tb_post p JOIN public.tb_comment c ON (((c.small_post)::bigint = p.pk_post)))",
        &["p: key pk_post", "c: small_post -> p pk_post"],
    ),
    case(
        "of two columns that may be null it is one over which nulls meet nulls",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON ((NOT (u.fk_boss IS DISTINCT FROM p.fk_user))))",
        &["p: key pk_post", "u: fk_boss => p fk_user"],
    ),
    case(
        "trap: but not where one is null because its row is missing",
        "pk_post int8, n int8",
        "SELECT p.pk_post, t.pk_tag AS n FROM ((public.tb_post p LEFT JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) \
         JOIN public.tb_tag t ON ((NOT (t.label IS DISTINCT FROM u.name))))",
        &["p: key pk_post", "u: pk_user -> p fk_user", "t: full, no equality that must hold ties it to the key"],
    ),
    case(
        "trap: nor where the two have other types",
        "pk_post int8, n int8",
        "SELECT p.pk_post, c.pk_comment AS n FROM (public.tb_post p JOIN public.tb_comment c ON ((NOT (c.small_post IS DISTINCT FROM p.fk_user))))",
        &["p: key pk_post", "c: full, no equality that must hold ties it to the key"],
    ),
    case(
        "the value of a scalar subquery is that of one of its rows",
        "pk_user int8, title text",
        "SELECT u.pk_user, p.title FROM (public.tb_user u LEFT JOIN public.tb_post p ON ((p.pk_post = ( SELECT q.pk_post \
         FROM public.tb_post q WHERE (q.fk_user = u.pk_user) ORDER BY q.n DESC, q.pk_post LIMIT 1))))",
        &["u: key pk_user", "p: pk_post -> q pk_post", "q: key fk_user"],
    ),
    case(
        "NOT IN between columns that are not null is NOT EXISTS",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p WHERE (NOT (p.pk_post IN ( SELECT t.fk_post FROM public.tb_post_tag t)))",
        &["p: key pk_post", "t: key fk_post"],
    ),
    case(
        "trap: a null in NOT IN matters to every row",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p WHERE (NOT (p.pk_post IN ( SELECT c.fk_post FROM public.tb_comment c)))",
        &["p: key pk_post", "c: full, the subquery is not tied to the key by an equality"],
    ),
    case(
        "trap: and a null on the left of it sees every row",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p WHERE (NOT (p.fk_user IN ( SELECT u.pk_user FROM public.tb_user u)))",
        &["p: key pk_post", "u: full, the subquery is not tied to the key by an equality"],
    ),
    case(
        "a window over a key of the table mixes no rows of it",
        "pk_user int8, n int8",
        "SELECT u.pk_user, q.n FROM (public.tb_user u JOIN ( SELECT p.fk_user, row_number() OVER (PARTITION BY p.pk_post) AS n \
         FROM public.tb_post p) q ON ((q.fk_user = u.pk_user)))",
        &["u: key pk_user", "p: key fk_user"],
    ),
    case(
        "rows in one partition change one another: a rank within a post",
        "pk_tag int8, n int8",
        "SELECT t.fk_tag AS pk_tag, rank() OVER (PARTITION BY t.fk_post ORDER BY t.place) AS n FROM public.tb_post_tag t",
        &["t: key fk_tag", "t: fk_post -> t fk_post"],
    ),
    case(
        "what hangs on such a row climbs over its partition",
        "pk_post int8, fk_tag int8, n int8 / pk_post fk_tag",
        "SELECT t.fk_post AS pk_post, t.fk_tag, sum(g.pk_tag) OVER (PARTITION BY t.fk_post) AS n FROM (public.tb_post_tag t \
         JOIN public.tb_tag g ON ((g.pk_tag = t.fk_tag))) WHERE (t.place > 0)",
        &["t: key fk_post", "g: pk_tag -> t fk_tag"],
    ),
    case(
        "rows whose partition is null share one, which nulls find",
        "pk_post int8, n int8",
        "SELECT p.pk_post, rank() OVER (PARTITION BY p.fk_user ORDER BY p.n) AS n FROM public.tb_post p",
        &["p: key pk_post", "p: fk_user => p fk_user"],
    ),
    case(
        "a partition by two columns, one of which may be null",
        "pk_tag int8, n int8",
        "SELECT t.fk_tag AS pk_tag, count(*) OVER (PARTITION BY t.fk_post, t.place) AS n FROM public.tb_post_tag t",
        &["t: key fk_tag", "t: fk_post place => t fk_post place"],
    ),
    case(
        "trap: a partition by a column that is null where its row is missing",
        "pk_post int8, n int8",
        "SELECT p.pk_post, count(*) OVER (PARTITION BY u.name) AS n FROM (public.tb_post p LEFT JOIN public.tb_user u \
         ON ((u.pk_user = p.fk_user)))",
        &["p: full, a window over other rows mixes rows of different keys", "u: full, a window over other rows mixes rows of different keys"],
    ),
    case(
        "unless there are none",
        "pk_post int8, n int8",
        "SELECT p.pk_post, rank() OVER (PARTITION BY p.fk_user ORDER BY p.n) AS n FROM public.tb_post p WHERE (p.fk_user > 0)",
        &["p: key pk_post", "p: fk_user -> p fk_user"],
    ),
    case(
        "trap: a key that may be null where its column is not",
        "pk_post int8, title text",
        "SELECT CASE WHEN (p.n > 3) THEN p.pk_post ELSE NULL::bigint END AS pk_post, p.title FROM public.tb_post p",
        &["p: full, pk_post is not a plain column of a table here"],
    ),
    case(
        "OFFSET 0 and LIMIT ALL leave all rows",
        "pk_user int8, n int4",
        "SELECT u.pk_user, q.n FROM (public.tb_user u JOIN ( SELECT p.fk_user, p.n FROM public.tb_post p \
         LIMIT ALL OFFSET 0) q ON ((q.fk_user = u.pk_user)))",
        &["u: key pk_user", "p: key fk_user"],
    ),
    case(
        "a branch of a set operation that has a null there is not climbed to",
        "pk_post int8, name text",
        "SELECT s.id AS pk_post, u.name FROM (( SELECT p.pk_post AS id, p.fk_user AS who FROM public.tb_post p UNION ALL \
         SELECT t.pk_tag, NULL::bigint AS int8 FROM public.tb_tag t) s LEFT JOIN public.tb_user u ON ((u.pk_user = s.who)))",
        &["p: key pk_post", "t: key pk_tag", "u: pk_user -> p fk_user"],
    ),
    case(
        "IS NOT DISTINCT FROM a column that is not null is an equality",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON ((NOT (u.pk_user IS DISTINCT FROM p.fk_user))))",
        &["p: key pk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "an operator of another schema counts when it is the type's own equality",
        "pk_tag int8, shape box",
        "SELECT t.pk_tag, m.shape FROM (public.tb_tag t JOIN public.tb_mail m ON ((m.email OPERATOR(public.=) t.email)))",
        &["t: key pk_tag", "m: email -> t email"],
    ),
    case(
        "and not when it is not",
        "pk_tag int8, shape box",
        "SELECT t.pk_tag, m.shape FROM (public.tb_tag t JOIN public.tb_mail m ON ((m.email OPERATOR(other.=) t.email)))",
        &["t: key pk_tag", "m: full, no equality that must hold ties it to the key"],
    ),
    case(
        "a composite key, in the row",
        "fk_post int8, fk_tag int8, label text / fk_post fk_tag",
        "SELECT t.fk_post, t.fk_tag, g.label FROM (public.tb_post_tag t JOIN public.tb_tag g ON ((g.pk_tag = t.fk_tag)))",
        &["t: key fk_post fk_tag", "g: pk_tag -> t fk_tag"],
    ),
    case(
        "a composite key from two tables is in no row: half of it is in one",
        "pk_post int8, pk_user int8 / pk_post pk_user",
        "SELECT p.pk_post, u.pk_user FROM (public.tb_post p CROSS JOIN public.tb_user u)",
        &["p: key pk_post", "u: full, no equality that must hold ties it to the key"],
    ),
    case(
        "two pairs where a unique index has both",
        "fk_post int8, fk_tag int8, n int4 / fk_post fk_tag",
        "SELECT t.fk_post, t.fk_tag, c.n FROM (public.tb_post_tag t JOIN public.tb_comment c \
         ON (((c.fk_post = t.fk_post) AND (c.fk_user = t.fk_tag))))",
        &["t: key fk_post fk_tag", "c: key fk_post fk_user"],
    ),
    case(
        "equalities chain: the key is in a row that never names it",
        "pk_post int8, place int4",
        "SELECT p.pk_post, t.place FROM ((public.tb_post p JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) \
         JOIN public.tb_post_tag t ON ((t.fk_post = c.fk_post)))",
        &["p: key pk_post", "c: key fk_post", "t: key fk_post"],
    ),
    case(
        "the key is an expression",
        "k int8, title text",
        "SELECT (p.pk_post + 1) AS k, p.title FROM public.tb_post p",
        &["p: full, k is not a plain column of a table here"],
    ),
    case(
        "a subquery in the condition of a left join belongs to its nullable side",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p LEFT JOIN public.tb_user u ON (((u.pk_user = p.fk_user) AND \
         (EXISTS ( SELECT 1 FROM public.tb_comment c WHERE (c.fk_user = u.pk_user))))))",
        &["p: key pk_post", "u: pk_user -> p fk_user", "c: fk_user -> p fk_user"],
    ),
    case(
        "trap: an aggregate without GROUP BY returns a row without any row in FROM",
        "pk_post int8, n int8",
        "SELECT p.pk_post, s.n FROM ((public.tb_post p CROSS JOIN LATERAL ( SELECT p.fk_user AS k, count(*) AS n \
         FROM public.tb_comment c WHERE (c.fk_user = p.fk_user)) s) JOIN public.tb_user u ON ((u.pk_user = s.k)))",
        &["p: key pk_post", "c: fk_user -> p fk_user", "u: pk_user -> p fk_user"],
    ),
    case(
        "VALUES and functions say nothing and stand in nobody's way",
        "pk_post int8, x int4",
        "SELECT p.pk_post, v.x FROM ((public.tb_post p JOIN ( VALUES (1,'a'::text), (2,'b'::text)) v(x, y) ON ((v.x = p.n))) \
         CROSS JOIN LATERAL jsonb_array_elements(p.doc) e(value))",
        &["p: key pk_post"],
    ),
    case(
        "an aggregate over what a function returns is not one of the level around it",
        "pk_post int8, x jsonb",
        "SELECT p.pk_post, ( SELECT jsonb_agg(e.value) AS x FROM jsonb_array_elements(p.doc) e(value)) AS x FROM public.tb_post p",
        &["p: key pk_post"],
    ),
    case(
        "trap: an aggregate inside a subquery over outer columns aggregates outside",
        "pk_post int8, x int8",
        "SELECT max(p.pk_post) AS pk_post, ( SELECT count(p.n) AS x) AS x FROM public.tb_post p",
        &["p: full, pk_post is not a plain column of a table here"],
    ),
    case(
        "an aggregate over a subquery belongs to the innermost level that the subquery names outside itself",
        "pk_user int8, x text",
        "SELECT u.pk_user, ( SELECT max(( SELECT max(c.body) AS max FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))) AS max \
         FROM public.tb_post p WHERE (p.fk_user = u.pk_user)) AS x FROM public.tb_user u",
        &["u: key pk_user", "p: key fk_user", "c: fk_post -> p pk_post"],
    ),
    case(
        "or to its own level when there is none",
        "pk_user int8, x text",
        "SELECT u.pk_user, ( SELECT max(( SELECT max(c.body) AS max FROM public.tb_comment c)) AS max \
         FROM public.tb_post p WHERE (p.fk_user = u.pk_user)) AS x FROM public.tb_user u",
        &["u: key pk_user", "p: key fk_user", "c: full, the subquery is not tied to the key by an equality; the whole is compared only when the value of this subquery changes"],
    ),
    case(
        "trap: which may be further out than it stands",
        "pk_user int8, x text",
        "SELECT u.pk_user, ( SELECT max(( SELECT c.body FROM public.tb_comment c WHERE (c.pk_comment = u.pk_user))) AS max \
         FROM public.tb_post p WHERE (p.fk_user = u.pk_user)) AS x FROM public.tb_user u",
        &[
            "u: full, grouping by other columns mixes rows of different keys",
            "p: full, grouping by other columns mixes rows of different keys",
            "c: full, grouping by other columns mixes rows of different keys",
        ],
    ),
    case(
        "a nested join with an alias of its own",
        "pk_post int8, name text",
        "SELECT j.pk_post, j.name FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) j",
        &["p: key pk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "alias column lists",
        "a int8, name text",
        "SELECT p.a, u.name FROM (public.tb_post p(a, b) JOIN public.tb_user u ON ((u.pk_user = p.b)))",
        &["p: key pk_post", "u: pk_user -> p fk_user"],
    ),
    case(
        "ONLY, and the alias of USING",
        "fk_post int8, place int4",
        "SELECT c.fk_post, t.place FROM (ONLY public.tb_comment c JOIN public.tb_post_tag t USING (fk_post) AS j)",
        &["c: key fk_post", "t: key fk_post"],
    ),
    case(
        "what is not understood is maintained in full",
        "pk_post int8, x text",
        "SELECT p.pk_post, XMLELEMENT(NAME a, p.title) AS x FROM public.tb_post p",
        &["tb_post: full, view v_x: its definition was not understood: sql parser error: Expected: ), found: a"],
    ),
];

#[test]
fn corpus() {
    let mut wrong = Vec::new();
    for case in CASES {
        let (columns, key) = match case.columns.split_once('/') {
            Some((columns, key)) => (columns, key),
            None => (case.columns, case.columns.split(' ').next().unwrap_or("")),
        };
        let blog = Blog::new().view("v_x", columns, case.definition).key(key);
        let mut lines = blog.lines();
        // Only tables that the text names are of interest where the whole is maintained in full.
        lines.retain(|l| {
            !l.contains("full, ") || {
                let alias = l.split(':').next().unwrap_or("");
                !alias.starts_with("tb_") || case.definition.contains(alias)
            }
        });
        if lines != case.expect {
            wrong.push(format!(
                "{}:\n  expected {:?}\n  found    {lines:?}",
                case.shows, case.expect
            ));
        }
        assert!(
            blog.plan().refusals.is_empty(),
            "{}: {:?}",
            case.shows,
            blog.plan().refusals
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn views_are_seen_through() {
    let blog = Blog::new()
        .view(
            "v_user",
            "pk_user int8, name text, posts int8",
            "SELECT u.pk_user, u.name, ( SELECT count(*) AS count FROM public.tb_post p WHERE (p.fk_user = u.pk_user)) AS posts \
             FROM public.tb_user u",
        )
        .view(
            "v_post",
            "pk_post int8, author text",
            "SELECT p.pk_post, v_user.name AS author FROM (public.tb_post p JOIN public.v_user ON ((v_user.pk_user = p.fk_user)))",
        )
        .key("pk_post");
    assert_eq!(
        blog.lines(),
        ["p: key pk_post", "v_user.u: pk_user -> p fk_user"]
    );
    assert_eq!(
        blog.matter("v_user.u"),
        "pk_user name",
        "v_user.posts is not read, so the posts it counts are no occurrence"
    );
}

#[test]
fn a_view_read_twice_is_told_apart() {
    let blog = Blog::new()
        .view("v_user", "pk_user int8, name text", "SELECT u.pk_user, u.name FROM public.tb_user u")
        .view(
            "v_post",
            "pk_post int8, author text, boss text",
            "SELECT p.pk_post, a.name AS author, c.name AS boss FROM ((public.tb_post p \
             JOIN public.v_user a ON ((a.pk_user = p.fk_user))) LEFT JOIN public.v_user c ON ((c.pk_user = p.n)))",
        )
        .key("pk_post");
    assert_eq!(
        blog.lines(),
        [
            "p: key pk_post",
            "a.u: pk_user -> p fk_user",
            "c.u: pk_user -> p n"
        ]
    );
}

#[test]
fn only_columns_that_are_read_matter() {
    let blog = |definition: &str| {
        Blog::new()
            .view("v_x", "pk_post int8, x text", definition)
            .key("pk_post")
    };
    let join = "FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))";
    let plain = blog(&format!("SELECT p.pk_post, u.name AS x {join}"));
    assert_eq!(plain.matter("p"), "pk_post fk_user");
    assert_eq!(plain.matter("u"), "pk_user name");
    let whole = blog(&format!("SELECT p.pk_post, (u.*)::text AS x {join}"));
    assert_eq!(whole.matter("u"), "*");
    let argument = blog(&format!("SELECT p.pk_post, to_json(u.*) AS x {join}"));
    assert_eq!(argument.matter("u"), "*");
    let item = blog(&format!(
        "SELECT p.pk_post, u.*::public.tb_user AS x {join}"
    ));
    assert_eq!(item.matter("u"), "*");
    let where_and_order = blog(&format!(
        "SELECT p.pk_post, u.name AS x {join} WHERE (u.small > 1) ORDER BY u.code"
    ));
    assert_eq!(where_and_order.matter("u"), "pk_user name code small");
    let count = blog("SELECT p.pk_post, ( SELECT count(*) AS count FROM public.tb_comment c WHERE (c.fk_post = p.pk_post)) AS x FROM public.tb_post p");
    assert_eq!(count.matter("c"), "fk_post");
    let unread = blog("SELECT p.pk_post, s.a AS x FROM (public.tb_post p JOIN ( SELECT u.pk_user, u.name AS a, u.code AS b FROM public.tb_user u) s ON ((s.pk_user = p.fk_user)))");
    assert_eq!(unread.matter("u"), "pk_user name");
    let distinct = blog("SELECT p.pk_post, s.a AS x FROM (public.tb_post p JOIN ( SELECT DISTINCT u.pk_user, u.name AS a, u.code AS b FROM public.tb_user u) s ON ((s.pk_user = p.fk_user)))");
    assert_eq!(
        distinct.matter("u"),
        "pk_user name code",
        "they decide what is distinct"
    );
    let set = blog("SELECT p.pk_post, s.a AS x FROM (public.tb_post p JOIN ( SELECT u.pk_user, u.name AS a, regexp_split_to_table(u.code, ','::text) AS b FROM public.tb_user u) s ON ((s.pk_user = p.fk_user)))");
    assert_eq!(set.matter("u"), "pk_user name code", "it may return a set");
    let unknown = blog(&format!("SELECT p.pk_post, nobody.knows AS x {join}"));
    assert_eq!(unknown.matter("u"), "*");
}

#[test]
fn null_keys_are_announced() {
    let null_keys = |columns: &str, definition: &str| -> Vec<bool> {
        let key = columns.split(' ').next().unwrap_or("").to_owned();
        let blog = Blog::new().view("v_x", columns, definition).key(&key);
        blog.plan().occurrences.iter().map(|o| o.null_key).collect()
    };
    let join = "FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))";
    assert_eq!(
        null_keys("pk_post int8", &format!("SELECT p.pk_post {join}")),
        [false, false]
    );
    assert_eq!(
        null_keys("fk_user int8", &format!("SELECT p.fk_user {join}")),
        [false, false],
        "the join rejects it"
    );
    assert_eq!(
        null_keys("fk_user int8", "SELECT p.fk_user FROM public.tb_post p"),
        [true]
    );
    assert_eq!(
        null_keys(
            "fk_user int8",
            "SELECT p.fk_user FROM public.tb_post p WHERE (p.fk_user IS NOT NULL)"
        ),
        [false]
    );
    let lateral = "FROM (public.tb_post p LEFT JOIN LATERAL ( SELECT p.pk_post, u.name FROM public.tb_user u \
                   WHERE (u.pk_user = p.fk_user)) s ON (true))";
    assert_eq!(
        null_keys("pk_post int8", &format!("SELECT s.pk_post {lateral}")),
        [true, true],
        "a copy of p's key, but null where s has no row"
    );
    let left = "FROM (public.tb_user u LEFT JOIN public.tb_post p ON ((u.pk_user = p.fk_user)))";
    assert_eq!(
        null_keys("pk_post int8", &format!("SELECT p.pk_post {left}")),
        [true, true]
    );
}

#[test]
fn an_order_that_is_not_determined_is_noted() {
    let notes = |x: &str, end: &str| {
        let text = format!("SELECT p.pk_post, {x} AS x FROM public.tb_post p {end}");
        let blog = Blog::new().view("v_x", "pk_post int8, x text", &text);
        let mut notes = blog.key("pk_post").plan().notes;
        notes.retain(|n| n.contains("not determined"));
        notes
    };
    let comments = "FROM public.tb_comment c WHERE (c.fk_post = p.pk_post)";
    assert_eq!(
        notes(
            &format!(
                "( SELECT string_agg(c.body, (jsonb_agg(c.n))::text) AS x {comments}), \
                 ( SELECT jsonb_agg(c.n) FILTER (WHERE (c.n > 1)) AS x {comments})"
            ),
            ""
        ),
        ["the order of elements in jsonb_agg(...), string_agg(...) is not determined: add ORDER BY, or rows may differ \
          from the view in order only"]
    );
    for x in [
        format!("( SELECT string_agg(c.body, ', '::text ORDER BY c.n) AS x {comments})"),
        format!("( SELECT array_agg(DISTINCT c.body) AS x {comments})"),
        format!("( SELECT count(c.body) AS x {comments})"),
        format!("( SELECT jsonb_agg(s.body) AS x FROM ( SELECT c.body {comments} ORDER BY c.n) s)"),
        "( SELECT jsonb_agg(e.value) AS x FROM jsonb_array_elements(p.doc) e(value))".to_owned(),
        format!("( SELECT c.body {comments} ORDER BY c.n LIMIT 1)"),
    ] {
        assert!(notes(&x, "").is_empty(), "{x}");
    }
    assert_eq!(
        notes(&format!("( SELECT c.body {comments} LIMIT 1)"), ""),
        ["which rows LIMIT takes is not determined: add ORDER BY, or rows may differ from the view"]
    );
    let distinct =
        "( SELECT s.body FROM ( SELECT DISTINCT ON (c.fk_user) c.body FROM public.tb_comment c";
    assert_eq!(
        notes(&format!("{distinct}) s)"), ""),
        ["which rows DISTINCT ON takes is not determined: add ORDER BY, or rows may differ from the view"]
    );
    assert!(notes(&format!("{distinct} ORDER BY c.fk_user, c.n) s)"), "").is_empty());
}

#[test]
fn missing_indexes_are_named() {
    let blog = Blog::new()
        .view(
            "v_x",
            "pk_post int8, name text",
            "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON ((u.small = p.n)))",
        )
        .key("pk_post");
    let plan = blog.plan();
    let user = &plan.occurrences[1];
    assert_eq!(
        user.missing_index.as_deref(),
        Some("CREATE INDEX ON public.tb_post (n)")
    );
    assert_eq!(user.links, "tb_user.small → tb_post.n → key");
    assert_eq!(user.reason, "small leads to the key through p");
    assert_eq!(plan.occurrences[0].reason, "pk_post is the key of the view");
}

#[test]
fn the_shortest_climb_is_taken_and_an_index_preferred() {
    let blog = Blog::new()
        .view(
            "v_x",
            "pk_comment int8, name text",
            "SELECT c.pk_comment, u.name FROM ((public.tb_comment c JOIN public.tb_post p ON ((p.pk_post = c.fk_post))) \
             JOIN public.tb_user u ON (((u.pk_user = p.fk_user) AND (u.pk_user = c.fk_user) AND (u.small = c.n))))",
        )
        .key("pk_comment");
    assert_eq!(
        blog.lines(),
        [
            "c: key pk_comment",
            "p: pk_post -> c fk_post",
            "u: pk_user -> c fk_user"
        ]
    );
}

/// An aggregate without GROUP BY returns a row without any row in FROM, so what is outside must not climb over
/// what is inside, however cheap. Nor must it when the aggregate hides in a subquery but belongs to this level.
#[test]
fn a_row_from_nothing_is_not_climbed_over() {
    for count in ["count(*)", "( SELECT count(c.n) AS count)"] {
        let text = format!(
            "SELECT p.pk_post, s.n FROM ((public.tb_post p CROSS JOIN LATERAL ( SELECT p.fk_user AS k, {count} AS n \
             FROM public.tb_comment c WHERE ((c.fk_user = p.fk_user) AND (c.fk_post = p.pk_post))) s) \
             JOIN public.tb_user u ON ((u.pk_user = s.k)))"
        );
        let mut blog = Blog::new()
            .view("v_x", "pk_post int8, n int8", &text)
            .key("pk_post");
        for relation in &mut blog.0.relations {
            if relation.name == "tb_post" {
                relation.indexes.clear();
            }
        }
        assert_eq!(
            blog.lines(),
            [
                "p: key pk_post",
                "c: key fk_post",
                "u: pk_user -> p fk_user"
            ]
        );
    }
}
