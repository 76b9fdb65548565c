 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE (p.u_id = ( SELECT c.u_id
                   FROM public.c
                  WHERE (c.id = u.n)))) AS count
   FROM public.u;
