 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE (NOT (p.u_id <> u.id))) AS count
   FROM public.u;
