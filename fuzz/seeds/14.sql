 SELECT COALESCE(u.id, p.id) AS pk_x,
    u.s,
    p.s AS s2
   FROM (public.u
     FULL JOIN public.p ON ((u.id = p.id)));
