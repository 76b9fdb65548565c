 SELECT p.u_id AS pk_x,
    count(v.k) AS count
   FROM (public.p
     LEFT JOIN ( SELECT u.id AS k,
            ( SELECT count(*) AS count
                   FROM public.c
                  WHERE (c.u_id = u.id)) AS n
           FROM public.u) v ON (((p.s)::text = (v.k)::text)))
  GROUP BY p.u_id;
