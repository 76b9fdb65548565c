 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE (u.id IN ( SELECT unnest(p.arr) AS unnest))) AS count
   FROM public.u;
