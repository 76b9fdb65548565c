 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE ((p.u_id = u.id) OR (p.u2 = u.id))) AS count
   FROM public.u;
