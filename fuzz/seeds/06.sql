 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.c
          WHERE ((c.u_id = u.id) OR (EXISTS ( SELECT
                   FROM public.p
                  WHERE ((p.id = c.p_id) AND (p.u_id = u.id)))))) AS count
   FROM public.u;
