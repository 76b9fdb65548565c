 SELECT u.id AS pk_x
   FROM public.u
  WHERE (EXISTS ( SELECT
           FROM public.p
          WHERE ((p.u_id = u.id) AND ((p.n)::numeric > ( SELECT avg(p_1.n) AS avg
                   FROM public.p p_1)))));
