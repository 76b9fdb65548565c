-- Loads the files catalogue.py wrote (in the current folder), then builds what the climbs need.

\copy tb_maintainer FROM 'tb_maintainer.tsv'
\copy tb_section FROM 'tb_section.tsv'
\copy tb_source FROM 'tb_source.tsv'
\copy tb_tag FROM 'tb_tag.tsv'
\copy tb_package FROM 'tb_package.tsv'
\copy tb_dependency FROM 'tb_dependency.tsv'
\copy tb_package_tag FROM 'tb_package_tag.tsv'

SELECT pg_catalog.setval('tb_dependency_pk_dependency_seq', max(pk_dependency)) FROM tb_dependency \g /dev/null

CREATE INDEX ON tb_package (fk_maintainer);
CREATE INDEX ON tb_package (fk_section);
CREATE INDEX ON tb_package (fk_source);
CREATE INDEX ON tb_dependency (fk_package);
CREATE INDEX ON tb_dependency (fk_target);
CREATE INDEX ON tb_package_tag (fk_tag);

VACUUM ANALYZE;
