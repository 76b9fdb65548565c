 SELECT u.id AS pk_x,
    v.s
   FROM (public.u
     LEFT JOIN ( SELECT (p.id)::text AS t,
            p.s
           FROM public.p) v ON ((u.s = v.t)));
