-- Functions that flushes call in place of jsonb_build_object() and jsonb_agg(). The library's planner hook puts them there.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_build_object(VARIADIC "any")
RETURNS jsonb
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', '_pg_tviews_build_object_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_build_object("any") IS 'Returns what jsonb_build_object() returns for keys of type text, byte for byte, faster. Raises 22023 for a key that is null or of another type and 0A000 for a VARIADIC array.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_build_object("any") FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_build_object("any") TO PUBLIC;

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

-- Functions that change documents, for everybody.

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_jsonb_set(document jsonb, path text[], value jsonb)
RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pg_tviews_jsonb_set_wrapper';

COMMENT ON FUNCTION @extschema@.pg_tviews_jsonb_set(jsonb, text[], jsonb) IS 'Replaces the value at a path of object keys and returns what jsonb_set() returns, byte for byte, without taking the rest of the document to pieces; a document that already holds the value comes back as it is stored. Raises 22023 when the path is empty, does not exist in the document or leads through something that is no object: no key is added, and a number is no index of an array.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_jsonb_set(jsonb, text[], jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_jsonb_set(jsonb, text[], jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_jsonb_set_many(document jsonb, VARIADIC "any")
RETURNS jsonb
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pg_tviews_jsonb_set_many_wrapper';

COMMENT ON FUNCTION @extschema@.pg_tviews_jsonb_set_many(jsonb, "any") IS 'Replaces several values at once, in one pass: the arguments behind the document are paths of type text[] and values in turn. Values may be of any type and are taken as jsonb_build_object() takes them, null as JSON null. Returns null for a null document. Raises 22023 as pg_tviews_jsonb_set() does, also for a path that is null, of another type, given twice or leading through the end of another, and 0A000 for a VARIADIC array.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_jsonb_set_many(jsonb, "any") FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_jsonb_set_many(jsonb, "any") TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_jsonb_merge(document jsonb, path text[], object jsonb)
RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pg_tviews_jsonb_merge_wrapper';

COMMENT ON FUNCTION @extschema@.pg_tviews_jsonb_merge(jsonb, text[], jsonb) IS 'Puts the pairs of an object into the object at a path of object keys, which is empty for the document itself, and returns what the operator || would make of that object, byte for byte, without taking the rest of the document to pieces. Objects within are replaced, not merged. Raises 22023 when one of the two is no object or the path does not exist in the document.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_jsonb_merge(jsonb, text[], jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_jsonb_merge(jsonb, text[], jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_jsonb_set_elements(document jsonb, path text[], identity text, elements jsonb, removed bigint[] DEFAULT '{}', descending boolean DEFAULT false)
RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pg_tviews_jsonb_set_elements_wrapper';

COMMENT ON FUNCTION @extschema@.pg_tviews_jsonb_set_elements(jsonb, text[], text, jsonb, bigint[], boolean) IS 'Changes an array of objects that are told apart and ordered by the integer under the key "identity": each of the given elements (an array of such objects) replaces the one with its identity or is inserted where its identity belongs, those with the identities in "removed" are left out where they are there, all in one pass. The path of object keys leads to the array; it is empty for the document itself. Raises 22023 when it does not, when an element of the array or a given one is no object with an integer under the key, when the array is not strictly in the order of its identities, and when an identity is given twice.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_jsonb_set_elements(jsonb, text[], text, jsonb, bigint[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_jsonb_set_elements(jsonb, text[], text, jsonb, bigint[], boolean) TO PUBLIC;
