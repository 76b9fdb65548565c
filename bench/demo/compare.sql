-- Materialized views of the same definitions, only there to be refreshed beside each write.

CREATE SCHEMA compare;

CREATE MATERIALIZED VIEW compare.mv_package AS SELECT * FROM v_package;
CREATE UNIQUE INDEX ON compare.mv_package (pk_package);

CREATE MATERIALIZED VIEW compare.mv_maintainer AS SELECT * FROM v_maintainer;
CREATE UNIQUE INDEX ON compare.mv_maintainer (pk_maintainer);

CREATE MATERIALIZED VIEW compare.mv_section AS SELECT * FROM v_section;
CREATE UNIQUE INDEX ON compare.mv_section (pk_section);
