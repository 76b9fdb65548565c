 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE ((p.n >= u.n) AND (p.n <= (u.n + 1)))) AS count
   FROM public.u;
