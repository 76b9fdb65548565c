INSERT INTO tb_dependency (fk_package, fk_target, kind, position, alternative, name)
SELECT :package, :target, 'depends', 1000, 1, name
FROM tb_package
WHERE pk_package = :target;
