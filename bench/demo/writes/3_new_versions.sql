UPDATE tb_package
SET version = regexp_replace(version, '\+demo\d+$', '') || '+demo' || :run
WHERE pk_package IN (SELECT pk_package FROM tb_package WHERE fk_section = :section ORDER BY pk_package LIMIT 1000);
