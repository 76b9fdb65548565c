 SELECT u.id AS pk_x,
    p.s
   FROM (public.u
     LEFT JOIN public.p ON ((p.id = COALESCE(u.n, u.up))));
