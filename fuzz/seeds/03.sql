 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE (p.n = ANY (u.arr))) AS count
   FROM public.u;
