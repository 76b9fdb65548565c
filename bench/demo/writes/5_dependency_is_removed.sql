DELETE FROM tb_dependency
WHERE fk_package = :package AND fk_target = :target;
