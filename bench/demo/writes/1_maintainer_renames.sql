UPDATE tb_maintainer
SET name = regexp_replace(name, ' \(renamed .*', '') || ' (renamed ' || to_char(now(), 'HH24:MI:SS') || ')'
WHERE pk_maintainer = :maintainer;
