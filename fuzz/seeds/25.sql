 SELECT p.id AS pk_x,
    rank() OVER (PARTITION BY p.u_id ORDER BY p.n, p.id) AS rank
   FROM public.p;
