 SELECT ('u/'::text || u.id) AS pk_x,
    p.s
   FROM (public.u
     JOIN public.p ON ((p.id = u.n)));
