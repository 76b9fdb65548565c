 SELECT g.g AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE (p.n = g.g)) AS count
   FROM generate_series(1, 10) g(g);
