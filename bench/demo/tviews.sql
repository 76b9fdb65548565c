-- The read model of a package browser: three TVIEWs.

\echo '  tv_package: a package with its maintainer, dependencies and reverse dependencies'
SELECT pg_tviews_create('package', $definition$
    SELECT
        p.pk_package,
        p.name,
        jsonb_build_object(
            'id', p.pk_package,
            'name', p.name,
            'version', p.version,
            'architecture', p.architecture,
            'priority', p.priority,
            'summary', p.summary,
            'homepage', p.homepage,
            'installedSize', p.installed_size,
            'section', s.name,
            'source', o.name,
            'maintainer', jsonb_build_object('id', m.pk_maintainer, 'name', m.name, 'email', m.email),
            'dependencies', coalesce((
                SELECT jsonb_agg(
                    jsonb_build_object(
                        'kind', d.kind,
                        'name', d.name,
                        'constraint', d.version_constraint,
                        'summary', t.summary)
                    ORDER BY d.kind, d.position, d.alternative, d.pk_dependency)
                FROM tb_dependency d
                LEFT JOIN tb_package t ON t.pk_package = d.fk_target
                WHERE d.fk_package = p.pk_package
            ), '[]'::jsonb),
            'requiredBy', coalesce((
                SELECT jsonb_agg(
                    jsonb_build_object('kind', d.kind, 'name', r.name)
                    ORDER BY r.name, d.pk_dependency)
                FROM tb_dependency d
                JOIN tb_package r ON r.pk_package = d.fk_package
                WHERE d.fk_target = p.pk_package
            ), '[]'::jsonb),
            'tags', coalesce((
                SELECT jsonb_agg(t.name ORDER BY t.name)
                FROM tb_package_tag l
                JOIN tb_tag t ON t.pk_tag = l.fk_tag
                WHERE l.fk_package = p.pk_package
            ), '[]'::jsonb)
        ) AS data
    FROM tb_package p
    JOIN tb_maintainer m ON m.pk_maintainer = p.fk_maintainer
    JOIN tb_section s ON s.pk_section = p.fk_section
    JOIN tb_source o ON o.pk_source = p.fk_source
$definition$) \g /dev/null

\echo '  tv_maintainer: a maintainer with counts'
SELECT pg_tviews_create('maintainer', $definition$
    SELECT
        m.pk_maintainer,
        jsonb_build_object(
            'id', m.pk_maintainer,
            'name', m.name,
            'email', m.email,
            'packages', count(p.pk_package),
            'sources', count(DISTINCT p.fk_source),
            'installedSize', coalesce(sum(p.installed_size), 0)
        ) AS data
    FROM tb_maintainer m
    LEFT JOIN tb_package p ON p.fk_maintainer = m.pk_maintainer
    GROUP BY m.pk_maintainer, m.name, m.email
$definition$) \g /dev/null

\echo '  tv_section: a section with its most required packages'
SELECT pg_tviews_create('section', $definition$
    SELECT
        s.pk_section,
        jsonb_build_object(
            'id', s.pk_section,
            'name', s.name,
            'area', s.area,
            'packages', (SELECT count(*) FROM tb_package p WHERE p.fk_section = s.pk_section),
            'top', coalesce((
                SELECT jsonb_agg(
                    jsonb_build_object('name', b.name, 'version', b.version, 'requiredBy', b.required_by)
                    ORDER BY b.required_by DESC, b.name)
                FROM (
                    SELECT
                        p.name,
                        p.version,
                        (SELECT count(*) FROM tb_dependency d WHERE d.fk_target = p.pk_package) AS required_by
                    FROM tb_package p
                    WHERE p.fk_section = s.pk_section
                    ORDER BY 3 DESC, p.name
                    LIMIT 5
                ) b
            ), '[]'::jsonb)
        ) AS data
    FROM tb_section s
$definition$) \g /dev/null

VACUUM ANALYZE tv_package, tv_maintainer, tv_section;
