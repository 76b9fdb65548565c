 SELECT u.id AS pk_x,
    q.s,
    q.n
   FROM (public.u
     LEFT JOIN LATERAL ( SELECT p.s,
            p.n
           FROM public.p
          WHERE ((p.u_id = u.id) OR (p.u2 = u.id))
          ORDER BY p.id
         LIMIT 1) q ON (true));
