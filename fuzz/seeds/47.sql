 SELECT u.id AS pk_x
   FROM public.u
  WHERE ((u.n > 1) OR (EXISTS ( SELECT
           FROM public.p
          WHERE (p.u_id = u.id))));
