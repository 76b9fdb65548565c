-- Measures what bench/jsonb.sql holds and prints a table in Markdown.
\pset format unaligned
\pset tuples_only on
CREATE TEMP TABLE measured (position integer, size integer, is_ours boolean, us numeric);
SELECT set_config('bench.rounds', :'rounds', false) \g /dev/null

DO $$
DECLARE
    c     record;
    calls integer;
    started timestamptz;
    same  boolean;
    is_ours boolean;
BEGIN
    FOR c IN SELECT * FROM comparison CROSS JOIN (SELECT size FROM document) d ORDER BY position, size LOOP
        EXECUTE format('SELECT ROW(%s)::record *= ROW(%s)::record FROM document d, generate_series(1, 1) i WHERE d.size = %s', c.ours, c.theirs, c.size) INTO STRICT same;
        IF NOT same THEN
            RAISE EXCEPTION 'different results: %', c.name;
        END IF;
        calls := 60000 / (c.size + 20);
        FOR round IN 0 .. current_setting('bench.rounds')::integer LOOP
            FOREACH is_ours IN ARRAY CASE round % 2 WHEN 0 THEN '{t,f}'::boolean[] ELSE '{f,t}' END LOOP
                started := clock_timestamp();
                EXECUTE format('SELECT count(%s) FROM document d, generate_series(1, %s) i WHERE d.size = %s', CASE WHEN is_ours THEN c.ours ELSE c.theirs END, calls, c.size);
                -- The first one warms up.
                IF round > 0 THEN
                    INSERT INTO measured VALUES (c.position, c.size, is_ours, extract(epoch FROM clock_timestamp() - started) * 1e6 / calls);
                END IF;
            END LOOP;
        END LOOP;
    END LOOP;
END
$$;

SELECT E'| change | elements | server µs | pg_tviews µs | ratio |\n| --- | --- | --- | --- | --- |';
SELECT format('| %s | %s | %s | %s | %s |', c.name, m.size, round(m.theirs, 1), round(m.ours, 1), round(m.ours / m.theirs, 2))
  FROM (SELECT position, size, (percentile_cont(0.5) WITHIN GROUP (ORDER BY us) FILTER (WHERE is_ours))::numeric AS ours,
               (percentile_cont(0.5) WITHIN GROUP (ORDER BY us) FILTER (WHERE NOT is_ours))::numeric AS theirs
          FROM measured GROUP BY position, size) m
  JOIN comparison c USING (position) ORDER BY position, size;
