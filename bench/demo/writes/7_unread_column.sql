UPDATE tb_package
SET sha256 = md5(coalesce(sha256, version))
WHERE pk_package IN (SELECT pk_package FROM tb_package WHERE fk_section = :section ORDER BY pk_package LIMIT 1000);
