 SELECT u.id AS pk_x
   FROM public.u
  WHERE (NOT (u.id IN ( SELECT c.u_id
           FROM public.c)));
