 WITH RECURSIVE t(id, up) AS (
         SELECT u.id,
            u.up
           FROM public.u
        UNION
         SELECT t_1.id,
            u.up
           FROM (t t_1
             JOIN public.u ON ((u.id = t_1.up)))
        )
 SELECT t.id AS pk_x,
    array_agg(t.up ORDER BY t.up) AS array_agg
   FROM t
  GROUP BY t.id;
