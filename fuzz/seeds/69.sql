 SELECT u.id AS pk_x,
    count(*) AS count
   FROM (public.u
     JOIN public.p ON ((p.u_id = u.id)))
  GROUP BY u.id
 HAVING (EXISTS ( SELECT
           FROM public.c
          WHERE (c.u_id = u.id)));
