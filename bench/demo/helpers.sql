-- What the demonstration itself needs, apart from the catalogue.

CREATE SCHEMA demo;
CREATE SEQUENCE demo.run;

CREATE TABLE demo.results (
    run integer NOT NULL,
    step integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL,
    documents bigint NOT NULL,
    write_ms numeric NOT NULL,
    refresh_ms numeric,
    wrong bigint NOT NULL
);

-- Shows some fields of a document, one per line. Of an array it shows the length and two elements,
-- those first that the other version of the document does not have.
CREATE FUNCTION demo.abridge(document jsonb, other jsonb, fields text[]) RETURNS SETOF text
LANGUAGE sql AS $$
    SELECT format('%-14s %s', field || ':', CASE jsonb_typeof(document -> field)
        WHEN 'array' THEN format('%s entries: %s', jsonb_array_length(document -> field), (
            SELECT string_agg(element::text, ', ' ORDER BY old, number)
            FROM (
                SELECT element, number, element IN (SELECT jsonb_array_elements(other -> field)) AS old
                FROM jsonb_array_elements(document -> field) WITH ORDINALITY AS e (element, number)
                ORDER BY 3, 2
                LIMIT 2
            ) shown))
        ELSE (document -> field)::text
        END)
    FROM unnest(fields) WITH ORDINALITY AS f (field, number)
    ORDER BY number
$$;

CREATE FUNCTION demo.no_document_is_wrong(this_run integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(wrong) FROM demo.results WHERE run = this_run) IS DISTINCT FROM 0 THEN
        RAISE EXCEPTION 'documents differ from their views';
    END IF;
    IF NOT EXISTS (SELECT FROM demo.results WHERE run = this_run AND documents > 0) THEN
        RAISE EXCEPTION 'no write changed any document';
    END IF;
END
$$;
