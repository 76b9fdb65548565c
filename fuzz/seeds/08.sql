 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM ( SELECT DISTINCT ON (p.id) p.id,
                    p.u_id,
                    p.u2,
                    p.n,
                    p.s,
                    p.arr,
                    p.j,
                    p.ts,
                    p.d
                   FROM public.p
                  ORDER BY p.id) q
          WHERE (q.u_id = u.id)) AS count
   FROM public.u;
