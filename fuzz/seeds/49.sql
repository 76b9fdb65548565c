 SELECT u.id AS pk_x,
    ( SELECT sum(q.k) AS sum
           FROM ( SELECT count(*) AS k
                   FROM public.p
                  WHERE (p.u_id = u.id)
                UNION ALL
                 SELECT count(*) AS count
                   FROM public.c
                  WHERE (c.u_id = u.id)) q) AS sum
   FROM public.u;
