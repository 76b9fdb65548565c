 SELECT u.id AS pk_x
   FROM public.u
  WHERE ((EXISTS ( SELECT
           FROM public.c
          WHERE (c.u_id = u.id))) OR (EXISTS ( SELECT
           FROM public.p
          WHERE (p.u_id = u.id))));
