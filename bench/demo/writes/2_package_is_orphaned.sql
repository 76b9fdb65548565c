UPDATE tb_package
SET fk_maintainer = :qa_group
WHERE pk_package = :package;
