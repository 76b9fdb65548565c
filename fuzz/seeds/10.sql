 SELECT q.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE (p.u_id = q.id)) AS count
   FROM ( SELECT u.id
           FROM public.u
          WHERE (u.n > 1)
        UNION
         SELECT u.id
           FROM public.u
          WHERE (u.s = 'x'::text)) q;
