 SELECT u.id AS pk_x,
    ( SELECT max(p.n) AS max
           FROM public.p) AS max
   FROM public.u;
