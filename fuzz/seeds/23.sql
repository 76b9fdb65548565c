 SELECT u.id AS pk_x,
    ( WITH RECURSIVE t(id) AS (
                 SELECT u.up
                UNION
                 SELECT x.up
                   FROM (t t_1
                     JOIN public.u x ON ((x.id = t_1.id)))
                )
         SELECT count(*) AS count
           FROM t) AS count
   FROM public.u;
