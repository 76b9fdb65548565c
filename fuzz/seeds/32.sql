 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p,
            LATERAL unnest(p.arr) e(e)
          WHERE (e.e = u.id)) AS count
   FROM public.u;
