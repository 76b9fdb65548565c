 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE ((p.u_id = u.id) AND ((p.n)::numeric = ANY (ARRAY( SELECT c.n
                   FROM public.c
                  WHERE (c.u_id = u.id)))))) AS count
   FROM public.u;
