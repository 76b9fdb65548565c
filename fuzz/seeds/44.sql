 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE ((p.u_id, p.n) IN ( SELECT u.id,
                    u.n))) AS count
   FROM public.u;
