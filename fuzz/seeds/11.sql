 SELECT q.id AS pk_x,
    p.s
   FROM (( SELECT u.id,
            u.up
           FROM public.u
          WHERE (u.n > 1)
        UNION
         SELECT u.id,
            u.up
           FROM public.u
          WHERE (u.s = 'x'::text)) q
     JOIN public.p ON ((p.id = q.up)));
