//! What is refused, and how that is said.

use super::catalog::Blog;

fn refused(blog: &Blog) -> Vec<(String, String)> {
    let plan = blog.plan();
    for refusal in &plan.refusals {
        assert!(
            !refusal.message.ends_with('.') && !refusal.message.contains('\n'),
            "{}",
            refusal.message
        );
        assert!(
            refusal.detail.is_empty() || refusal.detail.ends_with('.'),
            "{}",
            refusal.detail
        );
        assert!(
            refusal.hint.is_empty() || refusal.hint.ends_with('.'),
            "{}",
            refusal.hint
        );
    }
    plan.refusals
        .into_iter()
        .map(|r| (r.code, r.message))
        .collect()
}

fn pair(code: &str, message: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), message.to_owned())]
}

fn simple(expression: &str) -> Blog {
    let text = format!("SELECT p.pk_post, {expression} AS x FROM public.tb_post p");
    Blog::new()
        .view("v_x", "pk_post int8, x text", &text)
        .key("pk_post")
}

#[test]
fn keys_must_be_there_and_comparable() {
    let blog = simple("p.title").key("pk_other");
    assert_eq!(
        refused(&blog),
        pair("42703", "view \"v_x\" has no key column \"pk_other\"")
    );
    let blog = Blog::new()
        .view("v_x", "shape box", "SELECT m.shape FROM public.tb_mail m")
        .key("shape");
    assert_eq!(
        refused(&blog),
        pair("42883", "key column \"shape\" has a type without equality")
    );
    assert_eq!(
        refused(&simple("p.title").key("")),
        pair("42P16", "TVIEW \"tv_x\" has no key")
    );
    assert_eq!(
        refused(&simple("p.title").key("x x")),
        pair("42701", "key column \"x\" is named more than once")
    );
}

#[test]
fn a_view_that_is_not_there() {
    let mut blog = simple("p.title");
    blog.0.target.view = 1;
    assert_eq!(
        refused(&blog),
        pair("42P01", "the view of TVIEW \"tv_x\" does not exist")
    );
}

#[test]
fn the_time_and_the_session() {
    let words = [
        ("now()", "now"),
        ("pg_catalog.now()", "now"),
        ("CURRENT_TIMESTAMP", "current_timestamp"),
        ("LOCALTIMESTAMP(3)", "localtimestamp"),
        ("CURRENT_DATE", "current_date"),
        ("clock_timestamp()", "clock_timestamp"),
        ("CURRENT_USER", "current_user"),
        ("SESSION_USER", "session_user"),
        ("CURRENT_SCHEMA", "current_schema"),
        ("current_setting('a.b'::text)", "current_setting"),
        ("age(p.title)", "age"),
        ("obj_description(p.pk_post)", "obj_description"),
        (
            "has_table_privilege(p.title, 'select'::text)",
            "has_table_privilege",
        ),
        ("( SELECT max(now()) AS max)", "now"),
        ("( SELECT max(n.n) FROM now() n(n))", "now"),
        (
            "( SELECT max(n.n) FROM LATERAL pg_catalog.now() n(n))",
            "now",
        ),
        (
            "pg_stat_get_live_tuples(p.pk_post)",
            "pg_stat_get_live_tuples",
        ),
        // Not understood, but read.
        (
            "( SELECT max(n.n) FROM ROWS FROM(now(), f()) n(n, f))",
            "now",
        ),
        ("XMLFOREST(CURRENT_DATE AS d)", "current_date"),
    ];
    for (text, word) in words {
        let message = format!("view \"v_x\" depends on the time or the session: {word}");
        assert_eq!(refused(&simple(text)), pair("0A000", &message), "{text}");
        let mut allowed = simple(text);
        allowed.0.target.allow_volatile = true;
        assert!(refused(&allowed).is_empty(), "{text}");
        assert!(
            allowed.plan().notes.iter().any(|n| n.contains(word)),
            "{text}"
        );
    }
    for text in [
        "age(p.title, p.title)",
        "pg_typeof(p.title)",
        "app.now()",
        "p.\"user\"",
        "\"now\"",
    ] {
        assert!(refused(&simple(text)).is_empty(), "{text}");
    }
}

#[test]
fn volatile_functions_are_what_the_server_says() {
    let mut blog = simple("p.title");
    let view = blog.0.target.view;
    blog.0
        .relations
        .iter_mut()
        .filter(|r| r.oid == view)
        .for_each(|r| r.volatile = true);
    assert_eq!(
        refused(&blog),
        pair("0A000", "view \"v_x\" uses a volatile function")
    );
    blog.0.target.allow_volatile = true;
    assert!(refused(&blog).is_empty());
}

#[test]
fn sources_that_cannot_be_watched() {
    for kind in ['m', 'f'] {
        let blog = Blog::new()
            .other("odd", kind, "id int8, pk_user int8")
            .view(
                "v_x",
                "pk_post int8, id int8",
                "SELECT p.pk_post, o.id FROM (public.tb_post p JOIN public.odd o ON ((o.pk_user = p.fk_user)))",
            )
            .key("pk_post");
        assert_eq!(
            refused(&blog),
            pair("0A000", "changes of relation public.odd cannot be watched")
        );
        let mut allowed = blog;
        let odd = allowed
            .0
            .relations
            .iter()
            .find(|r| r.name == "odd")
            .map(|r| r.oid);
        allowed.0.target.unwatched = odd.into_iter().collect();
        assert!(refused(&allowed).is_empty());
        assert_eq!(allowed.lines(), ["p: key pk_post"], "it is no occurrence");
        assert_eq!(allowed.plan().notes, ["changes of public.odd are not seen"]);
    }
    let blog = simple("( SELECT c.relname FROM pg_class c WHERE (c.oid = p.n))");
    assert_eq!(
        refused(&blog),
        pair(
            "0A000",
            "changes of relation pg_catalog.pg_class cannot be watched"
        )
    );
    let blog = simple("p.xmin");
    assert_eq!(
        refused(&blog),
        pair(
            "0A000",
            "the view reads system column xmin of public.tb_post"
        )
    );
    assert!(refused(&simple("p.tableoid")).is_empty());
}

#[test]
fn samples() {
    let blog = Blog::new()
        .view(
            "v_x",
            "pk_post int8",
            "SELECT p.pk_post FROM public.tb_post p TABLESAMPLE bernoulli (10)",
        )
        .key("pk_post");
    assert_eq!(
        refused(&blog),
        pair("0A000", "the view takes a sample of public.tb_post")
    );
}

#[test]
fn its_own_table() {
    let blog = Blog::new()
        .other("tv_x", 'r', "pk_post int8")
        .view("v_x", "pk_post int8", "SELECT t.pk_post FROM public.tv_x t")
        .key("pk_post");
    assert_eq!(
        refused(&blog),
        pair("42P19", "TVIEW \"tv_x\" reads its own table")
    );
}

#[test]
fn dependencies_are_checked_against_the_server() {
    // The server knows of a table that the text does not name.
    let mut blog = simple("p.title");
    let view = blog.0.target.view;
    let tag = blog
        .0
        .relations
        .iter()
        .find(|r| r.name == "tb_tag")
        .map(|r| r.oid);
    let relation = blog
        .0
        .relations
        .iter_mut()
        .find(|r| r.oid == view)
        .expect("the view");
    relation.depends_on.extend(tag);
    assert_eq!(
        blog.lines(),
        [
            "p: key pk_post",
            "tb_tag: full, the server knows of a dependency that was not found in the definition"
        ]
    );
    // The text names a table that the server does not know of.
    let mut blog = simple("p.title");
    blog.0
        .relations
        .iter_mut()
        .for_each(|r| r.depends_on.clear());
    assert!(blog.lines().iter().all(
        |l| l.ends_with("full, view v_x: its definition and the server's dependencies differ")
    ));
}
