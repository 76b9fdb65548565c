 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE ((NOT (p.u_id IN ( SELECT c.u_id
                   FROM public.c
                  WHERE (c.p_id = p.id)))) AND (p.u_id = u.id))) AS count
   FROM public.u;
