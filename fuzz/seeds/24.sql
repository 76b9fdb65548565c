 SELECT u.id AS pk_x,
    rank() OVER (ORDER BY u.n) AS rank
   FROM public.u;
