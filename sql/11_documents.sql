-- Functions that flushes call in place of jsonb_build_object() and jsonb_agg(). The library's planner hook puts them there.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_build_object(VARIADIC "any")
RETURNS jsonb
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', '_pg_tviews_build_object_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_build_object("any") IS 'Returns what jsonb_build_object() returns for keys of type text, byte for byte, faster. Raises 22023 for a key that is null or of another type and 0A000 for a VARIADIC array.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_build_object("any") FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_build_object("any") TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_patch(stored jsonb, fresh jsonb)
RETURNS jsonb
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', '_pg_tviews_patch_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_patch(jsonb, jsonb) IS 'Called by flushes: returns a stored document with the values that are patched now as a fresh one has them, and null when it has them already or cannot be patched. Raises 55000 outside a flush.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_patch(jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_patch(jsonb, jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_add_element(state internal, element jsonb)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', '_pg_tviews_add_element_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_add_element(internal, jsonb) IS 'Transition of the aggregate _pg_tviews_agg().';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_add_element(internal, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_add_element(internal, jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_finish_array(state internal)
RETURNS jsonb
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', '_pg_tviews_finish_array_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_finish_array(internal) IS 'Result of the aggregate _pg_tviews_agg().';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_finish_array(internal) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_finish_array(internal) TO PUBLIC;

-- Replaced by hand: what CREATE OR REPLACE finds might not be ours.
DROP AGGREGATE IF EXISTS @extschema@._pg_tviews_agg(jsonb);
CREATE AGGREGATE @extschema@._pg_tviews_agg(element jsonb) (
    SFUNC = @extschema@._pg_tviews_add_element,
    STYPE = internal,
    FINALFUNC = @extschema@._pg_tviews_finish_array,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE @extschema@._pg_tviews_agg(jsonb) IS 'Returns what jsonb_agg() returns for values of type jsonb, byte for byte, faster.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_agg(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_agg(jsonb) TO PUBLIC;
