 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE ((p.u_id = u.id) AND (p.n = u.n))) AS count
   FROM public.u;
