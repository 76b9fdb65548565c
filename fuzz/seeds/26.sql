 SELECT u.id AS pk_x
   FROM public.u
  ORDER BY u.n, u.id
 LIMIT 3;
