 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM ( SELECT p.id,
                    p.u_id,
                    p.u2,
                    p.n,
                    p.s,
                    p.arr,
                    p.j,
                    p.ts,
                    p.d
                   FROM public.p
                 OFFSET 0) q
          WHERE (q.u_id = u.id)) AS count
   FROM public.u;
