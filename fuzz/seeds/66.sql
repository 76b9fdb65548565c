 SELECT u.id AS pk_x
   FROM public.u
  WHERE (NOT (u.id IN ( SELECT p.u_id
           FROM public.p)));
