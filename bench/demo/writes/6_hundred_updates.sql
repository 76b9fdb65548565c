-- \gexec runs each row of the result as a statement; the first one is shown.
SELECT format('UPDATE tb_package SET installed_size = coalesce(installed_size, 0) + 1 WHERE pk_package = %s', :package)
FROM generate_series(1, 100)
\set ECHO none
\echo UPDATE tb_package SET installed_size = coalesce(installed_size, 0) + 1 WHERE pk_package = :package; -- 100 times
\gexec
