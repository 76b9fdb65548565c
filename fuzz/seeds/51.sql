 SELECT u.id AS pk_x,
    u.s
   FROM (public.u
     JOIN ( SELECT p.id,
            p.n AS m
           FROM public.p) q USING (id));
