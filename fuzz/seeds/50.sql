 SELECT u.id AS pk_x,
    p.s
   FROM (public.u
     JOIN public.p USING (n));
