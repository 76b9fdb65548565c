 SELECT u.id AS pk_x,
    (NOT (u.id IN ( SELECT c.u_id
           FROM public.c
          WHERE (c.u_id IS NOT NULL)))) AS lonely
   FROM public.u;
