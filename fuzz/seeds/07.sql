 SELECT u.id AS pk_x,
    q.n
   FROM (public.u
     JOIN ( SELECT p.id,
            p.u_id,
            p.u2,
            p.n,
            p.s,
            p.arr,
            p.j,
            p.ts,
            p.d,
            row_number() OVER (PARTITION BY p.id ORDER BY p.id) AS rn
           FROM public.p) q ON ((q.u_id = u.id)));
