 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE (u.n = ANY (p.arr))) AS count
   FROM public.u;
