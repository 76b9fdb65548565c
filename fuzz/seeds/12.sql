 SELECT 'u'::text AS kind,
    u.id,
    p.s
   FROM (public.u
     JOIN public.p ON ((p.id = u.n)))
UNION ALL
 SELECT 'c'::text AS kind,
    c.id,
    p.s
   FROM (public.c
     JOIN public.p ON ((p.id = c.p_id)));
