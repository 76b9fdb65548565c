-- The catalogue of TVIEWs: run-once state. Everything after this file can be run again.

SET LOCAL search_path TO pg_catalog, pg_temp;

------------------------------------------------------------------------------------------------------------
-- pg_tview_meta
--
-- Columns that name relations are regclass, so that a dump carries names and a rename changes nothing. The
-- schema is a name: regnamespace is among the types pg_upgrade refuses in tables.
------------------------------------------------------------------------------------------------------------
CREATE TABLE @extschema@.pg_tview_meta (
    entity           text       NOT NULL,
    schema           name       NOT NULL,
    table_oid        regclass   NOT NULL,
    view_oid         regclass   NOT NULL,
    key_columns      text[]     NOT NULL,
    options          jsonb      NOT NULL DEFAULT '{}',
    definition       text       NOT NULL,
    depth            integer    NOT NULL DEFAULT 0,
    relations        regclass[] NOT NULL,
    family           regclass[] NOT NULL DEFAULT '{}',
    unwatched        regclass[] NOT NULL DEFAULT '{}',
    settings         jsonb      NOT NULL DEFAULT '{}',
    fingerprint      text       NOT NULL,
    plan             jsonb      NOT NULL,
    metadata_version integer    NOT NULL DEFAULT 1,
    filled           boolean    NOT NULL DEFAULT true,
    CONSTRAINT pg_tview_meta_pkey PRIMARY KEY (table_oid),
    CONSTRAINT pg_tview_meta_view_oid_key UNIQUE (view_oid),
    CONSTRAINT pg_tview_meta_schema_entity_key UNIQUE (schema, entity)
);

COMMENT ON TABLE @extschema@.pg_tview_meta IS 'One row per TVIEW. Only the owner of a TVIEW changes its row.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.entity IS 'Name of the TVIEW without prefix: post for tv_post. Follows the name of the table.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.schema IS 'Schema of the TVIEW''s table. Follows the table.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.table_oid IS 'The table tv_<entity>.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.view_oid IS 'The backing view v_<entity>.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.key_columns IS 'Names of the columns that make up the key, in key order.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.options IS 'Options given to pg_tviews_create().';
COMMENT ON COLUMN @extschema@.pg_tview_meta.definition IS 'Text of the backing view with every relation schema-qualified.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.depth IS 'Position in the dependency order: 0, or one more than the deepest TVIEW whose table this one reads.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.relations IS 'The backing view and every relation reachable from it through views.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.family IS 'Partitions, inheritance children and parents, at any level, of the watched sources: statements on them change the sources too.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.unwatched IS 'Relations of options.unwatched. They follow renames; options is kept in step with them.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.settings IS 'Settings that decide how values are printed (TimeZone, DateStyle, ...), as they were in the session that created the TVIEW. Its rows are computed with them.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.fingerprint IS 'State of the relations the plan was derived from. A plan whose fingerprint differs from the current one is not used.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.plan IS 'The lineage: how changes of each source reach the keys, and the generated statements.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.metadata_version IS 'Version of the layout of this row.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.filled IS 'False while pg_tviews_create_online() has not yet filled the table, which is then called tf_<entity>: it holds only a part of the view.';

------------------------------------------------------------------------------------------------------------
-- pg_tview_helpers
------------------------------------------------------------------------------------------------------------
CREATE TABLE @extschema@.pg_tview_helpers (
    table_oid     regclass NOT NULL,
    entity        text     NOT NULL,
    occurrence    integer  NOT NULL,
    source        regclass NOT NULL,
    alias         text     NOT NULL,
    strategy      text     NOT NULL,
    reason        text     NOT NULL,
    links         text     NOT NULL DEFAULT '',
    lookup        text,
    columns       text[],
    patched       text[],
    missing_index text,
    CONSTRAINT pg_tview_helpers_pkey PRIMARY KEY (table_oid, occurrence),
    CONSTRAINT pg_tview_helpers_strategy_check CHECK (strategy OPERATOR(pg_catalog.=) ANY (ARRAY['key', 'link', 'full']))
);

COMMENT ON TABLE @extschema@.pg_tview_helpers IS 'One row per TVIEW and occurrence of a source in its definition: the lineage, readable by people.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.table_oid IS 'The TVIEW''s table.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.entity IS 'Name of the TVIEW without prefix.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.occurrence IS 'Position of the occurrence in the plan, from 0.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.source IS 'The table that occurs.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.alias IS 'Its alias, with the views it was reached through: v_user.u.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.strategy IS 'How a change reaches the keys: key (the key is in the row), link (by lookups) or full (the whole TVIEW is compared).';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.reason IS 'Why this strategy, and which rows alone count, when a condition with constants keeps others out.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.links IS 'The lookups in words; empty unless the strategy is link.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.lookup IS 'The first lookup as SQL, or what makes a key of the row''s values; null when the key is in the row as it is, and when the strategy is full.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.columns IS 'Columns of the source that matter: a change of any other does nothing. Null when every column matters.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.patched IS 'Columns whose change is patched into the document, and aggregates kept from differences, with their place in it. Null: rows are recomputed.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.missing_index IS 'A CREATE INDEX statement for an index the lookup wants and has not; else null.';

------------------------------------------------------------------------------------------------------------
-- pg_tviews_metrics
------------------------------------------------------------------------------------------------------------
CREATE TABLE @extschema@.pg_tviews_metrics (
    recorded_at              timestamptz      NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    application_name         text,
    transaction_id           bigint,
    queue_size               bigint           NOT NULL DEFAULT 0,
    refresh_count            bigint           NOT NULL DEFAULT 0,
    iteration_count          bigint           NOT NULL DEFAULT 0,
    timing_ms                double precision NOT NULL DEFAULT 0,
    graph_cache_hit          boolean,
    bulk_refresh_count       bigint           NOT NULL DEFAULT 0,
    individual_refresh_count bigint           NOT NULL DEFAULT 0,
    flush_count              bigint           NOT NULL DEFAULT 1,
    tviews                   jsonb            NOT NULL DEFAULT '[]'
);

CREATE INDEX pg_tviews_metrics_recorded_at_idx ON @extschema@.pg_tviews_metrics (recorded_at);

COMMENT ON TABLE @extschema@.pg_tviews_metrics IS 'Recorded flushes: with pg_tviews.metrics = sampled at most one row per session and pg_tviews.metrics_interval, which stands for all flushes of the session since its last row; with all one row per transaction. Not part of dumps.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.recorded_at IS 'When the row was written: before the transaction committed.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.application_name IS 'application_name of the session.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.transaction_id IS 'Transaction that wrote the row, with its epoch.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.queue_size IS 'Entries in the queue when a flush began; the longest queue of the flushes the row stands for.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.refresh_count IS 'TVIEW rows written.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.iteration_count IS 'Steps: each brings one TVIEW up to date.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.timing_ms IS 'Duration of the flushes in milliseconds.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.graph_cache_hit IS 'Whether all plans came from the session''s cache.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.bulk_refresh_count IS 'Steps for several rows or whole TVIEWs.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.individual_refresh_count IS 'Steps for a single row that exists.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.flush_count IS 'Flushes the row stands for.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.tviews IS 'The same by TVIEW: an array of objects with schema, entity and the counts of pg_tviews_statistics, times in microseconds.';

------------------------------------------------------------------------------------------------------------
-- _pg_tviews_values
--
-- Only the library writes it, row by row and not through SQL. It is not dumped: without a row all of the TVIEW is compared.
------------------------------------------------------------------------------------------------------------
CREATE TABLE @extschema@._pg_tviews_values (
    table_oid regclass NOT NULL,
    queries   text[]   NOT NULL,
    images    bytea[]  NOT NULL,
    CONSTRAINT _pg_tviews_values_pkey PRIMARY KEY (table_oid),
    CONSTRAINT _pg_tviews_values_table_oid_fkey FOREIGN KEY (table_oid) REFERENCES @extschema@.pg_tview_meta ON DELETE CASCADE
);

COMMENT ON TABLE @extschema@._pg_tviews_values IS 'What the rows of a TVIEW show of subqueries with one value for all of them. While that stays, changes of what they read leave the TVIEW alone.';
COMMENT ON COLUMN @extschema@._pg_tviews_values.table_oid IS 'The TVIEW''s table.';
COMMENT ON COLUMN @extschema@._pg_tviews_values.queries IS 'The subqueries.';
COMMENT ON COLUMN @extschema@._pg_tviews_values.images IS 'The value of each as the library keeps it.';

------------------------------------------------------------------------------------------------------------
-- Privileges and dumps. Rows are guarded by _pg_tviews_meta_guard and _pg_tviews_metrics_guard, not by row-level security, which would
-- break pg_dump for roles that are no superusers.
------------------------------------------------------------------------------------------------------------
REVOKE ALL ON @extschema@.pg_tview_meta, @extschema@.pg_tview_helpers, @extschema@.pg_tviews_metrics, @extschema@._pg_tviews_values FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON @extschema@.pg_tview_meta, @extschema@.pg_tview_helpers TO PUBLIC;
GRANT SELECT, DELETE ON @extschema@.pg_tviews_metrics TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('@extschema@.pg_tview_meta', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.pg_tview_helpers', '');
